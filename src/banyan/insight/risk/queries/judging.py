"""How the order would have done: learnt on what was known before each window, judged on the days of the window."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from banyan.insight.risk.queries.past import DOUBTED, SIGNS, TARGETED, past_of
from banyan.insight.risk.queries.placing import too_little
from banyan.kit.refusals import Refused
from banyan.science import risk

WINDOW = 60
FIRST = 0.5
"""The share of the days that is learnt from before anything is judged."""
LEAST_FINDINGS = 20
"""Findings of a district whose figures are compared."""


@dataclass(frozen=True)
class Judged:
    """What the order gained: days, precision of its first places, and how it fell on districts."""

    n: int
    findings: int
    gain: float
    best: float
    windows: tuple[dict[str, Any], ...]
    precision: tuple[dict[str, Any], ...]
    districts: tuple[dict[str, Any], ...]

    @property
    def days_lost(self) -> float:
        """How much later failures would have been found where nothing was gained."""
        return -self.gain


def judged_facts(*, scheme: str, on: date) -> Judged:
    """The order by the facts of a scheme as known on a day. Raises Refused where there are too few."""
    past = past_of(scheme=scheme, on=on)
    try:
        if not len(past):
            raise ValueError(_("there is none"))
        rows, names, _own = past.features()
        signs = {name: SIGNS[name] for name in names}
        return order_judged(rows, past.failed, day=past.day, known=past.known, signs=signs, district=past.county)
    except ValueError as error:
        raise too_little(scheme, on, error) from error


def judged_file(path: Path, *, day: str, subject: str, found: str, district: str, known_before: Sequence[str],
                more_is_worse: Sequence[str] = (), kind: str = "") -> Judged:  # fmt: skip
    """The order by a table of inspections (CSV), whose columns are named: the day, the subject, what was found (a
    number above 0 is a finding), the district, and the numbers that were known before each visit."""
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    missing = [one for one in (day, subject, found, district, kind, *known_before, *more_is_worse)
               if one and one not in (rows[0] if rows else {})]  # fmt: skip
    if missing:
        raise Refused(
            _("Inspections of “%(file)s” were to be judged.") % {"file": path.name},
            _("It has no column “%(column)s”.") % {"column": missing[0]},
            _("Name columns as the first line of the file does."),
            code="no-column",
        )
    days = np.array([date.fromisoformat(row[day][:10]).toordinal() for row in rows])
    hits = (_numbers(rows, found) > 0).astype(float)
    own = risk.earlier(_column(rows, subject), day=days, found=hits)
    columns = {name: (_numbers(rows, name), 1 if name in more_is_worse else 0)
               for name in dict.fromkeys((*known_before, *more_is_worse))}  # fmt: skip
    columns["own share"] = (own.findings / (own.inspections + DOUBTED), 1)
    if kind:
        columns[kind] = (risk.past_log_odds(_column(rows, kind), day=days, found=hits), 1)
    features = np.column_stack([held for held, _sign in columns.values()])
    signs = {name: sign for name, (_held, sign) in columns.items()}
    return order_judged(features, hits, day=days, known=days, signs=signs, district=_column(rows, district))


def order_judged(
    features: Any, found: Any, *, day: Any, known: Any, signs: Mapping[str, int], district: Any
) -> Judged:
    """The order judged in windows of later days, each learnt from what was known before it alone."""
    start = int(day.min() + FIRST * (day.max() - day.min()))
    told = risk.backtest(
        features, found, day=day, known=known, names=list(signs), sign=list(signs.values()), start=start,
        window=WINDOW, nuisance=[name for name in signs if name == TARGETED],
    )  # fmt: skip
    here = ~np.isnan(told.probability)
    first_quarter = max(1, int(here.sum() // 4))
    fair = risk.fairness(found[here], told.probability[here], group=district[here], k=first_quarter)
    findings = sum(one.findings for one in told.gained)
    return Judged(
        n=int(here.sum()), findings=findings, gain=told.gain,
        best=sum(one.best * one.findings for one in told.gained) / findings,
        windows=tuple(
            {"from": date.fromordinal(int(first)), "n": one.n, "findings": one.findings, "gain": one.mean,
             "low": one.low, "high": one.high}
            for first, one in zip(told.start, told.gained, strict=True)
        ),
        precision=tuple(
            {"k": int(k), "share": share, "precision": float(value), "low": float(low), "high": float(high),
             "lift": float(lift), "recall": float(recall)}
            for k, share, value, low, high, lift, recall in zip(
                told.precision.k, (0.1, 0.25, 0.5), told.precision.precision, told.precision.low, told.precision.high,
                told.precision.lift, told.precision.recall, strict=True)
        ),
        districts=tuple(
            {"district": str(name), "n": int(n), "visit_rate": float(rate), "recall": float(recall),
             "gap": float(stated - seen)}
            for name, n, rate, recall, stated, seen in zip(
                fair.group, fair.n, fair.visit_rate, fair.recall, fair.stated, fair.seen, strict=True)
            if n * seen >= LEAST_FINDINGS
        ),
    )  # fmt: skip


def _column(rows: Sequence[Mapping[str, str]], name: str) -> Any:
    return np.array([row[name] for row in rows], dtype=object)


def _numbers(rows: Sequence[Mapping[str, str]], name: str) -> Any:
    return np.array([float(row[name]) if row[name] not in ("", "NA") else np.nan for row in rows])

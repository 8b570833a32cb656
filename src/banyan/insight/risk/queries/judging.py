"""How the order would have done: learnt on what was known before each window, judged on the days of the window."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from banyan.insight.risk.queries.enough import TooLittle, learnt_before, telling
from banyan.insight.risk.queries.past import DOUBTED, SHARE, SIGNS, TARGETED, past_of
from banyan.insight.risk.queries.placing import too_little
from banyan.insight.risk.queries.visits import inspections_of
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
            raise TooLittle(_("there is none"))
        rows, names, _own = past.features()
        signs = {name: SIGNS[name] for name in names}
        return order_judged(rows, past.failed, day=past.day, known=past.known, signs=signs, district=past.county)
    except TooLittle as why:
        raise too_little(scheme, on, why) from why


def judged_file(path: Path, *, day: str, subject: str, found: str, district: str, known_before: Sequence[str],
                more_is_worse: Sequence[str] = (), kind: str = "") -> Judged:  # fmt: skip
    """The order by a table of inspections (CSV, XLSX), whose columns are named: the day, the subject, what was found
    (a number above 0 is a finding), the district, and the numbers that were known before each visit.

    Raises Refused for a table that cannot be read, with the row and the column, and where it holds too little.
    """
    numbers = list(dict.fromkeys((*known_before, *more_is_worse)))
    held = inspections_of(
        path, day=day, numbers=(found, *numbers), texts=tuple(filter(None, (subject, district, kind)))
    )
    days, hits = held[day], (held[found] > 0).astype(float)
    own = risk.earlier(held[subject], day=days, found=hits)
    columns = {name: (held[name], 1 if name in more_is_worse else 0) for name in numbers}
    columns[SHARE] = (own.findings / (own.inspections + DOUBTED), 1)
    if kind:
        columns[kind] = (risk.past_log_odds(held[kind], day=days, found=hits), 1)
    features = np.column_stack([values for values, _sign in columns.values()])
    signs = {name: sign for name, (_values, sign) in columns.items()}
    try:
        return order_judged(features, hits, day=days, known=days, signs=signs, district=held[district])
    except TooLittle as why:
        raise Refused(
            _("Inspections of “%(file)s” were to be judged.") % {"file": path.name},
            _("They do not suffice to judge an order by: %(why)s.") % {"why": why},
            _("Give a table of more days or more findings."),
            code="too-few-inspections",
        ) from why


def _known(bound: float) -> float | None:
    """The end of an interval; None where it has none, as a single finding has no spread."""
    return bound if math.isfinite(bound) else None


def order_judged(
    features: Any, found: Any, *, day: Any, known: Any, signs: Mapping[str, int], district: Any
) -> Judged:
    """The order judged in windows of later days, each learnt from what was known before it alone.

    What did not vary before the first window is left out. Raises TooLittle where there is nothing to learn or judge.
    """
    start = int(day.min() + FIRST * (day.max() - day.min()))
    first = learnt_before(found, day=day, known=known, start=start, window=WINDOW)
    every = list(signs)
    places = telling(features[first], every, passive={TARGETED})
    names = [every[place] for place in places]
    told = risk.backtest(
        features[:, places], found, day=day, known=known, names=names, sign=[signs[name] for name in names],
        start=start, window=WINDOW, nuisance=[name for name in names if name == TARGETED],
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
             "low": _known(one.low), "high": _known(one.high)}
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

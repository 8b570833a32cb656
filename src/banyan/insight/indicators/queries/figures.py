"""Figures: an indicator's rows with interval and verdict, and the receipt that leads back to rule and facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

import banyan
from banyan import policy
from banyan.base.facts.facts import kinds
from banyan.base.facts.queries import Cut
from banyan.insight.indicators.models import Computation, Publication
from banyan.insight.indicators.queries import judging
from banyan.insight.indicators.queries.measuring import BESIDE, Counts, confidence_level, measure, measure_many
from banyan.kit import clock, engine, recent, terms
from banyan.kit.events import canonical
from banyan.kit.refusals import BadRequest, NotFound
from banyan.policy.kinds.indicator import Indicator

DIGITS = 10
LEFT_OUT = gettext_noop(
    "Cells that are hidden or zero are left out: which of them are zero would help to work out the others."
)


@dataclass(frozen=True)
class Figures:
    """What was asked, one row per group, and the receipt. `receipt_key` names exactly this answer."""

    key: str
    on: date
    known_on: date
    by: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    rows: tuple[dict[str, Any], ...]
    receipt: dict[str, Any]
    receipt_key: str
    warnings: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The form that the command line, the API and publications share."""
        return {
            "key": self.key,
            "on": self.on.isoformat(),
            "known_at": self.known_on.isoformat(),
            "by": list(self.by),
            "rows": [dict(row) for row in self.rows],
            "receipt": {**self.receipt, "key": self.receipt_key},
            "warnings": list(self.warnings),
        }


def show(
    *,
    key: str,
    on: date,
    known_on: date | None = None,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
    since: date | None = None,
) -> Figures:
    """The figures of an indicator for a day, as known at the end of `known_on` (default: today).

    Raises NotFound for an unknown indicator, BadRequest for a dimension it has not, or a day to come.
    """
    return show_many(key=key, on=on, known_on=known_on, bys=(by,), where=where, since=since)[0]


def show_many(
    *,
    key: str,
    on: date,
    bys: Sequence[Sequence[str]],
    known_on: date | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
    since: date | None = None,
    cut: int | None = None,
    shown: Mapping[tuple[str, ...], judging.Shown] | None = None,
) -> list[Figures]:
    """The same for several breakdowns, each with its receipt, in as few questions to the engine as they allow.

    `cut` leaves out what events after this number said; the receipt then names it. `shown` is what publications of
    the same span showed before, by breakdown: what grew by few records since is hidden.
    """
    book = policy.load(settings.BANYAN_PACKS)
    known = known_on or clock.today()
    indicator = _indicator(book, key, on)
    _demand_recorded(indicator)
    demand_dimensions(indicator, [*(name for by in bys for name in by), *(where or {})])
    _demand_past(on, known)
    known_as = known if cut is None else Cut(known, cut)
    goal = next(iter(judging.goals(indicator, book=book, on=on, known_on=known_as)), None)
    counts_of = measure_many(indicator, on=on, known_on=known_as, bys=bys, where=where, since=since)
    return [
        _assemble(
            indicator, counts, goal, book=book, on=on, known_on=known, by=tuple(by), where=where or {}, since=since,
            cut=cut, known=(shown or {}).get(tuple(by)),
        )
        for by, counts in zip(bys, counts_of, strict=True)
    ]  # fmt: skip


def is_recorded(indicator: Indicator) -> bool:
    """Whether a room of this installation yields the facts that an indicator counts."""
    return set(indicator.fact_kinds) <= set(kinds())


def computed(*, key: str, on: date, by: Sequence[str] = (), known_on: date | None = None) -> Figures:
    """The same as `show`: once for a page, from what the daily flow computed where it has, else computed now."""

    def read() -> Figures:
        rows = Computation.objects.filter(indicator=key, on=on, by=",".join(by), known_on=known_on or on, where="")
        if row := rows.order_by("-computed_at").first():
            return from_json(row.figures)
        return show(key=key, on=on, by=by, known_on=known_on or max(on, clock.today()))

    found: Figures = recent.once(("computed", key, on, tuple(by), known_on), read)
    return found


def computed_all(*, on: date, by: Sequence[str] = ()) -> dict[str, Figures]:
    """What the daily flow computed for a day, as known then, of every indicator: one read for a whole page."""
    rows = Computation.objects.filter(on=on, known_on=on, by=",".join(by), where="").order_by("computed_at")
    return {row.indicator: from_json(row.figures) for row in rows}


def computed_at(*, key: str, on: date) -> datetime | None:
    """When the daily flow last computed an indicator for a day; None where it has not yet."""
    rows = Computation.objects.filter(indicator=key, on=on, by="", known_on=on, where="")
    return rows.aggregate(last=Max("computed_at"))["last"]  # type: ignore[no-any-return]


def by_receipt(key: str) -> Figures | None:
    """The figures that a receipt key names: published ones, or those of a daily run."""
    publication = Publication.objects.filter(receipt=key, withdrawn_on__isnull=True).first()
    stored = publication or Computation.objects.filter(receipt=key).first()
    return from_json(stored.figures) if stored else None


def from_json(stored: Mapping[str, Any]) -> Figures:
    """Figures again from their stored form."""
    receipt = dict(stored["receipt"])
    receipt_key = receipt.pop("key")
    if _tells_what_is_hidden(stored):
        receipt["facts"] = _without_count(receipt["facts"])
    return Figures(
        key=stored["key"],
        on=date.fromisoformat(stored["on"]),
        known_on=date.fromisoformat(stored["known_at"]),
        by=tuple(stored["by"]),
        where={name: tuple(values) for name, values in receipt.get("where", {}).items()},
        rows=tuple(row | dict.fromkeys(BESIDE) if row["suppressed"] else row for row in stored["rows"]),
        receipt=receipt,
        receipt_key=receipt_key,
        warnings=tuple(stored.get("warnings", ())),
    )


def _assemble(
    indicator: Indicator,
    counts: Counts,
    goal: judging.Goal | None,
    *,
    book: policy.Book,
    on: date,
    known_on: date,
    by: tuple[str, ...],
    where: Mapping[str, Sequence[str]],
    since: date | None,
    cut: int | None,
    known: judging.Shown | None = None,
) -> Figures:
    known_as = known_on if cut is None else Cut(known_on, cut)
    said = judging.verdicts(counts, goal)
    likely = judging.probabilities(counts, goal, is_rate=indicator.measure == "rate")

    @cache
    def table_of(names: tuple[str, ...]) -> Counts:
        return measure(indicator, on=on, known_on=known_as, by=names, since=since)

    used = counts.used
    about: dict[str, Any] = {"where": where, "book": book, "on": on, "table_of": table_of}
    hidden = judging.too_small(indicator, counts, by=by, shown=known, **about)
    if where and hidden.any() and _whole_is_hidden(indicator, counts, by=by, **about):
        used = _without_count(used)
    # Which cells of a block are zero would help to work out the others: those hidden are left out with the zeros.
    is_block = len({*by, *where}) > 1
    left_out = int(hidden.sum()) if is_block and by else 0
    beside = dict.fromkeys(BESIDE) | judging.beside_shown(indicator, counts, hidden, by=by, **about)
    rows = []
    for place, group in enumerate(counts.groups):
        shown = not hidden[place]
        if left_out and not shown:
            continue
        told: dict[str, Any] = {name: _whole(getattr(counts, name)[place]) for name in ("n", "passed")}
        told |= {name: _number(getattr(counts, name)[place]) for name in ("value", "low", "high")}
        told |= {"verdict": said[place], "probability_met": likely[place]}
        about_it = {name: None if column is None else _whole(column[place]) for name, column in beside.items()}
        rows.append(group | (told if shown else dict.fromkeys(told)) | {"suppressed": not shown} | about_it)
    reference = indicator.references()[0] if indicator.references() else None
    receipt = {
        "rule": indicator.key,
        "rule_version": indicator.version,
        "rule_from": indicator.since.isoformat() if indicator.since else None,
        "reference": {"document": reference.document, "clause": reference.clause} if reference else None,
        "target": goal.target.key if goal else None,
        "threshold": goal.threshold if goal else None,
        "target_source": goal.source if goal else "",
        "pack": book.hash,
        "method": indicator.method,
        "level": confidence_level(on) if indicator.measure == "rate" else None,
        "version": f"banyan {banyan.__version__}",
        "facts": {"kind": ", ".join(indicator.fact_kinds), **used},
        "engine": engine.name(),
        "since": (since or indicator.period(on)[0] or date.min).isoformat(),
        "where": {name: list(values) for name, values in where.items()},
    }
    if cut is not None:
        receipt["cut"] = cut
    asked = [indicator.key, on, known_on, list(by), receipt["where"], receipt["since"], book.hash, used, rows]
    receipt_key = hashlib.sha256(canonical(asked)).hexdigest()[:20]
    return Figures(
        indicator.key, on, known_on, by, {name: tuple(values) for name, values in where.items()}, tuple(rows),
        receipt, receipt_key, (*counts.warnings, *((LEFT_OUT,) if left_out else ())),
    )  # fmt: skip


def _tells_what_is_hidden(stored: Mapping[str, Any]) -> bool:
    """Whether stored figures of a hidden part still say how many facts it has, as earlier versions let them."""
    receipt = stored["receipt"]
    count = receipt["facts"].get("count")
    if not receipt.get("where") or not count or not all(row["suppressed"] for row in stored["rows"]):
        return False
    book = policy.load(settings.BANYAN_PACKS)
    return not stored["by"] or count < judging.smallest_count(book, on=date.fromisoformat(stored["on"]))


def _without_count(used: Mapping[str, Any]) -> dict[str, Any]:
    """Which facts were used without how many: the digest still tells whether they are the same."""
    return {name: what for name, what in used.items() if name != "count"}


def _whole_is_hidden(indicator: Indicator, counts: Counts, *, by: Sequence[str], **about: Any) -> bool:
    """Whether the part that was asked for is hidden as a whole, so that how many facts it has would tell it."""
    if not by:
        return True
    whole = replace(counts, groups=({},), n=np.array([np.nansum(counts.n)]))
    return bool(judging.too_small(indicator, whole, by=(), **about).all())


def _indicator(book: policy.Book, key: str, on: date) -> Indicator:
    try:
        return book.indicator(key, on=on)
    except policy.PolicyError as error:
        asked = _("The indicator “%(key)s” was asked for on %(day)s.") % {"key": key, "day": on}
        if isinstance(error, policy.NotInForce):
            raise NotFound(asked, *terms.out_of_force(book.indicator(key), on=on)) from error
        known, where = [entry.key for entry in book.entries("indicator")], "GET /api/v1/indicators"
        instead = terms.nearest(key, known, command="banyan indicators list", address=where)
        raise NotFound(asked, _("The packs have no indicator of this key."), instead) from error


def _demand_recorded(indicator: Indicator) -> None:
    if not is_recorded(indicator):
        raise NotFound(
            _("The indicator “%(key)s” was asked for.") % {"key": indicator.key},
            _("No room of this installation records “%(kind)s”.") % {"kind": ", ".join(indicator.fact_kinds)},
            _("Ask for an indicator whose records are kept here."),
        )


def demand_dimensions(indicator: Indicator, names: Iterable[str]) -> None:
    """Raise BadRequest for a dimension that an indicator has not."""
    for name in names:
        if name not in indicator.by:
            raise BadRequest(
                _("A breakdown by “%(name)s” was asked for.") % {"name": name},
                _("“%(key)s” has no such dimension.") % {"key": indicator.key},
                _("It can be broken down by: %(known)s.") % {"known": ", ".join(indicator.by) or "-"},
                str(indicator.origin.path.name),
            )


def _demand_past(on: date, known_on: date) -> None:
    for day in (on, known_on):
        if day > clock.today():
            raise BadRequest(
                _("Figures for %(day)s were asked for.") % {"day": day},
                _("That day is still to come."),
                _("Ask for %(today)s or an earlier day.") % {"today": clock.today()},
            )


def _number(value: Any) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), DIGITS)


def _whole(value: Any) -> int | None:
    return None if value is None or np.isnan(value) else int(value)

"""A trace on paper: what became of what, who had it in which district, gaps, balance, receipt and purpose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from banyan.edge.traces.queries.telling import Telling, direction_in_words
from banyan.kit import clock
from banyan.kit.amounts import said
from banyan.kit.documents import Document, Heading, Pairs, Paragraph, Table
from banyan.kit.terms import district


def sheet(told: Telling, *, purpose: str, by: str, on: Any, language: str) -> Document:
    """The sheet of a trace for the file of a case; what is longer than a sheet is in the CSV file."""
    trace = told.trace
    lines = [
        (_("Asked about"), " ".join(trace.asked)),
        (_("Direction"), direction_in_words(trace.direction)),
        (_("Up to the end of"), _day(trace.on) or _("all that was captured")),
        (_("As known on"), _day(trace.known_at) or _day(on)),
        (_("Found"), _("%(n)d things, %(firms)d firms, %(counties)d districts") % {
            "n": trace.n, "firms": len(trace.holders), "counties": len(trace.counties)}),
        (_("Purpose"), purpose or _("the own events of a firm")),
        (_("Made by"), f"{by}, {_day(on)}"),
        (_("Receipt"), told.receipt),
    ]  # fmt: skip
    if trace.unknown:
        lines.insert(1, (_("No event that may be read names"), " ".join(trace.unknown)))
    blocks: list[Any] = [Pairs(lines)]
    blocks += _part(_("More out than in"), (_("lot"), _("firm"), _("unit"), _("in"), _("out"), _("too much")), [
        (one.short, one.firm, one.unit, said(one.made + one.received),
         said(one.used + one.shipped + one.ended), said(one.missing)) for one in told.excesses
    ], numeric={3, 4, 5}, none=_("Every lot adds up, as far as amounts were told."))  # fmt: skip
    blocks += _part(_("What went into what"), (_("went in"), _("came out"), _("firm"), _("day")), [
        (one.source, one.target, one.firm, _moment(one.at)) for one in told.steps
    ], more=told.more_steps, none=_("Nothing was made of it or from it."))  # fmt: skip
    blocks += _part(_("Who had it"), (district(), _("firm"), _("things")), [
        (one.county, one.firm if one.is_sure else f"{one.firm} · {_('may have had some')}", str(one.things))
        for one in told.holdings
    ], numeric={2}, none=_("No event says who had it."))  # fmt: skip
    blocks += _part(_("Gaps"), (_("what is missing"), _("thing"), _("firm"), _("day")), [
        (one.what, one.short, one.firm, _moment(one.at)) for one in told.gaps
    ], more=told.more_gaps, none=_("The chain shows no gap."))  # fmt: skip
    foot = _("Shown as captured; what nobody told is shown as a gap and not filled by a guess.")
    return Document(_("Trace sheet"), " ".join(trace.asked)[:80], "", foot, language, blocks)


def _part(
    title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]], *, none: str, more: int = 0,
    numeric: Iterable[int] = (),
) -> list[Any]:  # fmt: skip
    if not rows:
        return [Heading(title, 2), Paragraph(none)]
    rest = [Paragraph(_("%(n)d more, in the CSV file.") % {"n": more}, is_small=True)] if more else []
    return [Heading(title, 2), Table(columns, rows, numeric=frozenset(numeric)), *rest]


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _moment(at: Any) -> str:
    return _day(at.astimezone(clock.zone()).date()) if at else ""

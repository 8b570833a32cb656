"""Verbs of units: the scope frozen with its receipt, the holders told, and what each states to have done.

`state_scope(recall=…, lines=…)` takes what the maker states, a row per holder; `freeze_scope` asks the trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import events, rights
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.recall.models import RECALL_FLOW, TALLIES, Holding, Recall, Scope
from banyan.response.recall.queries import tracing
from banyan.response.recall.queries.work import OPEN

DECIDE = "recall.decide"


@verb("recall.scope.frozen", right="recall.decide", title=gettext_lazy("Scope computed from the trace and frozen"))
def freeze_scope(deed: Deed, *, recall: Recall, asked: Sequence[str], known_at: date | None = None) -> Scope:
    """Compute from the trace which lots and units lie in the recall and where they went, and freeze it.

    `asked` are the lots or units as they stand on the goods. A later scope replaces the one before, which stays.
    """
    _demand_open(recall)
    reached = tracing.reach(asked, known_at=known_at or deed.on, person=deed.by)
    if not reached.lines:
        raise Refused(
            _("The scope of %(recall)s was to be computed.") % {"recall": recall},
            _("The trace knows none of these: %(asked)s.") % {"asked": ", ".join(asked) or "—"},
            _("Check the lots, have the maker capture its events, or enter the scope as the maker states it."),
            code="nothing-traced",
        )
    scope = Scope(
        way=Scope.Way.TRACE, asked=list(reached.asked), lines=[list(line) for line in reached.lines],
        lots=reached.lots, units=reached.units, counties=list(reached.counties), receipt=reached.receipt,
        known_at=known_at or deed.on,
    )  # fmt: skip
    return _freeze(deed, recall, scope, reached.holders, unit=reached.unit)


@verb("recall.scope.stated", right="recall.answer", title=gettext_lazy("Scope entered as the maker states it"))
def state_scope(deed: Deed, *, recall: Recall, lines: Sequence[tuple[Any, str, Decimal]]) -> Scope:
    """Freeze the scope as the maker states it: for each holder its organisation or None, its name, its units.

    The first line is the maker with the units made. A scope that the trace computed only the authority replaces.
    """
    _demand_open(recall)
    if _standing(recall, Scope.Way.TRACE) and not rights.has(deed.by, DECIDE, on=deed.on):
        raise Refused(
            _("The scope of %(recall)s was to be entered.") % {"recall": recall},
            _("The authority has computed it from the trace."),
            _("Tell the authority what the trace lacks, or capture the missing events."),
            code="scope-traced",
        )
    if not lines:
        raise Refused(
            _("The scope of %(recall)s was to be entered.") % {"recall": recall},
            _("No holder is named."),
            _("Name the maker with the units made, then who got them."),
            code="no-holder",
        )
    holders = [
        tracing.Holder(party.pk if party else "", "", party.name if party else name,
                       party.county_id if party else "", "", {})
        for party, name, _units in lines
    ]  # fmt: skip
    rows = [["", "stated", place, one.key, one.name, one.county, str(line[2])]
            for place, (one, line) in enumerate(zip(holders, lines, strict=True))]  # fmt: skip
    scope = Scope(
        way=Scope.Way.STATED, asked=[lot for lot in recall.lots.split() if lot], lines=rows,
        units=lines[0][2], lots=len(recall.lots.split()),
        counties=sorted({one.county for one in holders if one.county}), known_at=deed.on,
        receipt="sha256:" + hashlib.sha256(events.canonical(rows)).hexdigest(),
    )  # fmt: skip
    return _freeze(deed, recall, scope, holders)


@verb("recall.holders.told", right="recall.decide", title=gettext_lazy("Holders told of the recall"))
def tell_holders(deed: Deed, *, recall: Recall) -> int:
    """Record that every holder that was not told yet is told to stop selling, hold and send back."""
    _demand_open(recall)
    rows = list(Holding.objects.filter(recall=recall, withdrawn_on=None, told_on=None).order_by("key"))
    for row in rows:
        row.told_on = deed.on
    deed.save_many(rows, "told_on")
    return len(rows)


@verb("recall.units.stated", right="recall.answer", title=gettext_lazy("Units stated"))
def state_units(
    deed: Deed, *, holding: Holding, reached: int | None = None, **counts: Decimal | None
) -> Holding:  # fmt: skip
    """State what became of the units at one holder: made, received, sold, came back, sent back, corrected, destroyed.

    What is not given stays as it was; what was never given counts as nothing.
    """
    _demand_open(holding.recall)
    _demand_own(deed, holding)
    for name, value in counts.items():
        if name not in TALLIES:
            raise TypeError(f"{name} is no count of units")
        if value is not None:
            _demand_count(holding, TALLIES[name], value)
            setattr(holding, name, value)
    holding.reached = holding.reached if reached is None else reached
    holding.stated_on = deed.on
    return deed.save(holding, *counts, "reached", "stated_on")


def retrace(deed: Deed, recall: Recall) -> list[Holding]:
    """Ask the trace again what became of the frozen lots at each holder, within another verb's deed.

    A holder that the trace came to know since then is added: its units are to be stated too.
    """
    rows = list(Holding.objects.filter(recall=recall, withdrawn_on=None).order_by("key"))
    scope = _standing(recall, Scope.Way.TRACE)
    if scope is None:
        return rows
    holders = tracing.holders_of(scope.asked, known_at=deed.on)
    return _hold(deed, recall, holders, known=rows, traced=True)


def _standing(recall: Recall, way: str) -> Scope | None:
    """The scope that holds, where it was found in this way."""
    scope = recall.scopes.filter(replaced_on=None, withdrawn_on=None).order_by("frozen_on", "key").last()
    return scope if scope and scope.way == way else None


def _demand_own(deed: Deed, holding: Holding) -> None:
    """A firm states its own units; those of a holder without an account the maker or the authority enters."""
    held = rights.reaches(deed.by, "recall.answer", on=deed.on)
    if holding.party_id and all(one.dimension == "organisation" and one.path != holding.party_id for one in held):
        raise Refused(
            _("The units at %(holder)s were to be stated.") % {"holder": holding.party_name},
            _("Another firm holds them."),
            _("Ask that firm, or the authority, to state them."),
            code="not-its-units",
        )


def _freeze(deed: Deed, recall: Recall, scope: Scope, holders: Sequence[tracing.Holder], *, unit: str = "") -> Scope:
    for earlier in recall.scopes.filter(replaced_on=None, withdrawn_on=None):
        earlier.replaced_on = deed.on
        deed.save(earlier, "replaced_on")
    scope.key, scope.recall, scope.frozen_on, scope.firms = (
        fresh("rs"),
        recall,
        deed.on,
        len({one.holder for one in holders}),
    )
    deed.add(scope)
    known = list(Holding.objects.filter(recall=recall, withdrawn_on=None).order_by("key"))
    _hold(deed, recall, holders, known=known, traced=scope.way == Scope.Way.TRACE)
    recall.recalled, recall.unit = scope.units, unit
    deed.save(recall, "recalled", "unit")
    return scope


def _hold(
    deed: Deed, recall: Recall, holders: Sequence[tracing.Holder], *, known: Sequence[Holding], traced: bool
) -> list[Holding]:
    """Bring the holdings of a recall up to what is known of its holders; gives them all.

    A holder is known again by its key or place and the unit, never by its name alone; what it stated before the trace
    was asked has no unit yet, and takes that of the first count.
    """
    rows = {(row.holder, row.unit): row for row in known}
    fresh_rows: list[Holding] = []
    changed: list[Holding] = []
    for place, one in enumerate(holders):
        row = rows.get((one.holder, one.unit))
        if row is None and (stated := rows.get((one.holder, ""))) is not None and stated.traced_on is None:
            row = stated
        if row is None:
            row = Holding(
                key=f"{recall.pk}.h{len(known) + len(fresh_rows) + 1}", recall=recall, party_id=one.key or None,
                place=one.place, party_name=one.name, county_id=one.county or None,
                is_maker=one.key == recall.maker_id if recall.maker_id else place == 0,
            )  # fmt: skip
            fresh_rows.append(row)
        else:
            changed.append(row)
        if traced:
            row.unit, row.traced_on = one.unit, deed.on
            row.traced = {name: str(value) for name, value in one.counts.items() if value}
    if traced:  # a holder that the trace no longer knows has nothing by the trace
        met = {(one.holder, one.unit) for one in holders}
        for row in known:
            if (row.holder, row.unit) not in met and row.traced_on is not None:
                row.traced, row.traced_on = {}, deed.on
                changed.append(row)
    deed.add_many(fresh_rows)
    deed.save_many(changed, "unit", "traced", "traced_on")
    return [*known, *fresh_rows]


def _demand_open(recall: Recall) -> None:
    if recall.state not in OPEN[Recall]:
        raise Refused(
            _("Changing the units of %(recall)s was asked for.") % {"recall": recall},
            _("Its state is “%(state)s”.") % {"state": recall.get_state_display()},
            _("Begin another recall if more goods are concerned."),
            str(RECALL_FLOW.written),
            code="recall-ended",
        )


def _demand_count(holding: Holding, label: Any, value: Decimal) -> None:
    if value < 0:
        raise Refused(
            _("Units of %(holder)s were to be stated: %(tally)s %(value)s.") % {
                "holder": holding.party_name, "tally": label, "value": value},
            _("A count is not below nothing."),
            _("Give the number of units."),
            code="count-below-nothing",
        )  # fmt: skip

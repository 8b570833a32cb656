"""Approving and un-approving: level by level upwards, and open again for everybody at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.insight.approval.models import Approval, LateEntry, level_in_words
from banyan.insight.approval.queries import (
    Places,
    entry_of,
    next_level,
    not_yet_below,
    reached_in,
    span_of,
    title_of,
)
from banyan.kit import Refused, rights, terms, titles
from banyan.kit.refusals import NotAllowed
from banyan.kit.verbs import Deed, verb

RIGHT = "approval.approve"
NAMED = 12
FIELDS = ("level", "locked_on", "approved_on", "approved_by", "opened_on", "reason")


@verb("approval.periods.approved", right=RIGHT, title=gettext_lazy("Period approved"))
def approve(deed: Deed, *, data: str, period: str, units: Sequence[str]) -> list[Approval]:
    """Approve the data of units in a period, each at the level whose turn it is; the first approval locks them.

    Refused while the period runs, for a level that it is not the person's to approve at, for the same person twice,
    while units within one are not approved by the level below, and while late entries of an open period wait to be
    decided on.
    """
    deed.hold()
    entry = entry_of(data)
    first, last = span_of(entry, period)
    if last >= deed.on:
        raise Refused(
            _("Approving %(period)s was asked for.") % {"period": period},
            _("It lasts until %(last)s.") % {"last": last},
            _("Wait until it is over."),
            code="period-runs",
        )
    places = Places()
    present = _present(entry, first, units)
    waiting = _with_late_entries(present.values())
    reached = reached_in(entry, first)
    new: list[Approval] = []
    old: list[Approval] = []
    for unit in _known(entry, places, units):
        one = present.get(unit) or Approval(
            key=key_of(entry, period, unit),
            workflow=entry.key,
            unit=places.regions[unit],
            from_on=first,
            until_on=last,
        )
        level = next_level(entry, one)
        if level is None:
            raise _nothing_to_do(one, _("It is approved by every level already."))
        if one.pk in waiting:
            raise _nothing_to_do(one, _("Late entries wait for it: %(count)d.") % {"count": waiting[one.pk]},
                                 _("Enter or decline them first."))  # fmt: skip
        _demand_office(deed, places, one, level)
        _demand_another_person(deed, one)
        _demand_what_lies_within(entry, places, one, level, reached)
        reached[unit] = level
        one.locked_on = one.locked_on or deed.on
        one.level, one.approved_on, one.approved_by = level, deed.on, getattr(deed.by, "username", "")
        (new if one._state.adding else old).append(one)
    deed.subject = f"{entry.key}:{period}"
    deed.add_many(new)
    deed.save_many(old, *FIELDS)
    return [*new, *old]


@verb("approval.periods.unapproved", right=RIGHT, title=gettext_lazy("Period un-approved"))
def unapprove(deed: Deed, *, data: str, period: str, units: Sequence[str]) -> list[Approval]:
    """Open the data of units in a period again, with a reason: every level will approve anew.

    Only the office whose approval stands, or one above it, may do so.
    """
    terms.demand_reason(deed.reason, _("Un-approving a period"))
    deed.hold()
    entry = entry_of(data)
    first, _last = span_of(entry, period)
    places = Places()
    present = _present(entry, first, units)
    opened = []
    for unit in _known(entry, places, units):
        one = present.get(unit)
        if one is None or not one.level:
            raise Refused(
                _("Un-approving %(period)s of %(unit)s was asked for.")
                % {"period": period, "unit": places.regions[unit]},
                _("It is not approved."),
                _("Nothing more needs to be done; it can be written to."),
                code="not-approved",
            )
        _demand_office(deed, places, one, one.level)
        one.level, one.locked_on, one.approved_on, one.approved_by = "", None, None, ""
        one.opened_on, one.reason = deed.on, deed.reason
        opened.append(one)
    deed.subject = f"{entry.key}:{period}"
    deed.save_many(opened, *FIELDS)
    return opened


def approve_all(*, data: str, period: str, level: str, by: Any, on: date) -> int:
    """Approve a period at a level for all units whose turn it is there; how many. A repeat finds none."""
    entry, places = entry_of(data), Places()
    first, _last = span_of(entry, period)
    units = places.units(entry)
    present = _present(entry, first, [one.pk for one in units])
    drafts = {one.pk: present.get(one.pk) or Approval(workflow=entry.key, unit=one) for one in units}
    due = [unit for unit, one in drafts.items() if next_level(entry, one) == level]
    return len(approve(data=data, period=period, units=due, by=by, on=on)) if due else 0


def key_of(entry: Any, period: str, unit: str) -> str:
    """The key of the approval of a unit's data in a period."""
    return f"{entry.key}-{period}-{unit}"[-60:]


def _present(entry: Any, first: date, units: Sequence[str]) -> dict[str, Approval]:
    rows = Approval.objects.filter(workflow=entry.key, from_on=first, unit__in=units).select_related("unit")
    return {one.unit_id: one for one in rows}


def _with_late_entries(approvals: Any) -> dict[str, int]:
    """How many late entries wait for approvals that are open, by their keys."""
    found: dict[str, int] = {}
    for key in LateEntry.objects.filter(
        approval__in=[one.pk for one in approvals if not one.level], state="waiting", withdrawn_on=None
    ).values_list("approval_id", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


def _known(entry: Any, places: Places, units: Sequence[str]) -> list[str]:
    """The units that are named, those of the lowest level first."""
    known = [one.pk for one in places.units(entry)]
    asked = set(units)
    for unit in units:
        if unit not in known:
            raise Refused(
                _("The unit “%(unit)s” was named.") % {"unit": unit},
                _("It does not approve %(data)s.") % {"data": title_of(entry)},
                _("Those that do: %(units)s.") % {"units": ", ".join(sorted(known))},
                code="no-such-unit",
            )
    if not units:
        raise Refused(
            _("Units were to be named."), _("None was."), _("Select the units first, then the verb."),
            code="no-unit",
        )  # fmt: skip
    return [one for one in known if one in asked]


def _demand_office(deed: Deed, places: Places, one: Approval, level: str) -> None:
    """Only the unit of that level that the data belong to, or one above it, decides."""
    office = places.office(one.unit, level)
    if rights.covers(rights.reaches(deed.by, deed.right, on=deed.on), office.path if office else ""):
        return
    raise NotAllowed(
        _("Deciding on %(approval)s was asked for.") % {"approval": one},
        _("That is for %(office)s (%(level)s).") % {"office": office or "-", "level": level_in_words(level)},
        _("Ask that office, or one above it."),
    )


def _demand_another_person(deed: Deed, one: Approval) -> None:
    """Two levels are two pairs of eyes."""
    if one.level and not isinstance(deed.by, rights.System) and one.approved_by == deed.by.username:
        raise _nothing_to_do(one, _("You approved it at the level below."), _("Let somebody else approve it here."))


def _demand_what_lies_within(
    entry: Any, places: Places, one: Approval, level: str, reached: Mapping[str, str]
) -> None:  # fmt: skip
    """The units within a unit come before it."""
    below, open_ones = not_yet_below(entry, places, one.unit, level, reached)
    if open_ones:
        more = len(open_ones) - NAMED
        said = {"level": level_in_words(below), "units": titles.listed(open_ones[:NAMED]), "more": more}
        raise _nothing_to_do(
            one,
            (_("Units within it are not approved by %(level)s yet: %(units)s and %(more)d more.") if more > 0
             else _("Units within it are not approved by %(level)s yet: %(units)s.")) % said,
            _("Let %(level)s approve them first, or leave this unit out until then.") % said,
        )  # fmt: skip


def _nothing_to_do(one: Approval, prevents: str, instead: str = "") -> Refused:
    return Refused(
        _("Approving %(approval)s was asked for.") % {"approval": one}, prevents,
        instead or _("Nothing more needs to be done."), code="not-to-approve",
    )  # fmt: skip

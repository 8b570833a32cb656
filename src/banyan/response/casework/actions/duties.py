"""Verbs of duties: what is late goes up, work changes hands, and whoever has a tie gives them away.

`run_clocks(by=, on=)` is the room's part of the daily flow and may be repeated on a day. Bulk verbs:
`raise_late(duties=…)`, `reassign_cases(cases=…, to=person)`, `reassign_clues(clues=…, to=person)`,
`recuse(cases=…, clues=…)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.kit import titles
from banyan.kit.duties import next_superior, superiors
from banyan.kit.keys import fresh
from banyan.kit.models import Person
from banyan.kit.people import demand_able
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.plans.queries.ties import ties_of
from banyan.response.casework.models import Case, Clue, Duty
from banyan.response.casework.queries.desks import Desks
from banyan.response.casework.queries.work import late_duties, open_cases, open_clues, open_duties, tied_matters

INTEREST_DECLARED = titles.by_house(gettext_noop("The officer declared an interest in the firm."))

SUPERVISE = "casework.supervise"
BATCH = 2000


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """Pass on the matters of officers who declared an interest, then let what is late go up a level, once a duty."""
    barred = {name: tied_matters(rows, on=on) for name, rows in (("cases", open_cases()), ("clues", open_clues()))}
    if passed := sum(map(len, barred.values())):
        recuse(**barred, by=by, on=on, reason=INTEREST_DECLARED)
    late = list(late_duties(on=on))
    if late:
        raise_late(duties=late, by=by, on=on, reason=titles.TERM_IS_OVER)
    return {"duties raised": len(late), "matters passed on": passed}


@verb("casework.late.raised", right=SUPERVISE, title=gettext_lazy("Raised a level, being late"))
def raise_late(deed: Deed, *, duties: Sequence[Duty]) -> int:
    """Tell the next superior of each late duty, once; whoever had it keeps it, and the chain shows both."""
    chain = superiors(on=deed.on, right=SUPERVISE)
    paths = _paths(duties)
    for duty in duties:
        if duty.ended_on or duty.raised_on or duty.due_on is None or duty.due_on >= deed.on:
            raise Refused(
                _("Raising %(duty)s by a level was asked for.") % {"duty": duty},
                _("It is not late, or it went up already."),
                _("Wait until its term is over."),
                code="not-late",
            )
        duty.raised_on = deed.on
        above = next_superior(chain, paths[duty.pk], duty.officer_id)
        duty.raised_to_id = above if above != duty.officer_id else None
    deed.save_many(duties, "raised_on", "raised_to")
    for model, name in ((Case, "case_id"), (Clue, "clue_id")):
        keys = sorted({getattr(duty, name) for duty in duties} - {None})
        matters = [one for start in range(0, len(keys), BATCH) for one in model.objects.filter(
            pk__in=keys[start : start + BATCH]).order_by("key")]  # fmt: skip
        for one in matters:
            one.escalated_on = deed.on
        deed.save_many(matters, "escalated_on")
    return len(duties)


@verb("casework.cases.reassigned", right="casework.reassign", title=gettext_lazy("Cases reassigned"))
def reassign_cases(deed: Deed, *, cases: Sequence[Case], to: Person) -> Sequence[Case]:
    """Give cases to another officer, who has no tie to their firms; the chain keeps who had them until when."""
    return _give(deed, cases, to)


@verb("casework.clues.reassigned", right="casework.reassign", title=gettext_lazy("Clues reassigned"))
def reassign_clues(deed: Deed, *, clues: Sequence[Clue], to: Person) -> Sequence[Clue]:
    """Give clues to another officer."""
    return _give(deed, clues, to)


@verb("casework.matters.recused", right="casework.reassign", title=gettext_lazy("Passed on because of a tie"))
def recuse(deed: Deed, *, cases: Sequence[Case] = (), clues: Sequence[Clue] = ()) -> int:
    """Pass matters on from officers who are tied to their firm; each to the nearest desk with the least to do."""
    desks = Desks(on=deed.on)
    for matters in (cases, clues):
        _pass_on(deed, matters, desks)
    return len(cases) + len(clues)


def _pass_on(deed: Deed, matters: Sequence[Any], desks: Desks) -> None:
    """Put matters on other desks; the former officer's duty ends."""
    tied = ties_of({one.assignee.username for one in matters if one.assignee}, on=deed.on)
    for one in matters:
        if not one.assignee or one.party_id not in tied.get(one.assignee.username, ()):
            raise Refused(
                _("Passing on %(matter)s because of a tie was asked for.") % {"matter": one},
                _("Its officer has declared no interest in the firm."),
                _("Declare the interest first, or reassign the matter."),
                code="no-tie",
            )
        former = one.assignee_id
        path = one.county.path if one.county else ""
        one.assignee_id = desks.pick("casework.handle", path, party=one.party_id, but=(former,))
        deed.save_many([one], "assignee")
        _move_duties(deed, [one], {former})


def _give(deed: Deed, matters: Sequence[Any], to: Person) -> Sequence[Any]:
    if not matters:
        return matters
    demand_able(to, matters, on=deed.on)
    barred = ties_of({to.username}, on=deed.on).get(to.username, set())
    if any(one.party_id in barred for one in matters):
        raise Refused(
            _("Giving a matter to %(person)s was asked for.") % {"person": to},
            _("%(person)s has declared an interest in the firm.") % {"person": to},
            _("Choose somebody else."),
            _("Administrative Penalty Law, art. 43"),
            code="tied",
        )
    former = {one.assignee_id for one in matters}
    for one in matters:
        one.assignee = to
    deed.save_many(matters, "assignee")
    _move_duties(deed, matters, former)
    return matters


def _move_duties(deed: Deed, matters: Sequence[Any], former: set[Any]) -> None:
    """The open duties of those who had matters end as passed on; the same begin for the new officer."""
    name = "clue" if isinstance(matters[0], Clue) else "case"
    officers = {one.pk: one.assignee_id for one in matters}
    open_ = open_duties().filter(**{f"{name}__in": list(officers)}).order_by("key")
    held = [duty for duty in open_ if duty.officer_id in former]
    begun = []
    for duty in held:
        duty.ended_on, duty.ended_by, duty.end = deed.on, getattr(deed.by, "username", ""), "passed"
        begun.append(
            Duty(
                key=fresh("du"), county_id=duty.county_id, task=duty.task, rule=duty.rule, from_on=deed.on,
                due_on=duty.due_on,
                officer_id=officers[getattr(duty, f"{name}_id")], **{f"{name}_id": getattr(duty, f"{name}_id")},
            )
        )  # fmt: skip
    deed.save_many(held, "ended_on", "ended_by", "end")
    deed.add_many(begun)


def _paths(duties: Sequence[Duty]) -> dict[str, str]:
    """The path of the office of each duty; "" where it has none."""
    found: dict[str, str] = {}
    keys = [duty.pk for duty in duties]
    for start in range(0, len(keys), BATCH):
        rows = Duty.objects.filter(pk__in=keys[start : start + BATCH])
        found |= {key: path or "" for key, path in rows.values_list("pk", "county__path")}
    return found

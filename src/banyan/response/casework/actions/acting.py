"""What every verb of a case does around its own deed: ties, the state, the duty that ends and the one that begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import terms as kit_terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.terms import CLOCK
from banyan.kit.verbs import Deed
from banyan.kit.workflow import NotNow, Workflow
from banyan.records.plans.queries.ties import ties_of
from banyan.response.casework.models import CASE_FLOW, Case, Clue, Duty
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.desks import Desks
from banyan.response.casework.queries.work import last_done

MAIN = tuple({task for task, _rule in terms.STEPS.values()} | {"verify"})
"""The duties of which a clue or case has one at a time; publishing and the transfer run beside them."""


def demand_untied(deed: Deed, matters: Sequence[Any]) -> None:
    """Refuse what somebody does in a matter of a firm in which that person has declared an interest."""
    username = getattr(deed.by, "username", "")
    barred = ties_of({username}, on=deed.on).get(username, set())
    found = next((one for one in matters if one.party_id in barred), None)
    if found is not None:
        raise Refused(
            _("Acting in a matter of %(party)s was asked for.") % {"party": found.party},
            _("You have declared an interest in this firm, so you do not act in its cases."),
            _("Let somebody else act: the case can be reassigned."),
            _("Administrative Penalty Law, art. 43"),
            code="tied",
        )


def begin(deed: Deed, flow: Workflow, record: Any, move: str) -> None:
    """Refuse a move that the record's state does not allow, saying who changed it last, or that a tie forbids."""
    case = record if isinstance(record, Case | Clue) else record.case
    demand_untied(deed, [case])
    deed.subject = f"{record.noun}:{record.pk}"
    try:
        flow.demand(record, move)
    except NotNow as refusal:
        raise NotNow(
            refusal.asked, " ".join(filter(None, (refusal.prevents, last_done(record)))), refusal.instead,
            refusal.written,
        ) from refusal  # fmt: skip


def start(deed: Deed, case: Case, move: str, *, to: str | None = None) -> None:
    """Let a case make a move; its fields are the verb's."""
    begin(deed, CASE_FLOW, case, move)
    CASE_FLOW.move(case, move, to)


def finish(deed: Deed, case: Case, *fields: str, desks: Desks | None = None) -> Case:
    """Save a case after a move that led to another state: the duty of the state before is done, the next begins."""
    end_duties(deed, case, MAIN)
    begin_duty_of_state(deed, case, desks or Desks(on=deed.on))
    return deed.save(case, "state", *fields, *CLOCK)


def begin_duty_of_state(deed: Deed, case: Case, desks: Desks) -> None:
    """The clock and the duty of the state in which a case now is; none where nothing follows."""
    task, rule = terms.step_of(case)
    if not task:
        kit_terms.stop_clock(case)
        return
    found = due_of(case, rule, on=deed.on)
    kit_terms.set_clock(case, rule, found)
    deed.add(new_duty(case, task, rule, found, on=deed.on, officer=officer_for(case, task, desks)))


def due_of(case: Case, rule: str, *, on: date) -> policy.Due | None:
    """The end of a case's term: of the one to decide, the day that extensions and stops have moved it to."""
    if rule != terms.DECIDE:
        return terms.due(rule, start=on, rules_on=case.rules_on)
    found = terms.due(rule, start=case.filed_on, rules_on=case.rules_on, extended=case.extended_on is not None)
    if found is None or not case.days_stopped:
        return found
    return policy.Due(
        found.on + timedelta(days=case.days_stopped), found.provisional, found.counted, found.counted_zh
    )


def officer_for(case: Case, task: str, desks: Desks) -> int | None:
    """Whose duty a task of a case is: the officer in charge, or for review and decision somebody who may."""
    if task not in ("review", "decide"):
        return case.assignee_id
    path = case.county.path if case.county else ""
    chosen = desks.pick(
        terms.RIGHTS[task], path, party=case.party_id, but=(case.assignee_id,) if case.assignee_id else ()
    )
    return chosen or case.assignee_id


def new_duty(
    matter: Clue | Case, task: str, rule: str, found: policy.Due | None, *, on: date, officer: int | None
) -> Duty:
    """A duty, not yet stored."""
    of = {"clue": matter} if isinstance(matter, Clue) else {"case": matter}
    return Duty(
        key=fresh("du"), county_id=matter.county_id, task=task, rule=rule if found else "", officer_id=officer,
        from_on=on, due_on=found.on if found else None, **of,
    )  # fmt: skip


def end_duties(
    deed: Deed, matter: Clue | Case, tasks: Sequence[str], *, end: str = "done", on: date | None = None
) -> list[Duty]:
    """End the open duties of some kinds: done by whoever acts, or for another reason."""
    of = {"clue": matter} if isinstance(matter, Clue) else {"case": matter}
    found = list(Duty.objects.filter(**of, task__in=tasks, ended_on=None, withdrawn_on=None).order_by("key"))
    for duty in found:
        duty.ended_on, duty.ended_by, duty.end = on or deed.on, getattr(deed.by, "username", ""), end
    deed.save_many(found, "ended_on", "ended_by", "end")
    return found


def demand_other(deed: Deed, asked: Any, before: str, written: str) -> None:
    """Refuse that whoever investigated also does what another person is to do."""
    if before and getattr(deed.by, "username", "") == before:
        raise Refused(
            _("%(what)s was asked for.") % {"what": asked},
            _("You investigated this case yourself."),
            _("Let somebody else do it."),
            written,
            code="same-person",
        )

"""Verbs of remedies: a reconsideration or lawsuit against a penalty is recorded, and what it came to takes effect."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms as kit_terms
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.actions import acting
from banyan.response.casework.models import CASE_FLOW, Case, Outcome, Remedy
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.discretion import CENT, range_of
from banyan.response.casework.queries.owing import owed

HANDLE = "casework.handle"
UNPUBLISH = "casework.unpublish"
MAY_ASK = {Remedy.Kind.RECONSIDERATION: "casework.reconsider", Remedy.Kind.LAWSUIT: "casework.sue"}
SUE_AFTER = "casework.sue_after_reconsideration"


@verb("casework.remedy.asked", right=HANDLE, title=gettext_lazy("Reconsideration or lawsuit recorded"))
def ask_remedy(
    deed: Deed, *, case: Case, kind: str, authority: str, number: str = "", asked_on: date | None = None
) -> Remedy:
    """Record that the party contests its penalty. Until when it could is told; whether it came in time the other
    authority decides. The penalty holds meanwhile, but no court is asked to enforce it.
    """
    acting.begin(deed, CASE_FLOW, case, "ask_remedy")
    day = asked_on or deed.on
    if case.outcome != Outcome.PENALTY or not authority.strip():
        raise Refused(
            _("Contesting %(case)s was to be recorded.") % {"case": case},
            _("It has no penalty, or it is not said with which authority or court."),
            _("Name it as its notice does."),
            code="nothing-to-contest",
        )
    kit_terms.demand_order(
        what=gettext_lazy("The reconsideration or lawsuit"),
        of=case,
        day=day,
        earliest=case.decided_on,
        latest=deed.on,
    )
    if standing := Remedy.objects.filter(case=case, end="", withdrawn_on=None).first():
        raise Refused(
            _("Contesting %(case)s was to be recorded.") % {"case": case},
            _("%(standing)s is still open.") % {"standing": standing},
            _("Record its end first."),
            code="remedy-open",
        )
    number_of_those = Remedy.objects.filter(case=case).count()
    return deed.add(
        Remedy(
            key=f"{case.pk}.r{number_of_those + 1}", case=case, kind=kind, authority=authority.strip(),
            number=number.strip(), asked_on=day, ask_by=_ask_by(case, kind), fine_before=case.fine,
        )
    )  # fmt: skip


@verb("casework.remedy.ended", right=HANDLE, title=gettext_lazy("End of a reconsideration or lawsuit recorded"))
def end_remedy(
    deed: Deed, *, remedy: Remedy, end: str, words: str, ended_on: date | None = None, fine: Decimal | None = None
) -> Remedy:
    """Record how a reconsideration or lawsuit ended. What was quashed is public no more, from this moment on."""
    acting.demand_untied(deed, [remedy.case])
    asked = _("The end of %(remedy)s was to be recorded.") % {"remedy": remedy}
    if remedy.end:
        raise Refused(
            asked, _("It ended on %(day)s.") % {"day": remedy.ended_on}, _("Nothing has to be done."), code="ended"
        )
    kit_terms.demand_reason(words, _("The end of a reconsideration or lawsuit"))
    day = ended_on or deed.on
    kit_terms.demand_order(what=gettext_lazy("The end"), of=remedy, day=day, earliest=remedy.asked_on, latest=deed.on)
    if (end == Remedy.End.CHANGED) != (fine is not None) or end not in Remedy.End.values:
        raise Refused(
            asked,
            _("A fine belongs to an end that changes it, and to no other."),
            _("Choose the end, and enter the fine where it was changed."),
            code="end-unclear",
        )
    remedy.end, remedy.ended_on, remedy.words = end, day, words.strip()
    (case,) = deed.locked([remedy.case])
    if end == Remedy.End.CHANGED and fine is not None:
        remedy.fine_after = fine.quantize(CENT)
        _change_fine(deed, case, remedy.fine_after)
    elif end == Remedy.End.QUASHED:
        remedy.fine_after = Decimal(0)
        _quash(deed, case, day)
    deed.subject = f"{case.noun}:{case.pk}"
    return deed.save(remedy, "end", "ended_on", "words", "fine_after")


def _ask_by(case: Case, kind: str) -> date | None:
    """Until when the party may ask: from the service, or from the end of a reconsideration where it then sues."""
    if case.served_on is None:
        return None
    before = Remedy.objects.filter(case=case, kind=Remedy.Kind.RECONSIDERATION).exclude(end="").order_by("key").last()
    is_after = kind == Remedy.Kind.LAWSUIT and before is not None
    start = before.ended_on if is_after and before and before.ended_on else case.served_on
    found = terms.due(SUE_AFTER if is_after else MAY_ASK[Remedy.Kind(kind)], start=start)
    return found.on if found else None


def _change_fine(deed: Deed, case: Case, fine: Decimal) -> None:
    """The fine as another authority changed it; what was paid already may be enough now."""
    found = range_of(case.breach, case.step, goods_value=case.goods_value, on=case.rules_on)
    case.fine, case.fine_position = fine, found.place(fine) if found else None
    if case.state in ("served", "demanded") and owed(case, on=deed.on) == 0:
        case.state = "fulfilled"
        acting.finish(deed, case, "fine", "fine_position")
        return
    deed.save(case, "fine", "fine_position")


def _quash(deed: Deed, case: Case, day: date) -> None:
    """No penalty any more: it leaves the public pages at once, and the case is to be closed anew."""
    CASE_FLOW.move(case, "lose_penalty")
    case.outcome, case.closed_on, case.publish_by = Outcome.QUASHED, None, None
    acting.end_duties(deed, case, ("publish",), end="void")
    if case.published_on:
        case.public_until = day
        found = terms.due(UNPUBLISH, start=day)
        duty = acting.new_duty(case, "unpublish", UNPUBLISH, found, on=day, officer=case.assignee_id)
        duty.ended_on, duty.ended_by, duty.end = deed.on, getattr(deed.by, "username", ""), "done"
        deed.add(duty)
    acting.finish(deed, case, "outcome", "closed_on", "publish_by", "public_until")

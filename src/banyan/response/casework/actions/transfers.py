"""Verbs of the transfer to the police: proposed by the threshold, decided, sent, receipted, answered, contested."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from banyan.kit import terms as kit_terms
from banyan.kit.refusals import Refused
from banyan.kit.terms import CLOCK
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.actions import acting
from banyan.response.casework.actions.papers import issue
from banyan.response.casework.models import CASE_FLOW, TRANSFER_FLOW, Case, Outcome, Transfer
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.desks import Desks
from banyan.response.casework.queries.transferring import measured, reached

RULES = {
    "transfer": "casework.transfer_decide",
    "hand_over": "casework.transfer_send",
    "copy": "casework.transfer_copy",
}
ANSWER, CONTEST = "casework.police_decide", "casework.contest"


@verb("casework.transfer.proposed", right="casework.handle", title=gettext_lazy("Transfer to the police proposed"))
def propose_transfer(
    deed: Deed, *, case: Case, sales: Decimal | None = None, goods_value: Decimal | None = None
) -> Transfer:
    """Propose the transfer of a case that reaches a threshold, by its sales or the value of its goods."""
    acting.begin(deed, CASE_FLOW, case, "propose_transfer")
    case.sales = sales if sales is not None else case.sales
    case.goods_value = goods_value if goods_value is not None else case.goods_value
    asked = _("Transferring %(case)s to the police was asked for.") % {"case": case}
    found = reached(case, on=deed.on)
    if found is None:
        known = "; ".join(
            _("%(title)s: %(amount)s, from %(least)s on")
            % {"title": one.title, "amount": "—" if one.amount is None else one.amount, "least": one.at_least}
            for one in measured(case, on=deed.on)
        )
        raise Refused(
            asked,
            _("No threshold is reached: %(known)s.") % {"known": known},
            _("Go on with the penalty; enter sales and value of the goods where they are known."),
            kit_terms.written(RULES["transfer"], on=deed.on),
            code="below-threshold",
        )
    if standing := Transfer.objects.filter(case=case).exclude(state__in=("rejected", "returned")).first():
        raise Refused(asked, _("One was proposed on %(day)s.") % {"day": standing.proposed_on},
                      _("Go on with that one."), code="transfer-twice")  # fmt: skip
    deed.save(case, "sales", "goods_value")
    one = Transfer(
        key=f"{case.pk}.t{Transfer.objects.filter(case=case).count() + 1}", case=case, offence=found.offence,
        measure=found.measure, amount=found.amount, threshold=found.at_least, proposed_on=deed.on,
        proposed_by=getattr(deed.by, "username", ""),
    )  # fmt: skip
    path = case.county.path if case.county else ""
    head = Desks(on=deed.on).pick("casework.decide", path, party=case.party_id, but=(case.assignee_id or 0,))
    _run(deed, one, "transfer", officer=head or case.assignee_id)
    one.assignee_id = head or case.assignee_id
    return deed.add(one)


@verb("casework.transfer.approved", right="casework.decide", title=gettext_lazy("Transfer approved"))
def approve_transfer(deed: Deed, *, transfer: Transfer) -> Transfer:
    """Approve the transfer: the case goes to the police within a day."""
    _decide(deed, transfer, "approve_transfer")
    _run(deed, transfer, "hand_over", officer=transfer.case.assignee_id)
    return deed.save(transfer, "state", "decided_on", "decided_by", *CLOCK)


@verb("casework.transfer.rejected", right="casework.decide", title=gettext_lazy("Transfer not approved"))
def reject_transfer(deed: Deed, *, transfer: Transfer) -> Transfer:
    """Do not approve the transfer, with the reason, which goes into the file."""
    kit_terms.demand_reason(deed.reason, TRANSFER_FLOW.moves["reject_transfer"].label)
    _decide(deed, transfer, "reject_transfer")
    kit_terms.stop_clock(transfer)
    return deed.save(transfer, "state", "decided_on", "decided_by", *CLOCK)


@verb("casework.transfer.sent", right="casework.handle", title=gettext_lazy("Case handed to the police"))
def hand_over(deed: Deed, *, transfer: Transfer, police: str) -> Transfer:
    """Hand the case to the police with its file; the copy to the prosecutor is due at the same time."""
    acting.begin(deed, TRANSFER_FLOW, transfer, "hand_over")
    TRANSFER_FLOW.move(transfer, "hand_over")
    transfer.police, transfer.sent_on = police.strip(), deed.on
    _demand_named(transfer, transfer.police)
    acting.end_duties(deed, transfer.case, ("hand_over",))
    _run(deed, transfer, "copy", officer=transfer.case.assignee_id)
    deed.save(transfer, "state", "police", "sent_on", *CLOCK)
    (case,) = deed.locked([transfer.case])
    CASE_FLOW.move(case, "hand_over")
    case.outcome, case.decided_on, case.decided_by = Outcome.POLICE, deed.on, getattr(deed.by, "username", "")
    issue(deed, case, "transfer")
    acting.finish(deed, case, "outcome", "decided_on", "decided_by")
    return transfer


@verb("casework.transfer.copied", right="casework.handle", title=gettext_lazy("Copied to the prosecutor"))
def copy_to_prosecutor(deed: Deed, *, transfer: Transfer, prosecutor: str) -> Transfer:
    """Record the copy to the prosecutor."""
    acting.begin(deed, TRANSFER_FLOW, transfer, "copy_to_prosecutor")
    _demand_named(transfer, prosecutor.strip())
    if transfer.copied_on is not None:
        raise Refused(
            _("A copy of %(transfer)s was to be recorded.") % {"transfer": transfer},
            _("One was sent on %(day)s.") % {"day": transfer.copied_on},
            _("Nothing has to be done."),
            code="copied-already",
        )
    transfer.prosecutor, transfer.copied_on = prosecutor.strip(), deed.on
    acting.end_duties(deed, transfer.case, ("copy",))
    return deed.save(transfer, "prosecutor", "copied_on")


@verb("casework.transfer.receipted", right="casework.handle", title=gettext_lazy("Receipt of the police recorded"))
def record_receipt(deed: Deed, *, transfer: Transfer, receipt: str, receipted_on: date | None = None) -> Transfer:
    """Record the receipt of the police: the term in which they decide begins."""
    acting.begin(deed, TRANSFER_FLOW, transfer, "record_receipt")
    TRANSFER_FLOW.move(transfer, "record_receipt")
    _demand_named(transfer, receipt.strip())
    transfer.receipt, transfer.receipted_on = receipt.strip(), receipted_on or deed.on
    kit_terms.demand_order(what=pgettext_lazy("transfer", "The receipt"), of=transfer, day=transfer.receipted_on,
                           earliest=transfer.sent_on, latest=deed.on)  # fmt: skip
    found = terms.due(ANSWER, start=transfer.receipted_on)
    kit_terms.set_clock(transfer, ANSWER, found)
    transfer.answer_by = found.on if found else None
    return deed.save(transfer, "state", "receipt", "receipted_on", "answer_by", *CLOCK)


@verb("casework.transfer.answered", right="casework.handle", title=gettext_lazy("Decision of the police recorded"))
def record_answer(deed: Deed, *, transfer: Transfer, is_accepted: bool, answer: str) -> Transfer:
    """Record whether the police opened a case. Where not, reconsideration may be asked for within its term."""
    acting.begin(deed, TRANSFER_FLOW, transfer, "record_answer")
    TRANSFER_FLOW.move(transfer, "record_answer", "accepted" if is_accepted else "returned")
    kit_terms.demand_reason(answer, TRANSFER_FLOW.moves["record_answer"].label)
    transfer.answer, transfer.answered_on = answer.strip(), deed.on
    kit_terms.set_clock(transfer, CONTEST, None if is_accepted else terms.due(CONTEST, start=deed.on))
    return deed.save(transfer, "state", "answer", "answered_on", *CLOCK)


@verb("casework.transfer.contested", right="casework.handle", title=gettext_lazy("Reconsideration asked for"))
def contest_answer(deed: Deed, *, transfer: Transfer) -> Transfer:
    """Ask the police for reconsideration, or the prosecutor for supervision, with the reason."""
    acting.begin(deed, TRANSFER_FLOW, transfer, "contest_answer")
    kit_terms.demand_reason(deed.reason, TRANSFER_FLOW.moves["contest_answer"].label)
    TRANSFER_FLOW.move(transfer, "contest_answer")
    kit_terms.stop_clock(transfer)
    return deed.save(transfer, "state", *CLOCK)


@verb("casework.case.taken_back", right="casework.handle", title=gettext_lazy("Case taken back from the police"))
def take_back(deed: Deed, *, transfer: Transfer) -> Case:
    """Take back a case in which the police opened none: its procedure goes on, without the days between."""
    acting.begin(deed, TRANSFER_FLOW, transfer, "take_back")
    (case,) = deed.locked([transfer.case])
    CASE_FLOW.demand(case, "take_back")
    CASE_FLOW.move(case, "take_back")
    case.outcome, case.decided_on, case.decided_by = "", None, ""
    case.days_stopped += (deed.on - (transfer.sent_on or deed.on)).days
    found = acting.due_of(case, terms.DECIDE, on=deed.on)
    case.decide_by = found.on if found else None
    kit_terms.stop_clock(transfer)
    deed.save(transfer, *CLOCK)
    return acting.finish(deed, case, "outcome", "decided_on", "decided_by", "days_stopped", "decide_by")


def _decide(deed: Deed, transfer: Transfer, move: str) -> None:
    acting.begin(deed, TRANSFER_FLOW, transfer, move)
    acting.demand_other(
        deed, TRANSFER_FLOW.moves[move].label, transfer.proposed_by, kit_terms.written(RULES["transfer"], on=deed.on)
    )
    TRANSFER_FLOW.move(transfer, move)
    transfer.decided_on, transfer.decided_by = deed.on, getattr(deed.by, "username", "")
    acting.end_duties(deed, transfer.case, ("transfer",))


def _run(deed: Deed, transfer: Transfer, task: str, *, officer: int | None) -> None:
    """The clock of a step of the transfer, with its duty."""
    found = terms.due(RULES[task], start=deed.on)
    kit_terms.set_clock(transfer, RULES[task], found)
    deed.add(acting.new_duty(transfer.case, task, RULES[task], found, on=deed.on, officer=officer))


def _demand_named(transfer: Transfer, said: str) -> None:
    if not said:
        raise Refused(
            _("A step of %(transfer)s was to be recorded.") % {"transfer": transfer},
            _("It is not said which authority, or which number."),
            _("Write it as it stands on the paper."),
            str(TRANSFER_FLOW.written),
            code="name-missing",
        )

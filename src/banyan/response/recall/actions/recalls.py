"""Verbs with which recalls begin: by notice, by the maker's own decision, by order; and the objection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _

from banyan.insight.risk.queries import level_of
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.recall.actions import goods
from banyan.response.recall.actions.inquiries import conclude
from banyan.response.recall.actions.leads import conclude_leads
from banyan.response.recall.models import LEAD_FLOW, RECALL_FLOW, Inquiry, Lead, Recall
from banyan.response.recall.models.leads import Source
from banyan.response.recall.queries import terms

BEGINNING = ("state", "basis", "plan_by", *terms.CLOCK)


@verb("recall.notice.served", right="recall.decide")
def notify_recall(deed: Deed, *, inquiry: Inquiry, defect: str = "", hazard: str = "") -> Recall:
    """Serve the maker a notice to recall. Refused before a second person upheld an assessment of the risk."""
    if not (level := level_of(inquiry)):
        raise Refused(
            _("A notice to recall %(inquiry)s was asked for.") % {"inquiry": inquiry},
            _("No assessment of its risk was upheld by a second person."),
            _("Assess the risk and have it reviewed first."),
            str(RECALL_FLOW.written),
            code="risk-not-reviewed",
        )
    recall = _of_inquiry(inquiry, defect, hazard, basis=Recall.Basis.NOTICE, level=level)
    recall.state, recall.notified_on = "notified", deed.on
    terms.run_clock(recall, "objection", start=deed.on)
    recall.object_by = recall.due_on
    conclude(deed, inquiry, "notify_recall", deed.reason or str(_("A defect was found; the maker is to recall.")))
    return _begun(deed, recall)


@verb("recall.begun.by_maker", right="recall.answer")
def start_recall(deed: Deed, *, inquiry: Inquiry, defect: str = "", hazard: str = "") -> Recall:
    """Record that the maker, having found the defect itself, recalls: the term for the plan begins."""
    recall = _of_inquiry(inquiry, defect, hazard, basis=Recall.Basis.VOLUNTARY, level=level_of(inquiry))
    _await_plan(recall, deed)
    conclude(deed, inquiry, "start_recall", deed.reason or str(_("The maker found a defect and recalls.")))
    return _begun(deed, recall)


@verb("recall.begun.voluntarily", right="recall.decide")
def start_voluntary(deed: Deed, *, lead: Lead, defect: str = "", hazard: str = "") -> Recall:
    """Record a voluntary recall that a lead told of, without an inquiry."""
    LEAD_FLOW.demand(lead, "start_voluntary")
    recall = Recall(
        **goods.shared_of(lead), basis=Recall.Basis.VOLUNTARY, cause=lead.source, lead_on=lead.received_on,
        assignee_id=lead.assignee_id,
    )  # fmt: skip
    recall.defect, recall.hazard = defect or lead.defect, hazard or lead.hazard
    _await_plan(recall, deed)
    conclude_leads(deed, [lead], "start_voluntary")
    return _begun(deed, recall)


@verb("recall.notice.contested", right="recall.answer")
def object_to_notice(deed: Deed, *, recall: Recall, objection: str) -> Recall:
    """File the maker's objection to a notice, with what proves it. Refused when its term is over."""
    RECALL_FLOW.demand(recall, "object_to_notice")
    asked = _("An objection to %(recall)s was to be filed.") % {"recall": recall}
    if recall.object_by and deed.on > recall.object_by:
        raise Refused(
            asked,
            _("The term ended on %(day)s.") % {"day": recall.object_by},
            _("The notice stands; file the plan."),
            terms.written(recall, "objection", on=recall.notified_on or deed.on),
            code="objection-late",
        )
    if not objection.strip():
        raise Refused(
            asked,
            _("It gives no grounds."),
            _("Write what is contested, and by which proof."),
            code="grounds-missing",
        )
    RECALL_FLOW.move(recall, "object_to_notice")
    recall.objection, recall.objected_on = objection, deed.on
    terms.stop_clock(recall)
    return deed.save(recall, "state", "objection", "objected_on", *terms.CLOCK)


@verb("recall.notice.accepted", right="recall.answer")
def accept_notice(deed: Deed, *, recall: Recall) -> Recall:
    """Record that the maker does not contest the notice: the term for the plan begins."""
    RECALL_FLOW.move(recall, "accept_notice")
    _await_plan(recall, deed)
    return deed.save(recall, *BEGINNING)


@verb("recall.notice.stands", right="recall.decide")
def let_notices_stand(deed: Deed, *, recalls: Sequence[Recall]) -> Sequence[Recall]:
    """Record that nobody objected in time, or that no text sets a term for it: the term for the plan begins."""
    for recall in recalls:
        RECALL_FLOW.demand(recall, "let_notice_stand")
        if recall.object_by and deed.on <= recall.object_by:
            raise Refused(
                _("Recording that nobody contested %(recall)s was asked for.") % {"recall": recall},
                _("The maker may object until %(day)s.") % {"day": recall.object_by},
                _("Wait for that day, or record that the maker accepts."),
                terms.written(recall, "objection", on=recall.notified_on or deed.on),
                code="term-runs",
            )
        RECALL_FLOW.move(recall, "let_notice_stand")
        _await_plan(recall, deed)
    deed.save_many(recalls, *BEGINNING)
    return recalls


@verb("recall.objection.rejected", right="recall.decide")
def reject_objection(deed: Deed, *, recall: Recall, decision: str) -> Recall:
    """Reject the maker's objection, with the reasons: the notice stands, and the term for the plan begins."""
    _decide(recall, "reject_objection", decision)
    _await_plan(recall, deed)
    return deed.save(recall, "decision", *BEGINNING)


@verb("recall.objection.upheld", right="recall.decide")
def uphold_objection(deed: Deed, *, recall: Recall, decision: str) -> Recall:
    """Uphold the maker's objection, with the reasons: there is no recall."""
    _decide(recall, "uphold_objection", decision)
    terms.stop_clock(recall)
    return deed.save(recall, "state", "decision", *terms.CLOCK)


@verb("recall.ordered", right="recall.decide")
def order_recall(deed: Deed, *, recall: Recall, ordered_by: str) -> Recall:
    """Record that the maker, who does not act, was ordered to recall, and by whom."""
    RECALL_FLOW.move(recall, "order_recall")
    order(deed, recall, ordered_by)
    return deed.save(recall, "ordered_on", "ordered_by", *BEGINNING)


def order(deed: Deed, recall: Recall, ordered_by: str) -> None:
    """Put a recall under an order within another verb's deed: the term for the plan begins again."""
    if not ordered_by.strip():
        raise Refused(
            _("An order to recall %(recall)s was to be recorded.") % {"recall": recall},
            _("It is not said who gave it."),
            _("Name the authority as it stands in the order."),
            _("SAMR order 19, art. 14"),
            code="authority-missing",
        )
    state = recall.state
    recall.ordered_on, recall.ordered_by = deed.on, ordered_by.strip()
    _await_plan(recall, deed)
    recall.basis, recall.state = Recall.Basis.ORDER, state


def _await_plan(recall: Recall, deed: Deed) -> None:
    recall.state = "plan_due"
    terms.run_clock(recall, "plan", start=deed.on)
    recall.plan_by = recall.due_on


def _decide(recall: Recall, move: str, decision: str) -> None:
    RECALL_FLOW.move(recall, move)
    terms.demand_reason(decision, _("Deciding on an objection"))
    recall.decision = decision


def _of_inquiry(inquiry: Inquiry, defect: str, hazard: str, **more: Any) -> Recall:
    first = inquiry.leads.filter(withdrawn_on=None).order_by("received_on", "key").first()
    recall = Recall(
        **goods.shared_of(inquiry), inquiry=inquiry, cause=first.source if first else Source.OTHER,
        lead_on=inquiry.leads.filter(withdrawn_on=None).aggregate(first=Min("received_on"))["first"],
        assignee_id=inquiry.assignee_id, **more,
    )  # fmt: skip
    recall.defect, recall.hazard = defect or inquiry.defect, hazard or inquiry.hazard
    return recall


def _begun(deed: Deed, recall: Recall) -> Recall:
    recall.begun_on = deed.on
    goods.number(deed, [recall])
    return deed.add(recall)

"""Verbs of inquiries: the order to investigate, the maker's report, the risk, no defect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from banyan.insight.risk import actions as risk
from banyan.insight.risk.queries import Assessment
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.recall.actions import goods
from banyan.response.recall.actions.leads import conclude_leads
from banyan.response.recall.models import INQUIRY_FLOW, LEAD_FLOW, Inquiry, Lead
from banyan.response.recall.queries import terms


@verb("recall.inquiry.ordered", right="recall.decide")
def open_inquiry(deed: Deed, *, lead: Lead, report_by: date, defect: str = "", hazard: str = "") -> Inquiry:
    """Order the maker to investigate what a lead points to, and to report by a day. Gives the inquiry."""
    LEAD_FLOW.demand(lead, "open_inquiry")
    asked = _("Ordering an investigation of %(lead)s was asked for.") % {"lead": lead}
    if lead.maker_id is None:
        raise Refused(
            asked,
            _("No registered firm answers for the goods, so nobody can be ordered."),
            _("Enter the maker, or the agent or importer of foreign goods; or forward the lead."),
            terms.written(lead, "order_investigation", on=deed.on),
            code="maker-missing",
        )
    if report_by < deed.on:
        raise Refused(
            asked, _("%(day)s has passed.") % {"day": report_by}, _("Give the maker a day to come."), code="past-day"
        )
    terms.demand_near(asked=asked, day=report_by, on=deed.on)
    inquiry = Inquiry(
        **goods.shared_of(lead), ordered_on=deed.on, report_by=report_by, due_on=report_by,
        assignee_id=lead.assignee_id,
    )  # fmt: skip
    inquiry.defect, inquiry.hazard = defect or lead.defect, hazard or lead.hazard
    goods.number(deed, [inquiry])
    deed.add(inquiry)
    lead.inquiry = inquiry
    conclude_leads(deed, [lead], "open_inquiry")
    return inquiry


@verb("recall.inquiry.reported", right="recall.answer")
def report_inquiry(deed: Deed, *, inquiry: Inquiry, finding: str) -> Inquiry:
    """Record what the maker found. A late report is recorded as late."""
    INQUIRY_FLOW.move(inquiry, "report_inquiry")
    _demand_words(inquiry, finding, _("what was found"))
    inquiry.finding, inquiry.reported_on = finding, deed.on
    terms.stop_clock(inquiry)
    return deed.save(inquiry, "state", "finding", "reported_on", *terms.CLOCK)


@verb("recall.risk.assessed", right=risk.ASSESS)
def assess_risk(deed: Deed, *, inquiry: Inquiry, scenarios: Sequence[dict[str, Any]], users: str = "") -> Assessment:
    """Assess the risk of the goods of an inquiry by injury scenarios; it counts once a second person agrees."""
    INQUIRY_FLOW.demand(inquiry, "assess_risk")
    return risk.assess(
        deed, about=inquiry, goods=inquiry.product_name, scenarios=scenarios, hazard=inquiry.hazard, users=users,
        product_class=inquiry.product_class, county=inquiry.county,
    )  # fmt: skip


@verb("recall.inquiry.no_defect", right="recall.decide")
def find_no_defect(deed: Deed, *, inquiry: Inquiry, conclusion: str) -> Inquiry:
    """Close an inquiry that found no defect; its leads say so too."""
    _demand_words(inquiry, conclusion, _("the conclusion"))
    return conclude(deed, inquiry, "find_no_defect", conclusion)


def conclude(deed: Deed, inquiry: Inquiry, move: str, conclusion: str) -> Inquiry:
    """Conclude an inquiry within another verb's deed, and say in its leads what it came to."""
    INQUIRY_FLOW.move(inquiry, move)
    inquiry.conclusion, inquiry.concluded_on = conclusion, deed.on
    terms.stop_clock(inquiry)
    deed.save(inquiry, "state", "conclusion", "concluded_on", *terms.CLOCK)
    leads = list(Lead.objects.filter(inquiry=inquiry, state="in_inquiry", withdrawn_on=None).order_by("key"))
    conclude_leads(deed, leads, "find_no_defect" if move == "find_no_defect" else "find_defect")
    return inquiry


def _demand_words(inquiry: Inquiry, words: str, what: Any) -> None:
    if not words.strip():
        raise Refused(
            _("A step of inquiry %(inquiry)s was asked for.") % {"inquiry": inquiry},
            _("It does not say %(what)s.") % {"what": what},
            _("Write it down, in sentences that a reader in ten years understands."),
            str(INQUIRY_FLOW.written),
            code="words-missing",
        )

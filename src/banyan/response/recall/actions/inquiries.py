"""Verbs of inquiries: the order to investigate, the maker's report, the risk and its review, no defect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.recall.actions import goods
from banyan.response.recall.actions.leads import conclude_leads
from banyan.response.recall.models import INQUIRY_FLOW, LEAD_FLOW, Assessment, Inquiry, Lead
from banyan.response.recall.queries import risk, terms


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


@verb("recall.risk.assessed", right="recall.assess")
def assess_risk(deed: Deed, *, inquiry: Inquiry, scenarios: Sequence[dict[str, Any]]) -> Assessment:
    """Assess the risk by injury scenarios and the matrix in force; it counts once a second person agrees."""
    INQUIRY_FLOW.demand(inquiry, "assess_risk")
    found = risk.assessed(scenarios, on=deed.on)
    assessment = Assessment(
        key=fresh("ra"), inquiry=inquiry, level=found.level, worst=found.worst.scenario.name,
        scenarios=[{"name": one["name"], "steps": [str(step) for step in one["steps"]],
                    "severity": int(one["severity"])} for one in scenarios],
        is_robust=found.robust, 
        shifts=[{"scenario": one.scenario, "band": one.band, "severity": one.severity, "level": one.level}
                for one in found.shifts if one.differs],
        matrix=risk.MATRIX, assessed_on=deed.on, assessed_by=deed.by.username,
    )  # fmt: skip
    return deed.add(assessment)


@verb("recall.risk.reviewed", right="recall.review")
def review_assessment(deed: Deed, *, assessment: Assessment, is_upheld: bool) -> Assessment:
    """Agree or disagree with an assessment, as a second person. Raises Refused for the one who made it."""
    asked = _("Reviewing the assessment of %(inquiry)s was asked for.") % {"inquiry": assessment.inquiry}
    if assessment.reviewed_on is not None:
        raise Refused(
            asked, _("It was reviewed already."), _("Make a new assessment instead."), code="reviewed-already"
        )
    if deed.by.username == assessment.assessed_by:
        raise Refused(
            asked,
            _("Who assessed a risk does not review it."),
            _("Ask a colleague who holds the right to review."),
            str(INQUIRY_FLOW.written),
            code="same-person",
        )
    if not is_upheld:
        terms.demand_reason(deed.reason, _("Not upholding an assessment"))
    assessment.reviewed_on, assessment.reviewed_by, assessment.is_upheld = deed.on, deed.by.username, is_upheld
    return deed.save(assessment, "reviewed_on", "reviewed_by", "is_upheld")


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


def level_of(inquiry: Inquiry) -> str:
    """The level of the latest assessment that a second person upheld; empty where there is none."""
    upheld = inquiry.assessments.filter(is_upheld=True, withdrawn_on=None).order_by("-reviewed_on", "-key").first()
    return upheld.level if upheld else ""


def _demand_words(inquiry: Inquiry, words: str, what: Any) -> None:
    if not words.strip():
        raise Refused(
            _("A step of inquiry %(inquiry)s was asked for.") % {"inquiry": inquiry},
            _("It does not say %(what)s.") % {"what": what},
            _("Write it down, in sentences that a reader in ten years understands."),
            str(INQUIRY_FLOW.written),
            code="words-missing",
        )

"""Verbs of assessments of risk: made of an alert or of goods alone, with evidence, reviewed by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import ProductClass, Region
from banyan.insight.alerts.queries import Alert
from banyan.insight.risk.models import Assessment, Evidence
from banyan.insight.risk.queries import assessing
from banyan.kit.attached import attached
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.terms import demand_reason
from banyan.kit.verbs import Deed, verb

ASSESS, REVIEW = "risk.assess", "risk.review"


@verb("risk.assessed", right=ASSESS, title=gettext_lazy("Risk assessed"))
def assess_goods(
    deed: Deed, *, goods: str, scenarios: Sequence[dict[str, Any]], hazard: str = "", users: str = "",
    product_class: ProductClass | None = None, county: Region | None = None,
) -> Assessment:  # fmt: skip
    """Assess the risk of goods by injury scenarios and the matrix in force; it counts once a second person agrees."""
    return assess(
        deed, goods=goods, scenarios=scenarios, hazard=hazard, users=users, product_class=product_class, county=county
    )


@verb("risk.assessed_of_alert", right=ASSESS, title=gettext_lazy("Risk behind an alert assessed"))
def assess_alert(
    deed: Deed, *, alert: Alert, scenarios: Sequence[dict[str, Any]], hazard: str = "", users: str = ""
) -> Assessment:
    """Assess the risk of what an alert warns of."""
    return assess(
        deed, about=alert, goods=str(alert.product or alert.subject), scenarios=scenarios, hazard=hazard, users=users,
        product_class=alert.product, county=alert.county,
    )  # fmt: skip


@verb("risk.reviewed", right=REVIEW, title=gettext_lazy("Risk reviewed"))
def review_assessment(deed: Deed, *, assessment: Assessment, is_upheld: bool) -> Assessment:
    """Agree or disagree with an assessment, as a second person. Raises Refused for the one who made it."""
    _demand_not_reviewed(assessment, _("Reviewing the assessment of %(goods)s was asked for."))
    if deed.by.username == assessment.assessed_by:
        raise Refused(
            _("Reviewing the assessment of %(goods)s was asked for.") % {"goods": assessment.goods},
            _("Who assessed a risk does not review it."),
            _("Ask a colleague who holds the right to review."),
            code="same-person",
        )
    if not is_upheld:
        demand_reason(deed.reason, _("Not upholding an assessment"))
    assessment.reviewed_on, assessment.reviewed_by, assessment.is_upheld = deed.on, deed.by.username, is_upheld
    return deed.save(assessment, "reviewed_on", "reviewed_by", "is_upheld")


@verb("risk.evidence.added", right=ASSESS, title=gettext_lazy("Evidence added"))
def add_risk_evidence(deed: Deed, *, assessment: Assessment, file: Any, title: str) -> Evidence:
    """Add a file that the assessment rests on, hashed as it comes in. Raises Refused once it was reviewed."""
    asked = _("Evidence was to be added to the assessment of %(goods)s.")
    _demand_not_reviewed(assessment, asked)
    found = attached(file)
    if Evidence.objects.filter(assessment=assessment, digest=found.digest).exists():
        raise Refused(
            asked % {"goods": assessment.goods},
            _("The same file is in it already."),
            _("Leave it out."),
            code="evidence-twice",
        )
    number = Evidence.objects.filter(assessment=assessment).count() + 1
    one = Evidence(
        key=f"{assessment.pk}.e{number}", assessment=assessment, number=number, title=title.strip(),
        digest=found.digest, added_on=deed.on, added_by=deed.by.username,
    )  # fmt: skip
    found.keep_in(one)
    deed.subject = f"{assessment.noun}:{assessment.pk}"
    return deed.add(one)


@verb("risk.withdrawn", right=ASSESS, title=gettext_lazy("Assessment withdrawn"))
def withdraw_assessment(deed: Deed, *, assessment: Assessment) -> Assessment:
    """Withdraw an assessment that was made wrongly, with the reason; it stays and counts no more."""
    demand_reason(deed.reason, _("Withdrawing an assessment"))
    return deed.withdraw(assessment)


def assess(
    deed: Deed, *, goods: str, scenarios: Sequence[dict[str, Any]], about: Any = None, hazard: str = "",
    users: str = "", product_class: ProductClass | None = None, county: Region | None = None,
) -> Assessment:  # fmt: skip
    """Assess a risk within another verb's deed: of goods, for the record that it is about. Gives the assessment."""
    found = assessing.assessed(scenarios, on=deed.on)
    return deed.add(Assessment(
        key=fresh("ra"), goods=goods.strip()[:240], product_class=product_class, county=county,
        about_noun=about.noun if about else "", about_key=about.pk if about else "",
        hazard=hazard.strip(), users=users.strip(), level=found.level, worst=found.worst.scenario.name,
        scenarios=[{"name": one["name"], "steps": [str(step) for step in one["steps"]],
                    "severity": int(one["severity"])} for one in scenarios],
        is_robust=found.robust,
        shifts=[{"scenario": one.scenario, "band": one.band, "severity": one.severity, "level": one.level}
                for one in found.shifts if one.differs],
        matrix=assessing.MATRIX, assessed_on=deed.on, assessed_by=deed.by.username,
    ))  # fmt: skip


def _demand_not_reviewed(assessment: Assessment, asked: str) -> None:
    if assessment.reviewed_on is not None or assessment.withdrawn_on is not None:
        raise Refused(
            asked % {"goods": assessment.goods},
            _("It was reviewed already, or withdrawn."),
            _("Make a new assessment instead."),
            code="reviewed-already",
        )

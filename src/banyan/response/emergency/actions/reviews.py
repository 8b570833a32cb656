"""Verbs of findings: entered by a review, mended, looked at again. Bulk verb: `enter_findings(findings=…)`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms
from banyan.kit.models import Person
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.emergency.models import FINDING_FLOW, Activation, Finding

REVIEW = "emergency.review"


@verb("emergency.findings.entered", right=REVIEW, title=gettext_lazy("Findings entered"))
def enter_findings(
    deed: Deed, *, activation: Activation, findings: Sequence[Finding], owner: Person | None = None
) -> Sequence[Finding]:
    """Enter what a review found, each with who mends it by when. Refused while the response goes on."""
    asked = _("Findings of %(activation)s were to be entered.") % {"activation": activation}
    if activation.state == "active":
        raise Refused(asked, _("The response goes on."), _("End it first."), code="not-now")
    first = activation.findings.count() + 1
    for number, one in enumerate(findings, first):
        if one.mend_by < deed.on:
            raise Refused(asked, _("The day to mend it by has passed."), _("Choose a later day."), code="wrong-order")
        terms.demand_near(asked=asked, day=one.mend_by, on=deed.on)
        one.key = one.number = f"{activation.number}-F{number}"
        one.activation, one.county_id, one.is_drill = activation, activation.county_id, activation.is_drill
        one.found_on, one.due_on = deed.on, one.mend_by
        one.assignee = one.assignee or owner
        _demand_owner(one, deed.on)
    return deed.add_many(findings)


@verb("emergency.finding.reported", right=REVIEW)
def report_mended(deed: Deed, *, finding: Finding, report: str) -> Finding:
    """Report that a finding is mended, with what was done; somebody looks at it again."""
    FINDING_FLOW.move(finding, "report_mended")
    finding.report, finding.reported_on = report, deed.on
    finding.was_late = finding.was_late or deed.on > finding.mend_by
    terms.stop_clock(finding)
    return deed.save(finding, "state", "report", "reported_on", "was_late", *terms.CLOCK)


@verb("emergency.finding.closed", right=REVIEW)
def find_mended(deed: Deed, *, finding: Finding, check_found: str) -> Finding:
    """Close a finding after it was looked at again. Refused to whoever was to mend it."""
    FINDING_FLOW.demand(finding, "find_mended")
    _demand_other(deed, finding)
    FINDING_FLOW.move(finding, "find_mended")
    finding.check_found, finding.closed_on = check_found, deed.on
    return deed.save(finding, "state", "check_found", "closed_on")


@verb("emergency.finding.reopened", right=REVIEW)
def find_not_mended(deed: Deed, *, finding: Finding, check_found: str, mend_by: date) -> Finding:
    """Give a finding back that is not mended, with another day; the first day goes on counting for being in time."""
    FINDING_FLOW.demand(finding, "find_not_mended")
    _demand_other(deed, finding)
    asked = _("Another day was to be set for %(finding)s.") % {"finding": finding}
    if mend_by < deed.on:
        raise Refused(asked, _("The day to mend it by has passed."), _("Choose a later day."), code="wrong-order")
    terms.demand_near(asked=asked, day=mend_by, on=deed.on)
    FINDING_FLOW.move(finding, "find_not_mended")
    finding.check_found, finding.due_on, finding.escalated_on = check_found, mend_by, None
    finding.was_late = finding.was_late or deed.on > finding.mend_by
    return deed.save(finding, "state", "check_found", "due_on", "escalated_on", "was_late")


def _demand_owner(finding: Finding, on: date) -> None:
    owner = finding.assignee
    if owner is None or not owner.is_active or not _sees(finding.activation, owner, on):
        raise Refused(
            _("“%(finding)s” was to be given to %(owner)s.") % {"finding": finding.found, "owner": owner or "—"},
            _("Nobody is named, or that person does not see this response."),
            _("Choose somebody whose office it is."),
            code="outside-office",
        )


def _sees(activation: Activation, owner: Person, on: date) -> bool:
    return Activation.objects.filter(pk=activation.pk).within(owner, right=REVIEW, on=on).exists()


def _demand_other(deed: Deed, finding: Finding) -> None:
    if finding.assignee_id is not None and finding.assignee_id == getattr(deed.by, "pk", None):
        raise Refused(
            _("Looking again at “%(finding)s” was asked for.") % {"finding": finding},
            _("You were to mend it yourself."),
            _("Somebody else looks whether it is."),
            code="own-work",
        )

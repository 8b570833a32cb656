"""What the calendar does: late reviews and findings go up a level, unanswered messages count as late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import clock, titles
from banyan.kit.duties import raise_a_level
from banyan.kit.models import Person, Timed
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.emergency.models import Activation, Finding, Receipt
from banyan.response.emergency.queries.work import lapsed_receipts, late

SUPERVISE = "emergency.supervise"


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """Raise what is late by a level, and count messages that nobody acknowledged by the end of the day before."""
    raised = 0
    for model in (Activation, Finding):
        if rows := list(late(model, on=on)):
            raised += len(raise_late(records=rows, by=by, on=on, reason=titles.TERM_IS_OVER))
    if silent := list(lapsed_receipts(at=clock.now())):
        count_silence(receipts=silent, by=by, on=on, reason=titles.TERM_IS_OVER)
    return {"emergency work raised": raised, "messages not acknowledged": len(silent)}


@verb("emergency.late.raised", right=SUPERVISE, title=gettext_lazy("Raised a level, being late"))
def raise_late(deed: Deed, *, records: Sequence[Timed]) -> Sequence[Timed]:
    """Give late reviews or findings (of one noun) to the next superior of their region, once per step."""
    raise_a_level(deed, records)
    findings = [one for one in records if isinstance(one, Finding)]
    for one in findings:
        one.was_late = True
    deed.save_many(findings, "was_late")
    return records


@verb("emergency.silence.counted", right=SUPERVISE, title=gettext_lazy("Not acknowledged within the term"))
def count_silence(deed: Deed, *, receipts: Sequence[Receipt]) -> Sequence[Receipt]:
    """Record of messages that their term passed without an acknowledgement; one that comes later is late."""
    for one in receipts:
        one.in_time = False
    deed.save_many(receipts, "in_time")
    return receipts


@verb("emergency.work.reassigned", right=SUPERVISE)
def reassign(deed: Deed, *, to: Person, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Make somebody else answerable for findings. Refused where they lie outside that person's office."""
    inside = Finding.objects.filter(pk__in=[one.pk for one in findings]).within(to, on=deed.on).count()
    if inside < len(findings) or not to.is_active or not to.is_present:
        raise Refused(
            _("Giving work to %(name)s was asked for.") % {"name": to},
            _("That person is not at work, or some of it lies outside that person's office."),
            _("Choose somebody of the right office who is at work."),
            code="outside-office",
        )
    for one in findings:
        one.assignee = to
    deed.save_many(findings, "assignee")
    return findings

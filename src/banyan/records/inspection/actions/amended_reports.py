"""Amended reports: a laboratory replaces its own report by another one with the reason; both are kept.

Before the result was served or notified the amended report decides at once. Afterwards it waits for the authority,
which accepts it (a changed conclusion is served or notified anew) or declines it with the reason.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.actions.batches import SETTLED, open_again
from banyan.records.inspection.actions.judging import rejudge
from banyan.records.inspection.actions.laboratory import JUDGED, add_results, judge, prepare
from banyan.records.inspection.models import SAMPLE_FLOW, Objection, Result, Sample
from banyan.records.inspection.queries import terms

OPENED = ("state", "conclusion", "grade", "judged_on", "served_on", "final_on", "published_on", *terms.CLOCK)


@verb("inspection.report.amended", right="inspection.test", title=gettext_lazy("Amended report sent"))
def amend_report(deed: Deed, *, result: Result, amended: Result) -> Result:
    """Replace a report by another one (unsaved, with `_items`), with the reason; gives the amended one.

    Refused for a report that was replaced or awaits a decision, and without a report number of its own.
    """
    terms.demand_reason(deed.reason, _("Amending a report"))
    _demand_replaceable(result, amended)
    sample = Sample.objects.select_for_update().get(pk=result.sample_id)
    amended.sample, amended.kind, amended.replaces = sample, result.kind, result
    amended.laboratory_id = result.laboratory_id
    amended.key = f"{sample.pk}.{result.kind}-{sample.results.filter(kind=result.kind).count() + 1}"
    prepare(amended, deed=deed, earliest=result.reported_on)
    rejudge(amended._items)  # type: ignore[attr-defined]
    if result.kind == Result.Kind.INITIAL and sample.state in SAMPLE_FLOW.moves["amend_report"].start:
        _replace(deed, result)
        judge(sample, amended, verb="amend_report")
        deed.save(sample, *JUDGED)
    else:
        amended.awaits_since = deed.on
    add_results(deed, [amended])
    deed.subject = f"{sample.noun}:{sample.pk}"
    return amended


@verb("inspection.report.accepted", right="inspection.decide")
def accept_report(deed: Deed, *, result: Result) -> Result:
    """Let an amended report take the place of the earlier one. A changed conclusion opens the result again."""
    _demand_awaited(result, _("Accept the amended report"))
    (sample,) = deed.locked([result.sample])
    before, replaced = sample.conclusion, result.replaces
    changes = (result.conclusion, result.grade) != (sample.conclusion, sample.grade)
    if changes and sample.state not in SETTLED:
        raise Refused(
            _("Accepting the amended report of %(sample)s was asked for.") % {"sample": sample},
            _("It changes the result, and in the state “%(state)s” an objection or a correction is under way.")
            % {"state": sample.get_state_display()},
            _("Finish that first; an objection may be upheld without a test."),
            code="under-way",
        )
    _replace(deed, replaced)  # type: ignore[arg-type]
    result.awaits_since = None
    deed.save(result, "awaits_since")
    if changes:
        sample.conclusion, sample.grade, sample.judged_on = result.conclusion, result.grade, result.reported_on
        if sample.conclusion != before:
            open_again(sample, before)
        deed.save(sample, *OPENED)
    if result.kind == Result.Kind.RETEST:
        _settle_fee(deed, sample, result)
    deed.subject = f"{sample.noun}:{sample.pk}"
    return result


@verb("inspection.report.declined", right="inspection.decide")
def decline_report(deed: Deed, *, result: Result) -> Result:
    """Leave the earlier report standing, with the reason; the amended one is kept as withdrawn."""
    _demand_awaited(result, _("Decline the amended report"))
    terms.demand_reason(deed.reason, _("Declining an amended report"))
    result.withdrawn_on, result.withdrawn_reason = deed.on, deed.reason
    return deed.save(result, "withdrawn_on", "withdrawn_reason")


def _replace(deed: Deed, replaced: Result) -> None:
    replaced.withdrawn_on, replaced.withdrawn_reason = deed.on, deed.reason or _("Replaced by an amended report.")
    deed.save_many([replaced], "withdrawn_on", "withdrawn_reason")


def _settle_fee(deed: Deed, sample: Sample, retest: Result) -> None:
    """Who bears the fee of a re-test follows from what it says of the first result."""
    first = sample.results.filter(kind=Result.Kind.INITIAL, withdrawn_on=None).first()
    objections = list(sample.objections.filter(state="retest_done", withdrawn_on=None))
    for objection in objections:
        upheld = first is not None and first.conclusion == retest.conclusion
        objection.fee_borne_by = Objection.FeeBearer.PARTY if upheld else Objection.FeeBearer.AUTHORITY
    deed.save_many(objections, "fee_borne_by")


def _demand_replaceable(result: Result, amended: Result) -> None:
    asked = _("Replacing the report %(report)s was asked for.") % {"report": result}
    if not result.is_standing:
        raise Refused(
            asked, _("It was replaced or withdrawn already, or is itself an amended report that awaits a decision."),
            _("Amend the report that counts now."), code="not-standing",
        )  # fmt: skip
    if result.amended_by.filter(withdrawn_on=None).exists():
        raise Refused(
            asked, _("An amended report awaits the authority's decision already."),
            _("Wait for the decision, or ask the authority to decline it."), code="awaits-already",
        )  # fmt: skip
    if not amended.report_number.strip() or amended.report_number == result.report_number:
        raise Refused(
            asked, _("The amended report has no number of its own."),
            _("Give it one that shows that it replaces the earlier report."), code="number-missing",
        )  # fmt: skip


def _demand_awaited(result: Result, what: Any) -> None:
    if result.awaits_since is None or result.withdrawn_on is not None:
        raise Refused(
            _("“%(verb)s” was asked for %(record)s.") % {"verb": what, "record": result},
            _("No decision about it is open."), _("Look at the sample; it shows which report counts."),
            code="not-awaited",
        )  # fmt: skip

"""Orders to correct: stop, correct, report, re-check, second re-check, closure; no restart before passing.

Bulk verbs, each one event and a version per record, no query per row; all also take `by=`, `on=`, `reason=`:
`order_corrections(samples=…)` gives the orders, `record_corrections(corrections=…, measures=…)`,
`pass_rechecks(corrections=…)`, `fail_rechecks(corrections=…, announced_by=…)`. Days and numbers of rows lie in the
rows (`corrected_on`, `rechecked_on`, `recheck_report`, `announced_on`); where a day is empty, the deed's counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.models import CORRECTION_FLOW, SAMPLE_FLOW, Conclusion, Correction, Sample
from banyan.records.inspection.models.sequel import key_of_order
from banyan.records.inspection.queries import terms
from banyan.records.inspection.queries.rechecking import (
    CHECKED_BEFORE,
    demand_report,
    demand_window,
    reports_before,
)

RECHECKED = ("rechecked_on", "recheck_report")


@verb("inspection.corrections.ordered", right="inspection.correct")
def order_corrections(deed: Deed, *, samples: Sequence[Sample]) -> Sequence[Correction]:
    """Order the makers (else the sellers) of final failures to stop and to correct; gives the orders."""
    orders = []
    for sample in samples:
        SAMPLE_FLOW.move(sample, "order_correction")
        party = sample.maker_id or sample.seller_id
        if sample.conclusion != Conclusion.FAILED or not party:
            raise Refused(
                _("Ordering the correction of %(sample)s was asked for.") % {"sample": sample},
                _("It did not fail, or no firm that is registered answers for it."),
                _("Close it, or enter the firm first."),
                CORRECTION_FLOW.written,
                code="nothing-to-correct",
            )
        orders.append(_order(sample, party, on=deed.on))
    deed.add_many(orders)
    deed.save_many(samples, "state", *terms.CLOCK)
    return orders


@verb("inspection.corrections.reported", right="inspection.object")
def record_corrections(deed: Deed, *, corrections: Sequence[Correction], measures: str = "") -> Sequence[Correction]:
    """Record what firms report to have corrected, and when. A late report is recorded as late."""
    samples = _moved(deed, corrections, "record_correction")
    for correction in corrections:
        correction.corrected_on = correction.corrected_on or deed.on
        correction.measures = measures or correction.measures
        terms.demand_order(
            what=gettext_lazy("The correction"),
            of=correction,
            day=correction.corrected_on,
            earliest=correction.ordered_on,
            latest=deed.on,
        )
        if not correction.measures.strip():
            raise Refused(
                _("Recording the correction of %(correction)s was asked for.") % {"correction": correction},
                _("It is not said what was done."),
                _("Describe cause and measures."),
                CORRECTION_FLOW.written,
                code="measures-missing",
            )
    for correction, sample in zip(corrections, samples, strict=True):
        _due(sample, correction.recheck_by, "recheck")
    deed.save_many(corrections, "state", "corrected_on", "measures")
    deed.save_many(samples, "state", *terms.CLOCK)
    return corrections


@verb("inspection.rechecks.passed", right="inspection.correct")
def pass_rechecks(
    deed: Deed, *, corrections: Sequence[Correction], rechecked_on: date | None = None, report: str = ""
) -> Sequence[Correction]:
    """Record re-checks that passed, each with its day and test report. Making and selling may begin again."""
    _rechecked(deed, corrections, "recheck_pass", rechecked_on, report)
    samples = _moved(deed, corrections, "recheck_pass")
    for sample in samples:
        terms.stop_clock(sample)
    deed.save_many(corrections, "state", *RECHECKED)
    deed.save_many(samples, "state", *terms.CLOCK)
    return corrections


@verb("inspection.rechecks.failed", right="inspection.correct")
def fail_rechecks(
    deed: Deed, *, corrections: Sequence[Correction], announced_by: str = "", rechecked_on: date | None = None,
    report: str = "",
) -> Sequence[Correction]:  # fmt: skip
    """Record re-checks that failed and the announcement by the provincial authority; a second one must follow."""
    _rechecked(deed, corrections, "recheck_fail", rechecked_on, report)
    samples = _moved(deed, corrections, "recheck_fail")
    for correction, sample in zip(corrections, samples, strict=True):
        correction.announced_on = correction.announced_on or deed.on
        correction.announced_by = announced_by or correction.announced_by
        terms.demand_order(
            what=gettext_lazy("The announcement"), of=correction, day=correction.announced_on,
            earliest=correction.rechecked_on, latest=deed.on,
        )  # fmt: skip
        first = terms.opens(scheme=sample.scheme, step="second_recheck", start=correction.announced_on)
        last = terms.due(scheme=sample.scheme, step="second_recheck", start=correction.announced_on)
        correction.second_recheck_from = first.on if first else None
        correction.second_recheck_by = last.on if last else None
        _due(sample, correction.second_recheck_by, "second_recheck")
    deed.save_many(
        corrections, "state", *RECHECKED, "announced_on", "announced_by", "second_recheck_from", "second_recheck_by",
    )  # fmt: skip
    deed.save_many(samples, "state", *terms.CLOCK)
    return corrections


@verb("inspection.closure.ordered", right="inspection.correct")
def order_closure(
    deed: Deed, *, correction: Correction, rechecked_on: date | None = None, report: str = ""
) -> Correction:
    """Order closure for rectification, because the second re-check failed too."""
    _rechecked(deed, [correction], "order_closure", rechecked_on, report)
    samples = _moved(deed, [correction], "order_closure")
    terms.stop_clock(samples[0])
    deed.save(correction, "state", *RECHECKED)
    deed.save_many(samples, "state", *terms.CLOCK)
    return correction


@verb("inspection.licence.revoked", right="inspection.correct")
def revoke_licence(deed: Deed, *, correction: Correction) -> Correction:
    """Record that the licence was revoked, with the decision as the reason."""
    terms.demand_reason(deed.reason, _("Recording a revoked licence"))
    samples = _moved(deed, [correction], "revoke_licence")
    deed.save(correction, "state")
    deed.save_many(samples, "state")
    return correction


@verb("inspection.production.resumed", right="inspection.object")
def record_restart(deed: Deed, *, correction: Correction, resumed_on: date | None = None) -> Correction:
    """Record that a firm began again to make or sell what had failed. Refused before a re-check passed."""
    day = resumed_on or deed.on
    if correction.state != "recheck_passed" or correction.rechecked_on is None or day < correction.rechecked_on:
        raise Refused(
            _("Recording that %(party)s resumed on %(day)s was asked for.") % {"party": correction.party, "day": day},
            _("No re-check had passed by then."),
            _("Ask for the re-check; it costs the firm nothing. An early restart is a matter for enforcement."),
            _("SAMR order 18, art. 49"),
            code="restart-too-early",
        )
    terms.demand_order(
        what=gettext_lazy("The restart"), of=correction, day=day, earliest=correction.rechecked_on, latest=deed.on
    )
    correction.resumed_on = day
    return deed.save(correction, "resumed_on")


def _order(sample: Sample, party: str, *, on: date) -> Correction:
    correct = terms.due(scheme=sample.scheme, step="correct", start=on)
    recheck = terms.due(scheme=sample.scheme, step="recheck", start=on)
    disposal = terms.due(scheme=sample.scheme, step="disposal", start=sample.served_on or on)
    last = recheck or disposal
    order = Correction(
        key=key_of_order(sample), sample=sample, party_id=party, state="ordered", ordered_on=on,
        correct_by=correct.on if correct else None, recheck_by=last.on if last else None,
    )  # fmt: skip
    if correct:
        terms.run_clock(sample, "correct", start=on)
    else:
        _due(sample, order.recheck_by, "disposal")
    return order


def _moved(deed: Deed, corrections: Sequence[Correction], move: str) -> Sequence[Sample]:
    samples = deed.locked([correction.sample for correction in corrections])
    for correction, sample in zip(corrections, samples, strict=True):
        CORRECTION_FLOW.move(correction, move)
        SAMPLE_FLOW.move(sample, move)
        correction.sample = sample
    return samples


def _rechecked(deed: Deed, corrections: Sequence[Correction], move: str, on: date | None, report: str) -> None:
    """Enter day and test report of re-checks; both are the re-check's own, and the second waits for its window."""
    before = reports_before(corrections)
    for correction in corrections:
        CORRECTION_FLOW.demand(correction, move)
        repeated = correction.state in CHECKED_BEFORE
        day = on or (None if repeated else correction.rechecked_on) or deed.on
        demand_window(correction, day)
        terms.demand_order(
            what=gettext_lazy("The re-check"), of=correction, day=day, latest=deed.on,
            earliest=correction.announced_on if repeated else correction.ordered_on,
        )  # fmt: skip
        number = (report or correction.recheck_report).strip()
        demand_report(correction, number, before=before.get(correction.pk, ""))
        correction.rechecked_on, correction.recheck_report = day, number


def _due(sample: Sample, day: date | None, step: str) -> None:
    sample.due_on, sample.is_due_provisional, sample.escalated_on = day, False, None
    sample.due_rule = terms.rule_of(scheme=sample.scheme, step=step) if day else ""

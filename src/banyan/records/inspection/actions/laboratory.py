"""Laboratory: hand-over, receipt with a check of the seals, results with their items.

Bulk verbs, each one event and a version per record, no query per row; all also take `by=`, `on=`, `reason=`:
`hand_over(samples=…, laboratory=…)`, `receive_samples(samples=…, seals={number: seal})`,
`report_results(results=[Result(sample=…, _items=[ItemResult, …]), …])`. Days of rows lie in the rows
(`received_on`, `reported_on`); where empty, the deed's day counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused, bulk
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.actions.judging import rejudge
from banyan.records.inspection.models import SAMPLE_FLOW, Conclusion, ItemResult, Result, Sample
from banyan.records.inspection.queries import terms
from banyan.records.inspection.queries.samplers import at_work

JUDGED = ("state", "conclusion", "grade", "judged_on", "laboratory", "spare_until", *terms.CLOCK)


@verb("inspection.samples.handed_over", right="inspection.sample", names=("laboratory",))
def hand_over(deed: Deed, *, samples: Sequence[Sample], laboratory: Any) -> Sequence[Sample]:
    """Name the laboratory that samples are sent to. Nobody who sampled may belong to it."""
    if laboratory.kind != "laboratory":
        raise Refused(
            _("Handing samples to %(name)s was asked for.") % {"name": laboratory},
            _("It is registered as %(kind)s.") % {"kind": laboratory.get_kind_display()},
            _("Choose a laboratory."),
            code="not-a-laboratory",
        )
    names = {name for sample in samples if sample.task for name in sample.task.samplers}
    works_there = {name for name, where in at_work(names, on=deed.on)[1].items() if laboratory.pk in where}
    for sample in samples:
        SAMPLE_FLOW.demand(sample, "receive")
        if sample.task and works_there & set(sample.task.samplers):
            raise Refused(
                _("Handing %(sample)s to %(name)s was asked for.") % {"sample": sample, "name": laboratory},
                _("One of its samplers belongs to that laboratory."),
                _("Who samples does not test: choose another laboratory."),
                _("SAMR order 18, art. 9"),
                code="sampler-tests",
            )
        sample.laboratory = laboratory
    return deed.save_many(samples, "laboratory")


@verb("inspection.samples.received", right="inspection.test")
def receive_samples(
    deed: Deed, *, samples: Sequence[Sample], seals: Mapping[str, str] | None = None
) -> Sequence[Sample]:
    """Record receipt at the laboratory. `seals` holds the seal found per sample number; a wrong one is refused."""
    for sample in samples:
        SAMPLE_FLOW.move(sample, "receive")
        found = (seals or {}).get(sample.number, sample.seal)
        if found != sample.seal:
            raise Refused(
                _("Receiving %(sample)s was asked for.") % {"sample": sample},
                _("The seal found is %(found)s, the sampling form says %(seal)s.")
                % {"found": found or "—", "seal": sample.seal or "—"},
                _("If the seal is broken or another one, use “Reject: seal broken”."),
                _("SAMR order 18, art. 29"),
                code="seal-differs",
            )
        if sample.laboratory_id is None:
            raise Refused(
                _("Receiving %(sample)s was asked for.") % {"sample": sample},
                _("No laboratory is named for it."),
                _("Let the samplers hand it over first."),
                code="laboratory-missing",
            )
        sample.received_on = sample.received_on or deed.on
        terms.demand_order(what=gettext_lazy("The receipt"), of=sample, day=sample.received_on,
                           earliest=sample.sampled_on, latest=deed.on)  # fmt: skip
        terms.run_clock(sample, "report", start=sample.received_on)
    return deed.save_many(samples, "state", "received_on", *terms.CLOCK)


@verb("inspection.sample.rejected", right="inspection.test")
def reject_sample(deed: Deed, *, sample: Sample, found: str = "") -> Sample:
    """Refuse a sample whose seal is broken or is another one; nothing may be concluded from it."""
    terms.demand_reason(deed.reason or found, _("Rejecting a sample"))
    deed.reason = deed.reason or found
    SAMPLE_FLOW.move(sample, "reject_seal")
    sample.received_on = deed.on
    terms.stop_clock(sample)
    return deed.save(sample, "state", "received_on", *terms.CLOCK)


@verb("inspection.sample.lost", right="inspection.sample")
def record_loss(deed: Deed, *, sample: Sample) -> Sample:
    """Record that a sample was lost or broken on its way, with the reason."""
    terms.demand_reason(deed.reason, _("Recording a loss"))
    SAMPLE_FLOW.move(sample, "record_loss")
    terms.stop_clock(sample)
    return deed.save(sample, "state", *terms.CLOCK)


@verb("inspection.results.reported", right="inspection.test")
def report_results(deed: Deed, *, results: Sequence[Result]) -> Sequence[Result]:
    """Enter first results (unsaved, each with `sample` and `_items`). A sample is judged by them from now on.

    Items are re-judged by their limits; where that differs from what the laboratory wrote, the item is listed
    and stays as written.
    """
    samples = deed.locked([result.sample for result in results])
    for result, sample in zip(results, samples, strict=True):
        if result.sample is not sample:
            result.sample = sample
        result.kind = Result.Kind.INITIAL
        prepare(result, deed=deed, earliest=sample.received_on)
        judge(sample, result, verb="report_result")
    rejudge([item for result in results for item in result._items])  # type: ignore[attr-defined]
    add_results(deed, results)
    deed.save_many(samples, *JUDGED)
    return results


def prepare(result: Result, *, deed: Deed, earliest: date | None) -> None:
    """Fill in a new result's key, day and laboratory, and refuse what contradicts itself."""
    sample = result.sample
    result.key = result.key or f"{sample.pk}.{result.kind}"
    result.reported_on = result.reported_on or deed.on
    result.laboratory_id = result.laboratory_id or sample.laboratory_id
    result._items = list(getattr(result, "_items", ()))  # type: ignore[attr-defined]
    report, test = gettext_lazy("The report"), gettext_lazy("The test")
    for what, day, first in ((report, result.reported_on, earliest), (test, result.tested_on, None)):
        if day:
            terms.demand_order(what=what, of=sample, day=day, earliest=first, latest=deed.on)
    failed = [item for item in result._items if item.conclusion == Conclusion.FAILED]  # type: ignore[attr-defined]
    if failed and result.conclusion == Conclusion.PASSED:
        raise Refused(
            _("Reporting %(sample)s as passed was asked for.") % {"sample": sample},
            _("The item “%(item)s” is reported as failed.") % {"item": failed[0].item},
            _("Correct the item or the conclusion."),
            code="conclusion-contradicts",
        )
    if result._items and not failed and result.conclusion == Conclusion.FAILED:  # type: ignore[attr-defined]
        raise Refused(
            _("Reporting %(sample)s as failed was asked for.") % {"sample": sample},
            _("None of its items is reported as failed."),
            _("Mark the item that failed, or correct the conclusion."),
            code="conclusion-contradicts",
        )


def judge(sample: Sample, result: Result, *, verb: str) -> None:
    """Let a result decide about its sample: state, conclusion, grade, term of the spare, next clock."""
    SAMPLE_FLOW.demand(sample, verb)
    sample.conclusion, sample.grade = result.conclusion, result.grade
    sample.judged_on = result.reported_on
    if verb == "report_retest":
        return
    SAMPLE_FLOW.move(sample, verb, to=result.conclusion)
    sample.laboratory_id = result.laboratory_id
    failed = result.conclusion == Conclusion.FAILED
    spare = terms.due(
        scheme=sample.scheme, step="spare_failed" if failed else "spare_passed", start=result.reported_on
    )
    sample.spare_until = spare.on if spare else None
    terms.run_clock(sample, "serve" if failed else "notify", start=result.reported_on)


def add_results(deed: Deed, results: Sequence[Result]) -> None:
    """Insert results with their items; the items stand in the versions of their results."""
    items: list[ItemResult] = []
    for result in results:
        key = result.pk
        for place, item in enumerate(result._items, start=1):  # type: ignore[attr-defined]
            stored = vars(item)  # half a million of them: past Django's descriptors
            stored["result_id"], stored["order"] = key, stored["order"] or place
        items += result._items  # type: ignore[attr-defined]
    deed.add_many(results)
    bulk.insert(items)

"""Objections: filed in time, decided, re-tested elsewhere with the spare; the re-test is the last word.

Bulk verbs for many samples at once: `file_objections(objections=[Objection(sample=…, party=…), …])`,
`grant_retests(objections=…)`, `complete_formalities(objections=…)`, `start_retests(objections=…, laboratory=…)`,
`report_retests(objections=…, results=[Result(sample=…, _items=[…]), …])`, `reject_objections(objections=…)`.
Days of rows lie in the rows (`filed_on`, `formalities_on`, `reported_on`); where empty, the deed's day counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit import Refused, titles
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.actions.judging import rejudge
from banyan.records.inspection.actions.laboratory import add_results, judge, prepare
from banyan.records.inspection.actions.results import after_final, run_objection_term
from banyan.records.inspection.models import (
    OBJECTION_FLOW,
    SAMPLE_FLOW,
    Conclusion,
    Objection,
    Result,
    Sample,
)
from banyan.records.inspection.queries import terms
from banyan.records.inspection.queries.objecting import (
    demand_first,
    demand_party_in_time,
    demand_retestable,
    demand_spare_free,
    objections_of,
    services_of,
    where_it_stands,
)
from banyan.records.inspection.queries.reported import results_of

MOVED = ("state", "moved_on")
DECIDED = (*MOVED, "decided_on", "decision")
FINAL = ("state", "conclusion", "grade", "judged_on", "final_on", *terms.CLOCK)


@verb("inspection.objections.filed", right="inspection.object")
def file_objections(deed: Deed, *, objections: Sequence[Objection]) -> Sequence[Objection]:
    """Enter objections (unsaved) of parties to results that were served on them. A late one is refused.

    A party objects once to each service: to a result that was judged and served anew it may object again.
    """
    samples = _samples_of(deed, objections)
    services, earlier = services_of(samples), objections_of(samples)
    served = {(one.sample_id, one.party_id): one.object_by for group in services.values() for one in group}
    for objection in objections:
        sample = objection.sample
        objection.filed_on = objection.moved_on = objection.filed_on or deed.on
        demand_party_in_time(objection, served, on=deed.on)
        demand_first(objection, earlier[sample.pk])
        SAMPLE_FLOW.demand(sample, "file_objection")
        again = any(one.party_id == objection.party_id for one in earlier[sample.pk])
        objection.key = objection.key or f"{sample.pk}.o-{objection.party_id}" + f"-{objection.filed_on}" * again
        objection.state = "filed"
        earlier[sample.pk].append(objection)
    deed.add_many(objections)
    _settle(deed, samples)
    return objections


@verb("inspection.objections.rejected", right="inspection.decide")
def reject_objections(deed: Deed, *, objections: Sequence[Objection], decision: str = "") -> Sequence[Objection]:
    """Reject objections, with the decision in words; a result is final where no other party may or does object."""
    samples = _moved(deed, objections, "reject_objection")
    _decide(deed, objections, decision)
    deed.save_many(objections, *DECIDED)
    _settle(deed, samples)
    return objections


@verb("inspection.objection.upheld", right="inspection.decide", lawful=True)
def uphold_objection(deed: Deed, *, objection: Objection, decision: str, outcome: str) -> Objection:
    """Uphold an objection without a test: the party did not make the goods, or the result cannot stand.

    A result that cannot stand is withdrawn with its items and kept; the sample counts no more. Goods that the party
    did not make count neither as made by it nor, on the public's page of a pack, as its product.
    """
    if outcome not in Objection.Outcome.values:
        raise Refused(
            _("Upholding %(objection)s was asked for.") % {"objection": objection},
            _("It is not said what follows from it."),
            _("Choose one of: %(outcomes)s.") % {"outcomes": titles.listed(Objection.Outcome.labels)},
            OBJECTION_FLOW.written,
            code="outcome-missing",
        )
    samples = _moved(deed, [objection], "uphold_objection")
    _decide(deed, [objection], decision)
    objection.outcome = outcome
    sample = samples[0]
    if outcome == Objection.Outcome.NOT_JUDGED:
        sample.conclusion, sample.grade = Conclusion.NOT_JUDGED, ""
        results = results_of(samples)
        for result in results:
            result.withdrawn_on, result.withdrawn_reason = deed.on, decision
        deed.save_many(results, "withdrawn_on", "withdrawn_reason")
    elif objection.party_id == sample.maker_id:
        sample.maker = sample.product = sample.origin_county = sample.park = sample.industry = None
        sample.size = ""
        deed.restate(results_of(samples))
    deed.save(objection, *DECIDED, "outcome")
    _settle(deed, samples, "maker", "product", "origin_county", "park", "industry", "size")
    return objection


@verb("inspection.retests.granted", right="inspection.decide")
def grant_retests(deed: Deed, *, objections: Sequence[Objection], decision: str = "") -> Sequence[Objection]:
    """Grant re-tests. Refused for food where microbes failed, and where no spare is left to test."""
    samples = _samples_of(deed, objections)
    others = objections_of(samples)
    for objection in objections:
        OBJECTION_FLOW.demand(objection, "grant_retest")
        demand_spare_free(objection, others[objection.sample_id])
        _move(deed, objection, "grant_retest")
        others[objection.sample_id].append(objection)
        objection.decided_on, objection.decision = deed.on, decision or objection.decision
    demand_retestable(objections, [objection.sample for objection in objections], on=deed.on)
    deed.save_many(objections, *DECIDED)
    _settle(deed, samples)
    return objections


@verb("inspection.retests.formalities_done", right="inspection.decide")
def complete_formalities(deed: Deed, *, objections: Sequence[Objection]) -> Sequence[Objection]:
    """Record that the parties did the formalities of their re-tests in time."""
    samples = _samples_of(deed, objections)
    for objection in objections:
        sample = objection.sample
        OBJECTION_FLOW.demand(objection, "start_retest")
        objection.formalities_on = objection.formalities_on or deed.on
        term = terms.due(scheme=sample.scheme, step="formalities", start=objection.decided_on or deed.on)
        if term and objection.formalities_on > term.on:
            raise Refused(
                _("Recording the formalities of %(objection)s on %(day)s was asked for.")
                % {"objection": objection, "day": objection.formalities_on},
                _("They had to be done by %(due)s.") % {"due": term.on},
                _("The re-test counts as waived: use “Record re-test waived”."),
                terms.written(scheme=sample.scheme, step="formalities", on=deed.on),
                code="formalities-late",
            )
    deed.save_many(objections, "formalities_on")
    _settle(deed, samples)
    return objections


@verb("inspection.retests.waived", right="inspection.decide")
def waive_retests(deed: Deed, *, objections: Sequence[Objection], renounced: bool = False) -> Sequence[Objection]:
    """Record re-tests as waived: the formalities were not done in time, or the party renounces."""
    samples = _moved(deed, objections, "waive_retest")
    for objection in objections:
        sample = objection.sample
        term = terms.due(scheme=sample.scheme, step="formalities", start=objection.decided_on or deed.on)
        if not renounced and (objection.formalities_on or term is None or term.on >= deed.on):
            raise Refused(
                _("Recording the re-test of %(sample)s as waived was asked for.") % {"sample": sample},
                _("The formalities are done, or the term for them still runs (until %(due)s).")
                % {"due": term.on if term else "—"},
                _("Go on with the re-test, or record that the party renounces it."),
                terms.written(scheme=sample.scheme, step="formalities", on=deed.on),
                code="not-waived",
            )
    deed.save_many(objections, *DECIDED)
    _settle(deed, samples)
    return objections


@verb("inspection.retests.started", right="inspection.decide", names=("laboratory",))
def start_retests(
    deed: Deed, *, objections: Sequence[Objection], laboratory: Any, is_only_laboratory: bool = False
) -> Sequence[Objection]:
    """Send intact spares to a second laboratory, the first one only if no other is qualified."""
    samples = _moved(deed, objections, "start_retest")
    for objection in objections:
        sample = objection.sample
        asked = _("Sending the spare of %(sample)s to %(name)s was asked for.")
        asked %= {"sample": sample, "name": laboratory}
        if laboratory.kind != "laboratory":
            raise Refused(asked, _("That is no laboratory."), _("Choose one."), code="not-a-laboratory")
        if laboratory.pk == sample.laboratory_id and not is_only_laboratory:
            raise Refused(
                asked, _("It made the first test."),
                _("Choose another laboratory, or state that no other one is qualified."),
                terms.written(scheme=sample.scheme, step="retest_laboratory", on=deed.on), code="same-laboratory",
            )  # fmt: skip
        formalities = terms.rule_of(scheme=sample.scheme, step="formalities")
        if formalities and objection.formalities_on is None:
            raise Refused(
                asked, _("The party has not done its formalities yet."),
                _("Record them first; when their term is over, record the re-test as waived."),
                terms.written(scheme=sample.scheme, step="formalities", on=deed.on), code="formalities-missing",
            )  # fmt: skip
        objection.retest_laboratory, objection.is_only_laboratory = laboratory, is_only_laboratory
        objection.is_spare_intact = True
    deed.save_many(objections, *MOVED, "retest_laboratory", "is_only_laboratory", "is_spare_intact")
    _settle(deed, samples)
    return objections


@verb("inspection.retest.spare_rejected", right="inspection.test")
def reject_spare(deed: Deed, *, objection: Objection, found: str = "") -> Objection:
    """Refuse a spare whose seal is broken or is another one; the authority decides again about the objection.

    Whoever kept the spare answers for it: where the party did, the first result stands, else it cannot.
    """
    terms.demand_reason(deed.reason or found, _("Rejecting a spare"))
    deed.reason = deed.reason or found
    objection.sample = Sample.objects.select_for_update().get(pk=objection.sample_id)
    _move(deed, objection, "reject_spare")
    objection.is_spare_intact = False
    deed.save(objection, *MOVED, "is_spare_intact")
    _settle(deed, [objection.sample])
    return objection


@verb("inspection.retest.spare_tampered", right="inspection.decide")
def stand_by_first(deed: Deed, *, objection: Objection) -> Objection:
    """Record, with the reason, that the spare was tampered with: the first result stands."""
    terms.demand_reason(deed.reason, _("Recording a spare as tampered with"))
    samples = _moved(deed, [objection], "stand_by_first")
    objection.is_spare_intact, objection.fee_borne_by = False, Objection.FeeBearer.PARTY
    deed.save(objection, *MOVED, "is_spare_intact", "fee_borne_by")
    _settle(deed, samples)
    return objection


@verb("inspection.retests.reported", right="inspection.test", lawful=True)
def report_retests(deed: Deed, *, objections: Sequence[Objection], results: Sequence[Result]) -> Sequence[Result]:
    """Enter re-tests (unsaved results, one per objection, in the same order). They replace the conclusion.

    Both results stay; the sample's conclusion is the re-test's from now on, and the loser bears the fee.
    """
    samples = [objection.sample for objection in deed.locked(objections)]
    for objection, sample, result in zip(objections, samples, results, strict=True):
        first = sample.conclusion
        objection.sample = sample
        _move(deed, objection, "report_retest")
        result.sample, result.kind = sample, Result.Kind.RETEST
        result.laboratory_id = objection.retest_laboratory_id
        prepare(result, deed=deed, earliest=objection.formalities_on or objection.decided_on)
        if result.conclusion == Conclusion.NOT_JUDGED:
            raise Refused(
                _("Reporting the re-test of %(sample)s as not judged was asked for.") % {"sample": sample},
                _("A re-test either upholds the first result or replaces it."),
                _("If the spare cannot be tested, tell the authority, which decides about the objection."),
                OBJECTION_FLOW.written,
                code="retest-not-judged",
            )
        judge(sample, result, verb="report_retest")
        upheld = result.conclusion == first
        objection.fee_borne_by = Objection.FeeBearer.PARTY if upheld else Objection.FeeBearer.AUTHORITY
    rejudge([item for result in results for item in result._items])  # type: ignore[attr-defined]
    add_results(deed, results)
    deed.save_many(objections, *MOVED, "fee_borne_by")
    _settle(deed, samples, final_on={result.sample.pk: result.reported_on for result in results})
    return results


def _samples_of(deed: Deed, objections: Sequence[Objection]) -> list[Sample]:
    """The samples of objections, locked, each once; objections to one sample share it."""
    once: dict[str, Sample] = {}
    for sample in deed.locked([objection.sample for objection in objections]):
        once.setdefault(sample.pk, sample)
    for objection in objections:
        objection.sample = once[objection.sample_id]
    return list(once.values())


def _moved(deed: Deed, objections: Sequence[Objection], move: str) -> list[Sample]:
    """Move objections whose samples' state allows the move of the same name; gives the samples, locked."""
    samples = _samples_of(deed, objections)
    for objection in objections:
        _move(deed, objection, move)
    return samples


def _move(deed: Deed, objection: Objection, move: str) -> None:
    OBJECTION_FLOW.move(objection, move)
    SAMPLE_FLOW.demand(objection.sample, move)
    objection.moved_on = deed.on


def _decide(deed: Deed, objections: Sequence[Objection], decision: str) -> None:
    for objection in objections:
        objection.decided_on, objection.decision = deed.on, decision or objection.decision
        if not objection.decision.strip():
            raise Refused(
                _("Deciding %(objection)s was asked for.") % {"objection": objection},
                _("The decision has no reasons."),
                _("Write the decision in words; the party gets it."),
                OBJECTION_FLOW.written,
                code="decision-missing",
            )


def _settle(deed: Deed, samples: Sequence[Sample], *fields: str, final_on: Mapping[str, date] | None = None) -> None:
    """Bring samples to where they stand after a step of one of their objections, and save them.

    A term that runs on keeps its end and stays with whom it went up to. `final_on` has the days of results that
    were final before the deed's own day.
    """
    services, objections = services_of(samples), objections_of(samples)
    for sample in samples:
        found = where_it_stands(sample, objections=objections[sample.pk], services=services[sample.pk], on=deed.on)
        sample.state = found.state
        if not found.step:
            sample.final_on = (final_on or {}).get(sample.pk, deed.on)
            after_final(sample)
        elif found.state == "result_served":
            run_objection_term(sample)
        else:
            terms.keep_clock(sample, found.step, start=found.since)
    deed.save_many(samples, *FINAL, *fields)

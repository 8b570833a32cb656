"""Random walks through all verbs: whatever is asked, in whatever order, the record keeps its invariants."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.records.inspection.world import HOUSE, build, result_of

from banyan.kit import Refused, events
from banyan.kit.models import Version
from banyan.records.inspection import actions
from banyan.records.inspection.models import (
    CORRECTION_FLOW,
    OBJECTION_FLOW,
    SAMPLE_FLOW,
    Correction,
    Objection,
    Result,
    Sample,
)

START = date(2024, 3, 4)


def steps(world, sample, on):
    """Every verb that may be tried on the sample or on what follows it."""
    objection = Objection.objects.filter(sample=sample).first()
    order = Correction.objects.filter(sample=sample).first()
    common = {"by": HOUSE, "on": on, "reason": "walk"}
    second = world.firms["second_laboratory"]
    yield lambda: actions.receive_samples(samples=[sample], **common)
    yield lambda: actions.report_results(results=[result_of(sample, "passed")], **common)
    yield lambda: actions.report_results(results=[result_of(sample, "failed")], **common)
    yield lambda: actions.notify_results(samples=[sample], **common)
    yield lambda: actions.serve_results(samples=[sample], **common)
    yield lambda: actions.let_objections_lapse(samples=[sample], **common)
    yield lambda: actions.file_objections(
        objections=[Objection(sample=sample, party=world.firms["maker"], grounds="walk")], **common
    )
    yield lambda: actions.publish_results(samples=[sample], **common)
    yield lambda: actions.order_corrections(samples=[sample], **common)
    yield lambda: actions.close_samples(samples=[sample], **common)
    yield lambda: actions.record_loss(sample=sample, **common)
    yield lambda: actions.amend_samples(samples=[sample], changes={sample.pk: {"lot": "7"}}, **common)
    yield lambda: actions.amend_samples(
        samples=[sample], changes={sample.pk: {"conclusion": "failed", "judged_on": on}}, **common
    )
    if objection:
        yield lambda: actions.grant_retests(objections=[objection], **common)
        yield lambda: actions.reject_objections(objections=[objection], decision="walk", **common)
        yield lambda: actions.complete_formalities(objections=[objection], **common)
        yield lambda: actions.waive_retests(objections=[objection], renounced=True, **common)
        yield lambda: actions.stand_by_first(objection=objection, **common)
        yield lambda: actions.start_retests(objections=[objection], laboratory=second, **common)
        yield lambda: actions.report_retests(objections=[objection], results=[result_of(sample, "passed")], **common)
        yield lambda: actions.uphold_objection(objection=objection, decision="walk", outcome="not_judged", **common)
    if order:
        yield lambda: actions.record_corrections(corrections=[order], measures="walk", **common)
        yield lambda: actions.pass_rechecks(corrections=[order], report=f"R {on}", **common)
        yield lambda: actions.fail_rechecks(corrections=[order], report=f"R {on}", **common)
        yield lambda: actions.order_closure(correction=order, report=f"R {on}", **common)
        yield lambda: actions.revoke_licence(correction=order, **common)


def was_done(step):
    """Whether a verb was done; a refusal says in words what was asked, what prevents it, what to do instead."""
    try:
        with transaction.atomic():
            step()
    except Refused as refusal:
        if not (refusal.asked and refusal.prevents and refusal.instead):
            raise
        return False
    return True


def demand_invariants(sample):
    """What must hold of a sample after whatever was done."""
    versions = Version.objects.filter(noun="inspection.sample", key=sample.pk).order_by("id")
    assert versions.last().state == events.version_text(sample, {})
    if sample.conclusion:
        assert sample.judged_on is not None
        deciding = Result.objects.filter(sample=sample, kind="retest").first() or Result.objects.filter(
            sample=sample, kind="initial"
        ).first()  # fmt: skip
        upheld = Objection.objects.filter(sample=sample, outcome="not_judged").exists()
        assert deciding is None or upheld or deciding.conclusion == sample.conclusion
    if sample.state in ("passed", "failed", "not_judged"):
        assert sample.state == sample.conclusion
    order = Correction.objects.filter(sample=sample).first()
    if sample.state == "closed" and sample.conclusion == "failed":
        assert order is not None
        assert order.state in ("recheck_passed", "licence_revoked")
    if sample.state in CORRECTION_FLOW.states or sample.state == "correction_ordered":
        assert order is not None
        assert sample.final_on is not None
    if sample.published_on:
        assert sample.final_on is not None
        assert sample.final_on <= sample.published_on
    for flow, noun in ((OBJECTION_FLOW, Objection), (CORRECTION_FLOW, Correction)):
        assert set(noun.objects.values_list("state", flat=True)) <= set(flow.states)
    assert sample.state in SAMPLE_FLOW.states
    if sample.due_on is None:
        assert (sample.due_rule, sample.escalated_on) == ("", None)


@pytest.mark.slow  # twenty walks of up to thirty steps each
@pytest.mark.django_db
@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(walk=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), min_size=5, max_size=30))
def test_no_walk_breaks_an_invariant(walk):

    with transaction.atomic():
        world = build()
        sample = world.sample(on=START)
        day, done = START, 0
        for choice, wait in walk:
            day += timedelta(days=wait)
            verbs = len(list(steps(world, sample, day)))
            for turn in range(choice, choice + verbs):
                current = Sample.objects.get(key=sample.key)
                if was_done(list(steps(world, current, day))[turn % verbs]):
                    done += 1
                    break
            demand_invariants(Sample.objects.get(key=sample.key))
        assert done > 0
        assert next(events.faults(), None) is None
        transaction.set_rollback(True)


@pytest.mark.parametrize("flow", [SAMPLE_FLOW, OBJECTION_FLOW, CORRECTION_FLOW], ids=lambda flow: flow.noun)
def test_every_state_can_be_reached(flow):
    first = next(iter(flow.states))
    reached, size = {first}, 0
    while len(reached) > size:
        size = len(reached)
        reached |= {state for move in flow.moves.values() if move.start & reached for state in move.to}

    assert reached == set(flow.states)

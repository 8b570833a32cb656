"""One spot check from the published plan to the end: failed, objected to, failed again, corrected, closed."""

from datetime import date, timedelta

import pytest
from tests.records.inspection.world import build, result_of

from banyan.kit import events
from banyan.kit.models import Event, Version
from banyan.records.inspection import actions
from banyan.records.inspection.models import Objection, Result, Sample, Task

pytestmark = pytest.mark.django_db


def test_a_lamp_fails_fails_the_retest_is_corrected_and_the_case_is_closed():
    world = build()
    people, day = world.people, date(2024, 3, 4)
    task = Task(line=world.line, organisation=world.firms["maker"], county=world.regions["gulou"], planned_on=day)
    actions.plan_tasks(tasks=[task], by=people["planner"], on=day)
    actions.assign_samplers(task=task, samplers=["sampler_a", "sampler_b"], by=people["planner"], on=day)
    actions.notify_tasks(tasks=[task], by=people["sampler_a"], on=day)

    sample = Sample(
        task=task, number="L-1", product_name="lamp", standard="GB 7000.1", brand="Star", model="A60", seal="S1",
        spare_seal="S2", maker=world.firms["maker"], seller=world.firms["seller"], sampled_on=day, place="shelf 3",
        laboratory=world.firms["laboratory"], origin_county=world.regions["gulou"],
    )  # fmt: skip
    actions.take_samples(samples=[sample], by=people["sampler_a"], on=day)
    actions.receive_samples(samples=[sample], seals={"L-1": "S1"}, by=people["chemist"], on=day + timedelta(days=2))
    tested = day + timedelta(days=14)
    actions.report_results(results=[result_of(sample, "failed")], by=people["chemist"], on=tested)

    served = tested + timedelta(days=3)
    actions.serve_results(samples=[sample], manner="handed over", by=people["county_officer"], on=served)
    filed = served + timedelta(days=15)
    objection = Objection(sample=sample, party=world.firms["maker"], grounds="tested wrongly")
    actions.file_objections(objections=[objection], by=people["owner"], on=filed)
    granted = filed + timedelta(days=2)
    actions.grant_retests(objections=[objection], decision="granted", by=people["planner"], on=granted)
    actions.complete_formalities(objections=[objection], by=people["planner"], on=granted + timedelta(days=7))
    actions.start_retests(
        objections=[objection], laboratory=world.firms["second_laboratory"], by=people["planner"],
        on=granted + timedelta(days=8),
    )  # fmt: skip
    final = granted + timedelta(days=20)
    second = result_of(sample, "failed")
    actions.report_retests(objections=[objection], results=[second], by=people["second_chemist"], on=final)

    sample = Sample.objects.get(key=sample.key)
    assert (sample.state, sample.conclusion, sample.final_on) == ("result_final", "failed", final)
    assert Objection.objects.get().fee_borne_by == "party"
    assert sorted(Result.objects.values_list("kind", "laboratory_id")) == [
        ("initial", "laboratory"),
        ("retest", "second_laboratory"),
    ]

    actions.publish_results(samples=[sample], by=people["planner"], on=final + timedelta(days=5))
    ordered = final + timedelta(days=6)
    (order,) = actions.order_corrections(samples=[sample], by=people["county_officer"], on=ordered)
    assert order.correct_by == date(2024, 7, 2)
    assert order.recheck_by == date(2024, 7, 17)
    corrected = ordered + timedelta(days=40)
    actions.record_corrections(corrections=[order], measures="new supplier", by=people["owner"], on=corrected)
    rechecked = corrected + timedelta(days=20)
    actions.pass_rechecks(corrections=[order], report="R-1", by=people["county_officer"], on=rechecked)
    actions.record_restart(correction=order, by=people["owner"], on=rechecked)
    actions.close_samples(samples=[sample], by=people["county_officer"], on=rechecked)

    sample = Sample.objects.get(key=sample.key)
    assert (sample.state, sample.due_on, sample.published_on) == ("closed", None, final + timedelta(days=5))
    assert next(events.faults(), None) is None
    names = list(Event.objects.order_by("number").values_list("name", flat=True))
    assert names[-5:] == [
        "inspection.corrections.ordered",
        "inspection.corrections.reported",
        "inspection.rechecks.passed",
        "inspection.production.resumed",
        "inspection.samples.closed",
    ]
    assert Version.objects.filter(noun="inspection.sample", key=sample.key).count() == 14

"""Batches: other offices' samples as recorded, and corrections of records by the thousand."""

from datetime import date, timedelta

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.records.inspection.world import HOUSE, result_of

from banyan.base.registry import actions as registry
from banyan.base.registry.models import Organisation
from banyan.kit import Refused
from banyan.kit.models import Event, Version
from banyan.kit.refusals import NotAllowed
from banyan.records.inspection import actions
from banyan.records.inspection.forms import AmendSample
from banyan.records.inspection.models import ItemResult, Result, Sample, Service

DAY = date(2024, 3, 4)


def again(record):
    """The record as it is now."""
    return type(record).objects.get(key=record.key)


def recorded(world, count, *, conclusion="passed", county="gulou", start=0):
    """Unsaved samples and results as a file has them."""
    samples = [
        Sample(
            key=f"f{start + place}", number=f"F{start + place}", scheme="food_supervision", level="unknown",
            product_name="biscuit", county=world.regions[county], sampled_on=DAY, judged_on=DAY,
            conclusion=conclusion, maker_name="stated maker", source_file="list.csv",
        )
        for place in range(count)
    ]  # fmt: skip
    return samples, [result_of(sample, conclusion) for sample in samples]


def test_one_event_and_a_version_for_each_record(world):
    before = Event.objects.count()
    samples, results = recorded(world, 5)

    actions.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)

    event = Event.objects.order_by("number").last()
    assert Event.objects.count() == before + 1
    assert (event.name, event.rows) == ("inspection.samples.recorded", 10)
    assert list(Sample.objects.values_list("state", flat=True)) == ["passed"] * 5
    assert ItemResult.objects.filter(rejudged="agrees").count() == 5


def test_the_number_of_queries_does_not_grow_with_the_batch(world):
    def queries_for(count, start):
        samples, results = recorded(world, count, start=start)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            actions.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)
        return len({query["sql"].split("VALUES")[0] for query in captured})

    assert queries_for(50, 0) == queries_for(3, 100)


def test_an_officer_enters_only_what_lies_in_the_own_county(world):
    samples, results = recorded(world, 2, county="cangshan")

    with pytest.raises(NotAllowed, match="outside your office"):
        actions.record_samples(samples=samples, results=results, by=world.people["county_officer"], on=DAY)
    samples, results = recorded(world, 2)
    actions.record_samples(samples=samples, results=results, by=world.people["county_officer"], on=DAY)

    assert Sample.objects.count() == 2


def test_a_day_in_the_future_is_refused_and_nothing_is_written(world):
    samples, results = recorded(world, 2)
    samples[1].sampled_on = date(2024, 3, 5)

    with pytest.raises(Refused, match="That day has not come"):
        actions.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)

    assert not Sample.objects.exists()


def test_amending_a_county_keeps_the_old_version_and_tells_the_items_too(world):
    samples, results = recorded(world, 3)
    actions.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)
    changes = {"f0": {"county_id": "cangshan"}, "f2": {"county_id": None}}

    actions.amend_samples(samples=[samples[0], samples[2]], changes=changes, by=HOUSE, on=DAY, reason="typed wrongly")

    assert [again(one).county_id for one in samples] == ["cangshan", "gulou", None]
    counties = [
        orjson.loads(state)["county_id"]
        for state in Version.objects.filter(noun="inspection.result", key="f0.initial")
        .order_by("id")
        .values_list("state", flat=True)
    ]
    assert counties == ["gulou", "cangshan"]
    latest = Version.objects.filter(noun="inspection.result", key="f0.initial").latest("id")
    assert orjson.loads(latest.state)["items"][0]["item"] == "lead"


def test_amending_needs_a_reason_and_touches_no_field_that_a_verb_decides(world):
    samples, results = recorded(world, 1)
    actions.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="needs a reason"):
        actions.amend_samples(samples=samples, changes={"f0": {"lot": "7"}}, by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="decided by a verb"):
        actions.amend_samples(samples=samples, changes={"f0": {"state": "closed"}}, by=HOUSE, on=DAY, reason="x")


def test_a_corrected_conclusion_changes_the_deciding_result_and_opens_our_own_sample_again(world):
    sample = world.judged("passed", on=DAY)
    actions.notify_results(samples=[sample], by=HOUSE, on=DAY)
    actions.publish_results(samples=[sample], by=HOUSE, on=DAY)

    actions.amend_samples(
        samples=[sample], changes={sample.key: {"conclusion": "failed"}}, by=world.people["planner"], on=DAY,
        reason="report misread",
    )  # fmt: skip

    assert (again(sample).state, again(sample).conclusion) == ("failed", "failed")
    assert Result.objects.get().conclusion == "failed"
    actions.serve_results(samples=[again(sample)], by=HOUSE, on=DAY)


def test_a_failure_that_was_judged_anew_is_served_anew_from_that_day(world):
    sample = world.served(on=DAY)
    first = Service.objects.get(sample=sample, role="seller")
    later = DAY + timedelta(days=40)
    for conclusion in ("passed", "failed"):
        actions.amend_samples(
            samples=[again(sample)],
            changes={sample.key: {"conclusion": conclusion}},
            by=HOUSE,
            on=later,
            reason="read",
        )

    actions.serve_results(samples=[again(sample)], by=HOUSE, on=later)

    second = Service.objects.get(sample=sample, role="seller")
    assert (second.pk, second.served_on) == (first.pk, later)
    assert second.object_by > first.object_by
    told = Version.objects.filter(noun=Service.noun, key=first.pk).order_by("event")
    assert [orjson.loads(one.state)["served_on"] for one in told] == [str(first.served_on), str(later)]


def test_a_party_may_object_again_to_what_was_judged_anew_and_once_only_to_each_service(world):
    sample = world.served(on=DAY)
    first = world.objection(sample, on=DAY)
    actions.reject_objections(objections=[first], decision="No ground.", by=HOUSE, on=DAY)
    later = DAY + timedelta(days=40)
    for conclusion in ("passed", "failed"):
        actions.amend_samples(
            samples=[again(sample)], changes={sample.key: {"conclusion": conclusion}}, by=HOUSE, on=later, reason="x"
        )
    actions.serve_results(samples=[again(sample)], by=HOUSE, on=later)

    second = world.objection(again(sample), on=later)
    assert (second.pk != first.pk, second.party_id, second.filed_on) == (True, first.party_id, later)
    actions.reject_objections(objections=[second], decision="No ground.", by=HOUSE, on=later)
    Sample.objects.filter(pk=sample.pk).update(state="result_served")
    with pytest.raises(Refused, match=r"objected on .* already"):
        world.objection(again(sample), on=later)


def test_the_conclusion_is_not_amended_while_an_objection_runs(world):
    sample = world.served(on=DAY)
    world.objection(sample, on=DAY)

    with pytest.raises(Refused, match="under way"):
        actions.amend_samples(
            samples=[again(sample)], changes={sample.key: {"conclusion": "passed"}}, by=HOUSE, on=DAY, reason="x"
        )


def test_an_amended_item_is_judged_again_and_the_conclusion_stays(world):
    sample = world.judged("passed", on=DAY)
    result = Result.objects.get()

    actions.amend_items(result=result, changes={1: {"value": "0.7"}}, by=HOUSE, on=DAY, reason="typed wrongly")

    item = ItemResult.objects.get()
    assert (item.value, item.rejudged, again(sample).conclusion) == ("0.7", "differs", "passed")
    latest = Version.objects.filter(noun="inspection.result").latest("id")
    assert orjson.loads(latest.state)["items"][0]["value"] == "0.7"


def test_withdrawn_samples_stay_on_record_with_day_and_reason_and_so_do_their_results(world):
    samples, results = recorded(world, 2)
    actions.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)

    actions.withdraw_samples(samples=samples[:1], by=HOUSE, on=DAY, reason="entered twice")

    assert Sample.objects.count() == 2
    assert (again(samples[0]).withdrawn_on, again(samples[0]).withdrawn_reason) == (DAY, "entered twice")
    assert Result.objects.get(key="f0.initial").withdrawn_on == DAY
    with pytest.raises(Refused, match="was withdrawn on"):
        actions.withdraw_samples(samples=samples[:1], by=HOUSE, on=DAY, reason="again")


def test_another_maker_brings_its_county_park_trade_and_size(world):
    samples, results = recorded(world, 2)
    actions.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)
    do = {"by": HOUSE, "on": date(2024, 1, 2)}
    county = world.regions["cangshan"]
    park = registry.enter_park(name="Park", county=county, founded_on=date(2001, 1, 1), **do)
    trade = registry.enter_industry(code="C38", name="电气机械", name_en="Electrical machinery", **do)
    other = registry.enter_organisation(
        name="Other maker", county=county, park=park, industry=trade, size="small", **do
    )
    changes = {"f0": {"maker_id": other.pk}, "f1": {"maker_id": other.pk, "size": "large"}}

    actions.amend_samples(samples=samples, changes=changes, by=HOUSE, on=DAY, reason="read from the label anew")

    first, second = map(again, samples)
    assert (first.origin_county_id, first.park_id, first.industry_id, first.size) == (
        "cangshan", park.pk, "C38", "small",
    )  # fmt: skip
    assert second.size == "large"
    actions.amend_samples(
        samples=[first], changes={"f0": {"maker_id": None}}, by=HOUSE, on=DAY, reason="the label names nobody"
    )
    nobody = again(first)
    assert (nobody.origin_county_id, nobody.park_id, nobody.industry_id, nobody.size) == (None, None, None, "")


def test_a_correction_by_form_keeps_a_maker_outside_the_officers_county(world):
    samples, results = recorded(world, 1)
    samples[0].maker, samples[0].origin_county = world.firms["seller"], world.regions["cangshan"]
    actions.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)
    Organisation.objects.filter(pk=world.firms["seller"].pk).update(county=world.regions["cangshan"])
    asked = {"person": world.people["county_officer"], "right": "inspection.amend", "record": again(samples[0])}

    shown = AmendSample(**asked)
    sent = {name: shown[name].value() for name in shown.fields}
    sent = {name: getattr(value, "pk", value) for name, value in sent.items() if value is not None}
    offered = [value for name in ("maker", "origin_county") for value, _words in shown.fields[name].choices]
    form = AmendSample(sent | {"lot": "L-7", "reason": "read from the label anew"}, **asked)

    assert form.is_valid(), form.errors
    assert form.given()["changes"] == {"f0": {"lot": "L-7"}}
    assert {world.firms["seller"].pk, "cangshan"} <= {str(value) for value in offered}

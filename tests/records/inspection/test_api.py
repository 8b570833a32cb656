"""A laboratory's own system receives samples and reports them over the API, within what the laboratory may do."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.records.inspection.world import HOUSE

from banyan.base.registry.models import Region
from banyan.kit import clock
from banyan.kit.models import Event
from banyan.records.inspection import actions
from banyan.records.inspection.models import ItemResult, Result, Sample

DAY = date(2024, 3, 4)
REPORT = {
    "report_number": "R-1", "tested_on": "2024-03-04", "conclusion": "failed", "grade": "serious",
    "items": [
        {"item": "lead", "value": "0.9", "unit": "mg/kg", "limit": "≤0.5", "method": "GB 1", "conclusion": "failed"},
        {"item": "plug", "value": "0.2", "unit": "mm", "limit": "≥1", "conclusion": "passed"},
    ],
}  # fmt: skip


@pytest.fixture
def caller(world):
    """The API as one of the world's people calls it: name, place, what is sent."""

    def call(name, place, sent=None):
        client = Client(headers={"accept-language": "en"})
        client.force_login(world.people[name])
        address = f"/api/v1/{place}"
        answer = client.get(address) if sent is None else client.post(address, sent, content_type="application/json")
        return answer.status_code, answer.json()

    with clock.fixed_at(DAY):
        yield call


def test_a_sample_is_received_by_its_seal_and_judged_by_the_report(world, caller):
    sample = world.sample(on=DAY)

    received = caller("chemist", f"samples/{sample.pk}/receipt", {"seal": sample.seal})
    status, judged = caller("chemist", f"samples/{sample.pk}/results", REPORT)

    assert (received[0], received[1]["state"], status) == (200, "received", 201)
    assert (judged["state"], judged["conclusion"], judged["grade"]) == ("failed", "failed", "serious")
    (result,) = judged["results"]
    assert [(item["item"], item["rejudged"]) for item in result["items"]] == [("lead", "agrees"), ("plug", "differs")]
    assert Event.objects.order_by("-number").first().by == "chemist"
    assert caller("county_officer", f"samples/{sample.pk}")[1] == judged


def test_another_seal_or_a_day_to_come_is_refused(world, caller):
    sample = world.sample(on=DAY)
    tomorrow = str(DAY + timedelta(days=1))

    broken = caller("chemist", f"samples/{sample.pk}/receipt", {"seal": "Z9"})
    caller("chemist", f"samples/{sample.pk}/receipt", {"seal": sample.seal})
    untested = caller("chemist", f"samples/{sample.pk}/results", REPORT | {"tested_on": tomorrow})

    assert (broken[0], untested[0]) == (409, 409)
    assert "The seal found is Z9" in broken[1]["prevents"]
    assert untested[1]["prevents"] == "That day has not come."
    assert Sample.objects.get().state == "received"


@pytest.mark.parametrize("fault", [
    {"items": []}, {"conclusion": "good"}, {"grade": "bad"}, {"colour": "red"}, {"report_number": " "},
    {"items": [{"item": "x" * 161, "conclusion": "failed"}]}, {"items": [{"item": " ", "conclusion": "failed"}]},
    {"items": [{"item": "lead", "conclusion": "failed"}] * 501},
])  # fmt: skip
def test_a_report_that_does_not_fit_is_refused_whole(world, caller, fault):
    sample = world.sample(on=DAY)
    caller("chemist", f"samples/{sample.pk}/receipt", {"seal": sample.seal})

    status, told = caller("chemist", f"samples/{sample.pk}/results", REPORT | fault)

    assert (status, bool(told["errors"])) == (422, True)
    assert not Result.objects.exists()


def test_a_report_that_contradicts_itself_or_comes_twice_is_refused(world, caller):
    sample = world.sample(on=DAY)
    not_yet = caller("chemist", f"samples/{sample.pk}/results", REPORT)
    caller("chemist", f"samples/{sample.pk}/receipt", {"seal": sample.seal})

    contradicting = caller("chemist", f"samples/{sample.pk}/results", REPORT | {"conclusion": "passed"})
    once = caller("chemist", f"samples/{sample.pk}/results", REPORT)
    twice = caller("chemist", f"samples/{sample.pk}/results", REPORT)

    assert [status for status, _told in (not_yet, contradicting, once, twice)] == [409, 409, 201, 409]
    assert "The item “lead” is reported as failed." in contradicting[1]["prevents"]
    assert ItemResult.objects.count() == 2


def test_only_the_laboratory_that_holds_a_sample_reports_it(world, caller):
    sample = world.sample(on=DAY)
    actions.receive_samples(samples=[sample], by=HOUSE, on=DAY)
    place, others = f"samples/{sample.pk}/results", ("second_chemist", "owner", "planner", "county_leader")

    answers = {name: caller(name, place, REPORT)[0] for name in others}

    assert set(answers.values()) <= {403, 404}, answers
    assert not Result.objects.exists()


def test_a_county_s_list_holds_what_its_townships_sampled(world, caller):
    township = Region.objects.create(
        key="dongjie", level="township", path="/fujian/fuzhou/gulou/dongjie", name="东街街道",
        parent=world.regions["gulou"],
    )  # fmt: skip
    sample = world.sample(on=DAY, task=world.task(on=DAY, county=township), county=township)

    found = {
        county: [one["key"] for one in caller("planner", f"samples?county={county}")[1]["items"]]
        for county in ("gulou", "dongjie", "cangshan")
    }

    assert found == {"gulou": [sample.pk], "dongjie": [sample.pk], "cangshan": []}
    assert len(caller("planner", "tasks?county=gulou")[1]["items"]) == 1

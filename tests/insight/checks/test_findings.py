"""Checks find what is planted in the data and nothing else, tell each once, and close what is mended."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from tests.records.inspection.world import World, build
from typer.testing import CliRunner

from banyan.config.commands.checks import checks
from banyan.insight.checks import actions, queries
from banyan.insight.checks.models import Finding
from banyan.kit import Refused
from banyan.kit.models import Event, Grant, Person
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.kit.rights import System
from banyan.records.inspection.models import ItemResult, Result, Sample
from banyan.records.plans.models import Quota

TAKEN, TODAY = date(2024, 8, 5), date(2025, 2, 3)
HOUSE = System("test")
PAST = "checks.no_sample_in_quarter"  # the small world takes samples in one quarter only


@pytest.fixture
def world(db) -> World:
    return build()


def open_rules() -> list[str]:
    rows = Finding.objects.filter(state="open").exclude(rule=PAST).order_by("rule")
    return [one.removeprefix("checks.") for one in rows.values_list("rule", flat=True)]


def look(on: date = TODAY) -> Any:
    return actions.look(on=on)


def judged(world: World, conclusion: str = "passed", **given: Any) -> Sample:
    return world.judged(conclusion, on=TAKEN, **given)


def test_right_data_give_no_finding(world):
    judged(world)
    judged(world, "failed")

    look()

    assert open_rules() == []


def test_a_verdict_before_the_day_of_sampling_is_found_unless_the_source_does_not_state_that_day(world):
    for key, told in (("wrong", ""), ("approximate", "made_on")):
        sample = judged(world)
        Sample.objects.filter(pk=sample.pk).update(judged_on=TAKEN - timedelta(days=1), dated_by=told, lot=key)

    look()

    finding = Finding.objects.get(rule="checks.judged_before_sampled")
    assert Sample.objects.get(pk=finding.record_key).lot == "wrong"
    assert finding.explanation == "The verdict is dated 2024-08-04, before the day of sampling, 2024-08-05."
    assert (finding.county_id, finding.laboratory_id, finding.due_on) == ("gulou", None, date(2025, 2, 17))


def test_a_report_dated_before_the_sample_was_received_is_told_to_the_laboratory(world):
    sample = judged(world)
    Result.objects.filter(sample=sample).update(reported_on=TAKEN - timedelta(days=3))

    look()

    assert open_rules() == ["reported_before_received"]
    assert Finding.objects.get(rule="checks.reported_before_received").laboratory_id == "laboratory"


def test_a_report_that_passes_a_sample_with_failed_items_is_found_once_with_their_number(world):
    sample = judged(world)
    report = Result.objects.get(sample=sample)
    for place in (1, 2):
        ItemResult.objects.create(result=report, order=place + 5, item="zinc", conclusion="failed")

    look()

    assert open_rules() == ["passed_with_failed_item"]
    assert Finding.objects.get(rule="checks.passed_with_failed_item").detail["failed"] == 2


def test_a_report_number_of_one_laboratory_on_two_samples_is_found_on_both_and_not_with_another_laboratory(world):
    for laboratory, number in (("laboratory", "R1"), ("laboratory", "R1"), ("second_laboratory", "R1"),
                               ("laboratory", "R2")):  # fmt: skip
        sample = judged(world)
        Result.objects.filter(sample=sample).update(report_number=number, laboratory=world.firms[laboratory])

    look()

    assert open_rules().count("report_number_twice") == 2
    assert {one.detail["samples"] for one in Finding.objects.filter(rule="checks.report_number_twice")} == {2}


@pytest.mark.parametrize(("taken", "found"), [(12, []), (13, ["more_than_planned"])])
def test_more_samples_than_the_quota_and_a_fifth_are_found(world, taken, found):
    Quota.objects.filter(line=world.line).delete()
    Quota.objects.create(key="q", line=world.line, county=world.regions["gulou"], batches=10)
    for place in range(taken + 5):
        judged(world, drawn="random" if place < taken else "complaint")

    look()

    assert open_rules() == found


def test_each_whole_quarter_after_the_plan_in_which_a_county_with_a_quota_took_no_sample_is_found(world):
    Quota.objects.filter(line=world.line).delete()
    Quota.objects.create(key="q", line=world.line, county=world.regions["gulou"], batches=5)
    plan = world.line.plan
    type(plan).objects.filter(pk=plan.pk).update(year=2024, state="published", published_on=date(2024, 2, 1))
    judged(world)

    look()

    quarters = Finding.objects.filter(rule=PAST).values_list("subject", flat=True)
    assert sorted(quarters) == ["2024-Q2", "2024-Q4"]


def test_a_finding_is_recorded_once_closes_when_mended_and_opens_when_it_comes_back(world):
    sample = judged(world)
    wrong, right = TAKEN - timedelta(days=1), TAKEN
    states = []
    for day, judged_on in enumerate((wrong, wrong, right, right, wrong)):
        Sample.objects.filter(pk=sample.pk).update(judged_on=judged_on)
        before = Event.objects.count()
        look(TODAY + timedelta(days=day))
        finding = Finding.objects.get(rule="checks.judged_before_sampled")
        states.append((finding.state, finding.found_on.day, Event.objects.count() - before))

    assert states == [("open", 3, 1), ("open", 3, 0), ("mended", 3, 1), ("mended", 3, 0), ("open", 7, 1)]


def test_what_is_explained_or_ignored_needs_a_reason_and_is_not_opened_again_while_it_lasts(world):
    for _one in range(2):
        sample = judged(world)
        Sample.objects.filter(pk=sample.pk).update(judged_on=TAKEN - timedelta(days=1))
    look()
    explained, ignored = Finding.objects.filter(rule="checks.judged_before_sampled").order_by("pk")
    officer = world.people["county_officer"]

    with pytest.raises(Refused):
        actions.explain(finding=explained, by=officer, on=TODAY)
    actions.explain(finding=explained, by=officer, on=TODAY, reason="the old form had no year")
    actions.ignore(finding=ignored, by=officer, on=TODAY, reason="from before the reform")
    look(TODAY + timedelta(days=1))

    states = Finding.objects.filter(rule="checks.judged_before_sampled").order_by("pk").values_list("state", "reason")
    assert list(states) == [("explained", "the old form had no year"), ("ignored", "from before the reform")]
    assert Event.objects.filter(name="checks.explained", reason="the old form had no year").exists()


def test_what_is_explained_opens_again_when_its_numbers_change_and_what_is_ignored_does_not(world):
    reports = []
    for _one in range(2):
        reports.append(Result.objects.get(sample=judged(world)))
        ItemResult.objects.create(result=reports[-1], order=5, item="zinc", conclusion="failed")
    look()
    officer = world.people["county_officer"]
    explained, ignored = (Finding.objects.get(record_key=one.pk) for one in reports)
    actions.explain(finding=explained, by=officer, on=TODAY, reason="zinc is no item of this standard")
    actions.ignore(finding=ignored, by=officer, on=TODAY, reason="from before the reform")

    for report in reports:
        ItemResult.objects.create(result=report, order=6, item="lead", conclusion="failed")
    look(TODAY + timedelta(days=1))

    explained, ignored = (Finding.objects.get(pk=one.pk) for one in (explained, ignored))
    assert (explained.state, explained.reason, explained.detail["failed"]) == ("open", "", 2)
    assert explained.found_on == TODAY + timedelta(days=1)
    assert (ignored.state, ignored.detail["failed"]) == ("ignored", 2)


def test_many_findings_are_written_and_closed_in_parts(world, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    monkeypatch.setattr("banyan.insight.checks.queries.questions.AT_ONCE", 2)
    samples = [judged(world) for _one in range(5)]
    wrong = Sample.objects.filter(pk__in=[one.pk for one in samples])
    wrong.update(judged_on=TAKEN - timedelta(days=1))
    look()
    told = Finding.objects.filter(rule="checks.judged_before_sampled", state="open").count()

    Sample.objects.filter(pk__in=[one.pk for one in samples[:3]]).update(judged_on=TAKEN)
    mended = look(TODAY + timedelta(days=1))

    assert (told, mended["mended"]) == (5, 3)
    assert Finding.objects.filter(rule="checks.judged_before_sampled", state="open").count() == 2


def test_a_laboratory_sees_and_explains_its_own_findings_and_ignores_none(world):
    for laboratory in ("laboratory", "second_laboratory"):
        sample = judged(world, laboratory=world.firms[laboratory])
        Result.objects.filter(sample=sample).update(
            reported_on=TAKEN - timedelta(days=3), laboratory=world.firms[laboratory]
        )
    look()
    tester = Person.objects.create(username="tester")
    Grant.objects.create(person=tester, role="laboratory", dimension="laboratory", path="laboratory", from_on=TAKEN)
    own, other = (Finding.objects.get(laboratory=one) for one in ("laboratory", "second_laboratory"))

    assert [one.pk for one in queries.findings_of(tester)] == [own.pk]
    with pytest.raises(NotAllowed):
        actions.ignore(finding=own, by=tester, on=TODAY, reason="mine")
    with pytest.raises(NotFound):
        actions.explain(finding=other, by=tester, on=TODAY, reason="not mine")
    assert actions.explain(finding=own, by=tester, on=TODAY, reason="typing error").state == "explained"


def test_more_samples_are_no_more_questions(world, django_assert_num_queries):
    def wrong_samples(count: int) -> None:
        for _one in range(count):
            sample = judged(world)
            Sample.objects.filter(pk=sample.pk).update(judged_on=TAKEN - timedelta(days=1))

    wrong_samples(5)
    look()
    with django_assert_num_queries(12):
        look()
    wrong_samples(4)
    look()
    with django_assert_num_queries(12):
        look()


def test_the_command_lists_findings_as_json(world):
    sample = judged(world)
    Sample.objects.filter(pk=sample.pk).update(judged_on=TAKEN - timedelta(days=1))
    look()

    answer = CliRunner().invoke(checks, ["list", "--rule", "checks.judged_before_sampled", "--json"])

    (told,) = json.loads(answer.output)
    assert (told["record_noun"], told["record_key"], told["state"]) == ("inspection.sample", sample.pk, "open")

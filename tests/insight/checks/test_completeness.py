"""Completeness and timeliness count what a slow walk over the records counts, within a person's office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation
from tests.records.inspection.world import World, build, result_of

from banyan.insight.checks import panels, queries
from banyan.kit import clock
from banyan.kit.models import Person
from banyan.kit.rights import System
from banyan.policy import periods
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.models import Sample
from banyan.records.plans.models import Quota

HOUSE, TODAY = System("test"), date(2024, 12, 20)
TAKEN = date(2024, 8, 5)


@pytest.fixture
def world(db) -> World:
    world = build()
    Quota.objects.filter(line=world.line).delete()
    for place, (county, batches) in enumerate((("gulou", 8), ("cangshan", 2))):
        Quota.objects.create(key=f"q{place}", line=world.line, county=world.regions[county], batches=batches)
    plan = world.line.plan
    type(plan).objects.filter(pk=plan.pk).update(year=2024, state="published", published_on=date(2024, 1, 2))
    return world


def received(world: World, *, after: int | None, taken: date = TAKEN, drawn: str = "random") -> Sample:
    """A sample received on the day it was taken, and reported so many days later; None is not at all."""
    sample = world.sample(on=taken, drawn=drawn)
    inspection.receive_samples(samples=[sample], by=HOUSE, on=taken)
    if after is not None:
        day = taken + timedelta(days=after)
        inspection.report_results(results=[result_of(sample, "passed")], by=HOUSE, on=day)
    return sample


def cells(person, on: date = TODAY) -> dict:
    rows = queries.completeness(person, year=2024, on=on)
    return {(county.pk, periods.name_of(one.first)): one for county, quarters in rows for one in quarters}


def test_samples_stand_against_a_quarter_of_the_quota_and_reports_against_their_term(world):
    for after in (10, 30, 31, None):
        received(world, after=after)
    received(world, after=5, drawn="complaint")

    found = cells(HOUSE)

    third = found["gulou", "2024-Q3"]
    assert (third.planned, third.sampled, third.complete) == (2.0, 4, 2.0)
    assert (third.due, third.in_time, third.timely) == (5, 3, 0.6)
    empty = found["cangshan", "2024-Q3"]
    assert (empty.planned, empty.sampled, empty.due, empty.timely) == (0.5, 0, 0, None)


def test_a_report_that_is_not_due_yet_is_neither_late_nor_in_time(world):
    received(world, after=None)

    waiting, late = (cells(HOUSE, on=TAKEN + timedelta(days=days))["gulou", "2024-Q3"] for days in (30, 31))

    assert (waiting.due, late.due, late.in_time) == (0, 1, 0)


def test_quarters_that_have_not_begun_are_not_shown(world):
    assert {quarter for _county, quarter in cells(HOUSE, on=date(2024, 6, 30))} == {"2024-Q1", "2024-Q2"}


def test_an_officer_sees_the_own_county_alone_on_page_and_api(world):
    received(world, after=10)
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(Person.objects.get(username="county_officer"))

    with clock.fixed_at(TODAY), translation.override("en"):
        page = browser.get("/office/checks/completeness/?year=2024").content.decode()
        told = browser.get("/api/v1/completeness?year=2024").json()

    assert {one["county"] for one in told} == {"gulou"}
    assert "cangshan" not in page
    assert " 1 / 1 · 100 %" in page
    assert [(one["sampled"], one["planned"]) for one in told if one["first"] == "2024-07-01"] == [(1, 2.0)]


def page_of(person: str, year: str, language: str = "en"):
    browser = Client(headers={"accept-language": language})
    browser.force_login(Person.objects.get(username=person))
    with clock.fixed_at(TODAY):
        return browser.get(f"/office/checks/completeness/?year={year}")


def test_a_year_without_a_plan_says_what_is_missing_and_what_to_do(world):
    answer = page_of("planner", "2013")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "No plan of 2013 has been published" in page
    assert "so no report is due" in page
    assert '<a href="/office/plans/plan/">Draft and publish the plan of the year with its quotas</a>' in page
    assert '<a href="?year=2024">2024</a>' in page
    assert '<option value="2013" selected>' in page
    assert "<table" not in page


def test_a_city_without_plans_shows_the_reports_of_the_year_all_the_same(world):
    received(world, after=10)
    plan = world.line.plan
    type(plan).objects.filter(pk=plan.pk).update(state="draft", published_on=None)

    page = page_of("planner", "2024").content.decode()
    first = page_of("planner", "").content.decode()

    for shown in (page, first):
        assert "No plan of 2024 has been published" in shown
        assert "Whether reports came in time is shown all the same." in shown
        assert "1 / 1 · 100 %" in shown
        assert "Years with a plan" not in shown


def test_a_year_to_come_has_nothing_due_yet(world):
    page = page_of("planner", "2031").content.decode()

    assert "The year 2031 has not begun: nothing is due yet." in page
    assert "No sample of 2031" not in page
    assert "<table" not in page


@pytest.mark.parametrize(
    "year", ["0", "0000", "1", "20245", "9999", "-2024", "spring", "٢٠٢٤", "2024.0", "1e3", " 2024"]
)
def test_what_is_no_year_is_refused_in_words(world, year):
    answer = page_of("planner", year)

    assert answer.status_code == 400
    assert "Write it with four digits, such as 2024." in answer.content.decode()


def test_each_line_of_a_cell_says_whether_it_is_complete_or_in_time(world):
    received(world, after=10)

    for language, words in (("en", ("complete", "in time")), ("zh-hans", ("完成", "及时"))):
        page = page_of("planner", "2024", language).content.decode()
        cell = next(one for one in page.split("</td>") if "county=gulou&amp;sampled_on_from=2024-07-01" in one)
        assert [f">{word}</span>" in cell for word in words] == [True, True], cell


def test_the_links_of_a_cell_lead_to_its_samples(world):
    received(world, after=10)
    received(world, after=10, taken=date(2024, 5, 6))
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(Person.objects.get(username="planner"))

    with clock.fixed_at(TODAY):
        page = browser.get("/office/checks/completeness/?year=2024").content.decode()
        address = next(part for part in page.split('"') if "sampled_on_from=2024-07-01" in part and "gulou" in part)
        listed = browser.get(address.replace("&amp;", "&"))

    assert listed.status_code == 200
    assert len(listed.context["cl"].result_list) == 1


def test_the_lists_of_open_findings_that_pages_lead_to_open(world):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(Person.objects.get(username="planner"))
    with clock.fixed_at(TODAY):
        page = browser.get("/office/checks/completeness/?year=2024").content.decode()
        addresses = [part.replace("&amp;", "&") for part in page.split('"') if "checks/finding" in part]
        more = next(one.more(TODAY) for one in panels.TODO)
        told = [browser.get(one) for one in (addresses[-1], more)]
        answers = {one.status_code for one in told}

    assert "county=" in addresses[-1]
    assert answers == {200}

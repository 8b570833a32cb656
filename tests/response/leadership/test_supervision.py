"""Tasks of supervision by named officer, and interviews with what was promised in them."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client

from banyan.kit import Refused, rights
from banyan.kit.models import Grant, Person, Version
from banyan.response.leadership import actions, panels, queries
from banyan.response.leadership.models import Commitment, Interview, Task

pytestmark = pytest.mark.django_db

DAY, LAST = date(2025, 3, 3), date(2025, 3, 31)
HOUSE = rights.System("daily")


def a_task(city, people, **fields):
    given = {"programme": "table_safety", "title": "check the rice markets", "county": city.gulou, "due_on": LAST,
             "product_class": city.rice, "assignee": people.officer_gulou}  # fmt: skip
    return Task(**given | fields)


def the_task(city, people):
    return actions.set_tasks(tasks=[a_task(city, people)], by=people.planner, on=DAY)[0]


@pytest.mark.parametrize("lacking", [{"programme": "none"}, {"due_on": None}, {"assignee": None}])
def test_a_task_has_a_programme_a_named_officer_and_a_day(city, people, lacking):
    with pytest.raises(Refused, match="lacks"):
        actions.set_tasks(tasks=[a_task(city, people, **lacking)], by=people.planner, on=DAY)


def test_a_task_is_done_when_somebody_else_accepts_it(city, people):
    task = the_task(city, people)
    actions.report_tasks(tasks=[task], result="forty shops were checked", by=people.officer_gulou, on=LAST)
    actions.return_task(task=task, by=people.planner, on=LAST, reason="the list is missing")
    assert Task.objects.get().state == "set"
    actions.report_tasks(tasks=[task], result="with the list", by=people.officer_gulou, on=LAST)
    actions.accept_tasks(tasks=[task], by=people.planner, on=LAST)

    assert Task.objects.get().state == "done"
    (row,) = queries.ledger(people.planner, on=LAST)
    assert (row["n"], row["done"], row["late"], row["county"].pk) == (1, 1, 0, "gulou")
    (officer,) = queries.ledger_by(people.planner, "assignee", on=LAST)
    assert (officer["of"], officer["n"], officer["done"]) == (people.officer_gulou, 1, 1)


def test_a_late_task_goes_up_to_the_nearest_superior_once(city, people):
    boss = Person.objects.create(username="leader_gulou", password="!")
    Grant.objects.create(person=boss, role="leader", dimension="region", path=city.gulou.path, from_on=DAY)
    the_task(city, people)

    assert actions.run_clocks(by=HOUSE, on=LAST)["tasks raised"] == 0
    assert actions.run_clocks(by=HOUSE, on=LAST + timedelta(days=1))["tasks raised"] == 1
    assert actions.run_clocks(by=HOUSE, on=LAST + timedelta(days=2))["tasks raised"] == 0
    task = Task.objects.get()
    assert (task.assignee, task.superior) == (people.officer_gulou, boss)
    assert queries.ledger(people.officer_changle, on=LAST) == []


def called(city, people, **more):
    given = {"trigger": "complaints", "party": city.gulou_firm, "topic": "forty complaints in a month",
             "interview_on": date(2025, 3, 10)}  # fmt: skip
    return actions.call_interview(**given | more, by=people.officer_gulou, on=DAY)


HOT_LINE_BY, REFUNDS_BY = date(2025, 3, 20), date(2025, 4, 10)


def held(interview, people):
    """The interview held, with a hot line promised by one day and refunds by a later one."""
    promised = [("refunds", REFUNDS_BY), ("a hot line", HOT_LINE_BY)]
    actions.hold_interview(
        interview=interview, minutes="both spoke", attended="the manager", commitments=promised,
        by=people.officer_gulou, on=date(2025, 3, 10),
    )  # fmt: skip
    return Commitment.objects.order_by("by_on")


def test_an_interview_is_due_with_its_first_unchecked_commitment_and_dated_anew_by_each_check(city, people):
    line, _refunds = held(called(city, people), people)
    # The follow-up of the first promise must not wait for the day of the last one.
    assert Interview.objects.get().due_on == HOT_LINE_BY

    actions.check_commitment(commitment=line, is_kept=True, found="it answers", by=people.officer_gulou, on=LAST)

    assert Interview.objects.get().due_on == REFUNDS_BY


def test_a_commitment_that_is_checked_before_its_turn_leaves_the_earlier_one_due(city, people):
    _line, refunds = held(called(city, people), people)

    actions.check_commitment(commitment=refunds, is_kept=True, found="paid", by=people.officer_gulou, on=LAST)

    assert Interview.objects.get().due_on == HOT_LINE_BY


def test_the_daily_step_dates_interviews_that_were_held_while_the_last_day_counted(city, people):
    interview = called(city, people)
    held(interview, people)
    Interview.objects.update(due_on=REFUNDS_BY)

    assert actions.run_clocks(by=HOUSE, on=LAST)["interviews dated"] == 1
    assert actions.run_clocks(by=HOUSE, on=LAST)["interviews dated"] == 0
    assert Interview.objects.get().due_on == HOT_LINE_BY
    version = Version.objects.filter(noun=Interview.noun, key=interview.pk).order_by("id").last()
    assert json.loads(version.state)["due_on"] == str(HOT_LINE_BY)


def test_the_page_of_an_interview_says_of_each_commitment_its_day_whether_it_is_checked_and_whether_it_is_late(
    city, people
):
    interview = called(city, people)
    line, refunds = held(interview, people)
    rows = panels.promised(Interview.objects.get(), person=people.officer_gulou, on=LAST)["rows"]
    assert [(row["commitment"], row["is_late"], row["is_next"]) for row in rows] == [
        (line, True, True), (refunds, False, False),
    ]  # fmt: skip

    actions.check_commitment(commitment=line, is_kept=False, found="no answer", by=people.officer_gulou, on=LAST)
    rows = panels.promised(Interview.objects.get(), person=people.officer_gulou, on=LAST)["rows"]

    assert [(row["commitment"], row["is_late"], row["is_next"]) for row in rows] == [
        (refunds, False, True), (line, True, False),
    ]  # fmt: skip
    assert panels.promised(Interview.objects.get(), person=people.officer_changle, on=LAST) is None
    client = Client()
    client.force_login(people.officer_gulou)
    page = client.get(f"/office/leadership/interview/{interview.pk}/change/").content.decode()
    assert page.index("refunds") < page.index("a hot line") < page.index("no answer")


def test_what_is_to_be_held_and_to_be_checked_waits_for_the_officer_with_its_own_day(city, people):
    interview = called(city, people)
    day = interview.interview_on
    asked = {"person": people.officer_gulou, "limit": 5}

    assert panels.to_hold(on=day - timedelta(days=1), **asked) == []
    (waiting,) = panels.to_hold(on=day + timedelta(days=1), **asked)
    held(interview, people)

    assert (waiting.due_on, waiting.is_overdue) == (day, True)
    assert panels.to_hold(on=LAST, **asked) == []
    assert [(one.due_on, one.is_overdue) for one in panels.to_check(on=LAST, **asked)] == [(HOT_LINE_BY, True)]
    assert panels.to_check(on=LAST, person=people.officer_changle, limit=5) == []


def test_lists_of_interviews_begin_with_the_next_day(city, people):
    later, sooner = called(city, people), called(city, people)
    for interview, day in ((later, date(2025, 5, 5)), (sooner, date(2025, 4, 4))):
        actions.hold_interview(
            interview=interview, minutes="m", attended="a", commitments=[("a promise", day)],
            by=people.officer_gulou, on=date(2025, 3, 10),
        )  # fmt: skip
    ended = called(city, people)
    actions.cancel_interview(interview=ended, by=people.officer_gulou, on=DAY, reason="settled")
    client = Client()
    client.force_login(people.officer_gulou)

    listed = client.get("/office/leadership/interview/").context["cl"].result_list
    shown = panels.interviews_of(city.gulou_firm, person=people.officer_gulou, on=date(2025, 4, 10))["rows"]

    assert [one.pk for one in listed] == [sooner.pk, later.pk, ended.pk]
    assert [(row["record"].pk, row["is_late"]) for row in shown] == [
        (sooner.pk, True), (later.pk, False), (ended.pk, False),
    ]  # fmt: skip


def test_an_interview_is_followed_up_until_every_commitment_is_checked(city, people):
    interview = called(city, people)
    assert (interview.number, interview.county_id) == ("T2025-00001", "gulou")
    line, refunds = held(interview, people)

    actions.check_commitment(commitment=line, is_kept=True, found="it answers", by=people.officer_gulou, on=LAST)
    assert Interview.objects.get().state == "held"
    actions.check_commitment(commitment=refunds, is_kept=False, found="none", by=people.officer_gulou, on=LAST)

    ended = Interview.objects.get()
    assert (ended.state, ended.due_on, ended.concluded_on) == ("broken", None, LAST)
    with pytest.raises(Refused, match="was checked on"):
        actions.check_commitment(commitment=line, is_kept=False, found="x", by=people.officer_gulou, on=LAST)


def test_an_interview_without_a_commitment_is_refused(city, people):
    with pytest.raises(Refused, match="what was promised"):
        actions.hold_interview(
            interview=called(city, people), minutes="m", attended="a", commitments=[], by=people.officer_gulou, on=DAY
        )


def test_an_interview_needs_somebody_and_a_day_to_come(city, people):
    for lacking in ({"party": None}, {"interview_on": date(2025, 3, 2)}, {"topic": " "}):
        with pytest.raises(Refused, match="lacks"):
            called(city, people, **lacking)


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_notice_and_pages_are_there(city, people, form):
    interview = called(city, people)
    the_task(city, people)
    client = Client()
    client.force_login(people.officer_gulou)

    assert client.get(f"/office/leadership/interview/{interview.pk}/paper/notice.{form}").status_code == 200
    assert client.get(f"/office/leadership/interview/{interview.pk}/paper/minutes.{form}").status_code == 404
    assert "check the rice markets" in client.get("/office/").content.decode()
    page = client.get("/office/supervision/ledger/")
    assert page.status_code == 200
    for _title, rows in page.context["parts"]:
        assert all(client.get(row["url"]).status_code == 200 for row in rows if row["url"])
    assert all(client.get(row["url"]).status_code == 200 for row in page.context["rows"])


def test_tasks_interviews_and_promises_have_a_day_within_three_years(city, people):
    far = date(9999, 12, 31)

    with pytest.raises(Refused, match="more than 3 years ahead"):
        actions.set_tasks(tasks=[a_task(city, people, due_on=far)], by=people.planner, on=DAY)
    with pytest.raises(Refused, match="more than 3 years ahead"):
        called(city, people, interview_on=far)
    with pytest.raises(Refused, match="more than 3 years ahead"):
        actions.hold_interview(
            interview=called(city, people), minutes="they agreed", attended="two", commitments=[("refunds", far)],
            by=people.officer_gulou, on=DAY,
        )  # fmt: skip

    assert not Task.objects.exists()

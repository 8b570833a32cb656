"""Tasks of supervision by named officer, and interviews with what was promised in them."""

from datetime import date, timedelta

import pytest
from django.test import Client

from banyan.kit import Refused, rights
from banyan.kit.models import Grant, Person
from banyan.response.leadership import actions, queries
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

    assert actions.run_clocks(by=HOUSE, on=LAST) == {"tasks raised": 0}
    assert actions.run_clocks(by=HOUSE, on=LAST + timedelta(days=1)) == {"tasks raised": 1}
    assert actions.run_clocks(by=HOUSE, on=LAST + timedelta(days=2)) == {"tasks raised": 0}
    task = Task.objects.get()
    assert (task.assignee, task.superior) == (people.officer_gulou, boss)
    assert queries.ledger(people.officer_changle, on=LAST) == []


def called(city, people, **more):
    given = {"trigger": "complaints", "party": city.gulou_firm, "topic": "forty complaints in a month",
             "interview_on": date(2025, 3, 10)}  # fmt: skip
    return actions.call_interview(**given | more, by=people.officer_gulou, on=DAY)


def test_an_interview_is_followed_up_until_every_commitment_is_checked(city, people):
    interview = called(city, people)
    assert (interview.number, interview.county_id) == ("T2025-00001", "gulou")
    promised = [("a hot line", date(2025, 3, 20)), ("refunds", date(2025, 4, 10))]
    actions.hold_interview(
        interview=interview, minutes="both spoke", attended="the manager", commitments=promised,
        by=people.officer_gulou, on=date(2025, 3, 10),
    )  # fmt: skip
    assert Interview.objects.get().due_on == date(2025, 4, 10)
    line, refunds = Commitment.objects.order_by("by_on")

    actions.check_commitment(commitment=line, is_kept=True, found="it answers", by=people.officer_gulou, on=LAST)
    assert Interview.objects.get().state == "held"
    actions.check_commitment(commitment=refunds, is_kept=False, found="none", by=people.officer_gulou, on=LAST)

    assert Interview.objects.get().state == "broken"
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

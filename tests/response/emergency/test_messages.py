"""Messages by role: who is told, who acknowledged in time, and who stands first because nobody answered."""

import re
from pathlib import Path

import pytest
from tests.response.emergency.world import DAY, HOUSE, activated, again, later

from banyan.base.facts import actions as facts
from banyan.insight.indicators import queries as indicators
from banyan.kit import Refused, clock
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.response.emergency import actions, panels
from banyan.response.emergency.models import Receipt
from banyan.response.emergency.queries.situation import by_role, situation

MANUAL = Path(__file__).parents[3] / "docs/how-to/emergency.md"

pytestmark = pytest.mark.django_db


def sent(city, roles, **fields):
    one = activated(city, **fields)
    actions.send_message(activation=one, roles=roles, text="send a car", by=HOUSE, on=DAY)
    return one


def at(person):
    return Receipt.objects.get(person=person)


def test_those_who_hold_the_roles_there_are_told_once(city, people):
    sent(city, ["county_officer", "planner", "laboratory", "firm"])

    told = set(Receipt.objects.values_list("person__username", "role"))
    assert told == {
        ("officer_gulou", "county_officer"), ("planner", "planner"), ("east_laboratory", "laboratory"),
        ("gulou_firm", "firm"),
    }  # fmt: skip
    assert {one.due_at for one in Receipt.objects.all()} == {later(120)}


def test_a_message_of_the_whole_city_reaches_every_county(city, people):
    sent(city, ["county_officer"], county=city.fuzhou, level="III")

    assert set(Receipt.objects.values_list("person__username", flat=True)) == {"officer_gulou", "officer_changle"}
    assert at(people.officer_changle).due_at == later(60)


def test_a_message_that_nobody_would_get_or_says_nothing_is_refused(city, people):
    people.officer_gulou.is_present = False
    people.officer_gulou.save()
    one = activated(city)

    with pytest.raises(Refused, match="Nobody at work"):
        actions.send_message(activation=one, roles=["county_officer"], text="x", by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="says nothing"):
        actions.send_message(activation=one, roles=["planner"], text=" ", by=HOUSE, on=DAY)


def test_each_acknowledges_what_was_sent_to_them(city, people):
    sent(city, ["county_officer", "laboratory"])
    with pytest.raises(NotAllowed, match="somebody else"):
        actions.acknowledge(receipts=[at(people.east_laboratory)], by=people.planner, on=DAY)
    with pytest.raises(NotFound):
        actions.acknowledge(receipts=[at(people.officer_gulou)], by=people.east_laboratory, on=DAY)

    with clock.fixed_at(later(120)):
        actions.acknowledge(receipts=[at(people.east_laboratory)], answer="yes", by=people.east_laboratory, on=DAY)
    with clock.fixed_at(later(121)):
        actions.acknowledge(receipts=[at(people.officer_gulou)], by=people.officer_gulou, on=DAY)
        with pytest.raises(Refused, match="acknowledged already"):
            actions.acknowledge(receipts=[at(people.officer_gulou)], by=people.officer_gulou, on=DAY)

    assert (at(people.east_laboratory).in_time, at(people.officer_gulou).in_time) == (True, False)


def test_an_answer_over_the_api_is_kept_without_characters_that_no_paper_holds(city, people, client):
    sent(city, ["laboratory"])
    client.force_login(people.east_laboratory)
    one = at(people.east_laboratory)

    with clock.fixed_at(later(10)):
        answer = client.post(
            f"/api/v1/receipts/{one.pk}/acknowledge",
            '{"answer": "on\\u000b the\\b way"}',
            content_type="application/json",
        )

    assert answer.status_code == 200
    assert at(people.east_laboratory).answer == "on the way"


def test_it_waits_for_the_person_until_it_is_acknowledged(city, people):
    sent(city, ["laboratory"])
    waiting = {"on": DAY, "limit": 5}
    (item,) = panels.to_acknowledge(person=people.east_laboratory, **waiting)
    assert (item.text, item.is_overdue) == ("send a car", False)
    assert panels.to_acknowledge(person=people.west_laboratory, **waiting) == []
    with clock.fixed_at(later(121)):
        assert panels.to_acknowledge(person=people.east_laboratory, **waiting)[0].is_overdue

    actions.acknowledge(receipts=[at(people.east_laboratory)], by=people.east_laboratory, on=DAY)

    assert panels.to_acknowledge(person=people.east_laboratory, **waiting) == []


def test_the_situation_shows_first_who_has_not_answered_longest(city, people):
    one = sent(city, ["county_officer", "planner", "leader"])
    with clock.fixed_at(later(5)):
        actions.send_message(activation=again(one), roles=["planner"], text="and a van", by=HOUSE, on=DAY)
    actions.acknowledge(receipts=[at(people.leader)], by=people.leader, on=DAY)

    found = situation(again(one), at=later(121))

    assert [(row["receipt"].person.username, row["is_late"]) for row in found["silent"]] == [
        ("officer_gulou", True), ("planner", True), ("planner", False),
    ]  # fmt: skip
    assert (found["silent_count"], found["answered_count"]) == (3, 1)
    assert [(row["role"], row["told"], row["answered"]) for row in by_role(one)] == [
        ("planner", 2, 0), ("county_officer", 1, 0), ("leader", 1, 1),
    ]  # fmt: skip


def test_the_situation_and_the_page_of_a_response_ask_again_as_often_as_the_manual_says(city, people, client):
    one = activated(city)
    client.force_login(people.planner)
    (said,) = re.findall(r"asks for itself again every (\d+) seconds", MANUAL.read_text())

    for address in ("/office/situation/", f"/office/situation/{one.pk}/"):
        assert f'hx-trigger="every {said}s"' in client.get(address).content.decode()
    assert f"every {said} seconds" in client.get("/office/situation/").content.decode()


def test_the_daily_step_counts_silence_once_and_an_answer_afterwards_stays_late(city, people):
    sent(city, ["county_officer", "leader"])
    actions.acknowledge(receipts=[at(people.leader)], by=people.leader, on=DAY)

    with clock.fixed_at(later(1440)):
        assert actions.run_clocks(by=HOUSE, on=DAY)["messages not acknowledged"] == 1
        assert actions.run_clocks(by=HOUSE, on=DAY)["messages not acknowledged"] == 0
        actions.acknowledge(receipts=[at(people.officer_gulou)], by=people.officer_gulou, on=DAY)

    assert at(people.officer_gulou).in_time is False


def test_the_indicator_counts_real_messages_only(city, people):
    sent(city, ["county_officer", "leader"])
    sent(city, ["leader"], is_drill=True)
    for one in Receipt.objects.filter(person=people.leader):
        actions.acknowledge(receipts=[one], by=people.leader, on=DAY)
    with clock.fixed_at(later(1440)):
        actions.run_clocks(by=HOUSE, on=DAY)
        facts.collect()
        (row,) = indicators.show(key="emergency_acknowledged_in_time", on=clock.today()).rows

    assert (row["n"], row["value"]) == (2, 0.5)

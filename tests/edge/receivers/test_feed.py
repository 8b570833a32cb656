"""The feed of changes: only what was granted, nothing lost, nothing twice, and of what has ended only its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.edge.receivers.conftest import HOUSE, list_firm, penalise, repair

from banyan.base.registry.models import Organisation
from banyan.edge.receivers import actions, queries
from banyan.edge.receivers.models import TOPICS
from banyan.edge.receivers.queries import Place
from banyan.judgement.lists import actions as lists
from banyan.kit import clock, events
from banyan.kit.models import Event, Version
from banyan.kit.refusals import Refused
from banyan.response.casework import actions as casework

FEED = "/api/v1/exchange/changes"


def types(answer) -> list[str]:
    return [one["type"] for one in answer.json()["items"]]


def test_a_receiver_reads_nothing_before_a_topic_is_granted_and_then_that_topic_alone(city, enter, program):
    receiver = enter()
    client = program(receiver)
    list_firm(on=city.today)

    assert client.get(FEED).json()["items"] == []
    refused = client.get(FEED, {"topic": "listings"})
    assert (refused.status_code, refused.json()["title"]) == (403, "not-allowed")
    actions.grant_access(receiver=receiver, topic="recalls", basis="Act", from_on=city.today, by=HOUSE, on=city.today)
    assert client.get(FEED).json()["items"] == []
    actions.grant_access(
        receiver=receiver, topic="listings", basis="Act", from_on=city.today, by=HOUSE, on=city.today
    )
    [change] = client.get(FEED).json()["items"]
    assert (change["type"], change["partitionkey"]) == ("banyan.listings.begun", "firm-g")
    assert change["data"]["cause"] == "No answer at its address"


def test_an_access_begins_and_ends_on_its_days_and_is_given_once_for_each(city, enter, program):
    receiver, day = enter(), city.today
    client = program(receiver)
    list_firm(on=day)
    given = {"receiver": receiver, "topic": "listings", "by": HOUSE, "on": day}
    actions.grant_access(**given, basis="Act", from_on=day + timedelta(days=2), until_on=day + timedelta(days=4))

    for code, wrong in (
        ("access-stands", {"basis": "Act", "from_on": day + timedelta(days=4)}),
        ("reason-missing", {"basis": " ", "from_on": day + timedelta(days=9)}),
        ("wrong-order", {"basis": "Act", "from_on": day, "until_on": day - timedelta(days=1)}),
    ):
        with pytest.raises(Refused) as refused:
            actions.grant_access(**given, **wrong)
        assert refused.value.code == code
    for days, seen in ((1, 0), (2, 1), (4, 1), (5, 0)):
        receiver = queries.Receiver.objects.get(pk=receiver.pk)
        topics = queries.topics_of(receiver, on=day + timedelta(days=days))
        assert len(queries.read(topics=topics, place=Place(), limit=9).changes) == seen, days
    assert client.get(FEED).json()["items"] == []


def test_only_a_machine_of_a_receiver_with_the_scope_is_answered(city, people, enter, program):
    receiver = enter("Bank", "listings")

    assert Client().get(FEED).status_code == 401
    officer = Client()
    officer.force_login(people.planner)
    assert officer.get(FEED).status_code == 401
    tells = program(receiver, "exchange:receipts")
    assert (tells.get(FEED).status_code, tells.get(FEED).json()["title"]) == (403, "insufficient-scope")
    reads = program(enter("Tax", "listings", kind="tax"), "exchange:changes")
    assert reads.get(FEED).status_code == 200
    body = {"topic": "listings", "event": 1, "count": 0, "digest": "0" * 64}
    posted = reads.post("/api/v1/exchange/copies", body, content_type="application/json")
    assert posted.status_code == 403


def test_a_suspended_receiver_is_answered_no_more_and_a_place_that_is_none_is_told(city, enter, program):
    receiver = enter("Bank", "listings")
    client = program(receiver)

    for place in ("x", "-1", "1-y", str(2**63)):
        refused = client.get(FEED, {"since": place})
        assert refused.status_code == 400, place
        assert "no place in the feed" in refused.json()["detail"]
    assert client.get(FEED, {"topic": "secrets"}).status_code == 400
    actions.suspend_receiver(receiver=receiver, by=HOUSE, on=city.today, reason="It leaked.")
    assert client.get(FEED).status_code == 403


def test_what_has_ended_is_told_as_an_end_and_its_text_is_not_repeated(city, enter, program):
    client = program(enter("Bank", "listings"))
    listing = list_firm(on=city.today)
    repair(listing, on=city.today)

    answer = client.get(FEED)

    assert types(answer) == ["banyan.listings.ended", "banyan.listings.ended"]
    assert "No answer" not in answer.content.decode()
    assert [one["subject"] for one in answer.json()["items"]] == [listing.number, listing.number]


def test_a_penalty_past_its_publicity_is_an_end_on_the_very_day(city, enter, program):
    client = program(enter("Bank", "penalties"))
    case = penalise("firm-g", on=city.today)
    case.published_on, case.publish_by, case.state = None, None, "served"
    case.save()
    casework.publish_penalty(case=case, by=HOUSE, on=city.today)
    case.refresh_from_db()

    assert types(client.get(FEED)) == ["banyan.penalties.begun"]
    with clock.fixed_at(case.public_until):
        token = program(enter("Tax", "penalties", kind="tax", region=city.fuzhou))
        assert types(token.get(FEED)) == ["banyan.penalties.begun"]
    with clock.fixed_at(case.public_until + timedelta(days=1)):
        [change] = queries.told(queries.read(topics={"penalties"}, place=Place(), limit=5).changes)
    assert (change["type"], set(change["data"])) == ("banyan.penalties.ended", {"number", "ended_on"})


def test_no_personal_data_leave_in_a_change(city, enter):
    Organisation.objects.filter(pk="firm-g").update(kind="sole_trader")
    list_firm(on=city.today)

    text = str(queries.told(queries.read(topics=set(TOPICS), place=Place(), limit=50).changes))

    assert "林小明" not in text
    assert "91350100MA2T3X0Q68" not in text, "the code of a sole trader leads to a person"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.integers(0, 3), min_size=1, max_size=14), limit=st.integers(1, 5), reads=st.data())
def test_whoever_reads_in_pages_while_others_write_gets_each_change_once_and_in_order(db_world, plan, limit, reads):
    """Versions of many records in one event, other events between, pages cut anywhere, writes between two pages."""
    begin = events.last_number()
    place, got = Place(begin), []
    for size in plan:
        write(size)
        for _again in range(reads.draw(st.integers(0, 2))):
            part = queries.read(topics={"grades"}, place=place, limit=limit)
            got += part.changes
            place = queries.place_of(str(part.after or Place(part.upto)))
    while (part := queries.read(topics={"grades"}, place=place, limit=limit)) and (part.changes or part.after):
        got += part.changes
        place = queries.place_of(str(part.after or Place(part.upto)))

    wanted = list(
        Version.objects.filter(event__gt=begin, noun="credit.grade")
        .order_by("event", "id")
        .values_list("id", flat=True)
    )
    assert [one.version for one in got] == wanted
    assert sum(plan) == len(wanted)


@pytest.fixture
def db_world(city):
    """One database for all examples: each begins at the last event."""
    return city


def write(size: int) -> None:
    """An event with so many graded firms; none is an event of another kind."""
    from decimal import Decimal

    from banyan.judgement.credit import actions as credit

    day = clock.today()
    if size == 0:
        firm = Organisation.objects.get(pk="firm-g")
        lists.propose_listing(list="abnormal", organisation=firm, cause="-", facts="-", by=HOUSE, on=day)
        return
    firms = ["firm-g", "firm-c", "lab-e"][:size]
    credit.regrade(grades=[(firm, "B", Decimal(80)) for firm in firms], by=HOUSE, on=day)
    assert Event.objects.order_by("number").last().rows == size

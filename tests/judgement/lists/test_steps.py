"""No step of a listing is left out, by verb, form, list or interface; publicity ends on its day everywhere."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from banyan.judgement.lists import actions, queries
from banyan.judgement.lists.models import LISTING_FLOW, Listing
from banyan.kit import clock, events, log
from banyan.kit.models import Version
from banyan.kit.refusals import Refused
from banyan.kit.rights import System
from banyan.policy.calendar import add_months, add_working_days
from banyan.response.casework import actions as casework
from banyan.response.casework.models import Case

HOUSE = System("test")
MUST_COME_BEFORE = {
    "noticed": {"proposed"}, "hearing": {"noticed"}, "heard": {"hearing"}, "approved": {"noticed"},
    "decided": {"approved"}, "published": {"decided"}, "applied": {"published"}, "accepted": {"applied"},
}  # fmt: skip
GIVEN = {
    "record_statement": {"statement": "We object."}, "hold_hearing": {"record": "Heard."},
    "decide_listing": {"conditions": "Put it right."}, "apply_repair": {"application": "All is mended."},
}  # fmt: skip


@pytest.fixture
def penalty(city) -> Case:
    """A penalty of firm-g that was decided and published."""
    case = Case(
        key="case-1", number="case-1", title="-", cause="sample", rules_on=city.today, county_id="gulou",
        party_id="firm-g", filed_on=city.today, decided_on=city.today, outcome="penalty", fine=90_000, state="served",
        served_on=city.today,
        published_on=city.today,
    )  # fmt: skip
    Case.objects.bulk_create([case])
    return case


def proposed(case: Case, *, by=HOUSE, on: date, list_: str = "serious") -> Listing:
    return actions.propose_listing(
        list=list_, organisation=case.party, case=case, cause="Order 44, art. 7", facts="Kettles that burn", by=by,
        on=on,
    )  # fmt: skip


def published(case: Case, on: date, list_: str = "serious") -> Listing:
    """A listing on which each step was taken in its order."""
    listing = proposed(case, on=on, list_=list_)
    actions.give_notice(listing=listing, by=HOUSE, on=on)
    actions.record_statement(listing=listing, statement="We object.", by=HOUSE, on=on)
    actions.approve_listing(listing=listing, by=System("superior"), on=on)
    actions.decide_listing(listing=listing, conditions="Put it right.", by=HOUSE, on=on)
    return actions.publish_listing(listing=listing, by=HOUSE, on=on)


def moved(way: str, listing: Listing, move: str, person, browser: Client, on: date) -> None:
    """Try a step by one of the ways that there are."""
    given = {"hearing_on": on} if move == "call_hearing" else GIVEN.get(move, {})
    if way == "verb":
        try:
            getattr(actions, move)(listing=listing, **given, by=person, on=on, reason="It is so.")
        except Refused:
            return
    elif way == "form":
        address = f"/office/lists/listing/{listing.pk}/do/{move}/"
        shown = browser.get(address)
        told = {name: str(value) for name, value in given.items()}
        hidden = {"seen": shown.context["seen"]} if shown.context and "seen" in shown.context else {}
        browser.post(address, {**told, **hidden, "reason": "It is so."})
    elif way == "list":
        browser.post(f"/office/lists/listing/selected/{move}/", {"_selected_action": [listing.pk], "post": "yes"})
    else:
        assert browser.post(f"/api/v1/public/listings/{listing.number}", {"state": "published"}).status_code == 405


@pytest.mark.parametrize("seed", range(2))
def test_no_sequence_of_steps_by_any_way_leaves_one_out(city, people, penalty, seed):
    chance = random.Random(seed)
    browsers = {name: Client() for name in ("planner", "leader", "officer_gulou", "gulou_firm")}
    for name, browser in browsers.items():
        browser.force_login(getattr(people, name))
    day, listing = city.today, proposed(penalty, by=people.officer_gulou, on=city.today)

    for _step in range(45):
        day += timedelta(days=chance.choice([0, 0, 1, 8, 200]))
        name = chance.choice(sorted(browsers))
        move = chance.choice(sorted(LISTING_FLOW.moves))
        if chance.random() < 0.7:  # mostly what its state allows, so that the far states are reached too
            listing.refresh_from_db()
            move = chance.choice([one.name for one in LISTING_FLOW.allowed(listing.state)] or [move])
        with clock.fixed_at(day):
            way = chance.choice(["verb", "verb", "form", "list", "interface"])
            moved(way, listing, move, getattr(people, name), browsers[name], day)

    versions = Version.objects.filter(noun="lists.listing", key=listing.pk).order_by("id")
    passed = [json.loads(one.state)["state"] for one in versions]
    seen: set[str] = set()
    for state in passed:
        assert MUST_COME_BEFORE.get(state, set()) <= seen or state in seen
        seen.add(state)
    last = Listing.objects.get(pk=listing.pk)
    if last.approved_on:
        assert last.approved_by != last.proposed_by
        assert last.stated_on or last.heard_on or last.approved_on > last.state_by


def test_even_a_plain_update_cannot_make_a_listing_public_that_was_not_decided(city, penalty):
    listing = proposed(penalty, on=city.today)

    for fields in ({"state": "published"}, {"published_on": city.today}, {"decided_on": city.today},
                   {"approved_on": city.today}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=listing.pk).update(**fields)


def test_a_serious_listing_needs_a_penalty_of_the_firm_that_was_decided(city, penalty):
    with pytest.raises(Refused, match="No penalty of this firm"):
        actions.propose_listing(list="serious", organisation=city.changle_firm, cause="-", facts="-", by=HOUSE,
                                on=city.today)  # fmt: skip
    with pytest.raises(Refused, match="No penalty of this firm"):
        actions.propose_listing(list="local", organisation=city.changle_firm, case=penalty, cause="-", facts="-",
                                by=HOUSE, on=city.today)  # fmt: skip


def everywhere(listing: Listing) -> list[bool]:
    """Whether a listing is seen: page, list, search, table, interface, and with its firm."""
    browser, number = Client(headers={"accept-language": "en"}), listing.number
    table = b"".join(browser.get("/lists/table.csv").streaming_content).decode()
    return [
        browser.get(f"/lists/{number}/").status_code == 200,
        number in browser.get("/lists/").content.decode(),
        number in browser.get("/search/?q=榕江食品").content.decode(),
        number in table,
        number in [one["number"] for one in browser.get("/api/v1/public/listings").json()["items"]],
        browser.get(f"/api/v1/public/listings/{number}").status_code == 200,
        number in browser.get(f"/api/v1/public/firms/{listing.organisation_id}").json()["listings"],
    ]


def test_publicity_ends_on_its_day_on_page_list_search_table_and_interface(city, penalty):
    listing = published(penalty, city.today)
    last = listing.public_until
    assert last == add_months(city.today, 36)

    with clock.fixed_at(last):
        assert everywhere(listing) == [True] * 7
        assert actions.run_clocks(by=HOUSE, on=last)["listings ended"] == 0
    with clock.fixed_at(last + timedelta(days=1)):
        assert everywhere(listing) == [False] * 7
        assert actions.run_clocks(by=HOUSE, on=last + timedelta(days=1))["listings ended"] == 1
    listing.refresh_from_db()
    assert (listing.state, listing.removed_for) == ("removed", "term")


def test_a_quashed_penalty_takes_its_listing_with_it_the_same_day(city, penalty):
    listing = published(penalty, city.today)
    day = city.today + timedelta(days=40)

    with clock.fixed_at(day):
        assert everywhere(listing)[0]
        suit = casework.ask_remedy(case=penalty, kind="lawsuit", authority="Court", by=HOUSE, on=day)
        casework.end_remedy(remedy=suit, end="quashed", words="Not proved.", by=HOUSE, on=day)
        assert everywhere(listing) == [False] * 7
        assert actions.run_clocks(by=HOUSE, on=day)["listings annulled"] == 1
    listing.refresh_from_db()
    assert (listing.state, listing.removed_for) == ("removed", "annulled")


def test_a_repair_has_its_clock_by_the_rule_in_force_and_a_false_one_is_revoked(city, people, penalty):
    listing = published(penalty, date(2025, 1, 6))
    early = date(2025, 12, 1)
    with pytest.raises(Refused, match="2026-01-06"):
        actions.apply_repair(listing=listing, application="All is mended.", by=HOUSE, on=early)
    day = date(2026, 1, 6)

    actions.apply_repair(listing=listing, application="All is mended.", by=HOUSE, on=day)
    assert listing.due_on == add_working_days(day, 2)
    actions.accept_repair(listing=listing, by=HOUSE, on=day)
    assert (listing.due_on, listing.due_rule) == (add_working_days(day, 7), "lists.decide_repair")
    actions.grant_repair(listing=listing, by=HOUSE, on=day, reason="Put right.")
    assert queries.public_listing(listing.number, on=day) is None
    later = date(2026, 3, 2)
    actions.restore_listing(listing=listing, by=HOUSE, on=later, reason="Its papers were false.")

    assert (listing.published_on, listing.public_until) == (later, date(2029, 3, 2))
    with pytest.raises(Refused, match="2029-03-02"):
        actions.apply_repair(listing=listing, application="Again.", by=HOUSE, on=date(2027, 6, 1))


def test_each_public_change_is_proved_by_the_log_that_outsiders_verify(city, penalty):
    listing = published(penalty, city.today)
    log.extend(on=city.today, cut=events.last_number())
    day = city.today + timedelta(days=3)
    actions.annul_listing(listing=listing, by=HOUSE, on=day, reason="The decision was changed.")
    unproved = queries.changes_of(listing)
    log.extend(on=day, cut=events.last_number())

    told = queries.changes_of(listing)

    assert [one.event for one in told] == ["lists.listing.published", "lists.listing.annulled"]
    assert [one.is_proved for one in unproved] == [True, False]
    assert all(one.is_proved for one in told)
    assert list(log.faults()) == []


def test_the_firm_reads_its_listing_and_answers_and_another_firm_sees_none(city, people, penalty):
    listing = proposed(penalty, on=city.today)
    actions.give_notice(listing=listing, by=HOUSE, on=city.today)

    actions.record_statement(listing=listing, statement="Not us.", by=people.gulou_firm, on=city.today)

    listing.refresh_from_db()
    assert (listing.statement, listing.state_by) == ("Not us.", add_working_days(city.today, 5))
    with pytest.raises(Refused):
        actions.record_statement(listing=listing, statement="-", by=people.changle_firm, on=city.today)

"""Receipts: each once; a removal is in effect everywhere once all say so; what is late goes up; all copies agree."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from django.test import Client
from tests.edge.receivers.conftest import HOUSE, list_firm, repair
from typer.testing import CliRunner

from banyan.config import clocks
from banyan.edge.receivers import actions, api, queries
from banyan.edge.receivers.models import TOPICS, Delivery, Receipt
from banyan.edge.receivers.queries import Place
from banyan.judgement.credit import actions as credit
from banyan.kit import clock
from banyan.kit.refusals import Refused
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.models import Sample

RECEIPTS, COPIES, FEED = (f"/api/v1/exchange/{name}" for name in ("receipts", "copies", "changes"))


def sent_to_nobody(*_told: object) -> None:
    """A network that takes everything."""


def said(client: Client, *changes: str, outcome: str = "executed", on: date, **more: str):
    body = {"receipts": [{"change": one, "outcome": outcome, "on": on.isoformat(), **more} for one in changes]}
    return client.post(RECEIPTS, body, content_type="application/json")


def held(items, into: dict[str, str] | None = None) -> dict[str, str]:
    """What a receiver holds after some changes, as the how-to tells it to keep them."""
    kept = {} if into is None else into
    for one in items:
        if one["type"].endswith(".ended"):
            kept.pop(one["subject"], None)
        else:
            kept[one["subject"]] = one["id"]
    return kept


def digest(kept: dict[str, str]) -> str:
    """The digest of a copy by the how-to, in other words than the house's own."""
    numbers = [int(hashlib.sha256(f"{subject} {name}\n".encode()).hexdigest(), 16) for subject, name in kept.items()]
    return format(sum(numbers) % 2**256, "064x")


def report(client: Client, topic: str, kept: dict[str, str], upto: int):
    body = {"topic": topic, "event": upto, "count": len(kept), "digest": digest(kept)}
    return client.post(COPIES, body, content_type="application/json")


def test_a_receipt_is_given_once_and_the_same_again_changes_nothing(city, enter, program):
    receiver = enter("Bank", "listings")
    client = program(receiver)
    list_firm(on=city.today)
    actions.deliver(post=sent_to_nobody)
    [change] = client.get(FEED).json()["items"]

    assert said(client, change["id"], on=city.today, reference="B-1").json() == {"entered": 1, "known": 0}
    assert said(client, change["id"], on=city.today, reference="B-1").json() == {"entered": 0, "known": 1}
    other = said(client, change["id"], on=city.today, outcome="not_applicable")
    assert (other.status_code, other.json()["title"]) == (409, "receipt-given")
    assert Receipt.objects.get().outcome == "executed"


def test_a_receipt_is_bound_to_a_change_that_its_receiver_was_told_of(city, enter, program):
    bank, tax = program(enter("Bank", "listings")), program(enter("Tax", "recalls", kind="tax"))
    list_firm(on=city.today)
    actions.deliver(post=sent_to_nobody)
    [change] = bank.get(FEED).json()["items"]

    for name in (change["id"], "listings-1-1", "listings", "listings-9" + "9" * 30 + "-1", "x" * 80):
        assert said(tax, name, on=city.today).status_code == 404, name
    refused = said(bank, change["id"], on=city.today, outcome="refused")
    assert (refused.status_code, refused.json()["title"]) == (409, "reason-missing")
    assert said(bank, change["id"], on=city.today + timedelta(days=1)).status_code == 409
    assert said(bank, change["id"], on=city.today - timedelta(days=1)).status_code == 409
    assert said(bank, change["id"], on=city.today, outcome="maybe").status_code == 422
    assert bank.post(RECEIPTS, {"receipts": []}, content_type="application/json").status_code == 422
    assert not Receipt.objects.exists()


def test_whoever_gives_a_receipt_for_what_it_read_itself_was_told(city, enter, program):
    client = program(enter("Bank", "listings"))
    list_firm(on=city.today)
    actions.gather()
    [change] = client.get(FEED).json()["items"]

    assert said(client, change["id"], on=city.today).status_code == 200

    assert Delivery.objects.get().state == "taken"
    assert actions.deliver(post=sent_to_nobody) == {"taken": 0, "refused": 0}


def test_a_repair_is_in_effect_everywhere_only_once_every_receiver_gave_its_receipt(city, people, enter, program):
    programs = [program(enter(name, "listings", kind="other")) for name in ("Bank", "Insurer", "Tax")]
    listing = repair(list_firm(on=city.today), on=city.today)

    def effect():
        return queries.effects_of("lists.listing", listing.pk, on=city.today)[0]

    assert queries.effects_of("lists.listing", listing.pk, on=city.today) == [], "nobody was told yet"
    actions.deliver(post=sent_to_nobody)
    removal = programs[0].get(FEED).json()["items"][-1]["id"]
    assert (effect().kind, effect().proved, len(effect().lines)) == ("ended", 0, 3)
    said(programs[0], removal, on=city.today)
    said(programs[1], removal, on=city.today, outcome="not_applicable")
    said(programs[2], removal, on=city.today, outcome="refused", words="We have no such customer.")
    assert (effect().proved, effect().is_everywhere) == (2, False)
    page = Client(headers={"accept-language": "en"})
    page.force_login(people.planner)
    address = f"/office/lists/listing/{listing.pk}/change/"
    assert "In effect at 2 of 3 receivers" in page.get(address).content.decode()
    assert "We have no such customer." in page.get(address).content.decode()

    newcomer = enter("Commerce", "listings", kind="commerce")
    assert len(effect().lines) == 4, "who may know of it today and was not told stands there"
    actions.suspend_receiver(receiver=newcomer, by=HOUSE, on=city.today, reason="Not ready.")
    Receipt.objects.filter(outcome="refused").update(outcome="executed")
    assert effect().is_everywhere
    assert "In effect at all receivers" in page.get(address).content.decode()


def test_a_late_receipt_stands_in_the_to_do_list_and_goes_up_once(city, people, enter, program):
    client = program(enter("Bank", "listings"))
    listing = repair(list_firm(on=city.today), on=city.today)
    actions.deliver(post=sent_to_nobody)
    removal = Delivery.objects.order_by("version").last()
    assert (removal.due_rule, removal.due_on) == ("receivers.removal", date(2025, 6, 5))

    with clock.fixed_at(removal.due_on):
        assert clocks.run(on=removal.due_on)["receipts raised"] == 0
    late = removal.due_on + timedelta(days=1)
    with clock.fixed_at(late):
        assert clocks.run(on=late)["receipts raised"] == 1
        assert clocks.run(on=late)["receipts raised"] == 0
        removal.refresh_from_db()
        assert (removal.escalated_on, removal.assignee_id) == (late, people.leader.pk)
        office = Client(headers={"accept-language": "en"})
        office.force_login(people.planner)
        assert "Late receipts of receivers" in office.get("/office/").content.decode()
        assert "late" in office.get(f"/office/lists/listing/{listing.pk}/change/").content.decode()
        changes = [one["id"] for one in client.get(FEED).json()["items"]]
        said(client, *changes, on=late)
        assert "Late receipts of receivers" not in office.get("/office/").content.decode()


def test_who_is_told_after_the_term_has_the_term_from_the_day_of_telling(city, enter):
    repair(list_firm(on=city.today), on=city.today)
    month_later = city.today + timedelta(days=30)

    with clock.fixed_at(month_later):
        newcomer = enter("Bank", "listings")
        actions.replay(receiver=newcomer, since=0, by=HOUSE, on=month_later, reason="First filling.")
        actions.deliver(post=sent_to_nobody)
        removal = Delivery.objects.order_by("version").last()
        assert (removal.happened_on, removal.due_on) == (city.today, date(2025, 7, 7))
        assert clocks.run(on=month_later)["receipts raised"] == 0


def test_a_correction_goes_to_the_source_of_the_record_and_to_whoever_was_told_of_the_firm(city, enter):
    source = enter("Inspection", "corrections", kind="inspection", keeps=["inspection.sample"])
    told = enter("Bank", "listings", "corrections")
    enter("Insurer", "corrections", kind="insurer")
    list_firm("firm-g", on=city.today)
    actions.deliver(post=sent_to_nobody)
    samples = [
        Sample(key=f"sample-{firm}", number=f"S-{firm}", product_name="Kettle", sampled_on=city.today, maker_id=firm,
               county_id="gulou", scheme="product_supervision", level="city", drawn="random")
        for firm in ("firm-g", "firm-c")
    ]  # fmt: skip
    Sample.objects.bulk_create(samples)

    for one in samples:
        inspection.withdraw_samples(samples=[one], by=HOUSE, on=city.today, reason="The seals were mixed up.")
    bodies = []
    actions.deliver(post=lambda _target, body, _headers: bodies.append(json.loads(body)))

    rows = Delivery.objects.filter(topic="corrections").order_by("receiver__name", "version")
    assert [(one.receiver_id, one.record_key) for one in rows] == [
        (told.pk, "sample-firm-g"), (source.pk, "sample-firm-g"), (source.pk, "sample-firm-c"),
    ]  # fmt: skip
    assert {one["data"]["record"] for one in bodies} == {"inspection.sample"}
    assert all(one["data"]["is_withdrawn"] for one in bodies)
    assert "mixed up" not in json.dumps(bodies)


def test_an_upheld_objection_of_a_firm_is_a_correction_of_the_record_behind_the_line(city, enter):
    from banyan.judgement.credit.models import Objection

    enter("Inspection", "corrections", kind="inspection", keeps=["inspection.sample"])
    objection = Objection(
        key="co-1", organisation_id="firm-g", rule="sample", record_noun="inspection.sample", record_key="sample-1",
        version=0, words="Not ours.", objected_on=city.today,
    )  # fmt: skip
    Objection.objects.bulk_create([objection])
    sample = Sample(key="sample-1", number="S-1", product_name="Kettle", sampled_on=city.today, maker_id="firm-g",
                    county_id="gulou", scheme="product_supervision", level="city", drawn="random")  # fmt: skip
    Sample.objects.bulk_create([sample])
    inspection.withdraw_samples(samples=[sample], by=HOUSE, on=city.today, reason="Not theirs.")

    credit.uphold_objection(objection=objection, by=HOUSE, on=city.today, reason="So it is.")
    bodies = []
    actions.deliver(post=lambda _target, body, _headers: bodies.append(json.loads(body)))

    assert [one["subject"] for one in bodies] == ["inspection.sample:sample-1"] * 2
    assert "Not ours" not in json.dumps(bodies)


def test_a_copy_that_followed_the_feed_agrees_and_one_that_missed_a_change_differs(city, enter, program):
    bank = enter("Bank", "listings", "grades")
    client = program(bank)
    listing = list_firm("firm-g", on=city.today)
    list_firm("firm-c", on=city.today)
    for grade in ("C", "B"):
        credit.regrade(
            grades=[("firm-g", grade, Decimal(70)), ("firm-c", grade, Decimal(60))], by=HOUSE, on=city.today
        )
    first = client.get(FEED, {"topic": "listings"}).json()
    kept = held(first["items"])

    assert report(client, "listings", kept, first["upto"]).json()["agrees"] is True
    grades = client.get(FEED, {"topic": "grades"}).json()
    assert report(client, "grades", held(grades["items"]), grades["upto"]).json()["agrees"] is True
    assert {(one.topic, one.says, one.is_behind) for one in queries.agreements()} == {
        ("listings", "agrees", False), ("grades", "agrees", False)
    }  # fmt: skip
    repair(listing, on=city.today)
    assert {one.topic: one.is_behind for one in queries.agreements()} == {"listings": True, "grades": False}
    missed = client.get(FEED, {"topic": "listings", "since": first["upto"]}).json()
    assert report(client, "listings", kept, missed["upto"]).json()["agrees"] is False
    assert report(client, "listings", held(missed["items"], kept), missed["upto"]).json()["agrees"] is True
    assert report(client, "recalls", {}, 0).status_code == 403
    assert report(client, "listings", {}, 10**9).status_code == 400


def test_the_command_tells_as_json_who_agrees_and_ends_with_one_where_somebody_does_not(city, enter, program):
    from banyan.config import cli

    if not cli.app.registered_groups:
        cli.add_commands(cli.app)
    client = program(enter("Bank", "listings"))
    list_firm(on=city.today)
    silent = CliRunner().invoke(cli.app, ["--lang", "en", "exchange", "agree", "--json"])
    assert (silent.exit_code, json.loads(silent.stdout)[0]["says"]) == (1, "silent")
    part = client.get(FEED).json()
    report(client, "listings", held(part["items"]), part["upto"])

    agreed = CliRunner().invoke(cli.app, ["--lang", "en", "exchange", "agree", "--json"])

    assert agreed.exit_code == 0
    [row] = json.loads(agreed.stdout)
    assert (row["says"], row["digest"]) == ("agrees", row["ours"])


def test_what_stands_is_summed_up_whatever_the_order(city):
    pairs = [("b", "2"), ("a", "1"), ("c", "3")]

    assert queries.digest_of(pairs) == queries.digest_of(sorted(pairs)) == (digest(dict(pairs)), 3)
    assert queries.digest_of(pairs[:2]) != queries.digest_of(pairs)


def test_the_verbs_of_receivers_are_for_those_with_the_right_alone(city, people, enter):
    receiver = enter("Bank", "listings")

    for name in ("planner", "officer_gulou", "auditor", "leader", "gulou_firm"):
        with pytest.raises(Refused, match="right"):
            actions.grant_access(
                receiver=receiver, topic="recalls", basis="Act", from_on=city.today, by=getattr(people, name),
                on=city.today,
            )  # fmt: skip
    actions.grant_access(
        receiver=receiver, topic="recalls", basis="Act", from_on=city.today, by=people.administrator, on=city.today
    )
    assert queries.read(topics={"recalls"}, place=Place(), limit=5).changes == []


def test_the_interface_knows_the_topics_that_there_are():
    assert get_args(api.Topic) == tuple(TOPICS)

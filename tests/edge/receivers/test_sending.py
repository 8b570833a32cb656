"""Messages to a real server: signed, in the order of each firm, again until they are taken, to each worker one."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.edge.receivers.conftest import HOUSE, list_firm, penalise, repair, script
from typer.testing import CliRunner

from banyan.config import cli
from banyan.config.commands import exchange as commands
from banyan.edge.receivers import actions, queries
from banyan.edge.receivers.actions import making
from banyan.edge.receivers.models import Delivery, Receiver
from banyan.edge.receivers.queries import speaking
from banyan.kit import clock, events, posting
from banyan.kit.models import Event
from banyan.kit.refusals import Refused
from banyan.response.casework import actions as casework

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def later(step: timedelta):
    """The clock set on by a step."""
    return clock.fixed_at(clock.now() + step)


def penalties(city, count: int, *, begin: int = 0) -> None:
    """Penalties of one firm that become public, each by an event of its own."""
    for number in range(begin, begin + count):
        case = penalise("firm-g", on=city.today, key=f"case-{number}")
        case.published_on = case.publish_by = None
        case.save()
        casework.publish_penalty(case=case, by=HOUSE, on=city.today)


def subjects(server) -> list[tuple[str, str]]:
    return [(one.event["partitionkey"], one.event["type"].rpartition(".")[2]) for one in server.got]


def test_a_change_arrives_as_one_document_whose_signature_the_script_accepts(city, enter, server):
    receiver = enter("Bank", "listings", endpoint=server.address)
    listing = list_firm(on=city.today)

    assert actions.deliver() == {"taken": 1, "refused": 0}
    assert actions.deliver() == {"taken": 0, "refused": 0}

    [sent] = server.got
    assert (sent.path, sent.event["specversion"], sent.event["subject"]) == ("/changes", "1.0", listing.number)
    assert sent.event["data"]["until"] is None
    assert sent.event["data"]["published_on"] == city.today.isoformat()
    now, check = clock.now().timestamp(), script().is_genuine
    assert check(sent.headers, sent.body, receiver.known_secret, now)
    assert not check(sent.headers, sent.body.replace(b"begun", b"ended"), receiver.known_secret, now)
    assert not check(sent.headers, sent.body, "another secret", now)
    assert not check(sent.headers, sent.body, receiver.known_secret, now + 301), "kept, and sent again later"
    assert receiver.known_secret not in Receiver.objects.get(pk=receiver.pk).secret


def test_in_headers_the_signature_covers_what_they_say(city, enter, server):
    receiver = enter("Bank", "listings", endpoint=server.address, form="binary")
    list_firm(on=city.today)

    actions.deliver()

    [sent] = server.got
    assert sent.headers["Content-Type"] == "application/json"
    assert {"id", "type", "sequence", "specversion"} <= {name.lower() for name in sent.event}
    assert json.loads(sent.body)["cause"] == "No answer at its address"
    now, check = clock.now().timestamp(), script().is_genuine
    assert check(sent.headers, sent.body, receiver.known_secret, now)
    turned = sent.headers | {name: "banyan.listings.ended" for name in sent.headers if name.lower() == "ce-type"}
    assert not check(turned, sent.body, receiver.known_secret, now)


def test_words_that_are_no_ascii_go_through_headers_whole(city):
    headers, _body = speaking.message(
        {"id": "1", "subject": "召回 1", "datacontenttype": "application/json", "data": {}}, form="binary"
    )

    assert headers["ce-subject"] == "%E5%8F%AC%E5%9B%9E%201"


def test_what_is_not_taken_holds_back_its_firm_alone_and_arrives_in_order_when_the_receiver_is_back(
    city, enter, server
):
    enter("Bank", "listings", endpoint=server.address)
    server.status = lambda event: 503 if event["partitionkey"] == "firm-g" else 200
    repair(list_firm("firm-g", on=city.today), on=city.today)
    repair(list_firm("firm-c", on=city.today), on=city.today)

    assert actions.deliver() == {"taken": 2, "refused": 1}
    assert subjects(server) == [("firm-c", "ended"), ("firm-c", "ended")]
    held = Delivery.objects.filter(lane="firm-g").order_by("version")
    assert [(one.state, one.tries, one.fault[-8:]) for one in held] == [
        ("waiting", 1, "HTTP 503"),
        ("waiting", 0, ""),
    ]
    assert actions.deliver() == {"taken": 0, "refused": 0}, "it is not asked again at once"
    with later(2 * MINUTE):
        assert actions.deliver() == {"taken": 0, "refused": 1}
    server.status = lambda _event: 200
    with later(3 * MINUTE):
        assert actions.deliver() == {"taken": 0, "refused": 0}, "the second pause is longer than the first"
    with later(5 * MINUTE):
        assert actions.deliver() == {"taken": 2, "refused": 0}
    order = [one.event["sequence"] for one in server.got if one.event["partitionkey"] == "firm-g"]
    assert len(order) == 2
    assert order == sorted(order)


def test_a_receiver_that_is_away_is_asked_once_a_run_and_delays_no_other(city, enter, server):
    enter("Bank", "listings", endpoint="http://127.0.0.1:9/away")
    enter("Tax", "listings", endpoint=server.address, kind="tax")
    list_firm("firm-g", on=city.today)
    list_firm("firm-c", on=city.today)

    assert actions.deliver() == {"taken": 2, "refused": 1}
    assert sorted(Delivery.objects.filter(receiver__name="Bank").values_list("tries", flat=True)) == [0, 1]


def test_after_its_last_day_a_change_is_given_up_and_a_person_sends_it_again_or_passes_it_over(
    city, people, enter, server
):
    enter("Bank", "listings", endpoint=server.address)
    server.status = lambda _event: 500
    listing = list_firm(on=city.today)
    repair(listing, on=city.today)
    for days in range(9):
        with later(days * DAY):
            actions.deliver()
    first, second = Delivery.objects.order_by("version")
    assert (first.state, second.state, second.tries) == ("dead", "waiting", 0), "what came later is still held back"

    server.status = lambda _event: 200
    with later(10 * DAY):
        assert actions.deliver() == {"taken": 0, "refused": 0}
        with pytest.raises(Refused, match="reason"):
            actions.pass_over(delivery=first, by=people.planner, on=city.today)
        actions.send_again(delivery=first, by=people.planner, on=clock.today())
        assert actions.deliver() == {"taken": 2, "refused": 0}


def test_a_change_that_is_passed_over_lets_later_ones_go(city, people, enter, server):
    enter("Bank", "listings", endpoint=server.address)
    server.status = lambda _event: 500
    repair(list_firm(on=city.today), on=city.today)
    actions.deliver()
    first = Delivery.objects.order_by("version").first()
    server.status = lambda _event: 200

    actions.pass_over(delivery=first, by=people.planner, on=city.today, reason="Told by telephone.")

    assert actions.deliver() == {"taken": 1, "refused": 0}
    assert subjects(server) == [("firm-g", "ended")]


def test_what_is_told_again_has_the_same_identifiers_and_a_later_topic_is_told_from_its_beginning(
    city, enter, server
):
    receiver = enter("Bank", "listings", endpoint=server.address)
    repair(list_firm(on=city.today), on=city.today)
    actions.deliver()
    first = [one.event["id"] for one in server.got]

    with pytest.raises(Refused, match="no such event"):
        actions.replay(receiver=receiver, since=10**9, by=HOUSE, on=city.today, reason="It lost its disk.")
    actions.replay(receiver=receiver, since=0, by=HOUSE, on=city.today, reason="It lost its disk.")
    assert actions.deliver() == {"taken": 2, "refused": 0}
    assert [one.event["id"] for one in server.got] == first * 2
    late = enter("Tax", endpoint=server.address, kind="tax")
    actions.grant_access(receiver=late, topic="listings", basis="Act", from_on=city.today, by=HOUSE, on=city.today)
    assert actions.deliver() == {"taken": 0, "refused": 0}, "what changed before it came is not told by itself"
    actions.replay(receiver=late, since=0, by=HOUSE, on=city.today, reason="First filling.")
    assert actions.deliver() == {"taken": 2, "refused": 0}
    assert Delivery.objects.count() == 4


def test_telling_again_goes_in_parts_each_kept_by_itself_and_is_gone_on_with_by_whoever_comes_next(
    city, enter, server, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(making, "PAGE", 3)
    monkeypatch.setattr(making, "PARTS", 2)
    receiver = enter("Bank", "penalties", endpoint=server.address)
    penalties(city, 20)
    assert actions.deliver()["taken"] == 20
    first = [one.event["id"] for one in server.got]
    events_before = Event.objects.count()

    actions.replay(receiver=receiver, since=0, by=HOUSE, on=city.today, reason="It lost its disk.")

    assert Event.objects.count() == events_before + 1, "asking is one event, however much is to be told"
    assert not Delivery.objects.filter(state="waiting").exists(), "asking alone makes nothing due"
    penalties(city, 1, begin=20)
    assert actions.deliver()["taken"] == 6, "two parts of three, and the newer change waits for its turn"
    row = queries.replay_of(receiver)
    assert (row.told, row.ended_at) == (6, None)
    assert 0 < row.share < 1
    with monkeypatch.context() as broken:
        broken.setattr(making, "_due_again", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.go_on()
    assert queries.replay_of(receiver).told == 6, "a part that fails leaves the place where it was"
    with django_assert_max_num_queries(40):
        assert actions.go_on(only=receiver) == 2
    while actions.go_on():
        pass
    assert queries.replay_of(receiver).told == 20
    assert actions.deliver()["taken"] == 15
    assert [one.event["id"] for one in server.got] == [*first, *first, server.got[-1].event["id"]]
    assert server.got[-1].event["id"] not in first
    assert Event.objects.count() == events_before + 2


def test_who_asks_again_meanwhile_leaves_out_nothing_that_was_still_to_be_told(city, enter, monkeypatch):
    monkeypatch.setattr(making, "PAGE", 3)
    receiver = enter("Bank", "penalties")
    penalties(city, 9)
    actions.gather()
    actions.replay(receiver=receiver, since=0, by=HOUSE, on=city.today, reason="It lost its disk.")
    actions.go_on(parts=1)
    stands = queries.replay_of(receiver).event

    actions.replay(receiver=receiver, since=events.last_number(), by=HOUSE, on=city.today, reason="Again.")

    assert queries.replay_of(receiver).since == stands
    while actions.go_on():
        pass
    assert queries.replay_of(receiver).told == 6


def test_the_command_tells_again_with_its_progress_and_goes_on_with_what_was_stopped(city, enter, monkeypatch):
    monkeypatch.setattr(making, "PAGE", 3)
    monkeypatch.setattr(commands, "PARTS_BETWEEN_LINES", 1)
    receiver = enter("Bank", "penalties")
    penalties(city, 7)
    actions.gather()
    Delivery.objects.update(state="dead")

    if not cli.app.registered_groups:
        cli.add_commands(cli.app)
    told = CliRunner().invoke(
        cli.app, ["--lang", "en", "exchange", "replay", "Bank", "--since", "0", "--reason", "It lost its disk."]
    )

    assert told.exit_code == 0, told.output
    assert len(told.output.splitlines()) >= 3
    assert told.output.splitlines()[-1].startswith("100.0%")
    assert Delivery.objects.filter(state="waiting").count() == 7
    assert queries.replay_of(receiver).ended_at is not None
    assert CliRunner().invoke(cli.app, ["exchange", "replay", "Nobody"]).exit_code != 0


def test_what_was_given_up_of_a_topic_that_ended_holds_nothing_back_once_all_is_told_again(city, enter, server):
    receiver = enter("Bank", "listings", "penalties", endpoint=server.address)
    list_firm(on=city.today)
    actions.gather()
    Delivery.objects.filter(topic="listings").update(state="dead")
    access = receiver.access.get(topic="listings")
    actions.end_access(access=access, by=HOUSE, on=city.today - DAY, reason="The contract ended.")

    actions.replay(receiver=receiver, since=0, by=HOUSE, on=city.today, reason="It lost its disk.")
    actions.deliver()

    assert set(Delivery.objects.values_list("state", flat=True)) == {"ended"}


def test_nothing_is_sent_once_the_topic_has_ended_and_what_waited_says_so(city, enter, server):
    receiver = enter("Bank", "listings", endpoint=server.address)
    list_firm(on=city.today)
    actions.gather()

    actions.end_access(access=receiver.access.get(), by=HOUSE, on=city.today, reason="The contract ended.")

    assert actions.deliver() == {"taken": 0, "refused": 0}
    assert (server.got, Delivery.objects.get().state) == ([], "ended")


def test_a_suspended_receiver_gets_what_it_missed_when_it_is_readmitted(city, enter, server):
    receiver = enter("Bank", "listings", endpoint=server.address)
    actions.suspend_receiver(receiver=receiver, by=HOUSE, on=city.today, reason="It leaked.")
    list_firm(on=city.today)

    assert actions.deliver() == {"taken": 0, "refused": 0}
    actions.readmit_receiver(receiver=receiver, by=HOUSE, on=city.today)
    assert actions.deliver() == {"taken": 1, "refused": 0}


def test_a_second_worker_sends_nothing_that_the_first_has_in_hand(city, enter):
    """The second one runs while the message of the first is on its way: the worst moment there is."""
    enter("Bank", "listings")
    repair(list_firm("firm-g", on=city.today), on=city.today)
    list_firm("firm-c", on=city.today)
    sent = []

    def slow(_target, body, _headers):
        sent.append(json.loads(body)["id"])
        if len(sent) == 1:
            actions.deliver(post=lambda _target, body, _headers: sent.append(json.loads(body)["id"]))

    actions.deliver(post=slow)

    assert len(sent) == len(set(sent)) == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"taken"}


def test_what_a_worker_had_in_hand_when_it_was_killed_is_sent_by_the_next(city, enter):
    enter("Bank", "listings")
    list_firm(on=city.today)

    def killed(_target, _body, _headers):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.deliver(post=killed)

    assert actions.deliver(post=lambda *_told: None) == {"taken": 0, "refused": 0}
    with later(3 * MINUTE):
        assert actions.deliver(post=lambda *_told: None) == {"taken": 1, "refused": 0}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_change_once_and_in_order(city, enter):
    """On PostgreSQL in two connections at once; SQLite has one writer, so there one comes after the other."""
    enter("Bank", "listings")
    enter("Tax", "listings", kind="tax")
    for firm in ("firm-g", "firm-c", "lab-e"):
        repair(list_firm(firm, on=city.today), on=city.today)
    sent, troubles, at_once = [], [], connection.vendor == "postgresql"
    together = threading.Barrier(2 if at_once else 1, timeout=60)

    def work() -> None:
        try:
            together.wait()
            actions.deliver(post=lambda _target, body, _headers: sent.append(json.loads(body)))
        except BaseException as error:
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start() if at_once else work()
    for thread in threads:
        if at_once:
            thread.join(timeout=120)

    assert not troubles
    assert len(sent) == 12
    for firm in ("firm-g", "firm-c", "lab-e"):
        order = [one["sequence"] for one in sent if one["partitionkey"] == firm]
        assert {order.count(one) for one in order} == {2}, "once for each of the two receivers"
        assert order.index(min(order)) < order.index(max(order))


def test_an_address_within_the_network_is_refused(city, enter, monkeypatch):
    monkeypatch.setattr(posting, "addresses", lambda host, port: ["10.0.0.7"])

    for wrong in ("https://intern.example/", "http://127.0.0.1@elsewhere/", "ftp://127.0.0.1/", "http://10.0.0.7/"):
        with pytest.raises(Refused):
            enter("Bank", endpoint=wrong)
    monkeypatch.setattr(posting, "may_loop_back", lambda: False)
    with pytest.raises(Refused, match="https"):
        enter("Bank", endpoint="http://127.0.0.1:8000/")


def test_a_secret_is_told_once_and_a_new_one_signs_from_then_on(city, enter, server):
    receiver = enter("Bank", "listings", endpoint=server.address)
    old = receiver.known_secret
    made = actions.renew_signing_secret(receiver=receiver, by=HOUSE, on=city.today)
    list_firm(on=city.today)
    actions.deliver()

    [sent] = server.got
    now = clock.now().timestamp()
    assert not script().is_genuine(sent.headers, sent.body, old, now)
    assert script().is_genuine(sent.headers, sent.body, made.told_once.rpartition(" ")[2], now)

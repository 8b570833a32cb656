"""A trace finds what the slow and obvious way finds, in order of time, however the index came about."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.records.trace import plain
from tests.records.traceability.conftest import BY, FARM, MILL, document, event, lot, pack

from banyan import epcis
from banyan.kit.refusals import NotAllowed
from banyan.records.trace import actions, queries
from banyan.records.trace.queries import containers
from banyan.records.trace.queries.index import FORM
from banyan.records.traceability import actions as traceability

pytestmark = pytest.mark.django_db

BASE = datetime(2025, 1, 1, tzinfo=UTC)


def box(number: int) -> str:
    body = f"6901234{number:010d}"
    return f"https://id.gs1.org/00/{body}{epcis.check_digit(body)}"


def item(number: int) -> str:
    return f"https://id.gs1.org/01/16901234000001{''}/10/{number}".replace("16901234000001", GTIN)


GTIN = "06901234000009"
GTIN = GTIN[:13] + str(epcis.check_digit(GTIN[:13]))


def random_events(seed: int, count: int = 60) -> list[dict]:
    """Transformations, packing and unpacking among a few things, each at an instant of its own."""
    chance, events, inside = random.Random(seed), [], {}
    for at in range(count):
        kind = chance.random()
        if kind < 0.45:
            made = {chance.randrange(12, 30) for _ in range(chance.randint(1, 2))}
            used = {item(chance.randrange(20)) for _ in range(chance.randint(1, 2))}
            if chance.random() < 0.15:
                used.add(box(chance.randrange(3)))
            to = [item(one) for one in sorted(made) if item(one) not in used]
            part = chance.random()
            if part < 0.4:  # told by several events of one name: some only go in, some only come out
                said = (
                    {"from": sorted(used)}
                    if part < 0.15
                    else {"to": to}
                    if part < 0.3
                    else {"from": sorted(used), "to": to}
                )
                said["name"] = f"urn:uuid:5f0c1ad0-0000-4000-8000-{chance.randrange(4):012d}"
            else:
                said = {"from": sorted(used), "to": to}
            if to:
                events.append({"kind": "made", "at": at} | said)
        elif kind < 0.8:
            number = chance.randrange(3)
            children = [item(chance.randrange(30)) for _ in range(chance.randint(1, 3))]
            if number and chance.random() < 0.3:
                children.append(box(number - 1))
            children = sorted(set(children))
            amounts = {child: chance.randint(1, 3) for child in children if not plain.is_single(child)}
            for child in children:
                inside[child] = box(number)
            put = {"kind": "box", "at": at, "box": box(number), "children": children, "in": True}
            events.append(put | {"amounts": amounts})
        elif inside:
            child = chance.choice(sorted(inside))
            everything = chance.random() < 0.2
            out = {
                "kind": "box",
                "at": at,
                "box": inside[child],
                "children": [] if everything else [child],
                "in": False,
                "amounts": {} if plain.is_single(child) else {child: chance.randint(1, 3)},
            }
            events.append(out)
            inside = {one: where for one, where in inside.items() if one != child or chance.random() < 0.5}
    return events


def told(one: dict) -> dict:
    """An event of the plain way as EPCIS has it."""
    moment = (BASE + timedelta(hours=one["at"])).isoformat()
    common = {"eventTime": moment, "eventTimeZoneOffset": "+00:00", "bizLocation": {"id": FARM}}
    if one["kind"] == "made":
        used = {
            "inputEPCList": [epc for epc in one.get("from", ()) if "/00/" in epc],
            "inputQuantityList": [
                {"epcClass": epc, "quantity": 1} for epc in one.get("from", ()) if "/00/" not in epc
            ],
            "outputQuantityList": [{"epcClass": epc, "quantity": 1} for epc in one.get("to", ())],
            "transformationID": one.get("name"),
        }
        content = {name: value for name, value in used.items() if value}
        return {"type": "TransformationEvent", **common, **content}
    content = {"parentID": one["box"], "action": "ADD" if one["in"] else "DELETE"}
    boxes = [epc for epc in one["children"] if "/00/" in epc]
    lots = [{"epcClass": epc, "quantity": one["amounts"][epc]} for epc in one["children"] if "/00/" not in epc]
    lists = {name: value for name, value in {"childEPCs": boxes, "childQuantityList": lots}.items() if value}
    return {"type": "AggregationEvent", **common, **content, **lists}


def found(trace) -> set[str]:
    return {one.epc for one in trace.things if not one.carries}


@pytest.mark.parametrize("seed", range(6))
def test_a_trace_is_what_a_slow_plain_computation_finds(send, seed):
    events = random_events(seed)
    shuffled = events[:]
    random.Random(seed).shuffle(shuffled)
    job = send(*map(told, shuffled))
    assert job.success, job.problems
    actions.update()
    names = {one for e in events for one in (*e.get("from", ()), *e.get("to", ()), *e.get("children", ()))}
    names |= {e["box"] for e in events if e["kind"] == "box"}

    for name in sorted(names):
        assert found(queries.forward([name], person=BY)) == plain.forward(name, events), name
    for name in sorted({one for e in events for one in e.get("to", ())}):
        things = {epc for epc in found(queries.backward([name], person=BY)) if "/00/" not in epc}
        assert things == {epc for epc in plain.backward(name, events) if "/00/" not in epc}, name


@pytest.mark.parametrize("seed", range(4))
def test_an_index_brought_up_to_date_is_one_made_anew(send, seed):
    events = list(map(told, random_events(seed)))
    for start in range(0, len(events), 7):
        send(*events[start : start + 7])
        actions.update()
    wrong = next(one for one in events if one["type"] == "TransformationEvent")
    send(wrong | {"errorDeclaration": {"declarationTime": "2025-05-02T08:00:00+08:00", "reason": "did_not_occur"}})
    names = [item(number) for number in range(30)]

    def all_traces() -> list[dict]:
        return [ask([name], person=BY).as_json() for name in names for ask in (queries.forward, queries.backward)]

    actions.update()
    grown = all_traces()
    actions.rebuild()

    assert grown == all_traces()


def made(hour: int, used: str, out: str, **fields) -> dict:
    return event(
        "TransformationEvent", hour=hour, inputQuantityList=[{"epcClass": used, "quantity": 10, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": out, "quantity": 8, "uom": "KGM"}], **fields,
    )  # fmt: skip


def test_what_left_before_the_bad_came_in_is_not_affected(send):
    send(made(8, lot("dough"), lot("early")), made(9, lot("bad"), lot("dough")), made(10, lot("dough"), lot("late")))
    actions.update()

    trace = queries.forward([lot("bad")], person=BY)

    assert found(trace) == {epcis.canonical(lot(name)) for name in ("bad", "dough", "late")}
    assert {one.epc: one.depth for one in trace.things}[epcis.canonical(lot("late"))] == 2
    assert [(one.quantity, one.unit) for one in trace.things if one.depth == 1] == [(8.0, "KGM")]


def test_what_was_taken_out_of_a_box_does_not_inherit_what_came_into_it_later(send):
    sscc = box(7)
    send(
        event("AggregationEvent", hour=8, action="ADD", parentID=sscc, childEPCs=[pack(1)]),
        event("AggregationEvent", hour=9, action="DELETE", parentID=sscc, childEPCs=[pack(1)]),
        event("AggregationEvent", hour=10, action="ADD", parentID=sscc, childEPCs=[pack(2)]),
        event(epcList=[sscc], hour=11, action="OBSERVE", bizStep="receiving", place=MILL),
    )
    actions.update()

    trace = queries.forward([pack(2)], person=BY)

    assert [(one.epc, one.carries) for one in trace.things] == [(epcis.canonical(pack(2)), False), (sscc, True)]
    assert trace.things[0].holder == "firm-c"  # where the box was brought
    assert queries.forward([pack(1)], person=BY).things[0].holder == "firm-g"


def moved(hour: int, action: str, parent: str, amount: float | None, name: str = "L", unit: str = "KGM") -> dict:
    """Some of a lot put on a pallet or taken off; without an amount, all of it."""
    of = {} if amount is None else {"quantity": amount, "uom": unit}
    children = [{"epcClass": lot(name)} | of]
    return event("AggregationEvent", hour=hour, action=action, parentID=parent, childQuantityList=children)


def arrived(hour: int, parent: str) -> dict:
    return event(epcList=[parent], hour=hour, action="OBSERVE", bizStep="receiving", place=MILL)


def test_a_lot_lies_on_several_pallets_at_once(send):
    send(moved(8, "ADD", box(1), 50), moved(9, "ADD", box(2), 50), arrived(10, box(1)))
    actions.update()

    trace = queries.forward([lot("L")], person=BY)

    assert trace.holders == ("firm-c", "firm-g")
    assert {one.epc for one in trace.things if one.carries} == {box(1), box(2)}


@pytest.mark.parametrize(
    ("taken", "is_there"),
    [
        ([(10, "KGM")], True),
        ([(10, "KGM"), (80, "KGM")], True),
        ([(10, "KGM"), (90, "KGM")], False),
        ([(None, "")], False),
        ([(3, "CT")], False),
    ],
)
def test_a_lot_lies_on_a_pallet_until_all_that_was_put_there_is_taken_off(send, taken, is_there):
    off = [moved(9 + at, "DELETE", box(1), amount, unit=unit) for at, (amount, unit) in enumerate(taken)]
    send(moved(8, "ADD", box(1), 100), *off, arrived(12, box(1)))
    actions.update()

    assert ("firm-c" in queries.forward([lot("L")], person=BY).holders) == is_there


@pytest.mark.parametrize("empty", [True, False])
def test_a_crate_that_is_used_again_brings_nothing_of_the_lot_before(send, empty):
    """Whether all is taken out of it by amount, or without a word of what."""
    out = event("AggregationEvent", hour=9, action="DELETE", parentID=box(1)) if empty else None
    send(
        moved(8, "ADD", box(1), 50), moved(8, "ADD", box(2), 50), out or moved(9, "DELETE", box(1), 50),
        moved(10, "ADD", box(1), 50, "M"), arrived(11, box(1)),
    )  # fmt: skip
    actions.update()

    assert queries.forward([lot("L")], person=BY).holders == ("firm-g",)
    assert queries.forward([lot("M")], person=BY).holders == ("firm-c", "firm-g")


def test_a_lot_packed_and_unpacked_ever_again_has_a_stay_for_each(send):
    turns = 12
    events = []
    for turn in range(turns):
        events += [moved(turn, "ADD", box(turn % 2), 5), moved(turn + 1, "DELETE", box(turn % 2), 5)]
    send(*events)
    index = actions.update()

    found = containers.stays(index, index.segments[0].things)

    assert len(found) == turns
    assert all(one.until_at - one.from_at == 3_600_000_000 for one in found)


SILO = "urn:uuid:5f0c1ad0-0000-4000-8000-000000000077"


def silo(hour: int, *, used: str = "", out: str = "", name: str = SILO) -> dict:
    """What goes into a silo, or comes out of it."""
    lists = {"inputQuantityList": used, "outputQuantityList": out}
    amounts = {name: [{"epcClass": lot(one), "quantity": 10, "uom": "KGM"}] for name, one in lists.items() if one}
    return event("TransformationEvent", hour=hour, transformationID=name, **amounts)


@pytest.mark.parametrize("at_once", [True, False])
def test_events_of_one_transformation_are_joined_by_its_name(send, at_once):
    told = [
        silo(8, out="early"), silo(9, used="bad"), silo(9, out="cream"), silo(10, used="milk"),
        silo(11, used="good", out="cheese"), silo(12, out="butter"), silo(12, out="other", name=f"{SILO[:-1]}8"),
    ]  # fmt: skip
    for some in [told] if at_once else [[one] for one in told]:
        send(*some)
        actions.update()

    forward, backward = (ask([lot(name)], person=BY) for ask, name in
                         ((queries.forward, "bad"), (queries.backward, "cheese")))  # fmt: skip

    assert found(forward) == {epcis.canonical(lot(name)) for name in ("bad", "cream", "cheese", "butter")}
    assert found(backward) == {epcis.canonical(lot(name)) for name in ("bad", "milk", "good", "cheese")}
    assert len(forward.links) == len(backward.links) == 3
    assert {one.depth for one in forward.things} == {0, 1}


def test_an_index_of_an_older_form_is_made_anew(send, tmp_path):
    send(silo(9, used="bad"), silo(10, out="cheese"))
    actions.update()
    manifest = tmp_path / "trace" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"form": {FORM}', f'"form": {FORM - 1}'))
    for path in (tmp_path / "trace").rglob("hub.npy"):
        path.unlink()

    assert queries.forward([lot("bad")], person=BY).n == 2
    assert f'"form": {FORM}' in manifest.read_text()


def test_a_declared_error_is_no_link_any_more(send):
    wrong = made(9, lot("A"), lot("B"))
    send(wrong)
    actions.update()
    assert queries.forward([lot("A")], person=BY).n == 2

    send(wrong | {"errorDeclaration": {"declarationTime": "2025-05-02T08:00:00+08:00", "reason": "did_not_occur"}})
    actions.update()

    assert queries.forward([lot("A")], person=BY).n == 0
    assert queries.forward([lot("A")], person=BY).unknown == (lot("A"),)


def test_common_sources_of_several_bad_things(send):
    send(
        made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread")), made(9, lot("flour"), lot("cake")),
        made(9, lot("salt"), lot("cake2")),
    )  # fmt: skip
    actions.update()

    shared = queries.common(lot("bread"), lot("cake"), person=BY)

    assert found(shared) == {epcis.canonical(lot(name)) for name in ("grain", "flour")}
    assert queries.common(lot("bread"), lot("cake2"), person=BY).n == 0


def test_more_out_than_in_is_a_finding(send):
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread")))
    actions.update()

    right, wrong = (queries.balance(lot(name), person=BY) for name in ("bread", "flour"))

    assert not right.is_finding
    assert wrong.is_finding
    assert [(one.made, one.used, one.missing) for one in wrong.accounts] == [(8.0, 10.0, 2.0)]


def test_gaps_are_shown_and_not_bridged(send):
    send(
        made(8, lot("grain"), lot("flour")),
        event(quantityList=[{"epcClass": lot("flour"), "quantity": 8, "uom": "KGM"}], hour=9, action="OBSERVE",
              bizStep="shipping"),
        event(quantityList=[{"epcClass": lot("salt"), "quantity": 8, "uom": "KGM"}], hour=9, action="ADD"),
        event(quantityList=[{"epcClass": lot("salt"), "quantity": 8, "uom": "KGM"}], hour=10, action="OBSERVE",
              bizStep="receiving", place=MILL),
    )  # fmt: skip
    actions.update()

    flour, salt = (queries.gaps(queries.forward([lot(name)], person=BY)) for name in ("grain", "salt"))

    assert {(one.kind, one.epc) for one in flour} == {
        ("no origin", epcis.canonical(lot("grain"))),
        ("not received", epcis.canonical(lot("flour"))),
    }
    assert [one.kind for one in salt] == ["not shipped"]


def test_a_firm_traces_its_own_part_and_an_officer_says_what_for(send, trade, people):
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread"), place=MILL))
    send(made(10, lot("bread"), lot("crumb")))
    actions.update()

    assert queries.forward([lot("grain")], person=people.gulou_firm).n == 4
    assert queries.forward([lot("flour")], person=people.changle_firm).n == 2
    assert queries.forward([lot("crumb")], person=people.changle_firm).unknown == (lot("crumb"),)
    with pytest.raises(NotAllowed):
        queries.forward([lot("grain")], person=people.officer_gulou)
    traceability.state_purpose(says="Complaint 12 about bread", by=people.officer_gulou, on=trade.today)
    assert queries.forward([lot("grain")], person=people.officer_gulou).n == 4


def test_the_day_and_what_was_known_limit_a_trace(send, trade):
    from banyan.kit import clock

    with clock.fixed_at(trade.today):
        send(made(8, lot("grain"), lot("flour"), day=1))
    with clock.fixed_at(trade.today + timedelta(days=2)):
        send(made(8, lot("flour"), lot("bread"), day=3))
    actions.update()
    whole = queries.forward([lot("grain")], person=BY)
    early = queries.forward([lot("grain")], on=BASE.date().replace(month=5, day=2), person=BY)
    then = queries.forward([lot("grain")], known_at=trade.today, person=BY)

    assert (whole.n, early.n, then.n) == (3, 2, 2)
    assert whole.receipt != early.receipt
    assert document()


def state(index, things: list[str]) -> list:
    """All that traces of some things tell, by an index as it is or as it was known."""
    traces = [ask([one], person=BY, index=index) for one in things for ask in (queries.forward, queries.backward)]
    return [(one.direction, one.unknown, one.things, one.links, one.holders, one.index.digest) for one in traces]


@pytest.mark.parametrize("seed", range(3))
def test_as_known_on_a_day_it_is_as_it_was_traced_on_that_day(send, trade, seed):
    """With what was declared wrong by then, and not what was declared wrong since."""
    from banyan.kit import clock

    chance, events = random.Random(seed), [told(one) for one in random_events(seed)]
    things = [*(item(number) for number in range(0, 30, 3)), box(0), box(1)]
    days = [trade.today + timedelta(days=number) for number in range(4)]
    then, wrong = [], {"declarationTime": "2025-05-02T08:00:00+08:00", "reason": "did_not_occur"}
    for number, day in enumerate(days):
        part = events[number * 15 : number * 15 + 15]
        before = events[: number * 15]
        taken_back = [one | {"errorDeclaration": wrong} for one in chance.sample(before, min(3, len(before)))]
        with clock.fixed_at(day):
            send(*part, *taken_back)
        then.append((actions.update().last, state(queries.seen_index(BY), things)))

    for day, (last, told_then) in zip(days, then, strict=True):
        known = queries.seen_index(BY, known_at=day)
        assert state(known, things) == told_then
        firm = queries.seen_index(BY).of(range(1, last + 1))
        assert known.last == last
        alive = known.sees(np.arange(1, last + 1))
        assert (firm.sees(np.arange(1, last + 1)) <= alive).all()  # less what was declared wrong since


def test_a_firm_sees_by_its_events_alone(send):
    send(
        made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread")), made(10, lot("bread"), lot("crumb"))
    )
    index = actions.update()

    part = index.of([1, 3, 99])

    assert [queries.forward([lot(one)], person=BY, index=part).n for one in ("grain", "bread")] == [2, 2]
    assert queries.backward([lot("crumb")], person=BY, index=part).n == 2
    assert queries.backward([lot("crumb")], person=BY, index=index).n == 4


@pytest.mark.parametrize("seed", range(4))
def test_the_stays_of_a_span_are_found_without_looking_at_all(seed):
    chance = random.Random(seed)
    begun = [chance.randrange(1000) for _ in range(300)]
    stays = [containers.Stay(1, 2, at, at + chance.randrange(1, 40), number) for number, at in enumerate(begun)]
    during = containers.During(stays)
    for _ in range(50):
        start = chance.randrange(1000)
        end = start + chance.randrange(60)
        slow = [
            one._replace(from_at=max(one.from_at, start), until_at=min(one.until_at, end))
            for one in stays
            if max(one.from_at, start) < min(one.until_at, end)
        ]
        assert sorted(during.cut(start, end)) == sorted(slow)
        assert sorted(during.at(start)) == sorted(one for one in stays if one.from_at <= start < one.until_at)


def test_a_crate_of_a_thousand_turns_costs_a_turn_what_a_crate_of_one_costs():
    class Counted(list):
        looked_at = 0

        def __getitem__(self, place):
            Counted.looked_at += 1
            return super().__getitem__(place)

    during = containers.During(containers.Stay(1, 2, 10 * turn, 10 * turn + 5, turn) for turn in range(1000))
    during.stays = Counted(during.stays)

    for turn in range(1000):
        assert len(list(during.cut(10 * turn, 10 * turn + 9))) == 1

    assert Counted.looked_at == 1000


def test_what_comes_and_goes_in_boxes_is_in_the_balance(send):
    pallet = box(7)
    part = [{"epcClass": lot("A"), "quantity": 50}]
    send(
        event(hour=1, action="ADD", bizStep="commissioning", quantityList=part),
        event("AggregationEvent", hour=2, action="ADD", bizStep="packing", parentID=pallet, childQuantityList=part),
        event("AggregationEvent", hour=4, place=MILL, action="DELETE", bizStep="unpacking", parentID=pallet,
              childQuantityList=part),
        event(hour=5, place=MILL, action="OBSERVE", bizStep="shipping",
              quantityList=[{"epcClass": lot("A"), "quantity": 25}]),
    )  # fmt: skip

    assert not queries.balance(epcis.canonical(lot("A")), person=BY).is_finding


def test_an_index_of_another_database_is_made_anew(send):
    from banyan.records.traceability.models import EventParty, EventThing, TraceEvent

    send(event(action="ADD", bizStep="commissioning", quantityList=[{"epcClass": lot("A"), "quantity": 5}]))
    assert queries.forward([epcis.canonical(lot("A"))], person=BY).n == 1
    for model in (EventParty, EventThing, TraceEvent):
        model.objects.all().delete()
    send(made(8, lot("B"), lot("C")))

    assert queries.forward([epcis.canonical(lot("B"))], person=BY).n == 2

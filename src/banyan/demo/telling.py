"""What partners send about their lots: events of EPCIS 2.0, with what real partners forget, repeat and get wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from banyan import epcis
from banyan.demo.city import City

PREFIX = "2000000"
"""A company prefix of the range for use inside a shop: it belongs to nobody."""
OFFSET = "+08:00"
FORGOTTEN = {
    "commissioning": 0.002, "transforming": 0.004, "packing": 0.01, "unpacking": 0.03, "shipping": 0.015,
    "receiving": 0.03, "retail_selling": 0.1,
}  # fmt: skip
TWICE, WRONG = 0.01, 0.006
TIMES_WRONG = 10
DAYS_UNTIL_SENT, DAYS_UNTIL_TAKEN_BACK = 1.5, 9
SHARE_OF_LINKS = 0.4
"""How many partners write identifiers as GS1 Digital Links; the others write URNs."""
DISPOSITIONS = {
    "commissioning": "active", "transforming": "active", "packing": "in_progress", "unpacking": "in_progress",
    "shipping": "in_transit", "receiving": "in_progress", "retail_selling": "retail_sold",
}  # fmt: skip


class Placed(Protocol):
    """What is asked of a place: the number that events name it by."""

    gln: str


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot or part of it: its goods, its number, and how much."""

    gtin: str
    number: str
    quantity: float
    unit: str = ""

    @property
    def name(self) -> str:
        """Its identifier in the one form."""
        return f"{epcis.identifiers.DOMAIN}/01/{self.gtin:0>14}/10/{self.number}"

    @property
    def urn(self) -> str:
        """Its identifier as a URN."""
        digits = f"{self.gtin:0>14}"
        return f"urn:epc:class:lgtin:{digits[1:8]}.{digits[0]}{digits[8:13]}.{self.number}"

    def part(self, share: float) -> Lot:
        """A share of it, in whole pieces where it is counted."""
        amount = self.quantity * share
        return Lot(self.gtin, self.number, round(amount, 1) if self.unit else float(round(amount)), self.unit)


class Step(NamedTuple):
    """One thing that happened: when, where, what, and with which lots."""

    at: datetime
    place: Any
    what: str
    said: dict[str, Any]


class Told(NamedTuple):
    """An event as a partner sends it, on some day after it happened."""

    sent_on: date
    event: dict[str, Any]


def sscc(number: int) -> str:
    """The identifier of a pallet."""
    return epcis.canonical(f"urn:epc:id:sscc:{PREFIX}.0{number:09d}")


def crates(owner: int, count: int) -> list[str]:
    """The identifiers of the crates that go forth and back between a firm and its customers."""
    return [epcis.canonical(f"urn:epc:id:grai:{PREFIX}.{owner:05d}.{number}") for number in range(1, count + 1)]


def place_urn(gln: str) -> str:
    """The URN of a place."""
    return f"urn:epc:id:sgln:{gln[:7]}.{gln[7:12]}.0"


def party_urn(gln: str) -> str:
    """The URN of the firm whose place has the number."""
    return f"urn:epc:id:pgln:{gln[:7]}.{gln[7:12]}"


def told(city: City, steps: Sequence[Step]) -> Iterator[Told]:
    """The events of all steps in the order in which they are sent."""
    random = city.random("telling")
    links: dict[str, bool] = {}
    sent: list[Told] = []
    for step in steps:
        if random.random() < FORGOTTEN[step.what]:
            city.counts["events never sent"] += 1
            continue
        as_links = links.setdefault(step.place.gln, random.random() < SHARE_OF_LINKS)
        event = _event(step, as_links=as_links)
        on = step.at.date() + timedelta(days=int(random.expovariate(1 / DAYS_UNTIL_SENT)))
        chance = random.random()
        if chance < WRONG and (wrong := _wrongly(event)):
            sent += _taken_back(random, event, wrong, on)
            city.counts["events taken back"] += 1
            continue
        sent.append(Told(on, event))
        if chance > 1 - TWICE:
            sent.append(Told(on + timedelta(days=1), event))
            city.counts["events sent twice"] += 1
    sent.sort(key=lambda one: one.sent_on)
    return iter(sent)


def _event(step: Step, *, as_links: bool) -> dict[str, Any]:
    def named(urn: str) -> str:
        return epcis.canonical(urn) if as_links else urn

    def amounts(lots: Sequence[Lot]) -> list[dict[str, Any]]:
        return [
            {"epcClass": lot.name if as_links else lot.urn, "quantity": lot.quantity}
            | ({"uom": lot.unit} if lot.unit else {})
            for lot in lots
        ]

    said, place = step.said, {"id": named(place_urn(step.place.gln))}
    event: dict[str, Any] = {
        "type": "ObjectEvent", "eventTime": f"{step.at.isoformat(timespec='seconds')}{OFFSET}",
        "eventTimeZoneOffset": OFFSET, "bizStep": step.what, "disposition": DISPOSITIONS[step.what],
        "readPoint": place,
    }  # fmt: skip
    if step.what != "shipping":  # what is on its way is nowhere
        event["bizLocation"] = place
    if step.what == "transforming":
        event |= {"type": "TransformationEvent", "inputQuantityList": amounts(said["inputs"]),
                  "outputQuantityList": amounts(said["outputs"])}  # fmt: skip
        event["bizStep"] = "commissioning"
        if "silo" in said:
            event["transformationID"] = f"urn:uuid:5f0c1ad0-0000-4000-8000-{said['silo']}"
        return event
    if step.what in ("packing", "unpacking"):
        return event | {
            "type": "AggregationEvent", "action": "ADD" if step.what == "packing" else "DELETE",
            "parentID": said["parent"], "childQuantityList": amounts(said["quantities"]),
        }  # fmt: skip
    event["action"] = "ADD" if step.what == "commissioning" else "OBSERVE"
    if said.get("units"):
        event["epcList"] = list(said["units"])
    if said.get("quantities"):
        event["quantityList"] = amounts(said["quantities"])
    sender, receiver = said.get("of", step.place), said.get("to", step.place)
    if sender is not receiver:
        event["sourceList"] = [{"type": "owning_party", "source": named(party_urn(sender.gln))}]
        event["destinationList"] = [{"type": "owning_party", "destination": named(party_urn(receiver.gln))}]
    return event


def _wrongly(event: dict[str, Any]) -> dict[str, Any] | None:
    """The event with a slipped decimal point; None where it says no quantity."""
    for name in ("quantityList", "childQuantityList", "outputQuantityList"):
        if lines := event.get(name):
            first = lines[0] | {"quantity": lines[0]["quantity"] * TIMES_WRONG}
            return event | {name: [first, *lines[1:]]}
    return None


def _taken_back(random: Any, event: dict[str, Any], wrong: dict[str, Any], on: date) -> list[Told]:
    """A wrong event, and some days later its declaration as wrong with the right one."""
    first, second = (
        f"urn:uuid:{random.getrandbits(32):08x}-0000-4000-8000-{random.getrandbits(48):012x}" for _ in "12"
    )
    wrong["eventID"], right = first, event | {"eventID": second}
    later = on + timedelta(days=1 + int(random.expovariate(1 / DAYS_UNTIL_TAKEN_BACK)))
    declared = wrong | {
        "errorDeclaration": {
            "declarationTime": f"{later.isoformat()}T17:00:00{OFFSET}", "reason": "incorrect_data",
            "correctiveEventIDs": [second],
        }
    }  # fmt: skip
    return [Told(on, wrong), Told(later, declared), Told(later, right)]

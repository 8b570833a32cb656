"""Supply chains of the city: what farms, mills, factories, wholesalers and shops did with their lots, lot by lot.

Goods are simulated first, then told: each step moves real lots, and afterwards somebody may forget to send its event,
send it twice or get a quantity wrong and take it back. So what truly became of a lot is known to the generator alone.
Nothing here reads what the rooms make of the events.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from banyan.demo import codes, telling
from banyan.demo.city import FIRST_DAY, LAST_DAY, City, Firm, Kind
from banyan.demo.telling import Lot, Step

EVENTS = 300_000
EVENTS_OF_A_RUN = 50
FOOD_LINES, OTHER_LINES = 200, 50
FARMS, MILLS, WHOLESALERS, SHOPS, CRATES = 3, 2, 3, 10, 4
BASICS, SHARE_WITH_AN_INGREDIENT = 3, 0.35
"""The goods of the first lines, such as flour and oil, go into those of the others."""
SHARE_IN_CRATES = 0.3
POISONED_AFTER, POISONED_BEFORE = date(2025, 2, 1), date(2025, 8, 1)


@dataclass(slots=True)
class Place:
    """A firm's place, with the number that events name it by and what it holds there."""

    firm: Firm
    gln: str
    crates: list[str] = field(default_factory=list)


class Stock(NamedTuple):
    """What lies in a store, and from when."""

    lot: Lot
    since: datetime


@dataclass(slots=True)
class Line:
    """Who makes one class of goods, from the farm to the shops, and what they have in stock."""

    kind: Kind
    farms: list[Place]
    mill: Place
    factory: Place
    wholesalers: list[Place]
    shops: list[Place]
    gtins: dict[str, str]
    left_over: Stock | None = None
    on_sale: Stock | None = None


@dataclass
class Chains:
    """All lines, what was told of them, and what is true of the poisoned lot."""

    city: City
    lines: list[Line] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    poisoned: Lot | None = None
    spoilt: set[str] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)
    lots: int = 0
    pallets: int = 0
    silos: int = 0
    now: datetime = datetime.min

    def places(self) -> list[Place]:
        """All places of the lines, each once."""
        found = {place.gln: place for line in self.lines for place in
                 (*line.farms, line.mill, line.factory, *line.wholesalers, *line.shops)}  # fmt: skip
        return list(found.values())

    def lot(self, line: Line, stage: str, made_of: Iterable[Lot], quantity: float, place: Place) -> Lot:
        """A new lot. It is spoilt where anything is that went into it."""
        self.lots += 1
        lot = Lot(
            gtin=line.gtins[stage], number=f"{self.now:%y%m%d}-{self.lots:06d}", quantity=quantity,
            unit="KGM" if stage != "product" else "",
        )  # fmt: skip
        if any(one.name in self.spoilt for one in made_of):
            self.spoil(lot.name, place)
        return lot

    def spoil(self, name: str, place: Place) -> None:
        """Note that something is spoilt and who had it."""
        self.spoilt.add(name)
        self.holders.add(place.firm.key)

    def tell(self, place: Place, what: str, **said: Any) -> None:
        """Note a step that happened, some minutes after the one before."""
        self.now += timedelta(minutes=17)
        self.steps.append(Step(at=self.now, place=place, what=what, said=said))


def build(city: City) -> Chains:
    """What happened to all lots in the three years; what of the poisoned lot joins the truths of the city."""
    chains = Chains(city)
    _found(chains)
    random = city.random("chains")
    runs = max(len(chains.lines), city.count(EVENTS) // EVENTS_OF_A_RUN)
    every = (LAST_DAY - FIRST_DAY).days / (runs / len(chains.lines))
    queue = [(random.uniform(2, every + 2), number) for number in range(len(chains.lines))]
    heapq.heapify(queue)
    last = (LAST_DAY - FIRST_DAY).days - 25  # what is begun comes to the shops in time
    while queue:
        day, number = heapq.heappop(queue)
        if day <= last:
            _run(chains, random, chains.lines[number], FIRST_DAY + timedelta(days=int(day)))
            heapq.heappush(queue, (day + every * random.uniform(0.7, 1.3), number))
    city.counts["lots"] += chains.lots
    city.truths += _truth(chains)
    return chains


def _found(chains: Chains) -> None:
    """Choose the firms of every line and give them numbers of places and goods."""
    city, random = chains.city, chains.city.random("lines")
    foods = [kind for kind in city.kinds if kind.is_food and kind.goods]
    others = [kind for kind in city.kinds if not kind.is_food and kind.goods]
    kinds = foods[: city.count(FOOD_LINES, least=4)] + others[: city.count(OTHER_LINES, least=1)]
    places: dict[str, Place] = {}

    def place(firm: Firm) -> Place:
        if firm.key not in places:
            number = len(places) + 1
            places[firm.key] = Place(firm, codes.gtin(number), telling.crates(number, CRATES))
        return places[firm.key]

    farms = [place(firm) for firm in random.sample(city.makers, min(len(city.makers), FARMS * len(kinds)))]
    for number, kind in enumerate(kinds):
        good = random.choice(kind.goods)
        mill = random.choice([other for other in kinds if other.is_food == kind.is_food]).goods[0].maker
        base = 1_000_000 + 10 * number
        chains.lines.append(Line(
            kind=kind, farms=random.sample(farms, FARMS), mill=place(mill), factory=place(good.maker),
            wholesalers=[place(firm) for firm in random.sample(city.sellers, WHOLESALERS)],
            shops=[place(firm) for firm in random.sample(city.sellers, SHOPS)],
            gtins={"raw": codes.gtin(base), "milled": codes.gtin(base + 1), "product": good.record.gtin},
        ))  # fmt: skip


def _run(chains: Chains, random: Any, line: Line, day: date) -> None:
    """One production run: two raw lots in one silo, two milled lots, two product lots, to the shops and sold."""
    chains.now = datetime(day.year, day.month, day.day, 7, random.randrange(60))
    first, second = random.sample(line.farms, 2)
    chains.silos += 1
    silo = f"{chains.silos:012d}"
    early = _harvest(chains, random, line, first)
    one = _mill(chains, line, silo, told=[early], inside=[early])
    late = _harvest(chains, random, line, second)
    is_basic = line in chains.lines[:BASICS]
    if chains.poisoned is None and is_basic and POISONED_AFTER <= day <= POISONED_BEFORE:
        chains.poisoned = late
        chains.spoil(late.name, second)
        chains.spoil(late.name, line.mill)
    two = _mill(chains, line, silo, told=[late], inside=[early, late])
    for lot in (one, two):
        _send(chains, line.mill, line.factory, [lot])
    _on(chains, random, days=1)
    kept = [line.left_over.lot] if line.left_over and line.left_over.since <= chains.now else []
    plain = _make(chains, line, [one, *kept])
    mixed = _make(chains, line, [one, two, *_ingredient(chains, random, line)])
    line.left_over = Stock(two, chains.now)
    _on(chains, random, days=2)
    for lot in (plain, mixed):
        _sell(chains, random, line, lot)
    line.on_sale = Stock(mixed, chains.now)


def _harvest(chains: Chains, random: Any, line: Line, farm: Place) -> Lot:
    lot = chains.lot(line, "raw", (), float(random.randrange(400, 2000, 50)), farm)
    chains.tell(farm, "commissioning", quantities=[lot])
    _send(chains, farm, line.mill, [lot])
    _on(chains, random, days=1)
    return lot


def _mill(chains: Chains, line: Line, silo: str, *, told: list[Lot], inside: list[Lot]) -> Lot:
    """What leaves a silo holds of all that lies in it by then; its events share one number."""
    lot = chains.lot(line, "milled", inside, 0.8 * told[0].quantity, line.mill)
    chains.tell(line.mill, "transforming", inputs=told, outputs=[lot], silo=silo)
    return lot


def _make(chains: Chains, line: Line, of: list[Lot]) -> Lot:
    lot = chains.lot(line, "product", of, float(round(2 * sum(one.quantity for one in of) / 3)), line.factory)
    parts = [one.part(1 / 2) for one in of]
    if any(one.name in chains.spoilt for one in of):
        chains.holders.add(line.factory.firm.key)
    chains.tell(line.factory, "transforming", inputs=parts, outputs=[lot])
    return lot


def _ingredient(chains: Chains, random: Any, line: Line) -> list[Lot]:
    """Now and then a product of another line goes into this one, bought from its wholesaler."""
    others = [(other, other.on_sale.lot) for other in chains.lines[:BASICS]
              if other is not line and other.on_sale and other.on_sale.since <= chains.now]  # fmt: skip
    if not (line.kind.is_food and others and random.random() < SHARE_WITH_AN_INGREDIENT):
        return []
    other, lot = random.choice(others)
    bought = lot.part(1 / 20)
    _send(chains, other.wholesalers[0], line.factory, [bought])
    if bought.name in chains.spoilt:
        chains.holders.add(other.wholesalers[0].firm.key)
    return [bought]


def _sell(chains: Chains, random: Any, line: Line, lot: Lot) -> None:
    """Two pallets to two wholesalers, unpacked there, and on to shops that sell them."""
    for wholesaler in random.sample(line.wholesalers, 2):
        chains.pallets += 1
        pallet = telling.sscc(chains.pallets)
        load = lot.part(1 / 2)
        chains.tell(line.factory, "packing", parent=pallet, quantities=[load])
        _send(chains, line.factory, wholesaler, [], units=[pallet])
        chains.tell(wholesaler, "unpacking", parent=pallet, quantities=[load])
        if lot.name in chains.spoilt:
            chains.spoil(pallet, wholesaler)
        _on(chains, random, days=2)
        for shop in random.sample(line.shops, random.choice((1, 2, 2))):
            part = load.part(1 / 2)
            if random.random() < SHARE_IN_CRATES:
                crate = random.choice(wholesaler.crates)
                chains.tell(wholesaler, "packing", parent=crate, quantities=[part])
                _send(chains, wholesaler, shop, [], units=[crate])
                chains.tell(shop, "unpacking", parent=crate, quantities=[part])
            else:
                _send(chains, wholesaler, shop, [part])
            if lot.name in chains.spoilt:
                chains.spoil(lot.name, shop)
            _on(chains, random, days=1)
            chains.tell(shop, "retail_selling", quantities=[part.part(random.choice((1, 1, 0.9)))])


def _send(chains: Chains, sender: Place, receiver: Place, lots: Sequence[Lot], units: Sequence[str] = ()) -> None:
    chains.tell(sender, "shipping", quantities=lots, units=units, to=receiver)
    chains.now += timedelta(hours=3)
    chains.tell(receiver, "receiving", quantities=lots, units=units, of=sender)


def _on(chains: Chains, random: Any, *, days: int) -> None:
    """Time passes: the next morning, or some days later."""
    then = chains.now.date() + timedelta(days=random.randint(1, days))
    chains.now = datetime(then.year, then.month, then.day, 7, random.randrange(60))


def _truth(chains: Chains) -> list[dict[str, Any]]:
    """What became of the poisoned lot, as it happened: lots, pallets and firms that had some of it."""
    if chains.poisoned is None:
        return []
    return [{
        "kind": "poisoned_lot", "lot": chains.poisoned.name,
        "things": sorted(chains.spoilt), "organisations": sorted(chains.holders),
    }]  # fmt: skip

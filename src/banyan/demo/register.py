"""Firms of the city: makers, sellers, laboratories and their products and certificates, with what changes later."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from banyan.base.registry import actions
from banyan.base.registry.queries import Region, organisations_by_key
from banyan.demo import codes
from banyan.demo.city import ENTERED_ON, LAST_DAY, City, Firm, Good, Kind, at_work
from banyan.demo.words import product_classes

FIRMS = 20_000
KINDS = 300
LABORATORIES = 12
GOODS_PER_MAKER = (1, 1, 2, 2, 3)
SHARE_OF_MAKERS = 0.45
RENAMES, MOVES, MERGERS, CLOSINGS = 300, 300, 60, 200
BATCH = 5_000
OF_A_PLACE = 25  # one maker of food in so many may use a geographical indication
SYSTEMS, RENEWED = ("quality", "environment"), 0.9
SIZES = (("large", 0.02), ("medium", 0.10), ("small", 0.40), ("micro", 0.48))
# How many of the firms lie in a county: the old city and the industrial counties have most.
WEIGHTS_OF_COUNTIES = {
    "gulou": 9, "taijiang": 7, "cangshan": 11, "mawei": 6, "jinan": 9, "changle": 11, "minhou": 12, "lianjiang": 8,
    "luoyuan": 4, "minqing": 4, "yongtai": 4, "pingtan": 5, "fuqing": 14,
}  # fmt: skip


def build(city: City) -> None:
    """Enter product classes, firms, products and certificates."""
    with at_work(ENTERED_ON):
        _kinds(city)
        _firms(city)
        _goods(city)


def _kinds(city: City) -> None:
    random = city.random("kinds")
    wanted = product_classes(max(30, min(KINDS, round(KINDS * math.sqrt(city.scale)))))
    rows = actions.enter_product_classes(
        records=[
            {"key": f"class-{number:03d}", "name": name, "name_en": english.capitalize(), "industry_id": industry,
             "is_food": is_food}
            for number, (name, english, industry, is_food) in enumerate(wanted, start=1)
        ],
        by=city.system("administrator"), on=ENTERED_ON,
    )  # fmt: skip
    for place, row in enumerate(rows):
        city.kinds.append(
            Kind(
                record=row, is_food=row.is_food, risk=min(0.25, random.betavariate(1.6, 24)),
                season=random.uniform(0.1, 0.6) if row.is_food else random.uniform(0, 0.15),
                peak=random.choice((195, 205, 215)) if row.is_food else random.randrange(365),
                weight=1 / (1 + place % (len(rows) // 3)) ** 0.6,
            )
        )  # fmt: skip


def _firms(city: City) -> None:
    random = city.random("firms")
    weights = [WEIGHTS_OF_COUNTIES[county.pk] for county in city.counties]
    parks = {county.pk: [park for park in city.parks if park.county_id == county.pk] for county in city.counties}
    numbers = itertools.count(1)
    total = city.count(FIRMS, least=200)
    makers = round(total * SHARE_OF_MAKERS)
    kinds = [city.kinds[place % len(city.kinds)] for place in range(makers)]
    for start in range(0, total, BATCH):
        records, care = [], []
        for place in range(start, min(start + BATCH, total)):
            is_maker = place < makers
            county = random.choices(city.counties, weights)[0]
            record = _organisation(city, random, next(numbers), county, is_seller=not is_maker)
            if is_maker:
                record["industry_id"] = kinds[place].record.industry_id
                if parks[county.pk] and random.random() < 0.35:
                    record["park"] = random.choice(parks[county.pk])
            else:
                record["industry_id"] = "F"
            records.append(record)
            care.append(random.gauss(0, 0.7))
        entered = actions.enter_organisations(records=records, by=city.system("planner"), on=ENTERED_ON)
        if city.ends_with_registry:
            city.maker_keys += [row.pk for row in entered[: max(0, makers - start)]]
            continue
        for place, (row, one) in enumerate(zip(entered, care, strict=True), start=start):
            firm = Firm(record=row, county=row.county, care=one)
            (city.makers if place < makers else city.sellers).append(firm)
    city.sellers_of = {county.pk: [] for county in city.counties}
    for firm in city.sellers:
        city.sellers_of[firm.county.pk].append(firm)
    _laboratories(city, numbers)


def _organisation(city: City, random: Any, number: int, county: Region, *, is_seller: bool) -> dict[str, Any]:
    kind = "sole_trader" if random.random() < (0.6 if is_seller else 0.06) else "enterprise"
    size = random.choices([name for name, _share in SIZES], [share for _name, share in SIZES])[0]
    return {
        "key": f"o-{number:07d}",
        "name": city.names.firm(kind=kind, place=county.name[:-1], is_seller=is_seller),
        "kind": kind,
        "uscc": codes.uscc(number, city.codes[county.pk], sole_trader=kind == "sole_trader"),
        "county": county,
        "address": f"福州市{county.name}{city.names.brand()}路{random.randint(1, 999)}号（示例）",
        "size": "micro" if kind == "sole_trader" else size,
        "registered_on": date(2004, 1, 5) + timedelta(days=random.randrange(6800)),
        "representative": city.names.person(),
    }


def _laboratories(city: City, numbers: Iterator[int]) -> None:
    random = city.random("laboratories")
    records = [
        _organisation(city, random, next(numbers), county, is_seller=False)
        | {"kind": "laboratory", "name": f"{city.names.brand()}质量检验中心（示例）", "size": "medium"}
        for county in itertools.islice(itertools.cycle(city.counties), city.count(LABORATORIES, least=4))
    ]
    rows = actions.enter_organisations(records=records, by=city.system("planner"), on=ENTERED_ON)
    city.laboratories = [Firm(record=row, county=row.county, care=0) for row in rows]


def _makers(city: City) -> Iterator[list[Firm]]:
    """The makers by and by; read again where the city is large and does not live, so that it remembers none."""
    if not city.ends_with_registry:
        yield from batches(city.makers)
    counties = {county.pk: county for county in city.counties}
    for part in batches(city.maker_keys):
        rows = organisations_by_key(keys=part)
        yield [Firm(record=rows[key], county=counties[rows[key].county_id], care=0) for key in part]


def _goods(city: City) -> None:
    """Enter the products of the makers, and everybody's certificates."""
    products, certificates = city.random("products"), city.random("certificates")
    places, goods, numbers = itertools.count(), itertools.count(1), itertools.count()
    by_industry: dict[str, list[Kind]] = {}
    for kind in city.kinds:
        by_industry.setdefault(kind.record.industry_id, []).append(kind)
    for makers in _makers(city):
        plans = [plan for maker in makers for plan in _plans(city, products, goods, maker, next(places), by_industry)]
        _enter_products(city, plans)
        _enter_certificates(city, [one for maker in makers for one in _licences(certificates, numbers, maker)])
        if city.ends_with_registry:
            for maker in makers:  # a firm and its goods name each other, and nobody collects circles meanwhile
                maker.products.clear()
    _enter_certificates(city, [
        {"key": f"t-cma-{number:02d}", "organisation": laboratory.record, "kind": "cma", "from_on": date(2021, 3, 1),
         "number": f"SL-CMA-{number:04d}", "until_on": date(2027, 2, 28)}
        for number, laboratory in enumerate(city.laboratories, start=1)
    ])  # fmt: skip


Plan = tuple[Firm, Kind, dict[str, Any]]


def _plans(
    city: City, random: Any, numbers: Iterator[int], maker: Firm, place: int, by_industry: dict[str, list[Kind]]
) -> Iterator[Plan]:
    """The products of one maker: the first of the kind that its place gives, the others of its industry."""
    brand = city.names.brand()
    for turn in range(random.choice(GOODS_PER_MAKER)):
        kind = city.kinds[place % len(city.kinds)] if not turn else random.choice(
            by_industry[maker.record.industry_id]
        )  # fmt: skip
        number = next(numbers)
        yield maker, kind, {
            "key": f"g-{number:07d}", "name": kind.record.name, "maker": maker.record,
            "product_class": kind.record, "gtin": codes.gtin(number), "brand": brand,
            "model": f"{random.choice('ABCDEFGH')}{random.randint(10, 99)}",
            "standard": f"Q/SL {kind.record.pk[-3:]}-2022",
        }  # fmt: skip


def _enter_products(city: City, plans: list[Plan]) -> None:
    rows = actions.enter_products(
        records=[record for _maker, _kind, record in plans], by=city.system("planner"), on=ENTERED_ON
    )
    for (maker, kind, _record), row in zip(plans, rows, strict=True):
        good = Good(record=row, maker=maker, kind=kind)
        maker.products.append(good)
        if not city.ends_with_registry:
            kind.goods.append(good)


def _licences(random: Any, numbers: Iterator[int], maker: Firm) -> Iterator[dict[str, Any]]:
    """The licence that every maker has, and the certificates that some have."""
    goods = maker.products[0].kind.record
    kinds = ["food_licence" if goods.is_food else "production_licence"]
    kinds += [name for name, share in (("quality", 0.25), ("environment", 0.1), ("voluntary", 0.06), ("ccc", 0.1))
              if random.random() < share]  # fmt: skip
    starts = {kind: random.randrange(1, 365 * ((3 if kind in SYSTEMS else 5) - 2)) for kind in kinds}
    if goods.is_food and int(maker.record.pk[-4:]) % OF_A_PLACE == 0:
        starts["geographical"] = 200
    for kind, days in starts.items():
        number, years = next(numbers), 3 if kind in SYSTEMS else 5
        start = ENTERED_ON - timedelta(days=days)
        yield {
            "key": f"t-{number + 1:07d}", "organisation": maker.record, "kind": kind,
            "number": f"SL-{kind[:3].upper()}-{number:07d}", "from_on": start,
            "until_on": start + timedelta(days=365 * years), "product_class": goods,
        }  # fmt: skip


def _enter_certificates(city: City, records: list[dict[str, Any]]) -> None:
    actions.enter_certificates(records=records, by=city.system("planner"), on=ENTERED_ON)
    for record in records:
        if record["until_on"] <= LAST_DAY and not city.ends_with_registry:
            city.lapsing[record["until_on"].year, record["until_on"].month].append(record)


def renew(city: City, *, on: date) -> None:
    """Nine certificates in ten of those that end in the month of a day are renewed; the others lapse."""
    random = city.random(f"renewals {on}")
    records = [
        record | {"key": f"{record['key']}-2", "number": f"{record['number']}-2",
                  "from_on": record["until_on"] + timedelta(days=1),
                  "until_on": record["until_on"] + timedelta(days=365 * 3)}
        for record in city.lapsing[on.year, on.month] if random.random() < RENEWED
    ]  # fmt: skip
    if records:
        actions.enter_certificates(records=records, by=city.system("planner"), on=on)


def batches(rows: list[Any]) -> Iterator[list[Any]]:
    """Rows in parts that are entered together."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


# ---------------------------------------------------------------- what changes in three years


def changes(city: City, days: list[date]) -> dict[date, list[tuple[str, Firm, Any]]]:
    """What happens to firms on which day: renamed, moved, merged, closed. Each firm once at most."""
    random = city.random("changes")
    firms = random.sample(city.makers, len(city.makers))
    planned: dict[date, list[tuple[str, Firm, Any]]] = {}
    for what, full in (("rename", RENAMES), ("move", MOVES), ("merge", MERGERS), ("close", CLOSINGS)):
        for _turn in range(city.count(full, least=2)):
            firm, other = firms.pop(), random.choice(firms[: len(firms) // 2])
            day = random.choice(days)
            planned.setdefault(day, []).append((what, firm, other if what == "merge" else None))
    return planned


def change(city: City, *, what: str, firm: Firm, other: Firm | None, on: date) -> None:
    """Let one change happen. The generator's own picture of the firm changes with it."""
    random = city.random(f"change {firm.key}")
    do: dict[str, Any] = {"by": city.system("planner"), "on": on}
    if what == "rename":
        name = city.names.firm(kind=firm.record.kind, place=firm.county.name[:-1], is_seller=False)
        actions.rename_organisation(organisation=firm.record, name=name, **do)
    elif what == "move":
        firm.county = random.choice([county for county in city.counties if county.pk != firm.county.pk])
        parks = [park for park in city.parks if park.county_id == firm.county.pk]
        actions.move_organisation(
            organisation=firm.record, county=firm.county, park=random.choice(parks) if parks else None,
            address=f"福州市{firm.county.name}{city.names.brand()}路{random.randint(1, 999)}号（示例）", **do,
        )  # fmt: skip
    elif what == "merge" and other and not other.closed:
        actions.merge_organisation(organisation=firm.record, into=other.record, **do)
        firm.closed = True
    else:
        actions.close_organisation(organisation=firm.record, **do)
        firm.closed = True
    city.counts[f"{what} of a firm"] += 1

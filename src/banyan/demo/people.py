"""The demonstration's people: one per role, county and township; one password, printed and known to all."""

from __future__ import annotations

from datetime import date

from banyan.demo.city import ENTERED_ON, City, Firm, at_work
from banyan.kit import people
from banyan.kit.models import Grant

PASSWORD = "banyan-demonstration"  # noqa: S105 - it is printed by `banyan serve` and opens invented records only
SINCE = date(2022, 1, 1)

# user name, role, place ("" everywhere, "city", "province", or a county's key)
OFFICES = (
    ("planner", "planner", "city"),
    ("planner_province", "planner", "province"),
    ("auditor", "auditor", ""),
    ("leader", "leader", "city"),
    ("administrator", "administrator", ""),
)
# Who reads credit by a firm's consent: invented, each seeing its own readings only.
CLIENTS = {"bank": "闽榕银行（示例）", "insurer": "海峡财产保险（示例）", "guarantor": "榕城融资担保（示例）"}
# Takes in files of other places, whose rows name no county of this city; called by the post, not by a name.
DATA_OFFICE = "data_office"
PER_COUNTY = (("officer", "county_officer"), ("sampler", "sampler"), ("sampler2", "sampler"), ("leader", "leader"))
SHOWN = (
    "planner", DATA_OFFICE, "officer_gulou", "officer_fuqing", "officer_dongjie", "sampler_gulou", "laboratory_1",
    "laboratory_2", "firm_maker", "firm_seller", "bank", "auditor", "leader", "administrator",
)  # fmt: skip


def build(city: City) -> None:
    """Enter people with their roles; those of firms follow once the city knows which firms have something to see."""
    wanted = [(name, role, _reach(city, place)) for name, role, place in OFFICES]
    wanted += [
        (f"{name}_{county.pk}", role, ("region", county.path))
        for county in city.counties
        for name, role in PER_COUNTY
    ]
    wanted += [(f"officer_{one.pk}", "township_officer", ("region", one.path)) for one in city.townships]
    wanted.append((DATA_OFFICE, "planner", ("", "")))
    wanted += [
        (f"laboratory_{number}", "laboratory", ("laboratory", laboratory.key))
        for number, laboratory in enumerate(city.laboratories, start=1)
    ]
    wanted += [(name, "client", ("client", name)) for name in CLIENTS]
    with at_work(ENTERED_ON):
        _enter(city, wanted, on=ENTERED_ON)


def give_firms(city: City, *, maker: Firm, seller: Firm, on: date) -> None:
    """Let two people sign in for firms that have something to see."""
    with at_work(on):
        _enter(
            city,
            [
                ("firm_maker", "firm", ("organisation", maker.key)),
                ("firm_seller", "firm", ("organisation", seller.key)),
            ],
            on=on,
        )


def _enter(city: City, wanted: list[tuple[str, str, tuple[str, str]]], *, on: date) -> None:
    entered = people.enter_people(
        records=[
            {"username": name, "display_name": shown_as(name, city), "role": role, "dimension": reach[0],
             "path": reach[1], "from_on": SINCE}
            for name, role, reach in wanted
        ],
        password=PASSWORD, pattern=next(iter(city.people.values()), None), by=city.system("administrator"), on=on,
    )  # fmt: skip
    for person in entered:
        city.people[person.username] = person
    city.logins += [(name, role) for name, role, _reach in wanted if name in SHOWN]


def shown_as(name: str, city: City) -> str:
    """The name shown of somebody: invented, or that of the post."""
    if name in CLIENTS:
        return CLIENTS[name]
    return "数据管理员" if name == DATA_OFFICE else city.names.person()


def _reach(city: City, place: str) -> tuple[str, str]:
    return ("region", city.regions[place].path) if place else ("", "")


def shown() -> list[tuple[str, str, str]]:
    """(user name, role, name shown) of the people that a visitor may sign in as, as they stand in the database."""
    rows = Grant.objects.filter(person__username__in=SHOWN).select_related("person")
    found = {row.person.username: (row.person.username, row.role, row.person.display_name) for row in rows}
    return [found[name] for name in SHOWN if name in found]

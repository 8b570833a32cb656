"""Builds the city: the registry first, then three years day by day, then what the site needs to begin."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from banyan.base.registry import queries as registry
from banyan.demo import (
    amendments,
    approvals,
    cases,
    clients,
    complaints,
    draws,
    emergencies,
    equipment,
    fieldwork,
    figures,
    files,
    listings,
    lives,
    naming,
    people,
    places,
    plans,
    recalls,
    receiving,
    register,
    sending,
    sequels,
    supervision,
    testing,
    truths,
)
from banyan.demo.agenda import Agenda
from banyan.demo.city import ENTERED_ON, FIRST_DAY, LAST_DAY, City, Firm, at_work, working_days
from banyan.demo.town import Town
from banyan.kit import Refused, clock, events, keys, tables

MARK = "demonstration.unfinished"
TINY = 0.03  # below this scale one quarter is published
SMALL = 0.1  # below this scale only the last quarters are published, and partners send their events by quarters


def build(
    *, seed: int = 7, scale: float = 1.0, effect: float = 4.0, only: str = "", publications: bool = True,
    light: bool = False, advance: Callable[[str, float], None] = lambda _what, _share: None,
    founded: Callable[[City], None] = lambda _city: None,
) -> City:  # fmt: skip
    """Build the city into an empty database. Raises Refused where there is anything in it.

    `only="registry"` ends with the registry, `only="trade"` has the supply chains beside it. `light`
    records samples with their results and nothing of what follows them, which is all that detectors read. `advance`
    is told how far the work has come; `founded` is called once the registry stands and before the first year, and may
    let the city go on in another folder.
    """
    demand_empty()
    folder = Path(settings.BANYAN_DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    city = City(seed=seed, scale=scale, effect=effect, ends_with_registry=only == "registry")
    with keys.following_from(f"banyan demonstration {seed}"):
        with tables.filled_at_once():
            advance("registry", 0.0)
            places.build(city)
            register.build(city)
            places.settle(city)
            people.build(city)
        if only == "trade":
            with tables.filled_at_once():
                _trade(city)
        elif only != "registry":
            testing.build(city)
            founded(city)
            with tables.filled_at_once():
                city.advance = lambda share: advance("years", share)
                _live(city, publications=publications and not light, light=light)
                if not light:
                    approvals.approve(city)
    folder = Path(settings.BANYAN_DATA_DIR)
    clock.write_demonstration_day(folder, LAST_DAY)
    (folder / truths.FILE).write_text(json.dumps(_told(city), ensure_ascii=False, default=str, indent=1))
    (folder / MARK).unlink()
    return city


def demand_empty() -> None:
    """Raise Refused unless nothing is recorded yet."""
    if events.last_number() or registry.Organisation.objects.exists():
        raise Refused(
            _("The demonstration city was to be built."),
            _("There are records in this database already."),
            _("Name an empty database or data folder, or use --fresh to replace a demonstration."),
        )


def is_unfinished() -> bool:
    """Whether a demonstration was begun in this data folder and never came to its end."""
    return (Path(settings.BANYAN_DATA_DIR) / MARK).exists()


def empty_demonstration() -> None:
    """Remove a demonstration with all its records, facts and files. Raises Refused for anything else."""
    folder = Path(settings.BANYAN_DATA_DIR)
    if not (clock.is_demonstration() or is_unfinished()):
        if not events.last_number():
            return
        raise Refused(
            _("The records were to be removed and a demonstration built anew."),
            _("What is in this database is no demonstration."),
            _("Name another database or data folder."),
        )
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and path.exists():
        connection.close()
        for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            file.unlink(missing_ok=True)
    else:
        call_command("flush", interactive=False, verbosity=0)
    for name in (clock.DEMONSTRATION_FILE, truths.FILE, MARK):
        (folder / name).unlink(missing_ok=True)
    for name in ("facts", "trace", "screenings"):
        shutil.rmtree(folder / name, ignore_errors=True)
    clock.read_demonstration_day(folder)
    tables.make_missing()


def _live(city: City, *, publications: bool, light: bool) -> None:
    """Live all working days of the three years."""
    planted = truths.plant(city)
    town = Town(city=city, planted=planted, random=city.random("work"), is_light=light)
    days = working_days()
    town.agenda = Agenda(city, days, _steps(town))
    changing = register.changes(city, days)
    recalled = recalls.Recalls(town) if not light else None
    fleet = equipment.Fleet(city) if not light else None
    told = complaints.Messages(city, is_light=light)
    danger = emergencies.Emergencies(city) if not light else None
    prosecuted = cases.Cases(city) if not light else None
    watched = supervision.Supervision(city) if not light else None
    listed = listings.Listings(city) if not light else None
    readers = clients.Clients(city) if not light else None
    told_of = receiving.Receivers(city) if not light else None
    quarters = _quarters(city, days) if publications else {}
    month_ends = _month_ends(days)
    week_ends = {max(some) for _week, some in itertools.groupby(days, lambda day: day.isocalendar()[:2])}
    quarter_ends = {day for day in month_ends if day.month % 3 == 0}
    sends = {day for day in month_ends if not light and (city.scale >= SMALL or day.month % 3 == 0)}
    planned: dict[int, tuple[list[plans.Order], draws.Draws]] = {}
    year_begins = {next(day for day in days if day.year == year): year for year in (2023, 2024, 2025)}

    plan_days = {before[0]: (year, before) for day, year in year_begins.items() if (before := draws.days_before(day))}

    def plan(day: date) -> None:
        if day in plan_days:
            year, before = plan_days[day]
            orders = plans.draft_year(city, year=year, on=day)
            planned[year] = orders, draws.Draws(city, orders, year=year, days=before)
        for _orders, drawing in planned.values():
            drawing.live(day)

    def morning(day: date, trade: sending.Sending | None) -> None:
        if recalled:
            recalled.live(day)
        if fleet:
            fleet.live(day)
        if day in (week_ends if light else month_ends if city.scale >= SMALL else quarter_ends):
            told.live(day)
        if danger:
            danger.live(day)
        if prosecuted:
            prosecuted.live(day)
            if day in quarter_ends:
                prosecuted.end_quarter(day)
        if listed and listed.live(day) and told_of:
            told_of.live(day)
        if readers:
            readers.live(day)
        if watched:
            watched.live(day)
            if day in quarter_ends and day.month in (6, 12):
                watched.end_half_year(day)
        plan(day)
        if day in year_begins:
            year = year_begins[day]
            if publications:
                figures.reference(city, year=year - 1, on=day)
            orders, drawing = planned.pop(year)
            drawn = drawing.draw(planted, on=day)
            first = day + timedelta(days=1)
            town.year = lives.of_year(city, planted, year=year, orders=orders, first=first, drawn=drawn)
            for life in town.year:
                (files if light or life.comes_by_file else fieldwork).expect(town, life)
        for what, firm, other in changing.get(day, ()):
            if not firm.closed:
                register.change(city, what=what, firm=firm, other=other, on=day)
        if day in month_ends and not light:
            sequels.raise_late(town, on=day)
        if day in month_ends:
            register.renew(city, on=day)
        if day in month_ends and day.month % 6 == 3:
            places.enrol_another(city, on=day)
        if day in month_ends and day.month in (6, 12):
            plans.pay(city, town.year, on=day)
        if trade and day in sends:
            trade.send(on=day)
        if day in quarters:
            figures.publish(city, quarter_end=quarters[day], on=day)

    with at_work(ENTERED_ON):
        plan(ENTERED_ON)
    with sending.Sending(city, sorted(sends)) if sends else nullcontext() as trade:
        town.agenda.live(lambda day: morning(day, trade))
        if trade:
            trade.show(on=max(sends))
    firms = _give_firms(town)
    city.served = list(firms)
    if readers:
        readers.serve(firms)
    if told_of:
        told_of.end()
    if not light:
        naming.write_letters(city)
    if danger:
        with at_work(LAST_DAY):
            danger.stand_by(LAST_DAY)
    if fleet:
        with at_work(LAST_DAY):
            fleet.trap(on=LAST_DAY)
            for firm in firms:
                fleet.equip(firm, on=LAST_DAY)


def _trade(city: City) -> None:
    days = sorted(_month_ends(working_days()))
    with sending.Sending(city, days) as trade:
        for day in days:
            trade.send(on=day)


def _month_ends(days: list[date]) -> set[date]:
    return {max(some) for _month, some in itertools.groupby(days, lambda day: (day.year, day.month))}


def _steps(town: Town) -> list[tuple[str, Callable[..., None]]]:
    return town.steps(
        ("plan", fieldwork.plan), ("notify", fieldwork.notify), ("visit", fieldwork.visit),
        ("refusal", fieldwork.hand_over_refusals), ("receive", fieldwork.receive), ("test", fieldwork.test),
        ("file", files.record), ("tell", sequels.tell),
        ("serve", sequels.serve), ("object", sequels.object_to), ("decide", sequels.decide),
        ("retest", sequels.retest), ("report_retest", sequels.report_retest), ("lapse", sequels.lapse),
        ("publish", sequels.publish), ("order", sequels.order), ("press", sequels.press),
        ("correct", sequels.correct),
        ("recheck", sequels.recheck), ("recheck_again", sequels.recheck_again), ("close", sequels.close),
        ("amend", amendments.amend), ("withdraw", amendments.withdraw),
    )  # fmt: skip


def _quarters(city: City, days: list[date]) -> dict[date, date]:
    """The working day on which each quarter's figures are published."""
    ends = [date(year, month, day) for year in (2023, 2024, 2025) for month, day in
            ((3, 31), (6, 30), (9, 30), (12, 31))]  # fmt: skip
    if city.scale < SMALL:
        ends = ends[-2:] if city.scale < TINY else ends[-3:]  # what is published of the last comes after the last day
    found = {}
    for end in ends:
        day = next((day for day in days if day >= end + timedelta(days=20)), None)
        if day:
            found[day] = end
    return found


def _give_firms(town: Town) -> tuple[Firm, Firm]:
    """Give the demonstration's firms to two people: those with the most open failures."""
    open_failures = [life for life in town.open.values() if life.sample.conclusion == "failed"]
    candidates = open_failures or list(town.open.values()) or list(town.ended.values())
    makers = [life.good.maker for life in candidates if life.good] or town.city.makers[:1]
    sellers = [life.seller for life in candidates if life.stage != "made"] or town.city.sellers[:1]
    firms = (_most(makers), _most(sellers))
    people.give_firms(town.city, maker=firms[0], seller=firms[1], on=LAST_DAY)
    return firms


def _most(firms: list[Any]) -> Any:
    keys_ = [firm.key for firm in firms]
    return max(firms, key=lambda firm: (keys_.count(firm.key), firm.key))


def _told(city: City) -> dict[str, Any]:
    return {
        "seed": city.seed, "scale": city.scale, "effect": city.effect, "from": FIRST_DAY, "until": LAST_DAY,
        "planted": city.truths,
    }  # fmt: skip

"""The city while it is being built: its size, its chance, its clock, and everything entered so far."""

from __future__ import annotations

import random as chance
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from banyan.base.registry.queries import Organisation, Park, Product, ProductClass, Region
from banyan.demo.words import Names
from banyan.kit import clock
from banyan.kit.models import Person
from banyan.kit.rights import System
from banyan.policy import calendar

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2025, 12, 31)
ENTERED_ON = date(2022, 12, 30)
"""The day on which the registry was filled, before the first year began."""
MORNING = time(9)


@dataclass(slots=True)
class Firm:
    """An organisation with what only the generator knows of it: how careful it is, and what it makes."""

    record: Organisation
    county: Region
    care: float
    products: list[Good] = field(default_factory=list)
    closed: bool = False
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = self.record.pk


@dataclass(slots=True)
class Good:
    """A product, its maker, and how often it was sampled (each batch has a model of its own)."""

    record: Product
    maker: Firm
    kind: Kind
    sampled: int = 0


@dataclass(slots=True)
class Kind:
    """A product class: how often it fails, when in the year, and who makes it."""

    record: ProductClass
    is_food: bool
    risk: float
    season: float
    peak: int
    weight: float
    items: tuple[Any, ...] = ()
    goods: list[Good] = field(default_factory=list)


@dataclass
class City:
    """All that the generators share. `count(name)` scales a number, with a floor so that every role sees rows."""

    seed: int
    scale: float
    effect: float = 4.0
    ends_with_registry: bool = False
    """Whether no year is lived: then only what the registry itself needs is remembered, so a million firms fit."""
    counties: list[Region] = field(default_factory=list)
    townships: list[Region] = field(default_factory=list)
    in_township: dict[str, str] = field(default_factory=dict)
    """The township that a seller lies in, by the seller's key."""
    regions: dict[str, Region] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    parks: list[Park] = field(default_factory=list)
    enrolled: set[str] = field(default_factory=set)
    lapsing: dict[tuple[int, int], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    kinds: list[Kind] = field(default_factory=list)
    makers: list[Firm] = field(default_factory=list)
    maker_keys: list[str] = field(default_factory=list)
    sellers: list[Firm] = field(default_factory=list)
    sellers_of: dict[str, list[Firm]] = field(default_factory=dict)
    laboratories: list[Firm] = field(default_factory=list)
    served: list[Firm] = field(default_factory=list)
    """The firms that people sign in for."""
    people: dict[str, Person] = field(default_factory=dict)
    logins: list[tuple[str, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    truths: list[dict[str, Any]] = field(default_factory=list)
    names: Names = None  # type: ignore[assignment]
    advance: Callable[[float], None] = lambda _share: None

    def __post_init__(self) -> None:
        self.names = Names(self.random("names"))

    def random(self, domain: str) -> chance.Random:
        """A source of chance of its own for a domain, so that one domain can change without the others."""
        return chance.Random(f"banyan demonstration {self.seed} {domain}")  # noqa: S311

    def count(self, full: int, *, least: int = 1) -> int:
        """A number at this scale, at least `least`."""
        return max(least, round(full * self.scale))

    def system(self, name: str = "demonstration") -> System:
        """The actor of a verb: one of the demonstration's people, without the checks that a screen needs."""
        return System(name)


def working_days(first: date = FIRST_DAY, last: date = LAST_DAY) -> list[date]:
    """The working days of a span, by the State Council's calendar."""
    span = (last - first).days + 1
    return [day for day in (first + timedelta(days=n) for n in range(span)) if calendar.is_working_day(day)]


@contextmanager
def at_work(day: date) -> Iterator[None]:
    """A day of the past as the clock's present; each verb within it is a little later than the one before."""
    with clock.fixed_at(datetime.combine(day, MORNING, tzinfo=clock.zone())):
        yield

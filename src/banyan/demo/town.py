"""The town at work: city, truths and agenda together, and who acts in whose name."""

from __future__ import annotations

import random as chance
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from banyan.demo import testing
from banyan.demo.agenda import Agenda
from banyan.demo.city import City
from banyan.demo.lives import Life
from banyan.demo.truths import Planted

OWNED_FROM = 0.5
"""From this scale on each county and laboratory works by itself; smaller cities share one desk."""


@dataclass
class Town:
    """What every step needs."""

    city: City
    planted: Planted
    random: chance.Random
    agenda: Agenda = None  # type: ignore[assignment]
    year: list[Life] = field(default_factory=list)
    open: dict[str, Life] = field(default_factory=dict)
    ended: dict[str, Life] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    reserves: dict[str, list[Any]] = field(default_factory=dict)
    is_light: bool = False

    def steps(self, *functions: tuple[str, Callable[..., None]]) -> list[tuple[str, Callable[..., None]]]:
        """Steps of the agenda from functions `(town, day, owner, lives)`; withdrawn lives are left out."""

        def step(do: Callable[..., None]) -> Callable[..., None]:
            def run(day: date, owner: str, lives: list[Life]) -> None:
                if living := [life for life in lives if not life.gone]:
                    do(self, day, owner, living)

            return run

        return [(name, step(do)) for name, do in functions]

    def owner(self, key: str) -> str:
        """The owner of a step: a county's or laboratory's own desk, or the common one in a small city."""
        return key if self.city.scale >= OWNED_FROM else ""

    def officer(self, owner: str) -> Any:
        """Who decides for a county; the planner at the common desk."""
        return self.city.system(f"officer_{owner}" if owner else "planner")

    def chemist(self, owner: str) -> Any:
        """Who reports for a laboratory."""
        names = {laboratory.key: n for n, laboratory in enumerate(self.city.laboratories, start=1)}
        return self.city.system(f"laboratory_{names.get(owner, 1)}")

    def number(self, series: str) -> str:
        """The next number of a series."""
        self.numbers[series] = self.numbers.get(series, 0) + 1
        return f"{series}-{self.numbers[series]:06d}"

    def once_in(self, times: int, what: str) -> bool:
        """Whether this is one of the calls, one in so many, in which something rare happens; the first one is."""
        self.numbers[what] = self.numbers.get(what, 0) + 1
        return self.numbers[what] % times == 1

    def reserve(self, life: Life) -> list[Any]:
        """What is in the lot that a seller keeps to swap samples for."""
        if life.reserve not in self.reserves:
            self.reserves[life.reserve] = testing.items_of(life.kind, failed=False, random=self.random)
        return self.reserves[life.reserve]

    def days(self, least: int, most: int) -> int:
        """Some days, by chance."""
        return least + int(self.random.random() * (most - least + 1))

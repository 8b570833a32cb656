"""The agenda: which step is due for which records on which working day. Offices do their work in lots."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zlib import crc32

from banyan.demo.city import City, at_work
from banyan.kit import clock, verbs

LONGEST_PACE = 30  # six weeks of working days
OWNED_PACE = 15
WEEK, TESTING_PACE = 5, 8
TOGETHER = frozenset(("notify", "visit", "receive"))
"""What a common desk that seldom has its turn does on the same one: a report has a term from the receipt on."""
PRESSING = frozenset(
    ("serve", "object", "decide", "retest", "report_retest", "lapse", "order", "press", "correct", "recheck",
     "recheck_again")
)  # fmt: skip
"""What follows a failure: each has a term, so that it waits for the next turn of an office of its own at most."""


class Agenda:
    """Collects what is due per step and owner, and hands it over on the owner's next turn.

    An owner's turn comes every `pace` working days: often in a large city, seldom in a small one, so that a
    verb always has a lot to do. A step may put later steps on the same day's agenda, never earlier ones.
    """

    def __init__(self, city: City, days: Sequence[date], steps: Sequence[tuple[str, Callable[..., None]]]):
        self.city, self.days = city, list(days)
        self.steps = dict(steps)
        self.order = {name: place for place, (name, _do) in enumerate(steps)}
        self.pace = min(LONGEST_PACE, max(2, round(max(3 / math.sqrt(city.scale), 0.6 / city.scale))))
        self._due: dict[int, dict[tuple[int, str], list[Any]]] = defaultdict(lambda: defaultdict(list))
        self._now = (0, -1)

    def put(self, step: str, ready: date, what: Any, *, owner: str = "") -> None:
        """Let a step be done for something on the owner's first turn on or after a day."""
        place = bisect_left(self.days, ready)
        today, running = self._now
        earliest = today if self.order[step] > running else today + 1
        pace, series = self._turns(step, owner)
        turn = max(place, earliest)
        turn += (crc32(series.encode()) - turn) % pace
        if turn < len(self.days):
            self._due[turn][(self.order[step], owner)].append(what)

    def live(self, each_day: Callable[[date], None]) -> None:
        """Live all working days in order, a month in one transaction; `each_day` runs first thing in the morning."""
        months = itertools.groupby(enumerate(self.days), key=lambda one: (one[1].year, one[1].month))
        for _month, days in months:
            with verbs.together():
                for place, day in days:
                    self._now = (place, -1)
                    with at_work(day):
                        each_day(day)
                        self._work(place, day)
                    self.city.advance((place + 1) / len(self.days))

    def _turns(self, step: str, owner: str) -> tuple[int, str]:
        """After how many working days a step has its turn again, and the name from which its first one follows."""
        series = f"{step} {owner}"
        if owner:
            return OWNED_PACE, series
        if step in TOGETHER and self.pace > WEEK:
            return min(self.pace, OWNED_PACE), "field work"
        longest = TESTING_PACE if step == "test" else OWNED_PACE if step in PRESSING else LONGEST_PACE
        return min(self.pace, longest), series

    def _work(self, place: int, day: date) -> None:
        """Do what is due on a day, and what that puts on the same day's agenda."""
        names = list(self.steps)
        today = self._due[place]
        while today:
            key = min(today)
            self._now = (place, key[0])
            self.steps[names[key[0]]](day, key[1], today.pop(key))
            clock.tick()
        del self._due[place]

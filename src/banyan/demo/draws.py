"""The public draws of the city's product checks: committed, days later frozen and drawn, a task for each firm."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from banyan.demo.city import ENTERED_ON, City, Firm, Good, working_days
from banyan.demo.plans import Order
from banyan.demo.truths import Planted
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.queries import Task
from banyan.records.plans import actions
from banyan.records.plans.queries import Draw

LINES_A_YEAR = 20
DAYS_AHEAD = 6
SCHEME, LEVEL = "product_supervision", "city"


@dataclass(frozen=True, slots=True)
class DrawnCheck:
    """A firm that was drawn: the order that it fills, the good to be sampled, the task with its samplers."""

    order: Order
    good: Good
    laboratory: Firm
    task: Task


def days_before(day: date) -> list[date]:
    """The working days on which the plans of a year are published and the seeds of its draws committed to, in order.

    One working day or more lies between them and the day of the draws, where the city has so many.
    """
    before = working_days(ENTERED_ON, day - timedelta(days=1))
    return before[-DAYS_AHEAD:-1] or before


class Draws:
    """The draws of a year: each is committed to on a working day before it, all are drawn on its first working day.

    What is public between the two days is the commitment alone, so that anybody can have seen it.
    """

    def __init__(self, city: City, orders: Sequence[Order], *, year: int, days: Sequence[date]):
        self.city, self.year = city, year
        self._ready: dict[date, list[Sequence[Order]]] = {}
        self._committed: list[tuple[Draw, Sequence[Order]]] = []
        random = city.random(f"commitments {year}")
        for line in _lines(city, orders)[: max(1, round(LINES_A_YEAR * math.sqrt(city.scale)))]:
            self._ready.setdefault(random.choice(days), []).append(line)

    def live(self, day: date) -> None:
        """Commit to the seeds of those draws that are due on a day."""
        do = {"by": self.city.system("planner"), "on": day}
        for line in self._ready.pop(day, ()):
            key = f"draw-{line[0].line.pk}"
            seed = hashlib.sha256(f"{self.city.seed} {key}".encode()).hexdigest()
            self._committed.append((actions.commit_draw(line=line[0].line, key=key, seed=seed, **do), line))

    def draw(self, planted: Planted, *, on: date) -> dict[str, list[DrawnCheck]]:
        """Draw makers for the riskiest lines of the city's plan; gives the checks they lead to by plan line."""
        city = self.city
        random = city.random(f"draws {self.year}")
        samplers = [name for name in city.people if name.startswith("sampler")]
        do = {"by": city.system("planner"), "on": on}
        checks: dict[str, list[DrawnCheck]] = {}
        for draw, line in sorted(self._committed, key=lambda one: one[1][0].line.risk_rank):
            if not _has_makers(line):
                actions.cancel_draw(draw=draw, reason="承诺之后生产者均已注销（示例）", **do)
                continue
            actions.freeze_frame(draw=draw, samplers=samplers, **do)
            actions.draw_units(draw=draw, **do)
            laboratory = planted.open_on(random.choice(city.laboratories), on=on)
            tasks = inspection.plan_drawn_tasks(draw=draw, laboratory=laboratory.record, **do)
            order_of = {order.county.pk: order for order in line}
            goods = {good.maker.key: good for good in line[0].kind.goods}
            checks[line[0].line.pk] = [
                DrawnCheck(order_of[task.county_id], goods[task.organisation_id], laboratory, task) for task in tasks
            ]
            city.counts["draws"] += 1
            city.counts["tasks"] += len(tasks)
        return checks


def _lines(city: City, orders: Sequence[Order]) -> list[list[Order]]:
    """The orders of each line of the city's own plan that has makers in a county with a quota, riskiest first."""
    by_line: dict[str, list[Order]] = {}
    for order in orders:
        if (order.programme.scheme, order.programme.level) == (SCHEME, LEVEL):
            by_line.setdefault(order.line.pk, []).append(order)
    drawable = [line for line in by_line.values() if _has_makers(line)]
    return sorted(drawable, key=lambda line: line[0].line.risk_rank)


def _has_makers(line: Sequence[Order]) -> bool:
    counties = {order.county.pk for order in line}
    return any(not good.maker.closed and good.maker.county.pk in counties for good in line[0].kind.goods)

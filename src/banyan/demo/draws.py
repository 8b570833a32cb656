"""The public draws of the city's product checks: committed, frozen, drawn, and a task for each firm drawn."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from banyan.demo.city import City, Firm, Good
from banyan.demo.plans import Order
from banyan.demo.truths import Planted
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.queries import Task
from banyan.records.plans import actions

LINES_A_YEAR = 20
SCHEME, LEVEL = "product_supervision", "city"


@dataclass(frozen=True, slots=True)
class DrawnCheck:
    """A firm that was drawn: the order that it fills, the good to be sampled, the task with its samplers."""

    order: Order
    good: Good
    laboratory: Firm
    task: Task


def draw_year(
    city: City, planted: Planted, orders: Sequence[Order], *, year: int, on: date
) -> dict[str, list[DrawnCheck]]:
    """Draw makers for the riskiest lines of the city's plan; gives the checks they lead to by plan line."""
    random = city.random(f"draws {year}")
    samplers = [name for name in city.people if name.startswith("sampler")]
    do = {"by": city.system("planner"), "on": on}
    checks: dict[str, list[DrawnCheck]] = {}
    for line in _lines(city, orders)[: max(1, round(LINES_A_YEAR * math.sqrt(city.scale)))]:
        key = f"draw-{line[0].line.pk}"
        seed = hashlib.sha256(f"{city.seed} {key}".encode()).hexdigest()
        draw = actions.commit_draw(line=line[0].line, key=key, seed=seed, **do)
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

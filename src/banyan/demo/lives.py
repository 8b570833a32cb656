"""What a year holds: for each batch of the plans, who made it, who sold it, and when it is sampled."""

from __future__ import annotations

import heapq
import itertools
import math
import random as chance
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from banyan.base.registry.queries import Region
from banyan.demo.city import City, Firm, Good, Kind
from banyan.demo.draws import DrawnCheck
from banyan.demo.plans import COUNTIES_BY_FILE, Order, Programme
from banyan.demo.truths import Planted
from banyan.records.plans.queries import PlanLine

WORK_IN_MONTH = (4, 3, 9, 10, 10, 10, 9, 9, 10, 9, 10, 7)
STAGES = {
    True: (("sold", 0.62), ("made", 0.22), ("online", 0.10), ("stored", 0.06)),
    False: (("sold", 0.45), ("made", 0.38), ("online", 0.12), ("stored", 0.05)),
}
FROM_ELSEWHERE = 0.18
SHIFTS = {  # in log-odds
    "product_supervision": 0.0, "food_supervision": -0.25, "food_evaluation": -0.35, "risk_monitoring": 0.45,
    "export_inspection": -1.1,
}  # fmt: skip
SHIFT_OF_TARGETED, SHIFT_A_YEAR = 0.55, -0.07
NOT_SAMPLED, REFUSED = 0.045, 0.008
HELD_BACK = 0.13
"""Share of the batches of plans with targeted checks that is kept for following up failures."""
FOLLOWED_UP, FOLLOW_UPS = 0.8, (1, 2, 3)
FOLLOW_UP_AFTER = (28, 63)
"""Days from the failed sample: once its report has come, within five weeks."""


@dataclass(slots=True, eq=False)
class Life:
    """One batch from the plan to the end. `fails` is the truth of the goods, not what a laboratory will say.

    `cause` is the item whose limit is broken where several failures have one cause; `reserve` the lot that was tested
    in place of this batch, where the seller swapped it.
    """

    line: PlanLine
    programme: Programme
    kind: Kind
    county: Region
    good: Good | None
    seller: Firm
    stage: str
    drawn: str
    stratum: str
    weight: float | None
    laboratory: Firm
    sampled_on: date
    fails: bool
    luck: float
    cause: str = ""
    reserve: str = ""
    ends: str = "sampled"
    judged_on: date | None = None
    task: Any = None
    sample: Any = None
    objection: Any = None
    correction: Any = None
    answers: bool = True
    gone: bool = False

    def is_known_to_fail(self, planted: Planted) -> bool:
        """Whether a failure comes to light: the batch was sampled, not swapped, and its report is not made up."""
        return self.fails and self.ends == "sampled" and not self.reserve and not planted.hides_failure(
            laboratory=self.laboratory, on=self.sampled_on, luck=self.luck
        )  # fmt: skip

    @property
    def comes_by_file(self) -> bool:
        """Whether the result comes as a file of its authority, not through tasks of our own."""
        return self.programme.by_file or (self.programme.level == "county" and self.county.pk in COUNTIES_BY_FILE)


def of_year(
    city: City, planted: Planted, *, year: int, orders: Sequence[Order], first: date,
    drawn: Mapping[str, Sequence[DrawnCheck]],
) -> list[Life]:  # fmt: skip
    """The lives that the orders of a year lead to, in the order of their sampling.

    Firms that were drawn fill their line's quota first; what is left is found on the market.
    """
    lives: list[Life] = []
    random = city.random(f"lives {year}")
    days = _days_of_year(year, first)
    by_line: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        by_line[order.line.pk].append(order)
    for line, same_line in by_line.items():
        lives += _of_line(city, planted, random, same_line, days, drawn.get(line, ()))
    lives = _with_follow_ups(city, planted, random, lives, days)
    own = [life for life in lives if not life.comes_by_file]
    for place, ends in ((3, "refused"), (4, "not_sampled")):  # a small city has them too
        own[place % len(own)].ends = ends
    return lives


def _with_follow_ups(
    city: City, planted: Planted, random: chance.Random, lives: Sequence[Life], days: tuple[list[date], list[int]]
) -> list[Life]:  # fmt: skip
    """All lives in the order of sampling, those among them that a failure of the class in the county led to.

    A failure is followed up wherever and whatever it is: planted or not, so that follow-ups give nothing away. Plans
    that are drawn at random alone have none. What would fall into the next year is left to its plans.
    """
    count = itertools.count()
    waiting = [(life.sampled_on, next(count), life) for life in lives]
    heapq.heapify(waiting)
    found = []
    while waiting:
        on, _place, life = heapq.heappop(waiting)
        found.append(life)
        if not life.is_known_to_fail(planted) or life.programme.random_share == 1 or random.random() > FOLLOWED_UP:
            continue
        after = _days_between(days, *(on + timedelta(days=some) for some in FOLLOW_UP_AFTER))
        if not after[0]:
            continue
        order = Order(life.line, life.programme, life.kind, life.county, batches=0)
        frame = [good for good in life.kind.goods if not good.maker.closed]
        near = [good for good in frame if good.maker.county.pk == life.county.pk]
        for _turn in range(random.choice(FOLLOW_UPS)):
            other = _life(city, planted, random, order, frame, near, after, drawn="follow_up")
            heapq.heappush(waiting, (other.sampled_on, next(count), other))
    return found


def _days_of_year(year: int, first: date) -> tuple[list[date], list[int]]:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    days = [day for day in days if day >= first and day.weekday() < 6]
    weights = [WORK_IN_MONTH[day.month - 1] for day in days]
    return days, list(itertools.accumulate(weights))


def _days_between(days: tuple[list[date], list[int]], start: date, end: date) -> tuple[list[date], list[int]]:
    chosen = [day for day in days[0] if start <= day <= end]
    return chosen, list(itertools.accumulate(WORK_IN_MONTH[day.month - 1] for day in chosen))


def _of_line(
    city: City, planted: Planted, random: chance.Random, orders: Sequence[Order], days: tuple[list[date], list[int]],
    drawn: Sequence[DrawnCheck],
) -> Iterable[Life]:  # fmt: skip
    kind, programme = orders[0].kind, orders[0].programme
    near: dict[str, list[Good]] = defaultdict(list)
    frame = [good for good in kind.goods if not good.maker.closed]
    for good in frame:
        near[good.maker.county.pk].append(good)
    filled = Counter(check.order.county.pk for check in drawn)
    lives = [
        _life(city, planted, random, order, frame, near[order.county.pk], days)
        for order in orders
        for _turn in range(order.batches - filled[order.county.pk])
        if programme.random_share == 1 or random.random() >= HELD_BACK
    ]
    for order in orders:
        extra = planted.extra_batches(order.batches, kind=kind, county=order.county.pk, year=order.line.plan.year)
        season = _days_between(days, planted.surge[2], planted.surge[3]) if extra else days
        lives += [_life(city, planted, random, order, frame, near[order.county.pk], season) for _turn in range(extra)]
    units, taken = Counter(map(_stratum, frame)), Counter(life.stratum for life in lives)
    for life in lives:
        if life.stratum and life.drawn == "random":
            life.weight = max(1.0, round(units[life.stratum] / taken[life.stratum], 6))
        elif programme.level != "county":
            life.stratum = ""
    return lives + [_drawn_life(planted, random, check, days) for check in drawn]


def _life(
    city: City, planted: Planted, random: chance.Random, order: Order, frame: list[Good], near: list[Good],
    days: tuple[list[date], list[int]], drawn: str = "",
) -> Life:  # fmt: skip
    kind, programme, county = order.kind, order.programme, order.county
    stage = _one_of(random, STAGES[kind.is_food])
    good: Good | None = None
    if stage == "made" and near:
        good = near[int(random.random() * len(near))]
    elif stage == "made":
        stage = "sold"
    if stage != "made" and frame and random.random() > FROM_ELSEWHERE:
        good = frame[int(random.random() * len(frame))]
    sellers = city.sellers_of[county.pk]
    seller = good.maker if stage == "made" and good else sellers[int(random.random() ** 3 * len(sellers))]
    on = random.choices(days[0], cum_weights=days[1])[0]
    drawn = drawn or ("random" if random.random() < programme.random_share else "targeted")
    if drawn == "targeted" and random.random() < 0.06:
        drawn = "complaint"
    chosen = city.laboratories[int(random.random() ** 1.4 * len(city.laboratories))]
    laboratory = planted.open_on(chosen, on=on)
    likely = _chance_of_failing(kind, good, county, programme, drawn, on)
    fails, cause = _fails(planted, random, likely, kind=kind, county=county.pk, on=on)
    luck = random.random()
    life = Life(
        line=order.line, programme=programme, kind=kind, county=county, good=good, seller=seller, stage=stage,
        drawn=drawn, stratum=_stratum(good) if good else "", weight=None, laboratory=laboratory, sampled_on=on,
        fails=fails, luck=luck, cause=cause,
        reserve=planted.reserve_of(seller=seller, kind=kind, stage=stage, on=on, luck=luck),
    )  # fmt: skip
    if not programme.by_file and (fate := random.random()) < NOT_SAMPLED + REFUSED:
        life.ends = "refused" if fate < REFUSED else "not_sampled"
    return life


def _drawn_life(
    planted: Planted, random: chance.Random, check: DrawnCheck, days: tuple[list[date], list[int]]
) -> Life:
    """The batch that a drawn maker has in store: firm, samplers and weight are those of the draw."""
    order, good, task = check.order, check.good, check.task
    on = random.choices(days[0], cum_weights=days[1])[0]
    likely = _chance_of_failing(order.kind, good, order.county, order.programme, "random", on)
    fails, cause = _fails(planted, random, likely, kind=order.kind, county=order.county.pk, on=on)
    return Life(
        line=order.line, programme=order.programme, kind=order.kind, county=order.county, good=good,
        seller=good.maker, stage="made", drawn="random", stratum=task.stratum, weight=task.weight,
        laboratory=check.laboratory, sampled_on=on, fails=fails, luck=random.random(), cause=cause, task=task,
    )  # fmt: skip


def _fails(
    planted: Planted, random: chance.Random, likely: float, *, kind: Kind, county: str, on: date
) -> tuple[bool, str]:
    """Whether a batch fails, and the cause where it would not have without one that others share."""
    luck = random.random()
    raised, cause = planted.raised(likely, kind=kind, county=county, on=on)
    return luck < raised, cause if likely <= luck < raised else ""


def _chance_of_failing(
    kind: Kind, good: Good | None, county: Region, programme: Programme, drawn: str, on: date
) -> float:
    """What a batch's class, maker, county, season and the way it was drawn make of its chance to fail."""
    odds = math.log(max(kind.risk, 0.004) / (1 - kind.risk)) + SHIFTS[programme.scheme]
    odds += (good.maker.care if good else 0.3) + (county.order % 5 - 2) * 0.06
    odds += SHIFT_OF_TARGETED if drawn != "random" else 0.0
    odds += SHIFT_A_YEAR * (on.year - 2023)
    odds += kind.season * math.cos((on.timetuple().tm_yday - kind.peak) * 2 * math.pi / 365)
    return 1 / (1 + math.exp(-odds))


def _stratum(good: Good) -> str:
    return {"large": "large", "medium": "large"}.get(good.maker.record.size, good.maker.record.size)


def _one_of(random: chance.Random, shares: Sequence[tuple[str, float]]) -> str:
    luck = random.random()
    for name, share in shares:
        luck -= share
        if luck < 0:
            return name
    return shares[0][0]

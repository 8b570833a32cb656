"""The meaning of an indicator's measure, the slow and obvious way, on facts held in memory.

Cases in packs run through this; the fast way over the fact table must agree with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import median
from typing import Any

from banyan.policy.calendar import add_months
from banyan.policy.kinds.indicator import DESIGNS, Filter, Indicator

Fact = Mapping[str, Any]


def measured(
    indicator: Indicator, facts: Iterable[Fact], *, on: dt.date, heads: int | Decimal | None = None
) -> dict[str, Any]:
    """What an indicator says of these facts on a day: n, and as the measure has them passed, value.

    A fact may carry `times`, the number of like facts it stands for. A fact without `happened_on`
    happened on the day asked about. `heads` are those that the table of a measure `per` has of all places together.
    `value` is None where nothing can be divided.
    """
    known = [{"times": 1, "happened_on": on} | dict(fact) for fact in facts]
    among = _chosen(known, indicator.filters, indicator, on)
    if indicator.method in DESIGNS:
        return _weighted(among, indicator)
    if indicator.measure in ("rate", "share"):
        n, passed = _units(among, indicator)
        return {"n": n, "passed": passed, "value": _divided(passed, n)}
    if indicator.measure == "count":
        n, _ = _units(among, indicator)
        return {"n": n, "value": n}
    if indicator.measure == "sum":
        return {"n": _times(among), "value": _sum(among, indicator.adds)}
    if indicator.measure == "mean":
        return {"n": _times(among), "value": _divided(_sum(among, indicator.adds), _times(among))}
    if indicator.measure == "median":
        values = [Decimal(str(fact[indicator.adds])) for fact in among for _time in range(int(fact["times"]))
                  if fact.get(indicator.adds) is not None]  # fmt: skip
        return {"n": _times(among), "value": median(values) if values else None}
    if indicator.measure == "ratio":
        over = _chosen(known, indicator.divisor, indicator, on)
        top, bottom = _quantity(among, indicator, indicator.adds), _quantity(over, indicator, indicator.over_adds)
        return {"n": _times(over), "value": _divided(top, bottom)}
    if indicator.measure == "per":
        n, _ = _units(among, indicator)
        if heads is None:
            standing = indicator.model_copy(update={"window": "standing", "unit": "record"})
            heads = _times(_chosen(known, indicator.divisor, standing, on))
        return {"n": n, "value": _divided(n * indicator.each, heads)}
    before = _chosen(known, indicator.filters, indicator, add_months(on, -12))
    now, then = (_quantity(some, indicator, indicator.adds) for some in (among, before))
    return {"n": _times(among), "value": _divided(now - then, then)}


def _weighted(facts: list[dict[str, Any]], indicator: Indicator) -> dict[str, Any]:
    """A rate by the design of the draw; facts without a known weight carry no design and are left out."""
    drawn = [fact | {"value": fact["weight"]} for fact in facts if fact.get("weight") is not None]
    passing = _kept(drawn, indicator.passing)
    return {"n": _times(drawn), "passed": _times(passing), "value": _divided(_sum(passing), _sum(drawn))}


def _kept(facts: list[dict[str, Any]], conditions: tuple[Filter, ...]) -> list[dict[str, Any]]:
    return [fact for fact in facts if all(condition.keeps(fact) for condition in conditions)]


def _chosen(
    facts: list[dict[str, Any]], conditions: tuple[Filter, ...], indicator: Indicator, on: dt.date
) -> list[dict[str, Any]]:
    first, last = indicator.period(on)
    found = [
        fact for fact in facts if (first is None or first <= fact["happened_on"]) and fact["happened_on"] <= last
    ]
    if indicator.window == "standing":
        lasting = [fact for fact in found if fact.get("until_on") is None or fact["until_on"] >= on]
        found = _latest(_kept(lasting, conditions[:1]), indicator)
    return _kept(found, conditions)


def _latest(facts: list[dict[str, Any]], indicator: Indicator) -> list[dict[str, Any]]:
    """The last fact of each subject: what stands on the day. What is of no subject stands for none."""
    latest: dict[Any, dict[str, Any]] = {}
    for fact in sorted(facts, key=lambda fact: fact["happened_on"]):
        latest[fact.get(indicator.unit_column or "key")] = fact
    latest.pop(None, None)
    return list(latest.values())


def _units(facts: list[dict[str, Any]], indicator: Indicator) -> tuple[int, int]:
    """How many units there are, and how many of them meet `of` with every one of their facts."""
    if indicator.unit_column is None:
        return _times(facts), _times(_kept(facts, indicator.passing))
    meets: dict[Any, bool] = {}
    for fact in facts:
        unit = fact.get(indicator.unit_column)
        if unit is not None:
            meets[unit] = meets.get(unit, True) and bool(_kept([fact], indicator.passing))
    return len(meets), sum(meets.values())


def _quantity(facts: list[dict[str, Any]], indicator: Indicator, adds: str) -> Decimal:
    return _sum(facts, adds) if indicator.quantity == "sum" else Decimal(_units(facts, indicator)[0])


def _times(facts: list[dict[str, Any]]) -> int:
    return sum(int(fact["times"]) for fact in facts)


def _sum(facts: list[dict[str, Any]], column: str = "value") -> Decimal:
    return sum((Decimal(str(fact[column])) * fact["times"] for fact in facts), Decimal(0))


def _divided(top: int | Decimal, bottom: int | Decimal) -> Decimal | None:
    return Decimal(top) / Decimal(bottom) if bottom else None

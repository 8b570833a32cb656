"""Every indicator again, the slow and obvious way: record versions as rows, plain loops, textbook formulas."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import exp, log, nan, sqrt
from statistics import median
from typing import Any

from django.conf import settings
from django.utils import timezone
from scipy import stats
from tests.insight.indicators import matters

from banyan import policy
from banyan.kit.models import Version
from banyan.policy.kinds.indicator import Filter, Indicator

JUDGED = ("passed", "failed")
MADE = {
    "origin_county": "origin_county_id", "organisation": "maker_id", "counterparty": "seller_id", "park": "park_id",
    "industry": "industry_id", "size": "size", "stage": "stage", "laboratory": "laboratory_id",
}  # fmt: skip
ACT = {
    "scheme": "scheme", "level": "level", "county": "county_id", "product": "product_class_id", "drawn": "drawn",
    "stratum": "stratum", "cluster": "cluster", "weight": "weight",
}  # fmt: skip
VISIT = {"refused": ("refused", "case_opened"), "not_sampled": ("not_sampled",)}
RECALL_DAYS = ("begun_on", "lead_on", "published_on", "publish_by", "completed_on", "complete_by")
Group = tuple[Any, ...]
UPPER = (
    1 + float(policy.load(settings.BANYAN_PACKS).value("indicators.confidence_level", on=date(2024, 1, 1)).value)
) / 2
"""Of a symmetric interval at the level that the packs order: what lies below its upper limit."""


def facts_known_on(day: date) -> list[dict[str, Any]]:
    """What the last version of each record up to the end of a day states."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for version in Version.objects.order_by("id"):
        if timezone.localdate(version.at) <= day:
            last.pop((version.noun, version.key), None)  # what was said last comes last
            last[version.noun, version.key] = json.loads(version.state)
    return [
        fact
        for (noun, key), state in last.items()
        if not state.get("withdrawn_on")
        for fact in _stated(noun, key, state)
    ]


def _stated(noun: str, key: str, state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    def taken(columns: dict[str, str]) -> dict[str, Any]:
        return {name: None if state.get(field) == "" else state.get(field) for name, field in columns.items()}

    if noun == "registry.park":
        founded = date.fromisoformat(state.get("founded_on") or "1949-10-01")
        yield {"kind": "registry.park_on_record", "park": key, "county": state.get("county_id"), "passed": False,
               "happened_on": founded, "key": key, "value": None}  # fmt: skip
    if noun in ("registry.park_enrolment", "registry.certificate"):
        until = state.get("until_on")
        yield {
            **taken({"park": "park_id", "county": "county_id", "industry": "industry_id", "size": "size",
                     "item": "kind"}),
            "kind": "registry.park_enrolled" if noun.endswith("enrolment") else "registry.certificate_held",
            "passed": True, "key": key, "value": None,
            "happened_on": date.fromisoformat(state.get("since_on") or state["from_on"]),
            "until_on": date.fromisoformat(until) if until else None,
        }  # fmt: skip
    if noun == "registry.certificate":
        for place, before in enumerate(state.get("moved") or (), start=1):
            yield {
                **taken({"industry": "industry_id", "size": "size", "item": "kind"}), "park": before["park_id"],
                "county": before["county_id"], "kind": "registry.certificate_held_before", "passed": True,
                "key": f"{key}/{place}", "happened_on": date.fromisoformat(before["from_on"]), "value": None,
                "until_on": date.fromisoformat(before["until_on"]),
            }  # fmt: skip
    if noun == "inspection.sample" and state.get("conclusion") in JUDGED:
        yield {
            **taken(ACT), **taken(MADE), "kind": "inspection.sample_judged", "key": key, "value": None,
            "passed": state.get("conclusion") == "passed", "grade": state.get("grade") or None,
            "happened_on": date.fromisoformat(state["sampled_on"]),
        }  # fmt: skip
    if noun == "inspection.result":
        for place, item in enumerate(state["items"]):
            if item.get("conclusion") in JUDGED:
                yield {
                    **taken(ACT), **taken(MADE), "kind": "inspection.item_judged", "key": f"{key}/{place}",
                    "passed": item.get("conclusion") == "passed", "item": item.get("item"), "value": None,
                    "happened_on": date.fromisoformat(state["sampled_on"]),
                }  # fmt: skip
    if noun == "recall.recall":
        goods = {
            **taken({"county": "county_id", "organisation": "maker_id", "product": "product_class_id",
                     "cause": "cause", "basis": "basis", "regime": "regime"}),
            "key": key, "value": None,
        }  # fmt: skip
        days = {name: date.fromisoformat(state[name]) if state.get(name) else None for name in RECALL_DAYS}
        if state["state"] != "cancelled":
            yield goods | {"kind": "recall.begun", "happened_on": days["begun_on"], "passed": None}
        for kind, done, term in (
            ("published", days["published_on"], days["publish_by"]),
            ("completed", days["completed_on"], days["complete_by"]),
        ):
            if done:
                waited = float((done - days["lead_on"]).days) if kind == "published" and days["lead_on"] else None
                yield goods | {"kind": f"recall.{kind}", "happened_on": done, "value": waited,
                               "passed": done <= term if term else None}  # fmt: skip
    if noun == "recall.holding" and state.get("told_on"):
        yield {
            **taken({"county": "county_id", "organisation": "party_id"}), "kind": "recall.holder_told", "key": key,
            "value": None, "passed": bool(state.get("stated_on")),
            "happened_on": date.fromisoformat(state["told_on"]),
        }  # fmt: skip
    if noun.startswith("equipment."):
        yield from _of_equipment(
            noun,
            state,
            {**taken({"county": "county_id", "organisation": "user_unit_id", "item": "kind"}), "key": key},
        )
    if noun.startswith(("complaints.", "casework.", "emergency.")):
        yield from matters.facts_of(noun, state, key, taken)
    if noun == "trace.day":
        for line in state["firms"]:
            if line["events"]:
                yield line | {
                    "kind": "traceability.day", "key": f"{key}/{line['organisation_id']}", "value": line["events"],
                    "county": state.get("county_id"), "organisation": line["organisation_id"],
                    "happened_on": date.fromisoformat(state["on"]), "passed": not line["late"],
                }  # fmt: skip
    if noun == "inspection.task":
        for kind, states in VISIT.items():
            if state.get("state") in states:
                reason = (state.get("not_sampled_reason") or None) if kind == "not_sampled" else None
                yield {
                    **taken(ACT), "kind": f"inspection.{kind}", "key": key, "item": reason, "value": None,
                    "organisation": state.get("organisation_id"),
                    "happened_on": date.fromisoformat(state["visited_on"]),
                }  # fmt: skip


def figures(indicator: Indicator, facts: list[dict[str, Any]], *, on: date, by: Sequence[str]) -> dict[Group, Any]:
    """Per group: n, passed, value, low, high."""
    first, last = _window(indicator.window, on)
    divisors = facts
    if indicator.window == "standing":
        if indicator.measure == "ratio":
            divisors = _standing(indicator.model_copy(update={"among": indicator.over}), facts, on=on)
        facts = _standing(indicator, facts, on=on)
    groups = _grouped(_kept(facts, indicator.filters, first, last), by)
    if not by and indicator.method not in ("stratified_rate", "clustered_rate", "weighted_rate"):
        groups.setdefault((), [])
    if indicator.method.endswith("_rate"):
        drawn = {group: [fact for fact in some if fact["weight"] is not None] for group, some in groups.items()}
        sizes = _clusters_per_stratum([fact for some in drawn.values() for fact in some])
        return {group: _estimated(indicator, some, sizes) for group, some in drawn.items() if some}
    if indicator.measure == "per":
        standing = indicator.model_copy(update={"among": indicator.over or indicator.among, "unit": "record"})
        others = _grouped(_standing(standing, divisors, on=on) if indicator.over else [], by)
    elif indicator.measure == "ratio":
        others = _grouped(_kept(divisors, indicator.divisor, first, last), by)
    elif indicator.measure == "growth":
        earlier = _window(indicator.window, _a_year_before(on))
        others = _grouped(_kept(facts, indicator.filters, *earlier), by)
    else:
        others = {}
    return {
        group: _plain(indicator, some, others.get(group, []), heads=_heads(indicator, group, on=on))
        for group, some in groups.items()
    }


def _heads(indicator: Indicator, group: Group, *, on: date) -> float:
    """What the table of a measure per has of a county, or of all."""
    if indicator.heads is None:
        return 0.0
    asked = indicator.heads
    rows = policy.load(settings.BANYAN_PACKS).table(asked.table, on=on)
    return float(sum(row[asked.column] for row in rows if group in ((), (row[asked.place],))))


def _standing(indicator: Indicator, facts: list[dict[str, Any]], *, on: date) -> list[dict[str, Any]]:
    """Of each unit the last fact that has begun and not ended."""
    newest: dict[Any, dict[str, Any]] = {}
    for fact in facts:
        if fact["kind"] not in (indicator.filters[0].any_of or ()):
            continue
        if fact["happened_on"] > on or (fact.get("until_on") or date.max) < on:
            continue
        unit = fact.get(indicator.unit_column or "key")
        if unit is not None and (unit not in newest or newest[unit]["happened_on"] <= fact["happened_on"]):
            newest[unit] = fact
    return list(newest.values())


def beside(
    indicator: Indicator, facts: list[dict[str, Any]], *, on: date, by: Sequence[str], group: Group
) -> dict[str, int | None] | None:
    """Refusals and visits without a sample of one group; None where a visit does not know the dimension."""
    if indicator.filters[0].any_of != ("inspection.sample_judged",):
        return None
    told = ("scheme", "level", "drawn", "county", "product")
    if not set(by) <= set(told):
        return None
    first, last = _window(indicator.window, on)
    filters = [one for one in indicator.filters if one.column in told]
    return {
        kind: len(_grouped(_kept(facts, [Filter("kind", (f"inspection.{kind}",)), *filters], first, last), by)
                  .get(group, []))
        for kind in VISIT
    }  # fmt: skip


def _a_year_before(on: date) -> date:
    return date(on.year - 1, on.month, 28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)


def _window(window: str, on: date) -> tuple[date, date]:
    first = {
        "calendar_year": date(on.year, 1, 1),
        "calendar_quarter": date(on.year, {1: 1, 2: 4, 3: 7, 4: 10}[(on.month + 2) // 3], 1),
        "last_12_months": _a_year_before(on) + timedelta(days=1),
    }
    return first.get(window, date.min), on


def _kept(facts: list[dict[str, Any]], filters: Sequence[Filter], first: date, last: date) -> list[dict[str, Any]]:
    return [
        fact for fact in facts
        if first <= fact["happened_on"] <= last and all(_meets(fact, one) for one in filters)
    ]  # fmt: skip


def _meets(fact: dict[str, Any], condition: Filter) -> bool:
    cell = fact.get(condition.column)
    if condition.any_of is None:
        return (cell is not None) is condition.known
    return cell is not None and cell in condition.any_of


def _grouped(facts: list[dict[str, Any]], by: Sequence[str]) -> dict[Group, list[dict[str, Any]]]:
    groups: dict[Group, list[dict[str, Any]]] = defaultdict(list)
    for fact in facts:
        groups[tuple(fact.get(name) for name in by)].append(fact)
    return groups


def _of_equipment(noun: str, state: dict[str, Any], thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The facts of equipment, its inspections and rescues that indicators count."""
    days = {name: date.fromisoformat(day) for name, day in state.items() if name.endswith(("_on", "_since")) and day}
    if noun == "equipment.equipment" and state["state"] == "in_use":
        used = thing | {"happened_on": days["used_since"], "passed": None, "value": None}
        yield used | {"kind": "equipment.in_use", "until_on": None}
        if "due_on" in days:
            yield used | {"kind": "equipment.in_date", "until_on": days["due_on"]}
    if noun == "equipment.inspection" and state["what"] != "supervision":
        yield thing | {
            "kind": "equipment.inspected", "happened_on": days["done_on"], "value": None,
            "passed": state.get("passed"),
            "in_time": "was_due_on" not in days or days["done_on"] <= days["was_due_on"],
        }  # fmt: skip
    if noun == "equipment.incident" and state.get("level"):
        yield thing | {
            "kind": "equipment.incident", "happened_on": days["happened_on"], "value": None, "passed": None
        }  # fmt: skip
    if noun == "equipment.rescue" and state.get("arrival_minutes") is not None:
        yield thing | {
            "kind": "equipment.rescue_arrived", "happened_on": days["called_on"], "value": state["arrival_minutes"],
            "passed": state["arrival_minutes"] <= state["arrive_within"],
        }  # fmt: skip


def _units(indicator: Indicator, facts: list[dict[str, Any]], adds: str) -> list[tuple[bool, float]]:
    """Per unit: whether it passes, and the sum of a column."""
    column = indicator.unit_column
    of_unit: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for fact in facts:
        name = fact["key"] if column is None else fact.get(column)
        if name is not None:
            of_unit[name].append(fact)
    return [
        (
            all(_meets(fact, one) for fact in some for one in indicator.passing),
            sum(fact.get(adds) or 0 for fact in some),
        )
        for some in of_unit.values()
    ]


def _plain(
    indicator: Indicator, facts: list[dict[str, Any]], others: list[dict[str, Any]], *, heads: float = 0.0
) -> dict[str, Any]:
    units = _units(indicator, facts, indicator.adds)
    n, passed, total = len(units), sum(unit[0] for unit in units), sum(unit[1] for unit in units)
    if indicator.measure in ("rate", "share"):
        value = passed / n if n else nan
        low, high = _interval(indicator.method, passed, n) if n else (nan, nan)
    else:
        adds = indicator.over_adds if indicator.measure == "ratio" else indicator.adds
        other_units = _units(indicator, others, adds)
        ours, theirs = float(n), float(len(other_units))
        if indicator.quantity == "sum":
            ours, theirs = total, sum(unit[1] for unit in other_units)
        quotient = ours / theirs if theirs else nan
        many = heads or float(len(others))
        told = [fact[indicator.adds] for fact in facts if fact[indicator.adds] is not None]
        value = low = high = {
            "median": median(told) if told else nan, "count": float(n), "sum": total,
            "mean": total / n if n else nan, "ratio": quotient, "growth": quotient - 1,
            "per": indicator.each * n / many if many else nan,
        }[indicator.measure]  # fmt: skip
    return {"n": n, "passed": passed, "value": value, "low": low, "high": high}


def _interval(method: str, x: int, n: int) -> tuple[float, float]:
    p, z = x / n, stats.norm.ppf(UPPER)
    if method == "census":
        return p, p
    if method == "wilson":
        centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (centre - half) / (1 + z * z / n)), min(1.0, (centre + half) / (1 + z * z / n))
    if method == "clopper-pearson":
        return _exact(x, n)
    raise NotImplementedError(f"write the obvious formula of {method} here")


def _exact(x: float, n: float) -> tuple[float, float]:
    low = stats.beta.ppf(1 - UPPER, x, n - x + 1) if x > 0 else 0.0
    return low, stats.beta.ppf(UPPER, x + 1, n - x) if x < n else 1.0


def _cluster(fact: dict[str, Any]) -> tuple[str, str]:
    names = (fact["cluster"], fact["organisation"], fact["key"])
    return fact["stratum"] or "-", next(name for name in names if name is not None)


def _clusters_per_stratum(facts: list[dict[str, Any]]) -> dict[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for stratum, _name in {_cluster(fact) for fact in facts}:
        sizes[stratum] += 1
    return sizes


def _estimated(indicator: Indicator, facts: list[dict[str, Any]], sizes: dict[str, int]) -> dict[str, Any]:
    """A weighted rate, its variance between clusters within strata, and a logit interval."""
    hits = [float(all(_meets(fact, one) for one in indicator.passing)) for fact in facts]
    weights = [fact["weight"] for fact in facts]
    p = sum(w * hit for w, hit in zip(weights, hits, strict=True)) / sum(weights)
    off: dict[tuple[str, str], float] = defaultdict(float)
    size: dict[tuple[str, str], float] = defaultdict(float)
    for fact, w, hit in zip(facts, weights, hits, strict=True):
        off[_cluster(fact)] += w * (hit - p) / sum(weights)
        size[_cluster(fact)] += w
    variance = 0.0
    for stratum in {name for name, _ in off}:
        held, drawn = [one for (name, _), one in off.items() if name == stratum], sizes[stratum]
        held += [0.0] * (drawn - len(held))
        mean = sum(held) / drawn
        if drawn == 1:
            variance += held[0] ** 2
        else:
            variance += drawn / (drawn - 1) * sum((one - mean) ** 2 for one in held)
    n, freedom = len(facts), len(off) - len({name for name, _ in off})
    if 0 < p < 1 and freedom >= 1 and variance > 1e-9 * p * (1 - p) / n:
        half = stats.t.ppf(UPPER, freedom) * sqrt(variance) / (p * (1 - p))
        low, high = (1 / (1 + exp(-log(p / (1 - p)) - side * half)) for side in (-1, 1))
    else:
        alike = sum(weights) ** 2 / sum(one * one for one in size.values())
        if freedom >= 1 and n > 1:
            alike *= (stats.t.ppf(UPPER, n - 1) / stats.t.ppf(UPPER, freedom)) ** 2
        low, high = _exact(p * alike, alike)
    return {"n": n, "passed": int(sum(hits)), "value": p, "low": low, "high": high}

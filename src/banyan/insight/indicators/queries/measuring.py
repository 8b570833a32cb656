"""From facts to counts: the sums that an indicator needs, grouped by the engine, never row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import numpy as np

from banyan.base.facts import queries as facts
from banyan.policy.kinds.indicator import INTERVALS, Filter, Indicator
from banyan.science import rates

BESIDE = {"refused": "inspection.refused", "not_sampled": "inspection.not_sampled"}
"""What is shown beside a rate of samples and never counted in it."""

LEVEL = 0.95


@dataclass(frozen=True)
class Counts:
    """One line per group: dimensions, units counted, units that passed or the amount, estimate and interval.

    `value`, `low`, `high` are NaN where nothing was counted. `effective` is (passed, n) of a simple random
    sample that would say as much: the sample itself, but for weighted designs.
    """

    groups: tuple[dict[str, str | None], ...]
    n: np.ndarray
    passed: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    effective: tuple[np.ndarray, np.ndarray]
    beside: dict[str, np.ndarray]
    used: Mapping[str, Any]
    warnings: tuple[str, ...] = ()


def measure(
    indicator: Indicator,
    *,
    on: date,
    known_on: date,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
    since: date | None = None,
) -> Counts:
    """Count what an indicator asks for, in its window up to the day `on`, as known at the end of `known_on`.

    `since` replaces the first day of the window. `where` keeps facts whose column is one of some values.
    """
    first, last = indicator.period(on)
    first = since or first
    told = _window(indicator.filters, first=first, last=last, known_on=known_on, where=where)
    if indicator.measure == "rate" and indicator.method.endswith("_rate"):
        return _estimate(indicator, told, by)
    lines = _grouped(indicator, told, by)
    groups = tuple({name: line[name] for name in by} for line in lines)
    n = np.array([line["n"] for line in lines], dtype=float)
    passed = np.array([line["passed"] for line in lines], dtype=float)
    if indicator.measure in ("rate", "share"):
        value, low, high = _rate(indicator, n, passed)
        effective = (passed, n)
    else:
        value = _amount(indicator, lines, n, on=on, known_on=known_on, by=by, where=where, first=first)
        low = high = value
        effective = (value, n)
    beside = _beside(indicator, groups, first=first, last=last, known_on=known_on, by=by, where=where)
    return Counts(groups, n, passed, value, low, high, effective, beside, _fingerprint(lines))


def measure_by_quarter(
    indicator: Indicator,
    *,
    first: date,
    last: date,
    known_on: date,
    where: Mapping[str, Sequence[str]] | None = None,
) -> tuple[list[tuple[int, int]], Counts]:
    """The same for every quarter between two days, each quarter for itself, in one question to the engine.

    Returns (year, quarter) pairs beside the counts. Only for rates and shares of plain intervals and for counts.
    """
    told = _window(indicator.filters, first=first, last=last, known_on=known_on, where=where)
    told = told.mutate(_year=told.happened_on.year(), _quarter=told.happened_on.quarter())
    lines = _grouped(indicator, told, ("_year", "_quarter"))
    n = np.array([line["n"] for line in lines], dtype=float)
    passed = np.array([line["passed"] for line in lines], dtype=float)
    value, low, high = _rate(indicator, n, passed) if indicator.measure in ("rate", "share") else (n, n, n)
    quarters = [(line["_year"], line["_quarter"]) for line in lines]
    return quarters, Counts(tuple({} for _line in lines), n, passed, value, low, high, (passed, n), {}, {})


def conditions(table: Any, filters: Sequence[Filter], where: Mapping[str, Sequence[str]] | None = None) -> Any:
    """A table of facts under the conditions of an indicator and of a question."""
    tests = _tests(table, filters, where)
    return table.filter(tests) if tests else table


def _tests(table: Any, filters: Sequence[Filter], where: Mapping[str, Sequence[str]] | None) -> list[Any]:
    tests = []
    for condition in filters:
        column = table[condition.column]
        if condition.any_of is not None:
            tests.append(column.isin(list(condition.any_of)))
        else:
            tests.append(column.notnull() if condition.known else column.isnull())
    tests += [table[name].isin(list(values)) for name, values in (where or {}).items()]
    return tests


def _window(
    filters: Sequence[Filter],
    *,
    first: date | None,
    last: date,
    known_on: date,
    where: Mapping[str, Sequence[str]] | None,
) -> Any:
    kinds = list(filters[0].any_of or ())
    years = None if first is None else range(first.year, last.year + 1)
    told = facts.facts(kinds, known_on=known_on, years=years)
    tests = [told.happened_on <= last, *([told.happened_on >= first] if first is not None else [])]
    return told.filter([*tests, *_tests(told, [one for one in filters if one.column != "kind"], where)])


def _grouped(indicator: Indicator, told: Any, by: Sequence[str]) -> list[dict[str, Any]]:
    """n, passed and the sum of values per group, in the order of the groups, and which facts were counted."""
    passing = _passing(told, indicator.passing)
    column = indicator.unit_column
    if column is None:
        sums = told.group_by(list(by)) if by else told
        table = sums.agg(n=told.count(), passed=passing.sum(), total=told.value.sum(), **_used(told))
    else:
        told = told.mutate(_passing=passing).filter(told[column].notnull())
        units = told.group_by(list(dict.fromkeys([*by, column]))).agg(
            _passing=told._passing.min(), value=told.value.sum(), **_used(told)
        )
        sums = units.group_by(list(by)) if by else units
        table = sums.agg(
            n=units.count(), passed=units._passing.sum(), total=units.value.sum(), facts=units.facts.sum(),
            fact_sum=units.fact_sum.sum(), first=units["first"].min(), last=units["last"].max(),
        )  # fmt: skip
    lines = table.to_pyarrow().to_pylist()
    for line in lines:
        line["passed"] = line["passed"] or 0
    return sorted(lines, key=lambda line: tuple((line[name] is None, line[name] or 0) for name in by))


def _used(told: Any) -> dict[str, Any]:
    """Sums from which `_fingerprint` tells whether the same facts were counted."""
    return {
        "facts": told.count(),
        "fact_sum": told.fact.cast("decimal(38, 0)").sum(),
        "first": told.fact.min(),
        "last": told.fact.max(),
    }


def _passing(told: Any, filters: Sequence[Filter]) -> Any:
    """1 where a fact meets `of`, 0 where it does not (or the column is unknown)."""
    if not filters:
        return told.fact.notnull().cast("int32")
    parts = []
    for condition in filters:
        column = told[condition.column]
        if condition.any_of is None:
            parts.append(column.notnull() if condition.known else column.isnull())
        else:
            parts.append(column.isin(list(condition.any_of)).fill_null(False))
    return reduce(lambda one, other: one & other, parts).cast("int32")


def _rate(indicator: Indicator, n: np.ndarray, passed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(n > 0, passed / n, np.nan)
    if indicator.method == "census":
        return value, value, value
    method = indicator.method if indicator.method in INTERVALS else "wilson"
    low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
    some = n > 0
    if some.any():
        low[some], high[some] = rates.binomial_interval(passed[some], n[some], method=method, level=LEVEL)
    return value, low, high


def _amount(
    indicator: Indicator,
    lines: list[dict[str, Any]],
    n: np.ndarray,
    *,
    on: date,
    known_on: date,
    by: Sequence[str],
    where: Mapping[str, Sequence[str]] | None,
    first: date | None,
) -> np.ndarray:
    """Counts, sums, means, ratios and growths, where everything was counted and there is no interval."""
    totals = np.array([line["total"] or 0.0 for line in lines], dtype=float)
    if indicator.measure == "count":
        return n
    if indicator.measure == "sum":
        return totals
    if indicator.measure == "mean":
        return np.where(n > 0, totals / np.maximum(n, 1), np.nan)
    ours = totals if indicator.quantity == "sum" else n
    if indicator.measure == "ratio":
        told = _window(indicator.divisor, first=first, last=on, known_on=known_on, where=where)
    else:
        earlier, until = indicator.period(date(on.year - 1, on.month, min(on.day, 28 if on.month == 2 else on.day)))
        told = _window(indicator.filters, first=earlier, last=until, known_on=known_on, where=where)
    plain = indicator.model_copy(update={"of": None})
    theirs = {tuple(line[name] for name in by): line for line in _grouped(plain, told, by)}
    column = "total" if indicator.quantity == "sum" else "n"
    other = np.array([theirs.get(tuple(line[name] for name in by), {}).get(column) or np.nan for line in lines])
    with np.errstate(invalid="ignore", divide="ignore"):
        return ours / other if indicator.measure == "ratio" else ours / other - 1


def _estimate(indicator: Indicator, told: Any, by: Sequence[str]) -> Counts:
    """A design-based rate: sums per domain, stratum and cluster from the engine, variance from science.

    Only facts with a known weight carry the design; what is left out is said in a warning. Strata are counted
    over the whole question, so that a domain's variance knows of the units drawn outside it.
    """
    whole = told.agg(**_used(told)).to_pyarrow().to_pylist()
    used = _fingerprint(whole)
    told = told.mutate(_passing=_passing(told, indicator.passing))
    drawn = told.filter(told.weight.notnull())
    left_out = whole[0]["facts"] - int(drawn.count().to_pyarrow().as_py())
    drawn = drawn.mutate(
        _stratum=drawn.stratum.fill_null("-"),
        _cluster=drawn.cluster.fill_null(drawn.organisation).fill_null(drawn.key),
    )
    cells = (
        drawn.group_by([*by, "_stratum", "_cluster"])
        .agg(
            n=drawn.count(),
            w=drawn.weight.sum(),
            wy=(drawn.weight * drawn._passing).sum(),
            passed=drawn._passing.sum(),
        )
        .to_pyarrow()
        .to_pylist()
    )
    warnings = (f"{left_out} facts without a design weight are left out",) if left_out else ()
    if not cells:
        nothing = np.zeros(0)
        return Counts((), nothing, nothing, nothing, nothing, nothing, (nothing, nothing), {}, used, warnings)
    cells.sort(key=lambda cell: tuple((cell[name] is None, cell[name] or "") for name in by))
    order = {tuple(cell[name] for name in by): None for cell in cells}
    place = {group: f"{index:06d}" for index, group in enumerate(order)}
    estimate = rates.rate_from_sums(
        [cell["n"] for cell in cells], [cell["w"] for cell in cells], [cell["wy"] for cell in cells],
        stratum=[cell["_stratum"] for cell in cells], cluster=[cell["_cluster"] for cell in cells],
        domain=[place[tuple(cell[name] for name in by)] for cell in cells], level=LEVEL,
    )  # fmt: skip
    passed = np.zeros(len(order))
    for cell in cells:
        passed[int(place[tuple(cell[name] for name in by)])] += cell["passed"]
    n = np.asarray(estimate.n, dtype=float)
    value = np.asarray(estimate.value)
    size = np.minimum(np.asarray(estimate.effective_size), n)
    groups = tuple(dict(zip(by, group, strict=True)) for group in order)
    effective = (value * size, size)
    return Counts(
        groups, n, passed, value, np.asarray(estimate.low), np.asarray(estimate.high), effective, {}, used,
        (*warnings, *estimate.warnings),
    )  # fmt: skip


def _beside(
    indicator: Indicator,
    groups: Sequence[Mapping[str, str | None]],
    *,
    first: date | None,
    last: date,
    known_on: date,
    by: Sequence[str],
    where: Mapping[str, Sequence[str]] | None,
) -> dict[str, np.ndarray]:
    """Refusals and visits without a sample, per group, for indicators that count samples.

    A visit knows neither origin nor park nor industry: broken down by these, the number cannot be told.
    """
    if indicator.filters[0].any_of != ("inspection.sample_judged",):
        return {}
    kept = {"scheme", "level", "drawn", "county", "product"}
    if not set(by) <= kept or not set(where or {}) <= kept:
        return {name: np.full(len(groups), np.nan) for name in BESIDE}
    filters = [Filter("kind", tuple(BESIDE.values())), *(one for one in indicator.filters if one.column in kept)]
    told = _window(filters, first=first, last=last, known_on=known_on, where=where)
    table = told.group_by(["kind", *by]).agg(n=told.count()).to_pyarrow().to_pylist()
    counts = {(line["kind"], *(line[name] for name in by)): line["n"] for line in table}
    return {
        name: np.array([counts.get((kind, *group.values()), 0) for group in groups], dtype=float)
        for name, kind in BESIDE.items()
    }


def _fingerprint(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many facts were used and a digest of which: the same facts always give the same one, however grouped."""
    counted = [line for line in lines if line["facts"]]
    sums = (
        sum(line["facts"] for line in counted),
        sum(int(line["fact_sum"]) for line in counted),
        min((line["first"] for line in counted), default=None),
        max((line["last"] for line in counted), default=None),
    )
    text = ":".join(str(one) for one in sums)
    return {"count": sums[0], "digest": hashlib.sha256(text.encode()).hexdigest()[:16]}

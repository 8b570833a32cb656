"""From facts to counts: the sums that an indicator needs, grouped by the engine, never row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from django.conf import settings

from banyan import policy
from banyan.base.facts.queries import Cut, by_quarter, fingerprint, gathered, passing, spread, used_facts
from banyan.insight.indicators.queries import windows
from banyan.insight.indicators.queries.windows import Window
from banyan.kit import terms
from banyan.policy import periods
from banyan.policy.kinds.indicator import INTERVALS, Filter, Indicator
from banyan.science import rates

BESIDE = {"refused": "inspection.refused", "not_sampled": "inspection.not_sampled"}
"""What is shown beside a rate of samples and never counted in it."""

NOTHING = {"n": 0, "passed": 0, "facts": 0, **dict.fromkeys(("total", "median", "fact_sum", "first", "last"))}


def confidence_level(on: date) -> float:
    """The level of every interval that is shown, as the packs order it on a day."""
    return float(policy.load(settings.BANYAN_PACKS).value("indicators.confidence_level", on=on).value)


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
    known_on: date | Cut,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
    since: date | None = None,
) -> Counts:
    """Count what an indicator asks for, in its window up to the day `on`, as known at the end of `known_on`.

    `since` replaces the first day of the window. `where` keeps facts whose column is one of some values.
    """
    return measure_many(indicator, on=on, known_on=known_on, bys=(by,), where=where, since=since)[0]


def measure_many(
    indicator: Indicator,
    *,
    on: date,
    known_on: date | Cut,
    bys: Sequence[Sequence[str]],
    where: Mapping[str, Sequence[str]] | None = None,
    since: date | None = None,
) -> list[Counts]:
    """The same for several breakdowns. The whole and breakdowns by one dimension are one question to the engine."""
    if len(bys) > 1 and any(len(by) > 1 for by in bys):
        return [measure(indicator, on=on, known_on=known_on, by=by, where=where, since=since) for by in bys]
    first, last = indicator.period(on)
    first = since or first
    told = windows.window(
        indicator.filters, first=first, last=last, known_on=known_on, where=where, stands_by=indicator.stands_by
    )
    if indicator.measure == "rate" and indicator.method.endswith("_rate"):
        estimates = _estimate(indicator, told, bys, level=confidence_level(on))
        beside_of = _beside(
            indicator, bys, [one.groups for one in estimates], first=first, last=last, known_on=known_on, where=where
        )
        return [replace(one, beside=beside) for one, beside in zip(estimates, beside_of, strict=True)]
    lines_of = _grouped(indicator, told, bys)
    groups_of = [
        tuple({name: line[name] for name in by} for line in lines) for by, lines in zip(bys, lines_of, strict=True)
    ]
    beside_of = _beside(indicator, bys, groups_of, first=first, last=last, known_on=known_on, where=where)
    others_of: Sequence[Any] = [None] * len(bys)
    if indicator.measure in ("ratio", "growth", "per"):
        others_of = _others(indicator, bys, on=on, known_on=known_on, where=where, first=first)
    counts = []
    for lines, groups, beside, others in zip(lines_of, groups_of, beside_of, others_of, strict=True):
        n = np.array([line["n"] for line in lines], dtype=float)
        passed = np.array([line["passed"] for line in lines], dtype=float)
        if indicator.measure in ("rate", "share"):
            value, low, high = _rate(indicator, n, passed, level=confidence_level(on))
            effective = (passed, n)
        else:
            low = high = value = _amount(indicator, lines, groups, n, others)
            effective = (value, n)
        counts.append(Counts(groups, n, passed, value, low, high, effective, beside, fingerprint(lines)))
    return counts


def measure_by_quarter(
    indicator: Indicator,
    *,
    first: date,
    last: date,
    known_on: date | Cut,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
) -> Counts:
    """The same for every quarter between two days, each quarter for itself, in one question to the engine.

    Groups have `quarter` ("2025-Q1") beside the dimensions of `by`. Only for rates and shares of plain intervals and
    for counts, sums, means and medians.
    """
    told = windows.window(indicator.filters, first=first, last=last, known_on=known_on, where=where)
    (lines,) = _grouped(indicator, told, (("_year", "_quarter", *by),))
    n = np.array([line["n"] for line in lines], dtype=float)
    passed = np.array([line["passed"] for line in lines], dtype=float)
    if indicator.measure in ("rate", "share"):
        value, low, high = _rate(indicator, n, passed, level=confidence_level(last))
    else:
        value = low = high = _amount(indicator, lines, (), n, None)
    groups = tuple(
        {name: line[name] for name in by} | {"quarter": periods.name_of(date(line["_year"], 3 * line["_quarter"], 1))}
        for line in lines
    )
    return Counts(groups, n, passed, value, low, high, (passed, n), {}, {})


def _grouped(indicator: Indicator, told: Window, bys: Sequence[Sequence[str]]) -> list[list[dict[str, Any]]]:
    """Per breakdown: n, passed and the sum of values of its groups in order, and which facts were counted."""
    column = indicator.unit_column

    def sums_of(told: Any) -> Any:
        if "_quarter" in bys[0]:
            told = by_quarter(told)
        told, names = spread(told, bys)
        passes, amount = passing(told, indicator.passing), told[indicator.adds]
        if column is None:
            sums = told.group_by(names) if names else told
            middle = {"median": amount.median()} if indicator.measure == "median" else {}
            return sums.agg(**middle, n=told.count(), passed=passes.sum(), total=amount.sum(), **used_facts(told))
        told = told.mutate(_passing=passes).filter(told[column].notnull())
        units = told.group_by(list(dict.fromkeys([*names, column]))).agg(
            _passing=told._passing.min(), value=told[indicator.adds].sum(), **used_facts(told)
        )
        sums = units.group_by(names) if names else units
        return sums.agg(
            n=units.count(), passed=units._passing.sum(), total=units.value.sum(), facts=units.facts.sum(),
            fact_sum=units.fact_sum.sum(), first=units["first"].min(), last=units["last"].max(),
        )  # fmt: skip

    columns = [column, indicator.adds, *(one.column for one in indicator.passing)]
    key = ("sums", indicator.measure == "median", indicator.passing, column, indicator.adds)
    lines_of = gathered(told.ask(key, sums_of, columns, bys), bys)
    for by, lines in zip(bys, lines_of, strict=True):
        if not by and not lines:
            lines.append(dict(NOTHING))
        for line in lines:
            line["passed"] = line["passed"] or 0
        lines.sort(key=lambda line: tuple((line[name] is None, line[name] or 0) for name in by))
    return lines_of


def _rate(
    indicator: Indicator, n: np.ndarray, passed: np.ndarray, *, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(n > 0, passed / n, np.nan)
    if indicator.method == "census":
        return value, value, value
    method = indicator.method if indicator.method in INTERVALS else "wilson"
    low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
    some = n > 0
    if some.any():
        low[some], high[some] = rates.binomial_interval(passed[some], n[some], method=method, level=level)
    return value, low, high


def _amount(
    indicator: Indicator,
    lines: list[dict[str, Any]],
    groups: Sequence[Mapping[str, str | None]],
    n: np.ndarray,
    others: Mapping[tuple[Any, ...], float] | None,
) -> np.ndarray:
    """Counts, sums, means, medians, ratios and growths, where everything was counted and there is no interval."""
    totals = np.array([line["total"] or 0.0 for line in lines], dtype=float)
    if indicator.measure == "count":
        return n
    if indicator.measure == "sum":
        return totals
    if indicator.measure == "median":
        return np.array([line["median"] for line in lines], dtype=float)
    if indicator.measure == "mean":
        return np.where(n > 0, totals / np.maximum(n, 1), np.nan)
    ours = totals if indicator.quantity == "sum" else n
    other = np.array([(others or {}).get(tuple(group.values())) or np.nan for group in groups])
    with np.errstate(invalid="ignore", divide="ignore"):
        if indicator.measure == "per":
            return indicator.each * n / other
        return ours / other if indicator.measure == "ratio" else ours / other - 1


def _others(
    indicator: Indicator,
    bys: Sequence[Sequence[str]],
    *,
    on: date,
    known_on: date | Cut,
    where: Mapping[str, Sequence[str]] | None,
    first: date | None,
) -> list[dict[tuple[Any, ...], float]]:
    """Per breakdown and group, what a ratio is divided by and what a growth is compared with."""
    if indicator.heads:
        return [_heads(indicator, by, on=on, where=where or {}) for by in bys]
    if indicator.measure in ("ratio", "per"):  # per is of what stands on the day, however long the time before it
        begun, stands_by = (None, "key") if indicator.measure == "per" else (first, indicator.stands_by)
        told = windows.window(
            indicator.divisor, first=begun, last=on, known_on=known_on, where=where, stands_by=stands_by
        )
    else:
        earlier, until = indicator.period(date(on.year - 1, on.month, min(on.day, 28 if on.month == 2 else on.day)))
        told = windows.window(
            indicator.filters, first=earlier, last=until, known_on=known_on, where=where,
            stands_by=indicator.stands_by,
        )  # fmt: skip
    column = "total" if indicator.quantity == "sum" else "n"
    adds = indicator.over_adds if indicator.measure == "ratio" else indicator.adds
    counted = {"of": None, "adds": adds} | ({"unit": "record"} if indicator.measure == "per" else {})
    lines_of = _grouped(indicator.model_copy(update=counted), told, bys)
    return [
        {tuple(line[name] for name in by): line[column] for line in lines}
        for by, lines in zip(bys, lines_of, strict=True)
    ]


def _heads(
    indicator: Indicator, by: Sequence[str], *, on: date, where: Mapping[str, Sequence[str]]
) -> dict[tuple[Any, ...], float]:
    """The heads of each county, or of all that are asked about; none where only a part of a county is."""
    heads: Any = indicator.heads
    if {*by, *where} - {"county"}:
        return {}
    of = {(row[heads.place],): float(row[heads.column]) for row in terms.rows(heads.table, on=on)}
    of = {place: count for place, count in of.items() if place[0] in where.get("county", place)}
    return of if by else {(): sum(of.values())}


def _estimate(indicator: Indicator, told: Window, bys: Sequence[Sequence[str]], *, level: float) -> list[Counts]:
    """Design-based rates: sums per domain, stratum and cluster from the engine, variance from science.

    Only facts with a known weight carry the design; what is left out is said in a warning. Strata are counted
    over the whole question, so that a domain's variance knows of the units drawn outside it.
    """
    (whole,) = told.ask(
        "used and drawn", lambda told: told.agg(**used_facts(told), drawn=told.weight.count()), ["weight"]
    )
    used = fingerprint([whole])
    left_out = whole["facts"] - whole["drawn"]
    warnings = (f"{left_out} facts without a design weight are left out",) if left_out else ()

    def cells_of(told: Any) -> Any:
        told = told.mutate(_passing=passing(told, indicator.passing))
        drawn, names = spread(told.filter(told.weight.notnull()), bys)
        drawn = drawn.mutate(
            _stratum=drawn.stratum.fill_null("-"),
            _cluster=drawn.cluster.fill_null(drawn.organisation).fill_null(drawn.key),
        )
        return drawn.group_by([*names, "_stratum", "_cluster"]).agg(
            n=drawn.count(),
            w=drawn.weight.sum(),
            wy=(drawn.weight * drawn._passing).sum(),
            passed=drawn._passing.sum(),
        )

    columns = ["weight", "stratum", "cluster", "organisation", "key", *(one.column for one in indicator.passing)]
    cells = told.ask(("cells", indicator.passing), cells_of, columns, bys)
    return [
        _estimated(by, of_by, used=used, warnings=warnings, level=level)
        for by, of_by in zip(bys, gathered(cells, bys), strict=True)
    ]


def _estimated(
    by: Sequence[str],
    cells: list[dict[str, Any]],
    *,
    used: Mapping[str, Any],
    warnings: tuple[str, ...],
    level: float,
) -> Counts:
    if not cells:
        nothing = np.zeros(0)
        return Counts((), nothing, nothing, nothing, nothing, nothing, (nothing, nothing), {}, used, warnings)
    cells.sort(
        key=lambda cell: (
            *((cell[name] is None, cell[name] or "") for name in by),
            cell["_stratum"],
            cell["_cluster"],
        )
    )
    order = {tuple(cell[name] for name in by): None for cell in cells}
    place = {group: f"{index:06d}" for index, group in enumerate(order)}
    estimate = rates.rate_from_sums(
        [cell["n"] for cell in cells], [cell["w"] for cell in cells], [cell["wy"] for cell in cells],
        stratum=[cell["_stratum"] for cell in cells], cluster=[cell["_cluster"] for cell in cells],
        domain=[place[tuple(cell[name] for name in by)] for cell in cells], level=level,
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
    bys: Sequence[Sequence[str]],
    groups_of: Sequence[Sequence[Mapping[str, str | None]]],
    *,
    first: date | None,
    last: date,
    known_on: date | Cut,
    where: Mapping[str, Sequence[str]] | None,
) -> list[dict[str, np.ndarray]]:
    """Per breakdown: refusals and visits without a sample of each group, for indicators that count samples.

    A visit knows neither origin nor park nor industry: broken down by these, the number cannot be told.
    """
    if indicator.filters[0].any_of != ("inspection.sample_judged",):
        return [{} for _by in bys]
    kept = {"scheme", "level", "drawn", "county", "product"}
    told_by = [by for by in bys if set(by) <= kept and set(where or {}) <= kept]
    counts: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = {}
    if told_by:
        filters = [Filter("kind", tuple(BESIDE.values())), *(one for one in indicator.filters if one.column in kept)]
        visits = windows.window(filters, first=first, last=last, known_on=known_on, where=where)

        def visits_of(told: Any) -> Any:
            told, names = spread(told, told_by)
            return told.group_by(["kind", *names]).agg(n=told.count())

        lines_of = gathered(visits.ask("visits", visits_of, (), told_by), told_by)
        for by, lines in zip(told_by, lines_of, strict=True):
            counts[tuple(by)] = {(line["kind"], *(line[name] for name in by)): line["n"] for line in lines}
    return [
        {
            name: np.array([counts[tuple(by)].get((kind, *group.values()), 0) for group in groups], dtype=float)
            if tuple(by) in counts else np.full(len(groups), np.nan)
            for name, kind in BESIDE.items()
        }
        for by, groups in zip(bys, groups_of, strict=True)
    ]  # fmt: skip

"""Energy carriers into coal equivalent or CO2, by dated factors that the caller passes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.energy.units import base_units, split_factor


@dataclass(frozen=True, slots=True)
class Factor:
    """One line of a factor table: what a unit of an energy carrier counts as, from one day to another.

    Attributes
    ----------
    energy : str
        Name of the carrier, e.g. ``raw_coal``; electricity at its own heat and at the coal burnt for it are two.
    value : float or None
        The factor; None where the table prints a range only.
    unit : str
        Like ``kgce/kg``, ``kgce/kWh``, ``tCO2/MWh``.
    start, end : date
        First and last day on which it holds; no end: it still holds.
    low, high : float, optional
        The range printed, where there is no single value.
    source : str
        Document and clause.

    Examples
    --------
    >>> Factor("raw_coal", 0.7143, "kgce/kg", start="2008-06-01", source="GB/T 2589-2008, A").value
    0.7143
    """

    energy: str
    value: float | None
    unit: str
    start: str | date
    end: str | date | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A factor as it is used: kilograms per base unit (`value`, `low`); `base` base units are one `per`."""

    start: np.datetime64
    end: np.datetime64
    value: float
    low: float
    dimension: str
    per: str
    scale: float
    base: float
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """Energy carriers converted.

    Attributes
    ----------
    value : ndarray
        Kilograms of coal equivalent (or CO2) per row.
    total : float
        Their sum.
    factor : ndarray
        Factor used, in kilograms per `per`.
    per : tuple of str
        Unit of the carrier that the factor is for.
    source : tuple of str
        Where each factor is written, or ``measured``.
    flagged : ndarray of bool
        Rows that took the lower end of a printed range.
    n, unit, method, warnings
        Rows, ``kgce`` or ``kgCO2``, the thing counted, sentences on the whole.
    """

    value: Floats
    total: float
    factor: Floats
    per: tuple[str, ...]
    source: tuple[str, ...]
    flagged: NDArray[np.bool_]
    n: int
    unit: str
    method: str
    warnings: tuple[str, ...]


def coal_equivalent(
    quantity: ArrayLike,
    *,
    energy: ArrayLike,
    unit: ArrayLike,
    on: ArrayLike,
    factors: Iterable[Factor],
    measured: ArrayLike | None = None,
    ranges: str = "refuse",
) -> Converted:
    """Return quantities of energy carriers as kilograms of coal equivalent.

    Parameters
    ----------
    quantity : array_like, shape (rows,)
        Amounts, zero or more.
    energy, unit : str or array_like of str, shape (rows,)
        Carrier as the factors name it, and the unit of `quantity` (``t``, ``10^4 m3``, ``kWh``, ``GJ``, ...).
    on : date or array_like of dates, shape (rows,)
        Day that decides which factor holds.
    factors : iterable of Factor
        The table. It is checked whole: units, periods that overlap, values that are no numbers.
    measured : array_like, shape (rows,), optional
        Factor from a measured calorific value, in the factor's own unit; NaN where none was measured.
        It goes before the table.
    ranges : {"refuse", "lower"}
        What to do where the table prints a range only: refuse, or take the lower end and flag the row.

    Returns
    -------
    Converted

    Raises
    ------
    ValueError
        A negative amount, an unknown or unfitting unit, a carrier or day without a factor (it is named), a faulty
        table.

    References
    ----------
    GB/T 2589-2008 and 2020. The factor printed there is used, never its heat divided by 29,307.6 kJ.

    Examples
    --------
    >>> table = [Factor("raw_coal", 0.7143, "kgce/kg", start="2008-06-01", source="GB/T 2589, A"),
    ...          Factor("electricity", 0.1229, "kgce/kWh", start="2008-06-01", source="GB/T 2589, A")]
    >>> found = coal_equivalent([120, 50_000], energy=["raw_coal", "electricity"], unit=["t", "kWh"],
    ...                         on="2012-12-31", factors=table)
    >>> found.value.round(1).tolist(), round(found.total, 1), found.unit
    ([85716.0, 6145.0], 91861.0, 'kgce')
    >>> coal_equivalent(1, energy="peat", unit="t", on="2012-12-31", factors=table)
    Traceback (most recent call last):
        ...
    ValueError: energy is peat: factors holds no line for it; it holds electricity, raw_coal
    """
    return _converted(quantity, energy, unit, on, factors, measured, ranges, "coal equivalent")


def carbon_dioxide(
    quantity: ArrayLike,
    *,
    energy: ArrayLike,
    unit: ArrayLike,
    on: ArrayLike,
    factors: Iterable[Factor],
    measured: ArrayLike | None = None,
    ranges: str = "refuse",
) -> Converted:
    """Return the CO2 of energy carriers in kilograms; arguments and errors as in `coal_equivalent`.

    Examples
    --------
    >>> table = [Factor("grid", 0.7035, "kgCO2/kWh", start="2012-01-01", end="2014-12-31", source="a grid, 2012"),
    ...          Factor("grid", 0.6101, "kgCO2/kWh", start="2015-01-01", source="a grid, 2015")]
    >>> carbon_dioxide([10, 10], energy="grid", unit="MWh", on=["2014-12-31", "2015-01-01"],
    ...                factors=table).value.round(1).tolist()
    [7035.0, 6101.0]
    """
    return _converted(quantity, energy, unit, on, factors, measured, ranges, "CO2")


def quantity_used(
    bought: ArrayLike, *, sold: ArrayLike = 0.0, opening_stock: ArrayLike = 0.0, closing_stock: ArrayLike = 0.0
) -> Floats:
    """Return what was used: bought + opening stock - closing stock - sold; refuse a balance below zero.

    Examples
    --------
    >>> quantity_used([100.0, 80.0], opening_stock=[20.0, 5.0], closing_stock=[30.0, 0.0]).tolist()
    [90.0, 85.0]
    """
    given = {"bought": bought, "sold": sold, "opening_stock": opening_stock, "closing_stock": closing_stock}
    parts = {name: arguments.counts(values, name=name, whole=False) for name, values in given.items()}
    b, s, o, c = arguments.fitting(**parts)
    used = b + o - c - s
    fault = "less than nothing was used (bought + opening_stock - closing_stock - sold): a figure is wrong"
    arguments.refuse_where(used < -1e-9 * (b + o), name="quantity used", fault=fault, values=used)
    return np.maximum(used, 0.0)


def _converted(
    quantity: ArrayLike,
    energy: ArrayLike,
    unit: ArrayLike,
    on: ArrayLike,
    factors: Iterable[Factor],
    given: ArrayLike | None,
    ranges: str,
    thing: str,
) -> Converted:
    arguments.choice(ranges, name="ranges", among=("refuse", "lower"))
    amount = np.atleast_1d(arguments.counts(quantity, name="quantity", whole=False))
    if amount.ndim != 1 or not amount.size:
        raise ValueError(f"quantity has shape {amount.shape}: one number per row is needed, and at least one")
    rows = len(amount)
    carriers, units = _texts(energy, "energy", rows), _texts(unit, "unit", rows)
    days = _days(on, "on", rows)
    own = np.full(rows, np.nan)
    if given is not None:
        own = np.broadcast_to(arguments.real(given, name="measured", finite=False), (rows,))
        arguments.refuse_where(own <= 0, name="measured", fault="a factor lies above zero", values=own)
        arguments.refuse_where(np.isinf(own), name="measured", fault="a finite number is needed", values=own)
    table = _checked_table(factors, thing)
    factor, low, scale, size, base = (np.full(rows, np.nan) for _ in range(5))
    per, source = np.full(rows, "", dtype=object), np.full(rows, "", dtype=object)
    for carrier, of, here in _alike(carriers, units):
        for line in _lines(table, carrier, _at(here[0], rows)):
            held = here[(days[here] >= line.start) & (days[here] <= line.end)]
            if held.size:
                size[held] = _size(of, line, _at(held[0], rows), carrier)
                factor[held], low[held], scale[held], base[held] = line.value, line.low, line.scale, line.base
                per[held], source[held] = line.per, line.source
        for i in here[np.isnan(size[here])][:1]:
            spans = ", ".join(f"{line.start} to {line.end}" for line in table[carrier])
            raise ValueError(f"on{_at(i, rows)} is {days[i]}: factors holds {carrier} for {spans} only")
    known = ~np.isnan(own)
    flagged = np.isnan(factor) & ~known
    if flagged.any() and ranges == "refuse":
        i = int(np.flatnonzero(flagged)[0])
        raise ValueError(
            f"energy{_at(i, rows)} is {carriers[i]}: the table prints a range only for it; pass measured, or "
            'ranges="lower" to take its lower end'
        )
    factor = np.where(known, own * scale, np.where(flagged, low, factor))
    source[known] = "measured"
    warnings: tuple[str, ...] = ()
    if flagged.any():
        warnings = (f"{flagged.sum()} of {rows} rows take the lower end of a printed range: measure the heat value",)
    value = amount * size * factor
    return Converted(
        arguments.sealed(value), float(value.sum()), arguments.sealed(factor * base), tuple(per), tuple(source),
        arguments.sealed(flagged), rows, "kgce" if thing == "coal equivalent" else "kgCO2", thing, warnings,
    )  # fmt: skip


def _at(i: int, rows: int) -> str:
    return arguments.place((int(i),)) if rows > 1 else ""


def _alike(carriers: NDArray, units: NDArray) -> Iterator[tuple[str, str, NDArray]]:
    """Yield each pair of carrier and unit with the rows that have it."""
    names, carrier = arguments.labels(carriers, name="energy", length=len(carriers))
    kinds, kind = arguments.labels(units, name="unit", length=len(units))
    pair = carrier * len(kinds) + kind
    order = np.argsort(pair, kind="stable")
    for here in np.split(order, np.flatnonzero(np.diff(pair[order])) + 1):
        yield names[carrier[here[0]]], kinds[kind[here[0]]], here


def _texts(values: ArrayLike, name: str, rows: int) -> NDArray:
    array = np.atleast_1d(np.asarray(values, dtype=object))
    if array.shape not in {(1,), (rows,)}:
        raise ValueError(f"{name} has shape {array.shape}: one text, or one per quantity ({rows},), is expected")
    for i, text in enumerate(array):
        if not isinstance(text, str) or not text:
            raise ValueError(f"{name}{arguments.place((i,))} is {text!r}: a name is needed")
    return np.broadcast_to(array, (rows,))


def _days(values: Any, name: str, rows: int) -> NDArray[np.datetime64]:
    try:
        days = np.atleast_1d(np.asarray(values, dtype="datetime64[D]"))
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} holds something that is not a date: {error}") from error
    arguments.refuse_where(np.isnat(days), name=name, fault="a date is missing", values=days)
    if days.shape not in {(1,), (rows,)}:
        raise ValueError(f"{name} has shape {days.shape}: one date, or one per quantity ({rows},), is expected")
    return np.broadcast_to(days, (rows,))


def _checked_table(factors: Iterable[Factor], thing: str) -> dict[str, list[_Line]]:
    held: Sequence[Factor] = arguments.listed(factors, name="factors", needs="a list of factors")
    for i, one in enumerate(held):
        arguments.made(one, Factor, name=f"factors[{i}]", by="Factor()")
    if not held:
        raise ValueError("factors is empty: a conversion needs a table")
    table: dict[str, list[_Line]] = {}
    for i, one in enumerate(held):
        name = f"factors[{i}] ({one.energy})"
        counted, dimension, per, scale = split_factor(one.unit, name=f"{name}.unit")
        if counted != thing:
            raise ValueError(f"{name}.unit is {one.unit!r}: a factor for {thing} is needed")
        start = _days(one.start, f"{name}.start", 1)[0]
        end = np.datetime64("9999-12-31") if one.end is None else _days(one.end, f"{name}.end", 1)[0]
        if end < start:
            raise ValueError(f"{name} ends on {end}, before it starts on {start}")
        numbers = [number for number in (one.value, one.low, one.high) if number is not None]
        if one.value is None and (one.low is None or one.high is None):
            raise ValueError(f"{name} has neither a value nor a range of low and high")
        if any(not isinstance(x, int | float) or isinstance(x, bool) or not 0 < x < np.inf for x in numbers):
            raise ValueError(f"{name} is {numbers}: a factor is a finite number above zero")
        if one.low is not None and one.high is not None and one.low > one.high:
            raise ValueError(f"{name} has low {one.low} above high {one.high}")
        value = np.nan if one.value is None else one.value * scale
        low = np.nan if one.low is None else one.low * scale
        base = base_units(per, name=name)[1]
        line = _Line(start, end, value, low, dimension, per, scale, base, one.source)
        for other in table.setdefault(one.energy, []):
            if line.start <= other.end and other.start <= line.end:
                raise ValueError(f"{name} from {start} overlaps another line for {one.energy} from {other.start}")
        table[one.energy].append(line)
    return table


def _lines(table: dict[str, list[_Line]], carrier: str, at: str) -> list[_Line]:
    if carrier not in table:
        held = ", ".join(sorted(table))
        raise ValueError(f"energy{at} is {carrier}: factors holds no line for it; it holds {held}")
    return table[carrier]


def _size(of: str, line: _Line, at: str, carrier: str) -> float:
    dimension, size = base_units(of, name=f"unit{at}")
    if dimension != line.dimension:
        raise ValueError(
            f"unit{at} is {of} ({dimension}): the factor of {carrier} is per {line.per} ({line.dimension}); "
            "convert the amount by its measured density or heat first"
        )
    return size

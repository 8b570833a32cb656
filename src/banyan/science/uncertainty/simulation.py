"""Propagation of distributions by Monte Carlo after JCGM 101, with the adaptive stop of its clause 7.9."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.uncertainty.budget import Budget, Correlation
from banyan.science.uncertainty.inputs import Input, callable_model, correlation_matrix, named_inputs

BLOCK = 1 << 15  # draws at once: the inputs of a block stay in the cache
LARGEST = 50_000_000


@dataclass(frozen=True)
class Simulated:
    """Distribution of a result as a Monte Carlo run found it.

    Attributes
    ----------
    value, u : float
        Mean and standard deviation of the drawn results.
    low, high : float
        Ends of the coverage interval.
    level : float
    n : int
        Number of draws.
    tolerance : float
        Numerical tolerance for the asked number of digits (JCGM 101, 7.9.2).
    stable : bool
        Whether mean, u and both ends are known within the tolerance (always False for a fixed number of
        draws too small to tell).
    method : str
    warnings : tuple of str
    """

    value: float
    u: float
    low: float
    high: float
    level: float
    n: int
    tolerance: float
    stable: bool
    method: str
    warnings: tuple[str, ...]


def monte_carlo(
    model: Callable[..., Any],
    inputs: Mapping[str, Input],
    *,
    seed: int | np.random.Generator,
    draws: int | None = None,
    correlation: Correlation | ArrayLike | None = None,
    level: float = 0.95,
    interval: str = "symmetric",
    digits: int = 2,
    most: int = 10_000_000,
) -> Simulated:
    """Distribution of the result when the inputs are drawn from theirs.

    One measurement a call: the draws of its model fill the cache; `budget` takes arrays of measurements.

    Parameters
    ----------
    model : callable
        Takes the inputs by name, as arrays of draws, and gives an array of results.
    inputs : mapping of str to Input
    seed : int or numpy.random.Generator
        The same seed gives the same answer.
    draws : int, optional
        Fixed number of draws, usually 10**6. Without it the run goes on in blocks until mean, standard deviation
        and both ends are stable to `digits` significant digits of u.
    correlation : mapping or array_like, optional
        Between inputs that are normal with infinite degrees of freedom (jointly normal).
    level : float
        Coverage probability.
    interval : str
        "symmetric" (equal probability outside on both sides) or "shortest".
    digits : int
        Significant digits of u that count, 1 or 2.
    most : int
        Give up (with a warning) after so many draws.

    References
    ----------
    JCGM 101:2008 (JJF 1059.2).

    Examples
    --------
    >>> four = {name: Input.rectangular(0, 3**0.5) for name in "abcd"}
    >>> found = monte_carlo(lambda a, b, c, d: a + b + c + d, four, seed=1, draws=200_000)
    >>> round(found.u, 1), round(found.low, 1), round(found.high, 1)
    (2.0, -3.9, 3.9)
    """
    arguments.choice(interval, name="interval", among=("symmetric", "shortest"))
    confidence = arguments.confidence(level)
    if digits not in (1, 2):
        raise ValueError(f"digits is {digits}: JCGM 101 knows 1 or 2 significant digits")
    if draws is not None:
        needs = f"a number between 1,000 and {LARGEST:,}"
        draws = arguments.whole(draws, name="draws", needs=needs, least=1_000, most=LARGEST)
    if not isinstance(seed, np.random.Generator):
        needs = "a generator, or a whole number of 0 or more by which the draws can be repeated,"
        seed = np.random.default_rng(arguments.whole(seed, name="seed", needs=needs, least=0))
    drawer = _Drawer(model, inputs, correlation, seed)
    if draws is not None:
        results = drawer.results(draws)
        found = _summary(results, confidence, interval)
        tolerance = numerical_tolerance(found[1], digits=digits)
        stable = _fixed_is_stable(results, confidence, interval, tolerance)
        return Simulated(*found, confidence, draws, tolerance, stable, f"Monte Carlo, {interval} interval", ())
    return _adaptive(drawer, confidence, interval, digits, most)


def _adaptive(drawer: _Drawer, level: float, interval: str, digits: int, most: int) -> Simulated:
    """Blocks of draws until twice the standard error of each figure lies below the tolerance (7.9.4)."""
    size = max(int(np.ceil(100 / (1 - level))), 10_000)
    blocks: list[Floats] = []
    figures: list[tuple[float, float, float, float]] = []
    stable, tolerance = False, np.nan
    while not stable and len(blocks) * size < most:
        blocks.append(drawer.results(size))
        figures.append(_summary(blocks[-1], level, interval))
        if len(blocks) < 2:
            continue
        spread = np.std(figures, axis=0, ddof=1) / np.sqrt(len(blocks))
        means, deviations = np.array(figures)[:, 0], np.array(figures)[:, 1]
        tolerance = numerical_tolerance(float(np.sqrt((deviations**2).mean() + means.var())), digits=digits)
        stable = bool(np.all(2 * spread <= tolerance)) and len(blocks) >= 10
    results = np.concatenate(blocks)
    found = _summary(results, level, interval)
    warnings = () if stable else (f"not stable to {digits} digits after {results.size:,} draws",)
    method = f"adaptive Monte Carlo, {interval} interval"
    return Simulated(*found, level, results.size, tolerance, stable, method, warnings)


class _Drawer:
    """Draws results in blocks that fit the cache."""

    def __init__(
        self,
        model: Callable[..., Any],
        inputs: Mapping[str, Input],
        correlation: Correlation | ArrayLike | None,
        random: np.random.Generator,
    ) -> None:
        names = named_inputs(inputs)
        self.model, self.inputs, self.random = callable_model(model), dict(inputs), random
        if not names:
            raise ValueError("inputs is empty: a measurement has at least one input")
        matrix = correlation_matrix(names, correlation)
        linked = [name for i, name in enumerate(names) if np.any(np.delete(matrix[i], i) != 0)]
        for name in linked:
            if inputs[name].kind != "normal" or np.isfinite(inputs[name].dof):
                raise ValueError(
                    f"correlation: {name} is not normal with infinite degrees of freedom; draw what is common to the "
                    "inputs as an input of its own instead"
                )
        self.linked = linked
        if linked:
            chosen = [names.index(name) for name in linked]
            scale = np.array([float(inputs[name].u) for name in linked])
            values, vectors = np.linalg.eigh(matrix[np.ix_(chosen, chosen)])
            self.root = scale[:, None] * vectors * np.sqrt(np.maximum(values, 0.0))

    def results(self, size: int) -> Floats:
        """So many results; refused where the model gives something that is no finite number."""
        found = np.empty(size)
        for start in range(0, size, BLOCK):
            count = min(BLOCK, size - start)
            drawn = {
                name: one.draw(self.random, count) for name, one in self.inputs.items() if name not in self.linked
            }
            if self.linked:
                joint = self.root @ self.random.standard_normal((len(self.linked), count))
                for name, part in zip(self.linked, joint, strict=True):
                    drawn[name] = part + float(self.inputs[name].value)
            results = np.asarray(self.model(**drawn), dtype=float)
            if results.shape not in ((count,), ()):
                raise ValueError(f"the model gives the shape {results.shape} for {count} draws: one result per draw")
            found[start : start + count] = results
        if not np.isfinite(found.sum()) and not np.isfinite(found).all():
            wrong = int((~np.isfinite(found)).sum())
            raise ValueError(f"the model gives no finite number for {wrong} of {size} draws")
        return found


def _summary(results: Floats, level: float, interval: str) -> tuple[float, float, float, float]:
    """Mean, standard deviation and coverage interval of drawn results (JCGM 101, 7.6 and 7.7)."""
    size = results.size
    kept = int(np.floor(level * size + 0.5))
    if interval == "symmetric":
        first = (size - kept) // 2
        ordered = np.partition(results, (first, min(first + kept, size - 1)))
        low, high = ordered[first], ordered[min(first + kept, size - 1)]
    else:
        ordered = np.sort(results)
        widths = ordered[kept:] - ordered[: size - kept]
        first = int(widths.argmin())
        low, high = ordered[first], ordered[first + kept]
    return float(results.mean()), float(results.std(ddof=1)), float(low), float(high)


def _fixed_is_stable(results: Floats, level: float, interval: str, tolerance: float) -> bool:
    """Whether ten parts of a run agree as closely as the tolerance asks."""
    parts = results[: results.size // 10 * 10].reshape(10, -1)
    if parts.shape[1] < 100 / (1 - level):
        return False
    # The spread of an end follows from that of the mean and u, which are cheap: a coarse view of all parts.
    thin = parts[:, : max(int(np.ceil(100 / (1 - level))), 10_000)]
    figures = [_summary(part, level, interval) for part in thin]
    error = np.std(figures, axis=0, ddof=1) * np.sqrt(thin.shape[1] / results.size)
    return bool(np.all(2 * error <= tolerance))


def numerical_tolerance(u: ArrayLike, *, digits: int = 2) -> Any:
    """Half of the last significant digit of u (JCGM 101, 7.9.2).

    Examples
    --------
    >>> numerical_tolerance(0.0754, digits=2)
    0.0005
    """
    spreads = arguments.real(u, name="u")
    arguments.refuse_where(spreads < 0, name="u", fault="an uncertainty is not negative", values=spreads)
    digits = arguments.whole(digits, name="digits", needs="a whole number from 1 to 15", least=1, most=15)
    arguments.some(u=spreads)
    some = np.where(spreads > 0, spreads, 1.0)
    tolerance = np.vectorize(lambda size: float(f"{0.5 * 10.0 ** (np.floor(np.log10(size)) - digits + 1):.3g}"))
    return arguments.plain(np.where(spreads > 0, tolerance(some), 0.0))


@dataclass(frozen=True)
class Validation:
    """Whether the first-order budget stands beside the Monte Carlo run (JCGM 101, clause 8)."""

    valid: bool
    low_difference: float
    high_difference: float
    tolerance: float


def validate(found: Budget, simulated: Simulated, *, digits: int = 1) -> Validation:
    """Compare the ends of the intervals; where they differ beyond the tolerance, report the simulation.

    One measurement a call, as `monte_carlo`.

    Parameters
    ----------
    found : Budget
        Of one measurement, for the same coverage probability.
    simulated : Simulated
    digits : int
        Significant digits of u regarded as meaningful.

    Examples
    --------
    >>> inputs = {"x": Input.normal(0.0, 0.005), "y": Input.normal(0.0, 0.005)}
    >>> from banyan.science.uncertainty import budget
    >>> square = lambda x, y: x**2 + y**2
    >>> validate(budget(square, inputs), monte_carlo(square, inputs, seed=4, draws=100_000)).valid
    False
    """
    arguments.made(found, Budget, name="found", by="budget()")
    arguments.made(simulated, Simulated, name="simulated", by="monte_carlo()")
    if found.level != simulated.level:
        raise ValueError(
            f"the budget is for {found.level}, the simulation for {simulated.level}: compare like with like"
        )
    low = abs(float(found.value - found.expanded) - simulated.low)
    high = abs(float(found.value + found.expanded) - simulated.high)
    tolerance = numerical_tolerance(float(found.u) if found.u > 0 else simulated.u, digits=digits)
    return Validation(low <= tolerance and high <= tolerance and bool(found.u > 0), low, high, tolerance)

"""Uncertainty budgets after the GUM: sensitivities, combined and expanded uncertainty, degrees of freedom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.uncertainty.derivatives import gradient, second_order_variance
from banyan.science.uncertainty.inputs import Input, callable_model, correlation_matrix, named_inputs

Correlation = Mapping[tuple[str, str], float]


@dataclass(frozen=True, eq=False)
class BudgetRow:
    """One line of the budget.

    Attributes
    ----------
    name : str
    value, u, dof : ndarray
    sensitivity : ndarray
        Derivative of the model by this input.
    contribution : ndarray
        |sensitivity| · u.
    share : ndarray
        Part of the combined variance, correlations included; the shares add up to 1.
    """

    name: str
    value: Floats
    u: Floats
    dof: Floats
    sensitivity: Floats
    contribution: Floats
    share: Floats


@dataclass(frozen=True, eq=False)
class Budget:
    """Result of a measurement with its uncertainty budget; numbers are arrays where the inputs are.

    Attributes
    ----------
    value, u : ndarray
        Estimate and combined standard uncertainty.
    dof : ndarray
        Effective degrees of freedom (Welch-Satterthwaite); NaN where the formula does not apply.
    k, expanded : ndarray
        Coverage factor and expanded uncertainty for `level`.
    level : float
    rows : tuple of BudgetRow
        In the order of the inputs.
    method : str
    warnings : tuple of str
    """

    value: Floats
    u: Floats
    dof: Floats
    k: Floats
    expanded: Floats
    level: float
    rows: tuple[BudgetRow, ...]
    method: str
    warnings: tuple[str, ...]

    def row(self, name: str) -> BudgetRow:
        """The line of one input."""
        for row in self.rows:
            if row.name == name:
                return row
        raise ValueError(f"{name!r} is no input; the inputs are {', '.join(row.name for row in self.rows)}")


@dataclass(frozen=True, eq=False)
class JointBudget:
    """Several results from the same inputs, and how they are correlated."""

    budgets: dict[str, Budget]
    correlation: Floats
    names: tuple[str, ...]


def budget(
    model: Callable[..., Any],
    inputs: Mapping[str, Input],
    *,
    correlation: Correlation | ArrayLike | None = None,
    together: Sequence[Sequence[str]] = (),
    level: float = 0.95,
    k: float | None = None,
    second_order: bool = False,
    whole_dof: bool = True,
) -> Budget:
    """Uncertainty of a measurement by the law of propagation.

    Parameters
    ----------
    model : callable
        Takes the inputs by name, as numbers or arrays, and gives the result.
    inputs : mapping of str to Input
        Inputs with arrays evaluate many measurements at once.
    correlation : mapping or array_like, optional
        (name, name) to coefficient, or the whole matrix in the order of the inputs.
    together : sequence of sequences of names, optional
        Inputs observed simultaneously (`observed_together`): they count as one component, with their common
        degrees of freedom. Without it correlated inputs of finite freedom leave the effective freedom undefined.
    level : float
        Coverage probability.
    k : float, optional
        Coverage factor to use instead of the t quantile.
    second_order : bool
        Add the terms of second order (GUM 5.1.2, note); for independent inputs.
    whole_dof : bool
        Round the effective degrees of freedom down before the t quantile is taken (GUM G.4.1, JJF 1059.1);
        otherwise the quantile is taken at the fraction (as GTC does).

    Raises
    ------
    ValueError
        Unknown names, impossible correlations, a model that gives no finite number.

    References
    ----------
    JCGM 100:2008 (JJF 1059.1); B. D. Hall, GUM tree calculator (GTC).

    Examples
    --------
    >>> inputs = {"V": Input.normal(10, 0.05, dof=9), "R": Input.normal(50.2, 0.2, dof=4)}
    >>> found = budget(lambda V, R: V**2 / R, inputs)
    >>> found.value.round(4).item(), found.u.round(5).item(), found.dof.round(2).item()
    (1.992, 0.02144, 11.44)
    >>> found.row("V").share.round(3).item()
    0.863
    """
    callable_model(model)
    matrix, groups, confidence = _checked(inputs, correlation, together, level, k)
    values = {name: one.value for name, one in inputs.items()}
    scales = {name: one.u for name, one in inputs.items()}
    value = _value(model(**values))
    slopes = gradient(model, values, scales)
    found = _combined(inputs, value, slopes, matrix, groups, confidence, k, whole_dof)
    if not second_order:
        return found
    if not np.allclose(matrix, np.eye(len(inputs))):
        raise ValueError("second_order: the terms are known for independent inputs; use monte_carlo instead")
    u = np.sqrt(np.maximum(found.u**2 + second_order_variance(model, values, scales, slopes), 0.0))
    warnings = tuple(w for w in found.warnings if "first order" not in w)
    return Budget(value, u, found.dof, found.k, found.k * u, confidence, found.rows, "GUM, second order", warnings)


def joint_budget(
    model: Callable[..., Mapping[str, Any]],
    inputs: Mapping[str, Input],
    *,
    correlation: Correlation | ArrayLike | None = None,
    together: Sequence[Sequence[str]] = (),
    level: float = 0.95,
    whole_dof: bool = True,
) -> JointBudget:
    """Budgets of several results of one model, which gives a mapping of names to results.

    The other arguments are those of `budget`, with single measurements.

    Examples
    --------
    >>> both = joint_budget(lambda a, b: {"sum": a + b, "difference": a - b},
    ...                     {"a": Input.normal(5, 0.3), "b": Input.normal(3, 0.1)})
    >>> both.correlation[0, 1].round(3).item()
    0.8
    """
    callable_model(model)
    matrix, groups, confidence = _checked(inputs, correlation, together, level, None)
    values = {name: one.value for name, one in inputs.items()}
    scales = {name: one.u for name, one in inputs.items()}
    results = model(**values)
    if not isinstance(results, Mapping) or not results:
        raise ValueError(
            f"model gives {type(results).__name__}: it must give its results by name, as {{'sum': a + b}}"
        )
    budgets, vectors = {}, []
    for name in results:
        slopes = gradient(lambda name=name, **given: model(**given)[name], values, scales)
        budgets[name] = _combined(inputs, _value(results[name]), slopes, matrix, groups, confidence, None, whole_dof)
        vectors.append([float(slopes[one]) * float(inputs[one].u) for one in inputs])
    spread = np.array(vectors)
    covariance = spread @ matrix @ spread.T
    scale = np.sqrt(np.diag(covariance))
    with np.errstate(invalid="ignore"):
        joint = covariance / np.outer(scale, scale)
    return JointBudget(budgets, joint, tuple(results))


def coverage_factor(dof: ArrayLike, *, level: float = 0.95) -> Floats:
    """Two-sided t quantile; the normal quantile for infinite degrees of freedom.

    Examples
    --------
    >>> coverage_factor([5, np.inf]).round(3)
    array([2.571, 1.96 ])
    """
    freedom = arguments.real(dof, name="dof", finite=False)
    arguments.some(dof=freedom)
    arguments.refuse_where(~(freedom > 0), name="dof", fault="degrees of freedom lie above 0", values=freedom)
    upper = (1 + arguments.confidence(level)) / 2
    finite = np.where(np.isinf(freedom), 1.0, freedom)
    return np.where(np.isinf(freedom), special.ndtri(upper), special.stdtrit(finite, upper))


def rounded(value: ArrayLike, u: ArrayLike, *, digits: int = 2) -> tuple[Any, Any]:
    """Uncertainty to so many significant digits and the value to the same decimal place (GUM 7.2.6).

    Two decimals, or two arrays of them where several values are given.

    Examples
    --------
    >>> rounded(50.000838, 0.0000925)
    (Decimal('50.000838'), Decimal('0.000092'))
    """
    values = arguments.real(value, name="value")
    spreads = arguments.real(u, name="u")
    arguments.refuse_where(spreads <= 0, name="u", fault="an uncertainty above 0 is needed", values=spreads)
    digits = arguments.whole(digits, name="digits", needs="a whole number from 1 to 15", least=1, most=15)
    values, spreads = arguments.fitting(value=values, u=spreads)
    beyond = np.abs(values) > spreads * 1e12
    arguments.refuse_where(
        beyond, name="value", fault="more digits than a number holds beside so small a u", values=values
    )
    told, shown = np.empty(values.shape, object), np.empty(values.shape, object)
    for index in np.ndindex(values.shape):
        place = Decimal(1).scaleb(int(np.floor(np.log10(spreads[index]))) - digits + 1)
        told[index] = Decimal(repr(float(values[index]))).quantize(place, ROUND_HALF_EVEN)
        shown[index] = Decimal(repr(float(spreads[index]))).quantize(place, ROUND_HALF_EVEN)
    return arguments.plain(told), arguments.plain(shown)


def _checked(
    inputs: Mapping[str, Input],
    correlation: Correlation | ArrayLike | None,
    together: Sequence[Sequence[str]],
    level: float,
    k: float | None,
) -> tuple[Floats, list[list[int]], float]:
    """Correlation matrix, groups of inputs observed together (every input in one), coverage probability."""
    names = named_inputs(inputs)
    if not names:
        raise ValueError("inputs is empty: a measurement has at least one input")
    if k is not None:
        arguments.number(k, name="k", needs="a coverage factor above 0", least=0, strictly=True)
    matrix = correlation_matrix(names, correlation)
    groups, seen = [], set()
    for ensemble in together:
        for name in ensemble:
            if name not in names or name in seen:
                raise ValueError(f"together names {name!r}, which is no input or stands in two ensembles")
            seen.add(name)
        if len({float(inputs[name].dof) for name in ensemble}) > 1:
            raise ValueError(
                f"together: {', '.join(ensemble)} were observed together but differ in degrees of freedom"
            )
        groups.append([names.index(name) for name in ensemble])
    groups += [[place] for place, name in enumerate(names) if name not in seen]
    return matrix, groups, arguments.confidence(level)


def _value(result: Any) -> Floats:
    value = np.asarray(result, dtype=float)
    if not np.all(np.isfinite(value)):
        raise ValueError("the model gives no finite number at the best estimates of the inputs")
    return value


def _combined(
    inputs: Mapping[str, Input],
    value: Floats,
    slopes: Mapping[str, Floats],
    matrix: Floats,
    groups: list[list[int]],
    level: float,
    k: float | None,
    whole_dof: bool,
) -> Budget:
    """The budget from sensitivities."""
    parts = np.array([np.broadcast_to(slopes[name] * one.u, value.shape) for name, one in inputs.items()])
    carried = np.tensordot(matrix, parts, axes=1)
    variance = np.maximum((parts * carried).sum(axis=0), 0.0)
    u = np.sqrt(variance)
    dof, warnings = _effective_dof(inputs, parts, matrix, groups, variance)
    if np.any(u == 0) and any(np.any(one.u > 0) for one in inputs.values()):
        warnings.append("the uncertainty of first order is 0 here (a stationary point); use monte_carlo")
    if k is not None:
        factor = np.full(value.shape, float(k))
    else:
        freedom = np.where(np.isnan(dof), np.inf, dof)
        freedom = np.maximum(np.floor(freedom * (1 + 1e-12)), 1.0) if whole_dof else freedom
        factor = coverage_factor(freedom, level=level)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(variance > 0, parts * carried / variance, 0.0)
    rows = tuple(
        BudgetRow(name, one.value, one.u, one.dof, np.asarray(slopes[name]), np.abs(parts[i]), shares[i])
        for i, (name, one) in enumerate(inputs.items())
    )
    return Budget(value, u, dof, factor, factor * u, level, rows, "GUM, first order", tuple(warnings))


def _effective_dof(
    inputs: Mapping[str, Input], parts: Floats, matrix: Floats, groups: list[list[int]], variance: Floats
) -> tuple[Floats, list[str]]:
    """Welch-Satterthwaite over groups; NaN where finite freedom is correlated across them."""
    freedoms = [np.broadcast_to(one.dof, variance.shape) for one in inputs.values()]
    total = np.zeros(variance.shape)
    for group in groups:
        inner = matrix[np.ix_(group, group)]
        part = (parts[group] * np.tensordot(inner, parts[group], axes=1)).sum(axis=0)
        total = total + part**2 / freedoms[group[0]]
    with np.errstate(divide="ignore", invalid="ignore"):
        dof = np.where(total > 0, variance**2 / total, np.inf)
    names = list(inputs)
    for group in groups:
        outside = [place for place in range(len(names)) if place not in group]
        linked = [place for place in group if np.any(matrix[place, outside] != 0)]
        finite = [place for place in linked if np.any(np.isfinite(freedoms[place]))]
        if finite:
            warning = (
                f"{names[finite[0]]} is correlated and has finite degrees of freedom: the effective ones are "
                "undefined and the normal quantile is used (see `together`)"
            )
            return np.full(variance.shape, np.nan), [warning]
    return dof, []

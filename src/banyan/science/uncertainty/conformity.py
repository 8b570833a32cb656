"""Conformity with a limit when measurement is uncertain: guard bands, statements, risks of a wrong verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats

RULES = ("simple", "guarded", "non-binary")


@dataclass(frozen=True, eq=False)
class Conformity:
    """Statements of conformity, element by element.

    Attributes
    ----------
    statement : ndarray of str
        "pass" or "fail"; with the non-binary rule also "conditional pass" and "conditional fail".
    probability : ndarray
        Probability that the true value lies within the limits, given the measurement.
    wrong : ndarray
        Probability that the statement is wrong: that a passed item does not conform, or a failed one does.
    acceptance_lower, acceptance_upper : ndarray
        Limits that the measured value was held against.
    method : str
    """

    statement: NDArray[np.str_]
    probability: Floats
    wrong: Floats
    acceptance_lower: Floats
    acceptance_upper: Floats
    method: str


@dataclass(frozen=True)
class GlobalRisk:
    """Risks over many items of a process (JCGM 106, clause 9.5); arrays where many processes were asked for.

    Attributes
    ----------
    consumer : float
        Probability that an item is accepted and does not conform.
    producer : float
        Probability that an item is rejected and conforms.
    accepted : float
        Probability of acceptance.
    conforming : float
        Probability that an item conforms, measured or not.
    """

    consumer: float | Floats
    producer: float | Floats
    accepted: float | Floats
    conforming: float | Floats


def conformance_probability(
    value: ArrayLike,
    u: ArrayLike,
    *,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    dof: ArrayLike = np.inf,
) -> Floats:
    """Probability that the true value lies within the limits, for a normal (or t) distributed measurement.

    Parameters
    ----------
    value, u : array_like
        Measured values and standard uncertainties; they broadcast with the limits.
    lower, upper : array_like, optional
        At least one limit.
    dof : array_like
        Degrees of freedom of u.

    References
    ----------
    JCGM 106:2012, clause 7.

    Examples
    --------
    >>> conformance_probability([9.0, 10.0, 11.0], 1.0, upper=10.0).round(4)
    array([0.8413, 0.5   , 0.1587])
    """
    measured, spread, low, high = _measured(value, u, lower, upper)
    freedom = arguments.real(dof, name="dof", finite=False)
    measured, spread, low, high, freedom = arguments.fitting(
        value=measured, u=spread, lower=low, upper=high, dof=freedom
    )
    arguments.refuse_where(~(freedom > 0), name="dof", fault="degrees of freedom lie above 0", values=freedom)
    above, below = _below(high, measured, spread, freedom), _below(low, measured, spread, freedom)
    return np.asarray(above - below)


def _below(limit: Floats, value: Floats, u: Floats, dof: Floats) -> Floats:
    """Probability of lying below (or at) the limit."""
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(u > 0, (limit - value) / u, np.where(limit >= value, np.inf, -np.inf))
    finite = np.where(np.isinf(dof), 1.0, dof)
    return np.asarray(np.where(np.isinf(dof), special.ndtr(score), special.stdtr(finite, score)))


def guard_band(u: ArrayLike, *, risk: float | None = None, k: float | None = None) -> Floats:
    """Width of the guard band: by the largest risk of a wrong pass at one limit, or as a multiple of u.

    Parameters
    ----------
    u : array_like
        Standard uncertainties.
    risk : float, optional
        Largest probability that an item measured at the acceptance limit does not conform (below 0.5).
    k : float, optional
        The band is k · u; ILAC-G8 recommends k = 2 (the expanded uncertainty), which leaves at most 2.3 %.

    Examples
    --------
    >>> guard_band(0.5, k=2), guard_band(0.5, risk=0.05).round(4)
    (array(1.), np.float64(0.8224))
    """
    spread = arguments.real(u, name="u")
    arguments.some(u=spread)
    arguments.refuse_where(spread < 0, name="u", fault="an uncertainty is not negative", values=spread)
    if (risk is None) == (k is None):
        raise ValueError("give either risk or k: the one is computed from the other")
    if risk is not None:
        needs = "a risk above 0 and below 0.5"
        risk = arguments.number(risk, name="risk", needs=needs, least=0, most=0.5, strictly=True)
        return np.asarray(-special.ndtri(risk) * spread)
    return np.asarray(arguments.number(k, name="k", needs="a multiple of at least 0", least=0) * spread)


def decide(
    value: ArrayLike,
    u: ArrayLike,
    *,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    rule: str = "guarded",
    band: ArrayLike | None = None,
    dof: ArrayLike = np.inf,
) -> Conformity:
    """State conformity with limits by a named decision rule.

    Parameters
    ----------
    value, u : array_like
    lower, upper : array_like, optional
        Limits of the specification, at least one.
    rule : str
        "simple" (pass within the limits), "guarded" (pass only within limits narrowed by the band), "non-binary"
        (ILAC-G8: in the band inside a limit "conditional pass", in that outside "conditional fail").
    band : array_like, optional
        Width of the guard band, 2 u by default (`guard_band` finds others).
    dof : array_like
        Degrees of freedom of u, for the probabilities.

    References
    ----------
    ILAC-G8:09/2019; JCGM 106:2012, clause 8; ISO/IEC 17025, 7.8.6.

    Examples
    --------
    >>> found = decide([9.0, 9.8, 10.3, 12.0], 0.25, upper=10.0, rule="non-binary")
    >>> found.statement.tolist()
    ['pass', 'conditional pass', 'conditional fail', 'fail']
    >>> found.wrong.round(4).tolist()
    [0.0, 0.2119, 0.1151, 0.0]
    """
    arguments.choice(rule, name="rule", among=RULES)
    measured, spread, low, high = _measured(value, u, lower, upper)
    width = np.zeros(()) if rule == "simple" else arguments.real(2 * spread if band is None else band, name="band")
    arguments.refuse_where(width < 0, name="band", fault="a guard band has a width of at least 0", values=width)
    measured, low, high, width = arguments.fitting(value=measured, lower=low, upper=high, band=width)
    inner_low, inner_high = low + width, high - width
    arguments.refuse_where(
        inner_low > inner_high, name="band", fault="the guard bands leave nothing between the limits", values=width
    )
    probability = conformance_probability(value, u, lower=lower, upper=upper, dof=dof)
    passed = (measured >= inner_low) & (measured <= inner_high)
    within = (measured >= low) & (measured <= high)
    statement = np.where(passed, "pass", "fail")
    if rule == "non-binary":
        near = (measured >= low - width) & (measured <= high + width)
        statement = np.where(
            passed, "pass", np.where(within, "conditional pass", np.where(near, "conditional fail", "fail"))
        )
        passed = within
    wrong = np.where(passed, 1 - probability, probability)
    method = f"{rule} acceptance" + (
        "" if rule == "simple" else ", guard band as given" if band is not None else ", band 2 u"
    )
    shape = np.shape(probability)
    bounds = np.array(np.broadcast_to(inner_low, shape)), np.array(np.broadcast_to(inner_high, shape))
    return Conformity(statement, probability, wrong, *bounds, method)


def global_risks(
    *,
    process_mean: ArrayLike,
    process_sd: ArrayLike,
    u: ArrayLike,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    acceptance_lower: ArrayLike | None = None,
    acceptance_upper: ArrayLike | None = None,
) -> GlobalRisk:
    """Risks of wrong verdicts over all items of a normal process, measured with normal error.

    Parameters
    ----------
    process_mean, process_sd : array_like
        What is known of the items before measuring; all arguments broadcast.
    u : array_like
        Standard uncertainty of the measurement.
    lower, upper : array_like
        Limits of the specification, at least one.
    acceptance_lower, acceptance_upper : array_like, optional
        Limits for the measured value; the specification's by default.

    References
    ----------
    JCGM 106:2012, clause 9.5.

    Examples
    --------
    >>> risk = global_risks(process_mean=0, process_sd=1, u=0.25, lower=-2, upper=2)
    >>> round(risk.consumer, 4), round(risk.producer, 4)
    (0.008, 0.0149)
    >>> global_risks(process_mean=0, process_sd=1, u=[0.25, 0.5], lower=-2, upper=2).consumer.round(4)
    array([0.008 , 0.0124])
    """
    mean, sd = arguments.real(process_mean, name="process_mean"), arguments.real(process_sd, name="process_sd")
    arguments.refuse_where(sd <= 0, name="process_sd", fault="it must lie above 0", values=sd)
    _, spread, low, high = _measured(0.0, u, lower, upper)
    accept_low = low if acceptance_lower is None else arguments.real(acceptance_lower, name="acceptance_lower")
    accept_high = high if acceptance_upper is None else arguments.real(acceptance_upper, name="acceptance_upper")
    parts = arguments.fitting(
        process_mean=mean, process_sd=sd, u=spread, lower=low, upper=high, acceptance_lower=accept_low,
        acceptance_upper=accept_high,
    )  # fmt: skip
    crossed = parts[5] > parts[6]
    arguments.refuse_where(crossed, name="acceptance_lower", fault="it lies above acceptance_upper", values=parts[5])
    rows = [_risks(*map(float, row)) for row in zip(*(part.ravel() for part in parts), strict=True)]
    columns = np.array(rows).T.reshape(4, *parts[0].shape)
    return GlobalRisk(*(arguments.plain(column) for column in columns))


def _risks(
    mean: float, sd: float, u: float, low: float, high: float, accept_low: float, accept_high: float
) -> tuple[float, float, float, float]:
    """Consumer's and producer's risk, acceptance and conformity of one process, by Gauss-Legendre pieces.

    Over the true value: the normal density of items times the probability of acceptance.
    """
    edges = np.clip([mean - 12 * sd, low, high, mean + 12 * sd], -1e300, 1e300)
    cuts = [edge for edge in (accept_low, accept_high) if np.isfinite(edge)]
    fine = [cut + step * max(u, 1e-12 * sd) for cut in cuts for step in np.arange(-10, 10.1, 2)]
    inner = [edge for edge in [*edges[1:3], *fine] if edges[0] < edge < edges[3]]
    points = np.unique([edges[0], *inner, edges[3]])
    nodes, weights = np.polynomial.legendre.leggauss(48)
    half = np.diff(points)[:, None] / 2
    x = half * nodes + (points[1:] + points[:-1])[:, None] / 2
    density = np.exp(-(((x - mean) / sd) ** 2) / 2) / (np.sqrt(2 * np.pi) * sd) * half * weights
    accepted = _below(np.array(accept_high), x, np.array(u), np.array(np.inf)) - _below(
        np.array(accept_low), x, np.array(u), np.array(np.inf)
    )
    conforming = (x >= low) & (x <= high)
    return (
        float((density * accepted * ~conforming).sum()),
        float((density * (1 - accepted) * conforming).sum()),
        float((density * accepted).sum()),
        float(special.ndtr((high - mean) / sd) - special.ndtr((low - mean) / sd)),
    )


def _measured(
    value: ArrayLike, u: ArrayLike, lower: ArrayLike | None, upper: ArrayLike | None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Checked measurement and limits, open ends infinite."""
    measured = arguments.real(value, name="value")
    spread = arguments.real(u, name="u")
    arguments.refuse_where(spread < 0, name="u", fault="an uncertainty is not negative", values=spread)
    if lower is None and upper is None:
        raise ValueError("lower and upper are both missing: conformity is with a limit")
    low = np.array(-np.inf) if lower is None else arguments.real(lower, name="lower")
    high = np.array(np.inf) if upper is None else arguments.real(upper, name="upper")
    arguments.refuse_where(low >= high, name="lower", fault="it does not lie below upper", values=low)
    return measured, spread, low, high

"""Draws with unequal probabilities (Pareto, Sampford, systematic) and their exact probabilities of inclusion."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats

Mask = NDArray[np.bool_]
BLOCK = 4_000_000  # numbers held at once while probabilities are computed
TAIL = 45.0  # the integral is cut where its integrand is below e to the minus this


def proportional_probabilities(size: ArrayLike, *, n: int, random_share: float = 0.0) -> Floats:
    """Return probabilities of inclusion in proportion to size that add up to n.

    Parameters
    ----------
    size : array_like, shape (units,)
        Size or risk of each unit, 0 or more.
    n : int
        Units to draw.
    random_share : float
        Share of n that is spread evenly over all units whatever their size: each unit's probability is
        then at least random_share × n / units.

    Returns
    -------
    ndarray, shape (units,)
        Probabilities in 0..1; units that would exceed 1 are taken with certainty and the rest of n is
        spread over the others.

    Examples
    --------
    >>> proportional_probabilities([1, 1, 2, 12], n=2).tolist()
    [0.25, 0.25, 0.5, 1.0]
    """
    s = arguments.counts(size, name="size", whole=False)
    if s.ndim != 1 or not s.size:
        raise ValueError(f"size has shape {s.shape}: one number per unit is needed, and at least one")
    random_share = arguments.number(random_share, name="random_share", needs="a share in 0..1", least=0, most=1)
    if random_share:
        mean = s.sum() / len(s)
        s = (random_share * mean + (1 - random_share) * s) if mean else np.ones(len(s))
    able = int(np.count_nonzero(s))
    needs = f"a whole number from 0 to the {able} units with a size"
    n = arguments.whole(n, name="n", needs=needs, least=0, most=able)
    certain = np.zeros(len(s), bool)
    while True:
        left = n - int(certain.sum())
        rest = s[~certain].sum()
        p = np.where(certain, 1.0, left * s / rest if rest else 0.0)
        over = (p >= 1 - 1e-12) & ~certain
        if not over.any():
            return p
        certain |= over


def _checked(
    probability: ArrayLike, uniform: ArrayLike, *, last: bool, name: str = "uniform"
) -> tuple[Floats, Floats, int]:
    """Return probabilities, uniform numbers and the size of the sample; refuse what does not fit."""
    p = arguments.probability(probability, name="probability")
    if p.ndim != 1 or not p.size:
        raise ValueError(f"probability has shape {p.shape}: one number per unit is needed, and at least one")
    u = arguments.real(uniform, name=name)
    arguments.some(**{name: u})
    arguments.refuse_where((u <= 0) | (u >= 1), name=name, fault="it must lie strictly in 0..1", values=u)
    if last and (u.ndim == 0 or u.shape[-1] != len(p)):
        raise ValueError(f"uniform has shape {u.shape}: its last axis must have {len(p)} entries, one per unit")
    n = round(float(p.sum()))
    if abs(p.sum() - n) > 1e-6:
        raise ValueError(f"probability adds up to {p.sum():.9g}: a whole number, the size of the sample, is needed")
    return p, u, n


def pareto(probability: ArrayLike, *, uniform: ArrayLike) -> Mask:
    """Return a Pareto πps sample: the n units with the smallest u/(1-u) · (1-p)/p.

    Parameters
    ----------
    probability : array_like, shape (units,)
        Wanted probabilities of inclusion; they add up to the whole number n. 1 is taken with certainty.
    uniform : array_like, shape (..., units)
        One number strictly in 0..1 per unit; leading axes give repeated draws.

    Returns
    -------
    ndarray of bool, shape of `uniform`
        True for the units drawn; exactly n in each draw.

    Notes
    -----
    The probabilities attained differ slightly from those wanted; `pareto_inclusion` gives them.

    References
    ----------
    Rosén (1997), On sampling with probability proportional to size, Journal of Statistical Planning and
    Inference 62, 159-191.

    Examples
    --------
    >>> pareto([0.5, 0.25, 0.25, 1.0], uniform=[0.9, 0.1, 0.4, 0.99]).tolist()
    [False, True, False, True]
    """
    p, u, n = _checked(probability, uniform, last=True)
    with np.errstate(divide="ignore"):
        rank = (u / (1 - u)) * ((1 - p) / p)
    chosen = np.argsort(rank, axis=-1, kind="stable")[..., :n]
    mask = np.zeros(u.shape, bool)
    np.put_along_axis(mask, chosen, True, axis=-1)
    return mask


def systematic(probability: ArrayLike, *, start: ArrayLike) -> Mask:
    """Return a systematic πps sample: one random start, then equal steps along the list.

    Parameters
    ----------
    probability : array_like, shape (units,)
        Probabilities of inclusion, attained exactly; they add up to the whole number n. The order of the
        list matters: neighbours are rarely drawn together.
    start : array_like
        One number strictly in 0..1 per draw.

    Returns
    -------
    ndarray of bool, shape start.shape + (units,)

    Examples
    --------
    >>> systematic([0.5, 0.25, 0.25, 1.0], start=0.6).tolist()
    [False, True, False, True]
    """
    p, u, n = _checked(probability, start, last=False, name="start")
    # Scaling to the exact whole number keeps the last step inside the list.
    ends = np.cumsum(p) * (n / p.sum() if n else 1.0)
    ends[-1:] = n
    before = np.concatenate(([0.0], ends[:-1]))
    return np.ceil(ends - u[..., None]) > np.ceil(before - u[..., None])


def sampford(probability: ArrayLike, *, uniform: ArrayLike) -> Mask:
    """Return a Sampford sample, drawn unit by unit without rejection.

    Parameters
    ----------
    probability : array_like, shape (units,)
        Probabilities of inclusion, attained exactly; they add up to the whole number n.
    uniform : array_like, shape (..., units)
        One number strictly in 0..1 per unit; leading axes give repeated draws.

    Returns
    -------
    ndarray of bool, shape of `uniform`
        True for the units drawn; exactly n in each draw.

    Notes
    -----
    A set s is drawn with probability in proportion to Π p/(1-p) · Σ (1-p) over its units. Each unit in
    turn is taken when its number is below the conditional probability, which two tables over the rest of
    the list give: time and memory are units × n.

    References
    ----------
    Sampford (1967), Biometrika 54, 499-513. Grafström (2009), Non-rejective implementations of the
    Sampford sampling design, Journal of Statistical Planning and Inference 139, 2111-2114.

    Examples
    --------
    >>> sampford([0.5, 0.25, 0.25, 1.0], uniform=[0.9, 0.1, 0.4, 0.99]).tolist()
    [False, True, False, True]
    """
    p, u, n = _checked(probability, uniform, last=True)
    mask = np.zeros(u.shape, bool)
    mask[..., p >= 1] = True
    open_units = np.flatnonzero((p > 0) & (p < 1))
    n -= int(np.count_nonzero(p >= 1))
    if n == 0:
        return mask
    _odds, plain, tilted = _sampford_tables(p[open_units], n)
    left = np.full(u.shape[:-1], n)
    chosen = np.zeros(u.shape[:-1])
    for i, unit in enumerate(open_units):
        q = p[unit]
        here = chosen * plain[i][left] + tilted[i][left]
        fewer = np.maximum(left - 1, 0)
        taken = q * ((chosen + 1 - q) * plain[i + 1][fewer] + tilted[i + 1][fewer])
        take = (left > 0) & (u[..., unit] * here < taken)
        mask[..., unit] = take
        left = left - take
        chosen = chosen + take * (1 - q)
    return mask


def _sampford_tables(p: Floats, n: int) -> tuple[Floats, Floats, Floats]:
    """Return, for the tail of the list from each unit on and each number r of units still to draw, the
    probability that independent draws give r units, and the same weighted with the sum of (1-p)."""
    units = len(p)
    plain, tilted = np.zeros((units + 1, n + 1)), np.zeros((units + 1, n + 1))
    plain[units, 0] = 1.0
    for i in range(units - 1, -1, -1):
        plain[i] = (1 - p[i]) * plain[i + 1]
        plain[i, 1:] += p[i] * plain[i + 1, :-1]
        tilted[i] = (1 - p[i]) * tilted[i + 1]
        tilted[i, 1:] += p[i] * ((1 - p[i]) * plain[i + 1, :-1] + tilted[i + 1, :-1])
    return p / (1 - p), plain, tilted


def pareto_inclusion(probability: ArrayLike) -> Floats:
    """Return the exact probabilities of inclusion of a Pareto sample.

    Parameters
    ----------
    probability : array_like, shape (units,)
        The probabilities that were wanted, as given to `pareto`.

    Returns
    -------
    ndarray, shape (units,)
        Probabilities attained, with an absolute error below 1e-9; they add up to n.

    Notes
    -----
    Unit k is drawn when fewer than n others rank before it. At a given rank the others come before it
    independently, so the chance is a tail of a Poisson-binomial distribution, which is integrated over
    the rank by the trapezoidal rule; the integrand is analytic, so the rule converges faster than any
    power of its step. Time is units × n × some hundred steps.

    References
    ----------
    Aires (1999), Algorithms to find exact inclusion probabilities for conditional Poisson sampling and
    Pareto πps sampling designs, Methodology and Computing in Applied Probability 1, 457-469.

    Examples
    --------
    >>> pareto_inclusion([0.2, 0.3, 0.5]).round(4).tolist()
    [0.1866, 0.2864, 0.5269]
    >>> pareto_inclusion([0.4, 0.6, 1.0]).round(4).tolist()
    [0.3677, 0.6323, 1.0]
    """
    p, _, n = _checked(probability, 0.5, last=False)
    out = np.where(p >= 1, 1.0, 0.0)
    inner = (p > 0) & (p < 1)
    n -= int(np.count_nonzero(p >= 1))
    if n == 0 or not inner.any():
        return out
    if np.ptp(p[inner]) <= 1e-12:
        out[inner] = n / np.count_nonzero(inner)
    else:
        out[inner] = _open_inclusion(p[inner], n)
    return out


def _open_inclusion(p: Floats, n: int) -> Floats:
    log_odds = np.log(p) - np.log1p(-p)
    base = np.logaddexp(0, log_odds).sum()

    def depth(t: float) -> float:
        return float(np.logaddexp(0, log_odds + t).sum() - base - n * t)

    low, high = -1.0, 1.0
    while depth(low) < TAIL:
        low *= 1.3
    while depth(high) < TAIL:
        high *= 1.3
    step = min(0.3, 0.6 / np.sqrt(np.sum(p * (1 - p))))
    nodes = np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step
    block = max(1, BLOCK // (len(p) * n))
    total = np.zeros(len(p))
    for at in range(0, len(nodes), block):
        q = 1 / (1 + np.exp(-(log_odds[:, None] + nodes[None, at : at + block])))
        total += step * (q * _fall(q, n)).sum(axis=1)
    if abs(total.sum() / n - 1) > 1e-9:
        raise ArithmeticError(f"the probabilities add up to {total.sum()!r} in place of {n}: the rule did not settle")
    return np.clip(total * (n / total.sum()), 0.0, 1.0)


def _fall(q: Floats, n: int) -> Floats:
    """Return, per unit and step, how fast P(fewer than n of the other units) falls with the rank.

    With S the number of the others, that is Σ over r < n of P(S = r) (E(S) - r).
    """
    units, steps = q.shape
    before, after = np.zeros((units + 1, n, steps)), np.zeros((units + 1, n, steps))
    before[0, 0], after[units, 0] = 1.0, 1.0
    for i in range(units):
        before[i + 1] = (1 - q[i]) * before[i]
        before[i + 1, 1:] += q[i] * before[i, :-1]
        j = units - 1 - i
        after[j] = (1 - q[j]) * after[j + 1]
        after[j, 1:] += q[j] * after[j + 1, :-1]
    r = np.arange(n, dtype=np.float64)[:, None]
    head = before[:units]
    tail = np.cumsum(after[1:], axis=1)[:, ::-1]
    tail_mean = np.cumsum(after[1:] * r, axis=1)[:, ::-1]
    expected = q.sum(axis=0) - q
    below = np.einsum("urs,urs->us", head, tail)
    mean_below = np.einsum("urs,urs->us", head * r, tail) + np.einsum("urs,urs->us", head, tail_mean)
    return expected * below - mean_below

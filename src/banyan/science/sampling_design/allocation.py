"""How many units each stratum gets: proportional, optimal, or by risk with a guaranteed random share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats

METHODS = ("proportional", "neyman", "risk")


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """A budget spread over strata; of several budgets, one budget per row.

    Attributes
    ----------
    n : ndarray of int, shape (strata,) or (budgets, strata)
        Units to draw per stratum; they add up to the budget and none exceeds its stratum.
    random : ndarray of int, shape of `n`
        How many of them the random share guarantees (all of `n` but for ``"risk"``).
    fraction : ndarray, shape of `n`
        n / size; 0 for an empty stratum.
    budget, method
        Sum of `n`, name of the method.
    """

    n: NDArray[np.int64]
    random: NDArray[np.int64]
    fraction: Floats
    budget: int | tuple[int, ...]
    method: str


def allocate(
    budget: int | Sequence[int],
    size: ArrayLike,
    *,
    method: str = "proportional",
    spread: ArrayLike | None = None,
    risk: ArrayLike | None = None,
    random_share: float | None = None,
    minimum: ArrayLike = 0,
) -> Allocation:
    """Spread a budget of units over strata.

    Parameters
    ----------
    budget : int or sequence of int
        Units to draw in all, at most the sum of `size`; several to compare what each would buy.
    size : array_like of int, shape (strata,)
        Units in each stratum.
    method : {"proportional", "neyman", "risk"}
        In proportion to size; least variance of the estimated total; in proportion to size × risk on top
        of a proportional random part.
    spread : array_like, shape (strata,)
        For ``"neyman"``: standard deviation within each stratum (√(p(1-p)) for a rate p).
    risk : array_like, shape (strata,)
        For ``"risk"``: expected gain of one look at a unit of the stratum, 0 or more.
    random_share : float
        For ``"risk"``: share of the budget that is spread in proportion to size whatever the risk,
        above 0 and at most 1.
    minimum : int or array_like of int, shape (strata,)
        Units each stratum gets at least (the whole stratum where it is smaller).

    Returns
    -------
    Allocation

    Raises
    ------
    ValueError
        When the minimum exceeds the budget, the budget exceeds all units, or an option does not belong
        to the method.

    Notes
    -----
    ``"neyman"`` is the exact integer optimum (Wright): units are given one by one to the stratum whose
    variance falls most. The others are rounded by largest remainder within the bounds.

    References
    ----------
    Wright (2012), The equivalence of Neyman optimum allocation for sampling and equal proportions,
    The American Statistician 66, 217-224.

    Examples
    --------
    >>> allocate(10, [100, 50, 50]).n.tolist()
    [5, 3, 2]
    >>> allocate(10, [100, 50, 3], method="neyman", spread=[0.1, 0.3, 0.5], minimum=1).n.tolist()
    [4, 5, 1]
    >>> a = allocate(20, [100, 100], method="risk", risk=[1, 9], random_share=0.4)
    >>> a.n.tolist(), a.random.tolist()
    ([5, 15], [4, 4])
    """
    arguments.choice(method, name="method", among=METHODS)
    if not (np.isscalar(budget) or budget is None):
        options: dict[str, Any] = {"spread": spread, "risk": risk, "random_share": random_share, "minimum": minimum}
        budgets = arguments.counts(arguments.real(budget, name="budget", ndim=1), name="budget")
        arguments.some(budget=budgets)
        each = [allocate(one, size, method=method, **options) for one in budgets.tolist()]
        rows = {
            name: arguments.sealed(np.array([getattr(a, name) for a in each])) for name in ("n", "random", "fraction")
        }
        return Allocation(**rows, budget=tuple(budgets.astype(np.int64).tolist()), method=method)
    held, total = _sizes(budget, size)
    least = _minimum(minimum, held, total)
    _refuse_options(method, spread=spread, risk=risk, random_share=random_share)
    if method == "proportional":
        n = _by_share(total, held, least, held)
        random = n
    elif method == "neyman":
        n = _optimal(total, held * _scores(spread, held, "spread"), least, held)
        random = n
    else:
        needs = "a share above 0 and at most 1"
        share = arguments.number(random_share, name="random_share", needs=needs, least=1e-12, most=1)
        floor = np.minimum(_by_share(int(np.ceil(share * total)), held, np.zeros_like(least), held), held)
        least = np.maximum(floor, least)
        total_least = int(least.sum())
        if total_least > total:
            raise ValueError(
                f"minimum and random_share together need {total_least} units, the budget is {total}: lower one"
            )
        random = floor
        n = least + _by_share(
            total - total_least, held * _scores(risk, held, "risk"), np.zeros_like(least), held - least
        )
    fraction = np.divide(n, held, out=np.zeros(len(held)), where=held > 0)
    return Allocation(
        n=arguments.sealed(n), random=arguments.sealed(random), fraction=arguments.sealed(fraction),
        budget=total, method=method,
    )  # fmt: skip


def _sizes(budget: Any, size: ArrayLike) -> tuple[NDArray[np.int64], int]:
    held = arguments.counts(size, name="size").astype(np.int64)
    if held.ndim != 1 or not held.size:
        raise ValueError(f"size has shape {held.shape}: one number per stratum is needed, and at least one")
    budget = arguments.whole(budget, name="budget", needs="a whole number of units", least=0)
    if budget > held.sum():
        raise ValueError(f"budget is {budget}, more than the {held.sum()} units there are")
    return held, budget


def _minimum(minimum: ArrayLike, held: NDArray[np.int64], budget: int) -> NDArray[np.int64]:
    asked = arguments.counts(minimum, name="minimum").astype(np.int64)
    if asked.ndim == 0:
        asked = np.full(len(held), asked)
    arguments.same_length(len(held), minimum=asked)
    least = np.minimum(asked, held)
    if least.sum() > budget:
        raise ValueError(f"minimum needs {least.sum()} units in all, the budget is {budget}: lower one of them")
    return least


def _refuse_options(method: str, **options: object) -> None:
    wanted = {"proportional": set(), "neyman": {"spread"}, "risk": {"risk", "random_share"}}[method]
    for name, value in options.items():
        if (value is not None) != (name in wanted):
            fault = "is needed" if name in wanted else "has no effect; leave it out"
            raise ValueError(f"{name} {fault} for method {method!r}")


def _scores(values: Any, held: NDArray[np.int64], name: str) -> Floats:
    scores = arguments.counts(arguments.regular(values, name=name), name=name, whole=False)
    arguments.same_length(len(held), **{name: scores})
    return scores


def _by_share(budget: int, score: ArrayLike, least: NDArray[np.int64], most: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return whole numbers in proportion to `score` within least..most that add up to `budget`."""
    s = np.asarray(score, np.float64)
    if budget == least.sum():
        return least.copy()
    if s[most > least].sum() == 0 or np.where(s > 0, most, least).sum() < budget:
        # What the scores cannot take is spread over the rest by size.
        s = s + 1e-9 * max(s.max(initial=0.0), 1.0) * most
    exact = _water_level(budget, s, least, most)
    n = np.clip(np.floor(exact + 1e-9).astype(np.int64), least, most)
    rest = budget - int(n.sum())
    order = np.lexsort((np.arange(len(n)), -s, -(exact - n)))
    while rest > 0:
        room = order[n[order] < most[order]][:rest]
        n[room] += 1
        rest -= len(room)
    while rest < 0:
        spare = order[::-1][n[order[::-1]] > least[order[::-1]]][:-rest]
        n[spare] -= 1
        rest += len(spare)
    return n


def _water_level(budget: int, score: Floats, least: NDArray[np.int64], most: NDArray[np.int64]) -> Floats:
    """Return clip(level × score, least, most) with the level at which it adds up to `budget`."""
    positive = score > 0
    low, high = 0.0, float(np.max(np.divide(most, score, out=np.zeros(len(score)), where=positive))) + 1.0
    for _ in range(200):
        level = (low + high) / 2
        if np.clip(level * score, least, most).sum() < budget:
            low = level
        else:
            high = level
    return np.clip(high * score, least, most)


def _optimal(budget: int, score: Floats, least: NDArray[np.int64], most: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the whole numbers with least Σ score² / n within the bounds.

    Unit k + 1 of a stratum lowers that sum by score² / (k (k + 1)); the first one comes before all. So
    the budget goes to the largest values of score / √(k (k + 1)).
    """
    live = np.where(score > 0, most, least)
    if budget == least.sum():
        return least.copy()
    if live.sum() < budget:
        # Strata without spread share what the others cannot take, by size.
        n = live.copy()
        return n + _by_share(budget - int(n.sum()), most - n, np.zeros_like(n), most - n)
    least = least.copy()
    first = (least == 0) & (score > 0) & (most > 0)
    spare = budget - int(least.sum())
    if first.sum() > spare:
        n = least
        n[np.lexsort((np.arange(len(n)), np.where(first, -score, 1.0)))[:spare]] += 1
        return n
    least[first] = 1

    def at(price: float) -> NDArray[np.int64]:
        k = np.floor((1 + np.sqrt(1 + 4 * (score / price) ** 2)) / 2)
        return np.clip(np.minimum(k, most), least, live).astype(np.int64)

    low, high = 1e-12 * score.max() / max(budget, 1), score.max()
    for _ in range(200):
        price = np.sqrt(low * high)
        if at(price).sum() > budget:
            low = price
        else:
            high = price
    n = at(high)
    while n.sum() < budget:
        gain = np.where(n < live, score / np.sqrt(np.maximum(n, 1) * (n + 1.0)), -1.0)
        n[int(np.argmax(gain))] += 1
    return n

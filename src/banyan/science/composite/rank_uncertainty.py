"""How sure ranks are: intervals over weights, normalisation and aggregation, and what moves them most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.composite import aggregation as aggregations
from banyan.science.composite.index import Recipe, build_index
from banyan.science.composite.tree import Tree, rank_of

BLOCK = 400_000  # numbers held at once


@dataclass(frozen=True, slots=True, eq=False)
class RankIntervals:
    """Ranks over many plausible ways of making the index.

    Attributes
    ----------
    rank : ndarray of int, shape (units,)
        Rank by the recipe itself.
    low, median, high : ndarray, shape (units,)
        Quantiles of the rank over the draws.
    mean : ndarray, shape (units,)
    probability : ndarray, shape (units, units)
        Share of draws in which the unit (row) takes rank 1 + column.
    ahead : ndarray, shape (units, units)
        Share of draws in which the unit (row) scores above the other (column).
    mean_shift : float
        Mean over draws and units of the distance from `rank`.
    n : int
        Draws.
    level, method
    """

    rank: NDArray[np.int64]
    low: Floats
    median: Floats
    high: Floats
    mean: Floats
    probability: Floats
    ahead: Floats
    mean_shift: float
    n: int
    level: float
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """Sobol indices: what share of the variation of an outcome each choice causes.

    Outcomes are the rank of each unit, and last the mean distance of all ranks from the recipe's own.

    Attributes
    ----------
    factors : tuple of str
    first, first_low, first_high : ndarray, shape (factors, units + 1)
        Share caused by the factor alone, with its bootstrap interval; NaN where the outcome never varies.
    total, total_low, total_high : ndarray, shape (factors, units + 1)
        Share that would remain if all but this factor were fixed.
    variance : ndarray, shape (units + 1,)
        Of each outcome.
    n : int
        Evaluations of the index.
    level, method
    """

    factors: tuple[str, ...]
    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    variance: Floats
    n: int
    level: float
    method: str


class _Engine:
    """Scores of all units for many draws at once; each recipe's normalised table is made once."""

    def __init__(
        self,
        values: ArrayLike,
        tree: Tree,
        recipe: Recipe,
        alternatives: Mapping[str, Sequence[Mapping[str, object]]] | None,
        weight_noise: float | None,
    ) -> None:
        self.tree, self.noise = tree, weight_noise
        arguments.made(tree, Tree, name="tree", by="index_tree()")
        arguments.made(alternatives or {}, Mapping, name="alternatives", by="a mapping of name to recipes' changes")
        self.choices = {
            name: tuple(arguments.listed(held, name=f"alternatives[{name!r}]", needs="a list of changes"))
            for name, held in (alternatives or {}).items()
        }
        if weight_noise is not None:
            needs = "a share strictly between 0 and 1 (0 is left out)"
            arguments.number(weight_noise, name="weight_noise", needs=needs, least=0, most=1, strictly=True)
        if weight_noise is None and not self.choices:
            raise ValueError("nothing varies: give weight_noise or alternatives")
        for name, held in self.choices.items():
            if len(held) < 2:
                raise ValueError(f"alternatives[{name!r}] has {len(held)} entry: a choice needs at least 2")
        self.nominal = build_index(values, tree=tree, recipe=recipe)
        self.tables: list[tuple[Floats, tuple[str, ...]]] = []
        for combination in product(*self.choices.values()):
            changed = recipe
            for change in combination:
                changed = changed.changed(**change)
            self.tables.append((build_index(values, tree=tree, recipe=changed).normalised, changed.methods(tree)))
        self.sizes = [len(held) for held in self.choices.values()]
        self._refuse_idle()

    @property
    def weight_count(self) -> int:
        return sum(len(w) for w in self.tree.weights) if self.noise is not None else 0

    def _refuse_idle(self) -> None:
        """Refuse alternatives of which two give the same scores whatever else is chosen."""
        scores = np.array([aggregations.climb(x, self.tree, self.tree.weights, m)[-1][:, 0] for x, m in self.tables])
        grid = scores.reshape(*self.sizes, -1)
        for axis, (name, held) in enumerate(self.choices.items()):
            along = np.moveaxis(grid, axis, 0)
            for i in range(len(held)):
                for j in range(i):
                    if np.allclose(along[i], along[j], rtol=1e-12, atol=1e-12, equal_nan=True):
                        raise ValueError(f"alternatives[{name!r}][{i}] has no effect: it scores as [{j}] does")

    def scores(self, chosen: NDArray[np.int64], noise: Floats) -> Floats:
        """Return (draws, units) for the number of the choice per factor and uniform numbers per weight."""
        place = np.zeros(len(chosen), np.int64)
        for axis, size in enumerate(self.sizes):
            place = place * size + chosen[:, axis]
        out = np.empty((len(chosen), len(self.nominal.score)))
        cells = max(self.nominal.normalised.size, 1)
        for number, (x, methods) in enumerate(self.tables):
            pairwise = any(m in ("copeland", "outranking") for m in methods)
            block = max(1, BLOCK // (cells * (x.shape[0] if pairwise else 1)))
            here = np.flatnonzero(place == number)
            for at in range(0, len(here), block):
                part = here[at : at + block]
                weights = self._weights(noise[part])
                levels = aggregations.climb(x, self.tree, weights, methods, every_level=False)
                out[part] = levels[-1][..., 0]
        return out

    def _weights(self, noise: Floats) -> list[Floats]:
        draws = len(noise)
        if self.noise is None:
            return [np.broadcast_to(w, (draws, len(w))) for w in self.tree.weights]
        weights, at = [], 0
        for w in self.tree.weights:
            weights.append(w * (1 + self.noise * (2 * noise[:, at : at + len(w)] - 1)))
            at += len(w)
        return weights


def rank_intervals(
    values: ArrayLike,
    *,
    tree: Tree,
    recipe: Recipe | None = None,
    random: np.random.Generator,
    weight_noise: float | None = None,
    alternatives: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    draws: int = 10_000,
    level: float = 0.9,
) -> RankIntervals:
    """Return how far each unit's rank moves over plausible weights, normalisations and aggregations.

    Parameters
    ----------
    values : array_like, shape (units, indicators)
        Raw figures.
    tree, recipe
        As in `build_index`.
    random : numpy.random.Generator
        Source of randomness; the same state gives the same result.
    weight_noise : float, optional
        Each weight of each level is multiplied by a uniform number in 1 ± this share.
    alternatives : mapping of name to sequence of mappings, optional
        Choices of equal standing; each entry names the fields of the recipe that it replaces, for example
        ``{"means": [{"aggregation": "arithmetic"}, {"aggregation": "geometric"}]}``. Each draw takes one
        entry of each choice.
    draws : int
        At least 100.
    level : float
        Level of the interval.

    Returns
    -------
    RankIntervals

    Raises
    ------
    ValueError
        When nothing varies, an alternative has no effect, or a combination of alternatives does not work
        on these data (a geometric mean on a scale that reaches 0).

    Examples
    --------
    >>> import numpy as np
    >>> from banyan.science.composite import index_tree
    >>> tree = index_tree(["a", "b"], parent={"a": "all", "b": "all"})
    >>> found = rank_intervals([[1, 5], [5, 1], [6, 6], [0, 0]], tree=tree, weight_noise=0.5,
    ...                        random=np.random.default_rng(1), draws=1000)
    >>> found.low.tolist(), found.high.tolist()
    ([2, 2, 1, 4], [3, 3, 1, 4])
    """
    level = arguments.confidence(level)
    draws = arguments.whole(draws, name="draws", needs="a whole number of at least 100", least=100)
    arguments.made(random, np.random.Generator, name="random", by="numpy.random.default_rng()")
    engine = _Engine(values, tree, recipe or Recipe(), alternatives, weight_noise)
    chosen = np.column_stack(
        [random.integers(0, size, draws) for size in engine.sizes] or [np.zeros(draws, np.int64)]
    )
    scores = engine.scores(chosen, random.random((draws, engine.weight_count)))
    ranks, ahead = _ranks_and_leads(scores)
    units = ranks.shape[1]
    counts = np.stack([np.bincount(r - 1, minlength=units) for r in ranks.T])
    tail = (1 - level) / 2
    below = counts.cumsum(axis=1)
    low, median, high = (1 + (below < q * draws - 1e-9).sum(axis=1) for q in (tail, 0.5, 1 - tail))
    probability = counts / draws
    fields = {"low": low, "median": median, "high": high, "mean": ranks.mean(axis=0)}
    fields |= {"probability": probability, "ahead": ahead, "rank": engine.nominal.rank}
    return RankIntervals(
        **{name: arguments.sealed(held) for name, held in fields.items()},
        mean_shift=float(np.abs(ranks - engine.nominal.rank).mean()), n=int(draws), level=level,
        method="Monte Carlo over " + ", ".join([*engine.choices, *(["weights"] if weight_noise else [])]),
    )  # fmt: skip


def _ranks_and_leads(scores: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the ranks (draws, units), and the share of draws in which each unit scores above each other."""
    by_unit = np.ascontiguousarray(scores.T)
    units, draws = by_unit.shape
    rank, ahead = np.empty((units, draws), np.int64), np.empty((units, units))
    for u, own in enumerate(by_unit):
        above = by_unit > own
        rank[u] = 1 + above.sum(axis=0)
        ahead[:, u] = np.count_nonzero(above, axis=1) / draws
    return rank.T, ahead


def sobol_indices(
    values: ArrayLike,
    *,
    tree: Tree,
    recipe: Recipe | None = None,
    random: np.random.Generator,
    weight_noise: float | None = None,
    alternatives: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    samples: int = 1024,
    resamples: int = 200,
    level: float = 0.95,
) -> Sensitivity:
    """Return what share of the movement of ranks each choice causes.

    Parameters
    ----------
    values, tree, recipe, random, weight_noise, alternatives
        As in `rank_intervals`; all weights together are one factor. At least two factors must vary.
    samples : int
        Base samples; the index is evaluated samples × (factors + 2) times.
    resamples : int
        Bootstrap samples for the intervals.
    level : float
        Level of the intervals.

    Returns
    -------
    Sensitivity

    Notes
    -----
    Estimators of Saltelli (first order) and Jansen (total). Below some hundred samples first-order indices
    can come out negative; never show them without their intervals.

    References
    ----------
    Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics
    Communications 181, 259-270.

    Examples
    --------
    >>> import numpy as np
    >>> from banyan.science.composite import index_tree
    >>> tree = index_tree(["a", "b"], parent={"a": "all", "b": "all"})
    >>> found = sobol_indices([[1, 5], [5, 2], [6, 6], [0, 0]], tree=tree, weight_noise=0.5,
    ...     recipe=Recipe(scale=(1, 100)), random=np.random.default_rng(1), samples=256,
    ...     alternatives={"means": [{"aggregation": "arithmetic"}, {"aggregation": "harmonic"}]})
    >>> found.factors
    ('means', 'weights')
    >>> bool((found.total[:, -1] > 0.1).all())
    True
    """
    level = arguments.confidence(level)
    samples = arguments.whole(samples, name="samples", needs="a whole number of at least 64", least=64)
    resamples = arguments.whole(resamples, name="resamples", needs="a whole number of at least 2", least=2)
    arguments.made(random, np.random.Generator, name="random", by="numpy.random.default_rng()")
    engine = _Engine(values, tree, recipe or Recipe(), alternatives, weight_noise)
    factors = (*engine.choices, *(["weights"] if weight_noise is not None else []))
    if len(factors) < 2:
        raise ValueError(
            f"only {factors[0]!r} varies: shares need two factors, so give weight_noise and alternatives"
        )
    first_half, second_half = (_sample(engine, samples, random) for _ in range(2))
    base = _outcomes(engine, *first_half)
    other = _outcomes(engine, *second_half)
    mixed = np.stack([_outcomes(engine, *_exchange(first_half, second_half, k, engine)) for k in range(len(factors))])
    first, total = _shares(base, other, mixed)
    picks = random.integers(0, samples, (resamples, samples))
    spread = [_shares(base[p], other[p], mixed[:, p]) for p in picks]
    tail = (1 - level) / 2
    ends = [np.quantile([s[k] for s in spread], [tail, 1 - tail], axis=0) for k in (0, 1)]
    return Sensitivity(
        factors=factors, first=first, first_low=ends[0][0], first_high=ends[0][1], total=total,
        total_low=ends[1][0], total_high=ends[1][1], variance=np.concatenate((base, other)).var(axis=0),
        n=samples * (len(factors) + 2), level=level, method="Sobol, Saltelli and Jansen estimators",
    )  # fmt: skip


def _sample(engine: _Engine, samples: int, random: np.random.Generator) -> tuple[NDArray[np.int64], Floats]:
    chosen = np.column_stack([random.integers(0, s, samples) for s in engine.sizes] or [np.zeros(samples, np.int64)])
    return chosen, random.random((samples, engine.weight_count))


def _exchange(
    first: tuple[NDArray[np.int64], Floats], second: tuple[NDArray[np.int64], Floats], k: int, engine: _Engine
) -> tuple[NDArray[np.int64], Floats]:
    """Return the first sample with factor k taken from the second."""
    if k >= len(engine.sizes):
        return first[0], second[1]
    chosen = first[0].copy()
    chosen[:, k] = second[0][:, k]
    return chosen, first[1]


def _outcomes(engine: _Engine, chosen: NDArray[np.int64], noise: Floats) -> Floats:
    ranks = rank_of(engine.scores(chosen, noise)).astype(np.float64)
    shift = np.abs(ranks - engine.nominal.rank).mean(axis=1)
    return np.column_stack((ranks, shift))


def _shares(base: Floats, other: Floats, mixed: Floats) -> tuple[Floats, Floats]:
    variance = np.concatenate((base, other)).var(axis=0)
    moves = variance > 0
    first = (other * (mixed - base)).mean(axis=1)
    total = ((base - mixed) ** 2).mean(axis=1) / 2
    safe = np.where(moves, variance, 1.0)
    return np.where(moves, first / safe, np.nan), np.where(moves, total / safe, np.nan)

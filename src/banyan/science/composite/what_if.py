"""What if: an index without one of its parts, and the few changes that would lift a unit most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.composite import aggregation as aggregations
from banyan.science.composite.index import Recipe, build_index, prepared
from banyan.science.composite.tree import Tree, index_tree, rank_of

BLOCK = 2_000_000  # numbers held at once


@dataclass(frozen=True, slots=True, eq=False)
class RemoveOne:
    """The index without each part in turn.

    Attributes
    ----------
    removed : tuple of str
        Code of the part left out, per row.
    rank : ndarray of int, shape (parts, units)
        Ranks without it.
    mean_shift : ndarray, shape (parts,)
        Mean distance from the ranks of the whole index.
    """

    removed: tuple[str, ...]
    rank: NDArray[np.int64]
    mean_shift: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Sets of changes that lift a unit, the best first.

    Attributes
    ----------
    indicators : tuple of tuple of str
        Which indicators each set changes.
    rank, score : ndarray, shape (sets,)
        Of the unit after the changes.
    rank_now, score_now : int, float
    alone_rank, alone_score : ndarray, shape (indicators,)
        After each single change; NaN score where there is nothing to change.
    tried : int
        Sets that were computed.
    """

    indicators: tuple[tuple[str, ...], ...]
    rank: NDArray[np.int64]
    score: Floats
    rank_now: int
    score_now: float
    alone_rank: NDArray[np.int64]
    alone_score: Floats
    tried: int


def remove_one(values: ArrayLike, *, tree: Tree, recipe: Recipe | None = None, level: int = 0) -> RemoveOne:
    """Return the ranks without each indicator (level 0) or each group of a level in turn.

    One index a call; every code of the level is removed in turn.

    Parameters
    ----------
    values : array_like, shape (units, indicators)
    tree, recipe
        As in `build_index`.
    level : int
        Level whose parts are removed.

    Returns
    -------
    RemoveOne

    Examples
    --------
    >>> from banyan.science.composite import index_tree
    >>> tree = index_tree(["a", "b"], parent={"a": "all", "b": "all"}, weight={"a": 3})
    >>> remove_one([[1, 9], [2, 5], [3, 1]], tree=tree).rank.tolist()
    [[1, 2, 3], [3, 2, 1]]
    """
    recipe = recipe or Recipe()
    whole = build_index(values, tree=tree, recipe=recipe)
    top = len(tree.codes) - 2
    level = arguments.whole(level, name="level", needs=f"a level below the index, 0 to {top},", least=0, most=top)
    if len(tree.codes[level]) < 2:
        raise ValueError(f"level {level} has a single code: nothing would be left")
    methods = recipe.methods(tree)
    ranks = []
    for code in tree.codes[level]:
        smaller, kept = _without(tree, level, code)
        scores = aggregations.climb(whole.normalised[:, kept], smaller, smaller.weights, methods)
        ranks.append(rank_of(scores[-1][:, 0]))
    rank = np.array(ranks)
    return RemoveOne(
        tree.codes[level], arguments.sealed(rank), arguments.sealed(np.abs(rank - whole.rank).mean(axis=1))
    )


def _without(tree: Tree, level: int, code: str) -> tuple[Tree, NDArray[np.int64]]:
    """Return the tree without a code and all that then leads nowhere, and the indicators kept."""
    parent: dict[str, str | None] = {}
    weight: dict[str, float] = {}
    for at in range(len(tree.parents)):
        for i, own in enumerate(tree.codes[at]):
            parent[own] = tree.codes[at + 1][tree.parents[at][i]]
            weight[own] = float(tree.weights[at][i])

    def leads_through(own: str) -> bool:
        step: str | None = own
        while step is not None:
            if step == code:
                return True
            step = parent.get(step)
        return False

    kept = np.array([i for i, own in enumerate(tree.indicators) if not leads_through(own)], np.int64)
    names = [tree.indicators[i] for i in kept]
    used = {own for name in names for own in _path(name, parent)}
    smaller = index_tree(
        names,
        parent=parent,
        weight={own: w for own, w in weight.items() if own in used},
        direction={tree.indicators[i]: int(tree.direction[i]) for i in kept},
    )
    return smaller, kept


def _path(code: str, parent: dict[str, str | None]) -> Iterator[str]:
    step: str | None = code
    while step is not None:
        yield step
        step = parent.get(step)


def best_changes(
    values: ArrayLike,
    *,
    tree: Tree,
    unit: int,
    recipe: Recipe | None = None,
    changes: int = 3,
    reach: ArrayLike | None = None,
    top: int = 5,
) -> Changes:
    """Return which few changes would lift a unit's rank most, all sets tried.

    Parameters
    ----------
    values : array_like, shape (units, indicators)
        Raw figures.
    tree, recipe
        As in `build_index`.
    unit : int
        Row of the unit to lift.
    changes : int
        Indicators changed at once.
    reach : array_like, shape (indicators,), optional
        Raw figure that the unit could reach in each indicator; NaN where it can change nothing. Default:
        the best figure of any unit.
    top : int
        Sets returned, the best rank first, then the best score.

    Returns
    -------
    Changes

    Raises
    ------
    ValueError
        When `reach` is worse than the unit's own figure, or fewer than `changes` indicators can change.

    Notes
    -----
    Each changed column is imputed, treated and normalised again, so that a new best or worst value moves
    the scale for all units.

    Examples
    --------
    >>> from banyan.science.composite import index_tree
    >>> tree = index_tree(["a", "b", "c"], parent=dict.fromkeys("abc", "all"), weight={"a": 5, "b": 2})
    >>> found = best_changes([[1, 1, 1], [5, 5, 5], [4, 4, 4]], tree=tree, unit=0, changes=1, top=1)
    >>> found.indicators, found.rank.tolist(), found.rank_now
    ((('a',),), [2], 3)
    """
    recipe = recipe or Recipe()
    now = build_index(values, tree=tree, recipe=recipe)
    units, indicators = now.raw.shape
    unit = arguments.whole(unit, name="unit", needs=f"a row from 0 to {units - 1}", least=0, most=units - 1)
    changes = arguments.whole(changes, name="changes", needs="a whole number of at least 1", least=1)
    top = arguments.whole(top, name="top", needs="a whole number of at least 1", least=1)
    goal = _reach(now.raw, tree, unit, reach)
    open_columns = np.flatnonzero(~np.isnan(goal) & (goal != now.raw[unit]))
    if len(open_columns) < changes:
        raise ValueError(f"changes is {changes}: the unit can change {len(open_columns)} indicators")
    moved = _changed_columns(now.raw, tree, recipe, unit, goal, open_columns)
    methods = recipe.methods(tree)

    def after(sets: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
        x = np.broadcast_to(now.normalised, (len(sets), units, indicators)).copy()
        row = np.arange(len(sets))
        for k in range(sets.shape[1]):
            x[row, :, open_columns[sets[:, k]]] = moved[sets[:, k]]
        weights = [np.broadcast_to(w, (len(sets), len(w))) for w in tree.weights]
        scores = aggregations.climb(x, tree, weights, methods)[-1][..., 0]
        return rank_of(scores)[:, unit], scores[:, unit]

    alone_rank = np.full(indicators, now.rank[unit])
    alone_score = np.full(indicators, np.nan)
    single = after(np.arange(len(open_columns))[:, None])
    alone_rank[open_columns], alone_score[open_columns] = single
    best: list[tuple[int, float, tuple[int, ...]]] = []
    every, tried = combinations(range(len(open_columns)), changes), 0
    while block := list(islice(every, max(1, BLOCK // now.raw.size))):
        rank, score = after(np.array(block, np.int64))
        tried += len(block)
        order = np.lexsort((-score, rank))[:top]
        best += [(int(rank[i]), -float(score[i]), block[i]) for i in order]
        best = sorted(best)[:top]
    return Changes(
        indicators=tuple(tuple(tree.indicators[open_columns[i]] for i in s) for _, _, s in best),
        rank=arguments.sealed(np.array([r for r, _, _ in best])),
        score=arguments.sealed(np.array([-s for _, s, _ in best])),
        rank_now=int(now.rank[unit]), score_now=float(now.score[unit]), alone_rank=arguments.sealed(alone_rank),
        alone_score=arguments.sealed(alone_score), tried=tried,
    )  # fmt: skip


def _reach(raw: Floats, tree: Tree, unit: int, reach: ArrayLike | None) -> Floats:
    if reach is None:
        return np.nanmax(raw * tree.direction, axis=0) * tree.direction
    goal = arguments.real(reach, name="reach", ndim=1, finite=False)
    arguments.same_length(raw.shape[1], reach=goal)
    arguments.refuse_where(np.isinf(goal), name="reach", fault="a finite number or NaN is needed", values=goal)
    worse = (goal - raw[unit]) * tree.direction < 0
    arguments.refuse_where(worse, name="reach", fault="worse than the unit's own figure", values=goal)
    return goal


def _changed_columns(
    raw: Floats, tree: Tree, recipe: Recipe, unit: int, goal: Floats, columns: NDArray[np.int64]
) -> Floats:
    """Return (columns, units): each column normalised anew with the unit's figure changed."""
    changed = raw.copy()
    changed[unit, columns] = goal[columns]
    return prepared(changed, tree=tree, recipe=recipe)[3][:, columns].T

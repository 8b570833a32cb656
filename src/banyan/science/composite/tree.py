"""The tree of an index: which indicator belongs to which group, with what weight and in which direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Codes, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Levels of an index from the indicators up to the whole.

    Attributes
    ----------
    codes : tuple of tuple of str
        Codes per level: indicators first, the index itself last.
    parents : tuple of ndarray of int
        Per level but the last: place of each code's parent on the next level.
    weights : tuple of ndarray
        Per level but the last: weight of each code within its parent; only proportions count.
    direction : ndarray, shape (indicators,)
        1 where more is better, -1 where less is.
    """

    codes: tuple[tuple[str, ...], ...]
    parents: tuple[Codes, ...]
    weights: tuple[Floats, ...]
    direction: Floats

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the indicators, in the order of the data's columns."""
        return self.codes[0]

    def members(self, level: int, group: int) -> Codes:
        """Places on `level` of the codes that belong to `group` of the next level."""
        return np.flatnonzero(self.parents[level] == group)

    def effective_weights(self) -> dict[str, float]:
        """Return each code's share in the whole index when all levels take weighted means."""
        share = np.ones(1)
        found = {self.codes[-1][0]: 1.0}
        for level in range(len(self.weights) - 1, -1, -1):
            parent, weight = self.parents[level], self.weights[level]
            share = share[parent] * weight / np.bincount(parent, weight)[parent]
            found |= dict(zip(self.codes[level], share.tolist(), strict=True))
        return found


def index_tree(
    indicators: Sequence[str],
    *,
    parent: Mapping[str, str | None],
    weight: Mapping[str, float] | None = None,
    direction: Mapping[str, int] | None = None,
) -> Tree:
    """Return the tree that leads from the indicators to one index.

    Parameters
    ----------
    indicators : sequence of str
        Codes in the order of the data's columns.
    parent : mapping of code to parent's code
        For every indicator and group; the index itself has None or is left out. All indicators lie equally
        deep.
    weight : mapping of code to weight, optional
        Positive; 1 where left out.
    direction : mapping of indicator to 1 or -1, optional
        1 where left out.

    Returns
    -------
    Tree

    Examples
    --------
    >>> tree = index_tree(["a", "b", "c"], parent={"a": "X", "b": "X", "c": "Y", "X": "all", "Y": "all"},
    ...                   weight={"b": 3})
    >>> tree.codes
    (('a', 'b', 'c'), ('X', 'Y'), ('all',))
    >>> tree.effective_weights()["b"]
    0.375
    """
    indicators = arguments.listed(indicators, name="indicators", needs="a list of codes")
    arguments.made(parent, Mapping, name="parent", by="a mapping of code to parent")
    odd = [code for code in indicators if not isinstance(code, str)]
    if odd:
        raise ValueError(f"indicators holds {odd[0]!r}: codes are texts")
    level = list(indicators)
    if not level or len(set(level)) < len(level):
        raise ValueError("indicators is empty or lists a code twice")
    codes, parents, weights = [tuple(level)], [], []
    known = set(level)
    while len(level) > 1 or parent.get(level[0]) is not None:
        above = [parent.get(code) for code in level]
        for code, group in zip(level, above, strict=True):
            if group is None:
                raise ValueError(f"parent of {code!r} is missing: all indicators must lead to one index equally deep")
        groups = list(dict.fromkeys(str(g) for g in above))
        again = known & set(groups)
        if again:
            raise ValueError(f"parent: {sorted(again)[0]!r} lies on two levels")
        known |= set(groups)
        place = {g: i for i, g in enumerate(groups)}
        parents.append(np.array([place[str(g)] for g in above], np.int64))
        weights.append(_weights(level, weight))
        level = groups
        codes.append(tuple(level))
    _refuse_unknown("weight", weight, known)
    _refuse_unknown("direction", direction, set(codes[0]))
    signs = np.array([float((direction or {}).get(code, 1)) for code in codes[0]])
    arguments.refuse_where(np.abs(signs) != 1, name="direction", fault="1 or -1 is needed", values=signs)
    return Tree(tuple(codes), tuple(parents), tuple(weights), arguments.sealed(signs))


def _weights(level: list[str], weight: Mapping[str, float] | None) -> Floats:
    held = np.array([float((weight or {}).get(code, 1.0)) for code in level])
    bad = ~(held > 0) | ~np.isfinite(held)
    if bad.any():
        code = level[int(np.flatnonzero(bad)[0])]
        raise ValueError(
            f"weight of {code!r} is {held[bad][0]}: a positive number is needed; leave the code out instead"
        )
    return held


def _refuse_unknown(name: str, given: Mapping[str, object] | None, known: set[str]) -> None:
    unknown = [code for code in given or {} if code not in known]
    if unknown:
        raise ValueError(f"{name} names {unknown[0]!r}, which is not in the tree: it would have no effect")


def rank_of(score: ArrayLike) -> NDArray[np.int64]:
    """Return ranks along the last axis, 1 for the highest; ties share the better rank, NaN comes last.

    Examples
    --------
    >>> rank_of([3.0, 9.0, 9.0, 1.0]).tolist()
    [3, 1, 1, 4]
    """
    score = arguments.real(score, name="score", finite=False)
    if not score.ndim or not score.size:
        raise ValueError(f"score has shape {score.shape}: one score per unit is needed, and at least one")
    held = np.where(np.isnan(score), -np.inf, score)
    order = np.argsort(-held, axis=-1, kind="stable")
    ordered = np.take_along_axis(held, order, axis=-1)
    place = np.arange(score.shape[-1])
    new = np.ones(score.shape, bool)
    new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    first = np.maximum.accumulate(np.where(new, place, 0), axis=-1) + 1
    rank = np.empty(score.shape, np.int64)
    np.put_along_axis(rank, order, first, axis=-1)
    return rank

"""A composite index with every stage kept: from raw figures to scores and ranks."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.composite import aggregation as aggregations
from banyan.science.composite.normalisation import normalise
from banyan.science.composite.preparation import Treated, impute, table, treat
from banyan.science.composite.tree import Tree, rank_of


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """How an index is made; every option that would have no effect is refused.

    Attributes
    ----------
    imputation : str or None
        Method of `impute`; None leaves gaps, over which the other weights are spread.
    groups : array_like or None
        For the group methods of imputation.
    treatment : {None, "winsorise"}
        Whether outliers are pulled in (`treat`).
    winsorise_most : int or None
        Steps at most; default 5.
    normalisation : str
        Method of `normalise`.
    scale, posts, target
        Options of `normalise`.
    aggregation : str or tuple of str
        Method of `aggregate`, one for all levels or one per level from below.
    """

    imputation: str | None = None
    groups: ArrayLike | None = None
    treatment: str | None = None
    winsorise_most: int | None = None
    normalisation: str = "minmax"
    scale: tuple[float, float] | None = None
    posts: ArrayLike | None = None
    target: ArrayLike | None = None
    aggregation: str | tuple[str, ...] = "arithmetic"

    def __post_init__(self) -> None:
        if self.groups is not None and not (self.imputation or "").startswith("group"):
            raise ValueError("groups has no effect without an imputation by group; leave it out")
        if self.treatment not in (None, "winsorise"):
            raise ValueError(f"treatment is {self.treatment!r}: None or 'winsorise' is needed")
        if self.winsorise_most is not None and self.treatment is None:
            raise ValueError("winsorise_most has no effect without treatment='winsorise'; leave it out")
        methods = (self.aggregation,) if isinstance(self.aggregation, str) else self.aggregation
        for method in methods:
            arguments.choice(method, name="aggregation", among=aggregations.METHODS)

    def methods(self, tree: Tree) -> tuple[str, ...]:
        """Return the aggregation method of each level."""
        levels = len(tree.weights)
        if isinstance(self.aggregation, str):
            return (self.aggregation,) * levels
        if len(self.aggregation) != levels:
            raise ValueError(f"aggregation names {len(self.aggregation)} levels: the tree has {levels} to climb")
        return self.aggregation

    def changed(self, **changes: object) -> Recipe:
        """Return this recipe with some fields replaced."""
        unknown = set(changes) - {f.name for f in fields(self)}
        if unknown:
            raise ValueError(f"{sorted(unknown)[0]!r} is not part of a recipe")
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """An index with all stages on the way to it.

    Attributes
    ----------
    raw, imputed, treated, normalised : ndarray, shape (units, indicators)
    treatment : Treated or None
        What was done to outliers.
    aggregated : tuple of ndarray, each (units, codes of the level)
        Scores per level above the indicators, the index last.
    score : ndarray, shape (units,)
    rank : ndarray of int, shape (units,)
        1 for the highest score; ties share the better rank.
    tree, recipe
        What it was made with.
    """

    raw: Floats
    imputed: Floats
    treated: Floats
    normalised: Floats
    treatment: Treated | None
    aggregated: tuple[Floats, ...]
    score: Floats
    rank: NDArray[np.int64]
    tree: Tree
    recipe: Recipe

    def scores(self, code: str) -> Floats:
        """Return the scores of an indicator (normalised) or group by its code."""
        for level, codes in enumerate(self.tree.codes):
            if code in codes:
                held = self.normalised if level == 0 else self.aggregated[level - 1]
                return held[:, codes.index(code)]
        raise ValueError(f"{code!r} is not in the tree")


def build_index(values: ArrayLike, *, tree: Tree, recipe: Recipe | None = None) -> Index:
    """Return the index of each unit with every stage on the way.

    One table a call, and every stage of it is kept; `rank_intervals` scores thousands of recipes and weights at once.

    Parameters
    ----------
    values : array_like, shape (units, indicators)
        Raw figures in the order of `tree.indicators`; NaN for gaps.
    tree : Tree
    recipe : Recipe
        Default: min-max to 0..100 and weighted arithmetic means.

    Returns
    -------
    Index

    Raises
    ------
    ValueError
        For data that do not fit the tree, an indicator without spread, a unit without any value, an option
        that has no effect on these data (an imputation without gaps, a treatment without outliers).

    Notes
    -----
    Equal at every stage to COINr 1.1 on its ASEM example.

    References
    ----------
    OECD, JRC (2008), Handbook on Constructing Composite Indicators.

    Examples
    --------
    >>> from banyan.science.composite import index_tree
    >>> tree = index_tree(["a", "b"], parent={"a": "all", "b": "all"}, weight={"a": 3})
    >>> index = build_index([[1, 10], [3, 30], [2, 50]], tree=tree)
    >>> index.score.tolist(), index.rank.tolist()
    ([0.0, 87.5, 62.5], [3, 1, 2])
    """
    arguments.made(tree, Tree, name="tree", by="index_tree()")
    recipe = arguments.made(recipe or Recipe(), Recipe, name="recipe", by="Recipe()")
    raw = table(values)
    if raw.shape[1] != len(tree.indicators):
        raise ValueError(f"values has {raw.shape[1]} columns: the tree has {len(tree.indicators)} indicators")
    imputed, treated, treatment, normalised = prepared(raw, tree=tree, recipe=recipe)
    if recipe.imputation is not None and not np.isnan(raw).any():
        raise ValueError(f"imputation={recipe.imputation!r} has no effect: values has no gap; leave it out")
    if treatment is not None and not (treatment.winsorised.any() or treatment.logged.any()):
        raise ValueError("treatment='winsorise' has no effect: no indicator has outliers; leave it out")
    bare = np.isnan(normalised).all(axis=1)
    if bare.any():
        raise ValueError(f"values[{int(np.flatnonzero(bare)[0])}] holds no value at all: leave the unit out")
    levels = aggregations.climb(normalised, tree, tree.weights, recipe.methods(tree))
    score = levels[-1][:, 0]
    return Index(
        raw=arguments.sealed(raw), imputed=arguments.sealed(imputed), treated=arguments.sealed(treated),
        normalised=arguments.sealed(normalised), treatment=treatment,
        aggregated=tuple(arguments.sealed(level) for level in levels), score=arguments.sealed(score),
        rank=arguments.sealed(rank_of(score)), tree=tree, recipe=recipe,
    )  # fmt: skip


def prepared(raw: Floats, *, tree: Tree, recipe: Recipe) -> tuple[Floats, Floats, Treated | None, Floats]:
    """Return the imputed, treated and normalised figures, and what was done to outliers."""
    imputed, treatment = raw, None
    if recipe.imputation is not None:
        imputed = impute(raw, method=recipe.imputation, groups=recipe.groups)
    treated = imputed
    if recipe.treatment is not None:
        treatment = treat(imputed, most=5 if recipe.winsorise_most is None else recipe.winsorise_most)
        treated = treatment.values
    normalised = normalise(
        treated, method=recipe.normalisation, direction=tree.direction, scale=recipe.scale, posts=recipe.posts,
        target=recipe.target,
    )  # fmt: skip
    return imputed, treated, treatment, normalised

"""Composite indices: trees of indicators, every stage from data to rank, and how sure the ranks are.

How an index is made, how firmly its ranks stand, and what would change them.

Examples
--------
Four counties, three indicators in two groups; safety weighs twice, and less energy is better:

>>> import numpy as np
>>> from banyan.science import composite
>>> tree = composite.index_tree(
...     ["pass", "recall", "energy"], weight={"safety": 2}, direction={"energy": -1},
...     parent={"pass": "safety", "recall": "safety", "energy": "green", "safety": "index", "green": "index"},
... )
>>> figures = [[97.0, 80.0, 1.2], [94.0, 95.0, 0.9], [91.0, 60.0, 0.7], [96.0, 70.0, 1.5]]
>>> recipe = composite.Recipe(scale=(1, 100))
>>> index = composite.build_index(figures, tree=tree, recipe=recipe)
>>> index.score.round(1).tolist(), index.rank.tolist(), index.scores("safety").round(1).tolist()
([65.2, 75.2, 34.0, 37.9], [2, 1, 4, 3], [78.8, 75.2, 1.0, 56.4])

Other weights and another mean would do as well. The first two ranks stand, the last two do not:

>>> sure = composite.rank_intervals(
...     figures, tree=tree, recipe=recipe, weight_noise=0.25, draws=2000, random=np.random.default_rng(1),
...     alternatives={"means": [{"aggregation": "arithmetic"}, {"aggregation": "geometric"}]},
... )
>>> sure.low.tolist(), sure.high.tolist()
([2, 1, 3, 3], [2, 1, 4, 4])

The fourth county would be first if it matched the best in two indicators; of all pairs these lift it most:

>>> found = composite.best_changes(figures, tree=tree, recipe=recipe, unit=3, changes=2, top=1)
>>> found.indicators, found.rank_now, found.rank.tolist()
((('recall', 'energy'),), 3, [1])

An option that changes nothing is an error, since whoever set it believes that it did:

>>> composite.build_index(figures, tree=tree, recipe=composite.Recipe(imputation="mean"))
Traceback (most recent call last):
ValueError: imputation='mean' has no effect: values has no gap; leave it out
"""

from banyan.science.composite.aggregation import aggregate, outranking_matrix
from banyan.science.composite.index import Index, Recipe, build_index
from banyan.science.composite.normalisation import normalise
from banyan.science.composite.preparation import Description, Treated, denominate, describe, impute, screen, treat
from banyan.science.composite.rank_uncertainty import RankIntervals, Sensitivity, rank_intervals, sobol_indices
from banyan.science.composite.tree import Tree, index_tree, rank_of
from banyan.science.composite.weighting import (
    Weights,
    ahp_weights,
    component_weights,
    cronbach_alpha,
    entropy_weights,
    equal_weights,
    principal_component,
)
from banyan.science.composite.what_if import Changes, RemoveOne, best_changes, remove_one

__all__ = [
    "Changes",
    "Description",
    "Index",
    "RankIntervals",
    "Recipe",
    "RemoveOne",
    "Sensitivity",
    "Treated",
    "Tree",
    "Weights",
    "aggregate",
    "ahp_weights",
    "best_changes",
    "build_index",
    "component_weights",
    "cronbach_alpha",
    "denominate",
    "describe",
    "entropy_weights",
    "equal_weights",
    "impute",
    "index_tree",
    "normalise",
    "outranking_matrix",
    "principal_component",
    "rank_intervals",
    "rank_of",
    "remove_one",
    "screen",
    "sobol_indices",
    "treat",
]

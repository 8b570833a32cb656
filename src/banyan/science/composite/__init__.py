"""Composite indices: trees of indicators, every stage from data to rank, and how sure the ranks are."""

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

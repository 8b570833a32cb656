"""Every public function of five families refuses bad data in words: argument, place and what is wrong with it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from tests.science.faults import faults_of, last_of, refusal

from banyan.science import composite, lineage, rates, risk, sampling_design

FAMILIES: tuple[ModuleType, ...] = (rates, composite, risk, lineage, sampling_design)

TREE = composite.index_tree(["a", "b", "c"], parent={"a": "X", "b": "X", "c": "Y", "X": "all", "Y": "all"})
FIGURES = [[1.0, 9.0, 4.0], [2.0, 5.0, 6.0], [3.0, 2.0, 5.0], [5.0, 3.0, 9.0]]
MATRIX = risk.risk_matrix(
    bands=[("often", "1/100"), ("rarely", 0)],
    levels=["low", "high"],
    cells={"often": ["low", "high"], "rarely": ["low", "low"]},
)
FOLDS_UP = risk.scenario("folds up", steps=["1/5", "1/10"], severity=2)
PAST = np.random.default_rng(1).poisson(1.0, 400)
FOUND = (np.random.default_rng(2).random(400) < 0.3).astype(float).tolist()
DAY = (np.arange(400) // 4).tolist()
DESIGN: dict[str, Any] = {
    "passed": [1, 0, 1, 1], "stratum": list("aabb"), "weight": [2.0, 2.0, 5.0, 5.0], "cluster": [1, 2, 3, 4],
    "domain": list("xyxy"), "level": 0.95,
}  # fmt: skip
PAIR: dict[str, Any] = {"passed": [8, 9], "tested": [10, 12]}
PAIRS: dict[str, Any] = PAIR | {"other_passed": [5, 6], "other_tested": [9, 9], "level": 0.95}
RANKING: dict[str, Any] = {"features": PAST[:, None].astype(float).tolist(), "found": FOUND, "day": DAY}
GRAPH = lineage.Graph.from_edges([0, 1], [1, 2], at=[1, 2], quantity=[1.0, 2.0])

# A call that works for every public function; arguments that never hold data are given in FIXED.
CALLS: dict[str, dict[str, Any]] = {
    "rates.benjamini_hochberg": {"p_values": [0.01, 0.2, 0.9], "level": 0.05},
    "rates.beta_binomial": PAIR | {"family": ["x", "x"], "level": 0.95},
    "rates.binomial_interval": PAIR | {"level": 0.95},
    "rates.calibrated_weights": {"weight": [1, 1, 2], "margins": [["x", "x", "y"]], "totals": [{"x": 6, "y": 4}]},
    "rates.difference": PAIRS,
    "rates.fay_herriot": {
        "direct": [0.9, 0.8, 0.95, 0.7], "variance": [0.01, 0.02, 0.01, 0.02],
        "predictors": [[1.0, 0.1], [1.0, 0.4], [1.0, 0.2], [1.0, 0.7]], "level": 0.95,
    },
    "rates.funnel": {"passed": [18, 95, 150], "tested": [20, 100, 200], "target": 0.9, "winsorise": 0.1},
    "rates.funnel_limits": {"tested": [20, 200], "target": 0.9, "dispersion": 1.5, "between": 0.001},
    "rates.hide_block": {"counts": [[20, 30, 2], [25, 40, 35]], "threshold": 5},
    "rates.hide_cells": {"counts": [20, 30, 2], "cells": [("a",), ("b",), ("c",)], "threshold": 5},
    "rates.closes_circle": {"tables": [["a", "b"], ["b", "c"]], "more": ["a", "c"]},
    "rates.hide_growth": {"counts": [20, 30, 2], "before": [19, 30, 1], "shown": [18, 30, 1], "threshold": 5},
    "rates.hide_line": {"counts": [20, 30, 2], "threshold": 5},
    "rates.post_stratified_rate": DESIGN | {"margins": [["u", "v", "u", "v"]], "totals": [{"u": 30, "v": 40}]},
    "rates.probability_target_met": PAIR | {"target_passed": [5, 6], "target_tested": [9, 9], "factor": [1.0, 2.0]},
    "rates.rate_from_sums": {
        "tested": [3, 3], "weight": [30.0, 15.0], "passed_weight": [20.0, 15.0], "stratum": ["a", "b"],
        "weight_squared": [300.0, 75.0], "passed_weight_squared": [200.0, 75.0], "domain": ["x", "x"], "level": 0.95,
    },
    "rates.ratio": PAIRS,
    "rates.standardised": {
        "events": [1, 0, 0, 1], "factors": [[0, 0, 1, 1]], "prior": 4.0, "passes": 8, "units": [2, 1, 3, 1],
    },
    "rates.stratified_rate": DESIGN,
    "rates.suppress": {"counts": [[20, 30, 2], [25, 40, 35]], "threshold": 5},
    "rates.verdict": {"low": [0.9, 0.8], "high": [0.95, 0.9], "target": [0.9, 0.9]},
    "rates.with_totals": {"counts": [[20, 30], [25, 40]]},
    "composite.aggregate": {"values": FIGURES, "weights": [1.0, 1.0, 2.0]},
    "composite.ahp_weights": {"judgements": [[1.0, 2.0], [0.5, 1.0]]},
    "composite.best_changes": {"values": FIGURES, "tree": TREE, "unit": 0, "changes": 1, "reach": [9] * 3},
    "composite.build_index": {"values": FIGURES, "tree": TREE},
    "composite.component_weights": {"values": FIGURES},
    "composite.cronbach_alpha": {"values": FIGURES},
    "composite.denominate": {"values": FIGURES, "denominator": FIGURES},
    "composite.describe": {"values": FIGURES, "skewness": 2.0, "kurtosis": 3.5},
    "composite.entropy_weights": {"values": FIGURES},
    "composite.equal_weights": {"count": 4},
    "composite.impute": {"values": FIGURES, "method": "group_mean", "groups": list("uuvv")},
    "composite.index_tree": {"indicators": ["a", "b"], "parent": {"a": "all", "b": "all"}},
    "composite.normalise": {"values": FIGURES, "direction": [1, -1, 1]},
    "composite.outranking_matrix": {"values": FIGURES, "weights": [1.0, 1.0, 2.0]},
    "composite.principal_component": {"values": FIGURES},
    "composite.rank_intervals": {
        "values": FIGURES, "tree": TREE, "random": np.random.default_rng(1), "weight_noise": 0.5, "draws": 200,
        "level": 0.9,
    },
    "composite.rank_of": {"score": [3.0, 9.0]},
    "composite.remove_one": {"values": FIGURES, "tree": TREE, "level": 0},
    "composite.screen": {"values": FIGURES, "share": 0.5},
    "composite.sobol_indices": {
        "values": FIGURES, "tree": TREE, "random": np.random.default_rng(1), "weight_noise": 0.5, "samples": 64,
        "alternatives": {"scales": [{}, {"normalisation": "zscore"}]}, "resamples": 20, "level": 0.9,
    },
    "composite.treat": {"values": FIGURES, "most": 5, "skewness": 2.0, "kurtosis": 3.5},
    "risk.assess": {"scenarios": [FOLDS_UP], "matrix": MATRIX},
    "risk.backtest": RANKING | {"names": ["past"], "start": 60, "window": 10},
    "risk.calibration": {"found": [1, 0, 1, 0], "probability": [0.9, 0.8, 0.3, 0.1], "bins": 2, "level": 0.95},
    "risk.categories": {"labels": ["shop", "mill"], "name": "trade", "known": ["mill", "shop"]},
    "risk.days_gained": {"day": [1, 2, 3], "found": [0, 1, 1], "score": [0.1, 0.2, 0.3], "level": 0.95},
    "risk.earlier": {"key": list("aab"), "day": [1, 2, 3], "found": [0, 1, 1]},
    "risk.exact": {"value": 0.5},
    "risk.fairness": {
        "found": [1, 0, 1], "probability": [0.9, 0.8, 0.3], "group": list("NNS"), "k": 2, "level": 0.95,
    },
    "risk.fit_ranking": RANKING | {"names": ["past"], "penalty": 10.0, "folds": 4},
    "risk.past_log_odds": {"key": list("aab"), "day": [1, 2, 3], "found": [0, 1, 1], "strength": 20.0},
    "risk.precision_at": {"found": [1, 0, 1], "score": [0.9, 0.8, 0.3], "k": [1, 2], "level": 0.95},
    "risk.risk_matrix": {
        "bands": [("often", "1/100"), ("rarely", 0)], "levels": ["low", "high"],
        "cells": {"often": ["low", "high"], "rarely": ["low", "low"]},
    },
    "risk.scenario": {"name": "folds up", "steps": [0.1, 0.5], "severity": 1},
    "risk.step_at_which_level_changes": {"scenario": FOLDS_UP, "step": 0, "matrix": MATRIX},
    "lineage.Graph.from_edges": {"source": [0, 1], "target": [1, 2], "at": [1, 2], "quantity": [1, 2], "nodes": 3},
    "lineage.Graph.append": {"source": [0, 1], "target": [1, 2], "at": [1, 2], "quantity": [1.0, 2.0], "nodes": 3},
    "lineage.Graph.forward": {"node": [0, 1], "steps": 3, "since": 0, "until": 9},
    "lineage.Graph.backward": {"node": [0, 1], "steps": 3, "since": 0, "until": 9},
    "lineage.Graph.between": {"source": 0, "target": 2, "since": 0, "until": 9},
    "lineage.Graph.paths": {"source": 0, "target": 2, "since": 0, "until": 9, "limit": 3},
    "lineage.Graph.contents": {"node": 0, "size": 5.0, "since": 0, "until": 9},
    "lineage.Graph.composition": {"node": 2, "until": 9},
    "lineage.Graph.share": {"of": 0, "within": 2, "since": 0, "until": 9},
    "sampling_design.allocate": {
        "budget": 10, "size": [100, 50, 50], "method": "risk", "risk": [1.0, 2.0, 3.0], "random_share": 0.4,
        "minimum": [1, 1, 1],
    },
    "sampling_design.draw": {
        "keys": ["A-1", "A-2", "B-1"], "seed": "2026", "n": {"a": 1, "b": 1}, "stratum": list("aab"),
        "size": [1.0, 2.0, 1.0], "method": "pareto", "random_share": 0.2,
    },
    "sampling_design.hash_uniform": {"seed": "2026", "keys": ["A-1", "A-2"]},
    "sampling_design.pareto": {"probability": [0.5, 0.25, 0.25], "uniform": [0.9, 0.1, 0.4]},
    "sampling_design.pareto_inclusion": {"probability": [0.5, 0.25, 0.25]},
    "sampling_design.proportional_probabilities": {"size": [1.0, 1.0, 2.0], "n": 2, "random_share": 0.2},
    "sampling_design.sampford": {"probability": [0.5, 0.25, 0.25], "uniform": [0.9, 0.1, 0.4]},
    "sampling_design.systematic": {"probability": [0.5, 0.25, 0.25], "start": 0.4},
}  # fmt: skip

# Faults that are none: what stands for a gap, and signs and sizes without a bound.
SIGNED = {"negative"}
GAPS = {"nan", "none"}
ALLOWED: dict[str, set[str]] = {
    "rates.benjamini_hochberg p_values": GAPS,
    "rates.fay_herriot direct": SIGNED,
    "rates.fay_herriot predictors": SIGNED,
    "rates.post_stratified_rate cluster": SIGNED | {"text", "infinite"},  # labels
    "rates.stratified_rate cluster": SIGNED | {"text", "infinite"},
    "rates.verdict low": GAPS | SIGNED,
    "rates.verdict high": GAPS | {"infinite"},
    "rates.verdict target": GAPS | SIGNED | {"infinite"},
    "rates.funnel target": {"none"},
    "rates.hide_growth shown": GAPS,
    "rates.closes_circle tables": {"empty"},
    "rates.closes_circle more": {"empty", "text"},
    "composite.best_changes reach": GAPS,
    "composite.denominate denominator": GAPS,
    "composite.normalise direction": SIGNED,
    "composite.rank_of score": GAPS | SIGNED | {"infinite"},
    "composite.component_weights values": SIGNED,
    "composite.cronbach_alpha values": SIGNED,
    "composite.outranking_matrix values": SIGNED,
    "composite.principal_component values": SIGNED,
    "risk.backtest day": SIGNED,
    "risk.fit_ranking day": SIGNED,
    "risk.days_gained day": SIGNED,
    "risk.days_gained score": SIGNED,
    "risk.earlier day": SIGNED,
    "risk.past_log_odds day": SIGNED,
    "risk.precision_at score": SIGNED,
    "lineage.Graph.from_edges at": SIGNED,
    "lineage.Graph.append at": SIGNED,
    "lineage.Graph.from_edges nodes": {"none"},
    "lineage.Graph.append nodes": {"none"},
    "lineage.Graph.contents size": {"none"},
    "sampling_design.draw n": {"empty"},
} | {
    f"lineage.Graph.{verb} {name}": {"none"} | (SIGNED if name in ("since", "until") else set())
    for verb in ("forward", "backward", "between", "paths", "contents", "composition", "share")
    for name in ("steps", "since", "until")
}  # fmt: skip
ALLOWED |= {
    f"{name} {argument}": GAPS | SIGNED
    for name in CALLS for argument in ("values", "features")
    if f"{name} {argument}" not in ALLOWED and name != "composite.entropy_weights"
}  # fmt: skip


def function_of(name: str) -> Callable[..., Any]:
    family, *rest = name.split(".")
    if family == "lineage" and rest[-1] != "from_edges":
        return getattr(GRAPH, rest[-1])
    found = next(module for module in FAMILIES if module.__name__.endswith(family))
    for part in rest:
        found = getattr(found, part)
    return found  # type: ignore[return-value]


def named() -> Iterator[str]:
    """Every public function of the families, and every public verb of a graph."""
    for family in FAMILIES:
        short = family.__name__.rsplit(".", 1)[1]
        for name in family.__all__:
            if inspect.isfunction(getattr(family, name)):
                yield f"{short}.{name}"
    yield from (f"lineage.Graph.{name}" for name in vars(lineage.Graph) if not name.startswith("_")
                and inspect.isroutine(getattr(lineage.Graph, name)))  # fmt: skip


def test_no_public_function_is_left_out() -> None:
    assert set(CALLS) == set(named())


@pytest.mark.parametrize("name", sorted(CALLS))
def test_good_data_are_taken_and_bad_data_refused_by_argument_and_place(name: str) -> None:
    call, good = function_of(name), CALLS[name]
    call(**good)

    for argument, held in good.items():
        for fault, bad in faults_of(held):
            if fault in ALLOWED.get(f"{name} {argument}", set()):
                continue
            says = refusal(call, good | {argument: bad})
            assert re.search(rf"\b({argument}|{ALSO_CALLED.get(argument, argument)})\b", says), (
                argument,
                fault,
                says,
            )
            if isinstance(held, list) and fault in ("nan", "infinite") and last_of(held) is not None:
                assert re.search(r"\[[\d, ]+\]|names holds|indicators holds|floats", says), (argument, fault, says)


# An argument whose message may speak of its counterpart, where only both together are wrong.
ALSO_CALLED = {
    "value": "probability",
    "weight": "margins",
    "reach": "changes",
    "day": "at",
    "alternatives": "factors",
}


@pytest.mark.parametrize("name", sorted(n for n, call in CALLS.items() if "passed" in call and "tested" in call))
def test_more_passed_than_tested_is_refused(name: str) -> None:
    good = CALLS[name]
    bad = [*good["passed"][:-1], good["tested"][-1] + 1]

    with pytest.raises(ValueError, match=rf"passed\[{len(bad) - 1}\] is .*more than were tested"):
        function_of(name)(**good | {"passed": bad})


@pytest.mark.parametrize(
    "name", sorted(n for n, call in CALLS.items() if sum(isinstance(v, list) for v in call.values()) > 1)
)
def test_arrays_that_do_not_fit_together_are_refused(name: str) -> None:
    good = CALLS[name]
    # A table of figures may have any number of units; all other arrays go together.
    arrays = [name for name, held in good.items() if isinstance(held, list) and len(held) > 2 and name != "values"]

    for argument in arrays[:-1]:
        assert refusal(function_of(name), good | {argument: good[argument][:-1]})

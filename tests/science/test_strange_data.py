"""What is of another kind than asked for, or beyond any measure, is refused by name instead of falling inside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from banyan.science import acceptance, composite, energy, rates, risk, sampling_design, uncertainty

T = np.linspace(0, 30, 40)

STRANGE: dict[str, tuple[Any, dict[str, Any]]] = {
    "plan": (acceptance.oc_curve, {"plan": 3, "p": 0.1}),
    "state": (acceptance.next_state, {"state": "normal", "accepted": True}),
    "lots": (acceptance.inspect_series, {"lots": 5, "aql": 1.0}),
    "tree": (composite.build_index, {"values": [[1.0, 2.0], [2.0, 1.0]], "tree": {"a": "b"}}),
    "indicators": (composite.index_tree, {"indicators": "ab", "parent": {}}),
    "margins": (rates.calibrated_weights, {"weight": [1.0], "margins": 3, "totals": [{"a": 1}]}),
    "totals": (rates.calibrated_weights, {"weight": [1.0], "margins": [["a"]], "totals": [[1]]}),
    "scenarios": (risk.assess, {"scenarios": [1], "matrix": risk.risk_matrix(
        bands=[("any", 0)], levels=["low"], cells={"any": ["low"]})}),
    "matrix": (risk.assess, {"scenarios": [risk.scenario("s", steps=[1], severity=1)], "matrix": [[1]]}),
    "bands": (risk.risk_matrix, {"bands": [3], "levels": ["low"], "cells": {}}),
    "keys": (sampling_design.hash_uniform, {"seed": "s", "keys": 3}),
    "model": (uncertainty.budget, {"model": 2.0, "inputs": {"x": uncertainty.Input.normal(1, 0.1)}}),
    "inputs": (uncertainty.monte_carlo, {"model": np.sin, "inputs": {"x": 1.0}, "seed": 1}),
    "found": (uncertainty.validate, {"found": 1, "simulated": 2}),
    "fitted": (energy.gates, {"fitted": None, "cvrmse": 0.2}),
    "factors": (energy.coal_equivalent, {
        "quantity": 1.0, "energy": "coal", "unit": "t", "on": "2020-01-01", "factors": [1]}),
    "maximum_p_value": (energy.baseline, {
        "usage": T, "temperature": T, "unit": "degC", "maximum_p_value": [0.1, 0.2]}),
}  # fmt: skip


@pytest.mark.parametrize("argument", STRANGE)
def test_another_kind_of_thing_is_refused_by_name(argument: str) -> None:
    call, arguments = STRANGE[argument]

    with pytest.raises(ValueError, match=rf"\b{argument}\b"):
        call(**arguments)


@pytest.mark.parametrize("figure", [1e308, -1e308, 10**120])
def test_figures_beyond_any_measure_are_refused_by_place(figure: float) -> None:
    with pytest.raises(ValueError, match=r"values\[2, 1\] is .*: no figure is so large"):
        composite.cronbach_alpha([[1.0, 2.0], [2.0, 3.0], [3.0, figure]])


def test_counts_that_floats_cannot_tell_apart_and_complex_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"lot_size\[1\] is 1e\+30: a count is never so large"):
        acceptance.code_letter([100, 10**30])
    with pytest.raises(ValueError, match="p_values has complex numbers"):
        rates.benjamini_hochberg(np.array([0.1 + 1j, 0.2]))


def test_indicators_without_a_common_spread_have_no_alpha() -> None:
    with pytest.raises(ValueError, match="alpha is undefined"):
        composite.cronbach_alpha([[1.0, 1.0], [1.0, 1.0]])

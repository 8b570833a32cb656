"""Every public function of the five other families refuses bad data in words: argument, place, what is wrong."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from tests.science.faults import faults_of, last_of, refusal

from banyan.science import acceptance, control_charts, early_warning, energy, uncertainty

FAMILIES: tuple[ModuleType, ...] = (acceptance, control_charts, uncertainty, early_warning, energy)
RANDOM = np.random.default_rng(1)

WEEKS: dict[str, Any] = {"counts": RANDOM.poisson(9.0, (2, 320)).tolist(), "at": [310, 319]}
YEARS = WEEKS | {"years_back": 2, "half_window": 2, "period": 52, "alpha": 0.05}
RINGS = RANDOM.normal(74, 0.01, (6, 4)).tolist()
SHARES: dict[str, Any] = {"nonconforming": [2, 4, 3], "n": [50, 100, 80], "width": 3.0}
FLAWS: dict[str, Any] = {"counts": [4, 9, 5], "n": [10, 20, 10], "width": 3.0}
PLAN: dict[str, Any] = {"plan": ((50, 50), (0, 3), (3, 4)), "p": [0.01, 0.05], "lot_size": 1000}
POINTS: dict[str, Any] = {"producer": (0.01, 0.95), "consumer": (0.08, 0.10)}
TEMPERATURES = RANDOM.uniform(0, 30, 60).tolist()
USAGE = [40 + 3 * max(15 - t, 0) for t in TEMPERATURES]
DAYS: dict[str, Any] = {"usage": USAGE, "temperature": TEMPERATURES, "unit": "degC"}
FITTED = energy.baseline(np.array(USAGE) + RANDOM.normal(0, 1, 60), TEMPERATURES, unit="degC")
MONTHS = [12, 13, 12, 12, 11]
BILLS: dict[str, Any] = {
    "usage": np.add.reduceat(USAGE, np.cumsum([0, *MONTHS[:-1]])).tolist(), "temperature": TEMPERATURES,
    "days": MONTHS, "unit": "degC",
}  # fmt: skip
BILLED = energy.billing_baseline(**BILLS)
FACTORS = [energy.Factor("raw_coal", 0.7143, "kgce/kg", start="2008-06-01", source="GB/T 2589")]
CARBON = [energy.Factor("raw_coal", 1.9, "kgCO2/kg", start="2008-06-01", source="a table")]
BURNT: dict[str, Any] = {
    "quantity": [3.0, 5.0],
    "energy": ["raw_coal"] * 2,
    "unit": ["kg"] * 2,
    "on": ["2014-01-01"] * 2,
}
LENGTH = uncertainty.Input.normal(10.0, 0.1)
MODEL: dict[str, Any] = {"model": lambda x: 2 * x, "inputs": {"x": LENGTH}, "level": 0.95}
BUDGET = uncertainty.budget(lambda x: 2 * x, {"x": LENGTH})
DRAWN = uncertainty.monte_carlo(lambda x: 2 * x, {"x": LENGTH}, seed=1, draws=20_000)
STAMPS = [f"2015-03-01T{hour:02d}:00" for hour in range(16, 24)]

# A call that works for every public function; arguments that never hold data are left out or given once.
CALLS: dict[str, dict[str, Any]] = {
    "acceptance.average_sample_number": PLAN,
    "acceptance.check_declared_quality": {
        "found": [1, 3], "n": [35, 30], "declared": [0.01, 0.01], "limit": [1, 1], "population": [900, 900],
        "alpha": 0.05,
    },
    "acceptance.code_letter": {"lot_size": [100, 1000]},
    "acceptance.declared_quality_plan": {
        "declared": [0.01, 0.02], "limit": [0, 1], "alpha": 0.05, "beta": 0.1, "population": [900, 900],
    },
    "acceptance.double_plan": {"lot_size": [100, 1000], "aql": [1.0, 2.5]},
    "acceptance.estimated_share": {"quality": [1.5, 2.0], "n": [5, 6]},
    "acceptance.find_plan": POINTS | {"model": "binomial", "lot_size": [100, 200]},
    "acceptance.find_variables_plan": POINTS,
    "acceptance.fractional_oc": {"n": [80, 50], "accept": [0.5, 0.2], "p": [0.01, 0.02]},
    "acceptance.fractional_plan": {"lot_size": [100, 1000], "aql": [1.0, 2.5]},
    "acceptance.inspect_histories": {
        "lot_size": [[1000, 500], [50, 50]], "nonconforming": [[0, 1], [2, 0]], "aql": [1.0, 2.5],
    },
    "acceptance.inspect_series": {"lots": [acceptance.Lot(1000, 1)], "aql": 1.0},
    "acceptance.judge_by_variables": {
        "values": RINGS, "plan": acceptance.VariablesPlan(4, 1.2, "sigma"), "lower": 73.0, "upper": 75.0,
        "sigma": 0.1,
    },
    "acceptance.judge_with_scores": {"found": [0, 1, 0], "accept": [0.5, 0.2, 1]},
    "acceptance.limiting_quality": {"plan": ((50, 50), (0, 3), (3, 4)), "probability": [0.95, 0.1], "lot_size": 1000},
    "acceptance.matched_variables_plan": {"lot_size": [1000, 2000], "aql": [1.0, 2.5]},
    "acceptance.multiple_plan": {"lot_size": [100, 1000], "aql": [1.0, 2.5]},
    "acceptance.next_state": {"state": acceptance.State(), "accepted": True, "acceptance_number": 2},
    "acceptance.oc_curve": PLAN,
    "acceptance.outgoing_quality": PLAN,
    "acceptance.resume": {"state": acceptance.State("discontinued")},
    "acceptance.single_plan": {"lot_size": [100, 1000], "aql": [1.0, 2.5]},
    "acceptance.variables_oc": {"plan": (15, 1.9), "p": [0.01, 0.06]},
    "acceptance.zero_acceptance_sample": {"lot_size": [50, 500], "quality": [0.02, 0.05], "risk": [0.1, 0.05]},
    "control_charts.c4": {"n": [2, 5]},
    "control_charts.c_chart": {"counts": [4, 9, 5], "width": 3.0},
    "control_charts.capability": {"values": RINGS, "lower": 73.9, "upper": 74.1, "target": 74.0, "level": 0.95},
    "control_charts.cusum_chart": {
        "values": [10.0, 12.0, 13.0], "shift": 1.0, "decision": 5.0, "center": 10.0, "sigma": 1.0,
    },
    "control_charts.cusum_decision": {"run_length": [200, 500], "allowance": [0.5, 0.25]},
    "control_charts.cusum_run_length": {
        "shift": [0.0, 1.0], "allowance": [0.5, 0.25], "decision": [5, 4], "start": [1, 2], "sided": "one",
    },
    "control_charts.d2": {"n": [2, 5]},
    "control_charts.d3": {"n": [2, 5]},
    "control_charts.ewma_chart": {
        "values": [10.0, 12.0, 13.0], "weight": 0.2, "width": 3.0, "center": 10.0, "sigma": 1.0,
    },
    "control_charts.ewma_run_length": {"shift": [0.0, 1.0], "weight": [0.1, 0.2], "width": [2.7, 2.8], "start": 0.0},
    "control_charts.ewma_width": {"run_length": [300, 370], "weight": [0.1, 0.2]},
    "control_charts.individuals_chart": {"values": [10.0, 12.0, 11.0], "width": 3.0},
    "control_charts.laney_p_chart": SHARES,
    "control_charts.laney_u_chart": FLAWS,
    "control_charts.moving_range_chart": {"values": [10.0, 12.0, 11.0], "width": 3.0},
    "control_charts.nonnormal_capability": {
        "values": RANDOM.lognormal(0, 0.3, (2, 30)).tolist(), "lower": 0.1, "upper": [3.0, 4.0],
        "method": "lognormal",
    },
    "control_charts.np_chart": SHARES,
    "control_charts.overdispersion_test": {"counts": [3, 12, 1], "n": [50, 50, 40]},
    "control_charts.p_chart": SHARES,
    "control_charts.poisson_cusum_run_length": {
        "mean": [4.0, 5.0], "reference": [5, 6], "decision": [10, 12], "scale": [1, 1],
    },
    "control_charts.poisson_ewma_run_length": {
        "mean": [8.0, 9.0], "in_control": 8.0, "weight": [0.2, 0.3], "lower_width": 2.5, "upper_width": 2.5,
        "start": 8.0, "states": 21,
    },
    "control_charts.r_chart": {"values": RINGS, "width": 3.0},
    "control_charts.run_rule_violations": {
        "statistic": [0.1, 2.1, 3.2], "center": 0.0, "standard_error": [1.0, 1.0, 1.0], "run": 7,
    },
    "control_charts.s_chart": {"values": RINGS, "width": 3.0},
    "control_charts.shewhart_run_length": {"shift": [0.0, 1.0], "width": [3.0, 2.5]},
    "control_charts.t2_chart": {"values": RANDOM.normal(size=(2, 9, 4)).tolist(), "false_alarm": 0.01},
    "control_charts.tolerance_factor": {"n": [20, 30], "coverage": [0.9, 0.95], "confidence": [0.9, 0.95]},
    "control_charts.u_chart": FLAWS,
    "control_charts.xbar_chart": {"values": RINGS, "width": 3.0},
    "uncertainty.algorithm_a": {"results": [10.1, 10.3, 9.9, 10.0]},
    "uncertainty.algorithm_s": {"deviations": [0.28, 0.49, 0.4], "dof": 1},
    "uncertainty.budget": MODEL | {"k": 2.0},
    "uncertainty.conformance_probability": {
        "value": [9.0, 10.0], "u": [1.0, 1.0], "upper": [10.0, 10.0], "dof": 9.0,
    },
    "uncertainty.coverage_factor": {"dof": [5.0, 9.0], "level": 0.95},
    "uncertainty.decide": {
        "value": [9.0, 10.0], "u": [1.0, 1.0], "upper": [10.0, 10.0], "dof": 9.0, "band": [0.1, 0.1],
    },
    "uncertainty.en_numbers": {
        "results": [10.5, 10.2], "expanded": [0.4, 0.4], "assigned": 10.0, "expanded_assigned": 0.2,
    },
    "uncertainty.fit_line": {"x": [1, 2, 3], "y": [2.1, 3.9, 6.2], "u": [0.1, 0.1, 0.2], "origin": 0.0},
    "uncertainty.global_risks": {
        "process_mean": [0.0, 0.1], "process_sd": [1.0, 1.0], "u": [0.25, 0.2], "lower": -2.0, "upper": 2.0,
        "acceptance_lower": -1.9, "acceptance_upper": 1.9,
    },
    "uncertainty.grouped_observations": {"observations": [[10.1, 10.3], [10.6, 10.8], [9.9, 10.2]]},
    "uncertainty.guard_band": {"u": [0.5, 0.4], "risk": 0.05},
    "uncertainty.joint_budget": MODEL | {"model": lambda x: {"y": 2 * x}},
    "uncertainty.key_comparison": {"results": [10.1, 9.9, 10.0], "u": [0.1, 0.1, 0.2]},
    "uncertainty.monte_carlo": MODEL | {"seed": 1, "draws": 20_000, "digits": 2},
    "uncertainty.numerical_tolerance": {"u": [0.07, 0.1], "digits": 2},
    "uncertainty.observed_together": {"observations": {"x": [1.0, 2.0, 3.0], "y": [2.0, 1.0, 3.0]}},
    "uncertainty.outliers": {
        "values": [9.9, 10.1, 10.0, 10.2, 9.8, 10.1, 9.9, 10.0, 10.3, 19.7], "z": 3.5, "fence": 3.0, "level": 0.05,
        "most": 0.1,
    },
    "uncertainty.rounded": {"value": [50.0, 1.0], "u": [0.1, 0.2], "digits": 2},
    "uncertainty.validate": {"found": BUDGET, "simulated": DRAWN, "digits": 1},
    "uncertainty.z_scores": {"results": [10.1, 10.9], "assigned": 10.0, "sigma": 0.4, "u_assigned": 0.1},
    "uncertainty.zeta_scores": {"results": [10.5, 10.1], "u": [0.2, 0.2], "assigned": 10.0, "u_assigned": 0.1},
    "early_warning.against_elsewhere": {
        "observed": [9, 3], "expected": [3.0, 3.0], "elsewhere": [30, 20], "expected_elsewhere": [10.0, 10.0],
        "prior": 5.0,
    },
    "early_warning.bayes": YEARS,
    "early_warning.binomial_cusum": {
        "counts": [[3, 9]], "tested": [[60, 60]], "usual": 0.05, "raised": 0.12, "decision": 4.5, "at": [0, 1],
    },
    "early_warning.control_alarms": {"p_values": [[0.001], [0.2]], "evaluated": [[1], [1]], "rate": 0.05},
    "early_warning.cusum": WEEKS | {"reference": 1.04, "decision": 2.26, "baseline": 9.0, "period": 52},
    "early_warning.ears": WEEKS | {"baseline": 7, "min_sigma": 0.0, "alpha": 0.001},
    "early_warning.evaluate": {
        "alarm": [[0, 1, 0]], "outbreak": [[0, 1, 1]], "evaluated": [[1, 1, 1]], "period": 52, "within": 2,
        "after": 0,
    },
    "early_warning.farrington": YEARS,
    "early_warning.farrington_flexible": YEARS | {
        "periods": 4, "weights_threshold": 2.58, "exclude_recent": 26, "trend_alpha": 0.05,
        "population": np.full((2, 320), 1000.0).tolist(),
    },
    "early_warning.glr": WEEKS | {"decision": 5.0, "baseline": 9.0, "dispersion": 0.1, "period": 52, "window": 9},
    "early_warning.outbreak_p": WEEKS | {"decision": 100.0},
    "early_warning.rki": WEEKS | {"years_back": 2, "half_window": 2, "period": 52},
    "early_warning.scan": {
        "counts": [[1, 2, 9], [3, 1, 2]], "expected": [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]], "seed": 1,
        "location": [[0.0, 0.0], [1.0, 0.0]], "longest": 1, "widest": 0.5, "simulations": 9, "most": 5,
    },
    "early_warning.truncated_product": {"p_values": [0.001, 0.2], "level": 0.05, "usual": 0.06},
    "energy.baseline": DAYS | {"minimum_days": 10, "minimum_degree_days": 10.0, "maximum_p_value": 1.0},
    "energy.billing_baseline": BILLS | {
        "minimum_periods": 0, "minimum_degree_days": 10.0, "maximum_p_value": 1.0, "minimum_share": 0.9,
    },
    "energy.billing_savings": {name: held for name, held in BILLS.items() if name != "unit"} | {
        "fitted": BILLED, "level": 0.9, "minimum_share": 0.9,
    },
    "energy.carbon_dioxide": BURNT | {"factors": CARBON},
    "energy.coal_equivalent": BURNT | {"factors": FACTORS},
    "energy.day_shift": DAYS | {"gain": 0.05},
    "energy.day_totals": {
        "times": STAMPS, "usage": [1.0] * 8, "first": "2015-03-02", "last": "2015-03-02", "step": 60, "offset": 8,
        "minimum_share": 1.0,
    },
    "energy.gates": {"fitted": FITTED, "cvrmse": 0.25, "nmbe": 0.005, "minimum_days": 30},
    "energy.hourly_baseline": {
        "usage": [1.0, 2.0] * 100, "temperature": [10.0, 12.0] * 100, "first": "2025-01-06T00", "unit": "degC",
        "edges": [5.0, 15.0], "minimum_hours": 20, "in_use_share": 0.65,
    },
    "energy.meter_balance": {
        "main": [100.0, 100.0], "subs": [[60.0, 39.0], [60.0, 40.0]], "u_main": 0.003, "u_sub": 0.006, "loss": 0.5,
        "u_loss": 0.1, "level": 0.95,
    },
    "energy.per_product": {
        "energy": [120.0, 100.0], "output": [10.0, 8.0], "product": ["steel", "bricks"], "comparable": [1.0, 1.0],
        "u_energy": 0.01, "u_output": 0.01, "limit": 12.0, "level": 0.95,
    },
    "energy.quantity_used": {"bought": [9.0, 8.0], "sold": [1.0, 1.0], "opening_stock": 2.0, "closing_stock": 1.0},
    "energy.register_days": {
        "times": ["2015-03-01T16:00", "2015-03-02T16:00"], "register": [100.0, 130.0], "first": "2015-03-02",
        "last": "2015-03-02", "offset": 8, "tolerance": 15.0, "capacity": 1e6,
    },
    "energy.savings": {"usage": USAGE, "temperature": TEMPERATURES} | {"fitted": FITTED, "level": 0.9},
}  # fmt: skip

# Faults that are none: what stands for a gap, and signs and sizes without a bound.
SIGNED, GAPS = {"negative"}, {"nan", "none"}
ALLOWED: dict[str, set[str]] = {
    "control_charts.run_rule_violations statistic": GAPS | SIGNED | {"infinite"},
    "early_warning.control_alarms p_values": GAPS,
    "early_warning.farrington_flexible population": GAPS | {"infinite"},  # told per cell
    "energy.day_totals usage": GAPS,  # told per day
    "energy.register_days register": GAPS,
    "uncertainty.algorithm_s deviations": GAPS,
    "uncertainty.coverage_factor dof": {"infinite"},
    "uncertainty.conformance_probability dof": {"infinite"},
    "uncertainty.decide dof": {"infinite"},
    "uncertainty.outliers values": SIGNED,
    "uncertainty.zeta_scores u": GAPS,
    "uncertainty.en_numbers expanded": GAPS,
    "early_warning.glr baseline": {"none"},
} | {
    f"{family}.{name} {argument}": SIGNED
    for family, name, names in (
        ("acceptance", "estimated_share", "quality"),
        ("acceptance", "judge_by_variables", "values lower"),
        ("control_charts", "capability", "lower target"),
        ("control_charts", "cusum_chart", "center"),
        ("control_charts", "cusum_run_length", "shift"),
        ("control_charts", "ewma_chart", "center"),
        ("control_charts", "ewma_run_length", "shift start"),
        ("control_charts", "nonnormal_capability", "lower"),
        ("control_charts", "run_rule_violations", "center"),
        ("control_charts", "shewhart_run_length", "shift"),
        ("control_charts", "t2_chart", "values"),
        ("early_warning", "scan", "location"),
        ("energy", "baseline", "temperature"),
        ("energy", "billing_baseline", "temperature"),
        ("energy", "billing_savings", "temperature"),
        ("energy", "hourly_baseline", "temperature edges"),
        ("energy", "savings", "temperature"),
        ("energy", "day_totals", "offset"),
        ("energy", "register_days", "offset"),
        ("uncertainty", "conformance_probability", "value upper"),
        ("uncertainty", "decide", "value upper"),
        ("uncertainty", "en_numbers", "assigned"),
        ("uncertainty", "fit_line", "x y origin"),
        ("uncertainty", "global_risks", "process_mean lower upper acceptance_lower acceptance_upper"),
        ("uncertainty", "key_comparison", "results"),
        ("uncertainty", "rounded", "value"),
        ("uncertainty", "z_scores", "assigned"),
        ("uncertainty", "zeta_scores", "assigned"),
    )
    for argument in names.split()
} | {
    f"{name}": GAPS | SIGNED  # measurements of which some may be missing
    for name in (
        "control_charts.capability values", "control_charts.cusum_chart values", "control_charts.ewma_chart values",
        "control_charts.individuals_chart values", "control_charts.moving_range_chart values",
        "control_charts.r_chart values", "control_charts.s_chart values", "control_charts.xbar_chart values",
        "energy.day_shift temperature", "uncertainty.algorithm_a results", "uncertainty.en_numbers results",
        "uncertainty.grouped_observations observations", "uncertainty.z_scores results",
        "uncertainty.zeta_scores results",
    )
}  # fmt: skip


def parameters(name: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(function_of(name)).parameters)


def function_of(name: str) -> Any:
    family, short = name.split(".")
    return getattr(next(module for module in FAMILIES if module.__name__.endswith(family)), short)


def named() -> Iterator[str]:
    for family in FAMILIES:
        short = family.__name__.rsplit(".", 1)[1]
        yield from (f"{short}.{name}" for name in family.__all__ if inspect.isfunction(getattr(family, name)))


def test_no_public_function_is_left_out() -> None:
    assert set(CALLS) == set(named())


@pytest.mark.parametrize("name", sorted(CALLS))
def test_good_data_are_taken_and_bad_data_refused_by_argument_and_place(name: str) -> None:
    call, good = function_of(name), CALLS[name]
    call(**good)

    for argument, held in good.items():
        for fault, bad in faults_of(held):
            allowed = ALLOWED.get(f"{name} {argument}", set())
            if fault in allowed or (bad is None and parameters(name)[argument].default is None):
                continue
            says = refusal(call, good | {argument: bad})
            assert re.search(rf"\b{argument}\b", says), (argument, fault, says)
            if isinstance(held, list) and fault in ("nan", "infinite") and last_of(held) is not None:
                assert re.search(r"\[[\d, ]+\]", says), (argument, fault, says)


# These have an axis of their own: qualities beside plans, times beside series, any number of sub-meters.
OUTER = {"p", "at", "probability", "quality", "subs", "edges"}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_arrays_that_do_not_fit_together_are_refused(name: str) -> None:
    good = CALLS[name]
    arrays = [argument for argument, held in good.items() if isinstance(held, list) and argument not in OUTER]

    for argument in arrays if len(arrays) > 1 else []:
        assert refusal(function_of(name), good | {argument: [*good[argument], good[argument][-1]]})


@pytest.mark.parametrize("name", sorted(n for n, call in CALLS.items() if "nonconforming" in call and "n" in call))
def test_more_nonconforming_than_inspected_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"nonconforming\[1\] is 101.0: more than were inspected"):
        function_of(name)(**CALLS[name] | {"nonconforming": [2, 101, 3]})

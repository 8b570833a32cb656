"""Measurement uncertainty: GUM budgets, Monte Carlo, calibration lines, proficiency, conformity with limits."""

from banyan.science.uncertainty.budget import (
    Budget,
    BudgetRow,
    JointBudget,
    budget,
    coverage_factor,
    joint_budget,
    rounded,
)
from banyan.science.uncertainty.conformity import (
    Conformity,
    GlobalRisk,
    conformance_probability,
    decide,
    global_risks,
    guard_band,
)
from banyan.science.uncertainty.groups import GroupedObservations, grouped_observations
from banyan.science.uncertainty.inputs import Input, Observed, observed_together
from banyan.science.uncertainty.lines import Line, Predicted, fit_line
from banyan.science.uncertainty.proficiency import (
    KeyComparison,
    Robust,
    Scores,
    algorithm_a,
    algorithm_s,
    en_numbers,
    key_comparison,
    z_scores,
    zeta_scores,
)
from banyan.science.uncertainty.simulation import Simulated, Validation, monte_carlo, numerical_tolerance, validate

__all__ = [
    "Budget",
    "BudgetRow",
    "Conformity",
    "GlobalRisk",
    "GroupedObservations",
    "Input",
    "JointBudget",
    "KeyComparison",
    "Line",
    "Observed",
    "Predicted",
    "Robust",
    "Scores",
    "Simulated",
    "Validation",
    "algorithm_a",
    "algorithm_s",
    "budget",
    "conformance_probability",
    "coverage_factor",
    "decide",
    "en_numbers",
    "fit_line",
    "global_risks",
    "grouped_observations",
    "guard_band",
    "joint_budget",
    "key_comparison",
    "monte_carlo",
    "numerical_tolerance",
    "observed_together",
    "rounded",
    "validate",
    "z_scores",
    "zeta_scores",
]

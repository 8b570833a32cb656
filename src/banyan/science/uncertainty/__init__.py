"""Measurement uncertainty: GUM budgets, Monte Carlo, calibration lines, proficiency, conformity with limits.

From what is known of the inputs to a statement on a limit, and to what other laboratories found.

Examples
--------
A resistance from voltage and current: type A and type B inputs, budget, expanded uncertainty to be reported:

>>> from banyan.science import uncertainty
>>> from banyan.science.uncertainty import Input
>>> inputs = {"V": Input.type_a([5.007, 4.994, 5.005, 4.990, 4.999]), "shown": Input.resolution(0, 0.001),
...           "I": Input.certificate(0.01966, 0.00004, k=2)}
>>> ohm = lambda V, shown, I: (V + shown) / I
>>> found = uncertainty.budget(ohm, inputs)
>>> uncertainty.rounded(float(found.value), float(found.expanded)), found.k.round(2).item()
((Decimal('254.27'), Decimal('0.62')), 2.01)
>>> [(row.name, round(float(row.share), 3)) for row in found.rows]
[('V', 0.284), ('shown', 0.002), ('I', 0.714)]

The same by Monte Carlo. Five observations follow the t distribution, whose tails the first order does not see:

>>> drawn = uncertainty.monte_carlo(ohm, inputs, seed=1, draws=200_000)
>>> uncertainty.validate(found, drawn).valid, round(drawn.u, 2), found.u.round(2).item()
(False, 0.35, 0.31)

May it be passed against an upper limit of 255 Ω, with a guard band of U (ILAC-G8)?

>>> decided = uncertainty.decide(found.value, u=found.u, upper=255.0, rule="guarded")
>>> decided.statement.item(), decided.probability.round(4).item()
('pass', 0.9912)

And eight laboratories measured it too:

>>> round_robin = [254.2, 254.5, 254.3, 254.1, 254.4, 254.2, 256.9, 254.3]
>>> robust = uncertainty.algorithm_a(round_robin)
>>> robust.mean.round(2).item(), uncertainty.z_scores(round_robin, assigned=robust.mean, sigma=0.3).verdict[6].item()
(254.33, 'unacceptable')
"""

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
from banyan.science.uncertainty.outliers import Outliers, outliers
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
    "Outliers",
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
    "outliers",
    "rounded",
    "validate",
    "z_scores",
    "zeta_scores",
]

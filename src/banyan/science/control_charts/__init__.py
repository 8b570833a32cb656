"""Control charts: Shewhart, EWMA, CUSUM and T² charts, run rules by name, capability, average run length.

Phase 1 sets the limits, phase 2 watches; a rule is reported by its name at the point that completes it.

Examples
--------
Twenty subgroups of five set the limits; the mean then moves by one and a half standard deviations:

>>> import numpy as np
>>> from banyan.science import control_charts
>>> random = np.random.default_rng(6)
>>> rings = np.concatenate([random.normal(74.0, 0.01, (20, 5)), random.normal(74.015, 0.01, (10, 5))])
>>> chart = control_charts.xbar_chart(rings, baseline=20)
>>> chart.lower[0].round(3).item(), chart.center[0].round(3).item(), chart.upper[0].round(3).item()
(73.987, 74.0, 74.013)
>>> broken = chart.violations(("N1", "N5"))
>>> (np.flatnonzero(broken["N1"]) + 1).tolist(), (np.flatnonzero(broken["N5"]) + 1).tolist()
([21, 23, 25, 27, 28, 29, 30], [23, 24, 25, 27, 28, 29, 30])

Capability by the stable part only, with its interval; and how many subgroups pass without a move, and with one of
half a standard deviation, until this chart and an EWMA chart alarm:

>>> able = control_charts.capability(rings[:20], lower=73.95, upper=74.05)
>>> [round(x, 2) for x in (able.cpk.low, able.cpk.value, able.cpk.high)], able.method.split(",")[0]
([1.48, 1.73, 1.98], 'sigma within by UWAVE-R')
>>> move = np.sqrt(5) * np.array([0, 0.5])
>>> control_charts.shewhart_run_length(move, rules=("N1",)).round(1).tolist()
[370.4, 33.4]
>>> control_charts.ewma_run_length(move, weight=0.2, width=2.86).round(1).tolist()
[371.1, 8.1]
"""

from banyan.science.control_charts.attributes import c_chart, laney_p_chart, laney_u_chart, np_chart, p_chart, u_chart
from banyan.science.control_charts.capability import Capability, Index, capability
from banyan.science.control_charts.chart import Chart
from banyan.science.control_charts.constants import c4, d2, d3
from banyan.science.control_charts.measurements import (
    individuals_chart,
    moving_range_chart,
    r_chart,
    s_chart,
    xbar_chart,
)
from banyan.science.control_charts.memory import CusumChart, EwmaChart, cusum_chart, ewma_chart
from banyan.science.control_charts.nonnormal import NonnormalCapability, nonnormal_capability, tolerance_factor
from banyan.science.control_charts.poisson_run_length import poisson_cusum_run_length, poisson_ewma_run_length
from banyan.science.control_charts.rules import NELSON, RULES, WESTERN_ELECTRIC, Rule, run_rule_violations
from banyan.science.control_charts.run_length import (
    cusum_decision,
    cusum_run_length,
    ewma_run_length,
    ewma_width,
    shewhart_run_length,
)
from banyan.science.control_charts.several import Overdispersion, T2Chart, overdispersion_test, t2_chart

__all__ = [
    "NELSON",
    "RULES",
    "WESTERN_ELECTRIC",
    "Capability",
    "Chart",
    "CusumChart",
    "EwmaChart",
    "Index",
    "NonnormalCapability",
    "Overdispersion",
    "Rule",
    "T2Chart",
    "c4",
    "c_chart",
    "capability",
    "cusum_chart",
    "cusum_decision",
    "cusum_run_length",
    "d2",
    "d3",
    "ewma_chart",
    "ewma_run_length",
    "ewma_width",
    "individuals_chart",
    "laney_p_chart",
    "laney_u_chart",
    "moving_range_chart",
    "nonnormal_capability",
    "np_chart",
    "overdispersion_test",
    "p_chart",
    "poisson_cusum_run_length",
    "poisson_ewma_run_length",
    "r_chart",
    "run_rule_violations",
    "s_chart",
    "shewhart_run_length",
    "t2_chart",
    "tolerance_factor",
    "u_chart",
    "xbar_chart",
]

"""Control charts: Shewhart, EWMA, CUSUM and T² charts, run rules by name, capability, average run length."""

from banyan.science.control_charts.attributes import c_chart, laney_p_chart, laney_u_chart, np_chart, p_chart, u_chart
from banyan.science.control_charts.capability import (
    Capability,
    Index,
    NonnormalCapability,
    capability,
    nonnormal_capability,
    tolerance_factor,
)
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
from banyan.science.control_charts.rules import NELSON, RULES, WESTERN_ELECTRIC, Rule, run_rule_violations
from banyan.science.control_charts.run_length import (
    cusum_decision,
    cusum_run_length,
    ewma_run_length,
    ewma_width,
    poisson_cusum_run_length,
    poisson_ewma_run_length,
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

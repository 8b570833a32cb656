"""Acceptance sampling: plans of GB/T 2828.1 and 2828.4, what they do, plans found, switching, plans by variables.

Which plan, what it lets through, what a series of lots did to the severity, and whether a declared level stands.

Examples
--------
A lot of 1,000 kettles at general level II and AQL 1.0, and what the plan does to good and bad lots:

>>> from banyan.science import acceptance
>>> plan = acceptance.single_plan(1000, level="II", aql=1.0)
>>> plan.code_letter, plan.n, plan.accept, plan.reject
('J', 80, 2, 3)
>>> acceptance.oc_curve(plan, [0.01, 0.05]).round(3).tolist(), round(acceptance.limiting_quality(plan), 4)
([0.953, 0.231], 0.0652)

An arrow of the table changes the letter, hence the sample too; with an authority's approval a fraction keeps it:

>>> arrow = acceptance.single_plan(1000, aql=0.40)
>>> (arrow.code_letter, arrow.n, arrow.accept), acceptance.fractional_plan(1000, aql=0.40).accept
(('K', 125, 1), 0.5)

Two refusals among five lots tighten inspection, five refusals there stop it:

>>> lots = [acceptance.Lot(1000, found) for found in (0, 3, 1, 4, 2, 2, 3, 2, 2)]
>>> [one.severity for one in acceptance.inspect_series(lots, aql=1.0)][3:6]
['normal', 'tightened', 'tightened']
>>> acceptance.inspect_series(lots, aql=1.0)[-1].state.severity
'discontinued'

A supervisor checks a declared level of 1 %: 3 of 35 contradict it, 1 does not (which is no proof that it is true):

>>> acceptance.check_declared_quality([3, 1], n=35, declared=0.01, limit=1).verdict.tolist()
['contradicted', 'not contradicted']
"""

from banyan.science.acceptance.curves import (
    OutgoingQuality,
    average_sample_number,
    limiting_quality,
    oc_curve,
    outgoing_quality,
)
from banyan.science.acceptance.declared import (
    DeclaredQualityPlan,
    DeclaredQualityVerdict,
    check_declared_quality,
    declared_quality_plan,
)
from banyan.science.acceptance.design import FoundPlan, find_plan, zero_acceptance_sample
from banyan.science.acceptance.fractional import (
    FractionalPlan,
    ScoredLots,
    fractional_oc,
    fractional_plan,
    judge_with_scores,
)
from banyan.science.acceptance.histories import InspectedHistories, inspect_histories
from banyan.science.acceptance.plans import (
    SinglePlan,
    code_letter,
    single_plan,
)
from banyan.science.acceptance.stages import StagePlan, StagePlans, double_plan, multiple_plan
from banyan.science.acceptance.switching import InspectedLot, Lot, State, inspect_series, next_state, resume
from banyan.science.acceptance.variables import (
    VariablesPlan,
    VariablesVerdict,
    estimated_share,
    find_variables_plan,
    judge_by_variables,
    matched_variables_plan,
    variables_oc,
)

__all__ = [
    "DeclaredQualityPlan",
    "DeclaredQualityVerdict",
    "FoundPlan",
    "FractionalPlan",
    "InspectedHistories",
    "InspectedLot",
    "Lot",
    "OutgoingQuality",
    "ScoredLots",
    "SinglePlan",
    "StagePlan",
    "StagePlans",
    "State",
    "VariablesPlan",
    "VariablesVerdict",
    "average_sample_number",
    "check_declared_quality",
    "code_letter",
    "declared_quality_plan",
    "double_plan",
    "estimated_share",
    "find_plan",
    "find_variables_plan",
    "fractional_oc",
    "fractional_plan",
    "inspect_histories",
    "inspect_series",
    "judge_by_variables",
    "judge_with_scores",
    "limiting_quality",
    "matched_variables_plan",
    "multiple_plan",
    "next_state",
    "oc_curve",
    "outgoing_quality",
    "resume",
    "single_plan",
    "variables_oc",
    "zero_acceptance_sample",
]

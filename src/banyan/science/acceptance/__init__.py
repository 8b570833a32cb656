"""Acceptance sampling: plans of GB/T 2828.1 and 2828.4, what they do, plans found, switching, plans by variables."""

from banyan.science.acceptance.curves import (
    OutgoingQuality,
    average_sample_number,
    limiting_quality,
    oc_curve,
    outgoing_quality,
)
from banyan.science.acceptance.design import (
    DeclaredQualityPlan,
    DeclaredQualityVerdict,
    FoundPlan,
    check_declared_quality,
    declared_quality_plan,
    find_plan,
    zero_acceptance_sample,
)
from banyan.science.acceptance.fractional import (
    FractionalPlan,
    ScoredLots,
    fractional_oc,
    fractional_plan,
    judge_with_scores,
)
from banyan.science.acceptance.plans import (
    SinglePlan,
    StagePlan,
    code_letter,
    double_plan,
    multiple_plan,
    single_plan,
)
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
    "InspectedLot",
    "Lot",
    "OutgoingQuality",
    "ScoredLots",
    "SinglePlan",
    "StagePlan",
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

"""Reads of plans and draws, and the door for other rooms."""

from banyan.records.plans.models import (
    Draw,
    Drawn,
    FrameUnit,
    Level,
    Plan,
    PlanLine,
    Quota,
    Scheme,
    Tie,
)  # fmt: skip
from banyan.records.plans.queries.draws import (
    announcement,
    bundle,
    canonical,
    draw,
    drawn_units,
    frame_units,
    script,
)
from banyan.records.plans.queries.ranking import Risk, makers_by_class, makers_by_county, risks
from banyan.records.plans.queries.ties import ties_of

__all__ = [
    "Draw", "Drawn", "FrameUnit", "Level", "Plan", "PlanLine", "Quota", "Risk", "Scheme", "Tie", "announcement",
    "bundle", "canonical", "draw", "drawn_units", "frame_units", "makers_by_class", "makers_by_county", "risks",
    "script", "ties_of",
]  # fmt: skip

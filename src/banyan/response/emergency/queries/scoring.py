"""The score sheet: what an activation did of its plan, in time, late or not, and the points that this gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from banyan.kit import clock, terms
from banyan.response.emergency.models import Activation, Measure
from banyan.response.emergency.queries.plans import LATE_SHARE

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Line:
    """One step with its term, what became of it and its points; `verdict` is in_time, late, open or missed."""

    measure: Measure
    verdict: str
    got: Decimal


@dataclass(frozen=True)
class Sheet:
    """All steps that the plan asked for, and the score of 100 that they give; None where nothing had points."""

    lines: Sequence[Line]
    got: Decimal
    possible: int

    @property
    def score(self) -> Decimal | None:
        """Points reached of those possible, of 100."""
        if not self.possible:
            return None
        return (100 * self.got / self.possible).quantize(Decimal("0.1"), ROUND_HALF_UP)


def sheet_of(activation: Activation, *, at: datetime | None = None, measures: Sequence[Measure] = ()) -> Sheet:
    """The score sheet at a moment, or at the end of the response. A step that was dropped counts for nothing."""
    asked_at = activation.ended_at or at or clock.now()
    share = terms.value(LATE_SHARE, on=activation.activated_on)[0] or 0
    rows: Any = measures or activation.measures.filter(withdrawn_on=None).order_by("due_at", "key")
    lines = [
        _line(one, asked_at, has_ended=activation.ended_at is not None, share=Decimal(str(share)))
        for one in rows
        if one.state != Measure.State.DROPPED
    ]
    return Sheet(lines, sum((one.got for one in lines), NOTHING), sum(one.measure.points for one in lines))


def _line(one: Measure, at: datetime, *, has_ended: bool, share: Decimal) -> Line:
    points = Decimal(one.points)
    if one.done_at is None:
        return Line(one, "missed" if has_ended or at > one.due_at else "open", NOTHING)
    if one.done_at <= one.due_at:
        return Line(one, "in_time", points)
    return Line(one, "late", points * share)

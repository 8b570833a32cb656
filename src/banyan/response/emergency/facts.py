"""Which facts emergencies yield: real activations, drills held, messages acknowledged, findings of drills mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind

OURS = {"county_id": "VARCHAR", "is_drill": "BOOLEAN", "withdrawn_on": "DATE"}
ACTIVATION = {**OURS, "kind": "VARCHAR", "level": "VARCHAR", "activated_on": "DATE", "ended_on": "DATE",
              "score": "DOUBLE"}  # fmt: skip


def activated(v: Any) -> Mapping[str, Any]:
    """A real response. An exercise is never one."""
    return {
        "holds": ~v.is_drill & v.withdrawn_on.isnull(), "happened_on": v.activated_on, "item": v["kind"],
        "county": v.county_id, "level_of_emergency": v.level,
    }  # fmt: skip


def drill_held(v: Any) -> Mapping[str, Any]:
    """An exercise that has ended, with its score."""
    return {
        "holds": v.is_drill & v.ended_on.notnull() & v.withdrawn_on.isnull(), "happened_on": v.activated_on,
        "item": v["kind"], "county": v.county_id, "value": v.score,
    }  # fmt: skip


def acknowledged(v: Any) -> Mapping[str, Any]:
    """A real message at one of those to whom it went, once it was acknowledged or its term had passed."""
    return {
        "holds": ~v.is_drill & v.in_time.notnull() & v.withdrawn_on.isnull(), "happened_on": v.sent_on,
        "passed": v.in_time, "county": v.county_id,
    }  # fmt: skip


def finding_due(v: Any) -> Mapping[str, Any]:
    """A finding of an exercise that was mended, or was not by its day."""
    return {
        "holds": v.is_drill & (v.closed_on.notnull() | v.was_late) & v.withdrawn_on.isnull(),
        "happened_on": v.mend_by, "passed": ~v.was_late, "county": v.county_id,
    }  # fmt: skip


KINDS = (
    Kind(
        name="emergency.activated", title=_("Emergency plan activated"), noun="emergency.activation",
        reads=ACTIVATION, yields=activated, own={"level_of_emergency": "string"}, day="activated_on",
        place="county_id",
    ),
    Kind(
        name="emergency.drill_held", title=_("Drill held"), noun="emergency.activation", reads=ACTIVATION,
        yields=drill_held, day="activated_on", place="county_id",
    ),
    Kind(
        name="emergency.acknowledged", title=_("Emergency message acknowledged or not"), noun="emergency.receipt",
        reads={**OURS, "sent_on": "DATE", "in_time": "BOOLEAN"}, yields=acknowledged, day="sent_on",
        place="county_id",
    ),
    Kind(
        name="emergency.finding_due", title=_("Finding of a drill mended or late"), noun="emergency.finding",
        reads={**OURS, "mend_by": "DATE", "closed_on": "DATE", "was_late": "BOOLEAN"}, yields=finding_due,
        day="mend_by", place="county_id",
    ),
)  # fmt: skip

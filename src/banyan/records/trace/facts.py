"""Which facts the trace yields: what each firm's events of a day say of where goods come from and went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind
from banyan.records.trace.models import TraceDay


def day(v: Any) -> Mapping[str, Any]:
    """A firm's events of a day in a district: `value` of them, `passed` where none came in late."""
    return {
        "holds": (v.member_events > 0) & v.withdrawn_on.isnull(),
        "happened_on": v.on,
        "county": v.county_id,
        "organisation": v.member_organisation_id,
        "value": v.member_events.cast("float64"),
        "unit": v.member_events.notnull().ifelse("event", None),
        "passed": v.member_late == 0,
        **{name: v[f"member_{name}"] for name in TraceDay.COUNTS},
    }


KINDS = (
    Kind(
        name="traceability.day",
        title=_("Traceability of a firm's events of a day"),
        noun="trace.day",
        reads={"on": "DATE", "county_id": "VARCHAR", "withdrawn_on": "DATE"},
        yields=day,
        each="firms",
        member={"organisation_id": "VARCHAR", **dict.fromkeys(TraceDay.COUNTS, "BIGINT")},
        own=dict.fromkeys(TraceDay.COUNTS, "int64"),
        day="on",
        place="county_id",
    ),
)

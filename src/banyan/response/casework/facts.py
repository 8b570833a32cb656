"""Which facts cases yield: filed, decided, closed, and whether each duty was done by its day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind
from banyan.response.casework.models import Cause, Duty, Outcome

MATTER = {
    "county_id": "VARCHAR", "party_id": "VARCHAR", "product_class_id": "VARCHAR", "cause": "VARCHAR",
    "withdrawn_on": "DATE",
}  # fmt: skip
OWN = {"cause": "string", "outcome": "string"}


def _matter(v: Any) -> dict[str, Any]:
    return {
        "county": v.county_id, "organisation": v.party_id, "product": v.product_class_id, "cause": v.cause,
    }  # fmt: skip


def filed(v: Any) -> Mapping[str, Any]:
    """A case counts from its filing."""
    return {"holds": v.withdrawn_on.isnull(), "happened_on": v.filed_on, **_matter(v)}


def decided(v: Any) -> Mapping[str, Any]:
    """A decision: the days since the filing, less those that do not count, and whether it came within its term."""
    return {
        "holds": v.decided_on.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.decided_on,
        "value": v.decided_on.delta(v.filed_on, unit="day").cast("float64") - v.days_stopped,
        "passed": v.decided_on <= v.decide_by,
        "outcome": v.outcome,
        **_matter(v),
    }


def fined(v: Any) -> Mapping[str, Any]:
    """A fine that was decided, in yuan; paid once nothing of it is owed."""
    return {
        "holds": (v.outcome == "penalty") & v.withdrawn_on.isnull(),
        "happened_on": v.decided_on,
        "value": v.fine.cast("float64"),
        "passed": v.state.isin(("fulfilled", "closed")),
        "outcome": v.outcome,
        **_matter(v),
    }


def closed(v: Any) -> Mapping[str, Any]:
    """A closed case: the days from its filing."""
    return {
        "holds": v.closed_on.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.closed_on,
        "value": v.closed_on.delta(v.filed_on, unit="day").cast("float64"),
        "outcome": v.outcome,
        **_matter(v),
    }


def duty_done(v: Any) -> Mapping[str, Any]:
    """A duty that somebody did: by its day, or later."""
    return {
        "holds": (v.end == "done") & v.withdrawn_on.isnull(),
        "happened_on": v.ended_on,
        "passed": v.ended_on <= v.due_on,
        "county": v.county_id,
        "task": v.task,
    }


KINDS = (
    Kind(
        name="casework.filed",
        title=_("Case filed"),
        noun="casework.case",
        reads={**MATTER, "filed_on": "DATE"},
        yields=filed,
        own={"cause": "string"},
    ),
    Kind(
        name="casework.decided",
        title=_("Case decided"),
        noun="casework.case",
        reads={**MATTER, "filed_on": "DATE", "decided_on": "DATE", "decide_by": "DATE", "outcome": "VARCHAR",
               "days_stopped": "BIGINT"},
        yields=decided,
        own=OWN,
    ),
    Kind(
        name="casework.fined",
        title=_("Fine decided"),
        noun="casework.case",
        reads={**MATTER, "decided_on": "DATE", "outcome": "VARCHAR", "fine": "DOUBLE", "state": "VARCHAR"},
        yields=fined,
        own=OWN,
    ),
    Kind(
        name="casework.closed",
        title=_("Case closed"),
        noun="casework.case",
        reads={**MATTER, "filed_on": "DATE", "closed_on": "DATE", "outcome": "VARCHAR"},
        yields=closed,
        own=OWN,
    ),
    Kind(
        name="casework.duty_done",
        title=_("Duty of a case done"),
        noun="casework.duty",
        reads={"county_id": "VARCHAR", "task": "VARCHAR", "end": "VARCHAR", "ended_on": "DATE", "due_on": "DATE",
               "withdrawn_on": "DATE"},
        yields=duty_done,
        own={"task": "string"},
    ),
)  # fmt: skip

LABELS = (
    ("cause", dict(Cause.choices)),
    ("outcome", dict(Outcome.choices)),
    ("task", dict(Duty.Task.choices)),
)

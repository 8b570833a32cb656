"""Which facts regional supervision yields: tasks done, and commitments kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind


def task_done(v: Any) -> Mapping[str, Any]:
    """A task accepted as done: reported by its day, or later."""
    return {
        "holds": (v.state == "done") & v.withdrawn_on.isnull(),
        "happened_on": v.ended_on,
        "passed": v.reported_on <= v.due_on,
        "county": v.county_id,
        "product": v.product_class_id,
        "programme": v.programme,
    }


KINDS = (
    Kind(
        name="leadership.task_done",
        title=_("Task of supervision done"),
        noun="leadership.task",
        reads={"state": "VARCHAR", "ended_on": "DATE", "reported_on": "DATE", "due_on": "DATE",
               "county_id": "VARCHAR", "product_class_id": "VARCHAR", "programme": "VARCHAR",
               "withdrawn_on": "DATE"},
        yields=task_done,
        own={"programme": "string"},
    ),
)  # fmt: skip

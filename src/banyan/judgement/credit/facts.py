"""Which facts credit yields: the grade that a firm has, for what reads it the next day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind


def graded(v: Any) -> Mapping[str, Any]:
    """The grade of a firm since a day. A later grade replaces it."""
    return {
        "holds": v.withdrawn_on.isnull(),
        "happened_on": v.since_on,
        "organisation": v.organisation_id,
        "value": v.score,
        "grade": v.grade,
    }


KINDS = (
    Kind(
        name="credit.graded",
        title=_("Credit grade"),
        noun="credit.grade",
        reads={"organisation_id": "VARCHAR", "grade": "VARCHAR", "score": "DOUBLE", "since_on": "DATE",
               "withdrawn_on": "DATE"},
        yields=graded,
        own={"grade": "string"},
        day="since_on",
    ),
)  # fmt: skip

"""Which facts recalls yield: begun, published, completed, and whether each holder answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind
from banyan.response.recall.models import Recall
from banyan.response.recall.models.leads import Regime, Source

GOODS = {
    "county_id": "VARCHAR", "maker_id": "VARCHAR", "product_class_id": "VARCHAR", "regime": "VARCHAR",
    "cause": "VARCHAR", "basis": "VARCHAR", "withdrawn_on": "DATE",
}  # fmt: skip
OWN = {"cause": "string", "basis": "string", "regime": "string"}


def _goods(v: Any) -> dict[str, Any]:
    return {
        "county": v.county_id, "organisation": v.maker_id, "product": v.product_class_id, "regime": v.regime,
        "cause": v.cause, "basis": v.basis,
    }  # fmt: skip


def begun(v: Any) -> Mapping[str, Any]:
    """A recall counts from its beginning, unless the maker's objection was upheld."""
    return {
        "holds": (v.state != "cancelled") & v.withdrawn_on.isnull(),
        "happened_on": v.begun_on,
        **_goods(v),
    }


def published(v: Any) -> Mapping[str, Any]:
    """The first public notice: the days since the first lead, and whether it came within its term."""
    return {
        "holds": v.published_on.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.published_on,
        "value": v.published_on.delta(v.lead_on, unit="day").cast("float64"),
        "passed": v.published_on <= v.publish_by,
        **_goods(v),
    }


def completed(v: Any) -> Mapping[str, Any]:
    """Measures completed: by the day that the plan or the rules set, or later."""
    return {
        "holds": v.completed_on.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.completed_on,
        "passed": v.completed_on <= v.complete_by,
        **_goods(v),
    }


def holder_told(v: Any) -> Mapping[str, Any]:
    """A holder was told of a recall; it answered once it has stated its units."""
    return {
        "holds": v.told_on.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.told_on,
        "passed": v.stated_on.notnull(),
        "county": v.county_id,
        "organisation": v.party_id,
    }


KINDS = (
    Kind(
        name="recall.begun",
        title=_("Recall begun"),
        noun="recall.recall",
        reads={**GOODS, "state": "VARCHAR", "begun_on": "DATE"},
        yields=begun,
        own=OWN,
    ),
    Kind(
        name="recall.published",
        title=_("Recall made public"),
        noun="recall.recall",
        reads={**GOODS, "published_on": "DATE", "publish_by": "DATE", "lead_on": "DATE"},
        yields=published,
        own=OWN,
    ),
    Kind(
        name="recall.completed",
        title=_("Measures of a recall completed"),
        noun="recall.recall",
        reads={**GOODS, "completed_on": "DATE", "complete_by": "DATE"},
        yields=completed,
        own=OWN,
    ),
    Kind(
        name="recall.holder_told",
        title=_("Holder told of a recall"),
        noun="recall.holding",
        reads={"told_on": "DATE", "stated_on": "DATE", "county_id": "VARCHAR", "party_id": "VARCHAR",
               "withdrawn_on": "DATE"},
        yields=holder_told,
    ),
)  # fmt: skip

LABELS = (
    ("cause", dict(Source.choices)),
    ("basis", dict(Recall.Basis.choices)),
    ("regime", dict(Regime.choices)),
)

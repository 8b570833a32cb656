"""Which facts spot checks yield: samples judged, items judged, refusals, and visits without a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind
from banyan.base.registry.models import Organisation
from banyan.records.inspection.models import Sample
from banyan.records.plans.queries import Drawn, Level, Scheme

ACT = {
    "scheme": "VARCHAR", "level": "VARCHAR", "county_id": "VARCHAR", "product_class_id": "VARCHAR",
    "drawn": "VARCHAR", "stratum": "VARCHAR", "cluster": "VARCHAR", "weight": "DOUBLE", "withdrawn_on": "DATE",
}  # fmt: skip

MADE = {
    "origin_county_id": "VARCHAR", "maker_id": "VARCHAR", "seller_id": "VARCHAR", "park_id": "VARCHAR",
    "industry_id": "VARCHAR", "size": "VARCHAR", "stage": "VARCHAR", "sampled_on": "DATE",
}  # fmt: skip


def _act(v: Any) -> dict[str, Any]:
    return {
        "scheme": v.scheme, "level": v.level, "county": v.county_id, "product": v.product_class_id,
        "drawn": v.drawn, "stratum": _known(v.stratum), "cluster": _known(v.cluster), "weight": v.weight,
    }  # fmt: skip


def _made(v: Any) -> dict[str, Any]:
    return {
        "happened_on": v.sampled_on, "origin_county": v.origin_county_id, "organisation": v.maker_id,
        "counterparty": v.seller_id, "park": v.park_id, "industry": v.industry_id,
        "size": _known(v["size"]), "stage": _known(v.stage),
    }  # fmt: skip


def _known(column: Any) -> Any:
    return column.nullif("")


def sample_judged(v: Any) -> Mapping[str, Any]:
    """A sample counts once it is judged; a re-test or a correction replaces what it said before."""
    judged = v.conclusion.isin(["passed", "failed"])
    return {
        "holds": judged & v.withdrawn_on.isnull(),
        "passed": v.conclusion == "passed",
        "laboratory": v.laboratory_id,
        "grade": _known(v.grade),
        "judged_on": v.judged_on,
        **_act(v),
        **_made(v),
    }


def share_of_limit(v: Any) -> Any:
    """How much of what the limit allows was found: 1 is on the limit, less keeps it; null where it is no number."""
    upper, lower, value = (
        text.re_extract(pattern, 1).nullif("").try_cast("float64")
        for text, pattern in (
            (v.member_limit, r"^\s*[≤<]=?\s*([0-9.]+)\s*$"),
            (v.member_limit, r"^\s*[≥>]=?\s*([0-9.]+)\s*$"),
            (v.member_value, r"^\s*([0-9.]+)\s*$"),
        )
    )
    return (value / upper.nullif(0)).fill_null(lower / value.nullif(0))


def item_judged(v: Any) -> Mapping[str, Any]:
    """One tested item of a result. Items are a table of their own and never enter a rate of samples."""
    return {
        "holds": v.member_conclusion.isin(["passed", "failed"]) & v.withdrawn_on.isnull() & v.awaits_since.isnull(),
        "passed": v.member_conclusion == "passed",
        "item": v.member_item,
        "laboratory": v.laboratory_id,
        "rejudged": _known(v.member_rejudged),
        "test": v["kind"],
        "sample": v.sample_id,
        "share_of_limit": share_of_limit(v),
        **_act(v),
        **_made(v),
    }


def refused(v: Any) -> Mapping[str, Any]:
    """A firm refused to be sampled; shown beside every rate, never counted in it."""
    return {"holds": v.state.isin(["refused", "case_opened"]) & v.withdrawn_on.isnull(), **_visit(v)}


def not_sampled(v: Any) -> Mapping[str, Any]:
    """A visit that gave no sample, with the reason that the rules allow."""
    return {
        "holds": (v.state == "not_sampled") & v.withdrawn_on.isnull(),
        "item": _known(v.not_sampled_reason),
        **_visit(v),
    }


def _visit(v: Any) -> dict[str, Any]:
    return {"happened_on": v.visited_on, "organisation": v.organisation_id, **_act(v)}


_ITEM_OF = {name: kind for name, kind in {**ACT, **MADE}.items() if name != "withdrawn_on"}
_VISIT = {"state": "VARCHAR", "visited_on": "DATE", "organisation_id": "VARCHAR", "not_sampled_reason": "VARCHAR"}

KINDS = (
    Kind(
        name="inspection.sample_judged",
        title=_("Sample judged"),
        noun="inspection.sample",
        reads={**ACT, **MADE, "conclusion": "VARCHAR", "grade": "VARCHAR", "judged_on": "DATE",
               "laboratory_id": "VARCHAR"},
        yields=sample_judged,
        own={"grade": "string", "judged_on": "date"},
        day="sampled_on",
        place="county_id",
    ),
    Kind(
        name="inspection.item_judged",
        title=_("Item judged"),
        noun="inspection.result",
        reads={**_ITEM_OF, "withdrawn_on": "DATE", "awaits_since": "DATE", "laboratory_id": "VARCHAR",
               "kind": "VARCHAR", "sample_id": "VARCHAR"},
        yields=item_judged,
        each="items",
        member={"item": "VARCHAR", "conclusion": "VARCHAR", "rejudged": "VARCHAR", "value": "VARCHAR",
                "limit": "VARCHAR"},
        own={"rejudged": "string", "test": "string", "sample": "string", "share_of_limit": "float64"},
        day="sampled_on",
        place="county_id",
    ),
    Kind(
        name="inspection.refused",
        title=_("Sampling refused"),
        noun="inspection.task",
        reads={**ACT, **_VISIT},
        yields=refused,
        day="visited_on",
        place="county_id",
    ),
    Kind(
        name="inspection.not_sampled",
        title=_("Not sampled"),
        noun="inspection.task",
        reads={**ACT, **_VISIT},
        yields=not_sampled,
        day="visited_on",
        place="county_id",
    ),
)  # fmt: skip

LABELS = (
    ("scheme", dict(Scheme.choices)),
    ("level", dict(Level.choices)),
    ("drawn", dict(Drawn.choices)),
    ("stage", dict(Sample.Stage.choices)),
    ("size", dict(Organisation.Size.choices)),
)

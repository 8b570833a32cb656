"""Which facts lists yield: a firm listed in public, until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind
from banyan.judgement.lists.models import Listing


def listed(v: Any) -> Mapping[str, Any]:
    """A listing counts from its publication; one whose ground is gone never counted."""
    return {
        "holds": v.published_on.notnull() & (v.removed_for != "annulled") & v.withdrawn_on.isnull(),
        "happened_on": v.published_on,
        "organisation": v.organisation_id,
        "county": v.county_id,
        "list": v["list"],
        "until_on": v.removed_on.fill_null(v.public_until),
    }


KINDS = (
    Kind(
        name="lists.listed",
        title=_("Firm listed in public"),
        noun="lists.listing",
        reads={"organisation_id": "VARCHAR", "county_id": "VARCHAR", "list": "VARCHAR", "published_on": "DATE",
               "public_until": "DATE", "removed_on": "DATE", "removed_for": "VARCHAR", "withdrawn_on": "DATE"},
        yields=listed,
        own={"list": "string", "until_on": "date"},
        day="published_on",
        place="county_id",
    ),
)  # fmt: skip

LABELS = (("list", dict(Listing.List.choices)),)

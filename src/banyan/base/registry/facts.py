"""Which facts the registry yields: parks on record, parks enrolled, certificates held, each with its term."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind
from banyan.base.registry.models import Certificate, Organisation

FOUNDED_BEFORE = date(1949, 10, 1)  # a park whose founding nobody recorded was there from the beginning


def park_on_record(v: Any) -> Mapping[str, Any]:
    """A park stands, not enrolled, from its founding until an enrolment says otherwise."""
    return {
        "holds": v.withdrawn_on.isnull(),
        "happened_on": v.founded_on.fill_null(FOUNDED_BEFORE),
        "passed": v.key.isnull(),
        "park": v.key,
        "county": v.county_id,
    }


def park_enrolled(v: Any) -> Mapping[str, Any]:
    """A park is enrolled from a day until a day; after it, its being on record is the last that is known of it."""
    return {
        "holds": v.withdrawn_on.isnull(),
        "happened_on": v.from_on,
        "until_on": v.until_on,
        "passed": v.key.notnull(),
        "park": v.park_id,
        "county": v.county_id,
    }


def certificate_held(v: Any) -> Mapping[str, Any]:
    """A certificate is in force from its first to its last day; nobody has to write that it lapsed."""
    return {
        "holds": v.withdrawn_on.isnull(),
        "happened_on": v.from_on,
        "until_on": v.until_on,
        "passed": v.key.notnull(),
        "item": v["kind"],
        "organisation": v.organisation_id,
        "product": v.product_class_id,
        "county": v.county_id,
        "park": v.park_id,
        "industry": v.industry_id,
        "size": v["size"].nullif(""),
    }


_TERM = {"from_on": "DATE", "until_on": "DATE", "withdrawn_on": "DATE"}
_UNTIL = {"until_on": "date"}

KINDS = (
    Kind(
        name="registry.park_on_record",
        title=_("Park on record"),
        noun="registry.park",
        reads={"county_id": "VARCHAR", "founded_on": "DATE", "withdrawn_on": "DATE"},
        yields=park_on_record,
    ),
    Kind(
        name="registry.park_enrolled",
        title=_("Park enrolled"),
        noun="registry.park_enrolment",
        reads={"park_id": "VARCHAR", "county_id": "VARCHAR", **_TERM},
        yields=park_enrolled,
        own=_UNTIL,
    ),
    Kind(
        name="registry.certificate_held",
        title=_("Certificate held"),
        noun="registry.certificate",
        reads={
            "kind": "VARCHAR", "organisation_id": "VARCHAR", "product_class_id": "VARCHAR", "county_id": "VARCHAR",
            "park_id": "VARCHAR", "industry_id": "VARCHAR", "size": "VARCHAR", **_TERM,
        },
        yields=certificate_held,
        own=_UNTIL,
    ),
)  # fmt: skip

LABELS = (("size", dict(Organisation.Size.choices)), ("item", dict(Certificate.Kind.choices)))

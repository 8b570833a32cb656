"""What a fact is: the columns that all kinds share, how a room declares kinds, and the registry's own."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Certificate, Organisation

Kinds = Organisation.Kind

SHARED: Mapping[str, str] = {
    "happened_on": "date",
    "value": "float64",
    "unit": "string",
    "passed": "boolean",
    "scheme": "string",
    "level": "string",
    "stage": "string",
    "county": "string",
    "township": "string",
    "origin_county": "string",
    "organisation": "string",
    "counterparty": "string",
    "park": "string",
    "industry": "string",
    "product": "string",
    "item": "string",
    "size": "string",
    "laboratory": "string",
    "drawn": "string",
    "stratum": "string",
    "cluster": "string",
    "weight": "float64",
}
"""Columns that every fact has, with their Ibis types; null where unknown, never a guess.

Where a record names a township, its fact lies in the county above it and says which township it was.
"""

HEADER: Mapping[str, str] = {
    "kind": "string",
    "key": "string",
    "fact": "int64",
    "supersedes": "int64",
    "known_at": "timestamp",
    "event": "int64",
    "source": "int64",
    "retracted": "boolean",
}
"""What collection adds: identity, the fact replaced, when known (UTC), event, record version, withdrawal."""

DIMENSIONS = tuple(
    name for name in SHARED if name not in ("happened_on", "value", "unit", "passed", "weight", "township")
)


@dataclass(frozen=True)
class Kind:
    """One kind of fact, and how it derives from the versions of one noun.

    `reads` names the fields of the version's JSON state with DuckDB types. `yields` gets an Ibis table of these
    columns (plus `key`) and returns expressions for `holds` (does this version state the fact?), `happened_on`
    and any further columns. With `each`, the state's list of that name gives one fact per member: its
    fields are named in `member` and appear as columns `member_…`, beside `ordinal`. A member keeps its place in
    later versions: one that no longer counts stays in the list and holds no more. `first` is the place of the first
    member: 1 where another kind, whose facts have place 0, derives from the same noun and is read beside this one.
    `day` and `place` name the read fields from which `happened_on` and `county` come, for what asks of a version
    before it is stored.
    """

    name: str
    title: Any
    noun: str
    reads: Mapping[str, str]
    yields: Callable[[Any], Mapping[str, Any]]
    each: str = ""
    member: Mapping[str, str] = field(default_factory=dict)
    first: int = 0
    own: Mapping[str, str] = field(default_factory=dict)
    day: str = ""
    place: str = ""

    @property
    def content(self) -> Mapping[str, str]:
        """The columns that make two versions of a fact equal or different."""
        return {**SHARED, **self.own}

    @property
    def columns(self) -> str:
        """A digest of the columns and their types: where a new version of the house changes them, it changes."""
        return sha256(" ".join(f"{name}:{type_}" for name, type_ in self.content.items()).encode()).hexdigest()


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """Every kind that an installed room declares in its `facts.py`, by name."""
    found: dict[str, Kind] = {}
    for kind in _declared("KINDS"):
        if kind.name in found:
            raise ValueError(f"the kind {kind.name} is declared twice")
        found[kind.name] = kind
    return found


@lru_cache(maxsize=1)
def labels() -> Mapping[str, Mapping[str, Any]]:
    """Words for the codes of a dimension (how drawn, where in the chain), as rooms declare them in `LABELS`."""
    found: dict[str, dict[str, Any]] = {}
    for dimension, words in _declared("LABELS"):
        found.setdefault(dimension, {}).update(words)
    return found


def _declared(name: str) -> Iterator[Any]:
    """The members of one list in the `facts.py` of every installed room."""
    for config in apps.get_app_configs():
        if config.name.startswith("banyan.") and module_has_submodule(config.module, "facts"):
            yield from getattr(importlib.import_module(f"{config.name}.facts"), name, ())


# ---------------------------------------------------------------- what the registry yields, which lies below facts

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


def firm_registered(v: Any) -> Mapping[str, Any]:
    """A firm of the city is registered from its first day until it is closed or merged; where it is, by the register.

    Laboratories and authorities are no firms. One whose first day nobody recorded was there from the beginning.
    """
    is_firm = v["kind"].isin([Kinds.ENTERPRISE, Kinds.SOLE_TRADER, Kinds.COOPERATIVE, Kinds.PLATFORM])
    return {
        "holds": is_firm & v.county_id.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.registered_on.fill_null(FOUNDED_BEFORE),
        "until_on": v.closed_on,
        "organisation": v.key,
        "county": v.county_id,
        "park": v.park_id,
        "industry": v.industry_id,
        "size": v["size"].nullif(""),
    }


def firm_merged(v: Any) -> Mapping[str, Any]:
    """A firm was merged on a day into another, which is its counterparty and answers for it from then on."""
    return {
        "holds": v.merged_into_id.notnull() & v.closed_on.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.closed_on,
        "organisation": v.key,
        "counterparty": v.merged_into_id,
        "county": v.county_id,
    }


def certificate_held(v: Any) -> Mapping[str, Any]:
    """A certificate is in force from its first to its last day; nobody has to write that it lapsed."""
    begins = v.since_on.fill_null(v.from_on)
    return {
        **_certificate(v),
        "happened_on": begins,
        "until_on": v.until_on,
        "county": v.county_id,
        "park": v.park_id,
    }


def certificate_held_before(v: Any) -> Mapping[str, Any]:
    """Where a certificate was held before its holder moved: one fact for each place, until the day of the move."""
    return {
        **_certificate(v),
        "happened_on": v.member_from_on,
        "until_on": (v.until_on < v.member_until_on).ifelse(v.until_on, v.member_until_on),
        "county": v.member_county_id,
        "park": v.member_park_id,
    }


def _certificate(v: Any) -> dict[str, Any]:
    return {
        "holds": v.withdrawn_on.isnull(),
        "passed": v.key.notnull(),
        "item": v["kind"],
        "organisation": v.organisation_id,
        "product": v.product_class_id,
        "industry": v.industry_id,
        "size": v["size"].nullif(""),
    }


_TERM = {"from_on": "DATE", "until_on": "DATE", "withdrawn_on": "DATE"}
_UNTIL = {"until_on": "date"}
_CERTIFICATE = {
    "kind": "VARCHAR", "organisation_id": "VARCHAR", "product_class_id": "VARCHAR", "industry_id": "VARCHAR",
    "size": "VARCHAR", "until_on": "DATE", "withdrawn_on": "DATE",
}  # fmt: skip

KINDS = (
    Kind(
        name="registry.firm_registered",
        title=_("Firm registered"),
        noun="registry.organisation",
        reads={
            **dict.fromkeys(("kind", "county_id", "park_id", "industry_id", "size"), "VARCHAR"),
            **dict.fromkeys(("registered_on", "closed_on", "withdrawn_on"), "DATE"),
        },
        yields=firm_registered,
        own=_UNTIL,
    ),
    Kind(
        name="registry.firm_merged",
        title=_("Firm merged"),
        noun="registry.organisation",
        reads={
            **dict.fromkeys(("merged_into_id", "county_id"), "VARCHAR"),
            **dict.fromkeys(("closed_on", "withdrawn_on"), "DATE"),
        },
        yields=firm_merged,
    ),
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
        reads={**_CERTIFICATE, **_TERM, "county_id": "VARCHAR", "park_id": "VARCHAR", "since_on": "DATE"},
        yields=certificate_held,
        own=_UNTIL,
    ),
    Kind(
        name="registry.certificate_held_before",
        title=_("Certificate held before a move"),
        noun="registry.certificate",
        reads=_CERTIFICATE,
        yields=certificate_held_before,
        each="moved",
        first=1,
        member={"county_id": "VARCHAR", "park_id": "VARCHAR", "from_on": "DATE", "until_on": "DATE"},
        own=_UNTIL,
    ),
)  # fmt: skip

LABELS = (("size", dict(Organisation.Size.choices)), ("item", dict(Certificate.Kind.choices)))

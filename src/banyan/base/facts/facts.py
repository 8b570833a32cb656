"""What a fact is: the columns that all kinds share, and how a room declares a kind of its own."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

SHARED: Mapping[str, str] = {
    "happened_on": "date",
    "value": "float64",
    "unit": "string",
    "passed": "boolean",
    "scheme": "string",
    "level": "string",
    "stage": "string",
    "county": "string",
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
"""Columns that every fact has, with their Ibis types; null where unknown, never a guess."""

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

DIMENSIONS = tuple(name for name in SHARED if name not in ("happened_on", "value", "unit", "passed", "weight"))


@dataclass(frozen=True)
class Kind:
    """One kind of fact, and how it derives from the versions of one noun.

    `reads` names the fields of the version's JSON state with DuckDB types. `yields` gets an Ibis table of these
    columns (plus `key`) and returns expressions for `holds` (does this version state the fact?), `happened_on`
    and any further columns. With `each`, the state's list of that name gives one fact per member: its
    fields are named in `member` and appear as columns `member_…`, beside `ordinal`. A member keeps its place in
    later versions: one that no longer counts stays in the list and holds no more.
    """

    name: str
    title: Any
    noun: str
    reads: Mapping[str, str]
    yields: Callable[[Any], Mapping[str, Any]]
    each: str = ""
    member: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> Mapping[str, str]:
        """The columns that make two versions of a fact equal or different."""
        return {**SHARED, **self.own}


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

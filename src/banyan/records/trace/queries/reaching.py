"""Where a person may begin a trace: with what the own office holds; from there goods are followed anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from banyan.base.registry import queries as registry
from banyan.kit import rights
from banyan.records.trace.queries.index import Index
from banyan.records.traceability import queries as traceability

VIEW = "traceability.view"


def within_reach(index: Index, things: np.ndarray, *, person: Any) -> np.ndarray:
    """
    Those of some things that an event within the person's reach names, ascending.

    The index is the one that the person sees, so this narrows it for officers of a part of the city only: they name
    what an event in one of their counties speaks of.
    """
    lines = index.lines_of_things(things)
    codes = _counties_of(index, person)
    if codes is None:
        return np.unique(lines.thing)
    inside = np.isin(lines.county, codes)
    for one in rights.reaches(person, VIEW):
        if one.dimension == "organisation":
            inside |= np.isin(lines.event, np.array(traceability.events_of(one.path), dtype=np.int64))
    return np.unique(lines.thing[inside])


def _counties_of(index: Index, person: Any) -> np.ndarray | None:
    """The codes of the counties of an officer; None where nothing beyond the index itself limits the person."""
    held = rights.reaches(person, VIEW)
    if not any(one.dimension == "region" for one in held) or any(not one.dimension for one in held):
        return None
    counties = registry.counties()
    own = [one.pk for one in counties if rights.covers(held, one.path)]
    if len(own) == len(counties):
        return None
    return np.array([index.code("county", key) for key in own], dtype=np.int64)

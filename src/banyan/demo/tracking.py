"""Scores the trace on the poisoned lot: how much of its true reach it found, and how many innocents it named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from banyan.kit import rights
from banyan.records.trace import queries


def score_trace(planted: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What the trace of the city that stands finds of the poisoned lot; None where none is planted."""
    truth = next((one for one in planted if one["kind"] == "poisoned_lot"), None)
    if truth is None:
        return None
    found = queries.forward([truth["lot"]], person=rights.System("score"))
    named, firms = {one.epc for one in found.things}, set(found.holders)
    said_bad = {one.epc for one in found.things if not one.carries}  # a crate that carried it is not said to be bad
    things, organisations = set(truth["things"]), set(truth["organisations"])
    return {
        "lot": truth["lot"],
        "things": len(things), "things_found": len(things & named), "innocent_things": len(said_bad - things),
        "firms": len(organisations), "firms_found": len(organisations & firms),
        "innocent_firms": len(firms - organisations), "gaps": len(queries.gaps(found)),
        "missed": sorted(things - named), "innocent": sorted(said_bad - things),
    }  # fmt: skip

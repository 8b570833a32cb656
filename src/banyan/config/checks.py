"""Recompute and compare: what the daily flow and `banyan check` look at, and what disagrees."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.insight.indicators import queries as indicators
from banyan.insight.indicators.models import Computation
from banyan.kit import events, recent


class Disagreement(Exception):
    """Two ways to the same answer differ. Always our fault or a damaged disk; the daily run shows it as an error."""


def run(*, on: date, cut: int) -> dict[str, Any]:
    """The daily step: segments are whole, the chain holds, and figures of the day come out the same again."""
    if faulty := facts.faulty_segments():
        segment, what = faulty[0]
        raise Disagreement(f"segment {segment.path}: {what}; run `banyan check facts --rebuild`")
    if fault := next(events.faults(), None):
        raise Disagreement(f"event {fault.number}: {fault.what}")
    recomputed = recompute(on=on)
    return {"events": events.last_number(), "figures_recomputed": recomputed}


def recompute(*, on: date) -> int:
    """Compute the whole-city figures of a day again and compare with what is stored; raise where they differ."""
    book = policy.load(settings.BANYAN_PACKS)
    stored = Computation.objects.filter(on=on, known_on=on, by="", where="", packs=book.hash)
    with recent.reading():
        for computation in stored:
            cut = computation.figures["receipt"].get("cut")
            (again,) = indicators.show_many(key=computation.indicator, on=on, known_on=on, bys=((),), cut=cut)
            if list(again.rows) != computation.figures["rows"]:
                raise Disagreement(f"{computation.indicator} on {on}: computed again it differs from what is stored")
    return len(stored)

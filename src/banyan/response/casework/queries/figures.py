"""Figures of cases: how old the open ones are, who is late by office, what the ended ones came to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum

from banyan.base.registry.queries import names_of
from banyan.kit.scope import scoped
from banyan.response.casework.models import CASE_FLOW, Case, Clue, Duty, Outcome
from banyan.response.casework.queries.work import ENDED

AGES = ((0, 30), (31, 60), (61, 90), (91, 120), (121, None))
"""Days since the filing: the term to decide ends after 90 days, and after 120 where it was extended."""


def figures(person: Any, *, on: date, first: date, last: date) -> dict[str, Any]:
    """Open cases by age and state, late duties by office, and the outcomes of the cases decided in a span."""
    cases = scoped(Case, person).filter(withdrawn_on=None).order_by()
    running = cases.exclude(state__in=ENDED)
    by_age = {f"a{low}": Count("pk", filter=_aged(low, high, on)) for low, high in AGES}
    by_state = list(running.values("state").annotate(n=Count("pk"), **by_age))
    states = {row["state"]: row["n"] for row in by_state}
    return {
        "ages": [{"low": low, "high": high, "n": sum(row[f"a{low}"] for row in by_state)} for low, high in AGES],
        "states": [(label, states[name]) for name, label in CASE_FLOW.states.items() if name in states],
        "offices": _offices(person, on=on), "open": sum(states.values()),
        "clues": scoped(Clue, person).filter(state="waiting", withdrawn_on=None).count(),
        **_outcomes(cases.filter(decided_on__gte=first, decided_on__lte=last)),
    }  # fmt: skip


def _aged(low: int, high: int | None, on: date) -> Q:
    condition = Q(filed_on__lte=on - timedelta(days=low))
    return condition if high is None else condition & Q(filed_on__gte=on - timedelta(days=high))


def _offices(person: Any, *, on: date) -> list[dict[str, Any]]:
    """Per office: open duties, those that are late, those that went up."""
    running = scoped(Duty, person).filter(ended_on=None, withdrawn_on=None).order_by()
    late = Q(due_on__lt=on)
    counted = list(running.values("county").annotate(
        n=Count("pk"), late=Count("pk", filter=late), raised=Count("pk", filter=late & Q(raised_on__isnull=False))
    ))  # fmt: skip
    names = names_of(("county", row["county"]) for row in counted)
    rows = [{**row, "office": names.get(("county", row["county"]), "")} for row in counted]
    return sorted(rows, key=lambda row: (-row["late"], row["office"]))


def _outcomes(decided: Any) -> dict[str, Any]:
    counted = decided.values_list("outcome").annotate(n=Count("pk"), fines=Sum("fine"), paid=Sum("paid"))
    found = {name: (n, fines, paid) for name, n, fines, paid in counted}
    total = sum(n for n, _fines, _paid in found.values())
    in_time = decided.filter(decide_by__isnull=False).aggregate(
        n=Count("pk"), in_time=Count("pk", filter=Q(decided_on__lte=F("decide_by")))
    )
    rows = [
        {"title": label, "n": found[name][0], "fines": found[name][1], "paid": found[name][2],
         "share": found[name][0] / total}
        for name, label in Outcome.choices if name in found
    ]  # fmt: skip
    return {"outcomes": rows, "decided": total, "timed": in_time["n"], "in_time": in_time["in_time"]}

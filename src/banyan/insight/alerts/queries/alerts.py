"""Reads of alerts: those that still wait, and the records behind one."""

from __future__ import annotations

from typing import Any

from banyan.base.facts import queries as facts
from banyan.insight.alerts.models import Alert
from banyan.kit.scope import scoped

UNDECIDED = ("open", "watched")


def alerts_of(person: Any) -> Any:
    """The alerts that a person may see, the strongest of the latest weeks first."""
    return scoped(Alert, person).filter(withdrawn_on=None).select_related("county", "product", "laboratory", "seller")


def undecided(person: Any) -> Any:
    """Alerts nobody has decided on yet, the highest score first."""
    return alerts_of(person).filter(state__in=UNDECIDED).order_by("-score", "key")


def records_behind(alert: Alert, *, limit: int = 50) -> list[dict[str, Any]]:
    """The records behind an alert: noun, key and day of each, as its receipt names their facts."""
    receipt = alert.receipt
    if not receipt.get("first_facts"):
        return []
    told = facts.history([receipt["kind"]])
    rows = told.filter(told.fact.isin(receipt["first_facts"][:limit])).order_by(told.happened_on.desc())
    found = rows.select("fact", "source", "happened_on", "passed").to_pyarrow().to_pylist()
    nouns = {one.pk: (one.noun, one.key) for one in facts.versions_behind([line["source"] for line in found])}
    return [line | dict(zip(("noun", "key"), nouns.get(line["source"], ("", "")), strict=True)) for line in found]

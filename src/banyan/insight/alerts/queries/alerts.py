"""Reads of alerts: those that still wait, the records behind one, and which rules cannot judge yet and why."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.admin.utils import quote
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.base.registry import queries as registry
from banyan.insight.alerts.models import Alert, WatchedUpTo
from banyan.insight.indicators.queries import remembered
from banyan.kit import recent, rights
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
    named = [line | dict(zip(("noun", "key"), nouns.get(line["source"], ("", "")), strict=True)) for line in found]
    return [line | {"url": _address(line["noun"], line["key"])} for line in named]


def _address(noun: str, key: str) -> str:
    try:
        return reverse(f"office:{noun.replace('.', '_')}_change", args=[quote(key)])
    except NoReverseMatch:
        return ""


def overview(person: Any, *, on: date, limit: int = 5) -> dict[str, Any]:
    """What the cockpit shows: how many alerts wait, how many of them too long, the newest, and how many by county."""
    found: dict[str, Any] = recent.made(
        ("alerts", person.pk, on, limit), lambda: _overview(person, on=on, limit=limit)
    )
    return found


def _overview(person: Any, *, on: date, limit: int) -> dict[str, Any]:
    rows = list(undecided(person).order_by("-noticed_on", "-score", "key"))
    by_county: dict[str, int] = {}
    for one in rows:
        for county in one.counties or ([one.county_id] if one.county_id else []):
            by_county[county] = by_county.get(county, 0) + 1
    overdue = [one for one in rows if one.due_on and one.due_on < on and one.state == "open"]
    is_yours = rights.has(person, "alerts.view")
    return {
        "is_yours": is_yours,
        "open": len(rows),
        "overdue": len(overdue),
        "newest": rows[:limit],
        "by_county": by_county,
    }


def counties_of(alert: Alert) -> list[str]:
    """The names of the counties that an alert concerns, in the order of the city."""
    return [registry.name_in_language(one) for one in registry.counties() if one.pk in alert.counties]


def rule_states(*, on: date) -> list[dict[str, Any]]:
    """Every rule in force: up to which week it has watched, and where it cannot judge yet, why, in words."""
    watched = dict(WatchedUpTo.objects.values_list("rule", "week"))
    found = []
    rules: Any = policy.load(settings.BANYAN_PACKS).entries("alert_rule")
    for entry in rules:
        if entry.holds(on):
            rule = entry.on(on)
            found.append({
                "rule": rule.key, "title": rule.title.in_language(get_language() or "zh"), "method": rule.method,
                "watched_until": watched.get(rule.key),
                "why_not": remembered("why-not", (rule.key, on), partial(_why_not, rule, on=on)),
            })  # fmt: skip
    return found


def _why_not(rule: Any, *, on: date) -> str:
    """Why a rule judges nothing yet; empty where it does."""
    told = facts.facts(list(next(one.any_of for one in rule.filters if one.column == "kind")), known_on=on)
    (line,) = told.aggregate(
        n=told.count(), first=told.happened_on.min(), failed=(~told.passed).fill_null(False).cast("int64").sum()
    ).to_pyarrow().to_pylist()  # fmt: skip
    if not line["n"]:
        return _("Nothing is known yet of what this rule watches. Import or enter records, then run the daily flow.")
    begins = line["first"] + timedelta(weeks=int(rule.options["history"]))
    if begins > on:
        return _(
            "Its records begin on %(first)s and it compares with %(weeks)s weeks of the past: it judges from "
            "%(begins)s on. Until then look at the lists of failures."
        ) % {"first": line["first"], "weeks": rule.options["history"], "begins": begins}
    if rule.method in ("scan", "funnel") and not line["failed"]:
        return _("None of the %(n)s records failed: there is nothing to compare with.") % {"n": line["n"]}
    return ""

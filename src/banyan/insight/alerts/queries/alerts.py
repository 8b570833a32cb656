"""Reads of alerts: those that still wait, the records behind one, and which rules cannot judge yet and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Case, When
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.base.registry import queries as registry
from banyan.insight.alerts.models import Alert, WatchedUpTo
from banyan.insight.alerts.queries.known import day_known
from banyan.kit import recent, rights
from banyan.kit.scope import scoped

UNDECIDED = ("open", "watched")
ENDED = ("confirmed", "dismissed")
METHODS = {
    "scan": gettext_lazy("neighbouring counties against all others"),
    "funnel": gettext_lazy("the subject against its like"),
    "farrington_flexible": gettext_lazy("the flexible Farrington algorithm, with its season"),
    "cusum": gettext_lazy("a cumulated sum (CUSUM)"), "rate": gettext_lazy("the plain rate"),
}  # fmt: skip
NAMED = ("county", "product", "organisation")
SAID = (*NAMED, "item")
"""What the facts behind an alert say beside their day: names of things, and the tested item."""

COUNT_FAILURES = ("scan", "funnel", "farrington_flexible", "cusum", "rate")


def alerts_of(person: Any) -> Any:
    """The alerts that a person may see, the strongest of the latest weeks first."""
    return scoped(Alert, person).filter(withdrawn_on=None).select_related("county", "product", "laboratory", "seller")


def raised_by(rule: str) -> Any:
    """Every alert that a rule has raised, whoever may see it: for a rule's own page and its preview."""
    return Alert.objects.filter(rule=rule, withdrawn_on=None).order_by("noticed_on", "key")


def under_investigation(*, since: date, until: date) -> Any:
    """The alerts that somebody has put under investigation, or confirmed, between two days, in that order."""
    found = Alert.objects.filter(
        state__in=("investigated", "confirmed"), decided_on__gte=since, decided_on__lte=until, withdrawn_on=None
    )
    return found.select_related("county", "product", "laboratory", "seller").order_by("decided_on", "key")


def undecided(person: Any) -> Any:
    """Alerts nobody has decided on yet, the highest score first."""
    return alerts_of(person).filter(state__in=UNDECIDED).order_by("-score", "key")


def own_first(person: Any) -> Any:
    """An order that begins with what an officer is in charge of."""
    return Case(When(officer=person, then=0), default=1)


def records_behind(alert: Alert, *, limit: int = 50) -> list[dict[str, Any]]:
    """Records behind an alert, the latest first: noun, key and day of each, as its receipt names their facts.

    Where all that was looked at is behind it and not what failed alone, the failures come before the rest.
    """
    receipt = alert.receipt
    numbers, is_of_all = receipt.get("first_facts", []), receipt.get("method") == "funnel"
    return records_of_facts(receipt.get("kind", ""), numbers, limit=limit, failures_first=is_of_all)


def records_of_facts(
    kind: str, numbers: Sequence[int], *, limit: int | None = None, failures_first: bool = False
) -> list[dict[str, Any]]:
    """The records that state some facts of a kind, the latest first: noun and key of each, and what the fact says."""
    if not numbers:
        return []
    told = facts.history([kind])
    told = told.filter(told.fact.isin(list(numbers))).mutate(known_on=day_known(told)["known"])
    order = [*([told.passed] if failures_first else []), told.happened_on.desc(), told.fact]
    rows = told.order_by(order).limit(limit)
    found = rows.select("fact", "source", "happened_on", "known_on", "passed", *SAID).to_pyarrow().to_pylist()
    nouns = facts.records_behind([line["source"] for line in found])
    return [
        line | dict(zip(("noun", "key"), nouns.get(line["source"], ("", "")), strict=True))
        | {"days": max((line["known_on"] - line["happened_on"]).days, 0)}
        for line in found
    ]  # fmt: skip


def in_words(lines: Sequence[dict[str, Any]], *, person: Any) -> list[dict[str, Any]]:
    """Lines of `records_of_facts` with the names of what their facts speak of, and the records with their pages."""
    from banyan.kit.office import with_records  # the whole office comes with it: loaded where pages are made

    names = registry.names_of({(name, line[name]) for line in lines for name in NAMED})
    told = [line | {name: names.get((name, line[name]), "") for name in NAMED} for line in lines]
    return with_records(told, person=person)


def told_with(alert: Alert, person: Any) -> list[Alert]:
    """Alerts of other rules that tell the same: the same subject, a county in common, weeks that overlap."""
    same = {
        name: getattr(alert, name) for name in ("product_id", "laboratory_id", "seller_id") if getattr(alert, name)
    }  # fmt: skip
    if not same:
        return []
    rows = alerts_of(person).filter(**same, from_on__lte=alert.known_on, known_on__gte=alert.from_on)
    others = rows.exclude(pk=alert.pk).exclude(rule=alert.rule)
    return [one for one in others if not alert.counties or not one.counties or {*one.counties} & {*alert.counties}]


def record_of_rule(key: str, person: Any) -> dict[str, Any]:
    """How good a rule's alerts were: how people decided, the share taken up, days until noticed and decided.

    Precision is the share of those decided in one way or the other that were investigated or confirmed; keeping an
    eye on an alert decides neither. Days until noticed run from the first day that counts against the subject;
    `timed` alerts have one.
    """
    return _record(alerts_of(person).filter(rule=key).values_list(*RECORDED))


RECORDED = ("state", "begun_on", "noticed_on", "decided_on")


def _record(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    told = list(rows)
    states = Counter(state for state, *_days in told)
    taken_up = states["investigated"] + states["confirmed"]
    decided = taken_up + states["dismissed"]
    noticed_after = [(noticed - began).days for _state, began, noticed, _on in told if began]
    waited = [(decided_on - noticed).days for _state, _began, noticed, decided_on in told if decided_on]
    return {
        "all": len(told), "open": states["open"], "watched": states["watched"],
        "investigated": taken_up, "confirmed": states["confirmed"], "dismissed": states["dismissed"],
        "decided": decided, "precision": taken_up / decided if decided else None,
        "days_to_notice": median(noticed_after) if noticed_after else None,
        "timed": len(noticed_after), "untimed": len(told) - len(noticed_after),
        "days_to_decide": median(waited) if waited else None,
    }  # fmt: skip


def overview(person: Any, *, on: date, limit: int = 5) -> dict[str, Any]:
    """What the cockpit shows: how many alerts wait, how many of them too long, the newest, and how many by county."""
    found: dict[str, Any] = recent.made(
        ("alerts", person.pk, on, limit), lambda: _overview(person, on=on, limit=limit)
    )
    return found


def _overview(person: Any, *, on: date, limit: int) -> dict[str, Any]:
    rows = list(undecided(person).order_by("-noticed_on", "-score", "key"))
    overdue = [one for one in rows if one.due_on and one.due_on < on and one.state == "open"]
    is_yours = rights.has(person, "alerts.view")
    return {
        "is_yours": is_yours,
        "open": len(rows),
        "overdue": len(overdue),
        "newest": rows[:limit],
        "by_county": _by_county((one.county_id, one.counties) for one in rows),
    }


def _by_county(places: Iterable[tuple[str | None, Sequence[str]]]) -> Counter[str]:
    """How many alerts concern each county; those without a zone count where their laboratory or seller lies."""
    return Counter(county for own, counties in places for county in counties or [own] if county)


def desk(person: Any, *, on: date) -> dict[str, Any]:
    """What stands above the list: where alerts wait, how good each rule's were, and what rules cannot judge."""
    states = rule_states(on=on)
    rows = list(alerts_of(person).order_by().values_list("rule", *RECORDED, "county_id", "counties"))
    waits = _by_county((county, counties) for _rule, state, *_days, county, counties in rows if state in UNDECIDED)
    lately = Counter(
        rule for rule, _state, _began, noticed, *_more in rows if on - timedelta(days=28) < noticed <= on
    )
    records = [
        one | _record(line[1:5] for line in rows if line[0] == one["rule"]) | {"lately": lately[one["rule"]]}
        for one in states
    ]  # fmt: skip
    return {
        "silent": [one for one in states if one["why_not"]], "fallen": [one for one in states if one["falls_back"]],
        "tiles": [
            {"key": one.pk, "name": registry.name_in_language(one), "column": one.tile_column, "line": one.tile_row,
             "waits": waits[one.pk]}
            for one in registry.counties()
        ],
        "records": records, "untimed": sum(one["untimed"] for one in records),
    }  # fmt: skip


def names_of_counties(keys: Sequence[str]) -> list[str]:
    """The names of some counties, in the order of the city."""
    return [registry.name_in_language(one) for one in registry.counties() if one.pk in keys]


def rule_states(*, on: date) -> list[dict[str, Any]]:
    """Every rule in force: up to which week it has watched; where it cannot judge yet, why, and where its records
    suffice for a lower rung of its ladder only, what that is, in words."""
    watched = dict(WatchedUpTo.objects.values_list("rule", "week"))
    found = []
    rules: Any = policy.load(settings.BANYAN_PACKS).entries("alert_rule")
    for entry in rules:
        if entry.holds(on):
            rule = entry.on(on)
            found.append({
                "rule": rule.key, "title": rule.title.in_language(get_language() or "zh"), "method": rule.method,
                "a_week": rule.a_week,
                "watched_until": watched.get(rule.key),
                **facts.remembered("ability", (rule.key, on), partial(_ability, rule, on=on)),
            })  # fmt: skip
    return found


def _ability(rule: Any, *, on: date) -> dict[str, str]:
    """Why a rule judges nothing yet, and what it has fallen back on; empty words where neither is so."""
    told = facts.facts(list(next(one.any_of for one in rule.filters if one.column == "kind")), known_on=on)
    (line,) = told.aggregate(
        n=told.count(), first=told.happened_on.min(), failed=(~told.passed).fill_null(False).cast("int64").sum()
    ).to_pyarrow().to_pylist()  # fmt: skip
    silent = {"why_not": "", "falls_back": ""}
    if not line["n"]:
        return silent | {
            "why_not": _(
                "Nothing is known yet of what this rule watches. Import or enter records, then run the daily flow."
            )
        }
    weeks = (on - line["first"]).days // 7
    rung, least = rule.rung(weeks), rule.rungs[-1].history
    if rung is None:
        words = _(
            "Its records begin on %(first)s and it compares with %(weeks)s weeks of the past: it judges from "
            "%(begins)s on. Until then look at the lists of failures."
        )
        begins = line["first"] + timedelta(weeks=least)
        return silent | {"why_not": words % {"first": line["first"], "weeks": least, "begins": begins}}
    if not line["failed"] and rung.method in COUNT_FAILURES and rule.measure == "failures":
        words = _("None of the %(n)s records failed: there is nothing to compare with.")
        return silent | {"why_not": words % {"n": line["n"]}}
    return silent | {"falls_back": fallback_of(rule, rung.method, weeks)}


def ladder_of(rule: Any) -> list[dict[str, Any]]:
    """The rungs of a rule that has a ladder: the weeks that each needs, its method in words, what people are told."""
    return [
        {"history": one.history, "words": str(METHODS.get(one.method, one.method)), "says": one.says}
        for one in rule.rungs if rule.ladder
    ]  # fmt: skip


def fallback_of(rule: Any, method: str, weeks: int) -> str:
    """What people are told where so much of the past sufficed for a lower rung only; "" on the highest."""
    rung = rule.rung(weeks)
    if rung is None or rung.method != method.removeprefix("count_") or rung.says is None:
        return ""
    return str(rung.says.in_language(get_language() or "zh"))

"""The series behind an alert, four weeks at a time: what was seen, what was expected as elsewhere, and the bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.insight.alerts.models import Alert
from banyan.insight.alerts.queries import counts
from banyan.insight.alerts.queries.clusters import bound

STEPS, STEP_DAYS, STEPS_A_YEAR = 26, 28, 13
COUNTED = ("scan", "funnel", "near_limit", "farrington_flexible", "cusum", "rate")
OWN_PAST = ("farrington_flexible", "cusum", "rate")
SEASON_PRIOR = 10.0
"""Events that a season's four weeks must let expect until they weigh as much as "no season"."""


def series_of(alert: Alert) -> list[dict[str, Any]]:
    """Two years in steps of four weeks up to the alert's last day, as known then; empty where a rule counts nothing.

    A step begins with the alert's own days, so that the steps from there on hold what the alert counts and nothing
    else; the last step ends with them and may be shorter.

    What is expected is what the same products (and items) did elsewhere over the same two years (in other counties,
    at other laboratories or sellers; for a rise in the whole city, in it before the alert), and follows their season:
    the same four weeks of both years, as far as their failures are enough to tell it. The bound lies on the side on
    which the rule looks: too few failures are outside it where they are fewer.
    """
    rule = rule_of(alert)
    if rule is None or rule.method not in COUNTED:
        return []
    days = (alert.known_on - alert.from_on).days + 1
    own = -(-days // STEP_DAYS)
    steps = max(STEPS, own)
    first = alert.from_on - timedelta(days=(steps - own) * STEP_DAYS)
    rows = _rows(alert, rule, since=first, known_on=alert.known_on)
    if rule.measure == "count":
        return _counts(rows, first, steps, begun=alert.from_on, until=alert.known_on)
    if rule.method in OWN_PAST:  # it is the whole city, compared with itself before the alert
        before = alert.from_on - timedelta(days=STEP_DAYS * int(rule.options["exclude_recent"]))
        rows += [row | {"here": False} for row in rows if row["day"] < before]
    return _steps(rows, first, steps, side="low" if rule.method == "funnel" else "high")


def as_known(alert: Alert, *, on: date) -> tuple[int, int]:
    """How much a rule counts in the alert's own days, and how many events, as known on a day: late facts and
    corrections change both. Nothing where a rule counts nothing."""
    rule = rule_of(alert)
    if rule is None or rule.method not in COUNTED:
        return (0, 0)
    here = [row for row in _rows(alert, rule, since=alert.from_on, known_on=on) if row["here"]]
    return sum(row["n"] for row in here), sum(row["events"] for row in here)


def _rows(alert: Alert, rule: Any, *, since: date, known_on: date) -> list[dict[str, Any]]:
    """What a rule counts, and the events in it, by day and product, here and elsewhere, up to the alert's end.

    The unit is that of the rule's detector: a fact, of counts one that copies no other, or a whole test.
    """
    kind = alert.receipt["kind"]
    told = _watched(facts.facts([kind], known_on=known_on), alert, rule)
    told = told.filter(told.happened_on.between(since, alert.known_on))
    if rule.measure == "count":
        told_ever = _watched(facts.history([kind]), alert, rule)
        again = counts.copies(told_ever, rule.by, int(rule.options.get("copies_within") or 0))
        told = told.filter(told.fact.notin(again)) if again else told
        event = told.fact.notnull()
    elif rule.method == "near_limit":
        told = _tests(told, rule)
        event = told.near >= int(rule.options["items"])
    else:
        event = ~told.passed
    where = told.county.isin(alert.counted_in) if rule.method == "scan" else _subject(told, alert)
    if rule.method in OWN_PAST:
        import ibis

        where = ibis.literal(True)
    found: list[dict[str, Any]] = (
        told.mutate(day=told.happened_on, here=where.fill_null(False), happened=event.fill_null(False).cast("int64"))
        .group_by(["day", "here", "product"])
        .aggregate(n=lambda t: t.count(), events=lambda t: t.happened.sum())
        .to_pyarrow()
        .to_pylist()
    )
    return found


def _watched(told: Any, alert: Alert, rule: Any) -> Any:
    """Of some facts those that the rule watches in the alert's goods; of a count's those of its own series alone."""
    for condition in rule.filters:
        if condition.column != "kind":
            told = told.filter(told[condition.column].isin(list(condition.any_of)))
    subject = {"product": alert.product_id, "item": alert.item}
    if rule.measure == "count":
        subject |= {"laboratory": alert.laboratory_id, "counterparty": alert.seller_id}
        told = told.filter(*(told[name].notnull() for name in rule.by))
        if alert.counted_in:
            told = told.filter(told.county.isin(alert.counted_in))
    for column, value in subject.items():
        if value:
            told = told.filter(told[column] == value)
    return told


def _tests(told: Any, rule: Any) -> Any:
    """Whole tests with measured values that passed: where and when each was, and how many lie just below a limit."""
    told = told.filter(told.passed, told.share_of_limit.notnull())
    near = told.share_of_limit.between(float(rule.options["band"]), 1.0)
    places = ("happened_on", "product", "county", "laboratory", "counterparty")
    told = told.mutate(near=near.cast("int64")).group_by("sample")
    return told.aggregate(near=lambda t: t.near.sum(), **{
        name: lambda t, name=name: t[name].min() for name in places  # the items of a test have these in common
    })  # fmt: skip


def _counts(
    rows: Sequence[Mapping[str, Any]], first: date, steps: int, *, begun: date, until: date
) -> list[dict[str, Any]]:
    """How many there were in each four weeks, beside the mean of those that ended before the alert began.

    Of a last step that is shorter as much less is expected.
    """
    seen = [0] * steps
    for row in rows:
        seen[(row["day"] - first).days // STEP_DAYS] += row["n"]
    days = [first + timedelta(days=STEP_DAYS * place) for place in range(steps)]
    past = [n for n, day in zip(seen, days, strict=True) if day + timedelta(days=STEP_DAYS) <= begun]
    usual = sum(past) / len(past) if past else 0.0
    awaited = [usual * min(1.0, ((until - day).days + 1) / STEP_DAYS) for day in days]
    return [
        _bounded({"from": day, "n": n, "observed": n}, mean, side="high")
        for n, day, mean in zip(seen, days, awaited, strict=True)
    ]


def _bounded(step: dict[str, Any], expected: float, *, side: str) -> dict[str, Any]:
    """A step with what was expected of it, the bound on a side, and whether what was seen lies outside it."""
    limit, seen = bound(expected, side=side), step["observed"]
    outside = seen > limit if side == "high" else seen < limit
    return step | {"expected": round(expected, 2), "bound": limit, "is_outside": outside}


def _steps(rows: Sequence[Mapping[str, Any]], first: date, count: int, *, side: str = "high") -> list[dict[str, Any]]:
    elsewhere: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if not row["here"]:
            elsewhere[row["product"]][0] += row["n"]
            elsewhere[row["product"]][1] += row["events"]
    season = _season(rows, first, elsewhere)
    days = (first + timedelta(days=STEP_DAYS * place) for place in range(count))
    steps: list[dict[str, Any]] = [{"from": day, "n": 0, "observed": 0, "expected": 0.0} for day in days]
    for row in rows:
        if row["here"]:
            place = (row["day"] - first).days // STEP_DAYS
            step, (n, events) = steps[place], elsewhere[row["product"]]
            step["n"] += row["n"]
            step["observed"] += row["events"]
            step["expected"] += row["n"] * events / n * season[place % STEPS_A_YEAR] if n else 0.0
    return [
        _bounded(step, step["expected"], side=side) if step["n"] else step | {"bound": None, "is_outside": False}
        for step in steps
    ]


def _season(rows: Sequence[Mapping[str, Any]], first: date, elsewhere: Mapping[Any, Sequence[int]]) -> list[float]:
    """How many times as often as in both years together events happened elsewhere in each four weeks of the year."""
    seen, awaited = [SEASON_PRIOR] * STEPS_A_YEAR, [SEASON_PRIOR] * STEPS_A_YEAR
    for row in rows:
        if not row["here"]:
            n, events = elsewhere[row["product"]]
            place = (row["day"] - first).days // STEP_DAYS % STEPS_A_YEAR
            seen[place] += row["events"]
            awaited[place] += row["n"] * events / n
    return [one / other for one, other in zip(seen, awaited, strict=True)]


def _subject(told: Any, alert: Alert) -> Any:
    return told.laboratory == alert.laboratory_id if alert.laboratory_id else told.counterparty == alert.seller_id


def rule_of(alert: Alert) -> Any:
    """The rule as it was when the alert was last told; None where no pack holds it."""
    book = policy.load(settings.BANYAN_PACKS)
    found: Any = next((one for one in book.entries("alert_rule") if one.key == alert.rule), None)
    return found.on(alert.known_on) if found and found.holds(alert.known_on) else None

"""The chart, the table and the records of an alert count what its detector counted, in the detector's own unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.insight.alerts import actions, queries
from banyan.insight.alerts.models import Alert, plain
from banyan.insight.alerts.panels import explained
from banyan.insight.alerts.queries import Story
from banyan.insight.alerts.queries.series import COUNTED, STEPS
from banyan.insight.alerts.queries.watching import judged
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db
LAST = date(2025, 12, 28)
ROBOT = System("test")
PLACE = {name: (place, 0) for place, name in enumerate(("gulou", "cangshan", "changle"))}
BOOK = policy.load(settings.BANYAN_PACKS)
WITH_CHART = [
    (one.key, rung.method, rung.history)
    for one in BOOK.entries("alert_rule") if one.on(LAST).method in COUNTED for rung in one.on(LAST).rungs
]  # fmt: skip
ITEMS = ("lead", "mould", "label")
WEEKS, A_WEEK = 170, 24


def rule(key):
    (found,) = (one for one in BOOK.entries("alert_rule") if one.key == key)
    return found.on(LAST)


def samples(weeks):
    """So many weeks of samples of rice and helmets in three counties, at four laboratories and five sellers."""
    random = np.random.default_rng(7)
    size = A_WEEK * weeks
    age = np.sort(np.repeat(np.arange(weeks) * 7, A_WEEK) + random.integers(0, 7, size))[::-1]
    return random, {
        "age": age, "product": random.choice(["rice", "helmet"], size), "county": random.choice(list(PLACE), size),
        "laboratory": random.choice(["lab-e", "lab-w", "lab-1", "lab-2"], size),
        "counterparty": random.choice(["firm-g", "firm-c", "shop-1", "shop-2", "shop-3"], size),
    }  # fmt: skip


def planted(key, random, told):
    """Which items of samples failed, and their shares of the limit: at random, and as the rule warns of."""
    size = len(told["age"])
    failed = random.random((size, len(ITEMS))) < (0.05 if "funnel" not in rule(key).method else 0.08)
    share = random.beta(1.5, 3, (size, len(ITEMS))) * 0.89
    rice, lately = told["product"] == "rice", told["age"] < 28
    here = told["county"] == "gulou"
    if rule(key).method == "scan":
        failed[:, 0] |= rice & here & (told["age"] < 50) & (random.random(size) < 0.7)
    elif key == "product_fails_more_than_before":
        failed[:, 0] |= rice & lately & (random.random(size) < 0.6)
    elif key == "laboratory_finds_too_little":
        failed[told["laboratory"] == "lab-e"] = False
    elif key == "seller_passes_too_often":
        failed[told["counterparty"] == "firm-g"] = False
    else:
        near = (told["laboratory"] == "lab-e") & (random.random(size) < 0.4)
        share[near] = random.uniform(0.9, 0.99, (near.sum(), len(ITEMS)))
    share[failed] = 1.5
    return failed, np.where(random.random(share.shape) < 0.1, np.nan, share)


def rows_of(key, weeks):
    """The facts that the rule watches."""
    kind = next(one.any_of for one in rule(key).filters if one.column == "kind")[0]
    random, told = samples(weeks)
    days = [LAST - timedelta(days=int(one)) for one in told["age"]]
    shared = [
        {"kind": kind, "happened_on": day, "sample": f"s{place}", "test": "initial", "scheme": "food",
         "level": "city", "drawn": "random", "organisation": "maker"}
        | {name: str(told[name][place]) for name in ("product", "county", "laboratory", "counterparty")}
        for place, day in enumerate(days)
    ]  # fmt: skip
    if rule(key).measure == "count":
        rows = [row | {"words": f"w{place}"} for place, row in enumerate(shared[::6])]
        wave = shared[-1] | {"product": "rice", "county": "gulou"}
        rows += [
            wave | {"words": f"wave {place}", "happened_on": LAST - timedelta(days=place % 6)} for place in range(30)
        ]
        rows += [wave | {"words": f"wave {place}"} for place in range(5)]  # handed in once more
        rows += [wave | {"product": None, "words": "of nothing known"}]
    else:
        failed, share = planted(key, random, told)
        if kind == "inspection.sample_judged":
            rows = [row | {"passed": not failed[place].any()} for place, row in enumerate(shared)]
        else:
            rows = [
                row | {"item": item, "passed": not failed[place, number],
                       "share_of_limit": None if np.isnan(share[place, number]) else float(share[place, number])}
                for place, row in enumerate(shared) for number, item in enumerate(ITEMS)
            ]  # fmt: skip
    return rows


def facts_in_place(monkeypatch, rows):
    """Let the facts of a kind be these rows; a month after the last week each tenth is corrected or taken back."""
    later = datetime.combine(LAST + timedelta(days=30), time())
    told = []
    for number, row in enumerate(rows):
        one = row | {
            "fact": number,
            "key": f"k{number}",
            "known_at": datetime.combine(row.get("known_on", row["happened_on"]), time()),
            "until": None,
        }
        if number % 5 == 0:
            one["until"] = later
        if number % 10 == 0:
            told.append(one | {"fact": number + 10**6, "known_at": later, "until": None, "passed": False})
        told.append(one)
    (kind,) = {row["kind"] for row in rows}
    schema = ibis.schema({
        **dict(facts._no_facts([kind]).schema().items()), "until": "timestamp",
    })  # fmt: skip
    told = [{name: row.get(name) for name in schema.names} for row in told]
    table = ibis.memtable(pa.Table.from_pylist(told, schema=schema.to_pyarrow()), schema=schema)

    def standing(_names, *, known_on=None):
        end = ibis.literal(str(known_on or later.date())).cast("timestamp") + ibis.interval(hours=12)
        return table.filter(table.known_at <= end, table.until.isnull() | (table.until > end)).drop("until")

    monkeypatch.setattr(facts, "history", lambda _names: table)
    monkeypatch.setattr(facts, "facts", standing)


def began(key, found, told):
    """The slow way to the first day that counts against the subject of a finding; None for a rule without one."""
    at = found.noticed_on.toordinal()
    there = told.until > at if rule(key).measure == "count" else told.on(found.noticed_on)
    rows = np.flatnonzero(there & (told.happened >= found.from_on.toordinal()) & (told.happened <= at))
    if rule(key).method == "funnel":
        return None
    events = np.isin(told.fact[rows], found.facts)
    days = told.happened[rows]
    if rule(key).method in ("scan", "near_limit"):
        return date.fromordinal(int(days[events].min()))
    population = (
        rows >= 0
        if rule(key).measure == "count"
        else np.isin(told.codes["product"][rows], told.codes["product"][told.rows_of(found.facts)])
    )
    for start in range(found.from_on.toordinal(), at, 7):
        inside = (days >= start) & (days < start + 7)
        share = (inside & population).sum() / population.sum()
        if (inside & events).sum() > found.expected * share:
            return date.fromordinal(start)
    raise AssertionError("no week is above")


def raised(key, method, findings, earlier=()):
    """The alert of the finding on what was planted, after findings of earlier weeks."""
    (found,) = (
        one for one in findings
        if one.product in ("rice", "") and one.laboratory in ("lab-e", "") and one.counterparty in ("firm-g", "")
        and one.item in ("lead", "")
    )  # fmt: skip
    assert found.method.removeprefix("count_") == method
    story = Story(
        first=(*earlier, found)[0], last=found, counties={name for one in (*earlier, found) for name in one.counties}
    )
    raise_one(key, found, story)
    return found, Alert.objects.get()


def raise_one(key, found, story=None):
    story = story or Story(first=found, last=found, counties=set(found.counties))
    actions.raise_alerts(rule=rule(key), stories=[story], packs="p", by=ROBOT, on=LAST)


@pytest.mark.parametrize(("key", "method", "history"), WITH_CHART)
def test_a_chart_holds_in_the_alerts_own_days_what_its_detector_counted(city, monkeypatch, key, method, history):
    rows = rows_of(key, min(WEEKS, history + 8) if history < 130 else WEEKS)
    facts_in_place(monkeypatch, rows)
    read = queries.facts_of(rule(key), {})

    found, alert = raised(key, method, judged(rule(key), read, LAST, PLACE))

    assert alert.begun_on == found.begun_on == began(key, found, read)
    steps = [one for one in queries.series_of(alert) if one["from"] >= alert.from_on]
    assert steps[0]["from"] == alert.from_on
    assert (sum(one["n"] for one in steps), sum(one["observed"] for one in steps)) == (found.n, found.observed)
    assert queries.as_known(alert, on=alert.known_on) == (found.n, found.observed)
    assert queries.as_known(alert, on=LAST + timedelta(days=60)) != (found.n, found.observed)
    is_low = rule(key).method == "funnel"
    bounded = [one for one in steps if one["bound"] is not None]
    assert bounded
    assert all(one["bound"] <= one["expected"] if is_low else one["bound"] >= one["expected"] for one in bounded)
    assert [one["is_outside"] for one in bounded] == [
        one["observed"] < one["bound"] if is_low else one["observed"] > one["bound"] for one in bounded
    ]
    one_line_each = found.observed if rule(key).method != "funnel" else found.n
    assert len(found.facts) == alert.receipt["facts"] == one_line_each


def test_an_alert_that_an_earlier_finding_elsewhere_began_counts_in_the_counties_of_the_last(city, monkeypatch):
    facts_in_place(monkeypatch, rows_of("failing_cluster", 70))
    findings = judged(rule("failing_cluster"), queries.facts_of(rule("failing_cluster"), {}), LAST, PLACE)
    before = replace(findings[0], noticed_on=LAST - timedelta(weeks=3), counties=("changle",))

    found, alert = raised("failing_cluster", "scan", findings, earlier=[before])

    assert (found.counties, alert.counties) == (("gulou",), ["changle", "gulou"])
    assert queries.as_known(alert, on=alert.known_on) == (found.n, found.observed)
    with translation.override("en"):
        assert "neighbouring" not in alert.explanation
        assert explained(alert, person=ROBOT, on=LAST)["counted_in"] == ["Gulou"]


def test_a_page_of_values_below_the_limit_says_the_same_in_its_sentence_table_and_records(city, monkeypatch):
    key = "values_just_below_limit"
    facts_in_place(monkeypatch, rows_of(key, WEEKS))
    found, alert = raised(key, "near_limit", judged(rule(key), queries.facts_of(rule(key), {}), LAST, PLACE))

    with translation.override("en"):
        told = explained(alert, person=ROBOT, on=LAST)
        page = render_to_string("alerts/why.html", {"panel": told})

    days = (alert.known_on - alert.from_on).days + 1
    assert told["then"] == told["now"] == (found.n, found.observed)
    assert f"in {found.observed:.0f} of {found.n} tests" in page
    own = f'from {alert.from_on}</th><td class="number">{found.n}</td><td class="number">{found.observed:.0f}</td>'
    assert own in page
    assert f'<td class="number">{found.expected:.2f}</td><td class="number">{found.bound:g}</td></tr></tfoot>' in page
    assert "each by one of its values just below the limit" in page
    assert (f"holds {days % 28} days" in page) is bool(days % 28)
    lines = queries.records_behind(alert, limit=500)
    assert len(lines) == found.observed


def test_a_page_of_too_few_failures_lists_all_failures_first_and_says_how_many_samples_it_leaves_out(
    city, monkeypatch
):
    key = "laboratory_finds_too_little"
    rows = rows_of(key, WEEKS)
    mine = [row for row in rows if row["laboratory"] == "lab-e" and (LAST - row["happened_on"]).days < 182]
    for row in mine[:3]:
        row["passed"] = False
    facts_in_place(monkeypatch, rows)
    found, alert = raised(key, "funnel", judged(rule(key), queries.facts_of(rule(key), {}), LAST, PLACE))

    told = explained(alert, person=ROBOT, on=LAST)
    page = render_to_string("alerts/why.html", {"panel": told})

    assert found.observed == 3
    assert found.n > 30
    assert [line["passed"] for line in told["records"]] == [False] * 3 + [True] * 27
    days = [line["happened_on"] for line in told["records"]]
    assert days == [*sorted(days[:3], reverse=True), *sorted(days[3:], reverse=True)]
    assert f"30 of {found.n} are listed, the failures first." in page
    assert "red below the bound" in page


def test_a_page_of_late_results_lists_them_with_the_days_of_which_its_sentence_has_the_mean(city, monkeypatch):
    key = "county_reports_late"
    rows = rows_of("laboratory_finds_too_little", WEEKS)
    for number, row in enumerate(rows):
        is_late = row["county"] == "gulou" and (LAST - row["happened_on"]).days < 70
        row["known_on"] = row["happened_on"] + timedelta(days=12 + number % 9 + 20 * is_late)
    facts_in_place(monkeypatch, rows)
    (found,) = judged(rule(key), queries.facts_of(rule(key), {}), LAST, PLACE)
    raise_one(key, found)
    alert = Alert.objects.get()

    lines = queries.records_behind(alert, limit=500)
    page = render_to_string("alerts/why.html", {"panel": explained(alert, person=ROBOT, on=LAST)})

    assert found.counties == ("gulou",)
    assert len(lines) == found.n
    assert {line["county"] for line in lines} == {"gulou"}
    assert all(alert.from_on <= line["known_on"] <= alert.known_on for line in lines)
    assert sum(line["days"] for line in lines) / len(lines) == pytest.approx(found.observed, abs=0.05)
    assert f"{found.n} results became known" in page
    assert "days until known" in page
    assert alert.seen == f"{plain(found.observed)} days"


def test_a_page_of_complaints_shows_every_four_weeks_and_no_conclusion(city, monkeypatch):
    key = "more_complaints"
    facts_in_place(monkeypatch, rows_of(key, WEEKS))
    found, alert = raised(key, "farrington_flexible", judged(rule(key), queries.facts_of(rule(key), {}), LAST, PLACE))

    told = explained(alert, person=ROBOT, on=LAST + timedelta(days=60))
    page = render_to_string("alerts/why.html", {"panel": told})

    assert len(told["series"]) == STEPS
    assert told["now"] != told["then"]
    assert f"its days held {found.n} records" in page
    assert "conclusion" not in page

"""The score of the alert rules: cities of one registry, follow-ups that give nothing away, and ideal observers."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pytest

from banyan.demo import building, scoring
from banyan.demo.lives import FOLLOW_UP_AFTER
from banyan.insight.alerts.queries import Finding, Story
from banyan.insight.alerts.queries.known import NEVER, Known
from banyan.records.inspection.queries import Sample

SPAN = {"from": date(2025, 3, 3), "until": date(2025, 9, 1)}


@pytest.mark.django_db
def test_failures_of_every_kind_are_followed_up_where_they_came_to_light(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path

    building.build(seed=3, scale=0.01, light=True)

    failed = list(Sample.objects.filter(conclusion="failed").values_list("product_class", "county", "sampled_on"))
    soonest, latest = (timedelta(days=some) for some in FOLLOW_UP_AFTER)
    followed = Sample.objects.filter(drawn="follow_up")
    assert followed.values("product_class").distinct().count() > 3
    # a failed sample may be corrected or withdrawn later, or not be judged: its follow-up stands
    led_to = [
        any((one.product_class_id, one.county_id) == (product, county) and soonest <= one.sampled_on - on <= latest
            for product, county, on in failed)
        for one in followed
    ]  # fmt: skip
    assert np.mean(led_to) > 0.9


@pytest.mark.slow
def test_a_city_that_branches_from_a_registry_is_the_same_as_one_built_alone(tmp_path):
    both = _scores(tmp_path / "both", "2", "4")
    alone = _scores(tmp_path / "alone", "2")
    again = _scores(tmp_path / "both", "4")

    assert [one["effect"] for one in both] == [2.0, 4.0]
    assert alone == both[:1]
    assert again == both[1:]


def _scores(folder, *effects):
    data = folder / f"seed-3-effect-{effects[-1]}-scale-0.01"
    environment = {name: value for name, value in os.environ.items() if name != "BANYAN_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "banyan", "demo", "score-one", "3", "0.01", str(folder), *effects],
        env=environment | {"BANYAN_DATA_DIR": str(data)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def facts(*, failing_inside, n=2000, inside=60, items=("lead",)):
    """So many samples of rice of which 5 % fail, `inside` of them in the north during the span."""
    size = n * len(items)
    place = np.repeat(np.arange(n), len(items))
    here = place >= n - inside
    happened = np.where(here, date(2025, 5, 5).toordinal(), date(2024, 5, 5).toordinal())
    failed = np.where(here, place < n - inside + failing_inside, place % 20 == 0) & (
        np.arange(size) % len(items) == 0
    )
    return Known(
        fact=np.arange(size), happened=happened, known=happened + 20, until=np.full(size, NEVER),
        first=np.ones(size, bool), numbers={"passed": 1 - failed.astype(int)},
        codes={"product": np.ones(size, int), "county": np.where(here, 1, 2),
               "item": 1 + np.arange(size) % len(items)},
        words={"product": ["", "rice"], "county": ["", "north", "south"], "item": ["", *items]},
    )  # fmt: skip


def test_who_counts_the_shared_item_can_tell_what_counts_of_failures_do_not():
    truth = {"kind": "outbreak_sudden", "product": "rice", "item": "mould", "county": ["north"], "grows": 1,
             "begins": {"north": SPAN["from"]}, **SPAN}  # fmt: skip
    samples = facts(failing_inside=6)
    items = facts(failing_inside=3, items=("lead", "mould"))

    assert not scoring.told_by_counts(truth, samples, effect=2)
    assert scoring.told_by_item(truth, samples, items, effect=2)
    assert not scoring.told_by_item(truth, samples, items, effect=1)


def test_what_grows_slowly_is_told_by_counts_only_where_more_fail_for_it():
    sudden = {"kind": "outbreak_slow", "product": "rice", "item": "lead", "county": ["north"], "grows": 1,
              "begins": {"north": SPAN["from"]}, **SPAN}  # fmt: skip
    samples = facts(failing_inside=6, inside=120)

    assert scoring.told_by_counts(sudden, samples, effect=4)
    assert not scoring.told_by_counts(sudden | {"grows": 600}, samples, effect=4)


def test_who_knows_all_of_an_outbreak_tells_it_once_what_was_known_by_then_is_no_chance():
    truth = {"kind": "outbreak_sudden", "product": "rice", "item": "mould", "county": ["north"], "grows": 1,
             "begins": {"north": SPAN["from"]}, **SPAN}  # fmt: skip
    few, many = facts(failing_inside=6), facts(failing_inside=14)
    none, mould = (facts(failing_inside=some, items=("mould", "lead")) for some in (0, 14))
    days = (date(2025, 5, 25) - SPAN["from"]).days  # what failed on 5 May is known on 25 May, a Sunday

    assert scoring.days_of_who_knows(truth, few, none) is None
    assert scoring.days_of_who_knows(truth, many, none) == days
    assert scoring.days_of_who_knows(truth, few, mould) == days
    assert scoring.days_of_who_knows({"kind": "seller", **SPAN}, few, mould) is None


def test_only_an_outbreak_shares_an_item():
    assert scoring.told_by_item({"kind": "seller", **SPAN}, None, None, effect=4) is None


def test_a_wave_of_complaints_is_told_by_rules_of_complaints_and_by_no_other():
    wave = {"kind": "complaint_wave", "product": "rice", "county": ["north"], **SPAN}
    day = date(2025, 4, 6)
    found = Finding(
        noticed_on=day, from_on=day - timedelta(days=6), observed=9, expected=1, bound=4, n=9, p_value=0.001,
        product="rice", counties=("north",),
    )  # fmt: skip
    story = Story(first=found, last=found, counties={"north"})
    by_complaints = {("more_complaints", scoring.COMPLAINTS): [story]}
    by_samples = {("failing_cluster", scoring.SAMPLES): [story]}

    assert scoring._days_until_told(by_complaints, wave) == (day - SPAN["from"]).days
    assert scoring._days_until_told(by_samples, wave) is None
    assert not scoring._false(by_complaints, [wave])
    assert [one["control"] for one in scoring._false(by_samples, [wave])] == [""]


def test_copies_that_raise_an_alarm_are_told_as_their_control():
    copies = {"kind": "control", "of": "copies of a complaint", "beside": "complaint_wave", "product": "rice",
              "county": ["north"], **SPAN}  # fmt: skip
    found = Finding(
        noticed_on=date(2025, 4, 6), from_on=date(2025, 3, 31), observed=9, expected=1, bound=4, n=9, p_value=0.001,
        product="rice", counties=("north",),
    )  # fmt: skip
    told = {("more_complaints", scoring.COMPLAINTS): [Story(first=found, last=found, counties={"north"})]}

    assert [one["control"] for one in scoring._false(told, [copies])] == ["copies of a complaint"]

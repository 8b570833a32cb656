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
    truth = {"kind": "cluster", "product": "rice", "item": "mould", "county": ["north"], **SPAN}
    samples = facts(failing_inside=6)
    items = facts(failing_inside=3, items=("lead", "mould"))

    assert not scoring.told_by_counts(truth, samples, effect=2)
    assert scoring.told_by_item(truth, samples, items, effect=2)
    assert not scoring.told_by_item(truth, samples, items, effect=1)


def test_only_a_cluster_shares_an_item():
    assert scoring.told_by_item({"kind": "seller", **SPAN}, None, None, effect=4) is None

"""A rule judges by the method that its past allows, follows seasons, and says which method that was."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from django.conf import settings

from banyan import policy
from banyan.insight.alerts.queries import fallback_of
from banyan.insight.alerts.queries.known import NEVER, Known
from banyan.insight.alerts.queries.watching import first_week, judged

LAST = date(2025, 12, 28)
COUNTIES = ("north", "middle", "south", "west")
PLACE = {name: (place % 2, place // 2) for place, name in enumerate(COUNTIES)}
WEEKS = 156
SICK = 1


def rule(key):
    (found,) = (one for one in policy.load(settings.BANYAN_PACKS).entries("alert_rule") if one.key == key)
    return found.on(LAST)


def facts(seed, *, weeks=WEEKS, n=60, chance=0.08, season=1.0, rise=1.0, of=SICK):
    """So many samples a week of six products; one fails more in autumn, and more in its last four weeks."""
    random = np.random.default_rng(seed)
    size = n * weeks
    age = np.repeat(np.arange(weeks) * 7, n) + random.integers(0, 7, size)
    happened = LAST.toordinal() - age
    words = {"product": ["", *(f"product-{one}" for one in range(6))], "county": ["", *COUNTIES],
             "scheme": ["", "food"], "level": ["", "city"], "drawn": ["", "random"], "laboratory": ["", "lab"],
             "counterparty": ["", "shop"], "organisation": ["", "maker"], "item": ["", "lead"]}  # fmt: skip
    codes = {name: random.integers(1, len(some), size) for name, some in words.items()}
    codes["sample"] = np.arange(1, size + 1)
    day_of_year = (happened - date(2025, 1, 1).toordinal()) % 365
    mine = codes["product"] == of
    factor = np.where(mine & (day_of_year > 250), season, 1.0) * np.where(mine & (age < 28), rise, 1.0)
    passed = (random.random(size) > chance * factor).astype(int)
    order = np.argsort(happened, kind="stable")
    return Known(
        fact=np.arange(size), happened=happened[order], known=happened[order], until=np.full(size, NEVER),
        first=np.ones(size, bool), numbers={"passed": passed[order], "share_of_limit": np.full(size, 0.5)},
        codes={name: some[order] for name, some in codes.items()},
        words=words | {"sample": [""] + [f"s{one}" for one in range(size)]},
    )  # fmt: skip


def from_the_last(told, weeks):
    """The same facts as if the first of them had been recorded so many weeks ago."""
    kept = told.happened > LAST.toordinal() - 7 * weeks
    columns = {name: getattr(told, name)[kept] for name in ("fact", "happened", "known", "until", "first")}
    return replace(
        told, **columns, numbers={name: one[kept] for name, one in told.numbers.items()},
        codes={name: one[kept] for name, one in told.codes.items()}, cache={},
    )  # fmt: skip


RISES = "product_fails_more_than_before"


@pytest.mark.parametrize("key", [one.key for one in policy.load(settings.BANYAN_PACKS).entries("alert_rule")])
def test_every_rule_judges_a_past_of_any_length_by_the_rung_that_it_suffices_for(key):
    told, asked = facts(1, rise=8.0, n=30), rule(key)

    for weeks in (*range(0, 30), *range(30, WEEKS + 1, 9)):
        some = from_the_last(told, weeks)
        found = judged(asked, some, LAST, PLACE)
        for one in found:
            rung = asked.rung(one.history)
            assert rung is not None
            assert one.method == rung.method, (weeks, one)
            assert one.history <= weeks
        if weeks < asked.rungs[-1].history:
            assert not found
            assert first_week(asked, some) is None or first_week(asked, some) > LAST


@pytest.mark.parametrize(
    ("weeks", "method"), [(150, "farrington_flexible"), (100, "cusum"), (40, "cusum"), (30, "rate"), (12, "rate")]
)
def test_a_strong_rise_is_told_on_each_rung_and_says_by_what(weeks, method):
    told = from_the_last(facts(2, rise=9.0), weeks)

    (found,) = judged(rule(RISES), told, LAST, PLACE)

    assert (found.product, found.method) == ("product-0", method)
    assert found.observed > found.bound > found.expected
    says = fallback_of(rule(RISES), found.method, found.history)
    assert bool(says) is (method != "farrington_flexible")


def test_a_product_that_is_new_among_old_records_is_judged_by_its_own_short_past():
    told = facts(3, rise=9.0)
    old = (told.codes["product"] == SICK) & (told.happened < LAST.toordinal() - 7 * 20)
    told.codes["product"][old] = 2

    (found,) = judged(rule(RISES), told, LAST, PLACE)

    assert (found.product, found.method) == ("product-0", "rate")
    assert found.history < 36


@pytest.mark.parametrize("seed", range(4))
def test_a_season_that_past_years_had_is_expected(seed):
    same_as_ever = facts(seed, season=4.0)
    autumn = [LAST - timedelta(weeks=back) for back in range(0, 16, 2)]

    told = [found for week in autumn for found in judged(rule(RISES), same_as_ever, week, PLACE)]

    assert told == []


def test_a_rise_on_top_of_a_season_is_told():
    worse = (facts(seed, season=4.0, rise=2.8) for seed in range(6))

    told = [[one.product for one in judged(rule(RISES), some, LAST, PLACE)] for some in worse]

    assert told.count(["product-0"]) >= 4
    assert all(some in ([], ["product-0"]) for some in told)


@pytest.mark.parametrize("weeks", [20, 48, 80])
def test_a_season_that_nobody_has_seen_yet_does_not_alarm_by_its_own_size_alone(weeks):
    told = from_the_last(facts(5, season=2.0), weeks)

    assert judged(rule(RISES), told, LAST, PLACE) == []


def test_more_samples_of_a_product_are_no_rise():
    told = facts(6)
    told.codes["product"][told.happened > LAST.toordinal() - 56] = SICK

    assert judged(rule(RISES), told, LAST, PLACE) == []


def test_on_noise_alone_hardly_a_week_tells_a_rise():
    weeks = [LAST - timedelta(weeks=back) for back in range(0, 120, 12)]

    alarms = sum(bool(judged(rule(RISES), facts(seed), week, PLACE)) for seed in range(10, 16) for week in weeks)

    assert alarms <= 3  # 60 weeks at a rate of 1 %: more than 3 in 1 of 300

"""Series of counts: quiet on noise, told where one rises, silent where all rise together, each by its own past."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.conf import settings
from tests.response.complaints.world import filed, read

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.insight.alerts import queries
from banyan.insight.alerts.queries.counts import Counted, counted
from banyan.insight.alerts.queries.known import NEVER
from banyan.insight.alerts.queries.watching import judged
from banyan.response.complaints import actions as complaints_actions

LAST = date(2025, 12, 28)
RULE = next(one for one in policy.load(settings.BANYAN_PACKS).entries("alert_rule") if one.key == "more_complaints")


def complaints(seed, *, weeks=180, series=60, mean=2.0, rise=1.0, everywhere=1.0):
    """Weekly counts of some products in one county; the first rises in the last week, or all of them do."""
    random = np.random.default_rng(seed)
    counts = random.poisson(mean, (series, weeks))
    counts[:, -1] = random.poisson(mean * everywhere, series)
    counts[0, -1] = random.poisson(mean * everywhere * rise)
    place, week = np.nonzero(counts)
    place, week = (np.repeat(one, counts[place, week]) for one in (place, week))
    happened = LAST.toordinal() - 7 * (weeks - 1 - week) - random.integers(0, 7, len(week))
    size = len(week)
    return Counted(
        [{"product": f"product-{one}", "county": "gulou"} for one in range(series)], place, happened, happened,
        np.full(size, NEVER), np.arange(size),
    )  # fmt: skip


def told(facts):
    return judged(RULE.on(LAST), facts, LAST, {})


def test_on_noise_alone_hardly_a_week_is_told():
    assert sum(len(told(complaints(seed))) for seed in range(10)) <= 1


@pytest.mark.parametrize("weeks", [20, 100, 180])
def test_on_sparse_noise_hardly_a_week_is_told_on_any_rung(weeks):
    assert sum(len(told(complaints(seed, weeks=weeks, mean=0.05, series=300))) for seed in range(10)) <= 1


def test_the_first_complaints_ever_of_a_product_are_a_wave_if_they_are_many():
    facts = complaints(6, weeks=120, mean=0.03, rise=300.0)

    (found,) = told(facts)

    assert (found.product, found.method) == ("product-0", "count_cusum")


def test_a_wave_of_complaints_is_told_with_its_product_county_and_records():
    facts = complaints(1, rise=8.0)

    (found,) = told(facts)

    assert (found.product, found.counties, found.method) == ("product-0", ("gulou",), "count_farrington_flexible")
    assert found.observed > found.bound > found.expected
    assert len(found.facts) == found.n == found.observed


def test_more_of_everything_is_a_surge_of_reporting_and_no_alert():
    assert not told(complaints(2, everywhere=4.0))


@pytest.mark.parametrize(("weeks", "method"), [(100, "count_cusum"), (20, "count_rate")])
def test_a_short_past_falls_back_and_says_so(weeks, method):
    (found,) = told(complaints(4, rise=40.0, weeks=weeks))

    assert (found.product, found.method) == ("product-0", method)
    assert queries.fallback_of(RULE.on(LAST), found.method, found.history)


def test_what_is_known_later_or_taken_back_does_not_count_before():
    facts = complaints(1, rise=8.0)
    late = np.where(facts.happened > LAST.toordinal() - 7, facts.happened + 30, facts.known)

    assert not told(Counted(facts.subjects, facts.series, facts.happened, late, facts.until, facts.fact))
    assert not told(
        Counted(
            facts.subjects,
            facts.series,
            facts.happened,
            facts.known,
            np.full(len(late), LAST.toordinal()),
            facts.fact,
        )
    )


def test_a_count_over_weeks_is_that_of_a_walk_over_its_facts():
    facts = complaints(3, weeks=30, series=4)
    day = LAST - timedelta(weeks=2)
    weekly = facts.weekly(day)
    slow = np.zeros_like(weekly)
    for series, happened in zip(facts.series, facts.happened, strict=True):
        if happened <= day.toordinal():
            slow[series, -1 - (day.toordinal() - happened) // 7] += 1

    assert np.array_equal(weekly, slow)


@pytest.mark.django_db
def test_series_read_from_facts_are_those_of_the_records(city):
    days = [date(2025, 6, 2), date(2025, 6, 2), date(2025, 6, 20)]
    for day in days:
        filed(city, on=day, product_class_id=city.rice.pk)
    facts.collect()

    told = counted("complaints.received", among={}, by=("product", "county"))

    assert list(told.subjects) == [{"product": "rice", "county": "gulou"}]
    assert sorted(told.happened.tolist()) == [day.toordinal() for day in days]
    assert told.weekly(date(2025, 6, 22)).tolist() == [[2, 0, 1]]


@pytest.mark.django_db
def test_the_same_words_handed_in_again_count_once_and_other_words_each(city):
    first = date(2025, 6, 2)
    for days in (0, 1, 9, 30, 60):  # the chain of copies goes on to the 30th day; the 60th is a month after its end
        filed(city, on=first + timedelta(days=days), product_class_id=city.rice.pk, words="the rice smells of oil")
    for place in range(3):
        filed(city, on=first, product_class_id=city.rice.pk, words=f"stones in the rice, bag {place} of many others")
    facts.collect()

    told = counted("complaints.received", among={}, by=("product", "county"), copies_within=4)
    each = counted("complaints.received", among={}, by=("product", "county"))

    assert (len(told), len(each)) == (5, 8)
    assert told.weekly(first + timedelta(days=6)).sum() == 4
    assert RULE.options["copies_within"] == 6


@pytest.mark.django_db
def test_a_correction_is_no_copy_of_what_it_corrects(city, people):
    officer = {"by": people.officer_gulou, "on": date(2025, 6, 4)}
    complaint = filed(city, on=date(2025, 6, 2), product_class_id=city.rice.pk, words="the rice smells of oil")
    for product in (city.helmet, city.rice):
        complaints_actions.classify_complaint(
            complaint=read(complaint), subject="quality", product_class=product, **officer
        )
    facts.collect()

    told = counted("complaints.received", among={}, by=("product", "county"), copies_within=6)

    assert told.weekly(date(2025, 6, 8)).sum() == 1

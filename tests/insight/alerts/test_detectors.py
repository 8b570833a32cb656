"""Detectors stay silent on noise, see what is there, and do not care how places are numbered."""

from datetime import date, timedelta

import numpy as np
import pytest

from banyan.insight.alerts.queries import Finding, tell, weeks
from banyan.insight.alerts.queries.alike import too_much_alike
from banyan.insight.alerts.queries.clusters import clusters
from banyan.insight.alerts.queries.delays import late_counties
from banyan.insight.alerts.queries.known import NEVER, Known
from banyan.insight.alerts.queries.shares import near_limit, too_few_failures

LAST = date(2025, 6, 29)
COUNTIES = ("north", "middle", "south", "west", "east", "far")
PLACE = {name: (place % 3, place // 3) for place, name in enumerate(COUNTIES)}
SCAN = {"place": PLACE, "windows": (6, 16), "largest": 3, "prior": 25.0, "season_weight": 1.0, "least": 4,
        "rate": 0.02, "elsewhere": 0.05}  # fmt: skip
FUNNEL = {"by": "laboratory", "windows": (26, 52), "prior": 60.0, "least": 5.0, "rate": 0.01}


def facts(seed, *, n=6000, days=900, chance=0.08):
    """Samples of twenty products in six counties at eight laboratories, all failing by the same chance."""
    random = np.random.default_rng(seed)
    happened = np.sort(LAST.toordinal() - random.integers(0, days, n))
    words = {
        "product": ["", *(f"product-{one}" for one in range(20))], "county": ["", *COUNTIES],
        "laboratory": ["", *(f"lab-{one}" for one in range(8))], "counterparty": ["", "shop"],
        "organisation": ["", "maker"], "scheme": ["", "food"], "level": ["", "city"], "drawn": ["", "random"],
        "sample": [""] + [f"s{one}" for one in range(n)],
    }  # fmt: skip
    codes = {name: random.integers(1, len(some), n) for name, some in words.items()}
    codes["sample"] = np.arange(1, n + 1)
    known = happened + random.integers(8, 40, n)
    return Known(
        fact=np.arange(n), happened=happened, known=known, until=np.full(n, NEVER), first=np.ones(n, bool),
        numbers={"passed": (random.random(n) > chance).astype(int), "share_of_limit": random.beta(1.5, 3, n)},
        codes=codes, words=words,
    )  # fmt: skip


def cluster(facts):
    """Make half of the samples of one product in two neighbouring counties fail in the last twelve weeks."""
    inside = (facts.codes["product"] == 3) & np.isin(facts.codes["county"], (2, 3))
    inside &= facts.happened > LAST.toordinal() - 84
    facts.numbers["passed"][inside] = np.arange(inside.sum()) % 4 == 0
    return facts


def test_on_noise_alone_hardly_a_week_of_any_detector_alarms():
    alarms = dict.fromkeys(("scan", "funnel", "near", "late"), 0)
    cities, looked_at = 25, 4
    for seed in range(cities):
        noise = facts(seed)
        for back in range(looked_at):
            on = LAST - timedelta(weeks=8 * back)
            alarms["scan"] += bool(clusters(noise, on=on, **SCAN))
            alarms["funnel"] += bool(too_few_failures(noise, on=on, **FUNNEL))
            alarms["late"] += bool(
                late_counties(noise, on=on, windows=(6, 13), past=52, least=12, ratio=1.2, rate=0.001)
            )
            alarms["near"] += bool(
                near_limit(noise, on=on, by="laboratory", band=0.6, items=1, windows=(8, 26), prior=20.0, least=4,
                           rate=0.001)
            )  # fmt: skip

    assert alarms["scan"] <= 5, alarms  # 100 weeks at a rate of 2 %: more than 5 in 1 of 65
    assert alarms["funnel"] <= 4, alarms
    assert alarms["near"] <= 1, alarms
    assert alarms["late"] <= 1, alarms


def test_a_cluster_is_told_with_its_product_and_counties():
    (found,) = clusters(cluster(facts(1, n=12000)), on=LAST, **SCAN)

    assert found.product == "product-2"
    assert {"middle", "south"} & set(found.counties)
    assert found.observed > found.bound > found.expected


def test_a_cluster_began_on_the_day_of_its_first_failure():
    told = cluster(facts(1, n=12000))

    (found,) = clusters(told, on=LAST, **SCAN)

    days = told.happened[told.rows_of(found.facts)]
    assert found.begun_on == date.fromordinal(int(days.min()))
    assert found.from_on < found.begun_on < LAST


def test_the_same_rise_in_every_county_is_a_season_and_no_cluster():
    everywhere = facts(1, n=12000)
    inside = (everywhere.codes["product"] == 3) & (everywhere.happened > LAST.toordinal() - 84)
    everywhere.numbers["passed"][inside] = np.arange(inside.sum()) % 4 == 0

    assert not clusters(everywhere, on=LAST, **SCAN)


def test_more_samples_without_more_failures_do_not_alarm():
    surge = facts(2)
    taken = np.flatnonzero(surge.happened > LAST.toordinal() - 60)
    surge.codes["product"][taken], surge.codes["county"][taken] = 3, 2

    assert not clusters(surge, on=LAST, **SCAN)


@pytest.mark.parametrize("seed", range(5))
def test_numbering_the_counties_otherwise_changes_no_alert(seed):
    told = cluster(facts(seed, n=12000))
    before = clusters(told, on=LAST, **SCAN)
    order = np.random.default_rng(seed).permutation(len(COUNTIES))
    new_place = np.concatenate([[0], order + 1])
    words = np.empty(len(COUNTIES) + 1, object)
    words[new_place] = ["", *COUNTIES]
    told.codes["county"] = new_place[told.codes["county"]]
    told.words["county"] = list(words)
    told.cache.clear()

    after = clusters(told, on=LAST, **SCAN)

    assert [(one.product, sorted(one.counties), one.observed, round(one.p_value, 12)) for one in before] == [
        (one.product, sorted(one.counties), one.observed, round(one.p_value, 12)) for one in after
    ]


def test_a_laboratory_that_hides_failures_is_told_alone():
    hidden = facts(5, n=12000)
    mine = hidden.codes["laboratory"] == 4
    hidden.numbers["passed"][mine] |= np.random.default_rng(1).random(mine.sum()) < 0.7

    (found,) = too_few_failures(hidden, on=LAST, **FUNNEL)

    assert found.laboratory == "lab-3"
    assert found.begun_on is None  # what did not fail has no first day


def test_a_county_whose_results_come_later_than_they_used_to_is_told_alone():
    slow = facts(6)
    mine = (slow.codes["county"] == 5) & (slow.happened > LAST.toordinal() - 150)
    slow.known[mine] += 25

    found = late_counties(slow, on=LAST, windows=(6, 13), past=52, least=12, ratio=1.2, rate=0.001)

    assert [one.counties for one in found] == [("east",)]


def test_late_results_begin_on_the_day_on_which_the_first_of_them_became_known():
    told = facts(6)
    told.known[:] = told.happened + 20 + told.fact % 2
    late = (told.codes["county"] == 5) & (told.happened > LAST.toordinal() - 60)
    told.known[late] += 25
    others = told.codes["county"] != 5

    (found,) = late_counties(told, on=LAST, windows=(6, 13), past=52, least=12, ratio=1.2, rate=0.001)

    assert found.begun_on == date.fromordinal(int(told.known[late].min()))
    assert found.from_on < found.begun_on
    assert len(found.facts) == found.n
    assert not np.isin(told.fact[others], found.facts).any()


ALIKE = {
    "windows": (52, 104),
    "items": 3,
    "band": 0.9,
    "apart": 104,
    "compared": 400,
    "level": 0.05,
    "tests": 10,
    "rate": 0.05,
}
ITEMS = 5


def items_of_tests(seed, *, n=3000):
    """The items of so many tests: five measured values each, of twenty products at thirty shops."""
    random = np.random.default_rng(seed)
    told = facts(seed, n=n, days=600)
    told.codes["counterparty"] = random.integers(1, 31, n)
    told.codes["organisation"] = random.integers(1, 400, n)
    place = np.repeat(np.arange(n), ITEMS)
    words = told.words | {
        "counterparty": ["", *(f"shop-{one}" for one in range(30))],
        "item": ["", *(f"item-{one}" for one in range(5))],
        "organisation": ["", *(f"maker-{one}" for one in range(400))],
    }  # fmt: skip
    codes = {name: some[place] for name, some in told.codes.items()}
    codes["item"] = np.tile(np.arange(1, ITEMS + 1), n)
    return Known(
        fact=np.arange(n * ITEMS), happened=told.happened[place], known=told.known[place], until=told.until[place],
        first=np.ones(n * ITEMS, bool), codes=codes, words=words,
        numbers={"passed": np.ones(n * ITEMS, int), "share_of_limit": random.beta(1.5, 3, n * ITEMS)},
    )  # fmt: skip


def swap(told, *, shop, share, seed):
    """Let a shop hand over one lot of each product in place of a share of its samples."""
    random = np.random.default_rng(seed)
    lots = random.beta(1.5, 3, (21, ITEMS)) * 0.8
    swapped = random.random(int(told.codes["sample"].max()) + 1) < share
    mine = (told.codes["counterparty"] == shop) & swapped[told.codes["sample"]]
    lot = lots[told.codes["product"], told.codes["item"] - 1]
    told.numbers["share_of_limit"] = np.where(
        mine, lot * np.exp(random.normal(0, 0.1, len(told))), told.numbers["share_of_limit"]
    )
    return told


def test_a_shop_whose_samples_come_from_few_lots_is_told_alone_with_the_tests_that_agree():
    told = swap(items_of_tests(3), shop=7, share=0.7, seed=1)

    (found,) = too_much_alike(told, on=LAST, **ALIKE)

    assert found.counterparty == "shop-6"
    assert found.observed > found.expected
    assert len(found.facts) > found.observed
    repeats = told.rows_of(found.facts)
    assert found.from_on <= found.begun_on <= LAST
    assert found.begun_on.toordinal() in told.happened[repeats]


def test_that_results_agree_too_closely_has_no_bound_for_their_number():
    (found,) = too_much_alike(swap(items_of_tests(3), shop=7, share=0.7, seed=1), on=LAST, **ALIKE)

    assert found.bound is None
    assert found.p_value < ALIKE["rate"]


def test_samples_of_honest_shops_are_hardly_ever_too_much_alike():
    alarms = sum(bool(too_much_alike(items_of_tests(seed), on=LAST, **ALIKE)) for seed in range(20))

    assert alarms <= 4, alarms  # 20 cities at a rate of 5 %: more than 4 in 1 of 390


def test_goods_of_one_maker_may_be_alike():
    told = swap(items_of_tests(3), shop=7, share=0.7, seed=1)
    told.codes["organisation"][told.codes["counterparty"] == 7] = 5

    assert not too_much_alike(told, on=LAST, **ALIKE)


def test_a_cluster_with_one_cause_is_told_with_its_item():
    told = items_of_tests(4, n=9000)
    random = np.random.default_rng(1)
    told.numbers["passed"] = (random.random(len(told)) > 0.015).astype(int)
    inside = (told.codes["product"] == 3) & np.isin(told.codes["county"], (2, 3)) & (told.codes["item"] == 2)
    inside &= told.happened > LAST.toordinal() - 84
    told.numbers["passed"][inside] = np.arange(inside.sum()) % 3 > 0

    found = clusters(told, on=LAST, of=("product", "item"), loose=0.1, **SCAN)

    assert [(one.product, one.item) for one in found] == [("product-2", "item-1")]


def test_what_was_not_known_yet_does_not_count():
    told = cluster(facts(1, n=12000))
    told.known[told.happened > LAST.toordinal() - 84] = LAST.toordinal() + 1

    assert not clusters(told, on=LAST, **SCAN)


def found(day, *counties, product="rice", score=0.001, began=None):
    return Finding(noticed_on=day, from_on=day - timedelta(weeks=6), observed=9, expected=2.0, bound=6.0, n=40,
                   p_value=score, product=product, counties=counties, begun_on=began)  # fmt: skip


def test_a_story_began_with_the_earliest_of_its_first_week_and_later_weeks_do_not_move_that():
    stories, near = [], {"north": {"middle"}, "middle": {"north"}}
    do = {"neighbours": near, "gap": timedelta(weeks=8), "most": 3}
    week = date(2025, 3, 2)
    began = [week - timedelta(days=days) for days in (12, 20, 40)]

    tell(stories, [found(week, "north", began=began[0], score=1e-6), found(week, "middle", began=began[1])], **do)
    tell(stories, [found(week + timedelta(weeks=2), "north", began=began[2])], **do)

    (story,) = stories
    assert (story.first.begun_on, story.first.noticed_on) == (began[1], week)
    assert story.first.counties == ("north",)


def test_findings_without_a_first_day_are_a_story_without_one():
    stories, week = [], date(2025, 3, 2)

    tell(stories, [found(week, "north"), found(week, "north", score=0.01)], neighbours={}, gap=timedelta(weeks=8),
         most=3)  # fmt: skip

    assert [one.first.begun_on for one in stories] == [None]


def test_following_weeks_and_neighbouring_counties_are_one_story():
    stories, near = [], {"north": {"middle"}, "middle": {"north", "south"}}
    do = {"neighbours": near, "gap": timedelta(weeks=8), "most": 3}
    first, later, much_later = weeks(date(2025, 1, 1), date(2025, 6, 1))[::10]

    tell(stories, [found(first, "north")], **do)
    tell(stories, [found(first + timedelta(weeks=2), "middle"), found(first + timedelta(weeks=2), "far")], **do)
    tell(stories, [found(later + timedelta(weeks=9), "north")], **do)

    assert [sorted(one.counties) for one in stories] == [["middle", "north"], ["far"], ["north"]]
    assert much_later > later


def test_no_more_stories_begin_in_a_week_than_somebody_can_look_at_and_the_strongest_come_first():
    stories = []
    day = date(2025, 3, 2)

    tell(stories, [found(day, "north", product=f"p{one}", score=10.0**-one) for one in range(1, 6)],
         neighbours={}, gap=timedelta(weeks=8), most=2)  # fmt: skip

    assert [one.first.product for one in stories] == ["p5", "p4"]

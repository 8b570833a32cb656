"""What an indicator's measure means, on a handful of facts."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.policy.entries import Origin
from banyan.policy.kinds.indicator import Indicator
from banyan.policy.measure import measured

ON = dt.date(2024, 5, 20)
JUDGED = "inspection.sample_judged"


def indicator(**fields):
    plain = {
        "kind": "indicator",
        "origin": Origin(key="trial", pack="trial", path="trial.yaml"),
        "title": {"zh": "试行", "en": "Trial"},
        "status": "in_force",
        "says": {"zh": "试行", "en": "Trial"},
        "measure": "rate",
        "among": {"kind": JUDGED},
        "of": {"passed": True},
        "method": "wilson",
    }
    chosen = {name: value for name, value in (plain | fields).items() if value is not None}
    return Indicator.model_validate(chosen)


def fact(**columns):
    return {"kind": JUDGED, "passed": True, "happened_on": ON} | columns


def test_a_rate_counts_what_meets_the_filters_and_nothing_else():
    trial = indicator(among={"kind": JUDGED, "level": ["province", "city"], "park": {"known": True}})
    facts = [
        fact(level="province", park="p"),
        fact(level="city", park="p", passed=False),
        fact(level="national", park="p"),
        fact(level="city", park=None),
        fact(park="p"),
        fact(level="city", park="p", kind="inspection.refused"),
    ]

    assert measured(trial, facts, on=ON) == {"n": 2, "passed": 1, "value": Decimal("0.5")}


def test_a_filter_may_ask_that_a_column_is_empty():
    trial = indicator(among={"kind": JUDGED, "park": {"known": False}})

    assert measured(trial, [fact(park="p"), fact(park=None), fact()], on=ON)["n"] == 2


def test_an_unknown_verdict_does_not_pass():
    assert measured(indicator(), [fact(passed=None), fact()], on=ON) == {"n": 2, "passed": 1, "value": Decimal("0.5")}


def test_nothing_counted_is_no_rate_and_not_zero():
    assert measured(indicator(), [], on=ON) == {"n": 0, "passed": 0, "value": None}


@pytest.mark.parametrize(
    ("window", "first_day_inside"),
    [
        ("calendar_year", dt.date(2024, 1, 1)),
        ("calendar_quarter", dt.date(2024, 4, 1)),
        ("last_12_months", dt.date(2023, 5, 21)),
        ("to_date", None),
    ],
)
def test_a_window_begins_on_its_first_day_and_ends_on_the_day_asked(window, first_day_inside):
    trial = indicator(window=window)
    one_day = dt.timedelta(days=1)

    assert trial.period(ON) == (first_day_inside, ON)
    assert measured(trial, [fact(happened_on=ON + one_day)], on=ON)["n"] == 0
    if first_day_inside:
        inside, outside = fact(happened_on=first_day_inside), fact(happened_on=first_day_inside - one_day)
        assert measured(trial, [inside, outside], on=ON)["n"] == 1


def test_twelve_months_before_a_leap_day_begin_on_the_first_of_march():
    assert indicator(window="last_12_months").period(dt.date(2024, 2, 29))[0] == dt.date(2023, 3, 1)


def test_what_stands_is_the_last_fact_of_each_subject():
    trial = indicator(measure="count", of=None, method="census", window="standing", unit="park",
                      among={"kind": JUDGED, "passed": True})  # fmt: skip
    facts = [
        fact(park="left", happened_on=dt.date(2020, 1, 1)),
        fact(park="left", happened_on=dt.date(2023, 1, 1), passed=False),
        fact(park="stayed", happened_on=dt.date(2020, 1, 1)),
        fact(park="to come", happened_on=dt.date(2025, 1, 1)),
    ]

    assert measured(trial, facts, on=ON)["value"] == 1
    assert measured(trial, facts, on=dt.date(2022, 1, 1))["value"] == 2


def test_sums_means_and_ratios_are_exact():
    facts = [fact(value=Decimal("0.1"), times=3), fact(value=2), fact(kind="inspection.refused", value=5)]

    whole = indicator(measure="sum", of=None, method="census")
    mean = indicator(measure="mean", of=None, method="census")
    ratio = indicator(measure="ratio", of=None, method="census", over={"kind": "inspection.refused"})
    ratio_of_sums = indicator(measure="ratio", of=None, method="census", quantity="sum",
                              over={"kind": "inspection.refused"})  # fmt: skip

    assert measured(whole, facts, on=ON)["value"] == Decimal("2.3")
    assert measured(mean, facts, on=ON)["value"] == Decimal("0.575")
    assert measured(ratio, facts, on=ON)["value"] == 4
    assert measured(ratio_of_sums, facts, on=ON)["value"] == Decimal("0.46")


def test_what_happens_is_set_against_what_stands_on_the_day_or_against_heads():
    judged = {"measure": "per", "of": None, "method": "census", "window": "last_12_months", "by": []}
    by_facts = indicator(**judged, over={"kind": "equipment.in_use"})
    by_heads = indicator(**judged, heads={"table": "residents", "column": "residents", "place": "county"})
    old = dt.date(2001, 1, 1)
    facts = [fact(times=3), *({"kind": "equipment.in_use", "key": key, "happened_on": old} for key in "aab")]

    assert measured(by_facts, facts, on=ON)["value"] == 15_000
    assert measured(by_heads, facts, on=ON, heads=60_000) == {"n": 3, "value": Decimal("0.5")}
    assert measured(by_heads, facts, on=ON, heads=0)["value"] is None


def test_the_median_is_the_middle_of_all_that_facts_stand_for():
    trial = indicator(measure="median", of=None, method="census")

    assert measured(trial, [fact(value=10, times=3), fact(value=90), fact(value=20)], on=ON)["value"] == 10
    assert measured(trial, [fact(value=10), fact(value=15)], on=ON)["value"] == Decimal("12.5")
    assert measured(trial, [], on=ON)["value"] is None


def test_growth_compares_the_same_days_a_year_earlier():
    trial = indicator(measure="growth", of=None, method="census")
    facts = [
        fact(times=6),
        fact(times=4, happened_on=dt.date(2023, 5, 20)),
        fact(times=9, happened_on=dt.date(2023, 5, 21)),
    ]

    assert measured(trial, facts, on=ON)["value"] == Decimal("0.5")
    assert measured(trial, facts[:1], on=ON)["value"] is None


def test_a_design_weighs_each_draw_by_its_chance():
    trial = indicator(method="stratified_rate")
    facts = [fact(weight=9), fact(weight=1, passed=False), fact(passed=False)]

    assert measured(trial, facts, on=ON) == {"n": 2, "passed": 1, "value": Decimal("0.9")}


COUNTED = st.lists(
    st.builds(
        lambda passed, organisation: fact(passed=passed, organisation=organisation),
        passed=st.sampled_from([True, False, None]),
        organisation=st.sampled_from(["a", "b", "c", None]),
    ),
    max_size=12,
)


@given(facts=COUNTED)
def test_passed_and_failed_make_up_all_that_was_judged(facts):
    judged = [one for one in facts if one["passed"] is not None]
    passing, failing = indicator(), indicator(of={"passed": False})

    both = measured(passing, judged, on=ON)["passed"] + measured(failing, judged, on=ON)["passed"]

    assert both == len(judged)


@given(facts=COUNTED)
def test_an_enterprise_passes_when_every_one_of_its_batches_does(facts):
    found = measured(indicator(unit="enterprise"), facts, on=ON)
    named = {one["organisation"] for one in facts} - {None}
    faultless = {name for name in named if all(one["passed"] for one in facts if one["organisation"] == name)}

    assert (found["n"], found["passed"]) == (len(named), len(faultless))


@given(facts=COUNTED)
def test_the_order_of_facts_changes_nothing(facts):
    assert measured(indicator(), facts, on=ON) == measured(indicator(), facts[::-1], on=ON)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"method": "census"}, "a rate's: wilson"),
        ({"of": None}, "says which of the facts count"),
        ({"over": {"kind": JUDGED}}, "says what it is divided by"),
        ({"measure": "ratio", "of": None, "method": "census"}, "says what it is divided by"),
        ({"measure": "count", "of": None, "method": "wilson"}, "a count's: census"),
        ({"measure": "per", "of": None, "method": "census"}, "give one"),
        (
            {
                "measure": "per",
                "of": None,
                "method": "census",
                "over": {"kind": "equipment.in_use"},
                "window": "standing",
            },
            "known by county",
        ),
        ({"heads": {"table": "residents", "column": "residents", "place": "county"}}, "and no other"),
        ({"quantity": "sum"}, "only a ratio or a growth"),
        ({"among": {"level": "city"}}, "name the one kind"),
        ({"among": {"kind": [JUDGED, "inspection.refused"]}}, "name the one kind"),
        ({"among": {"kind": JUDGED, "levle": "city"}}, "“levle” is no column"),
        ({"of": {"grade": "serious"}}, "“grade” is no column"),
        ({"by": ["county", "value"]}, "“value” is no dimension"),
        ({"unit": "lorry"}, "unit"),
        ({"window": "decade"}, "window"),
        ({"among": {"kind": JUDGED, "park": {"filled": True}}}, "among"),
    ],
)
def test_an_indicator_that_means_nothing_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        indicator(**fields)


def test_a_column_of_ones_own_is_allowed_when_it_is_listed():
    assert indicator(of={"grade": "serious"}, own_columns=["grade"]).passing[0].any_of == ("serious",)


def test_a_former_definition_holds_until_the_day_of_the_change():
    trial = indicator(
        since=dt.date(2024, 1, 1),
        method="wilson",
        former=[{"since": dt.date(2020, 1, 1), "method": "jeffreys", "among": {"kind": JUDGED, "level": "city"}}],
    )

    former = trial.on(dt.date(2023, 12, 31))

    assert (trial.version, former.version) == (2, 1)
    assert (former.method, former.until) == ("jeffreys", dt.date(2023, 12, 31))
    assert [one.column for one in former.filters] == ["kind", "level"]
    assert trial.on(dt.date(2024, 1, 1)) is trial
    assert trial.changes() == (dt.date(2020, 1, 1), dt.date(2024, 1, 1))
    assert not trial.holds(dt.date(2019, 12, 31))


@pytest.mark.parametrize(
    ("former", "words"),
    [
        ([{"method": "jeffreys"}], "needs since"),
        ([{"since": dt.date(2024, 1, 1), "method": "jeffreys"}], "before since"),
        ([{"since": dt.date(2020, 1, 1), "method": "guess"}], "method: guess"),
        ([{"since": dt.date(2020, 1, 1), "status": "draft"}], "the fields that differed"),
        ([{"since": dt.date(2020, 1, 1), "shape": "round"}], "shape"),
    ],
)
def test_a_former_definition_is_checked_like_the_present_one(former, words):
    with pytest.raises(ValueError, match=words):
        indicator(since=dt.date(2024, 1, 1), former=former)

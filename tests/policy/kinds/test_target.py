"""Verdicts come from the interval, never from the point; a missing reference is said and not guessed."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan import policy
from banyan.policy.kinds.target import Comparison, Part

SHARES = st.decimals(min_value=0, max_value=1, places=3)


def part(op=">=", value=93, per_cent=True):
    return Part(indicator="rate", op=op, value=value, per_cent=per_cent)


@pytest.mark.parametrize(
    ("op", "low", "high", "verdict"),
    [
        (">=", "0.93", "0.97", "met"),
        (">", "0.93", "0.97", "cannot be told"),
        (">=", "0.86", "0.97", "cannot be told"),
        (">=", "0.86", "0.93", "cannot be told"),
        (">", "0.86", "0.93", "not met"),
        (">=", "0.86", "0.929", "not met"),
        ("=", "0.93", "0.93", "met"),
        ("=", "0.92", "0.94", "cannot be told"),
        ("=", "0.94", "0.95", "not met"),
        ("=", "0.90", "0.92", "not met"),
    ],
)
def test_a_verdict_is_read_from_the_interval(op, low, high, verdict):
    assert part(op).verdict(low=Decimal(low), high=Decimal(high)) == verdict


def test_nothing_measured_cannot_be_told():
    assert part().verdict(low=None, high=None) == "cannot be told"


def test_a_figure_to_compare_with_that_is_missing_is_said():
    above = part(">", Comparison(reference="province_average"))

    assert above.verdict(low=0.99, high=1.0) == "reference missing"
    assert above.verdict(low=0.99, high=1.0, reference=0.98) == "met"
    assert above.threshold() is None


def test_twice_the_base_year_doubles_the_figure():
    doubled = part(">=", Comparison(reference="base_year_2010", times=2), per_cent=False)

    assert doubled.threshold(reference=21) == 42
    assert doubled.verdict(low=41, high=41, reference=21) == "not met"
    assert doubled.verdict(low=42, high=42, reference=21) == "met"


@given(low=SHARES, width=SHARES, op=st.sampled_from([">=", ">", "="]))
def test_a_wider_interval_never_tells_more(low, width, op):
    narrow = part(op).verdict(low=low, high=low)
    wide = part(op).verdict(low=max(Decimal(0), low - width), high=low + width)

    assert wide in (narrow, "cannot be told")


@given(low=SHARES, width=SHARES, lower=st.integers(0, 100), higher=st.integers(0, 100))
def test_a_higher_target_is_never_easier_to_meet(low, width, lower, higher):
    lower, higher = sorted((lower, higher))
    order = ["not met", "cannot be told", "met"]

    easy, hard = (part(value=value).verdict(low=low, high=low + width) for value in (lower, higher))

    assert order.index(hard) <= order.index(easy)


def test_a_target_in_per_cent_speaks_the_indicators_unit():
    target = policy.load().target("spot-provincial")

    assert target.value == 93
    assert target.threshold == Decimal("0.93")
    assert target.parts[0].threshold() == Decimal("0.93")


def test_a_target_of_two_levels_has_two_parts():
    parts = policy.load().target("park-rate").parts

    assert [(one.indicator, one.value.reference, one.value.indicator) for one in parts] == [
        ("park_pass_rate", "city_average", "provincial_pass_rate"),
        ("park_national_pass_rate", "province_average", "national_pass_rate"),
    ]


TARGET = """
aim:
  kind: target
  title: {zh: 目标, en: Aim}
  status: draft
  clause: "1"
  department: office
  op: ">="
  value: 1
  unit: {zh: 个, en: pieces}
  due: 2025-12-31
"""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "give either indicator, or needs"),
        ({"needs": "{zh: 名录, en: The list}", "indicator": "speed"}, "give either indicator, or needs"),
        ({"needs": "{zh: 名录}"}, "needs.en: is missing"),
        ({"needs": "{zh: 名录, en: The list}", "op": "'<'"}, "op"),
        ({"needs": "{zh: 名录, en: The list}", "value": "{reference: moon_average}"}, "value"),
        ({"needs": "{zh: 名录, en: The list}", "value": "many"}, "value"),
        ({"needs": "{zh: 名录, en: The list}", "due": "2025"}, "due"),
    ],
)
def test_a_target_that_cannot_be_judged_is_refused(pack, change, words):
    lines = [line for line in TARGET.splitlines() if line.split(":")[0].strip() not in change]
    pack.write("aim.yaml", "\n".join([*lines, *(f"  {name}: {value}" for name, value in change.items())]) + "\n")

    assert words in str(pack.refusal())


def test_a_target_may_have_been_lower_once(pack):
    pack.write(
        "aim.yaml",
        TARGET.replace(
            "status: draft", "status: in_force\n  since: 2024-01-01\n  former: [{since: 2020-01-01, value: 0}]"
        )
        + "  needs: {zh: 名录, en: The list}\n"
        + "  reference: {document: trial-rules, clause: '1', says: {zh: 一个。, en: One.}}\n",
    )
    pack.write(
        "aim.cases.yaml",
        "- {name: Before the change nothing was asked, entry: aim, on: 2023-12-31, expect: {value: 0}}",
    )

    book = pack.load()

    assert book.target("aim", on=dt.date(2023, 12, 31)).value == 0
    assert book.target("aim", on=dt.date(2024, 1, 1)).value == 1
    assert all(result.holds for result in policy.verify(book))
    assert "No case stands on 2024-01-01, the day of a change." in [remark.text for remark in policy.lint(book)]

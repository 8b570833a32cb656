"""Tests of the plans of GB/T 2828.1: master tables, arrows, double and multiple plans, refusals."""

import itertools
import re

import numpy as np
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from banyan.science import acceptance
from banyan.science.acceptance import tables


@pytest.mark.parametrize(
    ("lot", "level", "aql", "severity", "expected"),
    [
        (500, "II", 1.0, "normal", ("H", 50, 1)),
        (1000, "II", 1.0, "normal", ("J", 80, 2)),
        (1000, "II", 1.0, "tightened", ("J", 80, 1)),
        (1000, "II", 1.0, "reduced", ("J", 32, 1)),
        (1000, "II", 0.25, "normal", ("H", 50, 0)),
        (1000, "II", 0.40, "normal", ("K", 125, 1)),
        (120, "II", 0.65, "normal", ("F", 20, 0)),
        (2000, "S-1", 6.5, "tightened", ("E", 13, 1)),
        (600_000, "III", 0.025, "tightened", ("S", 3150, 1)),
        (5, "II", 10, "tightened", ("A", 2, 0)),
    ],
)
def test_published_vectors_are_met(lot, level, aql, severity, expected):
    plan = acceptance.single_plan(lot, level=level, aql=aql, severity=severity)

    assert (plan.code_letter, plan.n, plan.accept) == expected
    assert plan.reject == plan.accept + 1


def test_where_the_sample_is_as_large_as_the_lot_the_whole_lot_is_inspected():
    plan = acceptance.single_plan(8, level="II", aql=1.0)

    assert plan.inspect_all
    assert (plan.n, plan.table_n, plan.code_letter) == (8, 13, "E")
    assert not acceptance.single_plan(500, aql=1.0).inspect_all


def test_arrays_of_lots_and_limits_give_the_plans_one_by_one():
    lots, aqls = np.array([[30], [700], [90_000]]), np.array([0.65, 2.5, 10])

    plans = acceptance.single_plan(lots, aql=aqls, severity="reduced")

    for row, lot in enumerate(lots[:, 0]):
        for column, aql in enumerate(aqls):
            one = acceptance.single_plan(int(lot), aql=float(aql), severity="reduced")
            there = (plans.n[row, column], plans.accept[row, column], plans.code_letter[row, column])
            assert there == (one.n, one.accept, one.code_letter)


@given(st.integers(2, 10**7), st.sampled_from(tables.LEVELS), st.sampled_from(tables.SEVERITIES))
def test_along_the_limits_of_one_lot_the_sample_tolerates_more_and_more(lot, level, severity):
    plans = acceptance.single_plan(np.full(26, lot), level=level, aql=tables.AQLS, severity=severity)

    # The quality accepted 95 times in a hundred worsens from one AQL to the next.
    producer = acceptance.limiting_quality((plans.table_n, plans.accept), probability=0.95, model="poisson")
    assert np.all(np.diff(producer) >= -1e-12)


CROSSING = {("A", 10.0), ("B", 25.0), ("B", 65.0)}
"""Cells of the smallest samples where the printed tables, arrows resolved, cross by less than a tenth."""


@given(st.integers(2, 10**6), st.sampled_from(tables.AQLS))
@example(2, 10.0)
@example(9, 65.0)
def test_tightened_protects_more_than_normal_and_normal_more_than_reduced(lot, aql):
    middles = []
    for severity in ("tightened", "normal", "reduced"):
        plan = acceptance.single_plan(lot, aql=aql, severity=severity)
        middles.append(acceptance.limiting_quality((plan.table_n, plan.accept), probability=0.5, model="poisson"))

    if (acceptance.code_letter(lot), aql) in CROSSING:
        assert middles != sorted(middles)
        assert all(later > 0.9 * earlier for earlier, later in itertools.pairwise(middles))
    else:
        assert middles == sorted(middles)


def test_lots_accepted_at_the_limit_are_many_and_more_so_with_larger_samples():
    # The design of the tables: about 88 % for the smallest, 99 % for the largest samples.
    for lot in (100, 1_000, 10_000, 100_000):
        for aql in (0.65, 1.0, 2.5):
            plan = acceptance.single_plan(lot, aql=aql)
            assert 0.86 < acceptance.oc_curve((plan.table_n, plan.accept), aql / 100) < 0.999


def test_a_double_plan_follows_the_operating_characteristic_of_its_single_plan():
    chances = (0.99, 0.95, 0.9, 0.75, 0.5, 0.25, 0.1, 0.05, 0.01)
    differences = {}
    for accept, ((first, re_first), (last, re_last)) in tables.DOUBLE.items():
        p = acceptance.limiting_quality((1000, accept), probability=chances, model="poisson")
        double = ((628, 628), (first, last), (re_first, re_last))
        differences[accept] = np.abs(acceptance.oc_curve(double, p, model="poisson") - chances).max()

    assert differences.pop(2) < 0.06
    assert max(differences.values()) < 0.025


def test_a_multiple_plan_follows_the_operating_characteristic_of_its_single_plan():
    chances = (0.99, 0.95, 0.9, 0.75, 0.5, 0.25, 0.1, 0.05, 0.01)
    differences = {}
    for accept, rows in (tables.MULTIPLE | tables.RECONSTRUCTED).items():
        p = acceptance.limiting_quality((1000, accept), probability=chances, model="poisson")
        plan = ((250,) * 5, *zip(*rows, strict=True))
        differences[accept] = np.abs(acceptance.oc_curve(plan, p, model="poisson") - chances).max()

    assert differences.pop(1) < 0.065
    assert max(differences.values()) < 0.025


def test_double_sampling_inspects_fewer_units_on_average_at_good_quality():
    single = acceptance.single_plan(1000, aql=1.5)
    double = acceptance.double_plan(1000, aql=1.5)
    multiple = acceptance.multiple_plan(1000, aql=1.5)

    numbers = [acceptance.average_sample_number(plan, 0.003) for plan in (multiple, double, single)]

    assert numbers == sorted(numbers)


def test_where_the_standard_has_no_double_plan_the_single_plan_is_given_and_said_so():
    plan = acceptance.double_plan(1000, aql=0.25)

    assert (plan.n, plan.accept, plan.reject) == ((50,), (0,), (1,))
    assert "single plan" in plan.note


def test_a_plan_whose_printed_numbers_are_not_all_at_hand_says_so():
    plan = acceptance.multiple_plan(1000, aql=6.5, severity="tightened")

    assert plan.confidence == "reconstructed"
    assert "read it there before using the plan" in plan.note
    assert acceptance.multiple_plan(1000, aql=2.5).confidence == "recalled"
    assert acceptance.double_plan(1000, aql=1.0).confidence == "verified"
    assert acceptance.multiple_plan(1000, aql=2.5, standard="MIL-STD-105E").confidence == "verified"


def test_every_acceptance_number_of_the_single_plans_has_a_double_and_a_multiple_plan():
    for severity in tables.SEVERITIES:
        for accept in np.unique(tables.resolved(severity)[1]).tolist():
            for kind in ("double", "multiple"):
                assert not accept or tables.stages(kind, "GB/T 2828.1-2012", accept)[0][-1][1] > accept


@pytest.mark.parametrize("make", [acceptance.double_plan, acceptance.multiple_plan])
@pytest.mark.parametrize("severity", tables.SEVERITIES)
def test_plans_of_many_lots_are_the_plans_one_by_one(make, severity):
    lots, aqls = np.array([[20], [700], [90_000]]), np.array([0.25, 1.0, 2.5, 10])

    plans = make(lots, aql=aqls, severity=severity)

    for index in np.ndindex(3, 4):
        one = make(int(lots[index[0], 0]), aql=float(aqls[index[1]]), severity=severity)
        assert plans[index] == one
        for p in (0.001, 0.02, 0.2):
            for curve in (acceptance.oc_curve, acceptance.average_sample_number):
                assert curve(plans, p)[index] == pytest.approx(float(curve(one, p)), abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"lot_size": 1, "aql": 1.0}, "lot_size is 1"),
        ({"lot_size": [50, -3], "aql": 1.0}, r"lot_size\[1\]"),
        ({"lot_size": 100, "aql": 1.2}, "preferred series"),
        ({"lot_size": 100, "aql": float("nan")}, "aql"),
        ({"lot_size": 100, "aql": 1.0, "level": "IV"}, "level is 'IV'"),
        ({"lot_size": 100, "aql": 1.0, "severity": "strict"}, "severity is 'strict'"),
    ],
)
def test_bad_questions_are_refused_in_words(arguments, words):
    with pytest.raises(ValueError, match=words):
        acceptance.single_plan(arguments.pop("lot_size"), **arguments)


@pytest.mark.shared
def test_every_cell_equals_the_resolved_table(shared_file):
    held = yaml.safe_load(shared_file("facts/tables/sampling_gbt2828_1.yaml").read_text())
    compared = 0
    for severity in tables.SEVERITIES:
        letters, accepts = tables.resolved(severity)
        for first, cells in held[severity]["resolved"].items():
            row = tables.LETTERS.index(first)
            for column, cell in enumerate(cells):
                letter, accept = letters[row, column], accepts[row, column]
                size = tables.sizes(severity)[letter]
                assert cell == f"{tables.LETTERS[letter]} {size} {accept}"
                compared += 1
    for row in held["code_letters"]["rows"]:
        for level, letter in zip(held["code_letters"]["levels"], row["letters"], strict=True):
            for lot in (row["from"], row["to"] or 10**9):
                assert acceptance.code_letter(lot, level=level) == letter

    assert compared == 16 * 26 * 3


@pytest.mark.shared
def test_double_and_multiple_plans_of_mil_std_105e_equal_the_reference(shared_rows):
    plans: dict[tuple, list] = {}
    for row in shared_rows("oracles/acceptance_sampling/z14_master_tables.csv"):
        if row["scheme"] != "AAZ14Single" and row["severity"] != "Reduced" and row["n"]:
            key = tuple(row[name] for name in ("scheme", "severity", "level", "lot", "aql"))
            plans.setdefault(key, []).append((int(row["n"]), int(row["Ac"]), int(row["Re"])))
    # Slips of the reference itself: its 26/26 decides nothing; acceptance number 21 of letter E takes five instead
    # of three units; the first rejection number of 3 is 2 on tightened and 3 on normal inspection.
    slips, compared = set(), 0
    for (scheme, severity, level, lot, aql), stages in plans.items():
        size = int(re.sub(r"\D", "", lot.split("-")[-1]))
        make = acceptance.double_plan if scheme == "AAZ14Double" else acceptance.multiple_plan
        plan = make(size, level=level, aql=float(aql), severity=severity.lower(), standard="MIL-STD-105E")
        compared += 1
        ours = list(zip(plan.n, plan.accept, plan.reject, strict=True))
        if ours != stages:
            slips.add((scheme[5:], severity.lower(), plan.accept[-1], stages[0][0] == plan.n[0]))

    assert compared > 1_200
    assert slips == {
        ("Double", "normal", 26, True),
        ("Multiple", "normal", 37, False),
        ("Multiple", "tightened", 6, True),
    }

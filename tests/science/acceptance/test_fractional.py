"""Tests of fractional acceptance numbers, and of many lots judged at once by variables or against a declaration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import acceptance as ac
from banyan.science.acceptance import tables


@pytest.mark.parametrize("severity", tables.SEVERITIES)
def test_fractions_stand_where_arrows_stood_and_nothing_else_changes(severity):
    ends = [end or 600_000 for end, _ in tables.CODE_LETTERS]
    for lot in ends:
        single = ac.single_plan(lot, aql=tables.AQLS, severity=severity)
        fractional = ac.fractional_plan(lot, aql=tables.AQLS, severity=severity)
        whole = fractional.accept == np.floor(fractional.accept)
        own = ac.code_letter(lot)

        assert (fractional.n[whole] == single.n[whole]).all()
        assert (fractional.accept[whole] == single.accept[whole]).all()
        assert set(fractional.code_letter[~whole]) <= {own}
        assert (~whole).sum() <= len([1 / 2, 1 / 3, 1 / 5] if severity == "reduced" else [1 / 2, 1 / 3])
        # In the row of one letter a laxer AQL never has a smaller number.
        row = fractional.accept[fractional.code_letter == own]
        assert (np.diff(row) >= 0).all()


def test_the_plans_of_letter_j():
    found = ac.fractional_plan(1000, aql=[0.15, 0.25, 0.40, 0.65])
    tight = ac.fractional_plan(1000, aql=[0.25, 0.40, 0.65, 1.0], severity="tightened")
    reduced = ac.fractional_plan(1000, aql=[0.15, 0.25, 0.40, 0.65, 1.0], severity="reduced")

    assert found.n.tolist() == tight.n.tolist() == [80] * 4
    assert found.accept.tolist() == tight.accept.tolist() == [0, 1 / 3, 1 / 2, 1]
    assert (reduced.n.tolist(), reduced.accept.tolist()) == ([32] * 5, [0, 1 / 5, 1 / 3, 1 / 2, 1])


def slow_judge(found, accept):
    """One lot after the other by the words of the clause."""
    score, out = 0, []
    for seen, number in zip(found, accept, strict=True):
        if number == 1 / 5:
            score += 2
        elif number == 1 / 3:
            score += 3
        elif number == 1 / 2:
            score += 5
        elif number >= 1:
            score += 7
        allowed = number if number == int(number) else (1 if score >= 9 else 0)
        out.append(seen <= allowed)
        if seen:
            score = 0
    return out


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1 / 5, 1 / 3, 1 / 2, 1, 2])), min_size=1, max_size=40)
)
def test_scores_agree_with_the_slow_reading(lots):
    found, accept = zip(*lots, strict=True)

    judged = ac.judge_with_scores(found, accept)

    assert judged.accepted.tolist() == slow_judge(found, accept)
    both = ac.judge_with_scores([found, found], accept)
    assert (both.accepted == judged.accepted).all()


@pytest.mark.parametrize(("number", "clean"), [(1 / 2, 1), (1 / 3, 2), (1 / 5, 4)])
def test_one_nonconforming_is_allowed_after_enough_clean_lots(number, clean):
    for before in range(6):
        accepted = ac.judge_with_scores([1] + [0] * before + [1], number).accepted
        assert accepted[-1] == (before >= clean)


@pytest.mark.parametrize("number", [1 / 2, 1 / 3, 1 / 5])
def test_the_operating_characteristic_is_that_of_simulated_series(number):
    random = np.random.default_rng(7)
    found = random.binomial(80, 0.006, (200, 2000))

    judged = ac.judge_with_scores(found, number)

    assert judged.accepted[:, 10:].mean() == pytest.approx(ac.fractional_oc(80, number, 0.006), abs=0.004)
    around = [ac.oc_curve((80, accept), 0.006) for accept in (0, 1)]
    assert around[0] < ac.fractional_oc(80, number, 0.006, model="binomial") < around[1]
    assert ac.fractional_oc(80, number, 0.006, model="poisson") == pytest.approx(
        ac.fractional_oc(80, number, 0.006), abs=0.002
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ac.fractional_plan(1, aql=1.0), "lot_size is 1"),
        (lambda: ac.fractional_plan(100, aql=0.3), "aql is 0.3"),
        (lambda: ac.judge_with_scores([-1], 0.5), r"found\[0\] is -1.0"),
        (lambda: ac.judge_with_scores([1, 0], [0.5, 0.4]), r"accept\[1\] is 0.4: 1/5, 1/3, 1/2 or a whole"),
        (lambda: ac.judge_with_scores([1, 0], [0.5, 0.5, 0.5]), "do not fit together"),
        (lambda: ac.fractional_oc(80, 1, 0.01), "accept is 1.0"),
        (lambda: ac.fractional_oc(80, 0.5, 1.01), "p is 1.01"),
        (lambda: ac.check_declared_quality([0, 36], n=35, declared=0.01, limit=1), r"found\[1\] is 36.0: more than"),
        (lambda: ac.check_declared_quality(0, n=0, declared=0.01, limit=1), "n is 0"),
    ],
)
def test_bad_input_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_many_lots_by_variables_equal_one_after_the_other():
    plan = ac.find_variables_plan(producer=(0.01, 0.95), consumer=(0.08, 0.10))
    values = np.random.default_rng(1).normal(10, 1, (50, plan.n))

    for limits in ({"lower": 8.0}, {"upper": 12.0}, {"lower": 7.5, "upper": 12.5}):
        together = ac.judge_by_variables(values, plan, **limits)
        for i, lot in enumerate(values):
            alone = ac.judge_by_variables(lot, plan, **limits)
            assert together.accepted[i] == alone.accepted
            assert together.estimated_share[i] == pytest.approx(alone.estimated_share)
    values[3] = 9.0
    with pytest.raises(ValueError, match=r"deviation of lot\[3\] is 0.0: the values do not vary"):
        ac.judge_by_variables(values, plan, lower=8.0)


def test_many_samples_against_one_declaration():
    found = ac.check_declared_quality([0, 1, 2, 5], n=35, declared=0.01, limit=1)

    assert found.verdict.tolist() == ["not contradicted", "not contradicted", "contradicted", "contradicted"]
    assert found.p_value[2] == pytest.approx(ac.check_declared_quality(2, n=35, declared=0.01, limit=1).p_value)

"""Evaluation: days gained by hand, precision, calibration and fairness; the order found in Chicago's records."""

import numpy as np
import pytest
from bench import inspection_order
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from banyan.science import risk


def test_days_gained_by_hand() -> None:
    """Two inspections a day on days 1, 2, 3; findings on days 2 and 3 move to days 1 and 2."""
    g = risk.days_gained([1, 1, 2, 2, 3, 3], [0, 0, 1, 0, 0, 1], [0.1, 0.2, 0.9, 0.3, 0.5, 0.4])

    assert g.mean == pytest.approx(((2 - 1) + (3 - 2)) / 2)
    assert g.best == 1.5
    assert (g.first_half, g.first_half_actual) == (1.0, 0.5)
    assert (g.findings, g.n) == (2, 6)


@given(
    day=arrays(np.int64, 12, elements=st.integers(0, 30)),
    found=arrays(np.bool_, 12).filter(np.any),
    score=arrays(np.float64, 12, elements=st.floats(0, 1)),
)
def test_no_order_gains_more_than_the_one_that_knows(day, found, score) -> None:
    g = risk.days_gained(day, found, score)

    assert g.mean <= g.best + 1e-9
    assert risk.days_gained(day, found, found.astype(float)).mean == pytest.approx(g.best)
    assert risk.days_gained(day, found, -day).mean == pytest.approx(0)
    assert risk.days_gained(day, found, np.zeros(12)).mean == pytest.approx(0)


def test_precision_lift_and_recall_at_several_sizes() -> None:
    p = risk.precision_at([1, 1, 0, 0, 1, 0, 0, 0, 0, 0], np.arange(10, 0, -1), k=[2, 5, 10])

    assert p.precision.tolist() == [1.0, 0.6, 0.3]
    assert p.recall == pytest.approx([2 / 3, 1, 1])
    assert p.lift == pytest.approx([10 / 3, 2, 1])
    assert (p.low < p.precision).all()


def test_calibration_of_true_probabilities_is_perfect_up_to_chance() -> None:
    rng = np.random.default_rng(1)
    p = rng.beta(2, 8, 20_000)
    found = rng.random(20_000) < p

    honest, boastful = risk.calibration(found, p), risk.calibration(found, np.clip(p * 2, 0, 1))

    assert honest.mean_gap < 0.012
    assert boastful.mean_gap > 0.15
    assert honest.brier < boastful.brier


def test_fairness_shows_who_is_visited_and_judged_too_hard() -> None:
    rng = np.random.default_rng(2)
    group = rng.choice(["N", "S"], 4000)
    found = rng.random(4000) < 0.2
    biased = 0.2 + 0.2 * (group == "N") + 0.2 * found + rng.normal(0, 0.05, 4000).clip(-0.1, 0.1)

    f = risk.fairness(found, biased.clip(0, 1), group=group, k=1000)

    assert f.group.tolist() == ["N", "S"]
    assert f.visited.sum() == 1000
    assert f.visit_rate[0] > 3 * f.visit_rate[1]
    assert f.stated[0] - f.seen[0] > 0.15
    assert f.widest_recall_gap == pytest.approx(abs(f.recall[0] - f.recall[1]))
    assert f.needless_rate[0] > f.needless_rate[1]


def test_a_group_without_findings_says_so() -> None:
    f = risk.fairness([1, 0, 0], [0.9, 0.5, 0.2], group=["a", "a", "b"], k=1)

    assert np.isnan(f.recall[1])
    assert f.warnings == ("1 groups have no finding, so no recall",)


def test_a_backtest_never_looks_ahead() -> None:
    rng = np.random.default_rng(3)
    past = rng.poisson(1.0, 4000)
    found = (rng.random(4000) < 1 / (1 + np.exp(2.5 - past))).astype(float)
    day = np.arange(4000) // 10
    changed = found.copy()
    changed[day >= 280] = 1 - changed[day >= 280]

    one = risk.backtest(past[:, None], found, day=day, names=["past"], start=160)
    other = risk.backtest(past[:, None], changed, day=day, names=["past"], start=160)

    same = (day >= 160) & (day < 340)
    np.testing.assert_array_equal(one.score[day < 160], np.nan)
    np.testing.assert_allclose(one.score[same & (day < 280)], other.score[same & (day < 280)])
    assert one.start.tolist() == [160, 220, 280, 340]
    assert one.gain > 8


@pytest.mark.shared
def test_chicago_s_critical_violations_are_found_a_week_earlier(shared_file) -> None:
    data = inspection_order.read(shared_file("data/chicago-inspections-2011-2013/inspections.csv.gz"))

    alone = inspection_order.judged(data, inspectors="left out", district=False)
    with_district = inspection_order.judged(data, inspectors="left out", district=True)
    with_inspector = inspection_order.judged(data, inspectors="rank too", district=False)

    assert len(alone.gained) == 8
    assert alone.gain > 5.0
    assert with_district.gain > 7.0  # at a price: see how it falls on districts in bench/inspection_order.py
    assert with_inspector.gain > 10.0  # the city's own model, which uses the inspector, published 7.4
    assert with_inspector.precision.lift[0] > 2.5
    assert with_inspector.calibration.mean_gap < 0.02


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: risk.days_gained([1, 2], [0, 0], [1, 2]), "found holds no finding"),
        (lambda: risk.days_gained([1, 2], [0, 3], [1, 2]), r"found\[1\] is 3.0: 0 or 1"),
        (lambda: risk.precision_at([1, 0], [1, 2], k=3), r"k\[0\] is 3.0: a whole number from 1 to 2"),
        (lambda: risk.calibration([1, 0], [1, 2]), r"probability\[1\] is 2.0"),
        (lambda: risk.calibration([1, 0], [1, 0], bins=3), "bins is 3"),
        (lambda: risk.fairness([1, 0], [1, 0], group=["a"], k=1), r"group has shape \(1,\)"),
        (lambda: risk.fairness([1, 0], [1, 0], group=["a", "b"], k=0), "k is 0"),
        (
            lambda: risk.backtest([[1.0], [2.0]], [0, 1], day=[1, 2], names=["a"], start=9),
            "no window of 60 days fits before the last day 2",
        ),
    ],
)
def test_bad_data_are_named(call, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()

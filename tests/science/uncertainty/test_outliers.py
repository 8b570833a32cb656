"""Three methods find the published outliers, agree with their slow definitions, and keep what scale and order do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from banyan.science import uncertainty

# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17.3, after Rosner (1983): three outliers.
ROSNER = [
    -0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65, 1.69, 1.70, 1.76,
    1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10, 2.14, 2.15, 2.23, 2.24, 2.26, 2.35, 2.37, 2.40, 2.47, 2.54,
    2.62, 2.64, 2.90, 2.92, 2.92, 2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30, 4.64, 5.34, 5.42, 6.01,
]  # fmt: skip


def slow_esd(values, *, level: float, most: float) -> list[int]:
    """The test as Rosner wrote it: look for the farthest value among all that are left, each time anew."""
    left, taken, cut = list(range(len(values))), [], 0
    for place in range(max(1, int(most * len(values)))):
        rest = np.array([values[one] for one in left])
        far = np.abs(rest - rest.mean()) / rest.std(ddof=1)
        n = len(left)
        t = stats.t.ppf(1 - level / (2 * n), n - 2)
        worst = int(far.argmax())
        taken.append(left.pop(worst))
        if far[worst] > (n - 1) * t / np.sqrt((n - 2 + t**2) * n):
            cut = place + 1
    return sorted(taken[:cut])


def test_the_published_example_has_three_outliers_that_hide_each_other_from_a_single_test() -> None:
    several = uncertainty.outliers(ROSNER, level=0.05, most=10 / 54 + 1e-9)
    single = uncertainty.outliers(ROSNER, level=0.05, most=1 / 54 + 1e-9)

    assert np.array(ROSNER)[several.by_esd].tolist() == [5.34, 5.42, 6.01]
    assert not single.by_esd.any()


@given(seed=st.integers(0, 10_000), n=st.integers(10, 60), planted=st.integers(0, 4))
@settings(max_examples=60)
def test_the_fast_test_says_what_the_slow_one_says(seed: int, n: int, planted: int) -> None:
    values = np.random.default_rng(seed).normal(0, 1, n)
    values[:planted] += 8

    found = uncertainty.outliers(values, level=0.05, most=0.3)

    assert np.flatnonzero(found.by_esd).tolist() == slow_esd(values, level=0.05, most=0.3)


@given(seed=st.integers(0, 10_000), shift=st.floats(-50, 50), scale=st.floats(0.1, 20))
@settings(max_examples=40)
def test_another_unit_or_order_or_sign_changes_no_verdict(seed: int, shift: float, scale: float) -> None:
    random = np.random.default_rng(seed)
    values = np.append(random.normal(0, 1, 30), [9.0, -12.0])
    order = random.permutation(32)

    found = uncertainty.outliers(values)

    assert uncertainty.outliers(shift - scale * values).agree.tolist() == found.agree.tolist()
    assert uncertainty.outliers(values[order]).agree.tolist() == found.agree[order].tolist()
    assert found.agree[-2:].tolist() == [3, 3]


def test_the_esd_test_finds_something_among_clean_normal_values_about_as_seldom_as_its_level_says() -> None:
    random = np.random.default_rng(5)

    found = [uncertainty.outliers(random.normal(0, 1, 50), level=0.05).by_esd.any() for _one in range(1000)]

    assert 0.03 < np.mean(found) < 0.07


def test_a_score_by_hand_and_fences_by_hand() -> None:
    found = uncertainty.outliers([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 40], fence=1.5)

    assert found.score[-1] == pytest.approx(0.6745 * (40 - 6) / 3)
    assert found.fences == (3.5 - 1.5 * 5, 8.5 + 1.5 * 5)
    assert np.flatnonzero(found.by_fence).tolist() == [10]


def test_equal_values_have_no_outlier_and_one_that_differs_from_many_equal_ones_is_told_with_a_warning() -> None:
    equal = uncertainty.outliers([2.0] * 12)
    one = uncertainty.outliers([2.0] * 30 + [3.0])

    assert not equal.agree.any()
    assert (one.agree[-1], one.agree[:-1].sum()) == (3, 0)
    assert "mean absolute deviation" in one.warnings[0]


def test_too_few_values_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="values has 9: at least 10 are needed"):
        uncertainty.outliers(range(9))

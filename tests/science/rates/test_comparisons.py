"""Differences and ratios: Newcombe's published table, agreement of interval and p-value, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import rates

# Newcombe (1998), table II: method 10 (hybrid score) and the method of Miettinen and Nurminen.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    ((9, 10, 3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    ((5, 56, 0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ((0, 10, 0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
    ((10, 10, 0, 20), (0.6791, 1.0), (0.7156, 1.0)),
]


@pytest.mark.parametrize(("counts", "newcombe", "score"), PUBLISHED)
def test_published_intervals_of_differences(counts, newcombe, score) -> None:
    hybrid = rates.difference(*counts, method="newcombe")
    tested = rates.difference(*counts)

    assert (hybrid.low, hybrid.high) == pytest.approx(newcombe, abs=6e-5)
    assert (tested.low, tested.high) == pytest.approx(score, abs=6e-5)


def test_ratio_equals_statsmodels_score_interval() -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    for counts in ((56, 70, 48, 80), (18, 100, 9, 100), (9, 10, 3, 10)):
        r = rates.ratio(*counts)

        assert (r.low, r.high) == pytest.approx(
            tuple(confint_proportions_2indep(*counts, method="score", compare="ratio")), rel=1e-6
        )


counts = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).map(
    lambda c: (c[0], c[0] + c[1] + 1, c[2], c[2] + c[3] + 1)
)


@settings(max_examples=40, deadline=None)
@given(c=counts)
def test_interval_leaves_out_zero_exactly_when_the_p_value_is_small(c) -> None:
    d, r = rates.difference(*c), rates.ratio(*c)

    if abs(d.p_value - 0.05) > 1e-6:
        assert (d.low > 0 or d.high < 0) == (d.p_value < 0.05)
        assert (r.low > 1 or r.high < 1) == (r.p_value < 0.05)
    assert -1 <= d.low <= d.value <= d.high <= 1


@settings(max_examples=40, deadline=None)
@given(c=counts)
def test_exchanging_the_sides_mirrors_the_difference_and_inverts_the_ratio(c) -> None:
    d, mirrored = rates.difference(*c), rates.difference(*c[2:], *c[:2])
    r, inverted = rates.ratio(*c), rates.ratio(*c[2:], *c[:2])

    assert (d.low, d.high) == pytest.approx((-mirrored.high, -mirrored.low), abs=1e-9)
    assert d.p_value == pytest.approx(mirrored.p_value)
    if c[0] and c[2]:
        assert r.low == pytest.approx(1 / inverted.high, rel=1e-9)


@pytest.mark.parametrize(("p1", "p2"), [(0.9, 0.9), (0.95, 0.8)])
def test_intervals_cover_the_true_difference_and_ratio(p1: float, p2: float) -> None:
    rng = np.random.default_rng(3)
    x1, x2 = rng.binomial(60, p1, 4000), rng.binomial(80, p2, 4000)

    for method in ("score", "newcombe"):
        d = rates.difference(x1, 60, x2, 80, method=method)
        assert 0.93 <= np.mean((d.low <= p1 - p2) & (p1 - p2 <= d.high)) <= 0.98
    for method in ("score", "log"):
        r = rates.ratio(x1, 60, x2, 80, method=method)
        assert 0.93 <= np.mean((r.low <= p1 / p2) & (p1 / p2 <= r.high)) <= 0.98


def test_a_side_without_tests_says_so() -> None:
    d = rates.difference([5, 5], [9, 9], [0, 3], [0, 9])

    assert np.isnan(d.value).tolist() == [True, False]
    assert (d.low[0], d.high[0]) == (-1, 1)
    assert d.warnings == ("1 comparisons have a side that was not tested",)


def test_bad_data_are_named() -> None:
    with pytest.raises(ValueError, match=r"other_passed is 9.0: more than were tested \(other_tested"):
        rates.difference(1, 2, 9, 3)
    with pytest.raises(ValueError, match="the two samples"):
        rates.ratio([1, 2], [3, 3], [1, 1, 1], [2, 2, 2])
    with pytest.raises(ValueError, match="method is 'wald'"):
        rates.ratio(1, 2, 1, 3, method="wald")

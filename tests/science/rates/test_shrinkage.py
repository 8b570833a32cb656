"""Shrinkage: less of one's own the less one was tested, intervals that cover, smaller errors."""

import numpy as np
import pytest

from banyan.science import rates


def test_small_groups_borrow_more_than_large_ones() -> None:
    r = rates.beta_binomial([0, 0, 45, 475, 88], [0, 5, 50, 500, 100])

    assert (np.diff(r.weight_of_own[[0, 1, 2, 4, 3]]) > 0).all()
    assert r.value[0] == pytest.approx(r.family_mean[0])
    assert np.isnan(r.direct[0])
    assert ((r.low < r.value) & (r.value < r.high)).all()
    assert r.mean_squared_error[3] < r.mean_squared_error[1]


def test_alike_groups_end_on_one_rate_and_unlike_ones_keep_theirs() -> None:
    alike = rates.beta_binomial([90] * 30, [100] * 30)
    unlike = rates.beta_binomial([20, 90, 50, 99, 5] * 6, [100] * 30)

    assert alike.family_size[0] > 1000
    assert np.ptp(alike.value) < 1e-9
    assert unlike.family_size[0] < 10
    np.testing.assert_allclose(unlike.value, unlike.direct, atol=0.02)


def test_errors_shrink_and_intervals_cover() -> None:
    rng = np.random.default_rng(4)
    covered, squares_direct, squares, claimed = [], [], [], []
    for _ in range(60):
        truth = rng.beta(45, 5, 13)
        n = rng.integers(5, 60, 13)
        x = rng.binomial(n, truth)
        r = rates.beta_binomial(x, n)
        covered.append((r.low <= truth) & (truth <= r.high))
        squares.append((r.value - truth) ** 2)
        squares_direct.append((r.direct - truth) ** 2)
        claimed.append(r.mean_squared_error)

    assert 0.92 <= np.mean(covered) <= 0.985
    assert np.mean(squares) < 0.6 * np.mean(squares_direct)
    assert np.mean(claimed) == pytest.approx(np.mean(squares), rel=0.35)


def test_families_are_treated_apart() -> None:
    together = rates.beta_binomial([9, 8, 9, 1, 2, 1], [10] * 6, family=["a"] * 3 + ["b"] * 3)
    alone = rates.beta_binomial([1, 2, 1], [10] * 3)

    np.testing.assert_allclose(together.value[3:], alone.value)
    assert together.family.tolist() == ["a", "b"]


def test_the_grid_agrees_with_a_plain_second_version() -> None:
    """The posterior mean, by brute force over a fixed fine grid of the two parameters."""
    from scipy.special import betaln

    x, n = np.array([9, 45, 180, 38]), np.array([10, 50, 200, 50])
    top = weight = 0.0
    for m in (np.arange(2000) + 0.5) / 2000:
        k = (np.arange(400) + 0.5) / 400  # k = 1 / (1 + M), uniform
        size = 1 / k - 1
        a, b = m * size[:, None], (1 - m) * size[:, None]
        likelihood = np.exp((betaln(a + x, b + n - x) - betaln(a, b)).sum(axis=1) + 105)
        weight += likelihood.sum()
        top += (likelihood[:, None] * (a + x) / (a + b + n)).sum(axis=0)

    np.testing.assert_allclose(rates.beta_binomial(x, n).value, top / weight, atol=2e-3)


def test_too_little_data_is_said_in_words() -> None:
    with pytest.raises(ValueError, match="tested is 0 throughout family 'b'"):
        rates.beta_binomial([1, 0], [2, 0], family=["a", "b"])
    assert "fewer than 3 tested groups" in rates.beta_binomial([1, 2], [3, 3]).warnings[0]
    with pytest.raises(ValueError, match="one number per group"):
        rates.beta_binomial(3, 4)

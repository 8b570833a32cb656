"""Funnel limits: exact binomial quantiles, the right share outside, overdispersion."""

import numpy as np
import pytest
from scipy.stats import binom

from banyan.science import rates


def test_limits_interpolate_the_binomial_quantile() -> None:
    limits = rates.funnel_limits([20], target=0.9, levels=[0.95])

    before, at = binom.cdf([14, 15], 20, 0.9)
    assert before < 0.025 < at
    assert limits.lower[0, 0] == pytest.approx((15 - (at - 0.025) / (at - before)) / 20)


def test_larger_groups_have_closer_limits() -> None:
    limits = rates.funnel_limits(np.arange(10, 2000, 7), target=0.93)

    width = limits.upper - limits.lower
    assert (np.diff(width, axis=1)[:, 20:] < 1e-3).all()
    assert width[0, -1] < width[0, 0] / 8
    assert (width[1] > width[0]).all()


def test_the_stated_share_falls_outside_when_all_are_alike() -> None:
    rng = np.random.default_rng(8)
    n = rng.integers(50, 800, 20_000)
    f = rates.funnel(rng.binomial(n, 0.9), n, target=0.9)

    assert np.mean(f.outside[0] != 0) == pytest.approx(0.05, abs=0.012)
    assert np.mean(f.outside[1] != 0) == pytest.approx(0.002, abs=0.0015)


@pytest.mark.parametrize("overdispersion", ["multiplicative", "additive"])
def test_overdispersion_widens_limits_until_few_stand_out(overdispersion: str) -> None:
    rng = np.random.default_rng(9)
    n = np.full(500, 300)
    x = rng.binomial(n, rng.beta(90, 10, 500))

    plain = rates.funnel(x, n, target=0.9)
    widened = rates.funnel(x, n, target=0.9, overdispersion=overdispersion)

    assert np.mean(plain.outside[0] != 0) > 0.25
    assert np.mean(widened.outside[0] != 0) < 0.12
    assert (widened.dispersion > 2) or (widened.between > 0.0003)


def test_overdispersion_is_not_invented() -> None:
    n = np.full(40, 100)
    f = rates.funnel(np.full(40, 90), n, target=0.9, overdispersion="multiplicative")

    assert f.dispersion == 1
    assert "no more than chance" in f.warnings[0]


def test_untested_groups_keep_no_place() -> None:
    f = rates.funnel([9, 0, 5], [10, 0, 10])

    assert np.isnan(f.value[1])
    assert np.isnan(f.lower[:, 1]).all()
    assert f.outside[:, 1].tolist() == [0, 0]


def test_bad_data_are_named() -> None:
    with pytest.raises(ValueError, match="give a target"):
        rates.funnel([5, 6], [5, 6])
    with pytest.raises(ValueError, match=r"tested\[1\] is 0.0: at least one test"):
        rates.funnel_limits([5, 0], target=0.9)
    with pytest.raises(ValueError, match=r"target is 1.0: a rate strictly between"):
        rates.funnel_limits([5], target=1.0)
    with pytest.raises(ValueError, match=r"dispersion is 0.5"):
        rates.funnel_limits([5], target=0.9, dispersion=0.5)
    with pytest.raises(ValueError, match=r"winsorise is 0.5"):
        rates.funnel([5, 3], [6, 6], winsorise=0.5)


def test_small_groups_that_passed_all_do_not_lie_outside() -> None:
    found = rates.funnel([5, 5, 7, 40, 300], [5, 5, 7, 50, 310])

    assert found.outside[:, :3].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert found.outside[-1, 3] == -1

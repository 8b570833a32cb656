"""Funnel limits: exact binomial quantiles, the right share outside, overdispersion."""

import numpy as np
import pytest
from scipy.stats import binom, chi2_contingency

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
    with pytest.raises(ValueError, match=r"target is 1.0: it must lie strictly between"):
        rates.funnel_limits([5], target=1.0)
    with pytest.raises(ValueError, match=r"dispersion is 0.5"):
        rates.funnel_limits([5], target=0.9, dispersion=0.5)
    with pytest.raises(ValueError, match=r"winsorise is 0.5"):
        rates.funnel([5, 3], [6, 6], winsorise=0.5)


def test_small_groups_that_passed_all_do_not_lie_outside() -> None:
    found = rates.funnel([5, 5, 7, 40, 300], [5, 5, 7, 50, 310])

    assert found.outside[:, :3].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert found.outside[-1, 3] == -1


@pytest.mark.parametrize("overdispersion", ["none", "multiplicative", "additive"])
@pytest.mark.parametrize("target", [None, (0.9, 0.8, 0.95)])
def test_many_funnels_at_once_are_each_by_itself(overdispersion: str, target) -> None:
    rng = np.random.default_rng(12)
    n = rng.integers(0, 300, (3, 25))
    x = rng.binomial(n, rng.beta(45, 5, n.shape))

    together = rates.funnel(x, n, target=target, overdispersion=overdispersion)

    for i in range(3):
        alone = rates.funnel(x[i], n[i], target=None if target is None else target[i], overdispersion=overdispersion)
        for name in ("value", "z"):
            np.testing.assert_array_equal(getattr(together, name)[i], getattr(alone, name))
        for name in ("lower", "upper", "outside"):
            np.testing.assert_array_equal(getattr(together, name)[:, i], getattr(alone, name))
        assert (together.target[i], together.dispersion[i], together.between[i]) == (
            alone.target,
            alone.dispersion,
            alone.between,
        )


def test_limits_of_many_funnels_are_each_by_itself() -> None:
    sizes, target, dispersion, between = [[20, 200], [50, 70]], [0.9, 0.7], [1.0, 2.5], [0.001, 0.0]

    together = rates.funnel_limits(sizes, target=target, dispersion=dispersion, between=between)

    for i in range(2):
        alone = rates.funnel_limits(sizes[i], target=target[i], dispersion=dispersion[i], between=between[i])
        np.testing.assert_array_equal(together.lower[:, i], alone.lower)
        np.testing.assert_array_equal(together.upper[:, i], alone.upper)
    with pytest.raises(ValueError, match=r"target has shape \(3,\): one number, or \(2,\), is expected"):
        rates.funnel_limits(sizes, target=[0.9, 0.8, 0.7])
    with pytest.raises(ValueError, match="tested of funnel 1 is 0 throughout"):
        rates.funnel([[1, 2], [0, 0]], [[3, 3], [0, 0]])


def test_whether_chance_would_do_is_the_chi_square_of_homogeneity() -> None:
    x, n = np.array([18, 95, 150, 480]), np.array([20, 100, 200, 500])
    f = rates.funnel(x, n, overdispersion="multiplicative")

    found = chi2_contingency(np.array([x, n - x]), correction=False)
    assert f.ratio * 3 == pytest.approx(found.statistic)
    assert f.p_value == pytest.approx(found.pvalue)
    assert "winsorised 0.1 (Spiegelhalter 2005)" in f.method


def test_chance_alone_is_told_from_more_as_often_as_the_level_says() -> None:
    rng = np.random.default_rng(21)
    n = rng.integers(50, 400, (4_000, 9))
    f = rates.funnel(rng.binomial(n, 0.85), n)

    assert np.mean(f.p_value < 0.05) == pytest.approx(0.05, abs=0.012)
    assert np.mean(f.ratio) == pytest.approx(1, abs=0.03)


def test_one_group_has_nothing_to_differ_from() -> None:
    f = rates.funnel([5, 0], [10, 0])

    assert np.isnan(f.ratio)
    assert f.p_value == 1

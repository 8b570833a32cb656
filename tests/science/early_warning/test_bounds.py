"""Quantiles and tails of counts: equal to scipy where scipy can be trusted, finite where it cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from banyan.science.early_warning.bounds import count_quantile, count_tail


@given(
    mean=st.floats(1e-4, 1e5), dispersion=st.one_of(st.just(1.0), st.floats(1.001, 200)), alpha=st.floats(1e-4, 0.5)
)
def test_quantiles_equal_scipy_for_ordinary_means(mean: float, dispersion: float, alpha: float) -> None:
    spread = dispersion - 1
    wanted = stats.nbinom(mean / spread, 1 / dispersion) if spread else stats.poisson(mean)

    quantile = float(count_quantile(mean, dispersion, 1 - alpha))

    assert wanted.sf(quantile) <= alpha * (1 + 1e-9)
    assert quantile == 0 or wanted.sf(quantile - 1) > alpha * (1 - 1e-9)
    assert count_tail(quantile + 1, mean, dispersion) == pytest.approx(wanted.sf(quantile), rel=1e-7, abs=1e-13)


def test_huge_means_have_quantiles_of_their_own_size() -> None:
    means = np.array([1e13, 1e25, 1e100, 1e300])

    quantiles = count_quantile(means, 3.0, 0.95)

    assert np.allclose(quantiles / means, 1.0, rtol=1e-5)


def test_a_mean_of_zero_or_without_end_is_no_trap() -> None:
    assert count_quantile(0.0, 1.0, 0.95) == 0
    assert np.isnan(count_quantile([np.inf, np.nan], 1.0, 0.95)).all()
    assert count_tail(0, 5.0, 2.0) == 1.0

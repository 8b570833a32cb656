"""Tolerance factors: printed values, the share they cover by simulation, and how they move."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import control_charts as charts

# ISO 16269-6 and R spc 0.6.7: tol.lim.fac(n, p, 1 - confidence, mode="exact").
EXACT = ((2, 0.9, 0.95, 31.09223), (5, 0.99, 0.99, 10.22009), (10, 0.9, 0.95, 2.856311))


@pytest.mark.parametrize(("n", "coverage", "confidence", "factor"), EXACT)
def test_exact_factors_are_the_printed_ones(n: int, coverage: float, confidence: float, factor: float) -> None:
    found = charts.tolerance_factor(n, coverage=coverage, confidence=confidence, method="exact")

    assert found == pytest.approx(factor, rel=1e-6)


def test_the_interval_covers_its_share_as_often_as_it_says() -> None:
    from scipy.stats import norm

    samples = np.random.default_rng(4).normal(size=(40_000, 6))
    mean, spread = samples.mean(axis=1), samples.std(axis=1, ddof=1)
    factor = charts.tolerance_factor(6, coverage=0.8, confidence=0.9, method="exact")

    covered = norm.cdf(mean + factor * spread) - norm.cdf(mean - factor * spread)

    assert np.mean(covered >= 0.8) == pytest.approx(0.9, abs=0.006)


@given(
    n=st.integers(2, 200),
    coverage=st.floats(0.5, 0.99),
    confidence=st.floats(0.6, 0.99),
    method=st.sampled_from(["wald-wolfowitz", "exact"]),
)
@settings(max_examples=40)
def test_more_values_narrow_it_and_more_to_be_covered_or_surer_widens_it(n, coverage, confidence, method) -> None:
    factor, larger, wider, surer = charts.tolerance_factor(
        [n, n + 5, n, n],
        coverage=[coverage, coverage, coverage + 0.005, coverage],
        confidence=[confidence, confidence, confidence, confidence + 0.005],
        method=method,
    )

    assert larger < factor < min(wider, surer)

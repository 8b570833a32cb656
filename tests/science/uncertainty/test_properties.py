"""What every budget and score keeps: scale, order of inputs, linear sums, robustness."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import uncertainty
from banyan.science.uncertainty import Input

SEED = st.integers(0, 10_000)


def inputs_of(random: np.random.Generator) -> dict[str, Input]:
    return {
        name: Input.normal(random.uniform(1, 9), random.uniform(0.01, 0.5), dof=random.integers(3, 40))
        for name in "abc"
    }


@given(seed=SEED, scale=st.floats(0.01, 1000))
@settings(max_examples=25)
def test_a_result_in_another_unit_has_the_same_freedom_and_shares(seed: int, scale: float) -> None:
    inputs = inputs_of(np.random.default_rng(seed))

    found = uncertainty.budget(lambda a, b, c: a * b / c, inputs)
    scaled = uncertainty.budget(lambda a, b, c: scale * a * b / c, inputs)

    assert float(scaled.u) == pytest.approx(scale * float(found.u), rel=1e-6)
    assert float(scaled.dof) == pytest.approx(float(found.dof), rel=1e-6)
    assert [float(row.share) for row in scaled.rows] == pytest.approx(
        [float(row.share) for row in found.rows], abs=1e-6
    )


@given(seed=SEED)
@settings(max_examples=25)
def test_a_sum_adds_variances_and_welch_and_satterthwaite_s_freedom(seed: int) -> None:
    inputs = inputs_of(np.random.default_rng(seed))
    u = np.array([float(one.u) for one in inputs.values()])
    freedom = np.array([float(one.dof) for one in inputs.values()])

    found = uncertainty.budget(lambda a, b, c: a + b - c, inputs, whole_dof=False)
    turned = uncertainty.budget(lambda a, b, c: a + b - c, dict(reversed(inputs.items())), whole_dof=False)

    assert float(found.u) == pytest.approx(np.sqrt((u**2).sum()), rel=1e-9)
    assert float(found.dof) == pytest.approx((u**2).sum() ** 2 / (u**4 / freedom).sum(), rel=1e-7)
    assert float(turned.expanded) == pytest.approx(float(found.expanded), rel=1e-9)
    assert found.dof >= freedom.min() - 1e-9


@given(seed=SEED, shift=st.floats(-50, 50), scale=st.floats(0.1, 20))
@settings(max_examples=25)
def test_the_robust_mean_moves_and_stretches_with_the_results_and_hardly_with_one_of_them(seed, shift, scale) -> None:
    results = np.random.default_rng(seed).normal(10, 1, 15)
    wild = results.copy()
    wild[0] = 1e6

    found, moved = uncertainty.algorithm_a(results), uncertainty.algorithm_a(shift + scale * results)
    with_outlier = uncertainty.algorithm_a(wild)

    assert float(moved.mean) == pytest.approx(shift + scale * float(found.mean), rel=1e-6, abs=1e-6)
    assert abs(float(with_outlier.mean) - float(found.mean)) < 1.5

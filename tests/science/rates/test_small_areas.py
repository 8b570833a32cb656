"""Fay-Herriot: equal to R sae, honest mean squared errors, refusals."""

import numpy as np
import pytest

from banyan.science import rates


@pytest.mark.shared
@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_estimates_and_errors_equal_r_sae(method: str, shared_rows) -> None:
    data = shared_rows("oracles/pass_rate/fay_herriot_data.csv")
    expected = [r for r in shared_rows("oracles/pass_rate/fay_herriot.csv") if r["method"] == method]
    predictors = np.array([[1.0, float(r["x"])] for r in data])

    r = rates.fay_herriot(
        [float(d["y"]) for d in data],
        variance=[float(d["vardir"]) for d in data],
        predictors=predictors,
        method=method,
    )

    np.testing.assert_allclose(r.value, [float(e["eblup"]) for e in expected], atol=1e-12)
    np.testing.assert_allclose(r.mean_squared_error, [float(e["mse"]) for e in expected], atol=1e-15)
    assert r.coefficients == pytest.approx([0.832006461730697, 0.143368993765735], abs=1e-12)
    assert r.coefficient_errors == pytest.approx([0.0142867385405265, 0.0263635707568783], abs=1e-12)
    assert r.log_likelihood == pytest.approx(26.8970977891867)
    assert (r.area_variance, r.converged) == (0.0, True)


def simulated(rng: np.random.Generator, *, areas: int = 60, area_variance: float = 1.0):
    x = np.column_stack((np.ones(areas), rng.normal(size=areas)))
    variance = rng.uniform(0.3, 2.0, areas)
    truth = x @ [2.0, 1.0] + rng.normal(scale=np.sqrt(area_variance), size=areas)
    return x, variance, truth, truth + rng.normal(scale=np.sqrt(variance))


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_the_variance_maximises_the_likelihood(method: str) -> None:
    x, v, _, y = simulated(np.random.default_rng(1))

    def likelihood(a: float) -> float:
        w = np.diag(1 / (a + v))
        q = x.T @ w @ x
        r = y - x @ np.linalg.solve(q, x.T @ w @ y)
        extra = -0.5 * np.linalg.slogdet(q)[1] if method == "REML" else 0.0
        return -0.5 * np.sum(np.log(a + v)) - 0.5 * r @ w @ r + extra

    a = rates.fay_herriot(y, variance=v, predictors=x, method=method, precision=1e-12).area_variance

    assert likelihood(a) >= max(likelihood(a * 1.01), likelihood(a * 0.99))


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_claimed_errors_are_those_seen_and_below_the_direct_ones(method: str) -> None:
    rng = np.random.default_rng(6)
    seen, claimed, direct, covered = [], [], [], []
    for _ in range(150):
        x, v, truth, y = simulated(rng)
        r = rates.fay_herriot(y, variance=v, predictors=x, method=method)
        seen.append((r.value - truth) ** 2)
        claimed.append(r.mean_squared_error)
        direct.append(v)
        covered.append((r.low <= truth) & (truth <= r.high))

    assert np.mean(claimed) == pytest.approx(np.mean(seen), rel=0.06)
    assert np.mean(seen) < 0.62 * np.mean(direct)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.012)


def test_an_exact_area_keeps_its_own_figure() -> None:
    r = rates.fay_herriot([1.0, 5.0, 3.0, 9.0], variance=[1e-9, 4.0, 4.0, 4.0])

    assert r.value[0] == pytest.approx(1.0, abs=1e-6)
    assert r.weight_of_own[0] > 0.999999


def test_bad_data_are_named() -> None:
    with pytest.raises(ValueError, match=r"variance\[1\] is 0.0: a sampling variance must be positive"):
        rates.fay_herriot([1, 2, 3], variance=[1, 0, 1])
    with pytest.raises(ValueError, match="direct has 2 areas: at least 3"):
        rates.fay_herriot([1, 2], variance=[1, 1])
    with pytest.raises(ValueError, match="a column follows from the others"):
        rates.fay_herriot([1, 2, 3, 4, 5], variance=[1] * 5, predictors=[[1, 2]] * 5)
    with pytest.raises(ValueError, match="predictors has 2 rows: 3 expected"):
        rates.fay_herriot([1, 2, 3], variance=[1] * 3, predictors=[[1], [1]])


def test_errors_of_equally_exact_areas_follow_prasad_and_rao_s_formula() -> None:
    """With equal sampling variances all is in closed form (Rao and Molina 2015, 6.2.1): REML, constant alone."""
    y, v = np.array([0.91, 0.80, 0.97, 0.70, 0.88, 0.60]), 0.004
    m = len(y)
    between = y.var(ddof=1) - v
    own = between / (between + v)
    expected = own * v + (1 - own) ** 2 * (between + v) / m + 2 * (1 - own) ** 2 * 2 * (between + v) / m

    found = rates.fay_herriot(y, variance=np.full(m, v), precision=1e-12)

    assert found.area_variance == pytest.approx(between, rel=1e-9)
    np.testing.assert_allclose(found.value, y.mean() + own * (y - y.mean()), rtol=1e-9)
    np.testing.assert_allclose(found.mean_squared_error, np.full(m, expected), rtol=1e-9)


def test_several_series_are_estimated_each_by_itself() -> None:
    rng = np.random.default_rng(4)
    x = np.column_stack((np.ones(9), rng.normal(size=9)))
    direct = x @ [0.8, 0.05] + rng.normal(0, 0.1, (3, 9))
    direct[2] = x @ [0.8, 0.05]  # no spread beyond the sampling errors

    together = rates.fay_herriot(direct, variance=np.full(9, 0.002), predictors=x)

    for row, series in enumerate(direct):
        alone = rates.fay_herriot(series, variance=np.full(9, 0.002), predictors=x)
        np.testing.assert_array_equal(together.value[row], alone.value)
        np.testing.assert_array_equal(together.mean_squared_error[row], alone.mean_squared_error)
        np.testing.assert_array_equal(together.coefficients[row], alone.coefficients)
        assert together.area_variance[row] == alone.area_variance
        assert together.converged[row] == alone.converged
    assert together.warnings[0].startswith("series 2: areas differ by no more than")

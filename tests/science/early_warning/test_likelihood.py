"""Likelihood ratio methods: equal to R surveillance and to a search over every start and factor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from banyan.science import early_warning as ew


@pytest.mark.shared
def test_every_case_equals_r_surveillance(oracle_series, oracle_rows) -> None:
    methods = {
        "algo.glrpois": lambda counts, at: ew.glr(counts, at=at),
        "algo.glrnb": lambda counts, at: ew.glr(counts, at=at, dispersion=0.2),
        "algo.outbreakP": lambda counts, at: ew.outbreak_p(counts, at=at),
    }
    compared = 0

    for name, rows in oracle_rows("rki_bayes_glr").items():
        if rows[0]["function"] not in methods:
            continue
        counts = oracle_series[rows[0]["series"]]["counts"]
        verdict = methods[rows[0]["function"]](counts, [int(row["k"]) - 1 for row in rows])

        wanted = [float(row["upperbound"]) for row in rows]
        assert verdict.statistic[0] == pytest.approx(wanted, rel=1e-9, abs=1e-9), name
        assert verdict.alarm[0].tolist() == [row["alarm"] == "1" for row in rows], name
        compared += 1
    assert compared == 12


def log_likelihood(values: np.ndarray, mean: float, dispersion: float) -> float:
    """The part that depends on the mean, by the textbook; scipy's distributions take a millisecond per call."""
    if not dispersion:
        return float((values * np.log(mean) - mean).sum())
    size = 1.0 / dispersion
    return float((values * np.log(mean / (mean + size)) - size * np.log(mean + size)).sum())


def test_the_textbook_likelihoods_are_those_of_scipy() -> None:
    values = np.array([0.0, 3.0, 9.0])
    poisson = stats.poisson(7.0).logpmf(values).sum() - stats.poisson(4.0).logpmf(values).sum()
    dispersed = [stats.nbinom(1 / 0.3, 1 / (1 + 0.3 * mean)).logpmf(values).sum() for mean in (4.0, 7.0)]

    assert log_likelihood(values, 7.0, 0.0) - log_likelihood(values, 4.0, 0.0) == pytest.approx(poisson)
    ours = log_likelihood(values, 7.0, 0.3) - log_likelihood(values, 4.0, 0.3)
    assert ours == pytest.approx(dispersed[1] - dispersed[0])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), dispersion=st.sampled_from([0.0, 0.3]))
def test_the_ratio_is_the_best_over_all_starts_and_factors(seed: int, dispersion: float) -> None:
    random = np.random.default_rng(seed)
    counts = random.poisson(4.0, (1, 20)).astype(float)
    counts[0, 16:] += random.poisson(3.0, 4)

    verdict = ew.glr(counts, at=[12, 15, 19], baseline=4.0, dispersion=dispersion, decision=1e9)

    def gain(growth: float, values: np.ndarray) -> float:
        before, after = (log_likelihood(values, mean, dispersion) for mean in (4.0, 4.0 * np.exp(growth)))
        return after - before

    for column, now in enumerate((12, 15, 19)):
        best = 0.0
        for start in range(12, now + 1):
            values = counts[0, start : now + 1]
            found = optimize.minimize_scalar(
                lambda growth, values=values: -gain(growth, values), bounds=(0, 5), method="bounded",
                options={"xatol": 1e-9},
            )  # fmt: skip
            best = max(best, -found.fun)
        assert verdict.statistic[0, column] == pytest.approx(best, abs=1e-6)


def test_a_trend_beside_the_season_gives_the_ratios_of_r_surveillance() -> None:
    t = np.arange(330)
    counts = 6 + (7 * t) % 5 + (11 * t) % 7 + np.round(3 * np.cos(2 * np.pi * t / 52)) + t // 80
    counts = counts + np.where(t % 97 == 13, 15, 0)
    counts[327:330] = [14, 35, 17]

    verdict = ew.glr(counts, at=range(320, 330), trend=True)

    # algo.glrpois(disProg, list(range = 321:330, c.ARL = 5, mu0 = list(S = 1, trend = TRUE), change = "intercept",
    # ret = "value"))
    assert verdict.statistic[0, [0, 1, 8, 9]] == pytest.approx(
        [5.32422162312e-02, 1.85301578281e-02, 1.21936560433e01, 5.83230315830e-01], rel=1e-6
    )


def test_after_an_alarm_the_search_starts_anew() -> None:
    counts = np.array([[4, 4, 4, 4, 30, 4, 4.0]])

    verdict = ew.glr(counts, at=[3, 4, 5, 6], baseline=4.0)

    assert verdict.alarm[0].tolist() == [False, True, False, False]


def slow_rise(values: np.ndarray) -> float:
    """Non-decreasing means as largest over starts of smallest over ends of the means between."""
    n = values.size
    means = [
        max(min(values[start : end + 1].mean() for end in range(place, n)) for start in range(place + 1))
        for place in range(n)
    ]
    return float(sum(v * np.log(m / values.mean()) for v, m in zip(values, means, strict=True) if v > 0))


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.integers(0, 12), min_size=3, max_size=14))
def test_the_rise_has_the_best_non_decreasing_means(values: list[int]) -> None:
    counts = np.array([values, values[::-1]], float)

    verdict = ew.outbreak_p(counts, at=[len(values) - 1])

    for series in range(2):
        wanted = slow_rise(counts[series]) if counts[series].any() else 0.0
        assert np.log(verdict.statistic[series, 0]) == pytest.approx(wanted, abs=1e-9)

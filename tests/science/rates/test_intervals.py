"""Binomial intervals: published values, the reference implementation, coverage and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from banyan.science import rates
from banyan.science.rates.intervals import METHODS

PEER_NAMES = {
    "wilson": "wilson",
    "exact": "clopper-pearson",
    "jeffreys_central": "jeffreys",
    "agresti-coull": "agresti-coull",
    "logit": "logit",
}


def test_newcombe_s_published_examples() -> None:
    low, high = rates.binomial_interval([81, 15, 0, 1], [263, 148, 20, 29])
    exact_low, exact_high = rates.binomial_interval([81, 15, 0, 1], [263, 148, 20, 29], method="clopper-pearson")

    assert low.round(4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert high.round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]
    assert exact_low.round(4).tolist() == [0.2527, 0.0578, 0.0, 0.0009]
    assert exact_high.round(4).tolist() == [0.3676, 0.1617, 0.1684, 0.1776]


@pytest.mark.shared
def test_every_method_equals_r_binom(shared_rows) -> None:
    rows = [r for r in shared_rows("oracles/pass_rate/binom_ci.csv") if r["method"] in PEER_NAMES]

    compared = 0
    for r in rows:
        low, high = rates.binomial_interval(
            int(r["x"]), int(r["n"]), method=PEER_NAMES[r["method"]], level=float(r["level"])
        )
        assert low == pytest.approx(max(0.0, float(r["lower"])), abs=1e-8)
        assert high == pytest.approx(min(1.0, float(r["upper"])), abs=1e-8)
        compared += 1
    assert compared == 370


def test_equal_tailed_jeffreys_has_both_tails_even_where_none_passed() -> None:
    low, high = rates.binomial_interval(0, 5, method="jeffreys-equal-tailed")

    assert (low, high) == pytest.approx(beta.ppf([0.025, 0.975], 0.5, 5.5).tolist())


@pytest.mark.parametrize("method", METHODS)
def test_one_more_passed_never_lowers_a_limit(method: str) -> None:
    low, high = rates.binomial_interval(np.arange(31), 30, method=method)

    assert (np.diff(low) >= 0).all()
    assert (np.diff(high) >= 0).all()


@given(x=st.integers(0, 400), more=st.integers(0, 400), level=st.floats(0.5, 0.999), method=st.sampled_from(METHODS))
def test_limits_surround_the_rate_and_mirror_each_other(x: int, more: int, level: float, method: str) -> None:
    n = x + more + 1
    low, high = rates.binomial_interval(x, n, method=method, level=level)
    mirrored_low, mirrored_high = rates.binomial_interval(n - x, n, method=method, level=level)

    assert 0 <= low < high <= 1
    if method != "jeffreys-equal-tailed":
        assert low - 1e-12 <= x / n <= high + 1e-12
    assert low == pytest.approx(1 - mirrored_high, abs=1e-10)
    assert high == pytest.approx(1 - mirrored_low, abs=1e-10)


@pytest.mark.parametrize("p", [0.5, 0.9, 0.97])
@pytest.mark.parametrize("n", [20, 100, 400])
def test_clopper_pearson_covers_at_least_its_level_and_wilson_nearly(p: float, n: int) -> None:
    x = np.arange(n + 1)
    chance = binom.pmf(x, n, p)

    covered = {}
    for method in ("clopper-pearson", "wilson"):
        low, high = rates.binomial_interval(x, n, method=method)
        covered[method] = chance[(low <= p) & (p <= high)].sum()

    assert covered["clopper-pearson"] >= 0.95 - 1e-12
    assert covered["wilson"] >= 0.89


def test_nothing_tested_says_nothing() -> None:
    low, high = rates.binomial_interval([0, 3], [0, 3])

    assert (low[0], high[0]) == (0, 1)
    assert high[1] == 1


@pytest.mark.parametrize(
    ("passed", "tested", "more", "says"),
    [
        ([1, 5], [3, 4], {}, r"passed\[1\] is 5.0: more than were tested"),
        ([1, -2], [3, 4], {}, r"passed\[1\] is -2.0: a count cannot be negative"),
        ([1, float("nan")], [3, 4], {}, r"passed\[1\] is nan"),
        ([1, 2, 3], [3, 4], {}, "do not fit together"),
        ([[1, 2], [3]], [3, 4], {}, "passed is not a regular array"),
        ("abc", 3, {}, "passed is 'abc': a number is needed"),
        ([1, "many"], [3, 4], {}, r"passed\[1\] is 'many': a number is needed"),
        ([], [], {}, "passed is empty"),
        (1, 3, {"level": 95}, "level is 95"),
        (1, 3, {"method": "wald"}, "method is 'wald': it must be one of wilson"),
    ],
)
def test_bad_data_are_named(passed, tested, more, says) -> None:
    with pytest.raises(ValueError, match=says):
        rates.binomial_interval(passed, tested, **more)

"""Targets: probability of being met, the four verdicts, and the control of many tests."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate, stats
from scipy.stats import false_discovery_control

from banyan.science import rates


def test_probability_against_a_constant_is_the_tail_of_the_posterior() -> None:
    p = rates.probability_target_met([97, 0], [100, 0], target=0.95)

    assert p[0] == pytest.approx(stats.beta.sf(0.95, 97.5, 3.5))
    assert np.isnan(p[1])
    assert rates.probability_target_met(97, 100, target=0.95, op="<") == pytest.approx(1 - p[0])


@pytest.mark.parametrize(
    ("counts", "factor"),
    [((45, 50, 40, 50), 1.0), ((990, 1000, 9_500, 10_000), 1.0), ((12, 60, 30, 300), 2.0), ((5, 5, 0, 3), 0.5)],
)
def test_probability_against_another_rate_equals_plain_integration(counts, factor) -> None:
    x1, n1, x2, n2 = counts
    first, second = stats.beta(x1 + 0.5, n1 - x1 + 0.5), stats.beta(x2 + 0.5, n2 - x2 + 0.5)

    def inner(t: float) -> float:
        u = 1 / (1 + math.exp(-t))
        return first.sf(factor * second.ppf(u)) * u * (1 - u)

    slow = integrate.quad(inner, -40, 40, limit=500, points=np.linspace(-30, 30, 31))[0]
    p = rates.probability_target_met(x1, n1, target_passed=x2, target_tested=n2, factor=factor)

    assert p == pytest.approx(slow, abs=1e-8)


@given(
    c=st.tuples(st.integers(0, 90), st.integers(1, 90), st.integers(0, 90), st.integers(1, 90)),
)
def test_two_rates_share_the_probability_between_them(c) -> None:
    x1, n1, x2, n2 = c[0], c[0] + c[1], c[2], c[2] + c[3]

    one = rates.probability_target_met(x1, n1, target_passed=x2, target_tested=n2)
    other = rates.probability_target_met(x2, n2, target_passed=x1, target_tested=n1)

    assert one + other == pytest.approx(1, abs=1e-8)


def test_verdicts_look_at_the_interval_and_its_ends() -> None:
    low, high = [0.95, 0.94, 0.90, 0.90, np.nan, 0.9], [0.99, 0.99, 0.95, 0.94, np.nan, 1.0]
    target = [0.95, 0.95, 0.95, 0.95, 0.95, np.nan]
    unknown, missing = "cannot be told", "reference missing"

    said = {op: rates.verdict(low, high, target, op).tolist() for op in (">=", ">", "<=", "<")}

    assert said[">="] == ["met", unknown, unknown, "not met", unknown, missing]
    assert said[">"] == [unknown, unknown, "not met", "not met", unknown, missing]
    assert said["<="] == [unknown, unknown, "met", "met", unknown, missing]
    assert said["<"] == ["not met", unknown, unknown, "met", unknown, missing]
    assert rates.verdict(0.9, 0.95, None) == missing


def test_benjamini_and_hochberg_s_own_example() -> None:
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
    p += [0.7590, 1.0]

    found = rates.benjamini_hochberg(p)

    assert found.rejected.sum() == 4
    assert found.adjusted[3] == pytest.approx(0.0095 * 15 / 4)


def test_missing_p_values_stay_missing_and_do_not_count() -> None:
    found = rates.benjamini_hochberg([[0.01, np.nan], [0.04, 0.9]])

    assert found.tests == 3
    assert found.adjusted[0, 0] == pytest.approx(0.03)
    assert np.isnan(found.adjusted[0, 1])
    assert not found.rejected[0, 1]


def test_false_discoveries_stay_below_the_level() -> None:
    rng = np.random.default_rng(2)
    z = rng.normal(size=(400, 200))
    z[:, :20] += 3.5
    wrong = []
    for row in z:
        rejected = rates.benjamini_hochberg(2 * stats.norm.sf(np.abs(row)), level=0.1).rejected
        wrong.append(rejected[20:].sum() / max(rejected.sum(), 1))

    assert np.mean(wrong) < 0.1
    assert np.mean(wrong) > 0.07


def test_bad_data_are_named() -> None:
    with pytest.raises(ValueError, match="give either target or target_passed"):
        rates.probability_target_met(1, 2)
    with pytest.raises(ValueError, match="target_passed needs target_tested"):
        rates.probability_target_met(1, 2, target_passed=1)
    with pytest.raises(ValueError, match="factor are of use only"):
        rates.probability_target_met(1, 2, target=0.5, factor=2)
    with pytest.raises(ValueError, match=r"target is 95.0: a rate lies in 0..1"):
        rates.probability_target_met(1, 2, target=95)
    with pytest.raises(ValueError, match=r"factor is -1.0: a positive number"):
        rates.probability_target_met(1, 2, target_passed=1, target_tested=2, factor=-1)
    with pytest.raises(ValueError, match=r"low\[1\] is 0.9: above high"):
        rates.verdict([0.1, 0.9], [0.2, 0.8], 0.5)
    with pytest.raises(ValueError, match="op is '=='"):
        rates.verdict(0.1, 0.2, 0.5, "==")
    with pytest.raises(ValueError, match=r"p_values\[1\] is 1.2"):
        rates.benjamini_hochberg([0.1, 1.2])


@given(arrays(np.float64, (3, 6), elements=st.one_of(st.floats(0, 1), st.just(float("nan")))), st.booleans())
def test_each_row_judged_as_its_own_family_equals_one_call_per_row_and_scipy(p, dependent) -> None:
    whole = rates.benjamini_hochberg(p, by_row=True, dependent=dependent)

    for row, line in enumerate(p):
        alone = rates.benjamini_hochberg(line, dependent=dependent)
        np.testing.assert_array_equal(whole.adjusted[row], alone.adjusted)
        np.testing.assert_array_equal(whole.rejected[row], alone.rejected)
        known = line[~np.isnan(line)]
        assert whole.tests[row] == alone.tests == len(known)
        if len(known):
            slow = false_discovery_control(known, method="by" if dependent else "bh")
            np.testing.assert_allclose(alone.adjusted[~np.isnan(line)], slow, rtol=1e-12)

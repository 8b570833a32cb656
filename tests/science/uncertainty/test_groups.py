"""Tests of observations in groups: GUM H.5, NIST's certified values, simulation, many measurands at once."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from banyan.science import uncertainty

# GUM H.5, table H.9: mean (less 10 V) and standard deviation of five observations on each of ten days, in µV.
MEANS = np.array([172, 116, 13, 144, 106, 31, 60, 125, 163, 41], float)
DEVIATIONS = np.array([60, 77, 111, 101, 67, 93, 80, 73, 88, 86], float)


def with_given(means, deviations):
    """Five observations with exactly these means and standard deviations."""
    pattern = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    return means[:, None] + deviations[:, None] * pattern / pattern.std(ddof=1)


def test_gum_h5_zener_standard_over_ten_days():
    found = uncertainty.grouped_observations(with_given(MEANS, DEVIATIONS))

    assert found.value == pytest.approx(97, abs=0.5)
    assert np.sqrt(found.mean_square_between) == pytest.approx(128, abs=1)
    assert found.within == pytest.approx(85, abs=0.5)
    assert found.statistic == pytest.approx(2.25, abs=0.03)
    assert found.between == pytest.approx(43, abs=0.5)
    assert (found.u, found.dof) == (pytest.approx(18, abs=0.2), 9)
    assert found.p_value < 0.05
    pooled = uncertainty.grouped_observations(with_given(MEANS, DEVIATIONS), pooled=True)
    assert (pooled.u, pooled.dof) == (pytest.approx(13, abs=0.4), 49)
    assert "not one sample" in pooled.warnings[0]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "digits"),
    # The harder sets have so many constant leading digits that the data themselves are rounded in double precision.
    [
        ("SiRstv.dat", 1e-12),
        ("SmLs02.dat", 1e-12),
        ("AtmWtAg.dat", 1e-9),
        ("SmLs04.dat", 1e-8),
        ("SmLs06.dat.gz", 1e-8),
        ("SmLs08.dat", 1e-3),
    ],
)
def test_the_certified_values_of_nist(name, digits, shared_file):
    path = shared_file(f"data/nist-strd/anova/{name}")
    text = gzip.decompress(path.read_bytes()).decode() if name.endswith("gz") else path.read_text()
    lines = text.splitlines()
    between = next(line.split() for line in lines if line.startswith("Between"))
    within = next(line.split() for line in lines if line.startswith("Within"))
    groups = {}
    for line in lines[60:]:
        group, value = line.split()[-2:]
        groups.setdefault(group, []).append(float(value))

    found = uncertainty.grouped_observations(list(groups.values()))

    assert [found.between_dof, found.within_dof] == [float(between[-4]), float(within[-3])]
    assert found.statistic == pytest.approx(float(between[-1]), rel=digits)
    assert found.mean_square_between == pytest.approx(float(between[-2]), rel=digits)
    assert found.mean_square_within == pytest.approx(float(within[-1]), rel=digits)


def test_groups_of_unlike_size_agree_with_scipy_and_with_single_measurands():
    random = np.random.default_rng(1)
    data = random.normal(0, 1, (20, 6, 4)) + random.normal(0, 0.7, (20, 6, 1))
    data[random.random(data.shape) < 0.15] = np.nan
    data[:, :, 0] = np.nan_to_num(data[:, :, 0], nan=0.3)

    together = uncertainty.grouped_observations(data)

    for i, one in enumerate(data):
        f, p = stats.f_oneway(*(group[~np.isnan(group)] for group in one))
        assert (together.statistic[i], together.p_value[i]) == pytest.approx((f, p))
        assert together.u[i] == pytest.approx(uncertainty.grouped_observations(one).u)


def test_the_components_are_found_on_average():
    random = np.random.default_rng(2)
    data = random.normal(0, 2.0, (4000, 8, 4)) + random.normal(5, 1.5, (4000, 8, 1))

    found = uncertainty.grouped_observations(data)

    assert np.mean(found.within**2) == pytest.approx(4, rel=0.02)
    excess = (found.mean_square_between - found.mean_square_within) / 4
    assert np.mean(excess) == pytest.approx(2.25, rel=0.05)
    k = uncertainty.coverage_factor(found.dof)
    assert np.mean(np.abs(found.value - 5) <= k * found.u) == pytest.approx(0.95, abs=0.012)


@given(st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_moving_and_scaling_move_and_scale_the_result(shift, scale):
    data = with_given(MEANS, DEVIATIONS)

    one, other = uncertainty.grouped_observations(data), uncertainty.grouped_observations(data * scale + shift)

    assert other.value == pytest.approx(one.value * scale + shift)
    assert (other.u, other.between) == pytest.approx((one.u * scale, one.between * scale), rel=1e-7)
    assert other.statistic == pytest.approx(one.statistic, rel=1e-6)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([1, 2, 3], "observations has shape"),
        ([[1, 2]], "2 groups or more"),
        ([[1, 2], [np.nan, np.nan]], r"replicates in group\[1\] is 0.0: the group is empty"),
        ([[1], [2]], "no group has two observations"),
        ([[1, np.inf], [1, 2]], r"observations\[0, 1\] is inf"),
    ],
)
def test_bad_input_is_refused_in_words(data, words):
    with pytest.raises(ValueError, match=words):
        uncertainty.grouped_observations(data)


def test_gum_h4_activity_from_counts_taken_in_turn():
    cycles = np.array([
        [243.74, 15380, 305.56, 4054, 367.37, 41432],
        [984.53, 14978, 1046.10, 3922, 1107.66, 38706],
        [1723.87, 14394, 1785.43, 4200, 1846.99, 35860],
        [2463.17, 13254, 2524.73, 3830, 2586.28, 32238],
        [3217.56, 12516, 3279.12, 3956, 3340.68, 29640],
        [3956.83, 11058, 4018.38, 3980, 4079.94, 26356],
    ])  # fmt: skip
    t_s, c_s, _, c_b, t_x, c_x = cycles.T
    decay = 1.25894e-4
    rates = {"R_x": (c_x - c_b) / 60 * np.exp(decay * t_x), "R_s": (c_s - c_b) / 60 * np.exp(decay * t_s)}
    seen = uncertainty.observed_together(rates)
    inputs = seen.inputs | {
        "A_s": uncertainty.Input.normal(0.1368, 0.0018),
        "m_s": uncertainty.Input.normal(5.0192, 0.0050),
        "m_x": uncertainty.Input.normal(5.0571, 0.0010),
    }

    found = uncertainty.budget(
        lambda R_x, R_s, A_s, m_s, m_x: A_s * m_s / m_x * R_x / R_s,
        inputs, correlation=seen.correlation, together=[seen.together],
    )  # fmt: skip

    assert seen.correlation["R_x", "R_s"] == pytest.approx(0.646, abs=5e-4)
    assert (found.value, found.u) == (pytest.approx(0.4300, abs=1e-4), pytest.approx(0.0083, abs=5e-5))

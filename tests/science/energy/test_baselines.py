"""Tests of weather-normal baselines: the peer's models, a slow second version, every kind of model, bad data."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import energy

POINTS = range(30, 91)
CASES = ("il-electricity-cdd-hdd-daily", "il-gas-hdd-only-daily")
METRICS = {
    "observed_mean": "mean", "observed_variance": "variance", "rmse": "rmse", "rmse_adj": "rmse_adj",
    "cvrmse": "cvrmse", "cvrmse_adj": "cvrmse_adj", "r_squared": "r_squared",
    "autocorr_resid": "autocorrelation", "n_prime": "n_effective", "observed_length": "n",
}  # fmt: skip


def slow_baseline(usage, temperature, *, minimum_days=10, minimum_degree_days=20.0, maximum_p_value=1.0):
    """One least-squares fit after another, as the method's text says; the first of the highest adjusted R²."""
    from scipy.stats import t as student

    found = []

    def try_model(name, columns, points):
        for column in columns:
            if column.sum() < minimum_degree_days or (column > 0).sum() < minimum_days:
                return
        design = np.column_stack([np.ones(len(usage)), *columns])
        k = len(columns)
        solved, _, rank, _ = np.linalg.lstsq(design, usage, rcond=None)
        if rank < k + 1:
            return
        left = ((usage - design @ solved) ** 2).sum()
        total = ((usage - usage.mean()) ** 2).sum()
        freedom = len(usage) - k - 1
        if (solved < 0).any():
            return
        if k:
            u = np.sqrt(left / freedom * np.diag(np.linalg.inv(design.T @ design))[1:])
            if (2 * student.sf(np.abs(solved[1:]) / u, freedom) > maximum_p_value).any():
                return
        score = 0.0 if not k else 1 - left / total * (len(usage) - 1) / freedom
        found.append((score, name, solved, points))

    try_model("intercept_only", [], ())
    for b in POINTS:
        try_model("hdd_only", [np.maximum(b - temperature, 0)], (b,))
    for b in POINTS:
        try_model("cdd_only", [np.maximum(temperature - b, 0)], (b,))
    for c in POINTS:
        for h in POINTS:
            if h <= c:
                columns = [np.maximum(h - temperature, 0), np.maximum(temperature - c, 0)]
                try_model("cdd_hdd", columns, (h, c))
    best = max((one[0] for one in found), default=None)
    return next((one for one in found if one[0] >= best - 1e-12), None) if found else None


def made_up(seed, days=120, heating=1.5, cooling=1.0, noise=4.0):
    random = np.random.default_rng(seed)
    t = 58 + 24 * np.sin(np.arange(days) * 6.28 / days) + random.normal(0, 5, days)
    usage = 12 + heating * np.maximum(53.4 - t, 0) + cooling * np.maximum(t - 66.7, 0)
    return np.maximum(usage + random.normal(0, noise, days), 0), t


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_the_same_models_and_figures_as_the_peer(case, shared_file, shared_rows):
    with shared_file("oracles/energy/caltrack_daily.json").open() as file:
        told = next(one for one in json.load(file)["cases"] if one["case"] == case)
    rows = shared_rows(f"oracles/energy/{case}_caltrack_design.csv")
    usage, t = (np.array([float(r[c] or "nan") for r in rows]) for c in ("meter_value", "temperature_mean"))

    found = energy.baseline(usage, t, unit="degF", missing="leave_out")

    params = told["params"]
    assert found.model[0] == told["model_type"]
    assert found.intercept[0] == pytest.approx(params["intercept"], abs=1e-6)
    for ours, theirs in {
        "heating_slope": "beta_hdd", "cooling_slope": "beta_cdd",
        "heating_point": "heating_balance_point", "cooling_point": "cooling_balance_point",
    }.items():  # fmt: skip
        assert getattr(found, ours)[0] == pytest.approx(params.get(theirs, np.nan), abs=1e-6, nan_ok=True)
    assert found.r_squared_adj[0] == pytest.approx(told["r2adj"], abs=1e-9)
    status = told["candidate_status"]
    assert found.tried[0] == status["DISQUALIFIED"] + status["QUALIFIED"]
    assert found.qualified[0] == status["QUALIFIED"]
    assert found.left_out[0] == 1
    for theirs, ours in METRICS.items():
        assert getattr(found.quality, ours)[0] == pytest.approx(told["totals_metrics"][theirs], rel=1e-8)
    assert found.quality.nmbe[0] == pytest.approx(0, abs=1e-12)

    rows = shared_rows(f"oracles/energy/{case}_caltrack_savings.csv")
    rows = [row for row in rows if row["reporting_observed"] and row["counterfactual_usage"]]
    observed = np.array([float(row["reporting_observed"]) for row in rows])
    expected = np.array([float(row["counterfactual_usage"]) for row in rows])
    # The peer's file holds no temperatures: the degree days follow from its loads, or the day is base load alone.
    t = np.full(len(rows), 62.0 if case.startswith("il-el") else 75.0)
    heat, cool = (np.array([float(r[f"counterfactual_{x}_load"]) for r in rows]) for x in ("heating", "cooling"))
    t = np.where(heat > 0, found.heating_point[0] - heat / found.heating_slope[0], t)
    if not np.isnan(found.cooling_slope[0]):
        t = np.where(cool > 0, found.cooling_point[0] + cool / found.cooling_slope[0], t)
    saved = energy.savings(found, observed, t)
    assert saved.expected[0] == pytest.approx(expected, abs=1e-6)
    assert saved.value[0] == pytest.approx(told["total_savings"], abs=1e-6)
    bands = told["error_bands"]
    assert saved.fractional_error[0] == pytest.approx(bands["FSU Error Band"], rel=1e-8)
    assert saved.least_squares_error[0] == pytest.approx(bands["OLS Error Band"], rel=1e-8)
    assert saved.model_error[0] == pytest.approx(bands["OLS Error Band: Model Error"], rel=1e-8)
    assert saved.noise_error[0] == pytest.approx(bands["OLS Error Band: Noise"], rel=1e-8)


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_the_savings_agree_with_the_other_peer_within_the_error(case, shared_file, shared_rows):
    with shared_file("oracles/energy/opendsm_daily.json").open() as file:
        told = next(one for one in json.load(file)["cases"] if one["case"] == case)
    rows = shared_rows(f"oracles/energy/{case}_opendsm.csv")
    both = {}
    for period in ("baseline", "reporting"):
        held = [r for r in rows if r["period"] == period and r["observed"] and r["temperature"]]
        both[period] = [np.array([float(r[c]) for r in held]) for c in ("observed", "temperature")]

    fitted = energy.baseline(*both["baseline"], unit="degF")
    found = energy.savings(fitted, *both["reporting"])

    assert fitted.quality.cvrmse[0] <= 1.02 * told["cvrmse"]
    assert abs(found.value[0] - told["savings"]) < found.error[0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_fast_way_agrees_with_one_fit_after_another(seed):
    usage, t = made_up(seed, heating=seed % 2 * 1.5, cooling=seed // 2)

    for p_value in (1.0, 0.1):
        found = energy.baseline(usage, t, unit="degF", maximum_p_value=p_value)
        score, name, solved, points = slow_baseline(usage, t, maximum_p_value=p_value)

        assert found.model[0] == name
        assert found.r_squared_adj[0] == pytest.approx(score, abs=1e-10)
        ours = [x for x in (found.intercept[0], found.heating_slope[0], found.cooling_slope[0]) if not np.isnan(x)]
        assert ours == pytest.approx(list(solved), rel=1e-8)
        held = [x for x in (found.heating_point[0], found.cooling_point[0]) if not np.isnan(x)]
        assert held == list(points)


def test_the_fast_way_agrees_with_one_fit_after_another_on_a_short_series():
    usage, t = made_up(9, days=60)

    found = energy.baseline(usage, t, unit="degF")
    score, name, solved, points = slow_baseline(usage, t)

    assert (found.model[0], found.heating_point[0], found.cooling_point[0]) == (name, *points)
    assert [found.intercept[0], found.heating_slope[0], found.cooling_slope[0]] == pytest.approx(list(solved))
    assert found.r_squared_adj[0] == pytest.approx(score)


def test_many_meters_at_once_equal_one_after_the_other():
    series = [made_up(seed, days=90) for seed in range(40)]
    usage, t = (np.array(x) for x in zip(*series, strict=True))
    usage[3, 5] = usage[7, 80:] = t[9, 0] = np.nan

    together = energy.baseline(usage, t, unit="degF", missing="leave_out")

    for i in range(len(usage)):
        alone = energy.baseline(usage[i], t[i], unit="degF", missing="leave_out")
        assert together.model[i] == alone.model[0]
        for name in ("intercept", "heating_slope", "cooling_slope", "heating_point", "cooling_point", "n"):
            assert getattr(together, name)[i] == pytest.approx(getattr(alone, name)[0], rel=1e-9, nan_ok=True)
        assert together.quality.autocorrelation[i] == pytest.approx(alone.quality.autocorrelation[0], abs=1e-9)
    assert together.left_out[[3, 7, 9]].tolist() == [1, 10, 1]


def test_each_kind_of_model_is_found_in_data_made_from_it():
    t = 15 + 14 * np.sin(np.arange(365) / 58.1)
    cases = {
        "intercept_only": 20 + 0.01 * (np.arange(365) % 2),
        "straight_line": 5 + 2 * (t + 3),
        "hdd_only": 20 + 2 * np.maximum(12 - t, 0),
        "cdd_only": 20 + 3 * np.maximum(t - 18, 0),
        "one_balance_point": 30 + 1 * np.maximum(14 - t, 0) - 0.5 * np.maximum(t - 14, 0),
        "cdd_hdd": 20 + 2 * np.maximum(10 - t, 0) + 1.5 * np.maximum(t - 20, 0),
    }
    for parameters, (name, usage) in zip((1, 2, 3, 3, 4, 5), cases.items(), strict=True):
        found = energy.baseline(usage, t, unit="degC", models=[name])
        assert (found.model[0], found.parameters[0]) == (name, parameters)
        assert found.expected(t).total[0] == pytest.approx(usage, abs=0.02)
        loads = found.expected(t)
        assert loads.total == pytest.approx(loads.base + loads.heating + loads.cooling)
    chosen = energy.baseline(list(cases.values()), t, unit="degC", models=list(cases))
    assert chosen.model[1:].tolist() == list(cases)[1:]


def test_degrees_of_either_scale_give_the_same_model():
    usage, t = made_up(3)

    in_f = energy.baseline(usage, t, unit="degF")
    in_c = energy.baseline(usage, (t - 32) / 1.8, unit="degC", points=[(b - 32) / 1.8 for b in POINTS])

    assert in_c.model[0] == in_f.model[0]
    assert in_c.heating_point[0] * 1.8 + 32 == pytest.approx(in_f.heating_point[0])
    assert in_c.heating_slope[0] / 1.8 == pytest.approx(in_f.heating_slope[0])
    assert in_c.r_squared_adj[0] == pytest.approx(in_f.r_squared_adj[0])


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), factor=st.floats(1e-3, 1e4))
def test_scaling_usage_scales_the_model_and_more_points_never_fit_worse(seed, factor):
    usage, t = made_up(seed, days=80)

    one = energy.baseline(usage, t, unit="degF", points=range(30, 91, 10))
    scaled = energy.baseline(usage * factor, t, unit="degF", points=range(30, 91, 10))
    finer = energy.baseline(usage, t, unit="degF", points=range(30, 91, 5))

    assert scaled.model[0] == one.model[0]
    assert scaled.intercept[0] == pytest.approx(factor * one.intercept[0], rel=1e-6, abs=1e-9 * factor)
    assert finer.r_squared_adj[0] >= one.r_squared_adj[0] - 1e-12
    assert one.quality.nmbe[0] == pytest.approx(0, abs=1e-9)
    assert min(one.intercept[0], np.nan_to_num(one.heating_slope[0]), np.nan_to_num(one.cooling_slope[0])) >= 0


def test_constant_usage_is_the_intercept_and_a_meter_without_a_model_has_its_reason():
    t = np.linspace(30, 90, 100)
    dead = np.full(100, np.nan)

    found = energy.baseline([np.full(100, 7.1), dead, np.zeros(100)], t, unit="degF", missing="leave_out")

    assert found.model.tolist() == ["intercept_only", "", "intercept_only"]
    assert found.intercept[[0, 2]].tolist() == pytest.approx([7.1, 0])
    assert found.reason == ("", "no day has both usage and temperature", "")
    assert np.isnan(found.expected(t).total[1]).all()
    only = energy.baseline(100 - t, t + 0, unit="degF", models=["cdd_only"], net=True)
    assert only.reason[0].startswith("none of ")
    cold = energy.baseline(t, np.full(100, 20.0), unit="degF", models=["cdd_only"])
    assert cold.reason == ("100 days: no balance point has enough degree days",)


USAGE, T = [5.0, 6.0, 7.0, 8.0], [40.0, 50.0, 60.0, 70.0]


@pytest.mark.parametrize(
    ("usage", "t", "options", "message"),
    [
        ([5, np.nan, 7, 8], T, {}, r"usage\[0, 1\] is nan: the day is missing"),
        (USAGE, [40, 50, np.nan, 70], {}, r"temperature\[0, 2\] is nan"),
        ([5, -6, 7, 8], T, {}, r"usage\[0, 1\] is -6.0: usage cannot be negative"),
        ([5, np.inf, 7, 8], T, {}, r"usage\[0, 1\] is inf"),
        (USAGE, T[:3], {}, r"temperature has shape \(3,\)"),
        ([], [], {}, "usage is empty"),
        (USAGE, T, {"unit": "K"}, "unit is 'K'"),
        (USAGE, T, {"unit": "degC"}, r"temperature\[0, 3\] is 70.0: no daily mean in degC"),
        (USAGE, T, {"models": ["6P"]}, r"models\[0\] is '6P'"),
        (USAGE, T, {"models": "cdd_hdd"}, "models is 'cdd_hdd': a list"),
        (USAGE, T, {"points": [50, 40]}, r"points\[1\] is 40.0: they must ascend"),
        (USAGE, T, {"maximum_p_value": 2}, "maximum_p_value is 2.0"),
        (USAGE, T, {"minimum_days": -1}, "minimum_days is -1"),
        (USAGE, T, {"missing": "fill"}, "missing is 'fill'"),
    ],
)
def test_bad_data_is_refused_with_its_place(usage, t, options, message):
    with pytest.raises(ValueError, match=message):
        energy.baseline(usage, t, **({"unit": "degF"} | options))

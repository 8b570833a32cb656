"""Baselines of billing periods: those of eemeter, a slow second version, what each option does, and properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import energy

# Twelve bills and the weather of their days; eemeter 2.10.11: fit_caltrack_usage_per_day_model(
# create_caltrack_billing_design_matrix(...), use_billing_presets=True, weights_col="n_days_kept"), metered_savings.
DAYS = np.array([31, 28, 33, 29, 31, 30, 27, 35, 30, 31, 30, 30])


def weather(days: int) -> np.ndarray:
    """Daily means in °F that swing over the year and over the week."""
    day = np.arange(days)
    return np.round(55 + 25 * np.sin((day - 100) * 6.283 / 365) + 5 * np.sin(day * 1.7), 3)


def bills(days: np.ndarray) -> np.ndarray:
    t = weather(int(days.sum()))
    used = 12 + 0.8 * np.maximum(55 - t, 0) + 1.3 * np.maximum(t - 68, 0) + 3 * np.sin(np.arange(len(t)) * 0.37)
    return np.round(np.add.reduceat(used, np.cumsum([0, *days[:-1]])), 3)


def test_twelve_bills_have_the_model_and_the_savings_of_the_peer() -> None:
    t = weather(365)
    found = energy.billing_baseline(bills(DAYS), t, days=DAYS, unit="degF")

    after = energy.billing_savings(found, 0.9 * bills(DAYS), t, days=DAYS, level=0.9)

    assert (found.model[0], found.heating_point[0], found.cooling_point[0]) == ("cdd_hdd", 56, 67)
    assert found.intercept[0] == pytest.approx(11.268478816867386, abs=1e-9)
    assert found.heating_slope[0] == pytest.approx(0.8071967700719905, abs=1e-10)
    assert found.cooling_slope[0] == pytest.approx(1.2587647608834416, abs=1e-10)
    assert found.r_squared_adj[0] == pytest.approx(0.9995943702540169, abs=1e-12)
    assert found.quality.cvrmse_adj[0] == pytest.approx(0.00600586408543424, abs=1e-12)
    assert after.value[0] == pytest.approx(799.8049999999986, abs=1e-8)
    assert after.fractional_error[0] == pytest.approx(28.681399507026814, rel=1e-9)
    assert after.model_error[0] == pytest.approx(26.571553046399657, rel=1e-9)
    assert after.noise_error[0] == pytest.approx(20.811317085304704, rel=1e-9)


def slow_billing(usage, temperature, days, *, points):
    """Weighted least squares of every candidate by itself; the first of the highest adjusted R²."""
    month = np.repeat(np.arange(len(days)), days)

    def mean(column):
        return np.bincount(month, column) / days

    y, root, found = usage / days, np.sqrt(days), []

    def attempt(name, columns, at):
        if any((column * days).sum() < 20 for column in columns):
            return
        design = np.column_stack([np.ones(len(y)), *columns])
        solved, _, rank, _ = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)
        if rank <= len(columns) or (solved < 0).any():
            return
        left = (days * (y - design @ solved) ** 2).sum()
        total = (days * (y - np.average(y, weights=days)) ** 2).sum()
        k = len(columns)
        found.append((1 - left / total * (len(y) - 1) / (len(y) - k - 1) if k else 0.0, name, solved, at))

    heat = {b: mean(np.maximum(b - temperature, 0)) for b in points}
    cool = {b: mean(np.maximum(temperature - b, 0)) for b in points}
    attempt("intercept_only", [], ())
    for b in points:
        attempt("hdd_only", [heat[b]], (b,))
    for b in points:
        attempt("cdd_only", [cool[b]], (b,))
    for c in points:
        for h in points:
            if h <= c:
                attempt("cdd_hdd", [heat[h], cool[c]], (h, c))
    best = max(one[0] for one in found)
    return next(one for one in found if one[0] >= best - 1e-12)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
def test_the_same_model_as_one_fit_after_another(seed: int) -> None:
    random = np.random.default_rng(seed)
    days = random.integers(26, 36, 12)
    t = weather(int(days.sum())) + random.normal(0, 4, days.sum())
    usage = np.add.reduceat(10 + np.maximum(58 - t, 0) + random.normal(0, 2, len(t)), np.cumsum([0, *days[:-1]]))
    points = range(44, 80, 4)

    found = energy.billing_baseline(usage, t, days=days, unit="degF", points=points, net=True)

    score, name, solved, at = slow_billing(usage, t, days, points=points)
    assert (found.model[0], found.r_squared_adj[0]) == (name, pytest.approx(score, abs=1e-9))
    assert found.intercept[0] == pytest.approx(solved[0], rel=1e-6)
    assert [p for p in (found.heating_point[0], found.cooling_point[0]) if not np.isnan(p)] == list(at)


@given(seed=st.integers(0, 10_000), scale=st.floats(0.1, 50))
@settings(max_examples=15)
def test_usage_in_another_unit_gives_the_same_model_and_share_of_savings(seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    usage, t = bills(DAYS) + random.uniform(0, 60, 12), weather(int(DAYS.sum()))
    found, scaled = (energy.billing_baseline(x, t, days=DAYS, unit="degF") for x in (usage, scale * usage))

    first = energy.billing_savings(found, 0.9 * usage, t, days=DAYS)
    second = energy.billing_savings(scaled, 0.9 * scale * usage, t, days=DAYS)

    assert scaled.model.tolist() == found.model.tolist()
    np.testing.assert_allclose(scaled.intercept, scale * found.intercept, rtol=1e-6)
    np.testing.assert_allclose(second.share, first.share, atol=1e-8)
    np.testing.assert_allclose(second.error, scale * first.error, rtol=1e-5)


def test_periods_of_one_day_are_daily_models_without_a_least_number_of_days() -> None:
    t = weather(120)
    usage = 12 + 0.8 * np.maximum(55 - t, 0) + np.cos(np.arange(120))

    daily = energy.baseline(usage, t, unit="degF", minimum_days=0)
    single = energy.billing_baseline(usage, t, days=[1] * 120, unit="degF")

    assert single.model.tolist() == daily.model.tolist()
    np.testing.assert_allclose(single.heating_slope, daily.heating_slope, rtol=1e-9)
    np.testing.assert_allclose(single.quality.cvrmse_adj, daily.quality.cvrmse_adj, rtol=1e-9)


def test_meters_read_on_different_days_are_fitted_at_once_as_each_by_itself() -> None:
    other = DAYS[::-1].copy()
    t = weather(int(DAYS.sum()))
    usage = np.stack([bills(DAYS), bills(other)])

    both = energy.billing_baseline(usage, t, days=[DAYS, other], unit="degF")

    for i, days in enumerate((DAYS, other)):
        alone = energy.billing_baseline(usage[i], t, days=days, unit="degF")
        assert alone.model[0] == both.model[i]
        np.testing.assert_allclose(alone.intercept[0], both.intercept[i], rtol=1e-12)
        np.testing.assert_allclose(alone.quality.rmse[0], both.quality.rmse[i], rtol=1e-10)


def test_a_period_with_too_few_temperatures_is_left_out_and_counted() -> None:
    t, usage = weather(int(DAYS.sum())), bills(DAYS)
    t[2:8] = np.nan  # 6 of the 31 days of the first period
    t[40] = np.nan  # 1 of the 28 of the second

    found = energy.billing_baseline(usage, t, days=DAYS, unit="degF", missing="leave_out")

    assert (found.n[0], found.left_out[0], found.days[0]) == (11.0, 1, DAYS[1:].sum())
    with pytest.raises(ValueError, match=r"temperature\[0, 2\] is nan: the day is missing"):
        energy.billing_baseline(usage, t, days=DAYS, unit="degF")


def test_gates_count_the_days_of_the_periods() -> None:
    found = energy.billing_baseline(bills(DAYS), weather(int(DAYS.sum())), days=DAYS, unit="degF")

    assert energy.gates(found, cvrmse=0.25).passed.tolist() == [True]
    assert energy.gates(found, cvrmse=0.25, minimum_days=366).reason[0] == "365 days are fewer than 366"


def test_baselines_of_days_and_of_billing_periods_are_not_mixed_up() -> None:
    t = weather(365)
    daily = energy.baseline(12 + np.maximum(55 - t, 0) + np.cos(np.arange(365)), t, unit="degF")
    monthly = energy.billing_baseline(bills(DAYS), t, days=DAYS, unit="degF")

    with pytest.raises(ValueError, match="fitted is a baseline of days: savings"):
        energy.billing_savings(daily, bills(DAYS), t, days=DAYS)
    with pytest.raises(ValueError, match="fitted is a baseline of billing periods: billing_savings"):
        energy.savings(monthly, np.ones(365), t)


def test_periods_that_do_not_add_up_to_the_weather_are_refused() -> None:
    with pytest.raises(ValueError, match=r"sum of days\[0\] is 365.0: the periods of a meter must add up to the 364"):
        energy.billing_baseline(bills(DAYS), weather(364), days=DAYS, unit="degF")

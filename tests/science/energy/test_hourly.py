"""Hourly baselines: a slow second version with all dummies written out, the clock, and what is left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import energy


def made_up(seed: int, *, hours: int = 24 * 365) -> tuple[np.ndarray, np.ndarray]:
    """A works that is open on weekdays, heats and cools; °F."""
    random, hour = np.random.default_rng(seed), np.arange(hours)
    t = 55 + 25 * np.sin((hour / 24 - 100) * 6.283 / 365) + 8 * np.sin(hour * 6.283 / 24) + random.normal(0, 4, hours)
    works = (hour // 24 % 7 < 5) & (hour % 24 >= 8) & (hour % 24 < 18)
    used = 3 + 4 * works + 0.05 * works * np.maximum(t - 65, 0) + 0.03 * np.maximum(50 - t, 0)
    return used + random.normal(0, 0.3, hours), t


def slow_month(usage, temperature, week, weight, edges, *, shared: bool):
    """One weighted least squares with 168 dummies and binned temperatures; the prediction of its own hours."""
    root = np.sqrt(weight)
    plain = np.column_stack([np.ones(len(usage)), np.maximum(50 - temperature, 0), np.maximum(temperature - 65, 0)])
    left = usage - plain @ np.linalg.lstsq(plain * root[:, None], usage * root, rcond=None)[0]
    busy = np.array([(left[week == w] > 0).mean() > 0.65 for w in range(168)])[week]

    def kept(t):
        bounds = list(edges)
        while bounds:
            count = [
                ((t > low) & (t <= high)).sum() for low, high in zip([-999, *bounds], [*bounds, 999], strict=True)
            ]
            outer = ({bounds[0]} if count[0] < 20 else set()) | ({bounds[-1]} if count[-1] < 20 else set())
            gone = outer or {bounds[i] for i in range(1, len(count) - 1) if count[i] < 20}
            if not gone:
                break
            bounds = [b for b in bounds if b not in gone]
        return bounds

    def bins(t, bounds):
        columns = [np.minimum(t, bounds[0]) if bounds else t]
        columns += [np.clip(t, low, high) - low for low, high in zip(bounds, [*bounds[1:], np.inf], strict=False)]
        return np.column_stack(columns)

    parts = [
        bins(temperature, kept(temperature if shared else temperature[one])) * one[:, None] for one in (~busy, busy)
    ]
    design = np.column_stack([(week[:, None] == np.arange(168)).astype(float), *parts])
    return design @ np.linalg.lstsq(design * root[:, None], usage * root, rcond=None)[0]


@pytest.mark.parametrize("bins", ["by_use", "shared"])
def test_a_month_is_what_one_regression_with_168_dummies_says(bins: str) -> None:
    usage, t = made_up(3)
    hour = np.datetime64("2023-01-02T00") + np.arange(len(usage))
    week, month = np.arange(len(usage)) % 168, hour.astype("datetime64[M]").astype(int) % 12

    found = energy.hourly_baseline(usage, t, first="2023-01-02T00", unit="degF", bins=bins)

    for i in (0, 6):
        near = np.isin(month, [(i - 1) % 12, i, (i + 1) % 12])
        weight = np.where(month[near] == i, 1.0, 0.5)
        slow = slow_month(usage[near], t[near], week[near], weight, (30, 45, 55, 65, 75, 90), shared=bins == "shared")
        fast = found.expected(t, first="2023-01-02T00")[0, near]
        np.testing.assert_allclose(fast[month[near] == i], slow[month[near] == i], atol=1e-8)


@given(seed=st.integers(0, 1000), shift=st.integers(-30, 30))
@settings(max_examples=8)
def test_a_unit_more_in_every_hour_moves_the_level_alone(seed: int, shift: int) -> None:
    usage, t = made_up(seed, hours=24 * 70)
    edges = np.array([45.0, 60.0]) + shift / 10
    first = "2023-03-06T00"

    found = energy.hourly_baseline(usage, t, first=first, unit="degF", edges=edges, bins="shared")
    again = energy.hourly_baseline(usage + 1, t, first=first, unit="degF", edges=edges, bins="shared")

    # One more unit in every hour moves the level and nothing else.
    assert (again.in_use == found.in_use).all()
    np.testing.assert_allclose(
        again.expected(t, first=first), found.expected(t, first=first) + 1, atol=1e-8, equal_nan=True
    )


def test_many_meters_are_fitted_as_each_by_itself() -> None:
    usage, t = zip(*(made_up(seed, hours=24 * 90) for seed in (1, 2)), strict=True)
    first = "2024-02-01T00"

    both = energy.hourly_baseline(usage, t, first=first, unit="degF")

    for i in range(2):
        alone = energy.hourly_baseline(usage[i], t[i], first=first, unit="degF")
        np.testing.assert_allclose(both.level[i], alone.level[0], equal_nan=True)
        assert both.cvrmse[i] == alone.cvrmse[0]


def test_months_without_hours_have_no_model_and_say_so() -> None:
    usage, t = made_up(5, hours=24 * 59)
    usage[100] = np.nan

    found = energy.hourly_baseline(usage, t, first="2023-01-01T00", unit="degF", missing="leave_out")

    assert found.reason == ("no hour to fit in month 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",)
    assert (found.n[0], found.left_out[0]) == (24 * 59 - 1, 1)
    assert np.isnan(found.expected([60.0], first="2023-06-01T12")).all()
    assert np.isfinite(found.expected([60.0], first="2023-01-11T12")).all()


@pytest.mark.parametrize("first", ["2023-01-01T00:30", "soon", "NaT"])
def test_a_first_hour_that_is_none_is_refused(first: str) -> None:
    with pytest.raises(ValueError, match="first is"):
        energy.hourly_baseline(np.ones(48), np.ones(48), first=first, unit="degC")

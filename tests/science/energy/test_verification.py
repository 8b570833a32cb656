"""Tests of gates and savings: known savings found, intervals that hold, meters without a model, bad data."""

import numpy as np
import pytest

from banyan.science import energy


def series(seed, *, meters=200, days=365, noise=6.0, saved=0.0):
    random = np.random.default_rng(seed)
    t = 15 + 12 * np.sin(np.arange(days) / 58.1) + random.normal(0, 3, (meters, days))
    usage = 50 + 2 * np.maximum(14 - t, 0) + 1.5 * np.maximum(t - 22, 0)
    return (1 - saved) * usage + random.normal(0, noise, t.shape), t


@pytest.mark.parametrize("method", ["fractional", "least_squares"])
def test_the_interval_holds_the_true_saving_about_as_often_as_it_says(method):
    usage, t = series(1)
    after, t_after = series(2, saved=0.1)
    fitted = energy.baseline(usage, t, unit="degC")

    found = energy.savings(fitted, after, t_after, level=0.9, method=method)

    clean, _ = series(2, noise=0.0)
    truth = 0.1 * clean.sum(axis=1)
    held = (found.low <= truth) & (truth <= found.high)
    assert 0.85 <= held.mean() <= 1.0
    assert np.median(found.share) == pytest.approx(0.1, abs=0.005)


@pytest.mark.shared
def test_the_meters_made_with_a_tenth_less_show_a_tenth(shared_file):
    import csv
    import gzip
    import json

    folder = shared_file("data/opendsm-il-meters")
    told = json.loads((folder / "metadata.json").read_text())
    hourly = {}
    with gzip.open(folder / "il-tempF.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            stamp, degrees = row.values()
            hourly.setdefault(stamp[:10], []).append(float(degrees))
    for name in ("il-electricity-cdd-hdd-daily", "il-gas-hdd-only-daily"):
        with gzip.open(folder / f"{name}.csv.gz", "rt") as file:
            rows = [(row["start"][:10], float(row["value"])) for row in csv.DictReader(file) if row["value"]]
        rows = [(day, value, np.mean(hourly[day])) for day, value in rows if len(hourly.get(day, ())) == 24]
        made = next(one for one in (told.values() if isinstance(told, dict) else told) if one["id"] == name)
        start, end = made["blackout_start_date"][:10], made["blackout_end_date"][:10]
        before = np.array([row[1:] for row in rows if row[0] < start][-365:]).T
        after = np.array([row[1:] for row in rows if row[0] >= end][:365]).T

        fitted = energy.baseline(*before, unit="degF")
        found = energy.savings(fitted, *after)

        assert energy.gates(fitted, cvrmse=0.5).passed[0]
        assert abs(found.value[0] - 0.1 * found.expected[0].sum()) < found.error[0]


def test_nothing_saved_is_nothing_found_and_days_left_out_are_counted():
    usage, t = series(3, meters=2)
    fitted = energy.baseline(usage, t, unit="degC")
    expected = fitted.expected(t).total
    holed = expected.copy()
    holed[0, :5] = np.nan

    found = energy.savings(fitted, holed, t, missing="leave_out")

    assert found.value == pytest.approx([0, 0], abs=1e-9)
    assert found.n.tolist() == [360, 365]
    assert found.left_out.tolist() == [5, 0]
    assert "5 days are left out" in found.warnings[0]
    assert np.isnan(found.daily[0, :5]).all()


def test_a_meter_without_model_or_days_has_no_saving_but_a_reason():
    usage, t = series(4, meters=3)
    usage[1] = np.nan
    fitted = energy.baseline(usage, t, unit="degC", missing="leave_out")
    after = usage.copy()
    after[2] = np.nan

    found = energy.savings(fitted, after, t, missing="leave_out")

    assert np.isnan(found.value).tolist() == [False, True, True]
    assert found.reason == ("", "no day has both usage and temperature", "no day has both usage and temperature")
    judged = energy.gates(fitted, cvrmse=0.5)
    assert judged.passed.tolist() == [True, False, True]
    assert judged.reason[1] == "no day has both usage and temperature"


def test_an_exact_fit_has_no_interval_and_says_so():
    t = np.tile([0.0, 10.0, 20.0, 30.0], 50)
    fitted = energy.baseline(np.full(200, 4.0), t, unit="degC")

    found = energy.savings(fitted, np.full(200, 3.0), t)

    assert found.value == pytest.approx([200])
    assert np.isnan(found.error[0])
    assert found.reason[0].startswith("no interval")


def test_gates_say_which_gate_and_by_how_much():
    usage, t = series(5, meters=1, noise=30.0)
    fitted = energy.baseline(usage[:, :200], t[:, :200], unit="degC", net=True)

    judged = energy.gates(fitted, cvrmse=0.2)

    assert not judged.passed[0]
    assert judged.reason[0].startswith("200 days are fewer than 328; CVRMSE 0.")
    assert energy.gates(fitted, cvrmse=2, minimum_days=200).passed[0]


def test_bad_data_is_refused():
    usage, t = series(6, meters=2, days=60)
    fitted = energy.baseline(usage, t, unit="degC")

    with pytest.raises(ValueError, match="usage has 1 meters: the baseline has 2"):
        energy.savings(fitted, usage[0], t[0])
    with pytest.raises(ValueError, match=r"usage\[0, 0\] is nan"):
        energy.savings(fitted, np.full((2, 60), np.nan), t)
    with pytest.raises(ValueError, match=r"temperature\[0, 0\] is 70.0"):
        energy.savings(fitted, usage, np.full(60, 70.0))
    with pytest.raises(ValueError, match="level is 1"):
        energy.savings(fitted, usage, t, level=1)
    with pytest.raises(ValueError, match="method is 'guess'"):
        energy.savings(fitted, usage, t, method="guess")
    with pytest.raises(ValueError, match=r"cvrmse is -1"):
        energy.gates(fitted, cvrmse=-1)

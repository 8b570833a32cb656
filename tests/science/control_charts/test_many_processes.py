"""Tests of capability of many processes at once, and of the run length of Poisson EWMA charts."""

import numpy as np
import pytest

from banyan.science import control_charts as charts

NAMES = ("cp", "cpl", "cpu", "cpk", "cpm", "pp", "ppl", "ppu", "ppk")


@pytest.mark.parametrize("units", [1, 5])
def test_many_processes_at_once_equal_one_after_the_other(units):
    values = np.random.default_rng(2).normal(10, 1, (7, 30, units))
    if units > 1:
        values[2, 4, 0] = np.nan

    together = charts.capability(values, lower=6, upper=13, target=10)

    for i, one in enumerate(values):
        alone = charts.capability(one if units > 1 else one[:, 0], lower=6, upper=13, target=10)
        for name in NAMES:
            ours, theirs = getattr(together, name), getattr(alone, name)
            assert (ours.value[i], ours.low[i], ours.high[i]) == pytest.approx(
                (theirs.value, theirs.low, theirs.high)
            )
        for name in ("mean", "sigma_within", "sigma_overall", "n", "expected_above", "observed_below"):
            assert getattr(together, name)[i] == pytest.approx(getattr(alone, name))


def test_one_limit_leaves_the_other_side_undefined_for_all():
    values = np.random.default_rng(3).normal(10, 1, (4, 20, 3))

    found = charts.capability(values, upper=13)

    assert np.isnan(found.cp.value).all()
    assert np.isnan(found.cpl.value).all()
    assert found.cpk.value == pytest.approx(found.cpu.value)


def test_a_process_that_does_not_vary_is_named():
    values = np.random.default_rng(4).normal(10, 1, (3, 20, 3))
    values[1] = 5.0

    with pytest.raises(ValueError, match=r"sigma within\[1\] is 0.0: the values do not vary"):
        charts.capability(values, lower=1)


def test_poisson_ewma_run_length_agrees_with_simulation_and_falls_with_the_shift():
    asked = {"in_control": 6.0, "weight": 0.3, "lower_width": 2.6, "upper_width": 2.6}
    found = charts.poisson_ewma_run_length([6.0, 7.0, 9.0], states=801, **asked)
    random = np.random.default_rng(5)
    error = np.sqrt(6.0 * 0.3 / 1.7)
    for mean, length in zip([6.0, 7.0, 9.0], found, strict=True):
        average, steps, going = np.full(20_000, 6.0), np.zeros(20_000), np.arange(20_000)
        while going.size:
            average[going] = 0.7 * average[going] + 0.3 * random.poisson(mean, going.size)
            steps[going] += 1
            going = going[np.abs(average[going] - 6.0) <= 2.6 * error]
        assert length == pytest.approx(steps.mean(), abs=5 * steps.std() / np.sqrt(20_000))
    assert (np.diff(found) < 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [({"weight": 0}, "weight 0"), ({"start": 30}, "start is 30.0"), ({"mean": [1, 0]}, r"mean\[1\] is 0.0")],
)
def test_bad_charts_are_refused(options, words):
    asked = {"mean": 5.0, "in_control": 5, "weight": 0.2, "lower_width": 3, "upper_width": 3} | options
    with pytest.raises(ValueError, match=words):
        charts.poisson_ewma_run_length(asked.pop("mean"), **asked)


def test_new_subgroups_of_several_quantities_are_judged_by_what_was_stable():
    random = np.random.default_rng(6)
    values = random.normal(0, 1, (2, 30, 4))
    values[:, 28] += 3

    found = charts.t2_chart(values, baseline=25)
    alone = charts.t2_chart(values[:, :25])

    assert found.upper == alone.upper
    assert found.statistic[:25] == pytest.approx(alone.statistic)
    assert found.upper_new > found.upper
    assert found.beyond[28]
    single = charts.t2_chart(random.normal(0, 1, (3, 40, 1)), baseline=30)
    assert single.upper_new > single.upper


@pytest.mark.parametrize("units", [1, 5])
def test_false_alarms_of_both_phases_are_those_asked_for(units):
    random = np.random.default_rng(8)
    old, new = [], []
    for _ in range(400):
        found = charts.t2_chart(random.normal(0, 1, (2, 40, units)), baseline=20, false_alarm=0.05)
        old.append(found.beyond[:20].mean())
        new.append(found.beyond[20:].mean())

    assert np.mean(old) == pytest.approx(0.05, abs=0.01)
    assert np.mean(new) == pytest.approx(0.05, abs=0.01)

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
    [({"weight": 0}, "weight is 0"), ({"start": 30}, "start is 30.0"), ({"mean": [1, 0]}, r"mean\[1\] is 0.0")],
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


def test_charts_of_several_quantities_come_for_many_processes_at_once():
    values = np.random.default_rng(11).normal(0, 1, (4, 2, 30, 3))

    for data in (values, values[..., :1]):
        together = charts.t2_chart(data, baseline=20)
        for i, one in enumerate(data):
            alone = charts.t2_chart(one, baseline=20)
            assert together.statistic[i] == pytest.approx(alone.statistic)
            assert together.covariance[i] == pytest.approx(alone.covariance)
            assert (together.upper, together.beyond[i].tolist()) == (alone.upper, alone.beyond.tolist())
    values[2, 1] = values[2, 0]
    with pytest.raises(ValueError, match=r"rank of values\[2\] is 1.*leave one out"):
        charts.t2_chart(values)


def test_overdispersion_of_many_series_is_that_of_each():
    random = np.random.default_rng(12)
    counts, n = random.poisson(6, (5, 24)), random.integers(30, 60, (5, 24))

    for sizes in (None, n):
        together = charts.overdispersion_test(counts, sizes)
        for i in range(5):
            alone = charts.overdispersion_test(counts[i], None if sizes is None else n[i])
            told = (together.ratio[i], together.statistic[i], together.p_value[i])
            assert told == pytest.approx((alone.ratio, alone.statistic, alone.p_value))
    counts[3] = 0
    with pytest.raises(ValueError, match=r"counts\[3\].*nothing varies"):
        charts.overdispersion_test(counts)


def test_the_overdispersion_test_alarms_as_often_as_it_says_where_nothing_is_overdispersed():
    found = charts.overdispersion_test(np.random.default_rng(13).poisson(20, (4_000, 30)))

    assert np.mean(found.p_value < 0.05) == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize("method", ["percentile", "box-cox", "lognormal", "weibull"])
def test_skew_processes_together_equal_one_after_the_other(method):
    values = np.random.default_rng(14).lognormal(0, 0.3, (3, 60))
    lower, upper = np.array([0.2, 0.3, 0.1]), np.array([2.5, 3.0, 4.0])

    together = charts.nonnormal_capability(values, lower=lower, upper=upper, method=method)

    for i in range(3):
        alone = charts.nonnormal_capability(values[i], lower=lower[i], upper=upper[i], method=method)
        for name in ("pp", "ppk", "low", "middle", "high"):
            assert getattr(together, name)[i] == pytest.approx(getattr(alone, name))
    assert (together.reason == "").all()


def test_limits_of_their_own_are_those_of_each_process():
    values, upper = np.random.default_rng(15).normal(10, 1, (3, 20, 4)), np.array([12.0, 13.0, 14.0])

    together = charts.capability(values, upper=upper)

    for i in range(3):
        alone = charts.capability(values[i], upper=upper[i])
        assert (together.cpk.value[i], together.observed_above[i]) == pytest.approx(
            (alone.cpk.value, alone.observed_above)
        )
    with pytest.raises(ValueError, match=r"values \(3,\), upper \(2,\) do not fit"):
        charts.capability(values, upper=upper[:2])


def test_run_lengths_of_many_charts_are_those_of_each():
    weights, widths = np.array([[0.1], [0.3]]), np.array([2.5, 2.8, 3.0])

    together = charts.ewma_run_length(0.5, weight=weights, width=widths)
    cusum = charts.cusum_run_length([0.0, 1.0], allowance=[[0.25], [0.5]], decision=4)
    poisson = charts.poisson_cusum_run_length([4.0, 6.0], reference=[[5], [6]], decision=[[10], [12]])
    average = charts.poisson_ewma_run_length(
        [[8.0], [10.0]], in_control=10, weight=[0.1, 0.3], lower_width=2.5, upper_width=2.7
    )

    for index in np.ndindex(2, 3):
        alone = charts.ewma_run_length(0.5, weight=weights[index[0], 0], width=widths[index[1]])
        assert together[index] == pytest.approx(float(alone))
    for index in np.ndindex(2, 2):
        k, shift = [0.25, 0.5][index[0]], [0.0, 1.0][index[1]]
        assert cusum[index] == pytest.approx(float(charts.cusum_run_length(shift, allowance=k, decision=4)))
        k, h, mean = [5, 6][index[0]], [10, 12][index[0]], [4.0, 6.0][index[1]]
        assert poisson[index] == pytest.approx(float(charts.poisson_cusum_run_length(mean, reference=k, decision=h)))
        alone = charts.poisson_ewma_run_length(
            [8.0, 10.0][index[0]], in_control=10, weight=[0.1, 0.3][index[1]], lower_width=2.5, upper_width=2.7
        )
        assert average[index] == pytest.approx(float(alone))
    found = charts.cusum_decision([200, 500], allowance=[[0.25], [0.5]])
    assert charts.cusum_run_length(0, allowance=[[0.25], [0.5]], decision=found, sided="one") == pytest.approx(
        np.array([[200, 500], [200, 500]]), rel=1e-6
    )

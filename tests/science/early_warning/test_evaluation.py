"""Evaluation: counted by hand on small cases, by a plain loop on random ones, and sensible on simulated outbreaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

from banyan.science import early_warning as ew


def test_outbreaks_are_scored_whole_and_alarms_by_time() -> None:
    alarm = [[0, 1, 0, 0, 1, 1, 0, 0, 1, 1], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]]
    outbreak = [[0, 0, 0, 1, 1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 1, 1, 1]]

    result = ew.evaluate(alarm, outbreak, period=12)

    assert result.start.tolist() == [3, 0, 7]
    assert result.end.tolist() == [5, 1, 9]
    assert result.detected.tolist() == [True, False, False]
    assert result.sensitivity == pytest.approx(1 / 3)
    assert result.median_delay == 1.0
    assert result.false_alarms == 4
    assert result.false_episodes == 3
    assert result.series_years == pytest.approx(12 / 12)
    assert result.false_alarms_per_series_year == pytest.approx(4.0)
    assert result.specificity == pytest.approx(8 / 12)


def test_what_was_not_evaluated_counts_neither_for_nor_against() -> None:
    outbreak = [[1, 1, 0, 0, 0, 1, 1, 0, 0, 0]]
    alarm = [[1, 0, 1, 0, 0, 0, 1, 1, 0, 0]]
    evaluated = [[0, 0, 0, 1, 1, 1, 1, 1, 1, 1]]

    result = ew.evaluate(alarm, outbreak, evaluated=evaluated, after=1, period=10)

    assert (result.outbreaks, result.unseen) == (1, 1)
    assert result.sensitivity == 1.0
    assert result.false_alarms == 0  # the one at time 7 lies just behind the outbreak
    assert result.series_years == pytest.approx(0.4)


@given(
    alarm=arrays.arrays(bool, (3, 25)),
    outbreak=arrays.arrays(bool, (3, 25)),
    evaluated=arrays.arrays(bool, (3, 25)),
)
def test_the_counts_are_those_of_a_plain_loop(alarm, outbreak, evaluated) -> None:
    result = ew.evaluate(alarm, outbreak, evaluated=evaluated, within=1)

    seen, delays, false, quiet = 0, [], 0, 0
    for row in range(3):
        start = None
        for time in range(26):
            if time < 25 and outbreak[row, time]:
                start = time if start is None else start
            elif start is not None:
                seen += evaluated[row, start:time].any()
                hits = np.flatnonzero((alarm & evaluated)[row, start:time])
                delays += [hits[0]] if hits.size else []
                start = None
            if time < 25 and evaluated[row, time] and not outbreak[row, time]:
                quiet += 1
                false += alarm[row, time]
    assert result.outbreaks == seen
    assert sorted(result.delay[result.detected].tolist()) == sorted(delays)
    assert result.false_alarms == false
    assert result.series_years == pytest.approx(quiet / 52)
    assert result.timely == pytest.approx(sum(d <= 1 for d in delays) / seen if seen else np.nan, nan_ok=True)


def test_a_larger_outbreak_is_found_more_often_and_sooner() -> None:
    random = np.random.default_rng(12)
    outbreak = np.zeros((150, 330), bool)
    outbreak[:, 310:318] = True
    quiet = random.poisson(5.0, outbreak.shape).astype(float)
    at = np.arange(300, 330)

    results = []
    for extra in (2.0, 6.0, 15.0):
        counts = quiet + outbreak * random.poisson(extra, outbreak.shape)
        verdict = ew.farrington_flexible(counts, at=at, alpha=0.01)
        results.append(ew.evaluate(verdict.alarm, outbreak[:, at], evaluated=verdict.reason_code == 0))

    sensitivities = [result.sensitivity for result in results]
    assert sensitivities == sorted(sensitivities)
    assert sensitivities[-1] > 0.99
    assert results[-1].mean_delay < results[0].mean_delay
    assert all(result.false_alarms_per_series_year < 1.0 for result in results)


@pytest.mark.shared
def test_marked_outbreaks_of_real_series_are_found_as_the_reference_alarms_find_them(shared_rows) -> None:
    found = {}
    for name in ("s1", "s2", "m1", "q1_nrwh", "h1_nrwrp", "n1"):
        rows = shared_rows(f"data/surveillance-series/{name}.csv")
        counts = np.array([float(row["observed"]) for row in rows])
        outbreak = np.array([float(row["state"]) > 0 for row in rows])
        verdict = ew.ears(counts, method="C1")
        found[name] = ew.evaluate(verdict.alarm, outbreak, evaluated=verdict.reason_code == 0)

    assert sum(result.outbreaks for result in found.values()) > 5
    assert sum(int(result.detected.sum()) for result in found.values()) > 3
    assert all(result.false_alarms_per_series_year < 5 for result in found.values())


def test_bad_marks_are_refused() -> None:
    with pytest.raises(ValueError, match=r"alarm\[0, 1\] is 2.0: true or false"):
        ew.evaluate([[0, 2]], [[0, 1]])
    with pytest.raises(ValueError, match="outbreak has shape"):
        ew.evaluate([[0, 1]], [[0, 1, 1]])

"""EARS: equal to R surveillance and to its definition cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from banyan.science import early_warning as ew
from banyan.science.early_warning import reasons


@pytest.mark.shared
def test_every_case_equals_r_surveillance(oracle_series, oracle_rows) -> None:
    compared = 0

    for name, rows in oracle_rows("ears").items():
        first = rows[0]
        verdict = ew.ears(
            oracle_series[first["series"]]["counts"], method=first["method"], baseline=int(first["baseline"]),
            min_sigma=float(first["minSigma"]), alpha=float(first["alpha"]),
        )  # fmt: skip
        for row in rows:
            place = int(row["k"]) - 1
            upper = float("nan" if row["upperbound"] in {"", "NA", "NaN"} else row["upperbound"])
            assert verdict.upper[0, place] == pytest.approx(upper, abs=1e-9, nan_ok=True), name
            assert verdict.alarm[0, place] == (row["alarm"] == "1"), name
            assert bool(verdict.reason[0, place]) == np.isnan(upper), name
            compared += 1
        assert verdict.reason_code[0, int(first["k"]) - 2] == reasons.TOO_SHORT
    assert compared > 8000


@given(
    counts=arrays.arrays(float, (3, 20), elements=st.integers(0, 40)),
    method=st.sampled_from(["C1", "C2", "C3"]),
    formula=st.sampled_from(["surveillance", "published"]),
)
def test_every_cell_follows_the_definition(counts: np.ndarray, method: str, formula: str) -> None:
    verdict = ew.ears(counts, method=method, baseline=5, min_sigma=0.5, alpha=0.01, formula=formula)

    z, lag = stats.norm.isf(0.01), 0 if method == "C1" else 2

    def moments(row: np.ndarray, t: int) -> tuple[float, float]:
        before = row[t - lag - 5 : t - lag]
        return before.mean(), max(before.std(ddof=1), 0.5)

    for series, row in enumerate(counts):
        for t in range(20):
            if t < 5 + lag + (2 if method == "C3" else 0):
                assert verdict.reason_code[series, t] == reasons.TOO_SHORT
                continue
            mean, spread = moments(row, t)
            if method == "C3":
                past = [(row[s] - moments(row, s)[0]) / moments(row, s)[1] for s in (t - 1, t - 2)]
                carried = sum(max(0.0, c - 1) for c in past)
                centre = row[t] if formula == "surveillance" else mean + spread
                upper = max(0.0, centre + spread * (z - carried))
            else:
                upper = mean + z * spread
            assert verdict.expected[series, t] == pytest.approx(mean)
            assert verdict.upper[series, t] == pytest.approx(upper)


def test_some_times_can_be_asked_for_alone() -> None:
    counts = np.random.default_rng(1).poisson(4.0, (5, 60))

    whole = ew.ears(counts, method="C2")
    some = ew.ears(counts, method="C2", at=[59, 3, 30])

    assert np.array_equal(some.upper, whole.upper[:, [59, 3, 30]], equal_nan=True)
    assert some.at.tolist() == [59, 3, 30]


def test_many_series_are_worked_through_in_pieces_with_the_same_result() -> None:
    counts = np.random.default_rng(2).poisson(4.0, (900, 120))

    together = ew.ears(counts, method="C3", alpha=0.025)
    alone = ew.ears(counts[800], method="C3", alpha=0.025)

    assert np.array_equal(together.upper[800], alone.upper[0], equal_nan=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "C4"}, "it must be one of C1, C2, C3"),
        ({"baseline": 2}, "baseline is 2: a whole number of at least 3"),
        ({"min_sigma": -1}, "min_sigma is -1: a number of zero or more"),
        ({"alpha": 0}, "alpha is 0.0: it must lie strictly between 0 and 1"),
    ],
)
def test_bad_options_are_refused(options, words) -> None:
    with pytest.raises(ValueError, match=words):
        ew.ears(np.ones((1, 30)), **options)

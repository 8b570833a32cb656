"""CUSUM: equal to R surveillance, to a loop over one series, and to what its parts mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from banyan.science import early_warning as ew
from banyan.science.early_warning import reasons
from banyan.science.early_warning.cusum import TRANSFORMS, bounds, transformed


@pytest.mark.shared
def test_every_case_equals_r_surveillance(oracle_series, oracle_rows) -> None:
    cases = oracle_rows("cusum")

    for name, rows in cases.items():
        first, held = rows[0], oracle_series[rows[0]["series"]]
        decision = float(first["h"])
        verdict = ew.cusum(
            held["counts"], at=[int(row["k"]) - 1 for row in rows], reference=float(first["kref"]), decision=decision,
            baseline="glm" if first["m_opt"] == "glm" else None, transform=first["trans"], period=held["period"],
            dispersion=float(first["alpha_nb"]),
        )  # fmt: skip
        for ours, theirs in (("upper", "upperbound"), ("statistic", "cusum"), ("expected", "m"), ("alarm", "alarm")):
            wanted = [float(row[theirs]) for row in rows]
            assert getattr(verdict, ours)[0] == pytest.approx(wanted, rel=1e-9, abs=1e-9), (name, ours)
    assert len(cases) == 36


@pytest.mark.shared
def test_the_binomial_cusum_equals_r_surveillance(shared_rows) -> None:
    rows = shared_rows("oracles/early_warning/binomial_cusum.csv")

    verdict = ew.binomial_cusum(
        [float(row["y"]) for row in rows], [float(row["n"]) for row in rows],
        usual=float(rows[0]["p0"]), raised=float(rows[0]["p1"]), decision=float(rows[0]["h"]),
    )  # fmt: skip

    assert verdict.statistic[0] == pytest.approx([float(row["stat"]) for row in rows], abs=1e-9)
    assert verdict.alarm[0].tolist() == [row["alarm"] == "1" for row in rows]


@given(
    counts=arrays.arrays(float, (4, 30), elements=st.integers(0, 60)),
    reference=st.floats(0.1, 2.0),
    decision=st.floats(0.5, 6.0),
    reset=st.booleans(),
)
def test_the_sums_are_those_of_a_plain_loop(counts, reference: float, decision: float, reset: bool) -> None:
    counts[:, 0] = 3  # a mean above zero
    at = np.arange(10, 30)

    verdict = ew.cusum(counts, at=at, reference=reference, decision=decision, transform="anscombe", reset=reset)

    for series, row in enumerate(counts):
        mean, held = row[:10].mean(), 0.0
        for column, place in enumerate(at):
            step = 1.5 * (row[place] ** (2 / 3) - mean ** (2 / 3)) / mean ** (1 / 6) - reference
            total = max(0.0, held + step)
            assert verdict.statistic[series, column] == pytest.approx(total, abs=1e-9)
            assert verdict.alarm[series, column] == (verdict.statistic[series, column] >= decision)
            held = 0.0 if reset and verdict.alarm[series, column] else total


@given(
    kind=st.sampled_from([kind for kind in TRANSFORMS if kind not in {"none", "standard", "anscombe2nd"}]),
    mean=st.floats(0.1, 500),
    value=st.floats(0.0, 6.0),
)
def test_the_bound_is_the_count_whose_transformed_value_it_is(kind: str, mean: float, value: float) -> None:
    expected, wanted = np.array([[mean]]), np.array([[value]])

    count = bounds(wanted, wanted, expected, kind, 0.2)

    assert transformed(count, expected, kind, 0.2)[0, 0] == pytest.approx(value, abs=1e-7)


def test_a_lasting_rise_too_small_for_one_week_is_found() -> None:
    counts = np.random.default_rng(5).poisson(10.0, (200, 130)).astype(float)
    counts[:100, 104:] += np.random.default_rng(6).poisson(5.0, (100, 26))

    verdict = ew.cusum(counts, at=np.arange(104, 130), reference=0.75, decision=5.0)

    assert verdict.alarm[:100].any(axis=1).mean() > 0.95
    assert verdict.alarm[100:].any(axis=1).mean() < 0.2


def test_series_without_a_baseline_say_why_and_stop_no_other() -> None:
    counts = np.vstack([np.zeros(20), np.full(20, 4.0)])

    verdict = ew.cusum(counts, at=[18, 19])
    from_the_start = ew.cusum(counts, at=[0])
    short = ew.cusum(counts, at=[3], baseline="glm")

    assert verdict.reason_code.tolist() == [[reasons.ALL_ZERO] * 2, [reasons.EVALUATED] * 2]
    assert np.isnan(verdict.upper[0]).all()
    assert (from_the_start.reason_code == reasons.TOO_SHORT).all()
    assert (short.reason_code == reasons.TOO_SHORT).all()


def test_raw_counts_need_no_baseline() -> None:
    # algo.cusum(disProg, list(range = 6:10, k = 1.04, h = 5, trans = "none")) of R surveillance 1.20.3.
    verdict = ew.cusum([[0, 0, 0, 0, 0, 1, 0, 2, 3, 4]], at=range(5, 10), decision=5.0, transform="none")

    assert verdict.upper[0] == pytest.approx([5, 5, 4.04, 2.08, 0])
    assert verdict.alarm[0].tolist() == [False, False, False, False, True]


def test_an_expected_count_may_be_given_for_every_time() -> None:
    counts, at = np.full((2, 12), 4.0), np.arange(8, 12)
    each = np.array([[4.0, 3.0, 2.0, 1.0], [4.0, 4.0, 4.0, 4.0]])

    verdict = ew.cusum(counts, at=at, baseline=each)

    assert verdict.expected.tolist() == each.tolist()
    assert np.all(np.diff(verdict.statistic[0, 1:]) > 0)
    assert verdict.statistic[1].tolist() == ew.cusum(counts[1], at=at, baseline=4.0).statistic[0].tolist()


def test_a_period_with_nothing_tested_leaves_the_binomial_sum_and_says_so() -> None:
    verdict = ew.binomial_cusum([[9, 0, 3]], [[60, 0, 60]], usual=0.05, raised=0.12)

    assert verdict.statistic[0, 1] == verdict.statistic[0, 0]
    assert verdict.reason_code[0].tolist() == [reasons.EVALUATED, reasons.NO_OPPORTUNITY, reasons.EVALUATED]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"transform": "logit"}, "transform is 'logit'"),
        ({"transform": "pearson_nb"}, "dispersion is not given"),
        ({"decision": 0}, "decision is 0: a number above zero"),
        ({"baseline": [1.0, 2.0]}, r"baseline has shape \(2,\)"),
        ({"baseline": "mean"}, "baseline is 'mean'"),
        ({"baseline": -1.0}, "an expected count is above zero"),
    ],
)
def test_bad_options_are_refused(options, words) -> None:
    with pytest.raises(ValueError, match=words):
        ew.cusum(np.ones((1, 30)), at=[29], **options)


@pytest.mark.parametrize(
    ("counts", "tested", "shares", "words"),
    [
        ([[3]], [[2]], (0.1, 0.2), r"counts\[0, 0\] is 3.0: more than were tested there"),
        ([[1]], [[2]], (0.2, 0.2), "not above the usual share"),
        ([[1]], [[2]], (0.0, 0.2), "usual.*strictly between 0 and 1"),
        ([[1, 1]], [[2]], (0.1, 0.2), "tested has shape"),
    ],
)
def test_bad_binomial_data_are_refused(counts, tested, shares, words) -> None:
    with pytest.raises(ValueError, match=words):
        ew.binomial_cusum(counts, tested, usual=shares[0], raised=shares[1])

"""Suppression: what a reader can work out from the published rest, tried by algebra and by search."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from banyan.science import rates


def equations(shape: tuple[int, ...]) -> np.ndarray:
    """Second version: one row per line of the table, cells less their total."""
    rows = []
    for axis in range(len(shape)):
        others = [range(n) for k, n in enumerate(shape) if k != axis]
        for fixed in itertools.product(*others):
            row = np.zeros(shape)
            line = [*fixed[:axis], slice(None), *fixed[axis:]]
            row[tuple(line)] = 1
            line[axis] = -1
            row[tuple(line)] = -1
            rows.append(row.ravel())
    return np.array(rows)


def determined(hidden: np.ndarray) -> np.ndarray:
    """Which hidden cells follow from the published ones by linear algebra alone."""
    columns = np.flatnonzero(hidden)
    if not columns.size:
        return np.zeros(hidden.shape, bool)
    _, sizes, directions = np.linalg.svd(equations(hidden.shape)[:, columns])
    rank = int((sizes > 1e-9).sum())
    out = np.zeros(hidden.size, bool)
    out[columns] = np.abs(directions[rank:]).max(axis=0, initial=0.0) < 1e-9
    return out.reshape(hidden.shape)


@settings(max_examples=40, deadline=None)
@given(
    counts=st.one_of(
        arrays(np.int64, (3, 4), elements=st.integers(0, 30)),
        arrays(np.int64, (2, 3, 3), elements=st.integers(0, 15)),
        arrays(np.int64, 5, elements=st.integers(0, 12)),
    )
)
def test_no_small_count_can_be_worked_out(counts: np.ndarray) -> None:
    s = rates.suppress(counts, threshold=5)

    table = rates.with_totals(counts)
    assert (s.hidden | (table == 0) | (table >= 5)).all()
    assert not determined(s.hidden).any()  # no hidden cell at all, primary or secondary, follows from the margins
    assert (s.low[s.primary] <= 1e-6).all()
    assert (s.high[s.primary] >= 5 - 1e-6).all()
    assert (s.low <= table + 1e-6).all()
    assert (table <= s.high + 1e-6).all()
    np.testing.assert_array_equal(np.isnan(s.table), s.hidden)


def test_hiding_the_small_counts_alone_would_not_do() -> None:
    counts = np.array([[20, 30, 2], [25, 40, 35], [15, 18, 9]])
    s = rates.suppress(counts, threshold=5)

    assert determined(s.primary)[0, 2]
    assert not determined(s.hidden).any()
    assert s.hidden.sum() == 4


def test_a_reader_who_tries_every_table_finds_0_and_the_threshold_possible() -> None:
    counts = np.array([[2, 7], [6, 1]])
    s = rates.suppress(counts, threshold=3)

    shown, possible = s.table, set()
    for a, b, c, d in itertools.product(range(17), repeat=4):
        table = rates.with_totals([[a, b], [c, d]])
        if np.all(np.isnan(shown) | (table == shown)):
            possible.add((a, d))
    assert {0, 3} <= {a for a, _ in possible}
    assert {0, 3} <= {d for _, d in possible}


def test_large_tables_keep_their_totals_and_lose_little() -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(rng.gamma(1.0, 40, (13, 20)))
    s = rates.suppress(counts, threshold=5)

    assert s.warnings == ()
    assert not s.hidden[-1, -1]
    assert 0 < s.primary.sum() <= s.hidden.sum() <= 2 * s.primary.sum() + 4


def test_nothing_small_means_nothing_hidden() -> None:
    s = rates.suppress([[5, 0], [9, 12]], threshold=5)

    assert not s.hidden.any()
    assert rates.suppress([[5, 0], [9, 12]], threshold=5, hide_zero=True).hidden[0, 1]


def test_a_table_too_small_to_hide_anything_loses_its_total_and_says_so() -> None:
    s = rates.suppress([3], threshold=5)

    assert s.hidden.all()
    assert "grand total had to be hidden" in s.warnings[0]


def test_bad_data_are_named() -> None:
    with pytest.raises(ValueError, match=r"counts\[0, 1\] is 2.5: a count must be whole"):
        rates.suppress([[1, 2.5]], threshold=5)
    with pytest.raises(ValueError, match="threshold is 1"):
        rates.suppress([1, 2], threshold=1)
    with pytest.raises(ValueError, match="a table of 1 to 3 dimensions"):
        rates.suppress(3, threshold=5)

"""Hidden lines and blocks: an attacker with linear algebra and linear programmes learns no small count from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from banyan.science import rates

T = 5


def published(people: np.ndarray) -> tuple[np.ndarray, ...]:
    """All that is published of counts over (a, b, c): the whole, by a, by b, by c, a × b and a × c.

    Gives the equations over the unknown counts of (a, b, c), their right sides, and of every cell of every table the
    row that adds it up, whether it is small, and whether its table is hidden whole.
    """
    rows, values, cells, small, all_hidden = [], [], [], [], []
    place = np.arange(people.size).reshape(people.shape)

    def tell(axes: tuple[int, ...], hidden: np.ndarray, table: np.ndarray) -> None:
        moved = np.moveaxis(place, axes, range(len(axes))).reshape(*table.shape, -1)
        for cell in np.ndindex(table.shape):
            row = np.zeros(people.size)
            row[moved[cell]] = 1
            if not hidden[cell]:
                rows.append(row)
                values.append(table[cell])
            cells.append(row)
            small.append(bool(hidden[cell] and 0 < table[cell] < T))
            all_hidden.append(bool(hidden.all()))

    whole = np.array(people.sum())
    tell((), np.zeros((), bool), whole)
    for axis in range(3):
        table = people.sum(axis=tuple(one for one in range(3) if one != axis))
        tell((axis,), rates.hide_line(table, threshold=T), table)
    for axis in (1, 2):
        table = people.sum(axis=3 - axis)
        hidden = rates.hide_block(table, threshold=T)
        assert (hidden | (table == 0) | (table >= T)).all()
        tell((0, axis), hidden, table)
    return np.array(rows), np.array(values, float), np.array(cells), np.array(small), np.array(all_hidden)


@settings(max_examples=30, deadline=None)
@given(people=arrays(np.int64, (3, 3, 2), elements=st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 30))))
def test_no_small_count_can_be_worked_out_from_all_published_tables_together(people: np.ndarray) -> None:
    """The attacker knows every published cell of five tables that share margins, and that counts are not negative."""
    if people.sum() < 3 * T:
        return  # a city of fewer than three cells' worth has nothing to publish
    equations, sides, cells, small, all_hidden = published(people)
    for row, by_margins_alone in zip(cells[small], all_hidden[small], strict=True):
        ends = [
            sign * linprog(sign * row, A_eq=equations, b_eq=sides, bounds=(0, None), method="highs").fun
            for sign in (1, -1)
        ]
        assert ends[0] <= 1e-6 or by_margins_alone  # that it is not zero, the shown sums of its row and column tell
        assert ends[1] >= T - 1e-6
    # By linear algebra alone: adding what a hidden small cell sums to would tell something new.
    rank = np.linalg.matrix_rank(equations)
    for row in cells[small]:
        assert np.linalg.matrix_rank(np.vstack((equations, row))) == rank + 1


@settings(max_examples=100)
@given(n=arrays(np.int64, st.integers(1, 9), elements=st.integers(0, 20)))
def test_a_line_hides_until_its_hidden_sum_tells_nothing(n: np.ndarray) -> None:
    hidden = rates.hide_line(n, threshold=T)

    assert (hidden | (n == 0) | (n >= T)).all()
    if hidden.any() and not hidden[n > 0].all():
        assert hidden.sum() >= 2
        assert n[hidden].sum() - (hidden.sum() - 1) >= T


def test_two_small_neighbours_are_not_bounded_tightly_by_the_total() -> None:
    assert rates.hide_line([1, 1, 50, 9], threshold=T).tolist() == [True, True, False, True]


def test_a_table_without_small_counts_is_shown_whole() -> None:
    assert not rates.hide_block([[5, 9], [0, 7]], threshold=T).any()


def test_a_hundred_thousand_cells_cost_sums_only() -> None:
    import time

    n = np.random.default_rng(3).poisson(40, (1000, 100)).astype(float)
    n[17, 3] = n[400, 80] = 2

    begun = time.process_time()
    hidden = rates.hide_block(n, threshold=T)

    assert hidden[17, 3]
    assert hidden.mean() < 0.001
    assert time.process_time() - begun < 2


MASKS = st.integers(2, 4).flatmap(lambda rows: st.integers(2, 4).flatmap(lambda columns: st.tuples(
    arrays(np.int64, (rows, columns), elements=st.sampled_from([0, 1, 3, 6, 9, 20, 40])),
    arrays(np.bool_, (rows, columns), elements=st.sampled_from([False, False, True])),
)))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(given_=MASKS)
def test_what_is_hidden_for_other_reasons_is_bounded_no_closer_than_the_threshold(
    given_: tuple[np.ndarray, np.ndarray],
) -> None:
    """The attacker knows all sums of rows and columns, and every shown cell; where all is hidden there is no more."""
    n, also = given_
    also = also & (n > 0)
    hidden = rates.hide_block(n, threshold=T, also=also)
    place = np.arange(n.size).reshape(n.shape)
    rows = [np.isin(place, line).ravel().astype(float) for line in (*place, *place.T)]
    sides = [*n.sum(axis=1), *n.sum(axis=0)]
    for cell in np.flatnonzero(~hidden):
        rows.append(np.eye(n.size)[cell])
        sides.append(n.flat[cell])

    assert hidden[also].all()
    assert (hidden == rates.hide_block(n, threshold=T)).all() or also.any()
    small = n.sum(axis=0), n.sum(axis=1)
    if hidden.all() or any(((one > 0) & (one < T)).any() for one in small):  # hidden sums protect by themselves
        return
    for cell in np.flatnonzero(also):
        ends = [
            sign * linprog(sign * np.eye(n.size)[cell], A_eq=rows, b_eq=sides, bounds=(0, None), method="highs").fun
            for sign in (1, -1)
        ]
        assert ends[1] - ends[0] >= T - 1e-6
    with pytest.raises(ValueError, match="the same is needed"):
        rates.hide_block(n, threshold=T, also=also[:1, :1])


def test_cells_in_any_order_are_hidden_as_their_table_is() -> None:
    n = np.array([[20, 30, 2], [25, 40, 35], [15, 18, 9]])
    order = np.random.default_rng(1).permutation(n.size)
    cells = [(int(place) // 3, int(place) % 3) for place in order]

    hidden = rates.hide_cells(n.ravel()[order], cells, threshold=T)

    assert hidden.tolist() == rates.hide_block(n, threshold=T).ravel()[order].tolist()
    assert rates.hide_cells([9, 3], [("a", 1, "x"), ("b", 1, "x")], threshold=T).all()
    assert not rates.hide_cells([9, 5], [("a", 1, "x"), ("b", 1, "x")], threshold=T).any()
    with pytest.raises(ValueError, match="one for each"):
        rates.hide_cells([9, 3], [("a",)], threshold=T)


GROWTHS = arrays(np.int64, st.tuples(st.integers(2, 4), st.integers(2, 5)), elements=st.sampled_from(
    [0, 0, 1, 2, 3, 4, 5, 6, 9, 14, 30]
))  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(came=GROWTHS)
def test_no_small_count_or_growth_can_be_worked_out_from_a_line_published_again_and_again(came: np.ndarray) -> None:
    """The attacker knows all totals, every shown count of every day, and that counts do not fall.

    What the total itself grew by, on the days on which a count grew since it was shown, is the most that anybody
    learns of it: that it did not grow on a day is no secret.
    """
    days, cells = came.shape
    shown, shows = np.full(cells, np.nan), np.zeros(came.shape, dtype=bool)
    place = np.arange(came.size).reshape(came.shape)
    equations, sides = [], []

    def tell(places: np.ndarray, value: int) -> None:
        row = np.zeros(came.size)
        row[places.ravel()] = 1
        equations.append(row)
        sides.append(value)

    for day in range(days):
        counts = came[: day + 1].sum(axis=0)
        tell(place[: day + 1], counts.sum())
        earlier = np.cumsum(came, axis=0)[:day] if day else np.zeros(cells)
        hidden = rates.hide_growth(counts, before=earlier, shown=shown, threshold=T)
        assert (hidden | (counts == 0) | (counts >= T)).all()
        for cell in np.flatnonzero(~hidden):
            tell(place[: day + 1, cell], counts[cell])
        shown, shows[day] = np.where(hidden, shown, counts), ~hidden

    for first in range(days):
        for last in range(first, days):
            for cell in range(cells):
                secret = came[first : last + 1, cell].sum()
                if not 0 < secret < T:
                    continue
                row = np.zeros(came.size)
                row[place[first : last + 1, cell]] = 1
                most = -linprog(-row, A_eq=equations, b_eq=sides, bounds=(0, None), method="highs").fun
                since = max([first, *(np.flatnonzero(shows[:last, cell]) + 1)])
                grew = [day for day in range(since, last + 1) if came[day, cell]]
                assert most >= min(T, came[grew].sum()) - 1e-6, (first, last, cell)


def test_a_line_to_which_little_came_is_not_shown_again_and_an_unchanged_one_is() -> None:
    before = [40, 30, 50]

    assert rates.hide_growth([41, 30, 51], before=before, shown=before, threshold=T).all()
    assert not rates.hide_growth(before, before=before, shown=before, threshold=T).any()


def test_three_tables_that_close_a_circle_give_a_small_count_away_and_are_told() -> None:
    """Each pair alone leaves the cell open; all three pin it down."""
    people = np.zeros((2, 2, 2))
    people[0, 0, 0], people[0, 0, 1], people[0, 1, 0], people[1, 0, 0] = 1, 9, 9, 9
    people[1, 1, 0] = people[1, 0, 1] = 1
    place = np.arange(8).reshape(people.shape)

    def known(*axes: int) -> float:
        rows, sides = [], []
        for axis in axes:
            table, moved = people.sum(axis=axis), np.moveaxis(place, axis, -1)
            for cell in np.ndindex(table.shape):
                row = np.zeros(8)
                row[moved[cell]] = 1
                rows.append(row)
                sides.append(table[cell])
        row = np.zeros(8)
        row[place[0, 0, 0]] = 1
        return -linprog(-row, A_eq=rows, b_eq=sides, bounds=(0, None), method="highs").fun

    assert known(2, 1) >= T
    assert known(0, 1, 2) < T
    assert rates.closes_circle([("a", "b"), ("a", "c")], more=("b", "c"))
    assert not rates.closes_circle([("a", "b"), ("a", "c")], more=("a", "b"))

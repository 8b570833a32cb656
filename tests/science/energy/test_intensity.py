"""Tests of energy per unit of product: ratio of sums, limits with uncertainty, periods that made nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import energy


def test_the_ratio_of_sums_with_grades_that_count_unlike():
    found = energy.per_product([100, 50], [10, 5], comparable=[1.0, 2.0])

    assert found.value == pytest.approx([7.5])
    assert found.output == pytest.approx([20])
    assert found.u == pytest.approx([0])


def test_a_limit_is_judged_by_the_interval():
    found = energy.per_product([100, 100, 100], [10, 10, 10], product=["a", "b", "c"], u_energy=0.03, u_output=0.04,
                               limit=[12, 10, 8])  # fmt: skip

    assert found.u == pytest.approx([0.5, 0.5, 0.5])
    assert found.verdict == ("kept", "cannot be told", "exceeded")
    assert found.probability_kept[1] == pytest.approx(0.5)
    assert energy.per_product([10], [1], limit=10).verdict == ("kept",)
    assert energy.per_product([10], [1], limit=10).probability_kept[0] == 1


def test_nothing_made_is_never_infinity():
    found = energy.per_product([5, 0, 4], [0, 0, 2], product=["a", "b", "c"], limit=3)

    assert np.isnan(found.value).tolist() == [True, True, False]
    assert found.reason == ("energy was used but nothing was made in 1 periods", "nothing was made in 1 periods", "")
    assert found.verdict == ("", "", "kept")
    assert np.isnan(found.probability_kept[0])
    assert len(found.warnings) == 2


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0.1, 1e4)), min_size=1, max_size=12), st.floats(0.01, 100))
def test_the_value_lies_between_those_of_the_periods_and_scales(rows, factor):
    e, q = np.array(rows).T

    found = energy.per_product(e, q)

    assert (e / q).min() * (1 - 1e-9) <= found.value[0] <= (e / q).max() * (1 + 1e-9)
    assert energy.per_product(e * factor, q).value == pytest.approx(factor * found.value)


@pytest.mark.parametrize(
    ("e", "q", "options", "message"),
    [
        ([1, -1], [1, 1], {}, r"energy\[1\] is -1.0"),
        ([1, 1], [1, np.nan], {}, r"output\[1\] is nan"),
        ([1, 1], [1], {}, r"output has shape \(1,\)"),
        ([], [], {}, "energy has shape"),
        ([1], [1], {"comparable": 0}, "comparable is 0.0"),
        ([1], [1], {"limit": [1, 2]}, r"limit has shape \(2,\)"),
        ([1], [1], {"limit": -1}, "limit is -1.0"),
        ([1], [1], {"u_energy": -0.1}, "u_energy is -0.1"),
        ([1, 1], [1, 1], {"product": ["a", None]}, r"product\[1\] is None"),
    ],
)
def test_bad_data_is_refused_with_its_place(e, q, options, message):
    with pytest.raises(ValueError, match=message):
        energy.per_product(e, q, **options)

"""Allocation: sums to the budget, keeps its bounds, and Neyman's is the best there is."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.sampling_design import allocate

strata = st.lists(st.tuples(st.integers(0, 60), st.sampled_from([0.0, 0.1, 0.25, 0.5])), min_size=1, max_size=7)


@settings(max_examples=150, deadline=None)
@given(
    strata=strata, minimum=st.integers(0, 4), part=st.floats(0, 1), method=st.sampled_from(["proportional", "neyman"])
)
def test_whole_numbers_add_up_to_the_budget_within_their_bounds(strata, minimum, part, method) -> None:
    size, spread = np.array([s for s, _ in strata]), [v for _, v in strata]
    least = np.minimum(minimum, size)
    budget = int(least.sum() + part * (size.sum() - least.sum()))

    a = allocate(budget, size, method=method, minimum=minimum, spread=spread if method == "neyman" else None)

    assert a.n.sum() == budget
    assert (a.n >= least).all()
    assert (a.n <= size).all()


@pytest.mark.parametrize("budget", [3, 6, 9, 13])
def test_neyman_equals_the_best_of_all_allocations(budget: int) -> None:
    size, spread = np.array([8, 5, 12]), np.array([0.5, 0.2, 0.35])

    def variance(n: tuple[int, ...]) -> float:
        return sum(size**2 * spread**2 / np.array(n))

    possible = [n for n in itertools.product(*(range(1, s + 1) for s in size)) if sum(n) == budget]

    chosen = allocate(budget, size, method="neyman", spread=spread, minimum=1).n

    assert variance(tuple(chosen)) == pytest.approx(min(map(variance, possible)))


def test_proportional_rounds_to_within_one_of_the_exact_share() -> None:
    size = np.array([101, 57, 33, 9])
    a = allocate(37, size)

    assert (np.abs(a.n - 37 * size / 200) < 1).all()
    assert a.fraction == pytest.approx(a.n / size)


def test_risk_moves_the_budget_but_every_stratum_keeps_its_random_share() -> None:
    size, risk = np.array([400, 400, 200]), np.array([0.0, 1.0, 10.0])

    a = allocate(100, size, method="risk", risk=risk, random_share=0.3)
    bolder = allocate(100, size, method="risk", risk=risk, random_share=0.1)

    assert a.random.tolist() == [12, 12, 6]
    assert a.n.sum() == 100
    assert (a.n >= a.random).all()
    assert a.n[2] > a.n[1] > a.n[0] == 12
    assert bolder.n[2] > a.n[2]
    assert allocate(100, size, method="risk", risk=risk, random_share=1.0).n.tolist() == [40, 40, 20]


def test_a_small_stratum_is_taken_whole_and_the_rest_goes_on() -> None:
    a = allocate(60, [5, 500, 500], method="risk", risk=[100, 1, 1], random_share=0.2)

    assert a.n[0] == 5
    assert a.n.sum() == 60


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"budget": 10, "size": [3, 4]}, "budget is 10, more than the 7 units"),
        ({"budget": 2.5, "size": [3, 4]}, "budget is 2.5: a whole number"),
        ({"budget": 3, "size": [3, 4], "minimum": 2}, "minimum needs 4 units in all, the budget is 3"),
        ({"budget": 3, "size": [3, -4]}, r"size\[1\] is -4.0: a count cannot be negative"),
        ({"budget": 3, "size": [3, 4], "spread": [1, 1]}, "spread has no effect; leave it out"),
        ({"budget": 3, "size": [3, 4], "method": "neyman"}, "spread is needed for method 'neyman'"),
        ({"budget": 3, "size": [3, 4], "method": "risk", "risk": [1, 1]}, "random_share is needed"),
        (
            {"budget": 3, "size": [3, 4], "method": "risk", "risk": [1, 1], "random_share": 0},
            "a share above 0 and at most 1",
        ),
        (
            {"budget": 4, "size": [9, 9], "method": "risk", "risk": [1, 1], "random_share": 1, "minimum": [4, 0]},
            "minimum and random_share together need 6 units",
        ),
        ({"budget": 3, "size": [3, 4], "method": "equal"}, "method is 'equal'"),
        ({"budget": 3, "size": []}, "at least one"),
    ],
)
def test_bad_data_are_named(arguments: dict, says: str) -> None:
    budget, size = arguments.pop("budget"), arguments.pop("size")

    with pytest.raises(ValueError, match=says):
        allocate(budget, size, **arguments)


def test_several_budgets_are_spread_each_by_itself() -> None:
    options = {"method": "neyman", "spread": [0.1, 0.3, 0.5], "minimum": 1}

    several = allocate([10, 40, 100], [100, 50, 30], **options)

    assert several.budget == (10, 40, 100)
    for row, budget in enumerate(several.budget):
        alone = allocate(budget, [100, 50, 30], **options)
        np.testing.assert_array_equal(several.n[row], alone.n)
        np.testing.assert_array_equal(several.fraction[row], alone.fraction)

"""Expected events by several factors: the model is what it says, however its units are counted."""

from __future__ import annotations

import numpy as np
import pytest

from banyan.science import rates

PRIOR = 4.0


@pytest.fixture
def units() -> tuple[np.ndarray, list[np.ndarray]]:
    """Events of 4,000 units with a class, a county and the cross of both."""
    random = np.random.default_rng(11)
    product, county = random.integers(0, 12, 4000), random.integers(0, 5, 4000)
    chance = 0.03 + 0.02 * (product % 3) + 0.04 * (county == 2)
    return (random.random(4000) < chance).astype(float), [product, county, product * 5 + county]


def slow(events: np.ndarray, factors: list[np.ndarray], passes: int) -> np.ndarray:
    """Level after level, unit after unit, as the rule is written down: (O + prior) / (E + prior)."""
    multipliers = [dict.fromkeys(factor.tolist(), 1.0) for factor in factors]
    overall = events.mean()

    def of(unit: int, places: list[int]) -> float:
        return float(overall * np.prod([multipliers[place][int(factors[place][unit])] for place in places]))

    everywhere = list(range(len(factors)))
    for _round in range(passes):
        for place, factor in enumerate(factors):
            others = [one for one in everywhere if one != place]
            for level in multipliers[place]:
                inside = np.flatnonzero(factor == level)
                expected = sum(of(unit, others) for unit in inside)
                multipliers[place][level] = (events[inside].sum() + PRIOR) / (expected + PRIOR)
    return np.array([of(unit, everywhere) for unit in range(len(events))])


def test_it_agrees_with_the_rule_followed_level_by_level(units: tuple[np.ndarray, list[np.ndarray]]) -> None:
    events, factors = units[0][:300], [factor[:300] for factor in units[1]]

    found = rates.standardised(events, factors, prior=PRIOR, passes=3)

    assert found.probability == pytest.approx(np.minimum(slow(events, factors, 3), 0.95), rel=1e-12)


def test_units_of_the_same_levels_may_be_counted_together(units: tuple[np.ndarray, list[np.ndarray]]) -> None:
    events, factors = units
    _levels, first, cell = np.unique(factors[2], return_index=True, return_inverse=True)

    one_by_one = rates.standardised(events, factors)
    together = rates.standardised(
        np.bincount(cell, events), [factor[first] for factor in factors], units=np.bincount(cell)
    )

    assert together.overall == pytest.approx(one_by_one.overall)
    assert together.probability[cell] == pytest.approx(one_by_one.probability, rel=1e-12)
    for counted, single in zip(together.multipliers, one_by_one.multipliers, strict=True):
        assert counted == pytest.approx(single, rel=1e-12)


def test_more_events_than_units_are_refused() -> None:
    with pytest.raises(ValueError, match=r"more events than units"):
        rates.standardised([3, 0], [[0, 1]], units=[2, 5])


def test_an_event_that_happened_twice_to_one_unit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1 or 0 is needed"):
        rates.standardised([2, 0], [[0, 1]])

"""Control over many series: equal to a library series by series, and keeping what it promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from statsmodels.stats.multitest import multipletests

from banyan.science import early_warning as ew

LIBRARY = {
    "benjamini-hochberg": "fdr_bh",
    "benjamini-yekutieli": "fdr_by",
    "holm": "holm",
    "bonferroni": "bonferroni",
}


@settings(max_examples=30)
@given(
    p_values=arrays.arrays(float, (8, 2), elements=st.one_of(st.floats(0, 1), st.just(np.nan), st.floats(0, 0.01))),
    method=st.sampled_from(sorted(LIBRARY)),
    family=st.sampled_from(["time", "all"]),
)
def test_adjusted_values_are_those_of_a_library(p_values: np.ndarray, method: str, family: str) -> None:
    control = ew.control_alarms(p_values, rate=0.1, method=method, family=family)

    columns = p_values.T if family == "time" else p_values.reshape(1, -1)
    ours = control.adjusted.T if family == "time" else control.adjusted.reshape(1, -1)
    for number, (given_values, adjusted) in enumerate(zip(columns, ours, strict=True)):
        known = ~np.isnan(given_values)
        assert control.tested[number] == known.sum()
        assert np.isnan(adjusted[~known]).all()
        if known.any():
            wanted = multipletests(given_values[known], alpha=0.1, method=LIBRARY[method])[1]
            assert adjusted[known] == pytest.approx(wanted, rel=1e-9, abs=1e-300)
    assert np.array_equal(control.alarm, np.nan_to_num(control.adjusted, nan=2.0) <= 0.1)


def test_the_share_of_false_alarms_stays_below_its_rate() -> None:
    random = np.random.default_rng(8)
    p_values = random.random((2000, 50))
    p_values[:100] = random.beta(0.05, 1.0, (100, 50))  # series with something in them

    control = ew.control_alarms(p_values, rate=0.1)

    false = control.alarm[100:].sum(axis=0) / np.maximum(control.alarm.sum(axis=0), 1)
    assert false.mean() < 0.11
    assert control.alarm[:100].mean() > 0.5
    assert (p_values[control.alarm] <= np.broadcast_to(control.limit, p_values.shape)[control.alarm]).all()


def test_p_values_of_quiet_series_raise_far_fewer_alarms_once_controlled() -> None:
    counts = np.random.default_rng(2).poisson(5.0, (300, 280)).astype(float)
    verdict = ew.farrington_flexible(counts, at=np.arange(270, 280))

    controlled = ew.control_alarms(verdict.p_value)

    assert verdict.alarm.sum() > 20
    assert controlled.alarm.sum() <= 2


def test_bad_p_values_are_refused() -> None:
    with pytest.raises(ValueError, match=r"p_values\[0, 1\] is 1.2: a probability lies in 0..1"):
        ew.control_alarms([[0.1, 1.2]])
    with pytest.raises(ValueError, match="method is 'fdr'"):
        ew.control_alarms([[0.1]], method="fdr")


@given(seed=st.integers(0, 10_000), level=st.sampled_from([0.01, 0.05, 0.2]))
@settings(max_examples=25)
def test_products_of_many_families_are_each_by_itself_and_fall_with_smaller_p_values(seed: int, level: float) -> None:
    random = np.random.default_rng(seed)
    p_values, usual = random.random((6, 9)) ** 3, random.uniform(0, 0.3, 6)

    together = ew.truncated_product(p_values, level=level, usual=usual)
    smaller = ew.truncated_product(p_values / 2, level=level, usual=usual)

    for i in range(6):
        alone = ew.truncated_product(p_values[i], level=level, usual=usual[i])
        assert together[i] == pytest.approx(alone, rel=1e-12)
    assert (smaller <= together + 1e-12).all()


def test_a_product_is_as_rare_by_chance_as_it_says() -> None:
    chance = np.random.default_rng(3).random((20_000, 8))

    found = ew.truncated_product(chance, level=0.1)

    for share in (0.01, 0.05, 0.2):
        assert np.mean(found <= share) == pytest.approx(share, abs=0.006)

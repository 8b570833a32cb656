"""Features from the past: equal to a plain loop that may look only at earlier days."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import risk

visits = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=25)


@given(visits=visits)
def test_earlier_days_are_counted_as_a_plain_loop_counts_them(visits) -> None:
    key, day, found = zip(*visits, strict=True)
    e = risk.earlier(list(key), day=day, found=found)

    for i, (k, d, _) in enumerate(visits):
        before = [(dd, j, f) for j, (kk, dd, f) in enumerate(visits) if kk == k and dd < d]
        assert e.inspections[i] == len(before)
        assert e.findings[i] == sum(f for _, _, f in before)
        assert np.isnan(e.days_since[i]) == (not before)
        if before:
            latest = max(dd for dd, _, _ in before)
            assert e.days_since[i] == d - latest
            assert e.last_found[i] in {f for dd, _, f in before if dd == latest}


def test_past_log_odds_draw_small_keys_towards_the_whole() -> None:
    key = ["often"] * 50 + ["rare"] + ["often", "rare", "new"]
    day = [1] * 51 + [2] * 3
    found = [1] * 50 + [1] + [0] * 3

    odds = risk.past_log_odds(key, day=day, found=found, strength=10)

    assert odds[51] == pytest.approx(np.log((50 + 10 * 51.5 / 52) / (60 - 50 - 10 * 51.5 / 52)))
    assert odds[53] == pytest.approx(np.log(51.5 / 0.5))
    assert (odds[:51] == 0).all()


def test_bad_data_are_named() -> None:
    with pytest.raises(ValueError, match="strength is 0"):
        risk.past_log_odds(["a"], day=[1], found=[1], strength=0)
    with pytest.raises(ValueError, match=r"day has shape \(1,\)"):
        risk.earlier(["a", "b"], day=[1], found=[1, 0])
    with pytest.raises(ValueError, match=r"found\[0\] is 3.0: 0 or 1"):
        risk.past_log_odds(["a"], day=[1], found=[3])
    with pytest.raises(ValueError, match=r"known is \['a', 'a'\]: labels, at least one and none twice"):
        risk.categories(["a"], name="trade", known=["a", "a"])

"""What every plan keeps: its operating curve falls, larger samples tell more, found plans keep their two points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import acceptance

MODEL = st.sampled_from(["binomial", "poisson"])


@given(n=st.integers(2, 300), accept=st.integers(0, 8), model=MODEL)
@settings(max_examples=30)
def test_worse_lots_are_accepted_less_often_and_larger_numbers_more(n: int, accept: int, model: str) -> None:
    p = np.linspace(0, 0.5, 40)
    here, easier = (acceptance.oc_curve((n, min(c, n - 1)), p, model=model) for c in (accept, accept + 1))

    assert here[0] == 1
    assert (np.diff(here) <= 1e-12).all()
    assert (easier >= here - 1e-12).all()


@given(good=st.floats(0.002, 0.03), worse=st.floats(3, 12), alpha=st.floats(0.02, 0.1), beta=st.floats(0.03, 0.2))
@settings(max_examples=20)
def test_a_found_plan_keeps_both_points_and_no_smaller_one_does(good, worse, alpha, beta) -> None:
    bad = good * worse
    found = acceptance.find_plan(producer=(good, 1 - alpha), consumer=(bad, beta))

    kept = acceptance.oc_curve((found.n, found.accept), [good, bad])
    assert kept[0] >= 1 - alpha - 1e-12
    assert kept[1] <= beta + 1e-12
    if found.n > found.accept + 1:
        fewer = acceptance.oc_curve((found.n - 1, found.accept), [good, bad])
        assert fewer[0] < 1 - alpha or fewer[1] > beta


@given(lot=st.integers(2, 200_000), aql=st.sampled_from([0.40, 0.65, 1.0, 1.5, 2.5, 4.0]))
@settings(max_examples=30)
def test_tightened_plans_accept_no_more_and_reduced_ones_inspect_no_more(lot: int, aql: float) -> None:
    normal, tightened, reduced = (
        acceptance.single_plan(lot, aql=aql, severity=severity) for severity in ("normal", "tightened", "reduced")
    )
    p = np.array([aql / 100, 3 * aql / 100])

    curve = [acceptance.oc_curve((plan.n, plan.accept), p) for plan in (normal, tightened)]
    assert (curve[1] <= curve[0] + 1e-9).all()
    assert reduced.n <= normal.n


def test_the_stated_share_of_lots_is_accepted_in_a_simulation() -> None:
    plan = acceptance.single_plan(1000, aql=1.0)
    found = np.random.default_rng(6).binomial(plan.n, 0.03, 40_000)

    said = acceptance.oc_curve(plan, 0.03)

    assert np.mean(found <= plan.accept) == pytest.approx(float(said), abs=0.01)

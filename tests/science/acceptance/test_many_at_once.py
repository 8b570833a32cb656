"""Many plans, lots or points at once give what they give one by one; a question without an answer says why."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import acceptance

GOOD, BAD = np.array([[0.005], [0.01], [0.02]]), np.array([0.05, 0.1])


def test_plans_found_for_many_points_are_those_found_one_by_one():
    for model in ("binomial", "poisson"):
        found = acceptance.find_plan(producer=(GOOD, 0.95), consumer=(BAD, 0.10), model=model)
        for index in np.ndindex(3, 2):
            good, bad = float(GOOD[index[0], 0]), float(BAD[index[1]])
            one = acceptance.find_plan(producer=(good, 0.95), consumer=(bad, 0.10), model=model)
            for name in ("n", "accept", "reject", "producer_risk", "consumer_risk"):
                assert getattr(found, name)[index] == pytest.approx(getattr(one, name))


def test_a_lot_too_small_for_its_points_has_a_reason_among_others_and_is_refused_alone():
    asked = {"producer": (0.02, 0.95), "consumer": (0.04, 0.10), "model": "hypergeometric"}

    found = acceptance.find_plan(**asked, lot_size=[100, 1000])

    assert (found.n[0] > 0, found.n[1] > 0) == (True, True)
    assert found.n[0] < 100
    narrow = acceptance.find_plan(
        producer=(0.1, 0.99), consumer=(0.2, 0.01), model="hypergeometric", lot_size=[10, 200]
    )
    assert (narrow.n[0], narrow.accept[0]) == (10, 1)
    with pytest.raises(ValueError, match="no plan of up to 10000000 units"):
        acceptance.find_plan(producer=(0.01, 0.999999), consumer=(0.01 + 1e-6, 1e-9))
    hopeless = acceptance.find_plan(producer=([0.01, 0.01], 0.999999), consumer=([0.2, 0.01 + 1e-6], 1e-9))
    assert hopeless.n[1] == 0
    assert np.isnan(hopeless.producer_risk[1])
    assert "inspect all" in hopeless.reason[1]
    assert not hopeless.reason[0]


@pytest.mark.parametrize("method", ["s", "sigma"])
def test_variables_plans_of_many_points_are_those_found_one_by_one(method):
    found = acceptance.find_variables_plan(producer=(GOOD, 0.95), consumer=(BAD, 0.10), method=method)

    for index in np.ndindex(3, 2):
        pair = (float(GOOD[index[0], 0]), 0.95), (float(BAD[index[1]]), 0.10)
        one = acceptance.find_variables_plan(producer=pair[0], consumer=pair[1], method=method)
        assert (found.n[index], found.k[index]) == pytest.approx((one.n, one.k))
        assert acceptance.variables_oc(found, [0.01, 0.1])[index] == pytest.approx(
            acceptance.variables_oc(one, [0.01, 0.1])
        )
        if one.n > 2:  # and no smaller sample will do
            shorter = acceptance.VariablesPlan(one.n - 1, 0.0, method)
            k = np.linspace(0, 4, 4001)
            kept = acceptance.variables_oc((shorter.n, k), [pair[0][0], pair[1][0]], method=method)
            assert not np.any((kept[:, 0] >= 0.95 + 1e-9) & (kept[:, 1] <= 0.10 - 1e-9))


def test_matched_plans_of_many_lots_are_the_plans_one_by_one_or_say_why_not():
    lots, aqls = [5, 1000, 20_000], np.array([[0.65], [2.5]])

    found = acceptance.matched_variables_plan(lots, aql=aqls)

    for index in np.ndindex(2, 3):
        if found.reason[index]:
            assert (found.n[index], np.isnan(found.k[index])) == (0, True)
            with pytest.raises(ValueError, match="inspect by attributes"):
                acceptance.matched_variables_plan(lots[index[1]], aql=float(aqls[index[0], 0]))
            continue
        one = acceptance.matched_variables_plan(lots[index[1]], aql=float(aqls[index[0], 0]))
        assert (found.n[index], found.k[index]) == pytest.approx((one.n, one.k))
    assert (found.reason != "").tolist() == [[True, False, False], [True, False, False]]


@pytest.mark.parametrize("population", [None, 120])
def test_declared_levels_checked_together_are_those_checked_one_by_one(population):
    declared, limit = np.array([0.01, 0.03, 0.04]), np.array([[0], [1], [3]])

    plans = acceptance.declared_quality_plan(declared, limit=limit, population=population)
    verdicts = acceptance.check_declared_quality(
        np.minimum(2, plans.n), n=plans.n, declared=declared, limit=limit, population=population
    )

    for index in np.ndindex(3, 3):
        share, most = float(declared[index[1]]), int(limit[index[0], 0])
        one = acceptance.declared_quality_plan(share, limit=most, population=population)
        told = (plans.n[index], plans.risk[index], plans.limiting_ratio[index])
        assert told == pytest.approx((one.n, one.risk, one.limiting_ratio), nan_ok=True)
        alone = acceptance.check_declared_quality(
            min(2, one.n), n=one.n, declared=share, limit=most, population=population
        )
        assert (verdicts.verdict[index], verdicts.p_value[index]) == (alone.verdict, pytest.approx(alone.p_value))


@pytest.mark.parametrize("model", ["binomial", "poisson", "hypergeometric"])
def test_outgoing_and_limiting_quality_of_many_plans_are_those_of_each(model):
    lots = np.array([100, 200, 400])
    single = acceptance.single_plan(lots, aql=2.5)
    double = acceptance.double_plan(lots, aql=2.5)
    p = [0.02, 0.05, 0.1]

    for plans, each in ((single, lambda i: (single.n[i], single.accept[i])), (double, lambda i: double[i])):
        together = acceptance.outgoing_quality(plans, p, model=model, lot_size=lots)
        worst = acceptance.limiting_quality(plans, probability=[0.9, 0.1], model=model, lot_size=lots)
        for i in range(3):
            alone = acceptance.outgoing_quality(each(i), p, model=model, lot_size=int(lots[i]))
            assert together.curve[i] == pytest.approx(alone.curve)
            assert (together.limit[i], together.at[i]) == pytest.approx((alone.limit, alone.at))
            limits = acceptance.limiting_quality(each(i), probability=[0.9, 0.1], model=model, lot_size=int(lots[i]))
            assert worst[i] == pytest.approx(limits)


def test_lots_with_limits_of_their_own_are_judged_as_one_by_one():
    random = np.random.default_rng(3951)
    values, lower, upper = random.normal(10, 1, (6, 8)), np.linspace(6, 9, 6), np.linspace(11, 14, 6)
    plan = acceptance.VariablesPlan(8, 1.2, "s")

    together = acceptance.judge_by_variables(values, plan, lower=lower, upper=upper)

    for i in range(6):
        alone = acceptance.judge_by_variables(values[i], plan, lower=lower[i], upper=upper[i])
        assert (together.accepted[i], together.estimated_share[i]) == (
            alone.accepted,
            pytest.approx(alone.estimated_share),
        )


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25)
def test_many_histories_at_once_are_each_series_by_itself(seed):
    random, shape = np.random.default_rng(seed), (5, 45)
    size = random.choice([0, 50, 300, 1000, 5000], shape)
    aql = random.choice([0.40, 1.0, 2.5, 6.5], 5)
    found = np.minimum(random.binomial(20, random.choice([0.3, 1, 2.5], (5, 1)) * aql[:, None] / 100, shape), size)
    found = np.minimum(found, 2)
    steady, desirable, other = (random.random(shape) < share for share in (0.97, 0.8, 0.02))

    together = acceptance.inspect_histories(
        size, found, aql=aql, steady=steady, reduced_desirable=desirable, other_reason=other
    )

    for i in range(5):
        held = np.flatnonzero(size[i])
        lots = [
            acceptance.Lot(int(size[i, j]), int(found[i, j]), steady[i, j], desirable[i, j], other[i, j])
            for j in held
        ]
        alone = acceptance.inspect_series(lots, aql=float(aql[i]))
        assert together.severity[i, held].tolist() == [one.severity for one in alone]
        assert together.accepted[i, held].tolist() == [bool(one.accepted) for one in alone]
        assert together.inspected[i, held].tolist() == [one.plan is not None for one in alone]
        assert together.n[i, held].tolist() == [one.plan.n if one.plan else 0 for one in alone]
        assert together.score[i, held].tolist() == [one.state.score for one in alone]
        assert together.after[i] == alone[-1].state.severity


def test_histories_with_bad_lots_are_refused_by_series_and_lot():
    with pytest.raises(ValueError, match=r"nonconforming\[1, 0\] is 60.0: more than the units of the lot"):
        acceptance.inspect_histories([[1000], [50]], [[0], [60]], aql=1.0)
    with pytest.raises(ValueError, match=r"nonconforming\[0, 1\] is 90: more than the sample of 80"):
        acceptance.inspect_histories([[1000, 1000]], [[0, 90]], aql=1.0)
    with pytest.raises(ValueError, match=r"aql has shape \(3,\)"):
        acceptance.inspect_histories([[1000], [50]], [[0], [0]], aql=[1.0, 1.5, 2.5])
    with pytest.raises(ValueError, match="steady is 1"):
        acceptance.inspect_histories([[1000]], [[0]], aql=1.0, steady=1)

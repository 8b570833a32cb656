"""Tests of operating characteristics, plans found, zero acceptance, declared quality and plans by variables."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from banyan.science import acceptance


def accepted_slowly(n, accept, reject, draw):
    """Whether one simulated lot is accepted, sample by sample."""
    found = 0
    for size, ac, re in zip(n, accept, reject, strict=True):
        found += draw(size)
        if found <= ac:
            return True
        if found >= re:
            return False
    raise AssertionError("the last sample decides")


@pytest.mark.parametrize("model", ["binomial", "poisson", "hypergeometric"])
def test_the_curve_of_a_multiple_plan_agrees_with_simulated_lots(model):
    n, accept, reject = (20,) * 5, (-1, 1, 2, 4, 6), (4, 5, 6, 7, 7)
    random = np.random.default_rng(2828)
    p, lot, trials = 0.06, 200, 20_000

    def one_lot():
        if model == "hypergeometric":
            units = iter(random.permutation(np.arange(lot) < p * lot))
            return lambda size: sum(next(units) for _ in range(size))
        if model == "binomial":
            return lambda size: random.binomial(size, p)
        return lambda size: random.poisson(size * p)

    kept = sum(accepted_slowly(n, accept, reject, one_lot()) for _ in range(trials)) / trials
    exact = acceptance.oc_curve((n, accept, reject), p, model=model, lot_size=lot)

    assert abs(kept - exact) < 4 * np.sqrt(exact * (1 - exact) / trials)


@given(st.integers(1, 400), st.integers(0, 20), st.sampled_from(["binomial", "poisson"]))
def test_the_curve_falls_and_more_tolerance_raises_it(n, accept, model):
    p = np.linspace(0, 1, 41)

    curve = acceptance.oc_curve((n, accept), p, model=model)

    assert curve[0] == 1.0
    assert np.all(np.diff(curve) <= 1e-12)
    assert np.all(acceptance.oc_curve((n, accept + 1), p, model=model) >= curve - 1e-12)


def test_curves_of_many_plans_come_at_once():
    n, accept, p = np.array([20, 50, 80]), np.array([0, 1, 2]), np.array([0.0, 0.01, 0.1])

    curves = acceptance.oc_curve((n, accept), p)

    assert curves.shape == (3, 3)
    assert curves[1] == pytest.approx(stats.binom.cdf(1, 50, p))
    assert acceptance.limiting_quality((n, accept), probability=[0.95, 0.1]).shape == (3, 2)


def test_one_sample_written_as_stages_is_the_single_plan():
    p = np.array([0.0, 0.02, 0.1, 0.5, 1.0])
    for model, lot in (("binomial", None), ("poisson", None), ("hypergeometric", 100)):
        staged = acceptance.oc_curve(((30,), (2,), (3,)), p, model=model, lot_size=lot)
        assert staged == pytest.approx(acceptance.oc_curve((30, 2), p, model=model, lot_size=lot))
    assert acceptance.average_sample_number(((30,), (2,), (3,)), p) == pytest.approx(30)
    assert acceptance.average_sample_number((30, 2), p) == pytest.approx(30)


def test_outgoing_quality_of_the_textbook_plan():
    # n 50, c 1, large lots: AOQL 1.68 % (Montgomery's method, maximum of p * Pa).
    p = np.linspace(0.0001, 0.2, 20_000)
    by_hand = p * stats.binom.cdf(1, 50, p)

    found = acceptance.outgoing_quality((50, 1), p)

    assert found.curve == pytest.approx(by_hand)
    assert found.limit == pytest.approx(by_hand.max(), abs=1e-8)
    assert found.at == pytest.approx(p[by_hand.argmax()], abs=2e-5)


def test_limiting_quality_is_where_the_curve_says():
    plan = acceptance.double_plan(1000, aql=1.0)
    for model in ("binomial", "poisson"):
        quality = acceptance.limiting_quality(plan, probability=[0.95, 0.1], model=model)
        assert acceptance.oc_curve(plan, quality, model=model) == pytest.approx([0.95, 0.1], abs=1e-9)
    lot = acceptance.limiting_quality((20, 0), model="hypergeometric", lot_size=60)
    assert acceptance.oc_curve((20, 0), [lot, lot - 1 / 60], model="hypergeometric", lot_size=60)[0] <= 0.1
    assert acceptance.oc_curve((20, 0), lot - 1 / 60, model="hypergeometric", lot_size=60) > 0.1


@settings(max_examples=40, deadline=None)
@given(st.floats(0.002, 0.05), st.floats(2.5, 12), st.sampled_from(["binomial", "poisson"]))
def test_a_found_plan_meets_both_points_and_no_smaller_sample_does(good, ratio, model):
    bad = min(good * ratio, 0.6)
    plan = acceptance.find_plan(producer=(good, 0.95), consumer=(bad, 0.10), model=model)

    assert acceptance.oc_curve((plan.n, plan.accept), good, model=model) >= 0.95
    assert acceptance.oc_curve((plan.n, plan.accept), bad, model=model) <= 0.10
    fewer = acceptance.oc_curve((plan.n - 1, np.arange(plan.accept + 1)), [good, bad], model=model)
    assert not np.any((fewer[:, 0] >= 0.95) & (fewer[:, 1] <= 0.10))


def test_the_zero_acceptance_sample_is_the_smallest_by_trying_all():
    for lot in (2, 7, 30, 100, 500):
        for quality in (0.01, 0.05, 0.2):
            bad = max(int(np.ceil(quality * lot - 1e-9)), 1)
            chances = stats.hypergeom.pmf(0, lot, bad, np.arange(lot + 1))
            smallest = int(np.flatnonzero(chances <= 0.1)[0])
            assert acceptance.zero_acceptance_sample(lot, quality=quality) == smallest
    assert acceptance.zero_acceptance_sample(10_000, quality=0.05, model="binomial") == 45


@pytest.mark.parametrize(
    ("limit", "mean", "ratio"), [(0, 0.0513, 44.9), (1, 0.3554, 10.9), (2, 0.8177, 6.51), (3, 1.3663, 4.89)]
)
def test_declared_quality_plans_approach_the_published_design(limit, mean, ratio):
    plan = acceptance.declared_quality_plan(1e-5, limit=limit)

    assert plan.n * 1e-5 == pytest.approx(mean, abs=5e-5)
    assert plan.limiting_ratio == pytest.approx(ratio, rel=5e-3)
    assert plan.risk <= 0.05


@given(st.floats(0.001, 0.2), st.integers(0, 3))
def test_a_declared_quality_plan_is_the_largest_within_its_risk(declared, limit):
    plan = acceptance.declared_quality_plan(declared, limit=limit)

    assert stats.binom.sf(limit, plan.n, declared) <= 0.05
    assert stats.binom.sf(limit, plan.n + 1, declared) > 0.05
    small = acceptance.declared_quality_plan(declared, limit=limit, population=60)
    assert small.n <= 60
    assert stats.hypergeom.sf(limit, 60, int(declared * 60 + 1e-9), small.n) <= 0.05


def test_a_declaration_is_contradicted_or_not_but_never_accepted():
    assert acceptance.check_declared_quality(1, n=35, declared=0.01, limit=1).verdict == "not contradicted"
    contradicted = acceptance.check_declared_quality(2, n=35, declared=0.01, limit=1)
    assert contradicted.verdict == "contradicted"
    assert contradicted.p_value <= 0.05
    with pytest.raises(ValueError, match="at most 35 units"):
        acceptance.check_declared_quality(2, n=60, declared=0.01, limit=1)


def test_plans_by_variables_accept_as_often_as_they_say():
    plan = acceptance.find_variables_plan(producer=(0.01, 0.95), consumer=(0.06, 0.10))
    random = np.random.default_rng(6378)
    for share in (0.01, 0.06):
        mean = -stats.norm.ppf(share)  # distance of the lower limit 0 in standard deviations
        lots = random.normal(mean, 1.0, (20_000, plan.n))
        kept = (lots.mean(axis=1) / lots.std(axis=1, ddof=1) >= plan.k).mean()
        assert kept == pytest.approx(float(acceptance.variables_oc(plan, share)), abs=0.01)


def test_the_estimated_share_is_unbiased():
    random = np.random.default_rng(3951)
    values = random.normal(0, 1, (20_000, 6))
    truth = stats.norm.sf(1.3)
    by_s = [acceptance.estimated_share(q, n=6) for q in (1.3 - values.mean(axis=1)) / values.std(axis=1, ddof=1)]
    by_sigma = [acceptance.estimated_share(q, n=6, method="sigma") for q in 1.3 - values.mean(axis=1)]

    assert np.mean(by_s) == pytest.approx(truth, abs=0.002)
    assert np.mean(by_sigma) == pytest.approx(truth, abs=0.002)


def test_two_limits_are_judged_together():
    plan = acceptance.VariablesPlan(5, 1.4, "s")

    good = acceptance.judge_by_variables([9.9, 10.0, 10.1, 10.05, 9.95], plan, lower=9.5, upper=10.5)
    bad = acceptance.judge_by_variables([9.6, 10.4, 10.1, 9.7, 10.3], plan, lower=9.5, upper=10.5)

    assert good.accepted
    assert not bad.accepted
    assert bad.estimated_share > 0.05
    with pytest.raises(ValueError, match="asks for 5"):
        acceptance.judge_by_variables([1.0, 2.0], plan, lower=0)
    with pytest.raises(ValueError, match="needs a limit"):
        acceptance.judge_by_variables([1.0] * 5, plan)
    with pytest.raises(ValueError, match="do not vary"):
        acceptance.judge_by_variables([1.0] * 5, plan, lower=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: acceptance.oc_curve((50, 1), [0.1, 1.2]), r"p\[1\] is 1.2"),
        (lambda: acceptance.oc_curve((50, 1), np.nan), "p is nan"),
        (lambda: acceptance.oc_curve((50, 1), 0.013, model="hypergeometric", lot_size=100), "whole number of units"),
        (lambda: acceptance.oc_curve((50, 1), 0.1, model="hypergeometric"), "lot_size is None"),
        (lambda: acceptance.oc_curve((50, 1), 0.1, model="hypergeometric", lot_size=20), "more than the lot"),
        (lambda: acceptance.oc_curve(((5, 5), (0,), (2,)), 0.1), "acceptance"),
        (lambda: acceptance.oc_curve(((5, 5), (0, 1), (2, 5)), 0.1), "last sample must decide"),
        (lambda: acceptance.find_plan(producer=(0.1, 0.95), consumer=(0.05, 0.1)), "better quality"),
        (lambda: acceptance.find_plan(producer=(0.1, 95), consumer=(0.2, 0.1)), "producer"),
        (lambda: acceptance.declared_quality_plan(0.0, limit=1), "declared"),
    ],
)
def test_bad_input_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.shared
def test_curves_and_plans_equal_the_reference(shared_file, shared_rows):
    cases = json.loads(shared_file("oracles/acceptance_sampling/cases.json").read_text())["cases"]
    rows = shared_rows("oracles/acceptance_sampling/oc_curves.csv")
    plans = {
        "open_oc1": ((125, 7), "binomial", None),
        "open_oc2": ((80, 3), "poisson", None),
        "open_oc3": ((50, 1), "hypergeometric", 1000),
        "open_oc4": (((80, 80), (3, 8), (7, 9)), "binomial", None),
        "open_oc5": (((32,) * 7, (0, 1, 3, 5, 7, 10, 13), (4, 6, 8, 10, 11, 12, 14)), "binomial", None),
        "open_oc6": (((50, 50), (1, 4), (4, 5)), "poisson", None),
        "open_oc7": ((20, 0), "hypergeometric", 60),
    }
    for name, (plan, model, lot) in plans.items():
        mine = [row for row in rows if row["case"] == name]
        curve = acceptance.oc_curve(plan, [float(row["quality"]) for row in mine], model=model, lot_size=lot)
        assert curve == pytest.approx([float(row["paccept"]) for row in mine], abs=1e-10)
    for case in cases["plan"]:
        asked, result = case["input"], case["result"]
        points = {"producer": tuple(asked["PRP"]), "consumer": tuple(asked["CRP"])}
        if asked["type"] == "normal":
            method = {"known": "sigma", "unknown": "s"}[asked["s.type"]]
            plan = acceptance.find_variables_plan(**points, method=method)
            assert (plan.n, plan.k) == (result["n"], pytest.approx(result["k"], abs=1e-6))
        else:
            model = {"hypergeom": "hypergeometric"}.get(asked["type"], asked["type"])
            plan = acceptance.find_plan(**points, model=model, lot_size=asked.get("N"))
            assert (plan.n, plan.accept, plan.reject) == (result["n"], result["c"], result["r"])

"""Ranking: equal to plain logistic regression where nothing binds, monotone, calibrated forward in time."""

import numpy as np
import pytest
import statsmodels.api as sm

from banyan.science import risk

NAMES = ["past", "size", "noise"]


def made_up(seed: int = 1, *, units: int = 3000):
    rng = np.random.default_rng(seed)
    x = np.column_stack((rng.poisson(1.0, units), rng.normal(size=units), rng.normal(size=units)))
    found = rng.random(units) < 1 / (1 + np.exp(2.5 - 0.9 * x[:, 0] - 0.6 * x[:, 1]))
    return x, found.astype(float), np.arange(units) // 10


def test_without_penalty_it_is_logistic_regression() -> None:
    x, found, day = made_up()
    model = risk.fit_ranking(x, found, day=day, names=NAMES, penalty=0.0)
    peer = sm.Logit(found, sm.add_constant(x)).fit(disp=0)

    np.testing.assert_allclose(model.coefficient / model.scale, peer.params[1:], atol=2e-4)
    ranked = model.rank(x)
    np.testing.assert_allclose(1 / (1 + np.exp(-ranked.score)), peer.predict(sm.add_constant(x)), atol=1e-4)


def test_signs_are_kept_even_against_the_data() -> None:
    x, found, day = made_up()
    model = risk.fit_ranking(x, found, day=day, names=NAMES, sign=[-1, 1, 0])

    assert model.coefficient[0] == 0
    assert model.coefficient[1] > 0


def test_the_probability_rises_with_each_feature_of_positive_sign() -> None:
    x, found, day = made_up()
    model = risk.fit_ranking(x, found, day=day, names=NAMES, sign=[1, 1, 0])
    ladder = np.column_stack((np.arange(8), np.zeros(8), np.zeros(8)))

    ranked = model.rank(ladder)

    assert (np.diff(ranked.probability) >= 0).all()
    assert ranked.rank.tolist() == [8, 7, 6, 5, 4, 3, 2, 1]
    assert 0 < ranked.probability[0] < ranked.probability[-1] < 1


def test_reasons_add_up_to_the_score_and_the_unknown_gives_none() -> None:
    x, found, day = made_up()
    model = risk.fit_ranking(x, found, day=day, names=NAMES)
    ranked = model.rank([[3.0, np.nan, 0.2]])

    assert ranked.contribution[0].sum() + model.intercept == pytest.approx(ranked.score[0])
    assert ranked.contribution[0, 1] == 0
    assert ranked.contribution[0, 0] > 1


def test_who_looked_explains_what_was_found_but_does_not_rank() -> None:
    rng = np.random.default_rng(3)
    strict = rng.random(4000) < 0.5
    past = rng.poisson(1.0, 4000) + 2 * strict  # the strict inspector visits the worse firms
    found = rng.random(4000) < 1 / (1 + np.exp(3 - 0.3 * past - 1.5 * strict))
    x, day = np.column_stack((past, strict)), np.arange(4000)

    fair = risk.fit_ranking(x, found, day=day, names=["past", "strict"], nuisance=["strict"])
    naive = risk.fit_ranking(x[:, :1], found, day=day, names=["past"])
    ranked = fair.rank([[2, 0], [2, 1]])

    assert ranked.score[0] == ranked.score[1]
    assert fair.coefficient[0] / fair.scale[0] == pytest.approx(0.3, abs=0.1)
    assert naive.coefficient[0] / naive.scale[0] > 0.5


def test_later_days_are_calibrated() -> None:
    x, found, day = made_up(5, units=12_000)
    early = day < 600
    model = risk.fit_ranking(x[early], found[early], day=day[early], names=NAMES)

    judged = risk.calibration(found[~early], model.rank(x[~early]).probability)

    assert judged.mean_gap < 0.03
    assert judged.skill > 0.1
    assert ((judged.low <= judged.stated) & (judged.stated <= judged.high)).sum() >= 7


def test_shuffled_rows_give_the_same_model_since_only_days_order_them() -> None:
    x, found, day = made_up()
    mixed = np.random.default_rng(9).permutation(len(day))

    one = risk.fit_ranking(x, found, day=day, names=NAMES)
    other = risk.fit_ranking(x[mixed], found[mixed], day=day[mixed], names=NAMES)

    np.testing.assert_allclose(one.coefficient, other.coefficient, atol=1e-5)
    probes = np.random.default_rng(2).normal(size=(50, 3))
    np.testing.assert_allclose(one.rank(probes).probability, other.rank(probes).probability, atol=5e-3)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"found": [0.0] * 3000}, "found holds 0 findings in 3000: at least 20"),
        ({"found": [2.0] * 3000}, r"found\[0\] is 2.0: 0 or 1"),
        ({"names": ["a", "b"]}, "features has 3 columns: 2 names"),
        ({"names": ["a", "a", "b"]}, "names lists a feature twice"),
        ({"sign": [1, 2, 0]}, r"sign\[1\] is 2.0"),
        ({"nuisance": ["weather"]}, "nuisance names 'weather'"),
        ({"nuisance": NAMES}, "nothing is left to rank by"),
        ({"penalty": -1}, "penalty is -1"),
        ({"folds": 1}, "folds is 1"),
        ({"day": [1, 2]}, r"day has shape \(2,\)"),
    ],
)
def test_bad_data_are_named(change: dict, says: str) -> None:
    x, found, day = made_up()
    asked = {"features": x, "found": found, "day": day, "names": NAMES} | change

    with pytest.raises(ValueError, match=says):
        risk.fit_ranking(asked.pop("features"), asked.pop("found"), **asked)


def test_a_constant_or_infinite_feature_is_named() -> None:
    x, found, day = made_up()
    constant, infinite = x.copy(), x.copy()
    constant[:, 1], infinite[4, 2] = 7.0, np.inf

    with pytest.raises(ValueError, match="'size' never varies"):
        risk.fit_ranking(constant, found, day=day, names=NAMES)
    with pytest.raises(ValueError, match=r"features\[4, 2\] is inf"):
        risk.fit_ranking(infinite, found, day=day, names=NAMES)

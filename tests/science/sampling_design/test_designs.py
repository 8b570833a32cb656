"""Unequal probabilities: what 10,000 draws show equals the stated probabilities, and totals are unbiased."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from banyan.science import sampling_design as sd

DRAWS = 10_000


def some_probabilities(seed: int = 1, *, units: int = 24, n: int = 7) -> np.ndarray:
    return sd.proportional_probabilities(np.random.default_rng(seed).gamma(1.0, 1.0, units), n=n)


def drawn(method: str, p: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if method == "systematic":
        return sd.systematic(p, start=rng.random(DRAWS))
    return getattr(sd, method)(p, uniform=rng.random((DRAWS, len(p))))


def attained(method: str, p: np.ndarray) -> np.ndarray:
    return sd.pareto_inclusion(p) if method == "pareto" else p


@pytest.mark.parametrize("method", ["pareto", "sampford", "systematic"])
@pytest.mark.parametrize(("units", "n"), [(24, 7), (8, 5), (40, 2)])
def test_inclusion_over_10_000_draws_equals_the_stated_probability(method: str, units: int, n: int) -> None:
    p = some_probabilities(units, units=units, n=n)
    taken = drawn(method, p, np.random.default_rng(units))

    pi = attained(method, p)
    error = np.sqrt(pi * (1 - pi) / DRAWS)
    inner = error > 0
    assert (taken.sum(axis=1) == n).all()
    assert (np.abs(taken.mean(axis=0) - pi)[inner] < 4.5 * error[inner]).all()
    assert (taken.mean(axis=0) == pi)[~inner].all()


@pytest.mark.parametrize("method", ["pareto", "sampford", "systematic"])
def test_the_weighted_total_is_unbiased(method: str) -> None:
    rng = np.random.default_rng(3)
    size = rng.gamma(2.0, 1.0, 30)
    value = size * rng.uniform(0.5, 1.5, 30)
    p = sd.proportional_probabilities(size, n=8)

    totals = (drawn(method, p, rng) * value / attained(method, p)).sum(axis=1)

    assert abs(totals.mean() - value.sum()) < 4 * totals.std() / np.sqrt(DRAWS)


def test_exact_pareto_inclusion_equals_a_plain_integral() -> None:
    p = np.array([0.15, 0.35, 0.6, 0.4, 0.5])
    odds = p / (1 - p)

    def inclusion(k: int) -> float:
        others = [j for j in range(5) if j != k]

        def integrand(t: float) -> float:
            q = odds * np.exp(t) / (1 + odds * np.exp(t))
            fewer = sum(
                np.prod([q[j] if j in s else 1 - q[j] for j in others])
                for r in range(2)
                for s in itertools.combinations(others, r)
            )
            return q[k] * (1 - q[k]) * fewer

        return integrate.quad(integrand, -45, 45, points=[-5, 0, 5], limit=400, epsabs=1e-13)[0]

    np.testing.assert_allclose(sd.pareto_inclusion(p), [inclusion(k) for k in range(5)], atol=1e-10)


def test_sampford_draws_each_set_with_its_defining_probability() -> None:
    p = np.array([0.2, 0.35, 0.5, 0.6, 0.35])
    sets = list(itertools.combinations(range(5), 2))
    chance = np.array([np.prod(p[list(s)] / (1 - p[list(s)])) * (1 - p[list(s)]).sum() for s in sets])
    chance /= chance.sum()

    taken = sd.sampford(p, uniform=np.random.default_rng(5).random((DRAWS, 5)))

    assert [chance[[k in s for s in sets]].sum() for k in range(5)] == pytest.approx(p.tolist())
    seen = np.array([taken[:, list(s)].all(axis=1).mean() for s in sets])
    assert (np.abs(seen - chance) < 4.5 * np.sqrt(chance * (1 - chance) / DRAWS)).all()


@settings(max_examples=60, deadline=None)
@given(size=st.lists(st.floats(0, 100), min_size=1, max_size=30), part=st.floats(0, 1), share=st.floats(0.01, 1))
def test_probabilities_add_up_and_keep_the_guaranteed_share(size, part, share) -> None:
    n = int(part * len(size))
    p = sd.proportional_probabilities(size, n=n, random_share=share)

    assert p.sum() == pytest.approx(n)
    assert (p >= share * n / len(size) - 1e-9).all()
    assert (p <= 1).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(2, 40), part=st.floats(0, 1))
def test_pareto_attains_probabilities_that_add_up_and_keep_the_order(seed, units, part) -> None:
    n = 1 + int(part * (units - 2))
    p = some_probabilities(seed, units=units, n=n)
    pi = sd.pareto_inclusion(p)

    assert pi.sum() == pytest.approx(n, abs=1e-9)
    assert (np.diff(pi[np.argsort(p)]) >= -1e-9).all()


def test_certain_and_impossible_units_are_always_and_never_drawn() -> None:
    p = np.array([1.0, 0.0, 0.5, 0.5, 1.0])
    rng = np.random.default_rng(1)

    for method in ("pareto", "sampford", "systematic"):
        taken = drawn(method, p, rng)
        assert taken[:, [0, 4]].all()
        assert not taken[:, 1].any()


def test_bad_data_are_named() -> None:
    with pytest.raises(ValueError, match=r"probability adds up to 0\.7"):
        sd.pareto([0.3, 0.4], uniform=[0.1, 0.2])
    with pytest.raises(ValueError, match=r"uniform\[1\] is 1.0: it must lie strictly"):
        sd.sampford([0.5, 0.5], uniform=[0.1, 1.0])
    with pytest.raises(ValueError, match="its last axis must have 2 entries"):
        sd.pareto([0.5, 0.5], uniform=[0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match=r"probability\[0\] is 1.5"):
        sd.pareto_inclusion([1.5, 0.5])
    with pytest.raises(ValueError, match="n is 3: a whole number from 0 to the 2 units with a size"):
        sd.proportional_probabilities([1, 0, 1], n=3)
    with pytest.raises(ValueError, match="random_share is 2"):
        sd.proportional_probabilities([1, 1], n=1, random_share=2)

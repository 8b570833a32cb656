"""Replayable draws: the hash is what the docstring says, and an outsider's script finds the same units."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from banyan.science import sampling_design
from banyan.science.sampling_design import draw, hash_uniform


def outsider(seed: str, key: str) -> float:
    return (int(hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest()[:13], 16) + 0.5) / 2**52


@given(seed=st.text(max_size=20).filter(lambda s: "\n" not in s), key=st.text(max_size=20))
def test_the_hash_is_the_documented_one(seed: str, key: str) -> None:
    assert hash_uniform(seed, [key])[0] == outsider(seed, key)


def test_the_numbers_are_uniform() -> None:
    assert kstest(hash_uniform("seed", [f"unit {i}" for i in range(20_000)]), "uniform").pvalue > 0.01


@pytest.mark.parametrize("method", ["simple", "pareto"])
def test_an_outsider_replays_the_draw_with_the_standard_library_alone(method: str) -> None:
    rng = np.random.default_rng(2)
    keys = [f"企业-{i}" for i in range(200)]
    stratum = [f"s{i % 4}" for i in range(200)]
    size = rng.gamma(1.0, 5.0, 200).tolist()
    n = {"s0": 5, "s1": 0, "s2": 50, "s3": 17}
    more = {} if method == "simple" else {"size": size}

    ours = draw(keys, seed="published 2025", stratum=stratum, n=n, method=method, **more)

    found = set()
    for label, count in n.items():
        mine = [i for i in range(200) if stratum[i] == label]
        share = dict.fromkeys(mine, 0.0)
        certain: set[int] = set()
        while method == "pareto" and count:
            rest = sum(size[i] for i in mine if i not in certain)
            share = {i: 1.0 if i in certain else (count - len(certain)) * size[i] / rest for i in mine}
            over = {i for i in mine if share[i] >= 1} - certain
            if not over:
                break
            certain |= over

        def rank(i: int, share: dict[int, float] = share) -> float:
            u = outsider("published 2025", keys[i])
            return u if method == "simple" else u / (1 - u) * (1 - share[i]) / max(share[i], 1e-300)

        found |= set(sorted(mine, key=rank)[:count])
    assert set(np.flatnonzero(ours.selected)) == found
    assert len(found) == 72


def test_10_000_seeds_show_the_stated_probabilities() -> None:
    keys, stratum = [f"u{i}" for i in range(12)], ["a"] * 7 + ["b"] * 5

    total = np.zeros(12)
    for seed in range(10_000):
        drawn = draw(keys, seed=f"seed {seed}", stratum=stratum, n={"a": 3, "b": 2})
        total += drawn.selected

    error = np.sqrt(drawn.probability * (1 - drawn.probability) / 10_000)
    assert drawn.probability.tolist() == [3 / 7] * 7 + [2 / 5] * 5
    assert (np.abs(total / 10_000 - drawn.probability) <= 4.5 * error).all()


@pytest.mark.parametrize("method", ["pareto", "sampford"])
def test_hashed_numbers_serve_unequal_probabilities_as_well_as_random_ones(method: str) -> None:
    keys = [f"u{i}" for i in range(7)]
    size = [1, 2, 3, 4, 5, 6, 30]
    uniform = np.array([hash_uniform(f"seed {seed}", keys) for seed in range(10_000)])
    d = draw(keys, seed="seed 0", size=size, n=3, method=method)

    taken = getattr(sampling_design, method)(d.wanted, uniform=uniform)

    error = np.sqrt(d.probability * (1 - d.probability) / 10_000)
    assert taken[0].tolist() == d.selected.tolist()
    assert (np.abs(taken.mean(axis=0) - d.probability) <= 4.5 * error).all()


@pytest.mark.parametrize("method", ["sampford", "systematic"])
def test_every_method_draws_the_asked_number_from_each_stratum(method: str) -> None:
    keys, stratum = [f"u{i}" for i in range(30)], [i % 3 for i in range(30)]

    d = draw(keys, seed="s", stratum=stratum, n={0: 4, 2: 10}, size=np.arange(1, 31), method=method)

    assert np.bincount(stratum, d.selected).tolist() == [4, 0, 10]
    assert np.isinf(d.weight[1])


def test_a_new_unit_elsewhere_moves_nobody() -> None:
    keys, stratum = [f"u{i}" for i in range(20)], ["a"] * 10 + ["b"] * 10

    before = draw(keys, seed="s", stratum=stratum, n={"a": 4, "b": 4})
    after = draw([*keys, "new"], seed="s", stratum=[*stratum, "b"], n={"a": 4, "b": 4})

    assert after.selected[:10].tolist() == before.selected[:10].tolist()
    assert after.uniform[:20].tolist() == before.uniform.tolist()


def test_the_guaranteed_share_reaches_units_without_risk() -> None:
    d = draw([f"u{i}" for i in range(10)], seed="s", n=4, size=[0] * 5 + [1] * 5, random_share=0.5, method="pareto")

    assert d.wanted[:5] == pytest.approx([0.2] * 5)
    assert (d.probability[:5] > 0.19).all()
    assert d.weight == pytest.approx(1 / d.probability)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"keys": ["a", "a"]}, r"keys\[1\] is 'a', the same as keys\[0\]"),
        ({"keys": ["a", 2]}, r"keys\[1\] is 2: a text is needed"),
        ({"keys": []}, "keys is empty"),
        ({"seed": "a\nb"}, "a text without a line feed"),
        ({"n": 3}, "n is 3: a whole number from 0 to its 2 units"),
        ({"n": {"x": 1}}, "n is a mapping, but no stratum is given"),
        ({"stratum": ["x", "y"]}, "n must give a number per stratum"),
        ({"stratum": ["x", "y"], "n": {"z": 1}}, "n asks for stratum 'z', which has no unit"),
        ({"stratum": ["x", "y"], "n": {"x": 2}}, "n of stratum 'x' is 2"),
        ({"size": [1, 1]}, "no effect on method 'simple'"),
        ({"method": "pareto"}, "size is needed for method 'pareto'"),
        ({"method": "lottery"}, "method is 'lottery'"),
    ],
)
def test_bad_data_are_named(change: dict, says: str) -> None:
    asked = {"keys": ["a", "b"], "seed": "s", "n": 1} | change

    with pytest.raises(ValueError, match=says):
        draw(asked.pop("keys"), **asked)

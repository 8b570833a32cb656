"""Space-time scan: equal to a plain search, right under no cluster, and finds the planted one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import early_warning as ew


def county_map(seed: int, *, regions: int = 13, weeks: int = 20) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cases, expected cases and locations of invented counties."""
    random = np.random.default_rng(seed)
    expected = random.gamma(2.0, 2.0, (regions, 1)) * np.ones(weeks)
    return random.poisson(expected).astype(float), expected, random.normal(size=(regions, 2))


def slow_scan(cases, expected, location, *, longest: int, widest: float, prospective: bool):
    """Largest ratio by loops over centres, sizes and stretches."""
    regions, length = cases.shape
    total, awaited = cases.sum(), expected / expected.sum() * cases.sum()
    best = (0.0, None)
    for centre in range(regions):
        near = np.argsort(np.hypot(*(location - location[centre]).T), kind="stable")
        for size in range(1, regions + 1):
            group = near[:size]
            if size > 1 and expected[group].sum() > widest * expected.sum():
                continue
            ends = [length] if prospective else range(1, length + 1)
            for end, span in itertools.product(ends, range(1, longest + 1)):
                if span > end:
                    continue
                c, e = cases[group, end - span : end].sum(), awaited[group, end - span : end].sum()
                if c <= e:
                    continue
                ratio = c * np.log(c / e)
                if total > c:
                    ratio += (total - c) * np.log((total - c) / (total - e))
                if ratio > best[0] + 1e-12:
                    best = (ratio, (sorted(group.tolist()), end - span, end - 1))
    return best


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), prospective=st.booleans(), widest=st.sampled_from([0.2, 0.5]))
def test_the_best_cluster_is_that_of_a_plain_search(seed: int, prospective: bool, widest: float) -> None:
    cases, expected, location = county_map(seed, regions=6, weeks=8)

    found = ew.scan(
        cases, expected=expected, location=location, seed=1, longest=4, widest=widest, prospective=prospective,
        simulations=9,
    )  # fmt: skip

    ratio, where = slow_scan(cases, expected, location, longest=4, widest=widest, prospective=prospective)
    first = found.clusters[0]
    assert first.log_likelihood_ratio == pytest.approx(ratio)
    assert (first.regions.tolist(), first.start, first.end) == where


def test_a_planted_cluster_is_found_with_its_regions_and_weeks() -> None:
    cases, expected, location = county_map(3)
    near = np.argsort(np.hypot(*(location - location[4]).T))[:3]
    cases[near, 16:] += np.random.default_rng(4).poisson(2.0 * expected[near, 16:])

    found = ew.scan(cases, expected=expected, location=location, seed=5)

    first = found.clusters[0]
    assert set(first.regions) == set(near)
    assert (first.start, first.end) == (16, 19)
    assert first.p_value == 0.001
    assert first.gumbel_p_value < 1e-4
    assert 2.0 < first.relative_risk < 4.0
    told = [set(cluster.regions) for cluster in found.clusters]
    assert all(not a & b for a, b in itertools.combinations(told, 2))


@pytest.mark.slow
def test_without_a_cluster_small_p_values_are_as_rare_as_they_say() -> None:
    small = 0
    for seed in range(300):
        cases, expected, location = county_map(seed, regions=8, weeks=10)
        found = ew.scan(cases, expected=expected, location=location, seed=seed, simulations=99)
        small += bool(found.clusters) and found.clusters[0].p_value <= 0.1

    assert 15 <= small <= 48  # 30 expected; three and a half standard errors


def test_the_same_seed_gives_the_same_answer_and_groups_may_be_given() -> None:
    cases, expected, location = county_map(7)
    singles = np.eye(13, dtype=bool)

    once, again = (ew.scan(cases, expected=expected, location=location, seed=11) for _ in range(2))
    alone = ew.scan(cases, expected=expected, zones=singles, seed=11)

    assert np.array_equal(once.simulated, again.simulated)
    assert once.clusters[0].p_value == again.clusters[0].p_value
    assert all(cluster.regions.size == 1 for cluster in alone.clusters)
    assert alone.windows == 13 * 10


def test_the_scale_of_what_is_expected_does_not_matter() -> None:
    cases, expected, location = county_map(9)

    by_rate = ew.scan(cases, expected=expected, location=location, seed=1, simulations=19)
    by_population = ew.scan(cases, expected=expected * 1e5, location=location, seed=1, simulations=19)

    assert by_rate.clusters[0].log_likelihood_ratio == pytest.approx(by_population.clusters[0].log_likelihood_ratio)


def test_maps_without_cases_or_without_excess_say_so() -> None:
    flat = np.ones((3, 4))
    location = [[0, 0], [0, 1], [1, 0]]

    empty = ew.scan(np.zeros((3, 4)), expected=flat, location=location, seed=1)
    even = ew.scan(flat, expected=flat, location=location, seed=1, simulations=9)

    assert empty.reason == "There is not one case in all regions."
    assert even.reason == "No group of regions has more cases than expected."
    assert empty.clusters == even.clusters == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"counts": [[0.5, 1.0], [1.0, 1.0]]}, r"counts\[0, 0\] is 0.5: a count must be whole"),
        ({"expected": np.ones((2, 3))}, r"expected has shape \(2, 3\)"),
        ({"expected": [[0.0, 1.0], [1.0, 1.0]]}, r"expected\[0, 0\] is 0.0: there are cases where none is expected"),
        ({"expected": np.zeros((2, 2)), "counts": np.zeros((2, 2))}, "expected is zero everywhere"),
        ({"location": None}, "exactly one of them is needed"),
        ({"location": [[0, 0]]}, r"location has shape \(1, 2\)"),
        ({"zones": np.eye(2)}, "exactly one of them is needed"),
        ({"location": None, "zones": [[2, 0]]}, r"zones\[0, 0\] is 2.0"),
        ({"location": None, "zones": [[0, 0]]}, "zones holds no region"),
        ({"widest": 1.5}, "widest is 1.5"),
        ({"simulations": 0}, "simulations is 0"),
    ],
)
def test_bad_input_is_refused(wrong, words) -> None:
    arguments = {"counts": np.ones((2, 2)), "expected": np.ones((2, 2)), "location": [[0, 0], [1, 1]], "seed": 1}
    arguments |= wrong
    counts = arguments.pop("counts")

    with pytest.raises(ValueError, match=words):
        ew.scan(counts, **arguments)

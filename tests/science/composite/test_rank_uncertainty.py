"""Rank intervals and Sobol shares: equal to a plain loop, to known answers, and honest about nothing varying."""

import numpy as np
import pytest

from banyan.science import composite
from banyan.science.composite import Recipe, index_tree

TREE = index_tree(
    [f"i{k}" for k in range(6)],
    parent={f"i{k}": "XY"[k % 2] for k in range(6)} | {"X": "all", "Y": "all"},
    weight={"i0": 3, "Y": 2},
    direction={"i5": -1},
)
VALUES = np.random.default_rng(4).gamma(3.0, 2.0, (9, 6))
MEANS = {"means": [{"aggregation": "arithmetic"}, {"aggregation": "geometric"}]}
SCALES = {"scales": [{"scale": (1, 100)}, {"normalisation": "zscore", "scale": (100, 15)}]}


def slow_scores(chosen: np.ndarray, noise: np.ndarray, *, share: float) -> np.ndarray:
    """Second version: one draw at a time, one group at a time."""
    recipes = [Recipe(aggregation=m["aggregation"], **s) for m in MEANS["means"] for s in SCALES["scales"]]
    out = []
    for pick, u in zip(chosen, noise, strict=True):
        recipe = recipes[pick[0] * 2 + pick[1]]
        x = composite.normalise(VALUES, method=recipe.normalisation, direction=TREE.direction, scale=recipe.scale)
        factor = 1 + share * (2 * u - 1)
        w0, w1 = TREE.weights[0] * factor[:6], TREE.weights[1] * factor[6:8]
        groups = []
        for g in range(2):
            held = [k for k in range(6) if TREE.parents[0][k] == g]
            groups.append(composite.aggregate(x[:, held], weights=w0[held], method=recipe.aggregation))
        out.append(composite.aggregate(np.column_stack(groups), weights=w1, method=recipe.aggregation))
    return np.array(out)


def test_the_batch_equals_a_plain_loop_over_draws() -> None:
    found = composite.rank_intervals(
        VALUES, tree=TREE, recipe=Recipe(scale=(1, 100)), weight_noise=0.4, alternatives=MEANS | SCALES,
        random=np.random.default_rng(7), draws=300, level=0.8,
    )  # fmt: skip

    random = np.random.default_rng(7)
    chosen = np.column_stack([random.integers(0, 2, 300), random.integers(0, 2, 300)])
    scores = slow_scores(chosen, random.random((300, 8)), share=0.4)
    ranks = 1 + (scores[:, None, :] > scores[:, :, None]).sum(axis=2)
    assert found.mean == pytest.approx(ranks.mean(axis=0))
    assert found.low.tolist() == np.quantile(ranks, 0.1, axis=0, method="inverted_cdf").tolist()
    assert found.high.tolist() == np.quantile(ranks, 0.9, axis=0, method="inverted_cdf").tolist()
    assert found.probability.sum(axis=1) == pytest.approx(np.ones(9))
    assert found.ahead[2, 5] == pytest.approx((scores[:, 2] > scores[:, 5]).mean())
    assert found.mean_shift == pytest.approx(np.abs(ranks - found.rank).mean())


def test_a_unit_that_leads_in_everything_is_sure_of_its_rank() -> None:
    best = np.vstack((VALUES, np.where(TREE.direction > 0, 99.0, 0.0)))
    found = composite.rank_intervals(best, tree=TREE, weight_noise=0.9, random=np.random.default_rng(1), draws=500)

    assert (found.low[-1], found.high[-1], found.probability[-1, 0]) == (1, 1, 1.0)


def test_more_noise_gives_wider_intervals_and_the_same_state_the_same_result() -> None:
    def width(noise: float) -> float:
        found = composite.rank_intervals(
            VALUES, tree=TREE, weight_noise=noise, random=np.random.default_rng(2), draws=2000
        )
        return float((found.high - found.low).mean())

    assert width(0.1) < width(0.9)
    assert width(0.5) == width(0.5)


def test_pairwise_methods_and_gaps_take_part() -> None:
    gaps = VALUES.copy()
    gaps[0, 3] = np.nan
    filled = [{"imputation": "mean"}, {"imputation": "median"}]

    pairwise = composite.rank_intervals(
        VALUES, tree=TREE, weight_noise=0.5, recipe=Recipe(aggregation="copeland"),
        random=np.random.default_rng(3), draws=200,
    )  # fmt: skip
    by_gap = composite.rank_intervals(
        gaps, tree=TREE, alternatives={"gaps": filled}, recipe=Recipe(imputation="mean"),
        random=np.random.default_rng(3), draws=200,
    )  # fmt: skip

    assert pairwise.n == 200
    assert (pairwise.high > pairwise.low).any()
    assert (
        by_gap.rank.tolist() == composite.build_index(gaps, tree=TREE, recipe=Recipe(imputation="mean")).rank.tolist()
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "nothing varies"),
        ({"weight_noise": 0.0}, "weight_noise is 0.0"),
        ({"alternatives": {"means": [{"aggregation": "arithmetic"}]}}, "a choice needs at least 2"),
        (
            {"alternatives": {"scales": [{"scale": (0, 100)}, {"scale": (0, 100)}]}},
            r"alternatives\['scales'\]\[1\] has no effect",
        ),
        ({"alternatives": {"means": [{}, {"aggregation": "geometric"}]}}, "needs positive scores"),
        ({"alternatives": {"odd": [{}, {"colour": 1}]}}, "'colour' is not part of a recipe"),
        ({"weight_noise": 0.5, "draws": 10}, "draws is 10"),
    ],
)
def test_what_would_have_no_effect_is_refused(change: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        composite.rank_intervals(VALUES, tree=TREE, random=np.random.default_rng(1), **change)


def test_sobol_shares_find_the_choice_that_matters() -> None:
    found = composite.sobol_indices(
        VALUES, tree=TREE, recipe=Recipe(scale=(1, 100)), weight_noise=0.05, alternatives=MEANS,
        random=np.random.default_rng(5), samples=1024,
    )  # fmt: skip

    means, weights = found.total[:, -1]
    assert found.factors == ("means", "weights")
    assert means > 3 * weights
    assert (found.first_low <= found.first + 1e-12)[:, -1].all()
    assert (found.total <= found.total_high + 1e-12)[:, -1].all()
    assert found.n == 4096


def test_sobol_shares_of_independent_additive_parts_add_up_to_one() -> None:
    """With two units, one indicator per group, the sign of the score depends on both weights smoothly."""
    tree = index_tree(["a", "b"], parent={"a": "all", "b": "all"})
    values = [[0.0, 10.0], [10.0, 0.0], [4.0, 7.0], [8.0, 1.0]]
    scales = {"scales": [{"scale": (0, 100)}, {"normalisation": "zscore"}]}
    found = composite.sobol_indices(
        values, tree=tree, weight_noise=0.8, alternatives=scales, random=np.random.default_rng(6), samples=4096
    )

    moving = found.variance > 0
    assert (found.total[:, moving].sum(axis=0) >= 0.95).all()
    assert (found.first[:, moving].sum(axis=0) <= 1.1).all()
    assert np.isnan(found.first[:, ~moving]).all()


def test_sobol_needs_two_factors() -> None:
    with pytest.raises(ValueError, match="only 'weights' varies"):
        composite.sobol_indices(VALUES, tree=TREE, weight_noise=0.5, random=np.random.default_rng(1))

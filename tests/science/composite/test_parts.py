"""Parts of an index: properties of means, weights and scales, options without effect, bad data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from banyan.science import composite
from banyan.science.composite import Recipe, build_index, index_tree

TREE = index_tree(
    ["a", "b", "c", "d"],
    parent={"a": "X", "b": "X", "c": "Y", "d": "Y", "X": "all", "Y": "all"},
    weight={"a": 2, "X": 3},
    direction={"d": -1},
)
VALUES = np.random.default_rng(1).uniform(1, 9, (7, 4))
positive = arrays(np.float64, (5, 3), elements=st.floats(0.1, 100))


@given(x=positive, w=arrays(np.float64, 3, elements=st.floats(0.1, 10)))
def test_means_keep_their_order_and_lie_between_the_extremes(x, w) -> None:
    harmonic, geometric, arithmetic = (
        composite.aggregate(x, weights=w, method=m) for m in ("harmonic", "geometric", "arithmetic")
    )

    assert (harmonic <= geometric * (1 + 1e-9)).all()
    assert (geometric <= arithmetic * (1 + 1e-9)).all()
    assert (arithmetic <= x.max(axis=1) * (1 + 1e-9)).all()
    assert (harmonic >= x.min(axis=1) * (1 - 1e-9)).all()


@given(x=positive, w=arrays(np.float64, 3, elements=st.floats(0.1, 10)))
def test_pairwise_scores_add_up_to_nothing(x, w) -> None:
    assert composite.aggregate(x, weights=w, method="copeland").sum() == pytest.approx(0)
    assert composite.aggregate(x, weights=w, method="outranking").sum() == pytest.approx(0, abs=1e-9)


@settings(max_examples=50)
@given(
    x=arrays(np.float64, (6, 2), elements=st.floats(-50, 50).map(lambda v: round(v, 3)), unique=True),
    shift=st.floats(-9, 9),
    factor=st.floats(0.1, 9),
)
def test_scales_do_not_depend_on_the_unit_of_measurement(x, shift, factor) -> None:
    for method in ("minmax", "zscore", "rank", "percentile_rank"):
        same = composite.normalise(x * factor + shift, method=method)
        np.testing.assert_allclose(same, composite.normalise(x, method=method), atol=1e-6)
        turned = composite.normalise(-x, method=method, direction=[-1, -1])
        np.testing.assert_allclose(turned, composite.normalise(x, method=method), atol=1e-9)


def test_goalposts_cut_off_and_turn_with_the_direction() -> None:
    x = [[0.0, 0.0], [5.0, 5.0], [12.0, 12.0]]
    found = composite.normalise(x, method="goalposts", posts=[[0, 10], [0, 10]], direction=[1, -1], scale=(0, 1))

    assert found.tolist() == [[0, 1], [0.5, 0.5], [1, 0]]


def test_distance_to_target_counts_from_the_worst_unit() -> None:
    found = composite.normalise(
        [[10.0, 4.0], [20.0, 2.0], [50.0, 1.0]], method="distance_to_target", target=[30, 1], direction=[1, -1]
    )

    np.testing.assert_allclose(found, [[0, 0], [0.5, 2 / 3], [2, 1]])


def test_gaps_hand_their_weight_to_the_others() -> None:
    x = VALUES.copy()
    x[0, 0] = np.nan
    index = build_index(x, tree=TREE)

    assert index.scores("X")[0] == pytest.approx(index.normalised[0, 1])
    assert index.score[0] == pytest.approx((3 * index.normalised[0, 1] + index.scores("Y")[0]) / 4)


def test_levels_can_take_different_means() -> None:
    index = build_index(VALUES, tree=TREE, recipe=Recipe(scale=(1, 100), aggregation=("geometric", "arithmetic")))

    a, b = index.normalised[:, 0], index.normalised[:, 1]
    np.testing.assert_allclose(index.scores("X"), np.exp((2 * np.log(a) + np.log(b)) / 3))
    np.testing.assert_allclose(index.score, (3 * index.scores("X") + index.scores("Y")) / 4)


def test_ahp_gives_saaty_s_weights_and_finds_contradictions() -> None:
    true = np.array([0.5, 0.3, 0.2])
    consistent = composite.ahp_weights(true[:, None] / true)
    contradictory = composite.ahp_weights([[1, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]])

    np.testing.assert_allclose(consistent.value, true)
    assert consistent.consistency == pytest.approx(0, abs=1e-12)
    assert contradictory.consistency > 1
    assert "contradict" in contradictory.warnings[0]


def test_a_long_tail_that_winsorising_cannot_mend_is_logged() -> None:
    column = np.exp(np.linspace(0, 12, 60))[:, None]
    treated = composite.treat(column, most=2)

    edge = 0.01 * np.ptp(column)
    assert treated.logged.tolist() == [True]
    np.testing.assert_allclose(treated.values, np.log(column - column.min() + edge))
    upside_down = composite.treat(-column, most=2)
    np.testing.assert_allclose(upside_down.values, -treated.values)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"imputation": "mean"}, "imputation='mean' has no effect"),
        ({"treatment": "winsorise"}, "treatment='winsorise' has no effect"),
        ({"winsorise_most": 3}, "winsorise_most has no effect"),
        ({"groups": [1] * 7}, "groups has no effect"),
        ({"normalisation": "rank", "scale": (0, 1)}, "scale has no effect on method 'rank'"),
        ({"target": [1, 1, 1, 1]}, "target has no effect on method 'minmax'"),
        ({"normalisation": "goalposts"}, "posts is needed"),
        ({"normalisation": "distance_to_target", "target": [0, 9, 9, 9]}, r"target\[0\] is 0.0: every unit is there"),
        ({"aggregation": "geometric"}, r"values go down to 0: a geometric mean needs positive scores"),
        ({"aggregation": "median"}, "aggregation is 'median'"),
        ({"aggregation": ("arithmetic",)}, "aggregation names 1 levels: the tree has 2"),
        ({"scale": (100, 0)}, "the lower end must come first"),
        ({"treatment": "trim"}, "treatment is 'trim'"),
    ],
)
def test_an_option_without_effect_or_sense_is_refused(change: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        build_index(VALUES, tree=TREE, recipe=Recipe(**change))


def test_bad_data_are_named() -> None:
    constant, empty, infinite = VALUES.copy(), VALUES.copy(), VALUES.copy()
    constant[:, 2], empty[:, 1], infinite[3, 2] = 5.0, np.nan, np.inf

    with pytest.raises(ValueError, match=r"values\[:, 2\] is the same for every unit"):
        build_index(constant, tree=TREE)
    with pytest.raises(ValueError, match=r"values\[:, 1\] holds no value at all"):
        build_index(empty, tree=TREE)
    with pytest.raises(ValueError, match=r"values\[3, 2\] is inf"):
        build_index(infinite, tree=TREE)
    with pytest.raises(ValueError, match="values has 3 columns: the tree has 4"):
        build_index(VALUES[:, :3], tree=TREE)
    bare = VALUES.copy()
    bare[2] = np.nan
    with pytest.raises(ValueError, match=r"values\[2\] holds no value at all"):
        build_index(bare, tree=TREE)
    with pytest.raises(ValueError, match="holds nothing for group 'x'"):
        composite.impute([[np.nan], [1.0], [2.0]], method="group_mean", groups=["x", "y", "y"])
    with pytest.raises(ValueError, match="denominator holds no number at all"):
        composite.denominate(VALUES, [[np.nan] * 4])
    with pytest.raises(ValueError, match=r"judgements\[0, 1\] is 3.0: not the inverse"):
        composite.ahp_weights([[1, 3], [3, 1]])
    with pytest.raises(ValueError, match="values hold gaps"):
        composite.aggregate([[1.0, np.nan], [2.0, 3.0]], weights=[1, 1], method="copeland")


def test_trees_that_do_not_lead_to_one_index_are_refused() -> None:
    with pytest.raises(ValueError, match="parent of 'b' is missing"):
        index_tree(["a", "b"], parent={"a": "all"})
    with pytest.raises(ValueError, match="'X' lies on two levels"):
        index_tree(["a", "X"], parent={"a": "X", "X": "all"})
    with pytest.raises(ValueError, match="weight names 'q'"):
        index_tree(["a", "b"], parent={"a": "all", "b": "all"}, weight={"q": 1})
    with pytest.raises(ValueError, match=r"weight of 'a' is 0\.0"):
        index_tree(["a", "b"], parent={"a": "all", "b": "all"}, weight={"a": 0})
    with pytest.raises(ValueError, match="indicators is empty or lists a code twice"):
        index_tree(["a", "a"], parent={"a": "all"})


def test_several_people_s_judgements_are_weighed_at_once() -> None:
    people = [[[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]], [[1, 2, 1 / 4], [1 / 2, 1, 6], [4, 1 / 6, 1]]]

    together = composite.ahp_weights(people)

    for person, judgements in enumerate(people):
        alone = composite.ahp_weights(judgements)
        np.testing.assert_allclose(together.value[person], alone.value, rtol=1e-12)
        assert together.consistency[person] == pytest.approx(alone.consistency)
    assert "contradict" in together.warnings[0]

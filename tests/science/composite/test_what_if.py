"""What if: an index without a part, and the best changes found against a plain search."""

import itertools

import numpy as np
import pytest

from banyan.science.composite import Recipe, best_changes, build_index, index_tree, remove_one

TREE = index_tree(
    list("abcdef"),
    parent=dict(zip("abcdef", "XXYYZZ", strict=True)) | {"X": "all", "Y": "all", "Z": "all"},
    weight={"a": 2, "Z": 2},
    direction={"f": -1},
)
VALUES = np.random.default_rng(3).uniform(1, 20, (8, 6)).round(1)


def test_removing_an_indicator_equals_an_index_made_without_it() -> None:
    found = remove_one(VALUES, tree=TREE)
    smaller = index_tree(
        list("abdef"),
        parent=dict(zip("abdef", "XXYZZ", strict=True)) | {"X": "all", "Y": "all", "Z": "all"},
        weight={"a": 2, "Z": 2},
        direction={"f": -1},
    )

    without_c = build_index(np.delete(VALUES, 2, axis=1), tree=smaller)

    assert found.removed == tuple("abcdef")
    assert found.rank[2].tolist() == without_c.rank.tolist()
    assert found.mean_shift[2] == np.abs(without_c.rank - build_index(VALUES, tree=TREE).rank).mean()


def test_removing_a_group_takes_its_indicators_along() -> None:
    found = remove_one(VALUES, tree=TREE, level=1)
    smaller = index_tree(
        list("cdef"),
        parent=dict(zip("cdef", "YYZZ", strict=True)) | {"Y": "all", "Z": "all"},
        weight={"Z": 2},
        direction={"f": -1},
    )

    assert found.removed == ("X", "Y", "Z")
    assert found.rank[0].tolist() == build_index(VALUES[:, 2:], tree=smaller).rank.tolist()
    with pytest.raises(ValueError, match="level is 2"):
        remove_one(VALUES, tree=TREE, level=2)


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric"])
def test_the_best_three_changes_are_those_of_a_plain_search(aggregation: str) -> None:
    recipe = Recipe(scale=(1, 100), aggregation=aggregation)
    now = build_index(VALUES, tree=TREE, recipe=recipe)
    unit = int(np.argmax(now.rank))
    reach = np.where(TREE.direction > 0, VALUES[unit] * 1.3, VALUES[unit] * 0.7)

    slow = []
    for chosen in itertools.combinations(range(6), 3):
        changed = VALUES.copy()
        changed[unit, list(chosen)] = reach[list(chosen)]
        after = build_index(changed, tree=TREE, recipe=recipe)
        slow.append((after.rank[unit], -after.score[unit], tuple(TREE.indicators[i] for i in chosen)))
    slow.sort()

    found = best_changes(VALUES, tree=TREE, recipe=recipe, unit=unit, reach=reach, top=4)

    assert found.indicators == tuple(s[2] for s in slow[:4])
    assert found.rank.tolist() == [s[0] for s in slow[:4]]
    assert found.score == pytest.approx([-s[1] for s in slow[:4]])
    assert found.tried == 20
    assert found.rank_now == now.rank[unit]


def test_single_changes_are_shown_too_and_what_cannot_change_stays_open() -> None:
    reach = np.full(6, np.nan)
    worst = int(np.argmax(build_index(VALUES, tree=TREE).rank))
    reach[[0, 1, 2]] = VALUES[worst, [0, 1, 2]] + 2

    found = best_changes(VALUES, tree=TREE, unit=worst, reach=reach, changes=2)

    assert np.isnan(found.alone_score[3:]).all()
    assert (found.alone_score[:3] >= found.score_now).all()
    assert found.tried == 3


def test_bad_asks_are_named() -> None:
    with pytest.raises(ValueError, match="unit is 9"):
        best_changes(VALUES, tree=TREE, unit=9)
    with pytest.raises(ValueError, match=r"reach\[0\] is 0.0: worse than the unit's own"):
        best_changes(VALUES, tree=TREE, unit=0, reach=[0, 99, 99, 99, 99, 0])
    with pytest.raises(ValueError, match="changes is 3: the unit can change 1 indicators"):
        best_changes(VALUES, tree=TREE, unit=0, reach=[99, *[np.nan] * 5])

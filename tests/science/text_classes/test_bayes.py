"""Tests of text classes: a published example, properties, and confidence that keeps what it says."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from banyan.science import text_classes

# Manning, Raghavan, Schütze (2008), table 13.1 and example 13.1; columns: Chinese Beijing Shanghai Macao Tokyo Japan.
TRAINING = [[2, 1, 0, 0, 0, 0], [2, 0, 1, 0, 0, 0], [1, 0, 0, 1, 0, 0], [1, 0, 0, 0, 1, 1]]
CLASSES = ["China", "China", "China", "Japan"]
TEST = [[3, 0, 0, 0, 1, 1]]


def test_the_example_of_the_book_comes_out():
    found = text_classes.classify(text_classes.learn(TRAINING, CLASSES, smoothing=1.0), TEST)

    china = 3 / 4 * (3 / 7) ** 3 * 1 / 14 * 1 / 14
    japan = 1 / 4 * (2 / 9) ** 3 * 2 / 9 * 2 / 9
    assert found.labels == ("China",)
    assert found.confidence[0] == pytest.approx(china / (china + japan))


def naive(training, classes, text, smoothing):
    """The slow, obvious way: probabilities multiplied, letter by letter."""
    answers = {}
    for name in sorted(set(classes)):
        rows = [row for row, own in zip(training, classes, strict=True) if own == name]
        total = sum(map(sum, rows)) + smoothing * len(text)
        logarithm = math.log(len(rows) / len(training))
        for column, times in enumerate(text):
            logarithm += times * math.log((sum(row[column] for row in rows) + smoothing) / total)
        answers[name] = logarithm
    return answers


row = some.lists(some.integers(0, 5), min_size=4, max_size=4)


@given(training=some.lists(row, min_size=2, max_size=8), text=row, data=some.data())
def test_the_fast_way_agrees_with_the_slow_one(training, text, data):
    classes = ["a", "b", *data.draw(some.lists(some.sampled_from("abc"), min_size=len(training) - 2,
                                               max_size=len(training) - 2))]  # fmt: skip

    found = text_classes.classify(text_classes.learn(training, classes, smoothing=0.5), [text])

    slow = naive(training, classes, text, 0.5)
    highest = max(slow.values())
    weights = {name: math.exp(one - highest) for name, one in slow.items()}
    expected = [weights[name] / sum(weights.values()) for name in sorted(weights)]
    assert found.probability[0].tolist() == pytest.approx(expected)


@given(training=some.lists(row, min_size=4, max_size=9), cut=some.integers(1, 3))
def test_learning_in_two_parts_is_learning_at_once(training, cut):
    classes = ["ab"[place % 2] for place in range(len(training))]

    whole = text_classes.learn(training, classes)
    parts = text_classes.learn(training[:cut], classes[:cut]).plus(text_classes.learn(training[cut:], classes[cut:]))

    assert parts.classes == whole.classes
    assert parts.counts.tolist() == whole.counts.tolist()
    assert parts.documents.tolist() == whole.documents.tolist()


def test_a_temperature_changes_no_label_and_makes_confidence_true():
    random = np.random.default_rng(3)
    labels = ["ab"[one] for one in random.integers(0, 2, 4000)]
    rate = {"a": [0.55, 0.45], "b": [0.45, 0.55]}
    repeated = np.array([20 * random.multinomial(3, rate[name]) for name in labels])  # each piece said twenty times

    learned = text_classes.learn(repeated[:2000], labels[:2000])
    cooled = text_classes.tempered(learned, repeated[2000:3000], labels[2000:3000])
    before = text_classes.classify(learned, repeated[3000:])
    after = text_classes.classify(cooled, repeated[3000:])

    right = np.mean([one == other for one, other in zip(after.labels, labels[3000:], strict=True)])
    assert after.labels == before.labels
    assert abs(after.confidence.mean() - right) < 0.03 < abs(before.confidence.mean() - right)


def test_texts_are_held_back_from_every_class_and_none_is_used_up():
    labels = ["rare", *["common"] * 40]

    held = text_classes.held_back(labels, share=0.25, seed=5)

    assert not held[0]
    assert held[1:].sum() == 10
    assert held.tolist() == text_classes.held_back(labels, share=0.25, seed=5).tolist()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: text_classes.learn([[1]], []),
        lambda: text_classes.learn([[1], [2]], ["a"]),
        lambda: text_classes.learn([[1]], ["a"], smoothing=0),
        lambda: text_classes.held_back(["a"], share=1.5, seed=1),
        lambda: text_classes.score([], []),
        lambda: text_classes.pieces(["a"], width=0),
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        wrong()


@given(text=some.text(max_size=60))
def test_a_fingerprint_knows_no_spaces_and_no_case(text):
    spaced = " ".join(text)

    assert text_classes.fingerprint(text) == text_classes.fingerprint(spaced)
    assert text_classes.distance(text_classes.fingerprint(text), text_classes.fingerprint(text)) == 0


def test_a_near_copy_differs_less_than_another_story():
    story = "3月5日在红星超市购买的十斤装大米打开后发霉变质，商家拒绝退货，要求退货并赔偿损失"
    copy = "3月6日在红星超市购买的十斤装大米打开后发霉变质，商家拒绝退货，要求退货赔偿损失！"
    other = "小区三号楼电梯连续多次困人，物业和维保单位没有处理，老人上下楼十分不便，请尽快检查"

    prints = [text_classes.fingerprint(text) for text in (story, copy, other)]

    assert text_classes.distance(prints[0], prints[1]) < 16
    assert text_classes.distance(prints[0], prints[2]) > 20

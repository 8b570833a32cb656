"""Multinomial naive Bayes over counts: classes learnt from few texts, added to later, with honest confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import logsumexp

SMOOTHING = 0.1
COOLEST, HOTTEST = 1.0, 200.0


@dataclass(frozen=True)
class Learned:
    """What was learnt: counts by class and column, texts by class, and how much confidence is tempered."""

    classes: tuple[str, ...]
    counts: np.ndarray
    documents: np.ndarray
    smoothing: float = SMOOTHING
    temperature: float = 1.0

    @cached_property
    def weights(self) -> np.ndarray:
        """The logarithm of each column's probability in each class."""
        raised = self.counts + self.smoothing
        return np.asarray(np.log(raised / raised.sum(axis=1, keepdims=True)))

    def plus(self, later: Learned) -> Learned:
        """What both have learnt together; the temperature stays."""
        classes = tuple(sorted({*self.classes, *later.classes}))
        counts = np.zeros((len(classes), self.counts.shape[1]), dtype=self.counts.dtype)
        documents = np.zeros(len(classes))
        for one in (self, later):
            places = [classes.index(name) for name in one.classes]
            counts[places] += one.counts
            documents[places] += one.documents
        return Learned(classes, counts, documents, self.smoothing, self.temperature)


@dataclass(frozen=True)
class Found:
    """The likeliest class of each text, how sure that is, and the probability of every class."""

    labels: tuple[str, ...]
    confidence: np.ndarray
    probability: np.ndarray


@dataclass(frozen=True)
class Scores:
    """How often each class was found rightly: texts of it, texts put into it, and those that are both."""

    classes: tuple[str, ...]
    texts: np.ndarray
    found: np.ndarray
    right: np.ndarray

    @property
    def accuracy(self) -> float:
        """The share of all texts that were put into their own class."""
        return float(self.right.sum() / self.texts.sum())


def learn(rows: Any, labels: Sequence[str], *, smoothing: float = SMOOTHING) -> Learned:
    """
    Learn classes from counted texts.

    Parameters
    ----------
    rows : csr_array or ndarray
        Counts, one row per text.
    labels : sequence of str
        The class of each text.
    smoothing : float
        What is added to every count, so that a piece never seen in a class does not forbid it.

    Returns
    -------
    Learned

    Raises
    ------
    ValueError
        Where there is no text, or the rows and labels differ in number, or the smoothing is not positive.

    References
    ----------
    Manning, Raghavan, Schütze (2008): Introduction to Information Retrieval, section 13.2.

    Examples
    --------
    >>> from banyan.science.text_classes import learn
    >>> learn([[2, 0], [0, 1], [1, 0]], ["a", "b", "a"]).counts.tolist()
    [[3.0, 0.0], [0.0, 1.0]]
    """
    if smoothing <= 0:
        raise ValueError(f"smoothing is {smoothing}; it must be above 0.")
    if rows is None or not len(labels):
        raise ValueError("There is no text to learn from.")
    given = rows if hasattr(rows, "tocsr") else np.asarray(rows, dtype=float)
    if given.shape[0] != len(labels):
        raise ValueError(f"There are {given.shape[0]} texts and {len(labels)} labels.")
    classes = tuple(sorted(set(labels)))
    places = np.array([classes.index(one) for one in labels])
    member = np.zeros((len(classes), len(labels)))
    member[places, np.arange(len(labels))] = 1.0
    counts = np.asarray((given.T @ member.T).T, dtype=float)
    return Learned(classes, counts, member.sum(axis=1), smoothing)


def classify(learned: Learned, rows: Any) -> Found:
    """
    Put counted texts into the classes that were learnt.

    Parameters
    ----------
    learned : Learned
    rows : csr_array or ndarray
        Counts, one row per text, in the same columns.

    Returns
    -------
    Found
        Ties go to the class that comes first by name.

    Notes
    -----
    Naive Bayes takes pieces for independent and is far too sure of itself. Its logarithms are divided by the
    temperature that `tempered` found, which changes no label.

    Examples
    --------
    >>> from banyan.science.text_classes import classify, learn
    >>> classify(learn([[3, 0], [0, 3]], ["a", "b"]), [[2, 1]]).labels
    ('a',)
    """
    logs = _logarithms(learned, rows) / learned.temperature
    probability = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
    best = probability.argmax(axis=1)
    return Found(tuple(learned.classes[place] for place in best), probability.max(axis=1), probability)


def tempered(learned: Learned, rows: Any, labels: Sequence[str]) -> Learned:
    """
    The same classes with the temperature under which texts that were held back are least surprising.

    Parameters
    ----------
    learned : Learned
    rows, labels
        Texts that were not learnt from; those of a class that was not learnt are left out.

    Returns
    -------
    Learned

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017): On calibration of modern neural networks. ICML, section 4.2.

    Examples
    --------
    >>> from banyan.science.text_classes import learn, tempered
    >>> learned = learn([[9, 1], [1, 9]], ["a", "b"])
    >>> tempered(learned, [[5, 3], [5, 3], [2, 6]], ["a", "b", "b"]).temperature > 1
    True
    """
    logs = _logarithms(learned, rows)
    known = [place for place, one in enumerate(labels) if one in learned.classes]
    if not known:
        return learned
    own = np.array([learned.classes.index(labels[place]) for place in known])

    def surprise(temperature: float) -> float:
        said = logs[known] / temperature
        return float((logsumexp(said, axis=1) - said[np.arange(len(known)), own]).sum())

    from scipy.optimize import minimize_scalar  # heavy: loaded where it is used

    best = minimize_scalar(surprise, bounds=(COOLEST, HOTTEST), method="bounded")
    return Learned(learned.classes, learned.counts, learned.documents, learned.smoothing, float(best.x))


def held_back(labels: Sequence[str], *, share: float, seed: int) -> np.ndarray:
    """
    Which texts are held back from learning: of each class about the same share, drawn by a seed.

    Parameters
    ----------
    labels : sequence of str
    share : float
        Above 0 and below 1.
    seed : int

    Returns
    -------
    ndarray of bool
        At least one text of each class is learnt from.

    Examples
    --------
    >>> from banyan.science.text_classes import held_back
    >>> int(held_back(["a"] * 8 + ["b"] * 4, share=0.25, seed=1).sum())
    3
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}; it must lie between 0 and 1.")
    random = np.random.default_rng(seed)
    names = np.asarray(labels)
    held = np.zeros(len(names), dtype=bool)
    for name in sorted(set(labels)):
        own = np.flatnonzero(names == name)
        count = min(round(share * len(own)), len(own) - 1)
        held[random.permutation(own)[:count]] = True
    return held


def score(labels: Sequence[str], found: Sequence[str]) -> Scores:
    """
    Compare what was found with what is right, class by class.

    Parameters
    ----------
    labels, found : sequence of str

    Returns
    -------
    Scores

    Examples
    --------
    >>> from banyan.science.text_classes import score
    >>> scores = score(["a", "a", "b"], ["a", "b", "b"])
    >>> scores.right.tolist(), scores.texts.tolist(), round(scores.accuracy, 3)
    ([1, 1], [2, 1], 0.667)
    """
    if len(labels) != len(found) or not len(labels):
        raise ValueError(f"There are {len(labels)} labels and {len(found)} answers; as many of both are needed.")
    classes = tuple(sorted({*labels, *found}))
    true, said = np.asarray(labels), np.asarray(found)
    return Scores(
        classes,
        np.array([int((true == name).sum()) for name in classes]),
        np.array([int((said == name).sum()) for name in classes]),
        np.array([int(((true == name) & (said == name)).sum()) for name in classes]),
    )


def _logarithms(learned: Learned, rows: Any) -> np.ndarray:
    given = rows if hasattr(rows, "tocsr") else np.asarray(rows, dtype=float)
    return np.asarray(given @ learned.weights.T) + np.log(learned.documents / learned.documents.sum())

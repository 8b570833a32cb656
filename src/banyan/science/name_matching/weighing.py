"""How much each agreement says: the weights of Fellegi and Sunter, learnt or stated, with rare values heavier."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from banyan.science.name_matching.comparing import FEATURES, LEAST_BEGUN, Feature, aligned, features, readings
from banyan.science.name_matching.parts import Parts

LEAST = 1e-7
KNOWN = "_known"
RARER: Mapping[str, tuple[str, ...]] = {
    "trade_name": ("same",), "trade": ("same", "slip"), "region": ("same",), "branch": ("same", "alike"),
}  # fmt: skip
SLIP_TO_ANOTHER_WORD = 4.0
STATED_FIRMS = 300
LONGEST_APART = 6
LEAST_EXPECTED = 0.02
RARE_VALUES = ("trade_name", "trade", "region", "branch", "nameless", "begins")
NAMELESS_FIRMS = 2  # of any trade, how many firms more are thought of that have a trade name as often as all firms


@dataclass(frozen=True)
class Weights:
    """The probability of each level among pairs of one firm (m) and of two firms (u)."""

    m: Mapping[str, Mapping[str, float]]
    u: Mapping[str, Mapping[str, float]]
    bits: Mapping[str, Mapping[str, float]] = field(init=False)
    m_said: Mapping[str, float] = field(init=False)
    """How often names of one firm agree wholly on a feature that either of them has."""

    def __post_init__(self) -> None:
        bits = {
            name: {
                level: math.log2(max(self.m[name][level], LEAST) / max(self.u[name][level], LEAST))
                for level in levels
            }
            for name, levels in FEATURES.items()
        }  # fmt: skip
        said = {
            name: self.m[name]["same"] / max(LEAST, sum(self.m[name][level] for level in levels if level != "none"))
            for name, levels in FEATURES.items()
        }
        object.__setattr__(self, "bits", bits)
        object.__setattr__(self, "m_said", said)


class Frequencies:
    """How many firms of a register bear each trade name, and each trade, and lie in each region.

    `expected` states, by length, how often a trade name that was seen once is expected; else the counts tell.
    """

    def __init__(self, total: int = 0, *, expected: Sequence[float] = ()):
        self.total = total
        self.counts: dict[str, Counter[Hashable]] = {name: Counter() for name in RARE_VALUES}
        self._stated = list(expected)
        self._seen_once: list[float] | None = None

    def add(self, parts: Parts) -> None:
        """Count the parts of one more firm."""
        self.total += 1
        self.counts["trade_name"][parts.trade_name] += 1
        self.counts["trade"][parts.trade] += 1
        self.counts["region"][parts.region] += 1
        self.counts["branch"][parts.branch] += 1
        self.counts["begins"][parts.core[:LEAST_BEGUN]] += 1
        if not parts.trade_name:
            self.counts["nameless"][parts.trade] += 1
        self._seen_once = None

    def share(self, name: str, value: Hashable) -> float | None:
        """The share of firms with a value; None where the register says nothing of it.

        A trade name that one firm alone bears is expected less often than once among as many others: by Turing's
        estimate from the names of its length that were seen once and twice.
        """
        if not self.total or not value:
            return None
        count = self.counts[name][value]
        if name == "trade_name" and count <= 1:
            return self._expected(len(str(value))) / self.total
        return max(count, 1) / self.total

    def nameless(self, trade: str) -> float:
        """The share of firms of a trade that have no trade name, so that region and trade alone tell them apart."""
        among = self.counts["nameless"].total() / max(self.total, 1)
        found, firms = self.counts["nameless"][trade], max(self.counts["trade"][trade], 1)
        return (found + NAMELESS_FIRMS * among) / (firms + NAMELESS_FIRMS)

    def forget(self) -> None:
        """Counts were changed from outside: estimate anew."""
        self._seen_once = None

    def _expected(self, length: int) -> float:
        if self._stated:
            return self._stated[min(length, len(self._stated) - 1)]
        if self._seen_once is None:
            times = [[0, 0, 0] for _ in range(LONGEST_APART + 1)]
            for value, count in self.counts["trade_name"].items():
                if count <= 2:
                    times[min(len(str(value)), LONGEST_APART)][count] += 1
            self._seen_once = [
                min(1.0, max(LEAST_EXPECTED, 2 * (twice + 0.5) / (once + 1))) for _none, once, twice in times
            ]
        return self._seen_once[min(length, LONGEST_APART)]


class Explained(NamedTuple):
    """One feature with its weight in bits: one bit doubles the odds."""

    feature: str
    level: str
    left: str
    right: str
    bits: float


class Judged(NamedTuple):
    """How much two names speak for one firm: the sum of the weights, and each of them."""

    bits: float
    explained: tuple[Explained, ...]


def judge(left: Parts, right: Parts, weights: Weights, frequencies: Frequencies) -> Judged:
    """Weigh two names in the reading that speaks most for one firm; `right` is of the register.

    >>> from banyan.science.name_matching.parts import Places, parts_of
    >>> m = {name: {level: 0.9 if level == "same" else 0.01 for level in levels} for name, levels in FEATURES.items()}
    >>> u = {name: {level: 0.1 for level in levels} for name, levels in FEATURES.items()}
    >>> places = Places([("350100", "福州市")])
    >>> one, other = (parts_of(name, places) for name in ("福州榕质电子公司", "福州榕质电子有限公司"))
    >>> [(found.feature, found.level) for found in judge(one, other, Weights(m, u), Frequencies()).explained[:3]]
    [('trade_name', 'same'), ('trade', 'same'), ('region', 'same')]
    """
    best: tuple[float, tuple[Feature, ...], list[float]] | None = None
    known = frequencies.counts["trade_name"]
    ways = [(left, reading) for reading in readings(left, right)]
    if (cut := aligned(left, right)) is not None:
        ways.append(cut)
    for side, reading in ways:
        found = features(side, right, reading, is_known=known[reading.left_name] > 0)
        bits = [_bits(one, right, weights, frequencies) for one in found]
        if frequencies.total and found[0].level == "none" and found[1].level == "same":
            bits[0] -= math.log2(frequencies.nameless(found[1].right))
        total = sum(bits)
        if best is None or total > best[0]:
            best = total, found, bits
    assert best is not None
    total, found, bits = best
    return Judged(total, tuple(Explained(*one, value) for one, value in zip(found, bits, strict=True)))


def _bits(one: Feature, right: Parts, weights: Weights, frequencies: Frequencies) -> float:
    """The weight of one feature: an agreement on what few firms have weighs more."""
    stated = weights.bits[one.name][one.level]
    if one.level.endswith(KNOWN) and frequencies.total:
        others = frequencies.counts[one.name][one.left] / frequencies.total  # any of these may be meant instead
        return min(
            math.log2(weights.m[one.name][one.level] / others),
            weights.bits[one.name][one.level.removesuffix(KNOWN)],
        )
    if one.level == "begins" and frequencies.total:
        alike = frequencies.counts["begins"][min(one.left, one.right, key=len)[:LEAST_BEGUN]]
        return math.log2(weights.m[one.name][one.level] * frequencies.total / max(alike, 1))
    if one.level not in RARER.get(one.name, ()):
        return stated
    share = frequencies.share(one.name, right.region if one.name == "region" else one.right)
    if share is None:
        return stated
    total = frequencies.total
    stated_share = weights.u[one.name]["same"]  # counts as much as so many firms: a small register tells little
    firms = STATED_FIRMS * STATED_FIRMS / (total + STATED_FIRMS)
    share = (share * total + stated_share * firms) / (total + firms)
    bits = math.log2(max(weights.m_said[one.name], LEAST) / share)
    if one.level == "same":
        return bits
    is_borne = frequencies.counts[one.name][one.left] > 0
    return min(bits, stated) - (SLIP_TO_ANOTHER_WORD if is_borne else 0)


def probabilities(bits: Sequence[float], *, total: int, among: float) -> np.ndarray:
    """The probability of each candidate, when at most one of a register of `total` firms is meant, or none.

    `among` is the share of names, before any is looked at, that mean a firm of the register.

    >>> probabilities([20.0, 20.0], total=1000, among=0.5).round(3).tolist()
    [0.5, 0.5]
    """
    if not len(bits):
        return np.empty(0)
    odds = np.exp2(np.clip(np.asarray(bits, float), -200, 200)) * (among / max(total, 1))
    return np.asarray(odds / (odds.sum() + (1 - among)))


def learn(
    same: Iterable[Sequence[str]], different: Mapping[str, Mapping[str, float]], *, smoothing: float = 0.5
) -> Weights:
    """Weights from levels seen among pairs of one firm, and the shares of levels among pairs of two firms.

    >>> even = {name: dict.fromkeys(levels, 0.1) for name, levels in FEATURES.items()}
    >>> pair = ("same", "same", "absent", "same", "none", "none")
    >>> round(learn([pair, pair], even).m["region"]["absent"], 2)
    0.45
    """
    counts = {name: Counter[str]() for name in FEATURES}
    for levels in same:
        for name, level in zip(FEATURES, levels, strict=True):
            counts[name][level] += 1
    m = {}
    for name, levels in FEATURES.items():
        total = counts[name].total() + smoothing * len(levels)
        m[name] = {level: (counts[name][level] + smoothing) / total for level in levels}
    return Weights(m, different)


class Fitted(NamedTuple):
    """What expectation maximisation found: m and u of each column and level, and the share of matches."""

    m: tuple[np.ndarray, ...]
    u: tuple[np.ndarray, ...]
    share: float
    steps: int


def maximise_expectation(
    levels: np.ndarray, sizes: Sequence[int], *, share: float = 0.1, steps: int = 200, near: float = 1e-6
) -> Fitted:
    """m and u of pairs of which nobody said which are one firm, by expectation maximisation.

    Parameters
    ----------
    levels : one row per pair, one column per feature, the number of the level (0 agrees most)
    sizes : how many levels each feature has

    Examples
    --------
    Two features that agree in the same tenth of the pairs, and by chance in others:

    >>> rows = [[0, 0]] * 90 + [[0, 1], [1, 0]] * 45 + [[1, 1]] * 820
    >>> bool(maximise_expectation(np.array(rows), [2, 2]).share < 0.2)
    True

    Notes
    -----
    Fellegi and Sunter's model: given the truth, features are independent. The start says that level 0 is commoner
    among matches.

    References
    ----------
    Winkler, W. E. (1988). Using the EM algorithm for weight computation in the Fellegi-Sunter model of record
    linkage. Proceedings of the Section on Survey Research Methods, American Statistical Association, 667-671.
    """
    rows = np.asarray(levels)
    if rows.ndim != 2 or rows.shape[1] != len(sizes) or len(rows) < 2 * sum(sizes):
        raise ValueError("give one row per pair, one column per feature, and more pairs than there are levels")
    ones = [np.eye(size)[rows[:, column]] for column, size in enumerate(sizes)]
    m = [_falling(size, 0.9) for size in sizes]
    u = [one.mean(axis=0) for one in ones]
    taken = 0
    for step in range(1, steps + 1):
        taken = step
        logs = sum(one @ np.log(a / b) for one, a, b in zip(ones, m, u, strict=True))
        belongs = 1 / (1 + np.exp(-(logs + math.log(share / (1 - share)))))
        before, share = share, float(np.clip(belongs.mean(), 1e-9, 1 - 1e-9))
        m = [_mean(one, belongs) for one in ones]
        u = [_mean(one, 1 - belongs) for one in ones]
        if abs(before - share) < near * share:
            break
    return Fitted(tuple(m), tuple(u), share, taken)


def _falling(size: int, first: float) -> np.ndarray:
    rest = (1 - first) / max(size - 1, 1)
    return np.asarray([first, *[rest] * (size - 1)])


def _mean(ones: np.ndarray, belongs: np.ndarray) -> np.ndarray:
    raised = (ones * belongs[:, None]).sum(axis=0) + 1e-6
    return np.asarray(raised / raised.sum())

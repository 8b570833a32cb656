"""Which firms of a register a name may mean: candidates by rare words, sounds and one slip; then weighed."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from banyan.science.name_matching.bounding import Bounds, Side
from banyan.science.name_matching.characters import first_sound
from banyan.science.name_matching.comparing import FEATURES, branch_stem  # noqa: F401  for the example
from banyan.science.name_matching.parts import Parts, Places, parts_of
from banyan.science.name_matching.weighing import (
    Explained,
    Frequencies,
    Judged,
    Weights,
    judge,
    probabilities,
)

KEPT = 8
# What contradicts: whatever else agrees, another branch, or the firm itself, is meant more often than this one.
CONTRADICTED = frozenset({("branch", "unsaid"), ("branch", "absent"), ("branch", "other"), ("numbers", "other")})
CONTRADICTED_AT_MOST = 0.3
RAREST = 4
SHARE_OF_COMMON = 1 / 2000
LONGEST_SLIPPED = 24
LEAST_SOUNDS = 4


class Candidate(NamedTuple):
    """A firm that a name may mean."""

    key: Any
    name: str
    probability: float
    bits: float
    explained: tuple[Explained, ...]


class Search:
    """Names looked for in a register that is read once, in any pieces; only the best of each are kept.

    >>> m = {name: {level: 0.9 if not at else 0.01 for at, level in enumerate(levels)}
    ...      for name, levels in FEATURES.items()}
    >>> u = {name: {level: 0.01 if not at else 0.1 for at, level in enumerate(levels)}
    ...      for name, levels in FEATURES.items()}
    >>> search = Search(["福州榕質電子"], places=Places([("350100", "福州市")]), weights=Weights(m, u))
    >>> search.read([("a", "福州榕质电子有限公司"), ("b", "福州融志贸易有限公司")])
    >>> search.found()[0][0].key
    'a'
    """

    def __init__(
        self, names: Sequence[str], *, places: Places, weights: Weights, sample: Iterable[str] = (),
        frequencies: Frequencies | None = None,
    ):  # fmt: skip
        self.places, self.weights = places, weights
        self._counts = (
            frequencies is None
        )  # else what is read is a choice from the register, and was counted elsewhere
        self.asked = [parts_of(name, places) for name in names]
        self.frequencies = frequencies or Frequencies()
        self._kept: list[list[tuple[float, int, Any, Parts]]] = [[] for _ in names]
        self._exact: list[list[tuple[Any, Parts]]] = [[] for _ in names]
        self._bounds = Bounds(weights)
        self._sides = [Side.of(parts) for parts in self.asked]
        self._turn = 0
        common = _common_pairs(sample, places)
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for number, parts in enumerate(self.asked):
            self._by_name[parts.name].append(number)
            for key in (*keys_of(parts), *_rarest(parts, common)):
                self._by_key[key].append(number)

    def read(self, rows: Iterable[tuple[Any, str]]) -> None:
        """Look at more rows of the register, each a key and a name; a firm with old names has one row for each."""
        by_key, by_name = self._by_key, self._by_name
        for key, name in rows:
            parts = parts_of(name, self.places)
            if self._counts:
                self.frequencies.add(parts)
            for number in by_name.get(parts.name, ()):
                self._exact[number].append((key, parts))
            numbers = {number for word in keys_of(parts) if word in by_key for number in by_key[word]}
            for word in pairs_of(parts):
                if word in by_key:
                    numbers.update(by_key[word])
            if numbers:
                self._weigh(numbers, key, Side.of(parts))

    def _weigh(self, numbers: Iterable[int], key: Any, side: Side) -> None:
        for number in numbers:
            if self._exact[number]:
                continue  # whoever bears the very name leaves no other
            kept = self._kept[number]
            is_full = len(kept) == KEPT
            bits = self._bounds.bits(self._sides[number], side, floor=kept[0][0] if is_full else -math.inf)
            if bits is None:
                continue
            self._turn += 1
            if is_full:
                heapq.heapreplace(kept, (bits, -self._turn, key, side.parts))
            else:
                heapq.heappush(kept, (bits, -self._turn, key, side.parts))

    def join(self, other: Search) -> None:
        """Take up what a search for the same names found in another piece of the register."""
        self.frequencies.total += other.frequencies.total
        for name, counts in other.frequencies.counts.items():
            self.frequencies.counts[name].update(counts)
        self.frequencies.forget()
        for number, kept in enumerate(other._kept):
            self._kept[number] = heapq.nlargest(KEPT, self._kept[number] + kept, key=lambda one: one[:1])
            self._exact[number] += other._exact[number]

    def found(self, *, among: float = 0.5) -> list[list[Candidate]]:
        """For each name the firms that it may mean, most probable first; one that bears it leaves no other."""
        return [self._answer(number, among) for number in range(len(self.asked))]

    def _answer(self, number: int, among: float) -> list[Candidate]:
        rows: dict[Any, tuple[Judged, Parts]] = {}
        exact = self._exact[number]
        for key, parts in exact or [(key, parts) for _bits, _turn, key, parts in self._kept[number]]:
            judged = judge(self.asked[number], parts, self.weights, self.frequencies)
            if key not in rows or judged.bits > rows[key][0].bits:
                rows[key] = judged, parts
        if exact:
            chances = [1 / len(rows)] * len(rows)
        else:
            chances = list(
                probabilities([one.bits for one, _ in rows.values()], total=self.frequencies.total, among=among)
            )
        chances = [
            chance * (CONTRADICTED_AT_MOST if any(one[:2] in CONTRADICTED for one in judged.explained) else 1)
            for (judged, _parts), chance in zip(rows.values(), chances, strict=True)
        ]
        found = [
            Candidate(key, parts.name, float(chance), judged.bits, judged.explained)
            for (key, (judged, parts)), chance in zip(rows.items(), chances, strict=True)
        ]
        return sorted(found, key=lambda one: (-one.probability, -one.bits, str(one.key)))


def keys_of(parts: Parts) -> Iterator[str]:
    """By what a name is found whatever is common: its trade name, how it sounds, any character left out."""
    name = parts.trade_name
    if name:
        yield "n" + name
        yield "s" + " ".join([first_sound(one) for one in name])
    else:
        yield f"t{parts.region_text}|{parts.trade}"
    core = parts.core + branch_stem(parts.branch)
    yield from _left_out(core)
    if parts.region_word:
        yield from _left_out(parts.region_word.rstrip("省市县区") + core)
    yield from _left_out(parts.name)
    yield from _left_out_of_sounds([first_sound(one) for one in parts.core])


def _left_out(text: str) -> Iterator[str]:
    """A text, and what is left of it without one character: two that differ by one slip share one of these."""
    yield text
    if 3 <= len(text) <= LONGEST_SLIPPED:
        for at in range(len(text)):
            yield text[:at] + text[at + 1 :]


def _left_out_of_sounds(sounds: list[str]) -> Iterator[str]:
    """How a core sounds, and how without one character: two homophones, or one and a slip, share one of these."""
    yield "S" + " ".join(sounds)
    if LEAST_SOUNDS <= len(sounds) <= LONGEST_SLIPPED:
        for at in range(len(sounds)):
            yield "S" + " ".join([*sounds[:at], *sounds[at + 1 :]])


def pairs_of(parts: Parts) -> Iterator[str]:
    """The neighbouring characters of trade name and trade."""
    core = parts.core
    for at in range(len(core) - 1):
        yield core[at : at + 2]


def _common_pairs(sample: Iterable[str], places: Places) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    total = 0
    for name in sample:
        counts.update(set(pairs_of(parts_of(name, places))))
        total += 1
    return counts, total


def _rarest(parts: Parts, common: tuple[Counter[str], int]) -> Iterator[str]:
    """The rarest neighbouring characters of a name, none of which stands in many."""
    counts, total = common
    pairs = sorted(set(pairs_of(parts)), key=lambda pair: (counts[pair], pair))
    for pair in pairs[:RAREST]:
        if not total or counts[pair] <= max(1, total * SHARE_OF_COMMON):
            yield pair


def levels_of(judged: Judged) -> tuple[str, ...]:
    """The levels alone, in the order of the features.

    >>> levels_of(Judged(3.0, (Explained("trade_name", "same", "榕质", "榕质", 3.0),)))
    ('same',)
    """
    return tuple(one.level for one in judged.explained)

"""How much two names speak for one firm before any register is counted, read further only where that can matter.

Most pairs that blocking brings together are soon told apart: another reading than each name's own cut would change
nothing, or could not weigh more than the best candidates weigh already.
"""

from __future__ import annotations

from typing import NamedTuple

from banyan.science.name_matching.comparing import (
    FURTHEST_APART,
    REGION_MAY_BE_MISTYPED,
    Aligned,
    Reading,
    aligned,
    begins_with,
    branch_level,
    form_level,
    further_readings,
    have_much_in_common,
    likeness,
    numbers_level,
    region_level,
    trade_level,
)
from banyan.science.name_matching.parts import Parts
from banyan.science.name_matching.weighing import Weights

ROUNDING = 1e-9


class Side(NamedTuple):
    """The parts of a name with what is asked of them for every pair."""

    parts: Parts
    core: str
    characters: frozenset[str]
    region_words: str

    @classmethod
    def of(cls, parts: Parts) -> Side:
        """The side of a pair that a name stands on."""
        core = parts.core
        return cls(parts, core, frozenset(core), parts.region_text + parts.region_word)


class Bounds:
    """The weight of a pair by stated weights alone, where it is above a bound.

    >>> from banyan.science.name_matching.comparing import FEATURES
    >>> from banyan.science.name_matching.parts import Places, parts_of
    >>> m = {name: {level: 0.9 if level == "same" else 0.01 for level in levels} for name, levels in FEATURES.items()}
    >>> u = {name: {level: 0.1 for level in levels} for name, levels in FEATURES.items()}
    >>> places = Places([("350100", "福州市")])
    >>> one, other = (Side.of(parts_of(name, places)) for name in ("福州榕质电子公司", "福州融志贸易公司"))
    >>> Bounds(Weights(m, u)).bits(one, one, floor=0.0) > 0, Bounds(Weights(m, u)).bits(one, other, floor=20.0)
    (True, None)
    """

    def __init__(self, weights: Weights):
        bits = weights.bits
        self._name, self._trade, self._region = bits["trade_name"], bits["trade"], bits["region"]
        self._form, self._branch, self._numbers = bits["form"], bits["branch"], bits["numbers"]
        self._most = max(self._name.values()) + max(self._trade.values())

    def bits(self, left: Side, right: Side, *, floor: float) -> float | None:
        """The weight in the reading that speaks most for one firm, or None where that is not above `floor`."""
        one, other = left.parts, right.parts
        region = region_level(one, other)
        form = self._form[form_level(one.form, one.form_kind, other.form, other.form_kind)]
        branch = self._branch[branch_level(one.branch, other.branch)]
        numbers = self._numbers[numbers_level(one, other)]
        name = self._name[likeness(one.trade_name, other.trade_name)]
        trade = self._trade[trade_level(one.trade, other.trade)]
        best = name + trade + self._region[region] + form + branch + numbers  # in the order of the features
        least = max(best, floor) - (form + branch + numbers + self._most + ROUNDING)
        if self._may_be_read_further(left, right, region, least):
            own = Reading(region, one.trade_name, one.trade, other.trade_name, other.trade)
            for reading in further_readings(one, other, own):
                name = self._name[likeness(reading.left_name, reading.right_name)]
                trade = self._trade[trade_level(reading.left_trade, reading.right_trade)]
                best = max(best, name + trade + self._region[reading.region] + form + branch + numbers)
        if (cut := aligned(one, other)) is not None:
            best = max(best, self._as_aligned(cut, other) + numbers)
        return best if best > floor else None

    def _as_aligned(self, cut: Aligned, other: Parts) -> float:
        """The same, but for its numbers, of a name cut where the other one is that one slip parts it from."""
        left, reading = cut
        return (
            self._name[likeness(reading.left_name, reading.right_name)]
            + self._trade[trade_level(reading.left_trade, reading.right_trade)]
            + self._region[reading.region]
            + self._form[form_level(left.form, left.form_kind, other.form, other.form_kind)]
            + self._branch[branch_level(left.branch, other.branch)]
        )

    def _may_be_read_further(self, left: Side, right: Side, region: str, least: float) -> bool:
        """Whether another reading than each name's own is new, and its region weighs more than `least`."""
        if not have_much_in_common(left.characters, right.characters, left.core, right.core):
            return False
        if begins_with(right.core, left.core) and self._region[region] > least:
            return True
        is_mistyped = region in REGION_MAY_BE_MISTYPED and self._region["slip"] > least
        if is_mistyped and (
            _begins_like(left.core, right.region_words) or _begins_like(right.core, left.region_words)
        ):
            return True
        if self._region["absent"] > least and (_lies_before(left, right.core) or _lies_before(right, left.core)):
            return True
        return self._region[region] > least and not _are_cut_alike(left, right)


def _are_cut_alike(left: Side, right: Side) -> bool:
    """Whether two names cut by themselves are cut where the other one is, so that there is nothing new to read."""
    mine, its = left.characters - right.characters, right.characters - left.characters
    if not (mine or its):
        return False  # perhaps swapped across the border of trade name and trade
    size, its_size = len(left.core), len(right.core)
    apart = max(len(mine), len(its), abs(size - its_size))  # no fewer slips lie between them
    if apart > FURTHEST_APART:
        return True
    name, its_name = left.parts.trade_name, right.parts.trade_name
    if not (name and its_name):
        return False
    if name == its_name:
        return True
    if len(name) != len(its_name):
        return False
    return left.parts.trade == right.parts.trade or (
        size == its_size and sum(map(str.__ne__, left.core, right.core)) == apart
    )


def _begins_like(core: str, words: str) -> bool:
    """Whether a core may begin with words for a region in which one character is wrong."""
    return bool(words) and any(one in words for one in core[:2])


def _lies_before(side: Side, core: str) -> bool:
    """Whether another core, with one slip, may be a name's own and the two or three characters before it."""
    text = side.parts.region_text
    return len(text) >= 2 and 1 <= len(core) - len(side.core) <= 4 and (text[-1] in core or text[-2] in core)

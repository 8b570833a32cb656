"""How two names agree, part by part: one level for each feature, in the reading that speaks most for one firm."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from banyan.science.name_matching.characters import is_within, numbers, slips, sound_alike, taken_for
from banyan.science.name_matching.parts import LEAST_TRADE_NAME, Parts, lies_in
from banyan.science.name_matching.words import COMPANIES, LONGEST_TRADE, TRADES

FEATURES: Mapping[str, tuple[str, ...]] = {
    "trade_name": (
        *("same", "long_sound", "sound", "look", "long_slip", "slip", "long_wrong", "wrong", "half"),
        *("long_sound_known", "sound_known", "look_known", "long_slip_known", "slip_known"),
        *("long_wrong_known", "wrong_known", "half_known", "clipped"),
        *("begins", "shortened", "two_slips", "absent", "none", "other"),
    ),
    "trade": ("same", "slip", "near", "shortened", "akin", "absent", "none", "other"),
    "region": ("same", "deeper", "within", "slip", "absent", "none", "other"),
    "form": ("same", "alike", "absent", "none", "other"),
    "branch": ("same", "alike", "unsaid", "absent", "none", "other"),
    "numbers": ("same", "absent", "none", "other"),
}
LONG = 4
LEAST_BEGUN = 3
LEAST_ALIGNED = 6
FURTHEST_APART = 4  # more slips than this between two cores, and no other cut brings their parts together
FORM_OF_BRANCH = re.compile("(?:股份有限公司|有限责任公司|有限公司|总公司|公司)$")
REGION_CALLED = re.compile("(?<=..)[省市县区]")
KNOWN = frozenset({"long_sound", "sound", "look", "long_slip", "slip", "long_wrong", "wrong", "half"})
REGION_MAY_BE_MISTYPED = frozenset({"absent", "deeper", "within"})


class Feature(NamedTuple):
    """One feature of a comparison: the level of agreement, and the two values compared."""

    name: str
    level: str
    left: str
    right: str


class Reading(NamedTuple):
    """One way of cutting two names so that their parts stand opposite each other."""

    region: str
    left_name: str
    left_trade: str
    right_name: str
    right_trade: str


class Aligned(NamedTuple):
    """A name cut where another one is from which one slip parts it, and the reading that follows."""

    left: Parts
    reading: Reading


def features(left: Parts, right: Parts, reading: Reading, *, is_known: bool) -> tuple[Feature, ...]:
    """The levels of two names in one reading; `is_known`: another firm bears the trade name of the left one."""
    of_name = likeness(reading.left_name, reading.right_name)
    if is_known and of_name in KNOWN:
        of_name += "_known"
    return (
        Feature("trade_name", of_name, reading.left_name, reading.right_name),
        Feature(
            "trade", trade_level(reading.left_trade, reading.right_trade), reading.left_trade, reading.right_trade
        ),
        Feature("region", reading.region, left.region_text, right.region_text),
        Feature("form", form_level(left.form, left.form_kind, right.form, right.form_kind), left.form, right.form),
        Feature("branch", branch_level(left.branch, right.branch), left.branch, right.branch),
        Feature("numbers", numbers_level(left, right), _listed(left), _listed(right)),
    )


def readings(left: Parts, right: Parts) -> Iterator[Reading]:
    """The ways of reading two names: as each is cut by itself, and as one is cut where the other one is."""
    region = region_level(left, right)
    own = Reading(region, left.trade_name, left.trade, right.trade_name, right.trade)
    yield own
    if have_much_in_common(frozenset(left.core), frozenset(right.core), left.core, right.core):
        yield from further_readings(left, right, own)


def have_much_in_common(ones: frozenset[str], others: frozenset[str], core: str, other_core: str) -> bool:
    """Whether two cores share enough characters for another reading to help; each comes with its characters."""
    return 2 * len(ones & others) >= min(len(core), len(other_core))


def begins_with(core: str, other: str) -> bool:
    """Whether a core is all that is said of a longer one, cut somewhere in its midst: 榕质通 of 榕质通达口腔."""
    return len(core) > len(other) + 1 and len(other) >= LEAST_BEGUN and core.startswith(other)


def further_readings(left: Parts, right: Parts, own: Reading) -> Iterator[Reading]:
    """The readings in which a name is cut where the other one is; none where their own cut is the same."""
    if own.left_name == own.right_name and own.left_trade == own.right_trade:
        return
    region = own.region
    apart = slips(left.core, right.core)
    if apart <= FURTHEST_APART:
        yield from _cut_alike(region, left.core, right.core, own, apart)
    if begins_with(right.core, left.core):
        yield Reading(region, left.core, "", right.core, "")
    if apart == 1 and (left.trade or right.trade) and sorted(left.core) == sorted(right.core):
        yield Reading(region, left.core, "", right.core, "")  # swapped across the border of trade name and trade
    if apart == 1 and not (left.trade_name and right.trade_name):
        yield Reading(region, "", left.core, "", right.core)
        if min(len(left.core), len(right.core)) >= LONG:
            yield Reading(region, left.core, "", right.core, "")
    for side, core, its, turned in ((right, left.core, right.core, False), (left, right.core, left.core, True)):
        if side.region and region in REGION_MAY_BE_MISTYPED:
            for rest in _without_mistyped_region(core, side):
                if (still_apart := slips(rest, its)) < apart:
                    yield from _cut_alike("slip", *((its, rest) if turned else (rest, its)), own, still_apart)
    for text, core, its, turned in (
        (left.region_text, left.core, right.core, False), (right.region_text, right.core, left.core, True),
    ):  # fmt: skip
        for size in (2, 3):
            longer = text[-size:] + core
            if len(text) < size or abs(len(longer) - len(its)) > 1:
                continue
            if (still_apart := slips(longer, its)) < min(apart, 2):
                yield from _cut_alike("absent", *((its, longer) if turned else (longer, its)), own, still_apart)


def aligned(left: Parts, right: Parts) -> Aligned | None:
    """A name cut where the other one is, when one slip is all that lies between them as they are written.

    A slip in legal form, branch or region would else let a name be cut at the wrong places.

    >>> from banyan.science.name_matching.parts import Places, parts_of
    >>> ones = (parts_of(name, Places([("350100", "福州市")])) for name in ("福州榕质银行股分有限公司东街支行",
    ...                                                                  "福州榕质银行股份有限公司东街支行"))
    >>> found = aligned(*ones)
    >>> found.left.form, found.left.branch
    ('股分有限公司', '东街支行')
    """
    one, other = left.name, right.name
    more = len(one) - len(other)
    if not -1 <= more <= 1 or len(other) < LEAST_ALIGNED or one == other:
        return None
    begin = 0
    while begin < len(one) and begin < len(other) and one[begin] == other[begin]:
        begin += 1
    is_swapped = more == 0 and one[begin : begin + 2] == other[begin : begin + 2][::-1]
    size = 2 if is_swapped else 1  # of the slip, in the longer one
    if one[begin + (size if more >= 0 else 0) :] != other[begin + (size if more <= 0 else 0) :]:
        return None
    pieces = [right.region_text, right.trade_name, right.trade, right.form, right.branch]
    if not other.startswith(right.region_text + right.core):
        pieces[0] = ""  # it stood in brackets
    if "".join(pieces) != other:
        return None
    cut, at, start = [], 0, 0
    for piece in pieces:
        at += len(piece)
        crossed = is_swapped and at == begin + 1
        end = at + crossed if at <= begin else at + more
        cut.append(one[start:end])
        start = end
    region, name, trade, form, branch = cut
    level = region_level(left, right)
    if region == pieces[0] and region:
        level = region_level(right, right)
    elif region != pieces[0]:
        if level == "other" or (len(region) == len(pieces[0]) == 2 and not _is_mistaken(region, pieces[0])):
            return None
        level = "slip" if level == "absent" else level
    kind = right.form_kind if form else ""
    read = left._replace(form=form, form_kind=kind, branch=branch, region_text=region or left.region_text)
    return Aligned(read, Reading(level, name, trade, right.trade_name, right.trade))


def _cut_alike(region: str, left: str, right: str, own: Reading, apart: int) -> Iterator[Reading]:
    """The cores, so many slips apart, cut at the same place, which is where either of them is cut by itself."""
    if left == right:
        is_cut = own.left_name and own.left_trade and left.startswith(own.left_name)
        cut = own.left_name if is_cut else own.right_name or own.left_name
        size = len(cut) if left.startswith(cut) else len(left)
        yield Reading(region, left[:size], left[size:], left[:size], left[size:])
        return
    for name, core, other, turned in (
        (own.left_name, left, right, False), (own.right_name, right, left, True),
    ):  # fmt: skip
        if not core.endswith(own.right_trade if turned else own.left_trade):
            continue
        trade = own.right_trade if turned else own.left_trade
        name = core[: len(core) - len(trade)]
        if len(name) < LEAST_TRADE_NAME or not trade:
            continue
        at = _place_to_cut(name, trade, other, apart)
        mine, its = (name, trade), (other[:at], other[at:])
        yield Reading(region, *its, *mine) if turned else Reading(region, *mine, *its)


def _place_to_cut(name: str, trade: str, other: str, apart: int) -> int:
    """Where a core is cut best when the other one is cut into name and trade: near the same place, fewest slips.

    No cut leaves fewer slips than lie between the cores, so the same place is the best one where it leaves no more.
    """
    size = len(name)
    if size <= len(other) and slips(name, other[:size]) + slips(trade, other[size:]) == apart:
        return size
    return min(
        range(max(0, size - 1), min(len(other), size + 1) + 1),
        key=lambda at: (slips(name, other[:at]) + slips(trade, other[at:]), abs(at - size)),
        default=0,
    )


def _without_mistyped_region(core: str, side: Parts) -> Iterator[str]:
    """What is left of a core that begins with words for the other name's region in which one character is wrong."""
    said = {side.region_text, side.region_word}
    for words in said | {one.rstrip("省市县区") for one in said}:
        if len(words) < 2:
            continue
        for size in (len(words),) if len(words) == 2 else (len(words), len(words) - 1, len(words) + 1):
            begins = core[:size]
            if size < len(core) and slips(begins, words) == 1 and (len(words) > 2 or _is_mistaken(begins, words)):
                yield core[size:]


def _is_mistaken(one: str, other: str) -> bool:
    """Whether two texts of one length differ in a character that is taken for the other one, or in two swapped."""
    different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(different) == 2 or all(sound_alike(a, b) or taken_for(a, b) for a, b in different)


@functools.lru_cache(maxsize=400_000)
def likeness(one: str, other: str) -> str:
    """How two trade names agree.

    >>> likeness("榕质", "榕志"), likeness("榕质通", "榕志通"), likeness("榕质通", "榕金通"), likeness("榕质", "榕")
    ('sound', 'long_sound', 'wrong', 'clipped')
    """
    if not one or not other:
        return "none" if one == other else "absent"
    if one == other:
        return "same"
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) == len(long):
        different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        sounds = all(sound_alike(a, b) for a, b in different)
        if len(different) == 1 and (sounds or taken_for(*different[0])):
            return "long_sound" if len(long) > 2 else "sound" if sounds else "look"
        if sounds:
            return "sound"
        if len(different) == 1:
            return "half" if len(long) == 2 else "long_wrong" if len(long) >= LONG else "wrong"
    count = slips(one, other) if len(long) - len(short) <= 2 else len(long) - len(short)
    if count == 1:
        if len(long) >= LONG:
            return "long_slip"
        return "slip" if len(short) >= 2 else "clipped"
    if len(short) >= LEAST_BEGUN and long.startswith(short):
        return "begins"
    if len(short) >= LEAST_TRADE_NAME and is_within(short, long):
        return "shortened"
    return "two_slips" if count == 2 and len(short) >= 4 else "other"


@functools.lru_cache(maxsize=400_000)
def trade_level(one: str, other: str) -> str:
    """How two trades agree."""
    if not one or not other:
        return "none" if one == other else "absent"
    if one == other:
        return "same"
    short, long = sorted((one, other), key=len)
    if slips(one, other) == 1 and not _both_said(one, other):
        if len(one) == len(other):
            return "slip" if _is_mistaken(one, other) else "near"
        return "slip" if len(long) >= 3 else "near"
    if is_within(short, long) and (long.startswith(short) or _is_said(long)):
        return "shortened"
    return "akin" if _pairs(one) & _pairs(other) else "other"


@functools.lru_cache(maxsize=100_000)
def _both_said(one: str, other: str) -> bool:
    """Whether both are made of known words for trades alone, so that neither is a slip of the pen."""
    return _is_said(one) and _is_said(other)


@functools.lru_cache(maxsize=100_000)
def _is_said(text: str) -> bool:
    if not text:
        return True
    return any(
        text[:size] in TRADES and _is_said(text[size:]) for size in range(min(LONGEST_TRADE, len(text)), 0, -1)
    )


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def region_level(left: Parts, right: Parts) -> str:
    """How two regions agree; `deeper`: the same words, and one goes on to a smaller region."""
    return _region_level(left.region, right.region, left.region_text[:2] == right.region_text[:2])


@functools.lru_cache(maxsize=100_000)
def _region_level(one: frozenset[str], other: frozenset[str], begin_alike: bool) -> str:
    if not one or not other:
        return "none" if not one and not other else "absent"
    if not one.isdisjoint(other):
        return "same"
    if any(lies_in(a, b) or lies_in(b, a) for a in one for b in other):
        return "deeper" if begin_alike else "within"
    return "other"


def form_level(one: str, kind: str, other: str, other_kind: str) -> str:
    """How two legal forms agree; each comes with its kind."""
    if one == other:
        return "same" if one else "none"
    if kind == other_kind or {kind, other_kind} <= COMPANIES:
        return "alike"
    return "other" if one and other else "absent"


@functools.lru_cache(maxsize=100_000)
def branch_level(one: str, other: str) -> str:
    """How the words for two branches agree; `unsaid`: the firm registered is a branch, the name says none."""
    if not one or not other:
        return "none" if one == other else "absent" if one else "unsaid"
    if one == other:
        return "same"
    if branch_stem(one) == branch_stem(other):
        return "alike"
    short, long = sorted((one, other), key=len)
    if len(long) < LONG or slips(one, other) != 1:
        return "other"
    if len(one) == len(other):
        return "alike" if _is_mistaken(one, other) else "other"
    return "alike" if len(short) >= LONG else "other"


def branch_stem(branch: str) -> str:
    """The words for a branch without a legal form at their end and without what a region is called.

    >>> branch_stem("福州市分公司"), branch_stem("福州分"), branch_stem("工程玻璃有限公司")
    ('福州分', '福州分', '工程玻璃')
    """
    return REGION_CALLED.sub("", FORM_OF_BRANCH.sub("", branch))


def numbers_level(left: Parts, right: Parts) -> str:
    """How the numbers of two names agree; those of a branch that is not said are not asked for."""
    one, other = left.numbers, right.numbers
    if one != other and right.branch and not left.branch:
        other -= numbers(right.branch)
    if one == other:
        return "same" if one else "none"
    return "absent" if not one or not other else "other"


def _listed(parts: Parts) -> str:
    return ", ".join(sorted(parts.numbers))

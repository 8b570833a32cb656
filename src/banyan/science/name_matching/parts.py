"""The parts of a Chinese company name: region, trade name, trade, legal form, branch and numbers."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from banyan.science.name_matching.characters import in_digits, numbers, plain, slips
from banyan.science.name_matching.words import (
    BRANCHES,
    FORMS,
    HEADS,
    LONGEST_TRADE,
    OLDER_HEADS,
    SURE_BRANCHES,
    TRADES,
)

NATION = ("中国", "中华", "全国")
PEOPLES = (
    "壮族|回族|维吾尔|蒙古族?|朝鲜族|土家族|苗族|侗族|彝族|藏族|羌族|白族|傣族|景颇族|傈僳族|哈尼族|布依族|瑶族|黎族"
    "|畲族|满族|哈萨克族?|柯尔克孜族?|锡伯族?|塔吉克族?|土族|撒拉族|东乡族|保安族|裕固族|纳西族|拉祜族|佤族|布朗族|独龙族"
    "|怒族|普米族|毛南族|仫佬族|仡佬族|水族|各族|鄂温克族?|达斡尔族?|鄂伦春"
)
ENDING = re.compile(
    rf"^(.{{2,}}?)(?:{PEOPLES})*(特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|矿区|省|市|区|县|州|盟|旗)$"
)
NO_NAMES = frozenset({"市辖", "郊区", "城区", "矿区", "市区", "新区", "县", "省直辖", "自治区直辖"})
HEAD = re.compile(rf"^(.{{2,}}?(?:{'|'.join((*HEADS, '有限.?司', '.限公司', '有.公司'))}))(.+)$")
OLDER_HEAD = re.compile(rf"^(.{{2,}}?(?:{'|'.join(OLDER_HEADS)}))(.{{2,}})$")
BRANCH = re.compile(rf"(?:{'|'.join(BRANCHES)})$")
SURE_BRANCH = re.compile(rf"^(.{{2,}}?)((?:第?[一二三四五六七八九十0-9]+)?(?:{'|'.join(SURE_BRANCHES)}))$")
IN_BRACKETS = re.compile(r"\(([^()]*)\)")
MISTYPED = ("有限责任公司", "股份有限公司", "有限公司")
LEAST_TRADE_NAME = 2


class Parts(NamedTuple):
    """What a name says, part by part; what it does not say is empty."""

    name: str
    region: frozenset[str]
    region_text: str
    region_word: str
    trade_name: str
    trade: str
    form: str
    form_kind: str
    branch: str
    numbers: frozenset[str]

    @property
    def core(self) -> str:
        """Trade name and trade, as they stand together."""
        return self.trade_name + self.trade


class Places:
    """The regions that names may begin with, by their official codes and names.

    >>> places = Places([("350000", "福建省"), ("350100", "福州市"), ("350102", "鼓楼区")])
    >>> places.beginning("福州鼓楼东方")
    (frozenset({'350102'}), '福州鼓楼', '鼓楼')
    """

    def __init__(self, regions: Iterable[tuple[str, str]]):
        self._codes: dict[str, frozenset[str]] = {}
        self._short: set[str] = set()
        found: dict[str, set[str]] = {}
        bases: dict[str, str] = {}
        for code, name in regions:
            said = plain(name)
            ending = ENDING.match(said)
            short = ending[1] if ending else said
            if short in NO_NAMES or said in NO_NAMES:
                continue
            for word in {said, short}:
                if len(word) >= 2:
                    found.setdefault(word, set()).add(code)
                    if word == short and not code.endswith("00"):
                        self._short.add(word)
            bases[said] = short
            if ending and code.endswith("00"):
                found.setdefault(short + ("省" if code.endswith("0000") else "市"), set()).add(code)
        for said, short in bases.items():  # a county that became a city or a district is the same place
            if len(short) >= 2:
                stems = {code[:4] for code in found[said] if not code.endswith("00")}
                found[said] |= {code for code in found[short] if code[:4] in stems and not code.endswith("00")}
        self._codes = {word: frozenset(codes) for word, codes in found.items()}
        self._short -= {word for word, codes in found.items() if any(code.endswith("00") for code in codes)}
        self._longest = max(map(len, self._codes), default=0)

    def codes(self, word: str) -> frozenset[str]:
        """The codes that a region's name may stand for."""
        return self._codes.get(word, frozenset())

    def is_county_in_short(self, word: str) -> bool:
        """Whether a word is the bare name of a county, which a trade name may be as well."""
        return word in self._short

    def beginning(self, text: str) -> tuple[frozenset[str], str, str]:
        """The deepest region that a text begins with, the words for it, and the last of these words."""
        codes: frozenset[str] = frozenset()
        at, last = 0, ""
        while at < len(text):
            for size in range(min(self._longest, len(text) - at), 1, -1):
                here = self._codes.get(text[at : at + size])
                if here is None:
                    continue
                inside = here if not codes else frozenset(c for c in here if any(lies_in(c, o) for o in codes))
                if inside:
                    codes, at, last = inside, at + size, text[at : at + size]
                    break
            else:
                nation = next((len(word) for word in NATION if text.startswith(word, at)), 0)
                if not nation:
                    break
                at += nation
        return codes, text[:at], last or text[:at]


@functools.lru_cache(maxsize=100_000)
def lies_in(code: str, other: str) -> bool:
    """Whether a region is another one or lies in it, by their codes."""
    stem = other
    while stem.endswith("00"):
        stem = stem[:-2]
    return code.startswith(stem)


def parts_of(name: str, places: Places) -> Parts:
    """The parts of a name.

    >>> places = Places([("350000", "福建省"), ("350100", "福州市")])
    >>> found = parts_of("榕質（福州）電子科技有限责任公司金山分公司", places)
    >>> found.region_text, found.trade_name, found.trade, found.form_kind, found.branch
    ('福州', '榕质', '电子科技', 'limited', '金山分公司')
    """
    said = plain(name)
    aside = Region(frozenset(), "", "")
    kept = said
    for inner in IN_BRACKETS.findall(said):
        inside = Region(*places.beginning(inner))
        if inner and inside.text == inner and not said.startswith(f"({inner}"):
            aside, kept = inside, kept.replace(f"({inner})", "", 1)
    flat = in_digits(kept.replace("(", "").replace(")", ""))
    head, branch = _branch(flat, places)
    stem, form, kind = _form(head)
    first = _trusted(stem, Region(*places.beginning(stem)), places)
    trade_name, trade = split(stem[len(first.text) :])
    deeper = aside.codes and all(any(lies_in(code, other) for other in first.codes) for code in aside.codes)
    codes = aside.codes if deeper or not first.codes else first.codes
    return Parts(
        flat, codes, first.text or aside.text, first.word or aside.word, trade_name, trade, form, kind, branch,
        numbers(flat),
    )  # fmt: skip


class Region(NamedTuple):
    """The codes that words for a region may stand for, all its words, and the last of them."""

    codes: frozenset[str]
    text: str
    word: str


def _branch(flat: str, places: Places) -> tuple[str, str]:
    """The head's name and the branch's own words."""
    found = HEAD.match(flat)
    if found is None:
        older = OLDER_HEAD.match(flat)
        found = older if older and BRANCH.search(older[2]) else None
    if found is not None:
        rest = found[2]
        if not _form_of_whole(rest):
            return found[1], rest
        return flat, ""
    sure = SURE_BRANCH.match(flat)
    if sure is None:
        return flat, ""
    stem, branch = sure[1], sure[2]
    for size in (4, 3, 2):
        if len(stem) > size + 3 and places.codes(stem[-size:]):
            return stem[:-size], stem[-size:] + branch
    return stem, branch


def _form_of_whole(text: str) -> bool:
    return any(text == form for form, _kind in FORMS)


def _form(head: str) -> tuple[str, str, str]:
    """What stands before the legal form, the form and its kind; one slip in a form of the limited company is seen."""
    for form, kind in FORMS:
        if form == "公司" and (found := _mistyped(head)):
            return found
        if head.endswith(form) and len(head) >= len(form) + 2:
            stem, more = head[: -len(form)], form
            for inner in ("有限合伙", "合伙企业", "集团", "公司"):
                if stem.endswith(inner) and len(stem) >= len(inner) + 2 and form != inner:
                    stem, more = stem[: -len(inner)], inner + more
            return stem, more, kind
    return _mistyped(head) or (head, "", "")


def _mistyped(head: str) -> tuple[str, str, str] | None:
    for form in MISTYPED:
        for size in (len(form), len(form) + 1, len(form) - 1):
            if len(head) >= size + 2 and slips(head[-size:], form) == 1:
                return head[:-size], head[-size:], "limited"
    return None


def _trusted(stem: str, region: Region, places: Places) -> Region:
    """The region, unless it leaves nothing, or no trade name where its last word may begin one: 江西万年香."""
    if not region.text:
        return region
    rest = stem[len(region.text) :]
    if not places.is_county_in_short(region.word):
        return region if rest else Region(frozenset(), "", "")
    before = region.text[: -len(region.word)]
    name, trade = split(rest)
    may_begin_it = not trade and bool(split(region.word + rest)[1])
    if (len(name) >= LEAST_TRADE_NAME and not may_begin_it) or (before and not name):
        return region
    return Region(*places.beginning(before))


@functools.lru_cache(maxsize=200_000)
def split(core: str) -> tuple[str, str]:
    """The trade name and the trade: the longest run of words for trades at the end that leaves a trade name.

    >>> split("世纪长城大酒店"), split("榕质"), split("食品")
    (('世纪长城', '大酒店'), ('榕质', ''), ('', '食品'))
    """
    size = len(core)
    reached = {size}
    for start in range(size - 1, -1, -1):
        for end in range(start + 1, min(size, start + LONGEST_TRADE) + 1):
            if end in reached and core[start:end] in TRADES:
                reached.add(start)
                break
    begins = [start for start in sorted(reached) if start >= LEAST_TRADE_NAME or start == 0]
    at = begins[0] if begins else size
    return core[:at], core[at:]

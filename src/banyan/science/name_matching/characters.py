"""Characters of names: their plain form, how they sound, which ones are taken for one another."""

from __future__ import annotations

import functools
import re
import unicodedata

from banyan.science.name_matching.traditional import TABLE
from banyan.science.name_matching.words import ALIKE

MORE_VARIANTS = str.maketrans("週邨黄敎牀溼糉峯羣吿强匯滙寳寶鷄隣囯", "周村黄教床湿粽峰群告强汇汇宝宝鸡邻国")
BRACKETS = re.compile(r"[()\[\]{}<>〈〉《》「」『』【】〔〕]")
NOT_SAID = re.compile(r"[^0-9A-Z㐀-䶿一-鿿豈-﫿〇\U00020000-\U000323af]")
NUMERALS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
NUMBER = re.compile(
    r"第([一二三四五六七八九十百零〇0-9]+)|([一二三四五六七八九十]+|[0-9]+)(?=分|支|厂|店|号|队|所|部|站|车间|公司|小|中|医|营|门市)|([0-9]+)"
)
# Of all others the readings after the first are rare, and would let unlike names sound alike.
READ_IN_TWO_WAYS = frozenset(
    "长行重乐朝会曾单都调还车石大差传弹恶发干间降角觉量了落没模曲色省盛食提通为系校兴应与载藏扎占着种转中参"
)
MARKS_OF_TONES = {"̀", "́", "̄", "̌"}
NEARLY_HEARD = ((re.compile("^([zcs])h"), r"\1"), (re.compile("ng$"), "n"), (re.compile("^l"), "n"))


def plain(name: str) -> str:
    """A name with simplified characters, half-width capitals and digits, and nothing that is not said.

    >>> plain("福州（榕質）電子\u200b 有限公司")
    '福州(榕质)电子有限公司'
    """
    folded = unicodedata.normalize("NFKC", name).upper().translate(TABLE).translate(MORE_VARIANTS)
    opened = BRACKETS.sub(lambda found: "(" if found[0] in "([{<〈《「『【〔" else ")", folded)
    return "".join([one for one in opened if one in "()" or not NOT_SAID.match(one)])


@functools.lru_cache(maxsize=50_000)
def sounds(character: str) -> frozenset[str]:
    """The syllables, without tones, that a character may be read as.

    >>> sorted(sounds("长"))
    ['chang', 'zhang']
    """
    from pypinyin.constants import PINYIN_DICT

    readings = PINYIN_DICT.get(ord(character), "").split(",")[: 2 if character in READ_IN_TWO_WAYS else 1]
    return frozenset(_toneless(one) for one in readings if one)


def _toneless(syllable: str) -> str:
    apart = unicodedata.normalize("NFD", syllable)
    return "".join([one for one in apart if one not in MARKS_OF_TONES]).replace("ü", "v")


@functools.lru_cache(maxsize=50_000)
def first_sound(character: str) -> str:
    """The commonest syllable of a character, or the character itself where it has none."""
    from pypinyin.constants import PINYIN_DICT

    reading = PINYIN_DICT.get(ord(character), "").split(",")[0]
    return _toneless(reading) or character


@functools.lru_cache(maxsize=50_000)
def _nearly(character: str) -> frozenset[str]:
    found = set(sounds(character))
    for pattern, written in NEARLY_HEARD:
        found = {pattern.sub(written, one) for one in found}
    return frozenset(found)


@functools.lru_cache(maxsize=200_000)
def sound_alike(one: str, other: str) -> bool:
    """Whether two characters can be read as the same syllable."""
    return one == other or not sounds(one).isdisjoint(sounds(other))


@functools.lru_cache(maxsize=200_000)
def taken_for(one: str, other: str) -> bool:
    """Whether one character is easily taken for the other: by its look, or by nearly the same sound."""
    return other in _looks().get(one, "") or not _nearly(one).isdisjoint(_nearly(other))


@functools.lru_cache(maxsize=1)
def _looks() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in ALIKE:
        for one in group:
            found[one] = found.get(one, "") + group.replace(one, "")
    return found


def numbers(text: str) -> frozenset[str]:
    """The numbers that a plain name counts with: 第二, 三分店, 88.

    >>> sorted(numbers("福州第二机械厂3分厂"))
    ['2', '3']
    """
    if not _HAS_NUMERAL.search(text):
        return frozenset()
    return frozenset(_number("".join(part for part in found if part)) for found in NUMBER.findall(text))


_HAS_NUMERAL = re.compile("[0-9一二三四五六七八九十]")


def in_digits(text: str) -> str:
    """A plain name in which the numbers that it counts with are written in digits.

    >>> in_digits("福州第二十三药店")
    '福州第23药店'
    """
    if not _HAS_NUMERAL.search(text):
        return text
    return NUMBER.sub(lambda found: ("第" if found[1] else "") + _number(found[1] or found[2] or found[3]), text)


def _number(text: str) -> str:
    if text.isdigit():
        return str(int(text))
    total, last = 0, 0
    for one in text:
        if one == "百":
            total, last = total + (last or 1) * 100, 0
        elif one == "十":
            total, last = total + (last or 1) * 10, 0
        else:
            last = (
                last * 10 + NUMERALS.get(one, 0)
                if last and "十" not in text and "百" not in text
                else NUMERALS.get(one, 0)
            )
    return str(total + last)


@functools.lru_cache(maxsize=400_000)
def slips(one: str, other: str) -> int:
    """How many characters are wrong, missing or too many, or how many neighbours are swapped.

    >>> slips("东方", "东芳"), slips("世纪长城", "世纪城长"), slips("榕质", "榕")
    (1, 1, 1)
    """
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if not one or not other:
        return len(one) + len(other)
    if len(one) > len(other):
        one, other = other, one
    if len(one) == 1:
        return len(other) - (one in other)
    if len(other) == 2:  # both begin and end differently
        return 1 if one == other[::-1] else 2
    return _restricted_distance(one, other)


def _restricted_distance(one: str, other: str) -> int:
    """The same of texts that begin and end differently, a column of the table at a time in the bits of a number.

    Notes
    -----
    Hyyrö's form of Myers's algorithm for the restricted Damerau-Levenshtein distance.
    """
    places: dict[str, int] = {}
    for at, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << at
    count, mask, last = len(one), (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, diagonal, before = mask, 0, 0, 0
    for character in other:
        here = places.get(character, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = ((((here & up) + up) ^ up) | here | down | swapped) & mask
        right, left = down | ~(diagonal | up) & mask, diagonal & up
        count += bool(right & last) - bool(left & last)
        right, left = (right << 1 | 1) & mask, (left << 1) & mask
        up, down, before = left | ~(diagonal | right) & mask, right & diagonal, here
    return count


def is_within(short: str, long: str) -> bool:
    """Whether all characters of a text stand in another one, in order."""
    if not set(short) <= set(long):
        return False
    rest = iter(long)
    return all(one in rest for one in short)

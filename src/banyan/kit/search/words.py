"""The words by which a text is found: neighbouring characters, initials and syllables."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from operator import add

INITIALS = 4  # letters in one word of initials
SEGMENTATIONS = 3
_CHINESE = r"㐀-䶿一-鿿豈-﫿〇\U00020000-\U0003134f"
RUNS = re.compile(rf"[{_CHINESE}]+|[a-z0-9]+")
HAN = re.compile(rf"[{_CHINESE}]")
PRINTED_CODE = re.compile(r"^(\d{8}|ma[0-9a-z]{6})-([\dx])$")
LETTERS = re.compile(r"[a-z]+")


def plain(text: str) -> str:
    """A text as it is indexed and compared: full-width forms folded, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\x00", "").lower().split())


def sought(text: str) -> str:
    """A text as it is looked for: plain, and the code of an organisation as certificates print it, with a hyphen
    before its check character (60003734-1), as it is kept."""
    return PRINTED_CODE.sub(r"\1\2", plain(text))


def words_of(text: str) -> list[str]:
    """The words by which a plain text is found."""
    words: list[str] = []
    for run in RUNS.findall(text):
        if HAN.match(run):
            words += map(add, run, run[1:])
            words.append(run[-1])
        else:
            words.append("w" + run)
    if syllables := syllables_of(text):
        initials = "".join([one[0] for one in syllables])
        words += ["i" + initials[at : at + INITIALS] for at in range(len(initials))]
        words += ["y" + a + b for a, b in itertools.pairwise(syllables)]
        words.append("y" + syllables[-1])
    return words


def load_words() -> None:
    """Read the dictionaries of pinyin now, so that the first search of a process does not wait for them."""
    _known_syllables()
    syllables_of("榕")


def syllables_of(text: str) -> list[str]:
    """The pinyin of a text, one syllable per Chinese character."""
    import rjieba

    return [one for part in rjieba.cut(text) if HAN.search(part) for one in _syllables(part)]


@functools.lru_cache(maxsize=200_000)
def _syllables(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    found = lazy_pinyin("".join(HAN.findall(word)), errors="ignore", v_to_u=False)
    return tuple(one for one in found if LETTERS.fullmatch(one))


@functools.lru_cache(maxsize=1)
def _known_syllables() -> frozenset[str]:
    from pypinyin import lazy_pinyin

    return frozenset(one for one in lazy_pinyin([chr(code) for code in range(0x4E00, 0x9FA6)]) if one.isascii())


@functools.lru_cache(maxsize=2_000)
def syllables_from(beginning: str) -> tuple[str, ...]:
    """The known syllables that begin with some letters."""
    return tuple(sorted(one for one in _known_syllables() if one.startswith(beginning)))


def cut_syllables(letters: str) -> list[tuple[str, ...]]:
    """The first ways to cut letters into syllables; the last one may be the beginning of a syllable."""
    found: list[tuple[str, ...]] = []
    for way in _ways(letters):
        found.append(way)
        if len(found) == SEGMENTATIONS:
            break
    return found


def _ways(letters: str) -> Iterator[tuple[str, ...]]:
    known = _known_syllables()
    for size in range(min(6, len(letters)), 0, -1):
        head, rest = letters[:size], letters[size:]
        if not rest and any(one.startswith(head) for one in known):
            yield (head,)
        elif rest and head in known:
            yield from ((head, *way) for way in _ways(rest))

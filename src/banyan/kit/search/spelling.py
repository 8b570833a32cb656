"""What a mistyped text finds: a character wrong, missing or too many, two swapped, others that sound the same."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from django.db.models import Max, QuerySet

from banyan.kit.models import SearchEntry
from banyan.kit.search.finding import CANDIDATES, Query, Row, containing_entries, seen
from banyan.kit.search.indexing import LONGEST, NAME
from banyan.kit.search.words import HAN, sought, syllables_of

SAMPLE = 4000  # names by which the common words are told from the rare
WORDS = 3  # as many of the rarest words of a text find it as surely as all of them
PAIRS = 2  # of neighbours suffice; a character alone stands in so many names that it is dear to look up
COMMON = 50_000  # what more names hold than this finds nobody
SHORTEST = 3  # characters in which one may be wrong

Counts = Callable[[str], float]


def near(*, noun: str, text: str, limit: int = 20, allowed: QuerySet | None = None) -> list[str]:
    """Keys of the records whose names differ from a Chinese text by one slip: nearest in sound first, then in length.

    One character may be wrong, missing or too many, two neighbours may be swapped, and any may be written as others
    that sound the same. `allowed` limits them to a (scoped) queryset of the noun. Ask where `find` finds nothing.
    """
    parts = parts_asked(text)
    if not parts:
        return []
    heard = sounding(containing_entries(noun, query_of_sounds(parts), (), CANDIDATES), parts)
    best = nearest(heard, _spelt(noun, parts))
    return list(itertools.islice(seen(best, allowed, limit), limit))


def parts_asked(text: str) -> list[str]:
    """The parts of a Chinese text of two characters or more; none of any other text."""
    parts = sought(text[:LONGEST]).split()
    is_chinese = all(HAN.fullmatch(one) for part in parts for one in part)
    return parts if is_chinese and len("".join(parts)) >= 2 else []


def nearest(heard: Iterable[tuple[str, str]], spelt: Iterable[tuple[str, str]]) -> list[str]:
    """The keys of entries that sound alike and that are spelt nearly so, the nearest first."""
    hits: dict[str, tuple[bool, int, str]] = {}
    for is_other, entries in enumerate((heard, spelt)):
        for key, name in entries:
            rank = (bool(is_other), len(name), name)
            hits[key] = min(rank, hits.get(key, rank))
    return sorted(hits, key=hits.__getitem__)


def query_of_sounds(parts: list[str]) -> Query:
    """What finds the entries in which all parts are heard, and some others."""
    sounds = [syllables_of(part) for part in parts]
    return [[" ".join("y" + a + b for a, b in itertools.pairwise(one)) or f"y{one[0]}*"] for one in sounds]


def sounding(rows: Iterable[Row], parts: list[str]) -> Iterator[tuple[str, str]]:
    """Key and name of the entries among some in which all parts are heard."""
    sounds = [syllables_of(part) for part in parts]
    for key, _kind, name in rows:
        heard = f" {' '.join(syllables_of(name))} "
        if all(f" {' '.join(one)} " in heard for one in sounds):
            yield key, name


def _spelt(noun: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    """Key and name of the entries that hold the parts but for one slip."""
    left = CANDIDATES
    for words in readings(parts, names_with(noun)):
        rows = containing_entries(noun, [[words]], (), left)
        yield from ((key, name) for key, _kind, name in rows if is_near(name, parts))
        left -= len(rows)
        if left <= 0:
            return


def readings(parts: list[str], count: Counts) -> list[str]:
    """What is left of a text by each slip that may have happened, each as its few rarest words.

    Those of most and rarest words come first: they hold few names, so that all of them are looked at.
    """
    readings: set[frozenset[str]] = set()
    for place, part in enumerate(parts):
        rest = [word for other in (*parts[:place], *parts[place + 1 :]) for word in _words(other)]
        for at, gone in itertools.product(range(len(part)), (0, 1, 2)) if len(part) >= SHORTEST else ():
            words = {*_words(part[:at]), *_words(part[at + gone :]), *rest}
            pairs = {word for word in words if not word.endswith("*")}
            words = pairs if len(pairs) >= PAIRS else words
            readings.add(frozenset(sorted(words, key=lambda word: (count(word), word))[:WORDS]))
    rare = [one for one in readings if one and min(map(count, one)) <= COMMON]
    ordered = sorted(rare, key=lambda one: (-len(one), sum(map(count, one)), sorted(one)))
    return [" ".join(sorted(one)) for one in ordered]


def _words(run: str) -> list[str]:
    """The words of neighbouring characters by which they are found; one that stands alone begins a word."""
    return [a + b for a, b in itertools.pairwise(run)] or [f"{one}*" for one in run]


def names_with(noun: str) -> Counts:
    """In about how many names a word stands, by a sample that is taken anew when there are twice as many."""
    counts, times = _sampled(noun, _last().bit_length())
    return lambda word: counts[word] * times


def _last() -> int:
    return SearchEntry.objects.aggregate(last=Max("pk"))["last"] or 0


@functools.lru_cache(maxsize=32)
def _sampled(noun: str, _size: int) -> tuple[Counter[str], int]:
    """In how many names of a sample a word stands, and how many names each of them stands for."""
    looked_at = range(1, _last() + 1, max(1, _last() // SAMPLE))
    names = SearchEntry.objects.filter(pk__in=looked_at, noun=noun, kind=NAME)
    counts: Counter[str] = Counter()
    for name in names.values_list("text", flat=True):
        counts.update({a + b for a, b in itertools.pairwise(name)} | {f"{one}*" for one in name})
    return counts, looked_at.step


def is_near(name: str, parts: list[str]) -> bool:
    """Whether a name holds all parts but for one slip in one of them."""
    strange = [part for part in parts if part not in name]
    return not strange or (len(strange) == 1 and holds_nearly(name, strange[0]))


def holds_nearly(name: str, part: str) -> bool:
    """Whether a text of three characters or more stands in a name but for one character, or for two swapped."""
    size = len(part)
    if size < SHORTEST:
        return False
    for start in range(len(name)):
        at = 0
        while at < size and start + at < len(name) and name[start + at] == part[at]:
            at += 1
        here = start + at
        if at == size:
            return True
        rest, swapped = part[at + 1 :], part[at + 1 : at + 2] + part[at] + part[at + 2 :]
        if here < len(name) and name.startswith(rest, here + 1):  # one is wrong
            return True
        if at and name.startswith(part[at:], here + 1):  # one is missing
            return True
        if name.startswith(rest, here) or name.startswith(swapped, here):  # one too many, two swapped
            return True
    return False

"""Many texts looked for at once: what `find` and `near` give for each, by a few questions for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import QuerySet

from banyan.kit.search.finding import (
    CANDIDATES,
    Source,
    beginning_source,
    containing_source,
    find,
    hits_of,
    query_of,
    rows_of_each,
)
from banyan.kit.search.indexing import LONGEST
from banyan.kit.search.spelling import (
    is_near,
    names_with,
    nearest,
    parts_asked,
    query_of_sounds,
    readings,
    sounding,
)
from banyan.kit.search.words import sought

KEYS = 5000  # whose rights are asked for together
READ_TOGETHER = 8  # readings of a text that are looked for before it is asked whether further ones are needed

Found = dict[str, list[str]]


def find_many(*, noun: str, texts: Iterable[str], limit: int = 20, allowed: QuerySet | None = None) -> Found:
    """What `find` gives for each text. A text that a thousand names hold is looked for by itself."""
    wanted = {text: sought(text[:LONGEST]) for text in texts}
    asked = [(text, one, query_of(one)) for text, one in wanted.items() if one]
    begin = rows_of_each([beginning_source(noun, one, CANDIDATES) for _text, one, _query in asked])
    holding = [(text, containing_source(noun, query, one.split(), CANDIDATES)) for text, one, query in asked if query]
    hold = dict(zip([text for text, _source in holding], rows_of_each([one for _text, one in holding]), strict=True))
    rows = {text: some + hold.get(text, []) for (text, _one, _query), some in zip(asked, begin, strict=True)}
    common = [text for text, some in rows.items() if len(some) >= CANDIDATES]
    hits = {text: list(hits_of(some, wanted[text])) for text, some in rows.items() if text not in common}
    found = _first(hits, allowed, limit)
    return found | {text: find(noun=noun, text=text, limit=limit, allowed=allowed) for text in common}


def near_many(*, noun: str, texts: Iterable[str], limit: int = 20, allowed: QuerySet | None = None) -> Found:
    """What `near` gives for each text."""
    parts = {text: some for text in texts if (some := parts_asked(text))}
    if not parts:
        return {}
    count = names_with(noun)
    heard = rows_of_each([containing_source(noun, query_of_sounds(one), (), CANDIDATES) for one in parts.values()])
    spelt = _spelt(noun, parts, {text: readings(one, count) for text, one in parts.items()})
    best = {
        text: nearest(sounding(rows, one), spelt[text])
        for (text, one), rows in zip(parts.items(), heard, strict=True)
    }  # fmt: skip
    return _first(best, allowed, limit)


def _spelt(
    noun: str, parts: Mapping[str, list[str]], read: Mapping[str, Sequence[str]]
) -> dict[str, list[tuple[str, str]]]:
    """Key and name of the entries that hold the parts of each text but for one slip; a thousand are looked at."""
    left, found = dict.fromkeys(parts, CANDIDATES), {text: [] for text in parts}  # type: ignore[var-annotated]
    for start in range(0, max(map(len, read.values()), default=0), READ_TOGETHER):
        asked: list[tuple[str, Source]] = [
            (text, containing_source(noun, [[words]], (), left[text]))
            for text, some in read.items() if left[text] > 0 for words in some[start : start + READ_TOGETHER]
        ]  # fmt: skip
        every = rows_of_each([source for _text, source in asked])
        for (text, _source), rows in zip(asked, every, strict=True):
            looked_at = rows[: max(left[text], 0)]
            found[text] += [(key, name) for key, _kind, name in looked_at if is_near(name, parts[text])]
            left[text] -= len(looked_at)
    return found


def _first(keys: Mapping[str, Collection[str]], allowed: QuerySet | None, limit: int) -> Found:
    """The first keys of each text that lie within the (scoped) queryset of their noun."""
    if allowed is None:
        return {text: list(dict.fromkeys(some))[:limit] for text, some in keys.items()}
    every = list(dict.fromkeys(key for some in keys.values() for key in some))
    visible: set[str] = set()
    for start in range(0, len(every), KEYS):
        visible |= set(allowed.order_by().filter(pk__in=every[start : start + KEYS]).values_list("pk", flat=True))
    return {text: [key for key in dict.fromkeys(some) if key in visible][:limit] for text, some in keys.items()}

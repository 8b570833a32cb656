"""Which records a text finds, best first."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from banyan.kit.models import SearchEntry
from banyan.kit.search.indexing import CODE, LONGEST
from banyan.kit.search.words import HAN, INITIALS, LETTERS, RUNS, cut_syllables, sought, syllables_from, syllables_of

CANDIDATES = 1000  # entries that are looked at together
MOST_READ = 5000  # entries after which no further ones are looked at
TOGETHER = 400  # sources of one statement; SQLite takes no more than 500
AT_ONCE = 100  # keys whose rights are asked for together, best first

Row = tuple[str, str, str]  # key, kind, text
Source = tuple[str, list[Any]]  # the end of a statement behind its columns, and its values
Query = list[list[str]]
"""Groups of which all must answer, each of alternatives of which one must; an alternative is words that all must be
there. A word that ends in * is a beginning, and of words with | between them one must be there."""


def find(*, noun: str, text: str, limit: int = 20, allowed: QuerySet | None = None) -> list[str]:
    """Keys of the records that a text finds: exact first, then by their beginning, then the shortest.

    `allowed` limits them to a (scoped) queryset of the noun.
    """
    wanted = sought(text[:LONGEST])
    if not wanted:
        return []
    found: dict[str, None] = {}
    for rows in _portions(noun, wanted, go_on=allowed is not None):
        hits = hits_of(rows, wanted)
        found |= dict.fromkeys(seen(hits, allowed, limit - len(found)))
        if len(found) >= limit:
            return list(found)[:limit]
    if allowed is not None and len(rows) >= CANDIDATES:
        more = allowed.order_by().filter(_of_a_common_text(noun, wanted))
        found |= dict.fromkeys(more.values_list("pk", flat=True)[:limit])
    return list(found)[:limit]


def hits_of(rows: Iterable[Row], wanted: str) -> Iterator[str]:
    """The keys of the entries that answer a text in truth, best first."""
    ranked = sorted(set(rows), key=lambda row: _rank(row, wanted))
    return (key for key, kind, text in ranked if _is_hit(kind, text, wanted))


def seen(keys: Iterable[str], allowed: QuerySet | None, limit: int) -> Iterator[str]:
    """The first keys, each once, that lie within the (scoped) queryset of their noun; its rights are asked in parts.

    `keys` are read no further than needed, so what decides about one is worked out for few of them.
    """
    first, given = _once(keys), 0
    while given < limit and (part := list(itertools.islice(first, limit if allowed is None else AT_ONCE))):
        if allowed is not None:
            visible = set(allowed.order_by().filter(pk__in=part).values_list("pk", flat=True))
            part = [key for key in part if key in visible]
        given += len(part)
        yield from part


def _once(keys: Iterable[str]) -> Iterator[str]:
    known: set[str] = set()
    for key in keys:
        if key not in known:
            known.add(key)
            yield key


def _portions(noun: str, wanted: str, *, go_on: bool) -> Iterator[list[Row]]:
    """The entries among which the best are looked for. More are read, each time twice as many, only by whom the first
    did not suffice: who may see few of the records."""
    size, read = CANDIDATES, 0
    beginning = _beginning(noun, wanted, size)
    while True:
        containing = containing_entries(noun, query_of(wanted), wanted.split(), size, read)
        yield beginning + containing
        if not go_on or len(containing) < size or read > MOST_READ:
            return
        size, read, beginning = size * 2, read + size, []


def _of_a_common_text(noun: str, wanted: str, field: str = "pk") -> Q:
    """The condition that a text finds the record whose key a field holds, where so many are found by it.

    A Chinese text that is common is found soonest by reading the rows that are asked for one by one.
    """
    if all(HAN.search(part) for part in wanted.split()):
        texts = SearchEntry.objects.filter(noun=noun, key=OuterRef(field))
        for part in wanted.split():
            texts = texts.filter(text__contains=part)
        return Q(Exists(texts))
    return Q(**{f"{field}__in": matching(noun=noun, text=wanted)})


def matching(*, noun: str, text: str) -> QuerySet:
    """The keys of all records that a text finds, as a subquery for `pk__in`."""
    entries = SearchEntry.objects.filter(noun=noun)
    wanted = sought(text[:LONGEST])
    if not wanted:
        return entries.none().values("key")
    clauses, values = _beginning_clause(wanted)
    if query := query_of(wanted):
        match, match_values = _match_clause(query, wanted.split())
        clauses, values = f"({clauses} OR {match})", values + match_values
    return entries.extra(where=[clauses], params=values).values("key")  # noqa: S610 (values are bound)


def narrowed(rows: Any, *, text: str, found_by: Mapping[str, str]) -> Any:
    """The rows of an ordered list that a text finds, by entries of one or several nouns; all of them for no text.

    `found_by` names for each noun the field of the rows that holds its key. Keys are given to the database as long as
    they are few; where a common text finds many, the list is walked in its order and its page is full soon.
    """
    wanted = sought(text[:LONGEST])
    if not wanted:
        return rows.none() if text.strip() else rows
    condition = Q()
    for noun, field in found_by.items():
        read = _beginning(noun, wanted, CANDIDATES)
        read += containing_entries(noun, query_of(wanted), wanted.split(), CANDIDATES)
        if len(read) < CANDIDATES:
            condition |= Q(**{f"{field}__in": {key for key, kind, text in read if _is_hit(kind, text, wanted)}})
        else:
            condition |= _of_a_common_text(noun, wanted, field)
    return rows.filter(condition)


def _beginning(noun: str, wanted: str, limit: int) -> list[Row]:
    return _rows(*beginning_source(noun, wanted, limit))


def beginning_source(noun: str, wanted: str, limit: int) -> Source:
    """Where the entries are read from that begin with a text."""
    clause, values = _beginning_clause(wanted)
    return f"FROM kit_searchentry WHERE noun = %s AND {clause} LIMIT %s", [noun, *values, limit]


def containing_entries(noun: str, query: Query, parts: Iterable[str], limit: int, after: int = 0) -> list[Row]:
    """The entries whose words answer a query and which hold the Chinese ones of these parts as they are.

    They come as the inverted index gives them. SQLite reads it one by one, so a common text costs no more.
    """
    return _rows(*containing_source(noun, query, parts, limit, after)) if query else []


def containing_source(noun: str, query: Query, parts: Iterable[str], limit: int, after: int = 0) -> Source:
    """Where they are read from."""
    if connection.vendor == "sqlite":
        texts = _chinese(parts)
        holds = "".join(" AND instr(text, %s) > 0" for _text in texts)
        joined = "FROM kit_searchwords CROSS JOIN kit_searchentry ON kit_searchentry.id = kit_searchwords.rowid"
        condition = f"{joined} WHERE kit_searchwords MATCH %s AND noun = %s{holds} LIMIT %s OFFSET %s"
        return condition, [_expression(query), noun, *texts, limit, after]
    clause, values = _match_clause(query, parts)
    return f"FROM kit_searchentry WHERE noun = %s AND {clause} LIMIT %s OFFSET %s", [noun, *values, limit, after]


def rows_of_each(sources: Sequence[Source]) -> list[list[Row]]:
    """The entries of several sources, asked for together."""
    found: list[list[Row]] = [[] for _ in sources]
    for start in range(0, len(sources), TOGETHER):
        part = sources[start : start + TOGETHER]
        arms = [
            f"SELECT * FROM (SELECT {start + at} AS place, key, kind, text {source}) AS arm{at}"  # noqa: S608
            for at, (source, _values) in enumerate(part)
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(arms), [value for _source, values in part for value in values])
            for place, *row in cursor.fetchall():
                found[place].append((row[0], row[1], row[2]))
    return found


def _rows(source: str, values: list[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key, kind, text {source}", values)
        return cursor.fetchall()


def _beginning_clause(wanted: str) -> tuple[str, list[Any]]:
    if connection.vendor == "sqlite":
        return "(text >= %s AND text < %s)", [wanted, wanted[:-1] + chr(ord(wanted[-1]) + 1)]
    return "(text LIKE %s)", [re.sub(r"([\\%_])", r"\\\1", wanted) + "%"]


def _match_clause(query: Query, parts: Iterable[str]) -> tuple[str, list[Any]]:
    """SQL that is true for entries whose words answer the query (all groups, one alternative of each)."""
    if connection.vendor == "sqlite":
        clause, position = "id IN (SELECT rowid FROM kit_searchwords WHERE kit_searchwords MATCH %s)", "instr"
    else:
        clause, position = "words @@ %s::tsquery", "strpos"
    texts = _chinese(parts)
    holds = "".join(f" AND {position}(text, %s) > 0" for _text in texts)
    return f"({clause}{holds})", [_expression(query), *texts]


def _chinese(parts: Iterable[str]) -> list[str]:
    """The parts of a text that must stand in an entry as they are: words that lie apart do not suffice."""
    return [part for part in parts if HAN.search(part)]


def _expression(query: Query) -> str:
    """The query in the database's own language."""
    if connection.vendor == "sqlite":
        return " AND ".join("(" + " OR ".join(_fts5(one) for one in group) + ")" for group in query)
    return " & ".join("(" + " | ".join(_tsquery(one) for one in group) + ")" for group in query)


def _fts5(alternative: str) -> str:
    return _said(alternative, '"{}"', '"{}"*', " AND ", " OR ")


def _tsquery(alternative: str) -> str:
    return "(" + _said(alternative, "'{}'", "'{}':*", " & ", " | ") + ")"


def _said(alternative: str, word: str, beginning: str, all_of: str, one_of: str) -> str:
    def of(several: str) -> str:
        said = [beginning.format(one[:-1]) if one.endswith("*") else word.format(one) for one in several.split("|")]
        return said[0] if len(said) == 1 else f"({one_of.join(said)})"

    return all_of.join(of(several) for several in alternative.split())


def query_of(wanted: str) -> Query:
    """For each part of the text the alternatives that answer it; a word ending in * is a beginning."""
    groups: Query = []
    for run in RUNS.findall(wanted):
        if HAN.match(run):
            groups.append([" ".join(a + b for a, b in itertools.pairwise(run)) if run[1:] else f"{run}*"])
        elif LETTERS.fullmatch(run) and len(run) > 1:
            groups.append([f"w{run}*", _initials_query(run), *_syllables_query(run)])
        else:
            groups.append([f"w{run}*"])
    return groups


def _initials_query(letters: str) -> str:
    if len(letters) <= INITIALS:
        return f"i{letters}*"
    return " ".join(f"i{letters[at : at + INITIALS]}" for at in range(len(letters) - INITIALS + 1))


def _syllables_query(letters: str) -> list[str]:
    """The pairs of neighbouring syllables that letters may be.

    The last syllable may be a beginning. It is written out: the index reads words one by one as far as it needs, and
    gathers all that a beginning stands for first.
    """
    found = []
    for *whole, last in cut_syllables(letters):
        if not whole:
            found.append(f"y{last}*")
            continue
        ends = "|".join(f"y{whole[-1]}{one}" for one in syllables_from(last))
        found.append(" ".join([*("y" + a + b for a, b in itertools.pairwise(whole)), ends]))
    return found


def _is_hit(kind: str, text: str, wanted: str) -> bool:
    """Whether an entry answers in truth: words that lie apart in a name may have led to it."""
    if text.startswith(wanted):
        return True
    if kind == CODE:
        return False
    return all(part in text or _sounds_like(text, part) for part in wanted.split())


def _sounds_like(text: str, part: str) -> bool:
    if not LETTERS.fullmatch(part):
        return all(run in text for run in RUNS.findall(part))
    if len(part) <= INITIALS:
        return True  # one word of the index, so it cannot have been put together from several places
    syllables = syllables_of(text)
    return part in "".join(one[0] for one in syllables) or part in "".join(syllables)


def _rank(row: Row, wanted: str) -> tuple[int, int, str]:
    text = row[2]
    return (0 if text == wanted else 1 if text.startswith(wanted) else 2 if wanted in text else 3, len(text), text)

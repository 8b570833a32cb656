"""Search by one, two or more Chinese characters, by pinyin and by the beginning of a code, on both databases.

Every text lies in `SearchEntry`; the words it can be found by lie in an inverted index beside it (FTS5 on
SQLite, `tsvector` with GIN on PostgreSQL). A word is two neighbouring characters (`榕质`), four neighbouring
initials (`irzky`), two neighbouring syllables (`yrongzhi`) or a Latin word (`wgb`), so that nothing needs to
be cut into words and two characters are enough. A code is found by its beginning, in the B-tree alone.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from banyan.kit import bulk
from banyan.kit.models import SearchEntry

NAME, CODE = "name", "code"
BATCH = 2000
CANDIDATES = 2000
AT_ONCE = 300  # keys whose rights are asked for together, best first
LONGEST = 200  # characters of a text
INITIALS = 4  # letters in one word of initials
SEGMENTATIONS = 3
_CHINESE = r"㐀-䶿一-鿿豈-﫿〇\U00020000-\U0003134f"
_RUNS = re.compile(rf"[{_CHINESE}]+|[a-z0-9]+")
_HAN = re.compile(rf"[{_CHINESE}]")
_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Entry:
    """One text under which a record is found; a code is found by its beginning only."""

    key: str
    text: str
    kind: str = NAME


# ---------------------------------------------------------------- writing


def index(*, noun: str, key: str, names: Iterable[str] = (), codes: Iterable[str] = ()) -> None:
    """Make a record findable by these texts and no others. Call it in the transaction of its verb."""
    SearchEntry.objects.filter(noun=noun, key=key).delete()
    index_many(
        noun=noun, entries=[*(Entry(key, name) for name in names), *(Entry(key, code, CODE) for code in codes)]
    )


def index_many(*, noun: str, entries: Iterable[Entry]) -> None:
    """Add many texts of new records. Postings of texts that went stay behind and are never shown again."""
    texts = [(one.key, one.kind, plain(one.text)[:LONGEST]) for one in entries]
    found = [(key, kind, text) for key, kind, text in texts if text]
    for start in range(0, len(found), BATCH):
        part = found[start : start + BATCH]
        numbers = _numbers(len(part))
        rows = [(number, noun, *one) for number, one in zip(numbers, part, strict=True)]
        bulk.insert_rows(SearchEntry, ("id", "noun", "key", "kind", "text"), rows)
        _write_words([(number, text) for number, _noun, _key, kind, text in rows if kind == NAME])


def _numbers(count: int) -> Sequence[int]:
    """Numbers for new entries. On SQLite only one writer is at work; on PostgreSQL the sequence gives them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'kit_searchentry'")
            last = (cursor.fetchone() or (0,))[0]
            return range(last + 1, last + 1 + count)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('kit_searchentry', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def rebuild() -> int:
    """Make the inverted index anew from the stored texts; returns how many there are."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO kit_searchwords(kit_searchwords) VALUES ('delete-all')")
    names = SearchEntry.objects.filter(kind=NAME).order_by("id").values_list("id", "text")
    for part in _batches(names.iterator(chunk_size=BATCH)):
        _write_words(part)
    return SearchEntry.objects.count()


def _batches(rows: Iterator[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    while part := list(itertools.islice(rows, BATCH)):
        yield part


def _write_words(rows: Sequence[tuple[int, str]]) -> None:
    """Put the words of texts into the inverted index under the numbers of their entries."""
    words = [(number, " ".join(words_of(text))) for number, text in rows]
    if not words:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany("INSERT INTO kit_searchwords(rowid, words) VALUES (%s, %s)", words)
        else:
            cursor.execute(
                "UPDATE kit_searchentry SET words = array_to_tsvector(string_to_array(given.words, ' '))"
                " FROM unnest(%s::bigint[], %s::text[]) AS given(id, words) WHERE kit_searchentry.id = given.id",
                [[number for number, _words in words], [one for _number, one in words]],
            )


# ---------------------------------------------------------------- finding


def find(*, noun: str, text: str, limit: int = 20, allowed: QuerySet | None = None) -> list[str]:
    """Keys of the records that a text finds: exact first, then by their beginning, then the shortest.

    `allowed` limits them to a (scoped) queryset of the noun.
    """
    wanted = plain(text)
    if not wanted:
        return []
    beginning = _beginning(noun, wanted, CANDIDATES)
    containing = _containing(noun, wanted, CANDIDATES)
    hits = {row for row in beginning + containing if _is_hit(row, wanted)}
    keys = list(dict.fromkeys(row[0] for row in sorted(hits, key=lambda row: _rank(row, wanted))))
    if allowed is None:
        return keys[:limit]
    found: list[str] = []
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        seen = set(allowed.order_by().filter(pk__in=part).values_list("pk", flat=True))
        found += [key for key in part if key in seen]
        if len(found) >= limit:
            return found[:limit]
    if len(found) < limit and max(len(beginning), len(containing)) == CANDIDATES:
        more = _of_a_common_text(noun, wanted, allowed)
        found = list(dict.fromkeys([*found, *more.values_list("pk", flat=True)[:limit]]))[:limit]
    return found


def _of_a_common_text(noun: str, wanted: str, allowed: QuerySet) -> QuerySet:
    """The allowed records that a text finds, where so many hold it that theirs are not among the first.

    A Chinese text that is common is found soonest by reading the allowed records one by one.
    """
    if all(_HAN.search(part) for part in wanted.split()):
        texts = SearchEntry.objects.filter(noun=noun, key=OuterRef("pk"))
        for part in wanted.split():
            texts = texts.filter(text__contains=part)
        return allowed.order_by().filter(Exists(texts))
    return allowed.order_by().filter(pk__in=matching(noun=noun, text=wanted))


def matching(*, noun: str, text: str) -> QuerySet:
    """The keys of all records that a text finds, as a subquery for `pk__in`."""
    entries = SearchEntry.objects.filter(noun=noun)
    wanted = plain(text)
    if not wanted:
        return entries.none().values("key")
    clauses, values = _beginning_clause(wanted)
    if query := _query(wanted):
        match, match_values = _match_clause(query, wanted)
        clauses, values = f"({clauses} OR {match})", values + match_values
    return entries.extra(where=[clauses], params=values).values("key")  # noqa: S610 (values are bound)


Row = tuple[str, str, str]  # key, kind, text


def _beginning(noun: str, wanted: str, limit: int) -> list[Row]:
    clause, values = _beginning_clause(wanted)
    return _rows(f"FROM kit_searchentry WHERE noun = %s AND {clause} LIMIT %s", [noun, *values, limit])


def _containing(noun: str, wanted: str, limit: int) -> list[Row]:
    """The first entries that the inverted index gives. SQLite reads it one by one, so a common text costs no more."""
    if not (query := _query(wanted)):
        return []
    if connection.vendor == "sqlite":
        texts = _contained(wanted)
        holds = "".join(" AND instr(text, %s) > 0" for _text in texts)
        joined = "FROM kit_searchwords CROSS JOIN kit_searchentry ON kit_searchentry.id = kit_searchwords.rowid"
        condition = f"{joined} WHERE kit_searchwords MATCH %s AND noun = %s{holds} LIMIT %s"
        return _rows(condition, [_expression(query), noun, *texts, limit])
    clause, values = _match_clause(query, wanted)
    return _rows(f"FROM kit_searchentry WHERE noun = %s AND {clause} LIMIT %s", [noun, *values, limit])


def _rows(source: str, values: list[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key, kind, text {source}", values)
        return cursor.fetchall()


def _beginning_clause(wanted: str) -> tuple[str, list[Any]]:
    if connection.vendor == "sqlite":
        return "(text >= %s AND text < %s)", [wanted, wanted[:-1] + chr(ord(wanted[-1]) + 1)]
    return "(text LIKE %s)", [re.sub(r"([\\%_])", r"\\\1", wanted) + "%"]


def _match_clause(query: list[list[str]], wanted: str) -> tuple[str, list[Any]]:
    """SQL that is true for entries whose words answer the query (all groups, one alternative of each)."""
    if connection.vendor == "sqlite":
        clause, position = "id IN (SELECT rowid FROM kit_searchwords WHERE kit_searchwords MATCH %s)", "instr"
    else:
        clause, position = "words @@ %s::tsquery", "strpos"
    texts = _contained(wanted)
    holds = "".join(f" AND {position}(text, %s) > 0" for _text in texts)
    return f"({clause}{holds})", [_expression(query), *texts]


def _contained(wanted: str) -> list[str]:
    """The parts of a text that must stand in an entry as they are: words that lie apart do not suffice."""
    return [part for part in wanted.split() if _HAN.search(part)]


def _expression(query: list[list[str]]) -> str:
    """The query in the database's own language."""
    if connection.vendor == "sqlite":
        return " AND ".join("(" + " OR ".join(_fts5(one) for one in group) + ")" for group in query)
    return " & ".join("(" + " | ".join(_tsquery(one) for one in group) + ")" for group in query)


def _fts5(alternative: str) -> str:
    return " AND ".join(f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"' for word in alternative.split())


def _tsquery(alternative: str) -> str:
    words = [f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'" for word in alternative.split()]
    return "(" + " & ".join(words) + ")"


def _query(wanted: str) -> list[list[str]]:
    """For each part of the text the alternatives that answer it; a word ending in * is a beginning."""
    groups: list[list[str]] = []
    for run in _RUNS.findall(wanted):
        if _HAN.match(run):
            groups.append([" ".join(a + b for a, b in itertools.pairwise(run)) if run[1:] else f"{run}*"])
        elif _LETTERS.fullmatch(run) and len(run) > 1:
            groups.append([f"w{run}*", _initials_query(run), *_syllables_query(run)])
        else:
            groups.append([f"w{run}*"])
    return groups


def _initials_query(letters: str) -> str:
    if len(letters) <= INITIALS:
        return f"i{letters}*"
    return " ".join(f"i{letters[at : at + INITIALS]}" for at in range(len(letters) - INITIALS + 1))


def _syllables_query(letters: str) -> list[str]:
    found = []
    for syllables in _cut(letters):
        pairs = ["y" + a + b for a, b in itertools.pairwise(syllables)] or ["y" + syllables[0]]
        found.append(" ".join([*pairs[:-1], pairs[-1] + "*"]))
    return found


def _is_hit(row: Row, wanted: str) -> bool:
    """Whether an entry answers in truth: words that lie apart in a name may have led to it."""
    _key, kind, text = row
    if text.startswith(wanted):
        return True
    if kind == CODE:
        return False
    return all(part in text or _sounds_like(text, part) for part in wanted.split())


def _sounds_like(text: str, part: str) -> bool:
    if not _LETTERS.fullmatch(part):
        return all(run in text for run in _RUNS.findall(part))
    if len(part) <= INITIALS:
        return True  # one word of the index, so it cannot have been put together from several places
    syllables = _pinyin(text)
    return part in "".join(one[0] for one in syllables) or part in "".join(syllables)


def _rank(row: Row, wanted: str) -> tuple[int, int, str]:
    text = row[2]
    return (0 if text == wanted else 1 if text.startswith(wanted) else 2 if wanted in text else 3, len(text), text)


# ---------------------------------------------------------------- words


def plain(text: str) -> str:
    """A text as it is indexed and compared: full-width forms folded, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\x00", "").lower().split())


def words_of(text: str) -> list[str]:
    """The words by which a plain text is found."""
    words: list[str] = []
    for run in _RUNS.findall(text):
        if _HAN.match(run):
            words += map(add, run, run[1:])
            words.append(run[-1])
        else:
            words.append("w" + run)
    if syllables := _pinyin(text):
        initials = "".join([one[0] for one in syllables])
        words += ["i" + initials[at : at + INITIALS] for at in range(len(initials))]
        words += ["y" + a + b for a, b in itertools.pairwise(syllables)]
        words.append("y" + syllables[-1])
    return words


def load_words() -> None:
    """Read the dictionaries of pinyin now, so that the first search of a process does not wait for them."""
    _known_syllables()
    _pinyin("榕")


def _pinyin(text: str) -> list[str]:
    import rjieba

    return [one for part in rjieba.cut(text) if _HAN.search(part) for one in _syllables(part)]


@functools.lru_cache(maxsize=200_000)
def _syllables(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    found = lazy_pinyin("".join(_HAN.findall(word)), errors="ignore", v_to_u=False)
    return tuple(one for one in found if _LETTERS.fullmatch(one))


@functools.lru_cache(maxsize=1)
def _known_syllables() -> frozenset[str]:
    from pypinyin import lazy_pinyin

    return frozenset(one for one in lazy_pinyin([chr(code) for code in range(0x4E00, 0x9FA6)]) if one.isascii())


def _cut(letters: str) -> list[tuple[str, ...]]:
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

"""What is written when a record becomes findable: its texts, and their words in the database's inverted index."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from banyan.kit import bulk
from banyan.kit.models import SearchEntry
from banyan.kit.search.words import plain, words_of

NAME, CODE = "name", "code"
BATCH = 2000
LONGEST = 200  # characters of a text


@dataclass(frozen=True)
class Entry:
    """One text under which a record is found; a code is found by its beginning only."""

    key: str
    text: str
    kind: str = NAME


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
        if connection.vendor == "sqlite":
            bulk.insert_rows(SearchEntry, ("id", "noun", "key", "kind", "text"), rows)
            _write_words([(number, text) for number, _noun, _key, kind, text in rows if kind == NAME])
        else:
            _copy(rows)


def _copy(rows: Iterable[tuple[int, str, str, str, str]]) -> None:
    """Write entries with their words at once: PostgreSQL would write each row a second time for its words."""
    statement = "COPY kit_searchentry (id, noun, key, kind, text, words) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, " ".join(words_of(row[4])) if row[3] == NAME else None))


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

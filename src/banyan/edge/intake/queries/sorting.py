"""Sorts rows into new, known from before, repeated and contradicting, by digests that a table keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from banyan.edge.intake.models import Statement
from banyan.edge.intake.queries.files import Line
from banyan.policy.mappings import Accepted, Mapping, digest
from banyan.policy.mappings import Refused as RowRefused
from banyan.policy.mappings.reasons import refusal

PART = 2000
PASSED, FAILED = 1, 2
NO_IMPORT = 0  # the number of an import that a statement has whose record was there before
NEW, UNCHANGED, REFUSED = "accepted", "unchanged", "refused"

Item = Any


class Entry(NamedTuple):
    """A statement as the table keeps it, in the order of its columns."""

    digest: int
    content: int
    verdict: int
    record: str
    entered_by: int
    seen_by: int
    file: int
    row: int


class Ledger(Protocol):
    """Where statements are looked up."""

    def entries(self, digests: Sequence[int]) -> dict[int, Entry]: ...


class Gate(Protocol):
    """What takes the rows in, as far as sorting asks it (see `targets`)."""

    def split(self, values: dict[str, Any]) -> Sequence[tuple[str, tuple[str, ...], Item]]: ...

    def prepare(self, values: Sequence[dict[str, Any]], records: set[str]) -> None: ...

    def elsewhere(self, values: dict[str, Any]) -> str | RowRefused: ...

    def closed(self, record: str) -> RowRefused | None: ...

    def fresh_key(self) -> str: ...


class Sorted(NamedTuple):
    """A line and its lot: `record` is the key of its record, `items` those of its items that are new."""

    line: Line
    lot: str
    fate: Any
    record: str = ""
    is_new_record: bool = False
    items: Sequence[Item] = ()
    verdict: int = 0


@dataclass
class Sorting:
    """A batch of lines sorted, and the statements that the ledger gains and changes by it."""

    lines: list[Sorted] = field(default_factory=list)
    fresh: dict[int, Entry] = field(default_factory=dict)
    changed: dict[int, Entry] = field(default_factory=dict)


class Sorter:
    """
    Says of lines, in their order, which are new, unchanged, repeats or contradictions.

    Rows with the same natural key are one record. A row all of whose items were said before in the same way is a
    repeat if this import said it, else unchanged; one that says something else of an item, or of the whole, than an
    earlier row contradicts it and is refused: which of the two is right, a file cannot tell.
    """

    def __init__(
        self, mapping: Mapping, *, number: int, ledger: Ledger, gate: Gate, file_name: Callable[[int, int], str]
    ) -> None:
        self.mapping, self.number, self.ledger, self.gate = mapping, number, ledger, gate
        self._file_name = file_name
        self._key_fields = mapping.record.key
        self._verdict_field, self._passed = mapping.record.conclusion, mapping.record.passed

    def sort(self, lines: Sequence[Line]) -> Sorting:
        """Sort a batch. Nothing is kept yet: the ledger keeps the sorting when its records are entered."""
        found, wanted = Sorting(), set()
        drafts: list[tuple[Line, tuple[int, int, list[tuple[int, int, Item]]] | None]] = []
        for line in lines:
            if not isinstance(line.fate, Accepted):
                drafts.append((line, None))
                continue
            drafts.append((line, draft := self._draft(line.fate.values)))
            wanted.add(draft[0])
            wanted.update(at for at, _content, _item in draft[2])
        self._known = self.ledger.entries(list(wanted))
        records = {self._known[draft[0]].record for _line, draft in drafts if draft and draft[0] in self._known}
        self.gate.prepare([line.fate.values for line, draft in drafts if draft], records)
        for line, draft in drafts:
            if draft is None:
                found.lines.append(Sorted(line, REFUSED, line.fate))
            else:
                found.lines.append(self._sorted(line, *draft, found))
        return found

    def _draft(self, values: dict[str, Any]) -> tuple[int, int, list[tuple[int, int, Item]]]:
        """Digest of the record, verdict on the whole, and per item its digest and that of what is said of it."""
        key = digest(self.mapping.key, *[values[name] for name in self._key_fields])
        said = self._verdict(values)
        split = self.gate.split(values)
        items = [(short(digest(key, name)), short(digest(*says, said)), item) for name, says, item in split]
        whole = said if said == FAILED or not any(name for name, _says, _item in split) else 0
        return short(digest(key)), whole, items

    def _verdict(self, values: dict[str, Any]) -> int:
        if self._verdict_field is None:
            return 0
        conclusion = values[self._verdict_field]
        return PASSED if conclusion == self._passed else FAILED if conclusion == "failed" else 0

    def _sorted(self, line: Line, at: int, whole: int, items: Sequence[tuple[int, int, Item]], found: Sorting) -> Any:
        known, number, place = self._known, self.number, line.place
        new: dict[int, tuple[int, Item]] = {}
        repeated: list[Entry] = []
        for digest_, content, item in items:
            before = known.get(digest_)
            if before is None and digest_ not in new:
                new[digest_] = (content, item)
            elif (before.content if before else new[digest_][0]) != content:
                return self._refused(line, "conflict", before or Entry(0, 0, 0, "", number, number, *place[::2]))
            elif before is not None:
                repeated.append(before)
        if not new:
            if all(entry.seen_by == number for entry in repeated):
                return self._refused(line, "repeat", repeated[-1])
            for entry in repeated:
                self._put(entry._replace(seen_by=number), found)
            return Sorted(line, UNCHANGED, line.fate, repeated[-1].record)
        record = known.get(at)
        if record is not None and whole and record.verdict and record.verdict != whole:
            return self._refused(line, "conflict", record)
        said_here = (number, number, place.file, place.row)
        if record is None:
            key = self.gate.elsewhere(line.fate.values)
            if not isinstance(key, str):
                return Sorted(line, REFUSED, key)
            if key:
                return self._registered(line, at, new, key, found)
            key = self.gate.fresh_key()
        elif closed := self.gate.closed(record.record):
            return Sorted(line, REFUSED, closed)
        else:
            key = record.record
        if record is None:
            found.fresh[at] = known[at] = Entry(at, 0, whole, key, *said_here)
        elif whole and not record.verdict:
            self._put(record._replace(verdict=whole), found)
        for digest_, (content, _item) in new.items():
            found.fresh[digest_] = known[digest_] = Entry(digest_, content, whole, key, *said_here)
        parts = [item for _content, item in new.values() if item is not None]
        return Sorted(line, NEW, line.fate, key, record is None, parts, whole)

    def _registered(self, line: Line, at: int, new: dict[int, tuple[int, Item]], key: str, found: Sorting) -> Sorted:
        """The register says the same already, though no import brought it in."""
        place = line.place
        for digest_, content in [(at, 0), *((digest_, content) for digest_, (content, _item) in new.items())]:
            entry = Entry(digest_, content, 0, key, NO_IMPORT, self.number, place.file, place.row)
            found.fresh[digest_] = self._known[digest_] = entry
        return Sorted(line, UNCHANGED, line.fate, key)

    def _put(self, entry: Entry, found: Sorting) -> None:
        """A known statement changes; one that is fresh in this batch stays fresh."""
        self._known[entry.digest] = entry
        (found.fresh if entry.digest in found.fresh else found.changed)[entry.digest] = entry

    def _refused(self, line: Line, code: str, before: Entry) -> Sorted:
        file = self._file_name(before.entered_by, before.file)
        return Sorted(line, REFUSED, refusal(code, file=file, row=str(before.row)))


def short(long: bytes) -> int:
    """Eight bytes of a digest as the number that a database stores."""
    return int.from_bytes(long[:8], "big", signed=True)


class Register:
    """The ledger in the database. What it keeps is written in the transaction of the records (see `actions`)."""

    columns = Entry._fields

    def entries(self, digests: Sequence[int]) -> dict[int, Entry]:
        """The statements with these digests."""
        found = {}
        for start in range(0, len(digests), PART):
            rows = Statement.objects.filter(pk__in=digests[start : start + PART]).values_list(*self.columns)
            found.update({row[0]: Entry._make(row) for row in rows.iterator(chunk_size=PART)})
        return found

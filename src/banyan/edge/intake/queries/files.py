"""Reads files row by row by a mapping; a file of the wrong form is refused as a whole before anything is taken in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import Refused
from banyan.kit.durable import digest_of
from banyan.kit.sheets import Bounds, Table, read_tables, reject_columns
from banyan.policy.mappings import FileRefused, Mapping, bind, header_key
from banyan.policy.mappings import Refused as RowRefused

JUDGED_ROWS = 200  # the header is judged by so many rows


class FormRefused(Refused):
    """A whole file does not fit; nothing of any file was taken in."""

    code = "file-refused"
    status = 422


@dataclass(frozen=True)
class Source:
    """A file to read: where it lies, and the name to show."""

    path: Path
    name: str
    digest: str
    size: int

    def described(self) -> dict[str, Any]:
        """What an import keeps of it."""
        return {"name": self.name, "digest": self.digest, "bytes": self.size}


class Place(NamedTuple):
    """Where a row stands: file and table by their order, and the row's number as the program shows it."""

    file: int
    table: int
    row: int


class Line(NamedTuple):
    """A row of a file, and what the mapping makes of it."""

    place: Place
    sheet: str
    columns: tuple[str, ...]
    cells: list[str]
    fate: Any


@dataclass(frozen=True)
class Survey:
    """What the files hold: how many rows, and the names of all their columns."""

    rows: int
    columns: tuple[str, ...]


def sources_of(paths: Sequence[Path]) -> list[Source]:
    """Files of this machine, with their digests. Raises FormRefused for one that is not there."""
    found = []
    for path in paths:
        if not path.is_file():
            raise FormRefused(
                _("The file “%(file)s” was to be read.") % {"file": path},
                _("There is no such file."),
                _("Check the name and the folder."),
            )
        found.append(Source(path, path.name, digest_of(path), path.stat().st_size))
    return found


def mapping_named(key: str, *, into: str) -> Mapping:
    """The mapping in force with this key. Raises FormRefused where there is none, or for another kind of record."""
    known = [one for one in mappings() if one.into == into]
    for one in known:
        if one.key == key:
            return one
    raise FormRefused(
        _("The files were to be read by the mapping “%(key)s”.") % {"key": key},
        _("The packs know no such mapping for this kind of record."),
        _("Choose one of: %(known)s.") % {"known": ", ".join(one.key for one in known) or "—"},
    )


def mapping_in_force(key: str) -> Mapping:
    """The mapping in force with this key, whatever it leads into. Raises FormRefused where there is none."""
    into = next((one.into for one in mappings() if one.key == key), "")
    return mapping_named(key, into=into)


def recognised(sources: Sequence[Source], *, on: date) -> Mapping:
    """The one mapping that fits the columns of all files. Raises FormRefused where none or several do."""
    fitting, nearest = [], (0, "")
    for mapping in mappings():
        known = 0
        try:
            for source in sources:
                for table in _tables(source, mapping, None):
                    known += sum(map(bool, meaning_of(table.columns, mapping)))
                    _bound(mapping, table, source, on)
        except FormRefused as refusal:
            nearest = max(nearest, (known, f"{mapping.key}: {refusal.prevents}"))
        else:
            fitting.append(mapping)
    if len(fitting) == 1:
        return fitting[0]
    raise FormRefused(
        _("The mapping was to be told from the columns of “%(file)s”.") % {"file": sources[0].name},
        _("Several fit: %(fitting)s.") % {"fitting": ", ".join(one.key for one in fitting)}
        if fitting else _("None fits. The nearest is %(nearest)s") % {"nearest": nearest[1] or "—"},
        _("Choose the mapping yourself, or correct the columns."),
    )  # fmt: skip


def meaning_of(columns: Sequence[str], mapping: Mapping) -> list[str]:
    """For each column of a file the field that it fills, the first of several; "" where the mapping takes it not."""
    fields: dict[str, str] = {}
    for field, column in mapping.fields.items():
        for name in column.named:
            fields.setdefault(header_key(name), field)
    return [fields.get(header_key(name), "") for name in columns]


def mappings() -> list[Mapping]:
    """The mappings in force."""
    entries: Any = policy.load(settings.BANYAN_PACKS).entries("mapping")
    return list(entries)


def identity_of(sources: Sequence[Source], mapping: Mapping) -> str:
    """What makes two imports the same: the files in their order, and the mapping as it reads now."""
    running = hashlib.sha256(mapping.model_dump_json().encode())
    for source in sources:
        running.update(source.digest.encode())
    return running.hexdigest()


def survey(
    sources: Sequence[Source], mapping: Mapping, *, on: date, bounds: Bounds | None = None,
    tell: Callable[[int], None] | None = None,
) -> Survey:  # fmt: skip
    """
    Read all files to their ends and bind the mapping to each header, so that nothing is taken in of a wrong one.

    Raises FormRefused, and SheetRefused where a file is no table or damaged. `tell` hears of every so many rows.
    """
    rows, columns = 0, {}
    for source in sources:
        tables = 0
        for table in _tables(source, mapping, bounds):
            bound = _bound(mapping, table, source, on)
            first = [row.cells for row in islice(table.rows, JUDGED_ROWS)]
            with _refusals_of(source, mapping):
                bound.check_header(first)
            here = len(first)
            for here, _row in enumerate(table.rows, start=len(first) + 1):
                if tell and not here % 5000:
                    tell(rows + here)
            rows += here
            tables += 1
            columns.update(dict.fromkeys(table.columns))
        if not tables:
            raise FormRefused(
                _("The file “%(file)s” was to be read.") % {"file": source.name},
                _("It holds no table."),
                _("Save the table with its header in it. Nothing was taken in."),
            )
    return Survey(rows, tuple(name for name in columns if name))


def lines(
    sources: Sequence[Source], mapping: Mapping, *, on: date, after: Place | None = None,
    bounds: Bounds | None = None,
) -> Iterator[Line]:  # fmt: skip
    """Every row behind `after` with what the mapping makes of it."""
    for file, source in enumerate(sources):
        if after and file < after.file:
            continue
        for order, table in enumerate(_tables(source, mapping, bounds)):
            reached = after.row if after and after[:2] == (file, order) else 0
            if after and (file, order) < after[:2]:
                continue
            bound = _bound(mapping, table, source, on)
            sheet, columns, read = table.sheet, table.columns, bound.apply
            for number, cells in table.rows:
                if number > reached:
                    yield Line(Place(file, order, number), sheet, columns, cells, read(cells))


def words_of(refused: RowRefused) -> str:
    """Why a row is refused, in the language of the reader."""
    if refused.says is not None:
        return refused.says.in_language(get_language() or "en")
    return str(_(refused.message) % refused.params)


def _tables(source: Source, mapping: Mapping, bounds: Bounds | None) -> Iterator[Table]:
    expected = [name for column in mapping.fields.values() for name in column.named]
    return read_tables(source.path, file=source.name, expected=expected, bounds=bounds)


def _bound(mapping: Mapping, table: Table, source: Source, on: date) -> Any:
    with _refusals_of(source, mapping):
        return bind(mapping, columns=table.columns, on=on, ignore=reject_columns())


class _refusals_of:
    """Turns the refusal of a whole file by the policy floor into one that pages and the command line show."""

    def __init__(self, source: Source, mapping: Mapping) -> None:
        self.source, self.mapping = source, mapping

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: Any, error: Any, _trace: Any) -> None:
        if isinstance(error, FileRefused):
            asked = _("The file “%(file)s” was to be read by the mapping “%(mapping)s”.")
            raise FormRefused(
                asked % {"file": self.source.name, "mapping": self.mapping.key},
                _(error.message) % error.params,
                _("Nothing was taken in."),
                code=error.code.replace("_", "-"),
            ) from error

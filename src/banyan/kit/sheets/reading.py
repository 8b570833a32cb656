"""Opens a file as an office has it, by what it is and not by its name, and yields its tables."""

from __future__ import annotations

import gzip
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from banyan.kit.sheets.bounds import Bounds, check_size, damaged, refuse
from banyan.kit.sheets.oldbooks import OldWorkbook
from banyan.kit.sheets.records import read_json, read_xml
from banyan.kit.sheets.rejects import is_rejects, unguarded
from banyan.kit.sheets.tables import Row, Table, below, find_header
from banyan.kit.sheets.texts import read_text
from banyan.kit.sheets.workbooks import Workbook
from banyan.kit.texts import NOT_IN_XML, legible
from banyan.policy.mappings import header_key

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVE = b"PK\x03\x04"
_PACKED = b"\x1f\x8b"
_JSON = re.compile(rb'(\[\s*)?\{\s*"|\[\s*\]')


def read_tables(
    path: Path,
    *,
    file: str = "",
    expected: Iterable[str] = (),
    encoding: str | None = None,
    bounds: Bounds | None = None,
) -> Iterator[Table]:
    """
    The tables of a CSV, XLSX or XLS file, one for each sheet that holds anything; of JSON and XML the one list.

    `expected` are names of columns by which the header is found among the first rows; in a workbook, sheets without
    any of them (instructions, dictionaries) are left out as long as another sheet has some. `file` is the name to
    show when the path is a temporary one. Rows are read while they are walked through: walk through a table inside
    the loop over the tables, for the file is closed behind it. Raises SheetRefused with what to do.
    """
    file, bounds = file or path.name, bounds or Bounds()
    names = frozenset(map(header_key, expected))
    check_size(path, file=file, bounds=bounds)
    with _unpacked(path, file=file, bounds=bounds) as plain:
        kind = _kind(plain, file=file)
        if kind in ("json", "xml"):
            yield from map(_legible, (read_json if kind == "json" else read_xml)(plain, file=file, bounds=bounds))
            return
        if kind == "text":
            found = read_text(plain, file=file, expected=names, encoding=encoding, bounds=bounds)
            yield from map(_as_written, map(_legible, found))
            return
        book = (OldWorkbook if kind == "old" else Workbook)(plain, file=file, bounds=bounds)
        try:
            yield from map(_as_written, map(_legible, _tables(book, expected=names)))
        finally:
            book.close()


def _tables(book: Workbook | OldWorkbook, *, expected: frozenset[str]) -> Iterator[Table]:
    """The sheets that hold a table; if any has expected names, only those that do."""
    found = []
    for sheet in book.sheets:
        header = find_header(book.first_rows(sheet), expected=expected)
        if header is not None:
            found.append((sheet, header))
    if any(header.known >= min(2, len(expected)) > 0 for _, header in found):
        found = [(sheet, header) for sheet, header in found if header.known >= min(2, len(expected))]
    for sheet, header in found:
        rows = below(header, (), (row for row in book.rows(sheet) if row.number > header.number))
        yield Table(book.file, sheet.name, header.columns, header.number, rows, hidden=sheet.hidden)


def _legible(table: Table) -> Table:
    """A table with cells without the characters that no XML holds, which programs of the office leave in cells."""
    rows = (
        Row(row.number, [legible(cell) for cell in row.cells]) if NOT_IN_XML.search("".join(row.cells)) else row
        for row in table.rows
    )
    return replace(table, rows=rows)


def _as_written(table: Table) -> Table:
    """A table as it was before it went through a rejects file: guards against formulas are taken off again."""
    if not is_rejects(table.columns):
        return table
    rows = (Row(row.number, [unguarded(cell) for cell in row.cells]) for row in table.rows)
    return replace(table, rows=rows)


def _kind(path: Path, *, file: str) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(_OLD_WORKBOOK):
        return "old"
    if head.startswith(_ARCHIVE):
        if _is_workbook(path, file=file):
            return "workbook"
        raise refuse(
            "no-table",
            file=file,
            prevents=_("It is an archive or a document, not a workbook that we read."),
            instead=_("Save the table as XLSX or CSV and send that."),
        )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<rss", b"<feed")):
        return "xml"
    if _JSON.match(start):
        return "json"
    if start.startswith((b"<html", b"<!doctype", b"<table", b"%pdf", b"{\\rtf")):
        raise refuse(
            "no-table",
            file=file,
            prevents=_("It is a web page or a document, whatever its name says."),
            instead=_("Open it in the spreadsheet program and save it as XLSX."),
        )
    return "text"


def _is_workbook(path: Path, *, file: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise damaged(file) from error


@contextmanager
def _unpacked(path: Path, *, file: str, bounds: Bounds) -> Iterator[Path]:
    """The file itself, or what a .gz file holds, unpacked beside it within the bounds."""
    with path.open("rb") as stream:
        if stream.read(2) != _PACKED:
            yield path
            return
    with tempfile.NamedTemporaryFile(prefix="sheet-") as plain:
        most = min(bounds.unpacked_bytes, bounds.ratio * max(path.stat().st_size, 4096))
        try:
            with gzip.open(path) as packed:
                while chunk := packed.read(2**20):
                    most -= len(chunk)
                    if most < 0:
                        raise refuse(
                            "unpacks-too-large",
                            file=file,
                            prevents=_("It unpacks to far more than a table needs."),
                            instead=_("Unpack it yourself and send the table in parts."),
                        )
                    plain.write(chunk)
        except (OSError, EOFError, zlib.error) as error:
            raise damaged(file) from error
        plain.flush()
        yield Path(plain.name)

"""Reads XLSX workbooks as a stream: one row in memory at a time, merged cells filled, formulas as computed."""

from __future__ import annotations

import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from posixpath import join, normpath
from typing import Any

from lxml import etree

from banyan.kit.sheets.bounds import Bounds, check_archive, damaged
from banyan.kit.sheets.merges import Merges
from banyan.kit.sheets.numbers import PLAIN, Format, as_text, read_format
from banyan.kit.sheets.tables import Row, Sheet
from banyan.kit.sheets.worksheets import Worksheet, column, elements, rich_text, unescaped

_SURVEYED = 2**18
_BEHIND = 2**25  # bytes behind the rows: merged ranges, conditional formats, validations
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_CLOSE = re.compile(rb"</(?:\w+:)?sheetData>")
_VALUE = re.compile(rb"</(?:\w+:)?[vt]>$")
_FAULTS = (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, ValueError)
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_LINK = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class _Strings:
    """The shared texts of a workbook in one block of bytes, about a third of what separate strings would take."""

    def __init__(self) -> None:
        self._block, self._ends = bytearray(), array("Q")

    def add(self, text: str) -> None:
        self._block += text.encode("utf-8", "replace")
        self._ends.append(len(self._block))

    def __getitem__(self, place: int) -> str:
        start = self._ends[place - 1] if place else 0
        return self._block[start : self._ends[place]].decode()


class Workbook:
    """An open XLSX workbook. Raises SheetRefused where the archive is a bomb, damaged or no workbook."""

    def __init__(self, path: Path, *, file: str, bounds: Bounds) -> None:
        self.file, self.bounds = file, bounds
        try:
            self._archive = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise damaged(file) from error
        try:
            check_archive(self._archive, file=file, bounds=bounds)
            self._parts = frozenset(self._archive.namelist())
            self.sheets, self._from_1904 = self._contents()
            self._formats = self._read_formats()
            self._strings = self._read_strings()
        except BaseException:
            self._archive.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def first_rows(self, sheet: Sheet) -> list[Row]:
        """The rows among which the header must stand."""
        return list(islice(self._rows(sheet.part), self.bounds.header_within))

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """All rows with their merged cells filled downwards; what lies behind the last value is never parsed."""
        reach, ranges = self._survey(sheet.part)
        if not reach:
            return
        merges = Merges(ranges)
        yield from map(merges.fill, self._rows(sheet.part, reach=reach))

    @contextmanager
    def _reading(self, part: str) -> Iterator[None]:
        """Whatever is wrong with a part becomes a refusal of the file."""
        try:
            yield
        except _FAULTS as error:
            raise damaged(self.file, part) from error

    def _elements(self, part: str, *names: str) -> Iterator[Any]:
        with self._reading(part), self._archive.open(part) as stream:
            yield from elements(stream, *names)

    def _contents(self) -> tuple[list[Sheet], bool]:
        """The sheets in their order, and whether days are counted from 1904."""
        targets = {
            one.get("Id"): normpath(join("/xl", one.get("Target", ""))).lstrip("/")
            for one in self._elements("xl/_rels/workbook.xml.rels", "Relationship")
        }
        sheets, from_1904 = [], False
        for one in self._elements("xl/workbook.xml", "workbookPr", "sheet"):
            if one.tag.endswith("workbookPr"):
                from_1904 = one.get("date1904", "0") in ("1", "true")
                continue
            part = targets.get(one.get(_LINK) or one.get(_STRICT_LINK), "")
            if part in self._parts and "worksheets/" in part:
                sheets.append(Sheet(one.get("name", ""), one.get("state", "visible") != "visible", part))
        return sheets, from_1904

    def _read_formats(self) -> list[Format]:
        """The number format of each cell style."""
        if "xl/styles.xml" not in self._parts:
            return []
        codes: dict[int, str] = {}
        styles: list[int] = []
        for one in self._elements("xl/styles.xml", "numFmt", "cellXfs"):
            if one.tag.endswith("numFmt"):
                codes[int(one.get("numFmtId", 0))] = one.get("formatCode", "")
            else:
                styles = [int(style.get("numFmtId", 0)) for style in one]
        return [read_format(number, codes.get(number)) for number in styles]

    def _read_strings(self) -> _Strings:
        strings = _Strings()
        if "xl/sharedStrings.xml" in self._parts:
            for one in self._elements("xl/sharedStrings.xml", "si"):
                strings.add(rich_text(one))
        return strings

    def _survey(self, part: str) -> tuple[int, list[tuple[int, int, int, int]]]:
        """How many bytes reach to the last cell with a value, and the merged ranges, which stand behind the rows.

        A sheet may claim tens of thousands of empty rows behind its last value; they are never parsed.
        """
        last, read, tail, behind = 0, 0, b"", bytearray()
        with self._reading(part), self._archive.open(part) as stream:
            while chunk := stream.read(_SURVEYED):
                piece = tail + chunk
                end = _last_value(piece)
                last = max(last, read - len(tail) + end) if end else last
                if behind:
                    behind += chunk
                elif b"sheetData>" in piece and (close := _CLOSE.search(piece)):
                    behind += piece[close.end() :] or b" "
                if len(behind) > _BEHIND:
                    raise damaged(self.file, part)
                read += len(chunk)
                tail = piece[-64:]
        ranges = _MERGED.findall(behind)[: self.bounds.merged_ranges]
        return last, [(column(a.decode()), int(b), column(c.decode()), int(d)) for a, b, c, d in ranges]

    def _rows(self, part: str, *, reach: int | None = None) -> Iterator[Row]:
        sheet = Worksheet(lambda: self._archive.open(part), value=self._value, file=self.file, bounds=self.bounds)
        with self._reading(part):
            yield from sheet.rows(reach=reach)

    def _value(self, kind: str, style: str, stored: str) -> str:
        """The text of a cell as its reader sees it."""
        if kind in ("", "n"):
            shown = self._formats[int(style)] if style and int(style) < len(self._formats) else PLAIN
            if shown is PLAIN and stored.isdecimal():
                return stored
            return as_text(stored, shown, from_1904=self._from_1904)
        if kind == "s":
            return self._shared(int(stored))
        if kind == "b":
            return "TRUE" if stored == "1" else "FALSE"
        if kind == "d":
            return stored.removesuffix("T00:00:00").replace("T", " ")
        return unescaped(stored)

    def _shared(self, place: int) -> str:
        try:
            return self._strings[place]
        except IndexError as error:
            raise damaged(self.file, "sharedStrings") from error


def _last_value(piece: bytes) -> int:
    """Where the last closed value or text of a piece ends; 0 when there is none."""
    end = max(piece.rfind(b"v>"), piece.rfind(b"t>"))
    while end > 0:
        if _VALUE.search(piece[max(0, end - 40) : end + 2]):
            return end + 2
        end = max(piece.rfind(b"v>", 0, end), piece.rfind(b"t>", 0, end))
    return 0

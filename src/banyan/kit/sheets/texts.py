"""
Reads text files with delimiters, whatever encoding an office saved them in.

The encoding is decided by this rule, in this order: a byte order mark; zero bytes in every second place (UTF-16);
valid UTF-8 to the end; valid GB 18030 to the end with most high bytes paired as in common Chinese; Windows-1252.
A file that is nearly all UTF-8 or Chinese but broken in places is refused, never read with wrong characters.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from banyan.kit.sheets.bounds import Bounds, refuse, too_wide
from banyan.kit.sheets.tables import Row, Table, below, find_header
from banyan.policy.mappings import header_key

_CHUNK = 2**17
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE_PAIRS = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_UTF8_CHINESE = re.compile(rb"[\xe2-\xe9\xef][\x80-\xbf][\x80-\xbf]")
_HIGH = bytes(range(128, 256))
_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 60


def read_text(
    path: Path, *, file: str, expected: frozenset[str], encoding: str | None, bounds: Bounds
) -> Iterator[Table]:
    """The one table of a text file. Raises SheetRefused."""
    encoding = encoding or find_encoding(path, file=file)
    with path.open(encoding=encoding, newline="") as stream:
        try:
            delimiter, skip = _find_delimiter(stream, expected=expected)
            stream.seek(0)
            rows = _rows(stream, delimiter=delimiter, skip=skip, file=file, bounds=bounds)
            first = list(islice(rows, bounds.header_within))
            header = find_header(first, expected=expected)
            if header is not None:
                yield Table(
                    file=file,
                    sheet="",
                    columns=header.columns,
                    header_row=header.number,
                    rows=below(header, first, rows),
                    encoding=encoding,
                    delimiter=delimiter,
                )
        except UnicodeDecodeError as error:
            raise _undecodable(file, encoding, error.start) from error


def find_encoding(path: Path, *, file: str) -> str:
    """The encoding of a text file by the rule above. Raises SheetRefused for what is no text."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd:
        if min(even, odd) == 0 and max(even, odd) > len(head) // 50:
            return "utf-16-be" if even else "utf-16-le"
        raise refuse(
            "no-table",
            file=file,
            prevents=_("It is neither a text file nor a workbook that we read."),
            instead=_("Save it as XLSX or CSV."),
        )
    utf8_fault = _first_fault(path, "utf-8")
    if utf8_fault is None:
        return "utf-8"
    high, chinese, utf8 = _high_bytes(path)
    if 3 * utf8 > 0.9 * high:
        raise _undecodable(file, "utf-8", utf8_fault)
    if 2 * chinese > 0.6 * high:
        fault = _first_fault(path, "gb18030")
        if fault is None:
            return "gb18030"
        raise _undecodable(file, "gb18030", fault)
    fault = _first_fault(path, "cp1252")
    if fault is None:
        return "cp1252"
    raise _undecodable(file, "cp1252", fault)


def _first_fault(path: Path, encoding: str) -> int | None:
    """The place of the first byte that the encoding cannot read, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return max(0, read - held + error.start)
            if not chunk:
                return None
            read += len(chunk)


def _high_bytes(path: Path) -> tuple[int, int, int]:
    """Bytes above 127, pairs of them as in Chinese, triples as in UTF-8; counted until there are enough."""
    high = chinese = utf8 = 0
    with path.open("rb") as stream:
        while (chunk := stream.read(_CHUNK)) and high < 200_000:
            high += len(chunk) - len(chunk.translate(None, _HIGH))
            chinese += len(_CHINESE_PAIRS.findall(chunk))
            utf8 += len(_UTF8_CHINESE.findall(chunk))
    return high, chinese, utf8


def _undecodable(file: str, encoding: str, place: int) -> Exception:
    return refuse(
        "broken-text",
        file=file,
        prevents=_("It reads as %(encoding)s, but byte %(place)d is broken, so names would be wrong.")
        % {"encoding": encoding.upper(), "place": place + 1},
        instead=_("Open the original and save it again as “CSV UTF-8”."),
    )


def _find_delimiter(stream: io.TextIOBase, *, expected: frozenset[str]) -> tuple[str, int]:
    """The delimiter that shows most known names, else most columns; and rows to pass over (a `sep=;` line)."""
    lines = list(islice(iter(lambda: stream.readline(100_000), ""), _SAMPLE_ROWS))
    stated = re.fullmatch(r"sep=(.)\s*", lines[0].lstrip("\ufeff")) if lines else None
    if stated:
        return stated[1], 1
    best, chosen = (-1, -1.0), ","
    for delimiter in _DELIMITERS:
        try:
            widths, known = [], 0
            for cells in csv.reader(lines, delimiter=delimiter):
                filled = [cell for cell in cells if cell.strip()]
                known = max(known, sum(header_key(cell) in expected for cell in filled))
                if filled:
                    widths.append(len(cells))
        except csv.Error:
            continue
        usual = max(widths, key=widths.count, default=0)
        score = (known, usual * widths.count(usual) / max(len(widths), 1) if usual > 1 else 0.0)
        if score > best:
            best, chosen = score, delimiter
    return chosen, 0


def _rows(stream: io.TextIOBase, *, delimiter: str, skip: int, file: str, bounds: Bounds) -> Iterator[Row]:
    number = skip
    try:
        reader = csv.reader(stream, delimiter=delimiter)
        for cells in islice(reader, skip, None):
            number += 1
            if len(cells) > bounds.columns:
                raise too_wide(file, row=number, bounds=bounds)
            for cell in cells:
                if len(cell) > 2_000 and (
                    len(cell) > bounds.cell_characters or cell.count("\n") > bounds.lines_in_cell
                ):
                    raise _unclosed(file, number)
            yield Row(number, cells)
    except csv.Error as error:
        raise _unclosed(file, number + 1) from error
    except UnicodeDecodeError as error:
        raise _undecodable(file, error.encoding, error.start) from error


def _unclosed(file: str, number: int) -> Exception:
    return refuse(
        "unclosed-quote",
        file=file,
        prevents=_("From row %(row)d on a quotation mark is not closed; rows run together.") % {"row": number},
        instead=_("Correct the quotation mark in that row, or save the table as XLSX."),
    )

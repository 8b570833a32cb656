"""
Reads the rows of one worksheet from its XML.

Nearly all programs write cells in one plain way, which a regular expression reads four times as fast as a tree of
elements can be walked. Whatever is written in another way is read by the XML parser; both give the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO, Any

from lxml import etree

from banyan.kit.sheets.bounds import Bounds, too_wide
from banyan.kit.sheets.tables import Row

_CHUNK = 2**18
_PLAIN_START = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*?encoding=[\"']utf-8[\"'][^>]*\?>)?\s*<worksheet\b", re.I)
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(\w+)")?(?:/>|>(?:<f[^>]*?(?:/>|>[^<]*</f>))?'
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>|<v/>)?</c>)'
)
_NUMBER = re.compile(r'\br="(\d+)"')
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(amp|lt|gt|quot|apos));")
_SIGNS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Value = Callable[[str, str, str], str]  # type, style and stored text of a cell → what its reader sees


class _Unusual(Exception):
    """The plain way of reading does not fit the rest of this worksheet."""


class Worksheet:
    """
    One worksheet: `open` gives its bytes from the start, `value` turns what a cell stores into text.

    Raises ValueError or an error of the XML parser where the worksheet is damaged.
    """

    def __init__(self, open_part: Callable[[], IO[bytes]], *, value: Value, file: str, bounds: Bounds) -> None:
        self._open, self._value, self._file, self._bounds = open_part, value, file, bounds

    def rows(self, *, reach: int | None = None) -> Iterator[Row]:
        """The rows in their order, and none that begins behind the first `reach` bytes."""
        given = 0
        try:
            for row in self.plain_rows(reach=reach):
                yield row
                given += 1
        except _Unusual:
            for place, row in enumerate(self.parsed_rows(reach=reach)):
                if place >= given:
                    yield row

    def plain_rows(self, *, reach: int | None = None) -> Iterator[Row]:
        """The rows of a worksheet that is written in the plain way. Raises _Unusual where it is not."""
        number, read, rest = 0, 0, b""
        with self._open() as stream:
            while chunk := stream.read(_CHUNK):
                if not read and not _PLAIN_START.match(chunk):
                    raise _Unusual
                read += len(chunk)
                cut = chunk.rfind(b"</row>")
                if cut < 0:
                    rest += chunk
                    if len(rest) > 64 * _CHUNK:
                        raise _Unusual
                    continue
                piece = rest + chunk[: cut + 6]
                rest = chunk[cut + 6 :]
                if b"<!" in piece or b"\r" in piece:
                    raise _Unusual
                for text in piece.decode().split("</row>")[:-1]:
                    row = self._plain_row(text, number)
                    number = row.number
                    yield row
                if reach is not None and read - len(rest) >= reach:
                    return
        if b"<c " in rest:
            raise _Unusual

    def _plain_row(self, text: str, number: int) -> Row:
        start = text.rfind("<row")
        tag_end = text.find(">", start)
        if start < 0 or tag_end < 0:
            raise _Unusual
        stated = _NUMBER.search(text, start, tag_end)
        number = int(stated[1]) if stated else number + text.count("<row")
        found = _CELL.findall(text, tag_end + 1)
        if len(found) != text.count("<c", tag_end + 1):
            raise _Unusual
        cells: list[str] = []
        for letters, style, kind, stored, inline in found:
            if stored:
                if "&" in stored:
                    stored = _ENTITY.sub(_sign, stored)
                text = self._value(kind, style, stored)
            elif inline:
                text = _ENTITY.sub(_sign, inline) if "&" in inline else inline
                text = unescaped(text) if "_x" in text else text
            else:
                continue
            place = column(letters)
            if place == len(cells) + 1:
                cells.append(text)
            else:
                self._put(cells, place, text, number)
        if len(cells) > self._bounds.columns:
            raise too_wide(self._file, row=number, bounds=self._bounds)
        return Row(number, cells)

    def parsed_rows(self, *, reach: int | None = None) -> Iterator[Row]:
        """The rows as the XML parser finds them."""
        number = 0
        with self._open() as stream:
            for row in elements(stream, "row", reach=reach):
                number = int(row.get("r") or number + 1)
                yield Row(number, self._parsed_cells(row, number))

    def _parsed_cells(self, row: Any, number: int) -> list[str]:
        cells: list[str] = []
        space = row.tag[:-3]
        place = 0
        for cell in row:
            if cell.tag != space + "c":
                continue
            reference = cell.get("r")
            place = column(reference.rstrip("0123456789")) if reference else place + 1
            for part in cell:
                if part.tag == space + "v" and part.text:
                    self._put(cells, place, self._value(cell.get("t", ""), cell.get("s", ""), part.text), number)
                elif part.tag == space + "is":
                    text = rich_text(part)
                    if text:
                        self._put(cells, place, text, number)
        return cells

    def _put(self, cells: list[str], place: int, text: str, number: int) -> None:
        gap = place - 1 - len(cells)
        if place > self._bounds.columns:
            raise too_wide(self._file, row=number, bounds=self._bounds)
        if gap >= 0:
            cells.extend([""] * gap)
            cells.append(text)
        else:
            cells[place - 1] = text


def elements(stream: IO[bytes], *names: str, reach: int | None = None) -> Iterator[Any]:
    """
    The finished elements with these names, each let go of after its turn; entities are never expanded.

    With `reach` nothing is read behind the first element that ends beyond so many bytes.
    """
    tags = [f"{{*}}{name}" for name in names]
    parser = etree.XMLPullParser(events=("end",), tag=tags, resolve_entities=False, no_network=True)
    read = 0
    while chunk := stream.read(_CHUNK // 4):
        parser.feed(chunk)
        done = 0
        for _event, element in parser.read_events():
            done += 1
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
        if reach is not None and read >= reach and done:
            return
        read += len(chunk)
    parser.close()


@lru_cache(maxsize=20_000)
def column(letters: str) -> int:
    """The number of a column from its letters: A is 1, AA is 27. Raises ValueError beyond XFD."""
    number = 0
    for sign in letters:
        number = number * 26 + ord(sign) - 64
    if not 1 <= number <= 16_384:
        raise ValueError(f"{letters!r} is no column")
    return number


def rich_text(element: Any) -> str:
    """The text of an element; reading aids printed above the characters (rPh) are no text of the cell."""
    space = element.tag[: element.tag.rfind("}") + 1]
    if len(element) == 1 and element[0].tag == space + "t":
        return unescaped(element[0].text or "")
    pieces = []
    for part in element:
        if part.tag == space + "t":
            pieces.append(part.text or "")
        elif part.tag == space + "r":
            pieces += [run.text or "" for run in part if run.tag == space + "t"]
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Control characters that a workbook spells as _x000D_ become themselves."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _sign(entity: re.Match[str]) -> str:
    if entity[3]:
        return _SIGNS[entity[3]]
    return chr(int(entity[1]) if entity[1] else int(entity[2], 16))

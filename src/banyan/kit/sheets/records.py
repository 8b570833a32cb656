"""Reads lists of records as services send them, JSON or XML (feeds among them), as a table with a row per record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _
from lxml import etree

from banyan.kit.sheets.bounds import Bounds, SheetRefused, damaged, refuse
from banyan.kit.sheets.tables import Row, Table

SPACE = b"\xef\xbb\xbf \t\r\n"
NO_RECORDS = frozenset({"html", "Workbook", "worksheet", "svg"})  # roots of pages, books and pictures


def read_json(path: Path, *, file: str, bounds: Bounds) -> Iterator[Table]:
    """The records of a JSON file: a list of objects, or the one such list that an object holds."""
    if path.stat().st_size > bounds.whole_bytes:
        raise refuse(
            "file-too-large",
            file=file,
            prevents=_("It has %(size)d MB, and %(most)d MB is the most.")
            % {"size": path.stat().st_size // 2**20, "most": bounds.whole_bytes // 2**20},
            instead=_("Split it into several files."),
        )
    try:
        content = orjson.loads(path.read_bytes().lstrip(SPACE))
    except orjson.JSONDecodeError as error:
        raise damaged(file, str(error)) from error
    lists = [content] if isinstance(content, list) else [one for one in content.values() if isinstance(one, list)]
    records = [one for one in lists if one and all(isinstance(row, dict) for row in one)]
    if len(records) != 1:
        raise _no_records(file)
    columns = tuple(dict.fromkeys(name for record in records[0] for name in record))
    _check_width(columns, file=file, bounds=bounds)
    rows = (
        Row(number, [_text(record.get(name)) for name in columns])
        for number, record in enumerate(records[0], start=1)
    )
    yield Table(file, "", columns, 0, rows, encoding="utf-8")


def _text(value: Any) -> str:
    """A value as a cell: lists with commas, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def read_xml(path: Path, *, file: str, bounds: Bounds) -> Iterator[Table]:
    """The records of an XML file: the elements, most often of one name, that hold nothing but simple elements."""
    kinds: Counter[str] = Counter()
    columns: dict[str, dict[str, None]] = {}
    for name, cells in _records(path, file=file):
        kinds[name] += 1
        columns.setdefault(name, {}).update(dict.fromkeys(cells))
    if not kinds:
        raise _no_records(file)
    kind = kinds.most_common(1)[0][0]
    names = tuple(columns[kind])
    _check_width(names, file=file, bounds=bounds)
    found = (cells for name, cells in _records(path, file=file) if name == kind)
    rows = (Row(number, [cells.get(name, "") for name in names]) for number, cells in enumerate(found, start=1))
    yield Table(file, "", names, 0, rows, encoding="utf-8")


def _records(path: Path, *, file: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and cells of each element all of whose children are simple, in flat memory. Nothing outside is read."""
    with path.open("rb") as stream:
        _skip_space(stream)
        walk = etree.iterparse(stream, events=("end",), resolve_entities=False, no_network=True, load_dtd=False)
        try:
            for _event, element in walk:
                parent = element.getparent()
                if parent is None and _name(element) in NO_RECORDS:
                    raise _no_records(file)
                if not len(element):
                    continue
                is_simple = not any(len(child) for child in element) and not element.get(HAD)
                if is_simple and (cells := _cells(element)):
                    yield _name(element), cells
                if parent is not None:
                    parent.set(HAD, "1")  # once emptied, it would look like a record itself
                    element.clear()
                    while element.getprevious() is not None:
                        del parent[0]
        except etree.XMLSyntaxError as error:
            raise damaged(file, str(error)) from error


HAD = "{banyan}had"


def _skip_space(stream: BufferedReader) -> None:
    """Feeds often begin with an empty line, before which no declaration may stand."""
    head = stream.read(4096)
    stream.seek(len(head) - len(head.lstrip(SPACE)))


def _cells(element: Any) -> dict[str, str]:
    cells: dict[str, str] = {}
    for child in element:
        if isinstance(child.tag, str):
            text, name = (child.text or "").strip(), _name(child)
            cells[name] = f"{cells[name]}; {text}" if cells.get(name) and text else cells.get(name) or text
    return cells


def _name(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _check_width(columns: tuple[str, ...], *, file: str, bounds: Bounds) -> None:
    if len(columns) > bounds.columns:
        raise refuse(
            "too-wide",
            file=file,
            prevents=_("A record has more than %(most)d parts.") % {"most": bounds.columns},
            instead=_("Send a list of records of one kind."),
        )


def _no_records(file: str) -> SheetRefused:
    return refuse(
        "no-table",
        file=file,
        prevents=_("It holds no list of records that could be read as rows."),
        instead=_("Send a table, a feed, or a list of records of one kind."),
    )

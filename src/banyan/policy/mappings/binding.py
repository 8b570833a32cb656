"""Binds a mapping to the header of one file and turns its rows into records or refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from typing import Any

from banyan.policy.mappings.cells import (
    header_key,
    is_rounded,
    place_in,
    place_pattern,
    read_code,
    read_date,
    read_number,
    tidy,
    uscc_fault,
)
from banyan.policy.mappings.grouping import Grouper
from banyan.policy.mappings.model import Column, Mapping
from banyan.policy.mappings.reasons import Accepted, FileRefused, Refused, refusal

_SHIFT_ROWS = 20  # with fewer filled cells nothing is said about the header
_SHIFT_SHARE = 0.9


class _Unreadable(Exception):
    """A cell is not what its column holds; carries the refusal."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused


class Binding:
    """A mapping bound to the columns of a file, for rows as lists of cells. Made by `bind`."""

    def __init__(self, mapping: Mapping, *, columns: Sequence[str], on: dt.date, ignore: Iterable[str]) -> None:
        self.mapping, self.columns, self.on = mapping, tuple(columns), on
        self.width = len(self.columns)
        self._blank = frozenset(mapping.blank)
        self._nameless: list[int] = []
        places = self._places(frozenset(map(header_key, ignore)))
        self._readers = [
            (
                field,
                column,
                places.get(field),
                self.columns[places[field]] if field in places else column.named[0],
                _longest_plain(column),
            )
            for field, column in mapping.fields.items()
        ]
        self._refusals = [
            (place, frozenset(rule.when.one_of), rule.when.starts_with, rule)
            for rule in mapping.refuse
            if (place := self._place_of(rule.when.column, places)) is not None
        ]
        self._patterns = {
            id(column): place_pattern(after=column.after, names=tuple(column.places))
            for column in mapping.fields.values()
            if column.type == "place"
        }
        self._late = [
            (field, column.null_if_same_as)
            for field, column in mapping.fields.items()
            if column.null_if_same_as is not None
        ]

        self._stand_ins = [(field, one.by) for field, one in mapping.stand_ins.items()]

    def _places(self, ignored: frozenset[str]) -> dict[str, int]:
        """The place of each field's column. Raises FileRefused for columns unknown, missing or doubled."""
        fields_by_name: dict[str, list[str]] = {}
        for field, column in self.mapping.fields.items():
            for name in column.named:
                fields_by_name.setdefault(header_key(name), []).append(field)
        not_taken = {header_key(name) for name in self.mapping.not_taken} | ignored
        places: dict[str, int] = {}
        for place, name in enumerate(self.columns):
            if not name:
                self._nameless += [] if self.mapping.counts_rows else [place]
                continue
            fields = fields_by_name.get(header_key(name), [])
            if not fields and header_key(name) not in not_taken:
                raise FileRefused("unknown_column", mapping=self.mapping.key, column=name)
            for field in fields:
                if field in places:
                    first = self.columns[places[field]]
                    raise FileRefused("column_twice", mapping=self.mapping.key, column=first, known=name)
                places[field] = place
        for field, column in self.mapping.fields.items():
            if column.must_be_there and field not in places:
                known = ", ".join(column.named[1:]) or column.named[0]
                raise FileRefused("missing_column", mapping=self.mapping.key, column=column.named[0], known=known)
        return places

    def _place_of(self, name: str, places: dict[str, int]) -> int | None:
        """The place of a column by any of its names."""
        asked = header_key(name)
        for field, column in self.mapping.fields.items():
            if field in places and asked in map(header_key, column.named):
                return places[field]
        return next((place for place, title in enumerate(self.columns) if header_key(title) == asked), None)

    def _known_refusal(self, cells: Sequence[str]) -> Refused | None:
        """The reason in the pack's words why a row of this kind is not taken, if there is one."""
        for place, one_of, starts, rule in self._refusals:
            cell = cells[place].strip() if place < len(cells) else ""
            if cell in one_of or (starts and cell.startswith(starts)):
                params = {"column": self.columns[place], "cell": cell}
                return Refused(rule.reason, rule.says.en.replace("%", "%%"), params, rule.says)
        return None

    def apply(self, cells: Sequence[str]) -> Accepted | Refused:
        """What a row becomes: a record's values, or the first reason why it cannot be taken in."""
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            return refusal("too_many_cells", cell=" | ".join(cells[self.width :])[:80])
        for bare in self._nameless:
            if bare < len(cells) and cells[bare].strip():
                return refusal("cell_without_header", cell=cells[bare].strip()[:80])
        known = self._known_refusal(cells)
        if known:
            return known
        values: dict[str, object] = dict(self.mapping.constants)
        notes: list[str] = []
        count, blank = len(cells), self._blank
        for field, column, place, name, longest in self._readers:
            cell = tidy(cells[place]) if place is not None and place < count else ""
            if cell in blank:
                if column.required:
                    return refusal("missing_value", column=name, cell=cell)
                values[field] = None
            elif len(cell) <= longest:  # plain text, nothing to read
                values[field] = cell
            else:
                try:
                    values[field] = value = self._read(column, name, cell)
                    if value is None and column.type == "place":
                        notes.append(f"{field}.unknown")
                except _Unreadable as unreadable:
                    if not column.or_null:
                        return unreadable.refused
                    values[field] = None
                    notes.append(f"{field}.unreadable")
        for field, other in self._late:
            if values[field] is not None and values[field] == values[other]:
                values[field] = None
                notes.append(f"{field}.same_as_{other}")
        for field, other in self._stand_ins:
            if values.get(field) is None and values[other] is not None:
                values[field] = values[other]
                notes.append(f"{field}.from_{other}")
        return Accepted(values, tuple(notes))

    def _read(self, column: Column, name: str, cell: str) -> object:
        """The value of a filled cell. Raises _Unreadable."""
        if column.translate:
            if cell not in column.translate:
                known = ", ".join(column.translate)
                raise _Unreadable(refusal("unknown_value", column=name, cell=cell, known=known))
            return column.translate[cell]
        if column.inside and cell.startswith(column.inside[0]) and cell.endswith(column.inside[1]):
            cell = cell[len(column.inside[0]) : len(cell) - len(column.inside[1])].strip()
            if not cell:
                return None
        if column.type == "date":
            return self._read_date(column, name, cell)
        if column.type == "decimal":
            number = read_number(cell)
            if number is None:
                raise _Unreadable(refusal("not_a_number", column=name, cell=cell))
            return number
        if column.type == "code":
            return _read_code(column, name, cell)
        if column.type == "place":
            found = place_in(cell, self._patterns[id(column)])
            return column.places[found] if found else None
        if len(cell) > column.longest:
            raise _Unreadable(refusal("too_long", column=name, cell=cell[:80], longest=str(column.longest)))
        return cell

    def _read_date(self, column: Column, name: str, cell: str) -> dt.date:
        day = read_date(cell, column.forms)
        if day is None:
            raise _Unreadable(refusal("not_a_date", column=name, cell=cell))
        if day > self.on and not column.may_be_future:
            raise _Unreadable(refusal("date_in_future", column=name, cell=cell, on=str(self.on)))
        return day

    def check_header(self, rows: Sequence[Sequence[str]]) -> None:
        """
        Refuse the file when its header is plainly shifted against its cells, judged on its first rows.

        Only columns that a wrong cell can be told in are looked at: dates, numbers, codes and translated words.
        Raises FileRefused.
        """
        rows = [cells for cells in rows if not self._known_refusal(cells)]
        for _, column, place, name, _ in self._readers:
            if place is None or not (column.translate or column.type in ("date", "decimal", "code")):
                continue
            filled = self._filled(rows, place)
            if len(filled) < _SHIFT_ROWS or self._fitting(column, name, filled) > (1 - _SHIFT_SHARE) * len(filled):
                continue
            for other, title in enumerate(self.columns):
                cells = self._filled(rows, other)
                fitting = self._fitting(column, name, cells) if other != place else 0
                if len(cells) >= _SHIFT_ROWS and fitting >= _SHIFT_SHARE * len(cells):
                    raise FileRefused(
                        "shifted_header_to", mapping=self.mapping.key, column=name, cell=filled[0], known=title
                    )
            if column.or_null:
                continue
            raise FileRefused("shifted_header", mapping=self.mapping.key, column=name, cell=filled[0])

    def _filled(self, rows: Sequence[Sequence[str]], place: int) -> list[str]:
        cells = (tidy(cells[place]) for cells in rows if place < len(cells))
        return [cell for cell in cells if cell not in self._blank]

    def _fitting(self, column: Column, name: str, cells: Iterable[str]) -> int:
        count = 0
        for cell in cells:
            try:
                self._read(column, name, cell)
            except _Unreadable as unreadable:
                count += unreadable.refused.code in ("date_in_future", "wrong_check_character")
            else:
                count += 1
        return count


def _longest_plain(column: Column) -> int:
    """Up to how many characters a cell is taken as it stands; -1 where every cell must be read."""
    plain = column.type == "text" and not column.translate and not column.inside
    return column.longest if plain else -1


def _read_code(column: Column, name: str, cell: str) -> str:
    code = read_code(cell)
    fault = ""
    if is_rounded(code):
        fault = "code_lost_digits"
    elif column.check == "uscc":
        fault = uscc_fault(code)
    elif len(code) > column.longest:
        raise _Unreadable(refusal("too_long", column=name, cell=cell[:80], longest=str(column.longest)))
    if fault:
        raise _Unreadable(refusal(fault, column=name, cell=cell))
    return code


def bind(mapping: Mapping, *, columns: Sequence[str], on: dt.date, ignore: Iterable[str] = ()) -> Binding:
    """
    The mapping bound to a file's header.

    `ignore` names columns that may stand in the file and are passed over (those that a rejects file adds). Raises
    FileRefused naming the column when the file does not fit.
    """
    return Binding(mapping, columns=columns, on=on, ignore=ignore)


def apply(mapping: Mapping, row: Dict[str, str], *, on: dt.date) -> Accepted | Refused:
    """What one row, given by its column names, becomes. For many rows of a file use `bind`."""
    return bind(mapping, columns=tuple(row), on=on).apply(tuple(row.values()))


def answer_case(mapping: Mapping, *, given: Dict[str, Any], on: dt.date) -> dict[str, Any]:
    """What a case of a pack compares with: the fate of one row, of several rows together, or of a header."""
    try:
        if "columns" in given:
            bind(mapping, columns=given["columns"], on=on)
            return {"file": "accepted"}
        rows = given.get("rows") or [given["row"]]
        grouper = Grouper(mapping)
        fates = []
        for number, row in enumerate(rows, start=1):
            cells: dict[str, str] = {name: str(cell) for name, cell in row.items()}
            fate = apply(mapping, cells, on=on)
            fate = grouper.take(fate, file="", number=number) if isinstance(fate, Accepted) else fate
            fates.append(_fate(fate))
    except FileRefused as refused:
        return {"file": "refused", "reason": refused.code, "column": refused.column}
    return fates[0] if "row" in given else {"rows": fates, "records": grouper.records}


def _fate(fate: Accepted | Refused) -> dict[str, Any]:
    if isinstance(fate, Refused):
        return {"outcome": "refused", "reason": fate.code, "column": fate.column, "cell": fate.cell}
    return {"outcome": "accepted", "values": fate.values, "notes": list(fate.notes)}

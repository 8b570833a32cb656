"""Finds the rows that belong to one record, those that repeat an earlier row and those that contradict one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict

from banyan.policy.mappings.model import Mapping
from banyan.policy.mappings.reasons import Accepted, Refused, refusal

Items = Sequence[tuple[str, tuple[str, ...]]]  # name of the item, what the row says of it
Split = Callable[[Dict[str, object]], Items]
_PASSED, _FAILED = 1, 2
_ROW_BITS, _FILE_BITS = 32, 24


class Grouper:
    """
    Takes accepted rows in their order and says which of them stay.

    Rows with the same key are one record. A row all of whose items were said before in the same way is a repeat; a
    row that says something else of an item, or of the whole, than an earlier row contradicts it. Of two such rows
    the first stays. About 300 bytes of memory are kept for each different row.

    `split` takes the items of a row apart where one cell holds several; without it a row has one item.
    """

    def __init__(self, mapping: Mapping, *, split: Split | None = None) -> None:
        self.mapping = mapping
        self._split = split or self._whole
        known = mapping.fields.keys() | mapping.constants.keys()
        self._other_fields = sorted(known - set(mapping.record.key))
        self._files: dict[str, int] = {}
        self._said: dict[int, int] = {}  # record and item → what was said, and where
        self._verdicts: dict[int, int] = {}  # record → verdict on the whole, and where

    @property
    def records(self) -> int:
        """How many different records the rows taken so far make."""
        return len(self._verdicts)

    def take(self, row: Accepted, *, file: str, number: int) -> Accepted | Refused:
        """The row itself, or why it repeats or contradicts an earlier one; file and number say where it stands."""
        where = self._files.setdefault(file, len(self._files)) << _ROW_BITS | number
        key = self.key(row.values)
        verdict = self._verdict(row.values)
        fresh: dict[int, int] = {}
        repeated = 0
        items = self._split(row.values)
        for name, says in items:
            at, content = _short(digest(key, name)), _short(digest(*says, verdict))
            before = self._said.get(at) or fresh.get(at)
            if before is None:
                fresh[at] = content << (_ROW_BITS + _FILE_BITS) | where
            elif before >> (_ROW_BITS + _FILE_BITS) != content:
                return self._refusal("conflict", before)
            else:
                repeated = before
        if not fresh:
            return self._refusal("repeat", repeated)
        contradicted = self._weigh(_short(key), verdict, where, has_item=any(name for name, _ in items))
        if contradicted is not None:
            return self._refusal("conflict", contradicted)
        self._said.update(fresh)
        return row

    def key(self, values: Dict[str, object]) -> bytes:
        """The digest of a record's natural key; the same on every machine and in every year."""
        return digest(*(values[field] for field in self.mapping.record.key))

    def _verdict(self, values: Dict[str, object]) -> int:
        field = self.mapping.record.conclusion
        if field is None:
            return 0
        return _PASSED if values[field] == self.mapping.record.passed else _FAILED

    def _weigh(self, key: int, verdict: int, where: int, *, has_item: bool) -> int | None:
        """Where an earlier row said that the whole record passed and this one that it failed, or the other way."""
        held = self._verdicts.get(key)
        before = 0 if held is None else held >> (_ROW_BITS + _FILE_BITS)
        whole = verdict == _FAILED or not has_item
        if verdict and whole and before and before != verdict:
            return held
        if held is None or (whole and not before):
            self._verdicts[key] = (verdict if whole else 0) << (_ROW_BITS + _FILE_BITS) | where
        return None

    def _refusal(self, code: str, where: int) -> Refused:
        place = where & ((1 << (_ROW_BITS + _FILE_BITS)) - 1)
        file = next(name for name, index in self._files.items() if index == place >> _ROW_BITS)
        return refusal(code, file=file, row=str(place & ((1 << _ROW_BITS) - 1)))

    def _whole(self, values: Dict[str, object]) -> Items:
        group = self.mapping.record
        if group.item:
            name, *rest = group.item
            return ((str(values[name] or ""), tuple([_text(values[field]) for field in rest])),)
        return (("", tuple([_text(values[field]) for field in self._other_fields])),)


def digest(*parts: object) -> bytes:
    """Sixteen bytes that stand for the parts; unequal parts give unequal bytes for all practical purposes."""
    text = "\x1f".join([part if type(part) is str else _text(part) for part in parts])
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _short(long: bytes) -> int:
    """Eight of the bytes as a number: in a million rows two fall together once in thirty million intakes."""
    return int.from_bytes(long[:8], "big")


def _text(part: object) -> str:
    return part.hex() if isinstance(part, bytes) else "\x00" if part is None else str(part)

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


class Grouper:
    """
    Takes accepted rows in their order and says which of them stay.

    Rows with the same key are one record. A row all of whose items were said before in the same way is a repeat; a
    row that says something else of an item, or of the whole, than an earlier row contradicts it. Of two such rows
    the first stays. About 200 bytes of memory are kept for each different row.

    `split` takes the items of a row apart where one cell holds several; without it a row has one item.
    """

    def __init__(self, mapping: Mapping, *, split: Split | None = None) -> None:
        self.mapping = mapping
        self._split = split or self._whole
        known = mapping.fields.keys() | mapping.constants.keys()
        self._other_fields = sorted(known - set(mapping.record.key))
        self._said: dict[bytes, tuple[bytes, str]] = {}
        self._verdicts: dict[bytes, tuple[int, str]] = {}

    @property
    def records(self) -> int:
        """How many different records the rows taken so far make."""
        return len(self._verdicts)

    def take(self, row: Accepted, *, where: str) -> Accepted | Refused:
        """The row itself, or why it repeats or contradicts an earlier row; `where` says where it stands."""
        key = self.key(row.values)
        verdict = self._verdict(row.values)
        fresh: dict[bytes, tuple[bytes, str]] = {}
        repeated = ""
        items = self._split(row.values)
        for name, says in items:
            at, content = digest(key, name), digest(*says, verdict)
            before = self._said.get(at) or fresh.get(at)
            if before is None:
                fresh[at] = (content, where)
            elif before[0] != content:
                return refusal("conflict", first=before[1])
            else:
                repeated = before[1]
        if not fresh:
            return refusal("repeat", first=repeated)
        contradicted = self._weigh(key, verdict, where, has_item=any(name for name, _ in items))
        if contradicted:
            return refusal("conflict", first=contradicted)
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

    def _weigh(self, key: bytes, verdict: int, where: str, *, has_item: bool) -> str:
        """Where an earlier row said that the whole record passed and this one that it failed, or the other way."""
        before, first = self._verdicts.get(key, (0, where))
        whole = verdict == _FAILED or not has_item
        if verdict and whole and before and before != verdict:
            return first
        self._verdicts[key] = (before or (verdict if whole else 0), first)
        return ""

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


def _text(part: object) -> str:
    return part.hex() if isinstance(part, bytes) else "\x00" if part is None else str(part)

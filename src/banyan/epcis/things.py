"""Which things an event speaks of, in which part, and how much of each."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from .documents import Event
from .identifiers import BadIdentifier, canonical, identify
from .vocabulary import EPC_LISTS, PARTY_LISTS, QUANTITY_LISTS


class Thing(NamedTuple):
    """One thing of an event: its identifier in the one form, its part, and for a lot or class how much of it."""

    epc: str
    role: str  # epc, parent, child, input or output
    quantity: Decimal | None = None
    unit: str = ""
    kind: str = "other"  # as `Identifier` has it
    gtin: str = ""


_PARTS = (
    *(("parentID", "parent"), ("epcList", "epc"), ("childEPCs", "child")),
    *(("inputEPCList", "input"), ("outputEPCList", "output")),
)
_AMOUNTS = (
    *(("quantityList", "epc"), ("childQuantityList", "child")),
    *(("inputQuantityList", "input"), ("outputQuantityList", "output")),
)


def things(event: Mapping[str, Any]) -> tuple[Thing, ...]:
    """The things of an event that was checked; raises BadIdentifier for one that was not."""
    return tuple(_things(event))


def _things(event: Mapping[str, Any]) -> Iterator[Thing]:
    for field, role in _PARTS:
        named = event.get(field)
        if named:
            for epc in (named,) if isinstance(named, str) else dict.fromkeys(named):
                found = identify(epc)
                yield Thing(found.canonical, role, None, "", found.kind, found.gtin)
    for field, role in _AMOUNTS:
        for line in event.get(field) or ():
            amount = line.get("quantity")
            quantity = None if amount is None else Decimal(str(amount))
            found = identify(line["epcClass"])
            yield Thing(found.canonical, role, quantity, line.get("uom", ""), found.kind, found.gtin)


def in_links(event: Mapping[str, Any]) -> Event:
    """The event with its identifiers as canonical Digital Links, which leaves its hash as it is."""
    written: Event = dict(event)
    for field in EPC_LISTS:
        if field in written:
            written[field] = [_link(epc) for epc in written[field]]
    for field in ("parentID", "transformationID"):
        if field in written:
            written[field] = _link(written[field])
    for field in ("readPoint", "bizLocation"):
        if field in written:
            written[field] = {**written[field], "id": _link(written[field]["id"])}
    names = {**dict.fromkeys(QUANTITY_LISTS, "epcClass"), **{field: name for field, (name, _) in PARTY_LISTS.items()}}
    for field, name in names.items():
        if field in written:
            written[field] = [{**line, name: _link(line[name])} for line in written[field]]
    return written


def _link(identifier: str) -> str:
    try:
        return canonical(identifier)
    except BadIdentifier:
        return identifier

"""Which things an event speaks of, in which part, and how much of each."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote

from .documents import Event
from .identifiers import DOMAIN, SAFE, BadIdentifier, Identifier, canonical, identify
from .vocabulary import EPC_LISTS, PARTY_LISTS, QUANTITY_LISTS

LOT_NUMBER = "{urn:epcglobal:cbv:mda}lotNumber"
BEGINS = {"ObjectEvent": "epc", "TransformationEvent": "output"}  # the part whose things ILMD speak of


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
    """
    The things of an event that was checked; raises BadIdentifier for one that was not.

    Where master data of what begins here (ILMD) name a lot and its class names none, the lot is that one; of single
    items it is named beside them.
    """
    found = tuple(_things(event))
    lot = (event.get("ilmd") or {}).get(LOT_NUMBER)
    return found if not isinstance(lot, str) else tuple(dict.fromkeys(_in_lot(found, lot, BEGINS.get(event["type"]))))


def _in_lot(found: tuple[Thing, ...], lot: str, role: str | None) -> Iterator[Thing]:
    for one in found:
        named = _lot(one.gtin, lot) if one.role == role and one.gtin and one.kind in ("class", "instance") else None
        if named is None or one.kind == "instance":
            yield one
        if named is not None:
            yield Thing(named.canonical, one.role, one.quantity, one.unit, named.kind, named.gtin)


def _lot(gtin: str, lot: str) -> Identifier | None:
    try:
        found = identify(f"{DOMAIN}/01/{gtin}/10/{quote(lot.strip(), safe=SAFE)}")
        return found if found.kind == "lot" else None
    except BadIdentifier:
        return None  # a number that no lot can have: the class stays as it was told


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

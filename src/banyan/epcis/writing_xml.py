"""Writes events as EPCIS XML 2.0, in chunks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from lxml import etree

from .documents import SBDH, Event, Unwritable, business_header
from .names import JSON_LD, STANDARD_PREFIXES, VALUE
from .vocabulary import DISPOSITIONS, EPC_LISTS, OF_FIELDS, PARTY_LISTS, QUANTITY_LISTS, WORDS_OF_REPORTS

_EPCIS = "urn:epcglobal:epcis:xsd:2"
_QUERY = "urn:epcglobal:epcis-query:xsd:2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XSD = "http://www.w3.org/2001/XMLSchema"

# The order in which the standard's XML schema wants an event's elements.
_ORDER = {
    "": ("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo"),
    "ObjectEvent": ("epcList", "action"),
    "AggregationEvent": ("parentID", "childEPCs", "action"),
    "AssociationEvent": ("parentID", "childEPCs", "childQuantityList", "action"),
    "TransactionEvent": ("bizTransactionList", "parentID", "epcList", "action"),
    "TransformationEvent": (
        *("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID"),
    ),
    "then": (
        *("bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList", "quantityList"),
        *("childQuantityList", "sourceList", "destinationList", "sensorElementList", "persistentDisposition", "ilmd"),
    ),
}


def write_xml(
    events: Iterable[Event],
    namespaces: Mapping[str, str] | None = None,
    *,
    created: str,
    header: Mapping[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
    fields: Mapping[str, Any] | None = None,
    vocabularies: Sequence[Mapping[str, Any]] = (),
) -> Iterator[bytes]:
    """The bytes of a document with these events; with `query` (queryName …) a query document.

    A query document tells its master data as `vocabularies`: in its header where it has events, else as its result.
    """
    prefixes = dict(namespaces or {})
    root, space = ("EPCISDocument", _EPCIS) if query is None else ("EPCISQueryDocument", _QUERY)
    known = {**prefixes, "epcis": _EPCIS, "xsi": _XSI, "xsd": _XSD, **({} if query is None else {"epcisq": _QUERY})}
    element = etree.Element(f"{{{space}}}{root}", nsmap=known, schemaVersion="2.0", creationDate=created)
    fields = dict(fields or {})
    steps = iter(events)
    first = next(steps, None)
    if query is None:
        _put_header(element, dict(header or {}), fields, created)
    elif vocabularies and first is not None:
        _put_header(element, {"epcisMasterData": {"vocabularyList": vocabularies}}, {}, created)
    if "id" in fields:
        element.set(_tag("@id"), fields["id"])  # XML has no place for it, so it stands there as JSON-LD's own
    for key, value in fields.items():
        if key[:1] == "{":
            _put(element, key, value)
    inner = etree.SubElement(element, "EPCISBody")
    if query is not None:
        results = etree.SubElement(inner, f"{{{_QUERY}}}QueryResults")
        for name, text in query.items():
            etree.SubElement(results, name).text = text
        inner = etree.SubElement(results, "resultsBody")
        if vocabularies and first is None:
            _put_vocabularies(inner, vocabularies)
            yield b"<?xml version='1.0' encoding='UTF-8'?>\n" + etree.tostring(element, encoding="utf-8")
            return
    etree.SubElement(inner, "EventList").text = "\n"
    start, end = etree.tostring(element, encoding="unicode").split("<EventList>\n</EventList>")
    yield f"<?xml version='1.0' encoding='UTF-8'?>\n{start}<EventList>\n".encode()
    for event in steps if first is None else chain((first,), steps):
        yield etree.tostring(xml_event(event, prefixes), encoding="utf-8") + b"\n"
    yield f"</EventList>{end}\n".encode()


def xml_event(event: Event, namespaces: Mapping[str, str] | None = None) -> Any:
    """One event as an element. Raises Unwritable for a name or a character that XML does not know."""
    try:
        return _event(event, dict(namespaces or {}))
    except ValueError as refused:
        raise Unwritable(f"This event cannot be written as XML: {refused}. Ask for it as JSON.") from None


# ---------------------------------------------------------------- header


def _put_header(root: Any, header: dict[str, Any], fields: dict[str, Any], created: str) -> None:
    if SBDH not in header and any(name in fields for name in ("sender", "receiver", "instanceIdentifier")):
        header = {SBDH: business_header(fields, created), **header}
    if not header:
        return
    element = etree.SubElement(root, "EPCISHeader")
    for key, value in header.items():
        if key != "epcisMasterData":
            _put(element, key, value)
        else:
            wrapped = etree.SubElement(element, "extension")  # where the schema has it
            _put_vocabularies(etree.SubElement(wrapped, "EPCISMasterData"), value.get("vocabularyList") or ())


def _put_vocabularies(parent: Any, vocabularies: Iterable[Mapping[str, Any]]) -> None:
    listed = etree.SubElement(parent, "VocabularyList")
    for vocabulary in vocabularies:
        _put_vocabulary(listed, vocabulary)


def _put_vocabulary(listed: Any, vocabulary: Mapping[str, Any]) -> None:
    written = etree.SubElement(listed, "Vocabulary", type=vocabulary["type"])
    elements = etree.SubElement(written, "VocabularyElementList")
    for one in vocabulary.get("vocabularyElementList") or ():
        element = etree.SubElement(elements, "VocabularyElement", id=one["id"])
        for attribute in one.get("attributes") or ():
            _put(element, "attribute", attribute.get("attribute", "")).set("id", attribute["id"])
        if "children" in one:
            children = etree.SubElement(element, "children")
            for child in one["children"]:
                etree.SubElement(children, "id").text = child


# ---------------------------------------------------------------- one event


def _event(event: Event, namespaces: dict[str, str]) -> Any:
    used = {key[1:].partition("}")[0] for key in _names(event)}
    spaces = {prefix: space for prefix, space in {**STANDARD_PREFIXES, **namespaces}.items() if space in used}
    typed = {"xsi": _XSI, "xsd": _XSD} if used else {}
    kind = event["type"]
    element = etree.Element(kind, nsmap={**spaces, **typed})
    order = dict.fromkeys((*_ORDER[""], *_ORDER[kind], *_ORDER["then"]))
    for field in order:
        if field in event:
            _WRITERS.get(field, _put_text)(element, field, event[field])
    for key, value in event.items():
        if key not in order and key != "type":
            _put(element, key, value)
    return element


def _names(value: Any) -> Iterator[str]:
    """The names of all extensions in a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key[:1] == "{":
                yield key
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)


def _put_text(parent: Any, name: str, value: Any) -> None:
    for text in value if isinstance(value, list) else (value,):
        words = OF_FIELDS.get(name)
        etree.SubElement(parent, name).text = words.written(text) if words else text


def _put_epcs(parent: Any, name: str, value: list[str]) -> None:
    listed = etree.SubElement(parent, name)
    for epc in value:
        etree.SubElement(listed, "epc").text = epc


def _put_quantities(parent: Any, name: str, value: list[dict[str, Any]]) -> None:
    listed = etree.SubElement(parent, name)
    for line in value:
        element = etree.SubElement(listed, "quantityElement")
        for field in ("epcClass", "quantity", "uom"):
            if field in line:
                etree.SubElement(element, field).text = _plain(line[field])


def _put_parties(parent: Any, name: str, value: list[dict[str, Any]]) -> None:
    one, words = PARTY_LISTS[name]
    listed = etree.SubElement(parent, name)
    for line in value:
        element = etree.SubElement(listed, one)
        element.text = line[one]
        if "type" in line:
            element.set("type", words.written(line["type"]))


def _put_place(parent: Any, name: str, value: dict[str, Any]) -> None:
    place = etree.SubElement(parent, name)
    for key, inner in value.items():
        _put(place, key, inner)


def _put_persistent(parent: Any, name: str, value: dict[str, list[str]]) -> None:
    element = etree.SubElement(parent, name)
    for which in ("unset", "set"):
        for word in value.get(which) or ():
            etree.SubElement(element, which).text = DISPOSITIONS.written(word)


def _put_error(parent: Any, name: str, value: dict[str, Any]) -> None:
    element = etree.SubElement(parent, name)
    etree.SubElement(element, "declarationTime").text = value["declarationTime"]
    if "reason" in value:
        _put_text(element, "reason", value["reason"])
    if "correctiveEventIDs" in value:
        listed = etree.SubElement(element, "correctiveEventIDs")
        for event_id in value["correctiveEventIDs"]:
            etree.SubElement(listed, "correctiveEventID").text = event_id
    for key, inner in value.items():
        if key[:1] == "{":
            _put(element, key, inner)


def _put_sensors(parent: Any, name: str, value: list[dict[str, Any]]) -> None:
    listed = etree.SubElement(parent, name)
    for one in value:
        element = etree.SubElement(listed, "sensorElement")
        if "sensorMetadata" in one:
            _put_attributes(element, "sensorMetadata", one["sensorMetadata"])
        for report in one.get("sensorReport") or ():
            _put_attributes(element, "sensorReport", report)
        for key, inner in one.items():
            if key[:1] == "{":
                _put(element, key, inner)


def _put_attributes(parent: Any, name: str, value: dict[str, Any]) -> None:
    element = etree.SubElement(parent, name)
    for key, inner in value.items():
        if isinstance(inner, dict | list):
            _put(element, key, inner)
        else:
            words = WORDS_OF_REPORTS.get(key)
            element.set(key, words.written(inner) if words else _plain(inner))


def _put_ilmd(parent: Any, name: str, value: dict[str, Any]) -> None:
    element = etree.SubElement(parent, name)
    for key, inner in value.items():
        _put(element, key, inner)


_WRITERS: dict[str, Callable[[Any, str, Any], None]] = {
    **dict.fromkeys(EPC_LISTS, _put_epcs),
    **dict.fromkeys(QUANTITY_LISTS, _put_quantities),
    **dict.fromkeys(PARTY_LISTS, _put_parties),
    "readPoint": _put_place,
    "bizLocation": _put_place,
    "persistentDisposition": _put_persistent,
    "errorDeclaration": _put_error,
    "sensorElementList": _put_sensors,
    "ilmd": _put_ilmd,
}


# ---------------------------------------------------------------- extensions


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def _tag(key: str) -> str:
    return f"{{{JSON_LD}}}{key[1:]}" if key[:1] == "@" else key


def _put(parent: Any, key: str, value: Any) -> Any:
    """An extension as element; a list as the element again and again; numbers and truth with their type."""
    if isinstance(value, list):
        last = None
        for one in value:
            last = _put(parent, key, one)
        return last
    element = etree.SubElement(parent, _tag(key))
    if isinstance(value, dict):
        text = value.get(VALUE)
        for name, inner in value.items():
            if name == VALUE:
                element.text = _plain(text)
            elif text is not None and isinstance(inner, str):
                element.set(_tag(name), inner)
            else:
                _put(element, name, inner)
        return element
    if value is not None:
        element.text = _plain(value)
    kind = "boolean" if isinstance(value, bool) else {int: "integer", float: "double"}.get(type(value))
    if kind:
        element.set(f"{{{_XSI}}}type", f"xsd:{kind}")
    return element

"""Reads EPCIS XML 2.0, 1.2 and 1.1 into the same events as JSON-LD, event by event and without trusting the sender.

No entity is expanded, nothing is fetched, a document type that declares anything is refused, depth is bounded, and
what has been read is let go. XML 1.x puts later fields into `extension` and `baseExtension`: they are unpacked.
"""

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from .documents import (
    BLOCK,
    BYTES_OF_AN_EVENT,
    LEVELS,
    SBDH,
    SBDH_SPACE,
    Document,
    Event,
    Limited,
    TooLarge,
    Unreadable,
    business_header,
)
from .names import Names
from .values_xml import NO_TYPE, TYPED, XSI, Undeclared, extension, number, own_key, put, text_of
from .vocabulary import (
    BUSINESS_STEPS,
    DISPOSITIONS,
    EPC_LISTS,
    ERROR_REASONS,
    EVENT_TYPES,
    PARTY_LISTS,
    QUANTITY_LISTS,
    REPORT_NUMBERS,
    WORDS_OF_REPORTS,
)

_ROOTS = {"EPCISDocument", "EPCISQueryDocument", "EPCISMasterDataDocument"}
_OUR_NAMESPACES = ("urn:epcglobal:epcis:", "urn:epcglobal:epcis-query:", "urn:epcglobal:epcis-masterdata:")
_BODIES = ("EPCISBody", "resultsBody")
DEEPEST_LIST = 5  # root, body, results, body of the results, list
_WRAPPERS = ("extension", "baseExtension")
_PREFIXES_NOT_KEPT = {"xsi", "epcis", "epcisq", "epcismd", "epcglobal", "xsd", None}


def read_xml(stream: Limited) -> Document:
    """The document of a stream; what stands before the events is read at once.

    Raises Unreadable for what is no XML of EPCIS and TooLarge beyond the limit; the iterator of events does so too.
    """
    parsed = etree.iterparse(
        Undeclared(stream),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    document = Document(language="xml")
    steps = _steps(parsed, document, stream)
    first = next(steps, None)
    document.events = iter(()) if first is None else _again(first, steps)
    return document


def _again(first: Event, rest: Iterator[Event]) -> Iterator[Event]:
    yield first
    yield from rest


def _steps(parsed: Any, document: Document, stream: Limited) -> Iterator[Event]:
    within = count = began = 0
    typed = False  # whether a document type stands before it, without which no entity is
    listed: Any = None  # the one list of events; another that lies within an event or the header is none
    try:
        for happens, element in parsed:
            tag = element.tag
            if stream.taken - began > BYTES_OF_AN_EVENT + BLOCK:
                raise TooLarge(
                    f"A single event may have {BYTES_OF_AN_EVENT:,} bytes, this one has more", document.pointer(count)
                )
            if happens == "start":
                within += 1
                if within == 1:
                    _open(element, document)
                    typed = element.getroottree().docinfo.internalDTD is not None
                if within > LEVELS + 8:
                    raise Unreadable(
                        f"Elements lie within elements deeper than {LEVELS} levels", document.pointer(count)
                    )
                if tag == "EventList" and within <= DEEPEST_LIST and element.getparent().tag in _BODIES:
                    if document.has_list:
                        raise Unreadable("A document has one list of events, this one has two", document.path)
                    document.has_list, listed = True, element
                if tag == "EPCISBody" and not document.header:
                    header = element.getparent().find("EPCISHeader")
                    found = {} if header is None else _header(header, document)
                    document.header = found or None
                continue
            within -= 1
            if typed and not all(
                one is None or isinstance(one.tag, str) for one in (element.getprevious(), *element)
            ):
                raise Unreadable(
                    "An entity or something else that is no element stands here", document.pointer(count)
                )
            parent = element.getparent()
            if parent is None:
                _close(element, document)
            elif tag in EVENT_TYPES and _is_in(listed, parent):
                yield _event(element, document.pointer(count))
                count, began = count + 1, stream.taken
                _let_go(element)
            elif listed is not None and parent is listed and tag != "extension":
                yield {"type": tag}  # which the check refuses by its path
                count, began = count + 1, stream.taken
                _let_go(element)
            elif tag == "VocabularyList" and parent.tag in _BODIES and within < DEEPEST_LIST:
                document.header = {"epcisMasterData": {"vocabularyList": _vocabularies(element)}}
    except etree.XMLSyntaxError as broken:
        raise Unreadable(f"The document is no XML: {broken.msg}", document.pointer(count)) from None


def _is_in(listed: Any, parent: Any) -> bool:
    """Whether events stand here: in the list, or in the box in it where 1.x puts the types it learned later."""
    while parent is not None and parent.tag == "extension":
        parent = parent.getparent()
    return parent is not None and parent is listed


def _let_go(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _open(root: Any, document: Document) -> None:
    namespace, _, name = root.tag.rpartition("}")
    doctype = root.getroottree().docinfo
    declared = doctype.internalDTD
    if (
        doctype.system_url
        or doctype.public_id
        or (declared is not None and any(True for _ in declared.iterentities()))
    ):
        raise Unreadable(NO_TYPE)
    if name not in _ROOTS or not namespace[1:].startswith(_OUR_NAMESPACES):
        raise Unreadable(f"{root.tag} is the root of no document of EPCIS")
    document.kind = name
    document.version, document.created = root.get("schemaVersion", ""), root.get("creationDate", "")
    named = {prefix: space for prefix, space in root.nsmap.items() if prefix not in _PREFIXES_NOT_KEPT}
    document.names = Names(named)
    document.contexts = [named]
    if document.kind == "EPCISQueryDocument":
        document.path = "/epcisBody/queryResults/resultsBody/eventList"
    for key, value in root.attrib.items():
        if key.startswith("{") and not key.startswith(XSI):
            document.fields["id" if own_key(key) == "@id" else own_key(key)] = value


def _close(root: Any, document: Document) -> None:
    """What the document says beside its events."""
    for child in root:
        if child.tag[0] == "{":
            document.fields[own_key(child.tag)] = extension(child, 1)
    for name in ("queryName", "subscriptionID"):
        found = root.find(f"EPCISBody/{{*}}QueryResults/{name}")
        if found is not None and found.text:
            document.query[name] = found.text.strip()


# ---------------------------------------------------------------- header


def _header(element: Any, document: Document) -> dict[str, Any]:
    header: dict[str, Any] = {}
    for child in _unpacked(element):
        if child.tag == "EPCISMasterData":
            vocabularies = child.find("VocabularyList")
            header["epcisMasterData"] = {
                "vocabularyList": [] if vocabularies is None else _vocabularies(vocabularies)
            }
        elif child.tag == SBDH:
            for ours, theirs in _PARTIES_OF_HEADER.items():
                found = child.find("/".join(SBDH_SPACE + step for step in theirs))
                if found is not None and found.text:
                    document.fields[ours] = found.text.strip()
            whole = extension(child, 1)
            if whole != business_header(document.fields, document.created):
                header[SBDH] = whole
        else:
            header[own_key(child.tag)] = extension(child, 1)
    return header


_PARTIES_OF_HEADER = {
    "sender": ("Sender", "Identifier"),
    "receiver": ("Receiver", "Identifier"),
    "instanceIdentifier": ("DocumentIdentification", "InstanceIdentifier"),
}


def _vocabularies(element: Any) -> list[dict[str, Any]]:
    return [
        {
            "type": vocabulary.get("type"),
            "vocabularyElementList": [
                _vocabulary_element(one) for one in vocabulary.iterfind("VocabularyElementList/VocabularyElement")
            ],
        }
        for vocabulary in element.iterfind("Vocabulary")
    ]


def _vocabulary_element(element: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"id": element.get("id")}
    attributes = [
        {"id": one.get("id"), "attribute": extension(one, 1, skip=("id",))} for one in element.iterfind("attribute")
    ]
    if attributes:
        found["attributes"] = attributes
    children = element.find("children")
    if children is not None:
        found["children"] = [text_of(child) for child in children]
    return found


# ---------------------------------------------------------------- one event


def _event(element: Any, path: str) -> Event:
    event: Event = {"type": element.tag}
    for child in _unpacked(element):
        tag = child.tag
        if tag in event and tag != "certificationInfo" and tag[0] != "{":
            raise Unreadable(f"{tag} stands here twice", f"{path}/{tag}")
        if tag[0] == "{":
            put(event, own_key(tag), extension(child, 1))
        else:
            read = _READERS.get(tag, text_of)
            put(event, tag, read(child))
    for key, value in element.attrib.items():
        if key[0] == "{" and not key.startswith(XSI):
            put(event, own_key(key), value)
    return event


def _unpacked(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag in _WRAPPERS:
            yield from _unpacked(child)
        elif isinstance(child.tag, str):
            yield child
        else:
            raise Unreadable("An entity or something else that is no element stands here")


def _epcs(element: Any) -> list[str]:
    return [text_of(child) for child in element]


def _quantities(element: Any) -> list[dict[str, Any]]:
    return [
        {
            child.tag: number(text_of(child)) if child.tag == "quantity" else text_of(child)
            for child in line
            if text_of(child)  # an empty quantity says that there is none
        }
        for line in element
    ]


def _place(element: Any) -> dict[str, Any]:
    return {
        own_key(child.tag): text_of(child) if child.tag == "id" else extension(child, 1)
        for child in _unpacked(element)
    }


def _persistent(element: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for child in element:
        found.setdefault(child.tag, []).append(DISPOSITIONS.bare(text_of(child)))
    return found


def _error(element: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _unpacked(element):
        if child.tag == "correctiveEventIDs":
            found[child.tag] = _epcs(child)
        elif child.tag == "reason":
            found[child.tag] = ERROR_REASONS.bare(text_of(child))
        else:
            put(found, own_key(child.tag), extension(child, 1))
    return found


def _sensors(element: Any) -> list[dict[str, Any]]:
    return [_sensor(one) for one in element]


def _sensor(element: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _unpacked(element):
        if child.tag == "sensorMetadata":
            found[child.tag] = {own_key(key): value for key, value in child.attrib.items()}
            for inner in child:
                put(found[child.tag], own_key(inner.tag), extension(inner, 1))
        elif child.tag == "sensorReport":
            found.setdefault(child.tag, []).append(_report(child))
        else:
            put(found, own_key(child.tag), extension(child, 1))
    return found


def _report(element: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in element.attrib.items():
        if key in REPORT_NUMBERS:
            found[key] = number(value)
        elif key == "booleanValue":
            found[key] = TYPED["boolean"](value)
        else:
            words = WORDS_OF_REPORTS.get(key)
            found[own_key(key)] = words.bare(value) if words else value
    for child in element:
        put(found, own_key(child.tag), extension(child, 1))
    return found


def _parties(element: Any) -> list[dict[str, Any]]:
    name, words = PARTY_LISTS[element.tag]
    found = []
    for child in element:
        line: dict[str, Any] = {"type": words.bare(child.get("type"))} if child.get("type") else {}
        line[child.tag if child.tag != name else name] = text_of(child)
        found.append(line)
    return found


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(EPC_LISTS, _epcs),
    **dict.fromkeys(QUANTITY_LISTS, _quantities),
    **dict.fromkeys(PARTY_LISTS, _parties),
    "bizStep": lambda element: BUSINESS_STEPS.bare(text_of(element)),
    "disposition": lambda element: DISPOSITIONS.bare(text_of(element)),
    "readPoint": _place,
    "bizLocation": _place,
    "persistentDisposition": _persistent,
    "errorDeclaration": _error,
    "sensorElementList": _sensors,
    "ilmd": lambda element: extension(element, 1) or {},
}

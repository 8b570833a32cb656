"""Refuses what is no event of EPCIS 2.0, and says where: the standard's schema first, then what the schema misses."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import orjson
from pydantic import ValidationError

from .documents import LONGEST_IDENTIFIER, NOT_IN_XML, Document, Event, Problem, Unwritable
from .hashing import event_hash
from .identifiers import BadIdentifier, canonical
from .model import MASTER_DATA, SHAPES, TIME, URI
from .rules import RULES
from .things import Thing, things
from .vocabulary import (
    EVENT_TYPES,
    FIELDS,
    METADATA_FIELDS,
    REPORT_FIELDS,
    XML_FIELDS,
)
from .writing_xml import write_xml, xml_event

PROBLEMS_SHOWN = 50  # of one event: a partner mends the first ones and sends again


def check(event: Any, language: str = "json") -> list[Problem]:
    """All that is wrong with an event in canonical form; empty when it may be captured.

    XML's schema is wider than JSON's in two places, so `language` says which of them the event came in:
    XML has the persistent disposition in every event, and a sensor report may tell an exception without a type.
    """
    if not isinstance(event, dict):
        return [Problem("", "An event is an object")]
    kind = event.get("type")
    shape = SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        return [Problem("/type", f"{kind!r} is none of the five events: {', '.join(EVENT_TYPES)}")]
    known = FIELDS[event["type"]] if language == "json" else XML_FIELDS[event["type"]]
    problems = list(islice(_strangers(event, known), PROBLEMS_SHOWN))
    try:
        shape.validate_python(event)
    except ValidationError as refused:
        problems += [_said(error) for error in refused.errors(include_url=False, include_context=True)]
        return problems[:PROBLEMS_SHOWN]
    if not problems:
        found = chain(_untyped(event, language), *(rule(event) for rule in RULES))
        problems = list(islice(found, PROBLEMS_SHOWN)) or list(_unwritable(event))
    return problems[:PROBLEMS_SHOWN]


_NOTHING: tuple[Thing, ...] = ()


def _untyped(event: Event, language: str) -> Iterator[Problem]:
    """Sensor reports that do not say what they measure."""
    for number, element in enumerate(event.get("sensorElementList") or ()):
        for place, report in enumerate(element["sensorReport"]):
            if "type" not in report and not (language == "xml" and "exception" in report):
                yield Problem(f"/sensorElementList/{number}/sensorReport/{place}/type", "is missing")


_SUSPECT = re.compile(rb'"\{|\\u00[01]|\\[bf]|\xef\xbf[\xbe\xbf]')  # names of others, characters that XML lacks


def _unwritable(event: Event) -> Iterator[Problem]:
    """What XML cannot express: whoever asks for events in XML is to get this one too."""
    if _SUSPECT.search(orjson.dumps(event)):
        try:
            xml_event(event)
        except Unwritable as refused:
            yield Problem(next(_odd(event, ""), ""), str(refused))


def _odd(value: Any, path: str) -> Iterator[str]:
    """Where texts with characters stand that XML lacks."""
    if isinstance(value, str):
        if NOT_IN_XML.search(value):
            yield path
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _odd(inner, f"{path}/{pointed(name)}")


@dataclass(frozen=True, slots=True)
class Examined:
    """An event with all that a store needs to know of it. Hash and things are empty where there are problems."""

    index: int  # its place in the list, from 0
    event: Any
    problems: list[Problem]  # their paths are those of the document
    hash: str  # the event hash of CBV 2.0
    things: tuple[Thing, ...]


def examine(document: Document) -> Iterator[Examined]:
    """The document's events one by one: checked, hashed, taken apart. Afterwards `around(document)` is complete.

    Two events of one document that bear one eventID and differ are refused, the second by its path.
    """
    named: dict[str, str] = {}
    for index, event in enumerate(document.events):
        problems = check(event, document.language)
        fingerprint, found = "", _NOTHING
        if not problems:
            fingerprint, found = event_hash(event), things(event)
            event_id = event.get("eventID")
            # An error declaration rightly bears the identifier of the event that it takes back, and its hash too.
            if event_id and named.setdefault(event_id, fingerprint) != fingerprint:
                problems = [
                    Problem("/eventID", f"Another event of this document bears {event_id} and says otherwise")
                ]
                fingerprint, found = "", _NOTHING
        if problems:
            start = document.pointer(index)
            problems = [Problem(start + path, says) for path, says in problems]
        yield Examined(index, event, problems, fingerprint, found)


# ---------------------------------------------------------------- what the model says


def _said(error: Any) -> Problem:
    path = "".join("/" + pointed(part) for part in _steps(error["loc"]))
    kind, given = error["type"], error.get("input")
    if kind == "missing":
        return Problem(path, "is missing")
    if kind == "extra_forbidden":
        return Problem(path, "is not a field here")
    if kind == "string_pattern_mismatch":
        return Problem(path, _pattern_words(path, given))
    if kind == "value_error":
        return Problem(path, f"{_short(given)} {error['ctx']['error']}")
    return Problem(path, f"{_short(given)}: {error['msg'][0].lower()}{error['msg'][1:]}")


def _steps(location: tuple[Any, ...]) -> list[Any]:
    """A place without the branches of a choice, which are the model's and not the document's."""
    return [
        part for part in location if not (isinstance(part, str) and ("[" in part or part.startswith("constrained")))
    ]


def _pattern_words(path: str, given: Any) -> str:
    field = path.rpartition("/")[2]
    if field.endswith("Time") or field == "time":
        return f"{_short(given)} is no instant with its zone, such as 2026-05-01T08:00:00+08:00"
    if field == "eventTimeZoneOffset":
        return f"{_short(given)} is no offset from -14:00 to +14:00, such as +08:00"
    if field == "uom":
        return f"{_short(given)} is no unit code of two or three capitals or digits, such as KGM"
    if field == "hexBinaryValue":
        return f"{_short(given)} is not hexadecimal"
    return f"{_short(given)} is no URI, such as urn:epc:id:sgtin:… or https://id.gs1.org/01/…"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def pointed(name: Any) -> str:
    """A name as one step of a JSON pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


# ---------------------------------------------------------------- names

_OF_DECLARATION = frozenset({"declarationTime", "reason", "correctiveEventIDs"})
_OF_ELEMENTS = frozenset({"sensorMetadata", "sensorReport"})
_OF_METADATA = frozenset(METADATA_FIELDS)
_OF_REPORTS = frozenset(REPORT_FIELDS)
_OF_DOCUMENTS = {
    "EPCISDocument": {
        *("@context", "id", "type", "schemaVersion", "creationDate", "instanceIdentifier", "sender", "receiver"),
        *("epcisHeader", "epcisBody"),
    },
    "EPCISQueryDocument": {"@context", "id", "type", "schemaVersion", "creationDate", "epcisBody"},
}


def _strangers(event: Mapping[str, Any], fields: frozenset[str]) -> Iterator[Problem]:
    """Fields that are neither the event's own nor an extension with a namespace."""
    yield from _unknown(event, fields, "")
    yield from _unknown(event.get("errorDeclaration"), _OF_DECLARATION, "/errorDeclaration")
    yield from _unknown(event.get("ilmd"), frozenset(), "/ilmd")
    elements = event.get("sensorElementList")
    for number, element in enumerate(elements if isinstance(elements, list) else ()):
        if isinstance(element, dict):
            path = f"/sensorElementList/{number}"
            yield from _unknown(element, _OF_ELEMENTS, path)
            yield from _unknown(element.get("sensorMetadata"), _OF_METADATA, f"{path}/sensorMetadata")
            reports = element.get("sensorReport")
            for place, report in enumerate(reports if isinstance(reports, list) else ()):
                yield from _unknown(report, _OF_REPORTS, f"{path}/sensorReport/{place}")


def _unknown(mapping: Any, fields: Collection[str], path: str) -> Iterator[Problem]:
    if isinstance(mapping, dict):
        for name in mapping:
            if name not in fields and name[:1] != "{":
                where = f"{path}/{pointed(name)}"
                yield Problem(where, f"{name} is no field here. A field of one's own has a prefix or a full address.")


# ---------------------------------------------------------------- around the events


def around(document: Document) -> list[Problem]:
    """What is wrong with the document around its events; complete once they have been read."""
    if document.kind in EVENT_TYPES:
        missing = document.language == "json" and "@context" not in document.members
        found = [Problem("/@context", "is missing")] if missing else []
        if "epcisBody" in document.members:
            found.append(Problem("/type", f"{document.kind} is an event, and a list of events stands in it"))
        return found
    of_xml = ("EPCISMasterDataDocument",) if document.language == "xml" else ()
    if document.kind not in (*_OF_DOCUMENTS, *of_xml):
        return [Problem("/type", f"{document.kind!r} is neither a document of EPCIS nor one of its five events")]
    return list(islice(_around(document), PROBLEMS_SHOWN))


def _around(document: Document) -> Iterator[Problem]:
    required = document.kind == "EPCISDocument"
    if document.language == "json":
        yield from _members(document)
    elif document.kind == "EPCISDocument" and not document.has_list:
        yield Problem(document.path, "The document has no list of events")
    if (required or "schemaVersion" in document.members) and not _is(r"\d+(\.\d+)*", document.version):
        yield Problem("/schemaVersion", f"{document.version!r} is no version such as 2.0")
    if (required or "creationDate" in document.members) and not _is(TIME[1:-1], document.created):
        yield Problem("/creationDate", f"{document.created!r} is no instant with its zone")
    if document.header is not None:
        yield from _header(document.header)


def _is(pattern: str, text: Any) -> bool:
    return isinstance(text, str) and re.fullmatch(pattern, text) is not None


def _members(document: Document) -> Iterator[Problem]:
    members, known = document.members, _OF_DOCUMENTS[document.kind]
    yield from _foreign(members, known, "")
    if "@context" not in members:
        yield Problem("/@context", "is missing")
    elif not _is_context(members["@context"]):
        yield Problem("/@context", "is an address, an object, or a list of different ones")
    for name in ("sender", "receiver", "instanceIdentifier"):
        if not isinstance(members.get(name, ""), str):
            yield Problem("/" + name, "is a text")
    if "id" in members and not _is(URI[1:-1], members["id"]):
        yield Problem("/id", f"{members['id']!r} is no URI")
    steps = ["epcisBody", "eventList"]
    if document.kind == "EPCISQueryDocument":
        steps = ["epcisBody", "queryResults", "resultsBody", "eventList"]
        if "queryResults" in _dict(members.get("epcisBody")) and not isinstance(document.query.get("queryName"), str):
            yield Problem("/epcisBody/queryResults/queryName", "is missing")
        if not isinstance(document.query.get("subscriptionID", ""), str):
            yield Problem("/epcisBody/queryResults/subscriptionID", "is a text")
    path, inner = "", members
    for step in steps:
        if path and document.kind == "EPCISQueryDocument":
            yield from _foreign(inner, _OF_RESULTS[step], path)
        path = f"{path}/{step}"
        if step not in inner:
            yield Problem(path, "is missing")
            return
        if not isinstance(inner[step], list if step == "eventList" else dict):
            yield Problem(path, "is a list of events" if step == "eventList" else "is an object")
            return
        inner = inner[step] if step != "eventList" else {}


_OF_RESULTS = {
    "queryResults": {"queryResults"},
    "resultsBody": {"queryName", "subscriptionID", "resultsBody"},
    "eventList": {"eventList", "vocabularyList"},
}


def _foreign(mapping: Mapping[str, Any], known: Collection[str], path: str) -> Iterator[Problem]:
    for name in mapping:
        if name not in known and not _is(URI[1:-1], name):
            yield Problem(f"{path}/{pointed(name)}", f"{name} is no field here. One of one's own has a prefix.")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_context(context: Any) -> bool:
    parts = context if isinstance(context, list) else [context]
    good = all(isinstance(part, dict) or _is(URI[1:-1], part) for part in parts)
    return good and not any(part in parts[:place] for place, part in enumerate(parts))


def _header(header: Any) -> Iterator[Problem]:
    if not isinstance(header, dict):
        yield Problem("/epcisHeader", "is an object")
        return
    yield from _unknown(header, ("epcisMasterData",), "/epcisHeader")
    if "epcisMasterData" in header:
        try:
            MASTER_DATA.validate_python(header["epcisMasterData"])
        except ValidationError as refused:
            for error in refused.errors(include_url=False, include_context=True):
                said = _said(error)
                yield Problem("/epcisHeader/epcisMasterData" + said.path, said.says)
        else:
            yield from _entries(header["epcisMasterData"].get("vocabularyList") or ())
            try:
                b"".join(write_xml((), created="", header={"epcisMasterData": header["epcisMasterData"]}))
            except ValueError as refused:
                yield Problem("/epcisHeader/epcisMasterData", f"cannot be written as XML: {refused}")


def _entries(vocabularies: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """What the shape of master data does not tell: wrong or too long identifiers, one entry told in two ways."""
    told: dict[tuple[str, str], Mapping[str, Any]] = {}
    for place, vocabulary in enumerate(vocabularies):
        path = f"/epcisHeader/epcisMasterData/vocabularyList/{place}"
        if len(vocabulary["type"]) > LONGEST_IDENTIFIER:
            yield Problem(f"{path}/type", _TOO_LONG)
        for number, one in enumerate(vocabulary.get("vocabularyElementList") or ()):
            where = f"{path}/vocabularyElementList/{number}"
            named = [("id", one["id"])]
            named += [(f"children/{which}", child) for which, child in enumerate(one.get("children") or ())]
            for field, identifier in named:
                if len(identifier) > LONGEST_IDENTIFIER:
                    yield Problem(f"{where}/{field}", _TOO_LONG)
                    continue
                try:
                    found = canonical(identifier)
                except BadIdentifier as wrong:
                    yield Problem(f"{where}/{field}", str(wrong))
                    continue
                if len(found) > LONGEST_IDENTIFIER:
                    yield Problem(f"{where}/{field}", _TOO_LONG)
                elif field == "id" and told.setdefault((vocabulary["type"], found), one) != one:
                    yield Problem(f"{where}/id", f"{_short(identifier)} stands here twice and says different things")
            for which, attribute in enumerate(one.get("attributes") or ()):
                if len(attribute["id"]) > LONGEST_IDENTIFIER:
                    yield Problem(f"{where}/attributes/{which}/id", _TOO_LONG)


_TOO_LONG = f"has more than {LONGEST_IDENTIFIER} characters"

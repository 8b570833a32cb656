"""Reads EPCIS 2.0 JSON-LD: event by event, in memory that does not grow with the document."""

import codecs
import json
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NoReturn

from .documents import BLOCK, BYTES_OF_AN_EVENT, LEVELS, OWN_FIELDS, Document, Event, Limited, TooLarge, Unreadable
from .names import Names
from .vocabulary import (
    ALL_FIELDS,
    BUSINESS_STEPS,
    DISPOSITIONS,
    EPC_LISTS,
    ERROR_REASONS,
    EVENT_TYPES,
    PARTY_LISTS,
    WORDS_OF_REPORTS,
    Vocabulary,
)

_BLANKS = " \t\n\r"


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is no number of JSON")


def _whole(text: str) -> float:
    """A whole number; as JSON has it elsewhere, one beyond 18 digits is a double."""
    return int(text) if len(text) < 19 else _double(text)


def _double(text: str) -> float:
    found = float(text)
    if math.isinf(found):
        raise Unreadable(f"{text[:20]}… is larger than any number that can be kept")
    return found


class _Text:
    """The text of a stream, of which only what is being read is held."""

    def __init__(self, stream: Limited) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._decoder = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole, parse_float=_double)
        self._buffer, self._at, self._ended = "", 0, False

    def _more(self, size: int = BLOCK) -> bool:
        if self._ended:
            return False
        block = self._stream.read(size)
        self._ended = not block
        try:
            text = self._decode.decode(block, final=self._ended)
        except UnicodeDecodeError as broken:
            raise Unreadable(f"The document is not UTF-8: {broken.reason}") from None
        self._buffer, self._at = self._buffer[self._at :] + text, 0
        return True

    def peek(self) -> str:
        """The next character that is no blank, or "" at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str, where: str) -> None:
        """Passes a character that must come next."""
        found = self.peek()
        if found == "\ufeff" and not where:
            self._at += 1
            found = self.peek()
        if found != wanted:
            said = repr(found) if found else "the end of the document"
            raise Unreadable(f"{wanted!r} was expected and {said} was found", where)
        self._at += 1

    def value(self, where: str) -> Any:
        """The next whole value."""
        size = BLOCK
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as broken:
                if self._ended:
                    raise Unreadable(f"The document is no JSON here: {broken.msg}", where) from None
                end = len(self._buffer)
            except RecursionError:
                raise Unreadable(f"Objects lie within objects deeper than {LEVELS} levels", where) from None
            if end < len(self._buffer) or self._ended:
                self._demand_characters(value, end, where)
                self._at = end
                return value
            if len(self._buffer) - self._at > BYTES_OF_AN_EVENT:
                raise TooLarge(f"A single event may have {BYTES_OF_AN_EVENT:,} bytes, this one has more", where)
            self._more(size)
            size *= 2

    def _demand_characters(self, value: Any, end: int, where: str) -> None:
        """Refuse half a character, which JSON can escape and nothing can write."""
        if self._buffer.find("\\ud", self._at, end) < 0 and self._buffer.find("\\uD", self._at, end) < 0:
            return
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise Unreadable("Half a character stands here, an escape \\ud800 to \\udfff by itself", where) from None

    def members(self, where: str) -> Iterator[str]:
        """The names of an object's members; the caller takes each value before it asks for the next name."""
        self.take("{", where)
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise Unreadable("a name in quotation marks was expected", where)
            name = self.value(where)
            self.take(":", f"{where}/{name}")
            yield name
            if self.peek() == "}":
                self._at += 1
                return
            self.take(",", where)

    def items(self, where: str) -> Iterator[Any]:
        """The items of a list, one by one."""
        self.take("[", where)
        if self.peek() == "]":
            self._at += 1
            return
        index = 0
        while True:
            yield self.value(f"{where}/{index}")
            index += 1
            if self.peek() == "]":
                self._at += 1
                return
            self.take(",", f"{where}/{index}")


# Members that are walked into, not held: the way to the events.
_WAYS = {"": "epcisBody", "/epcisBody": "queryResults", "/epcisBody/queryResults": "resultsBody"}


def read_json(stream: Limited) -> Document:
    """The document of a stream; what stands before the events is read at once.

    Raises Unreadable for what is no JSON and TooLarge beyond the limits; the iterator of events does so too.
    """
    document = Document(path="")
    steps = _walk(_Text(stream), document, document.members, "")
    if next(steps, None) is _EVENTS_BEGIN:
        if "@context" not in document.members:
            steps = _from_the_start(stream, document, steps)
        document.events = _events(document, steps)
    elif document.members.get("type") in EVENT_TYPES:
        document.events = iter([document.members])
    _around(document)
    if document.kind in EVENT_TYPES and "epcisBody" not in document.members:
        document.events = (canonical_event(event, document.names) for event in document.events)
    return document


_EVENTS_BEGIN = object()


def _from_the_start(stream: Limited, document: Document, steps: Iterator[Any]) -> Iterator[Any]:
    """Reads on for the @context that stands behind the events, then begins again with it."""
    for _ in steps:
        pass
    context = document.members.get("@context", [])
    if not stream.again():
        raise Unreadable("@context has to stand before the events of a stream that is read once", "/@context")
    document.contexts = context if isinstance(context, list) else [context]
    document.names = Names(document.contexts)
    document.members = {}
    steps = _walk(_Text(stream), document, document.members, "")
    next(steps)
    return steps


def _walk(text: _Text, document: Document, members: dict[str, Any], where: str) -> Iterator[Any]:
    """Reads an object into `members`; at the list of events it says so, then gives them one by one."""
    for name in text.members(where):
        there = f"{where}/{name}"
        if name in members:
            raise Unreadable(f"{name!r} stands here twice", there)
        if name == "eventList" and where and text.peek() == "[":
            document.path = there
            members[name] = []
            yield _EVENTS_BEGIN
            yield from text.items(there)
        elif name == _WAYS.get(where) and text.peek() == "{":
            members[name] = {}
            yield from _walk(text, document, members[name], there)
        else:
            members[name] = text.value(there)
    if not where and text.peek():
        raise Unreadable("Something follows the end of the document")


def _events(document: Document, steps: Iterator[Any]) -> Iterator[Any]:
    for raw in steps:
        if raw is _EVENTS_BEGIN:
            raise Unreadable("A document has one list of events, this one has two", document.path)
        yield canonical_event(raw, document.names) if isinstance(raw, dict) else raw
    _around(document)


def _around(document: Document) -> None:
    """What the members around the events say; called again when those behind the events are known."""
    members = document.members
    context = members.get("@context", [])
    if not document.contexts:
        document.contexts = context if isinstance(context, list) else [context]
        document.names = Names(document.contexts)
    document.kind, document.version = members.get("type", ""), members.get("schemaVersion", "")
    document.created = members.get("creationDate", "")
    header = members.get("epcisHeader")
    document.header = _header(header, document.names)
    body = members.get("epcisBody")
    results = body.get("queryResults") if isinstance(body, dict) else None
    results = results if isinstance(results, dict) else {}
    listed = results.get("resultsBody")
    if isinstance(listed, dict) and "vocabularyList" in listed and header is None:
        document.header = _header({"epcisMasterData": {"vocabularyList": listed["vocabularyList"]}}, document.names)
    document.query = {name: results[name] for name in ("queryName", "subscriptionID") if name in results}
    if document.kind in EVENT_TYPES:
        return
    document.fields = {name: members[name] for name in OWN_FIELDS if name in members}
    for name, value in {**members, **results}.items():
        if ":" in name:
            document.fields[document.names.key(name)] = _extension(value, document.names, 1)


def _header(header: Any, names: Names) -> Any:
    """The header with the names in its master data resolved, where extensions may stand."""
    found = _renamed(header, names)
    data = found.get("epcisMasterData") if isinstance(found, dict) else None
    if isinstance(data, dict):
        found["epcisMasterData"] = _extension(data, names, 1)
        for vocabulary in _objects(found["epcisMasterData"], "vocabularyList"):
            _in_full(vocabulary, names, "type")
            for one in _objects(vocabulary, "vocabularyElementList"):
                _in_full(one, names, "id", "children")
                for attribute in _objects(one, "attributes"):
                    _in_full(attribute, names, "id")
    return found


def _objects(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _in_full(value: dict[str, Any], names: Names, *fields: str) -> None:
    """The addresses in some fields, where the document's own prefix shortened them."""
    for field in fields:
        found = value.get(field)
        if isinstance(found, str):
            value[field] = names.value(found)
        elif isinstance(found, list):
            value[field] = [names.value(one) if isinstance(one, str) else one for one in found]


# ---------------------------------------------------------------- one event


def canonical_event(raw: dict[str, Any], names: Names) -> Event:
    """An event with its words bare and the names of its extensions resolved; wrong values stay as they are."""
    if "@context" in raw:
        names = names.with_context(raw["@context"])
    event: Event = {}
    for name, value in raw.items():
        if name in ALL_FIELDS:
            read = _READERS.get(name)
            event[name] = value if read is None else read(value, names)
        elif name != "@context":
            _put(event, names.key(name), _extension(value, names, 1))
    return event


def _put(into: dict[str, Any], key: str, value: Any) -> None:
    """Adds a field; two names that turn out to be one keep both values, as JSON-LD has it."""
    if key in into:
        before = into[key] if isinstance(into[key], list) else [into[key]]
        value = before + (value if isinstance(value, list) else [value])
    into[key] = value


def _extension(value: Any, names: Names, level: int) -> Any:
    if level > LEVELS:
        raise Unreadable(f"Objects lie within objects deeper than {LEVELS} levels")
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for name, inner in value.items():
            _put(found, names.key(name), _extension(inner, names, level + 1))
        return found
    if isinstance(value, list):
        return [_extension(inner, names, level + 1) for inner in value]
    return value


def _renamed(value: Any, names: Names, *fields: tuple[str, Vocabulary]) -> Any:
    """An object of the standard with extensions among its members, and the fields that hold words."""
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, inner in value.items():
        if ":" in name:
            _put(found, names.key(name), _extension(inner, names, 1))
        else:
            found[name] = inner
    for name, words in fields:
        if name in found:
            found[name] = _word(found[name], words)
    return found


def _word(value: Any, words: Vocabulary) -> Any:
    if not isinstance(value, str) or value in words.words:
        return value
    return words.bare(value)


def _listed(value: Any, read: Callable[[Any], Any]) -> Any:
    return [read(one) for one in value] if isinstance(value, list) else value


def _addresses(value: Any, names: Names) -> Any:
    if not names.prefixes:
        return value
    if isinstance(value, str):
        return names.value(value)
    return _listed(value, lambda one: names.value(one) if isinstance(one, str) else one)


def _place(value: Any, names: Names) -> Any:
    place = _renamed(value, names)
    if isinstance(place, dict) and isinstance(place.get("id"), str):
        place["id"] = names.value(place["id"])
    return place


def _persistent(value: Any, _: Names) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _listed(words, lambda word: _word(word, DISPOSITIONS)) for name, words in value.items()}


def _sensor(value: Any, names: Names) -> Any:
    element = _renamed(value, names)
    if isinstance(element, dict):
        if "sensorMetadata" in element:
            element["sensorMetadata"] = _renamed(element["sensorMetadata"], names)
        if "sensorReport" in element:
            element["sensorReport"] = _listed(
                element["sensorReport"], lambda one: _renamed(one, names, *_REPORT_WORDS)
            )
    return element


_REPORT_WORDS = tuple(WORDS_OF_REPORTS.items())
_READERS: dict[str, Callable[[Any, Names], Any]] = {
    "bizStep": lambda value, names: _word(value, BUSINESS_STEPS),
    "disposition": lambda value, names: _word(value, DISPOSITIONS),
    "persistentDisposition": _persistent,
    "readPoint": _place,
    "bizLocation": _place,
    "errorDeclaration": lambda value, names: _renamed(value, names, ("reason", ERROR_REASONS)),
    "sensorElementList": lambda value, names: _listed(value, lambda one: _sensor(one, names)),
    "ilmd": lambda value, names: _extension(value, names, 1),
    **dict.fromkeys((*EPC_LISTS, "parentID", "transformationID", "eventID", "certificationInfo"), _addresses),
}
for _field, (_, _words) in PARTY_LISTS.items():
    _READERS[_field] = partial(
        lambda value, names, words: _listed(value, lambda one: _renamed(one, names, ("type", words))), words=_words
    )

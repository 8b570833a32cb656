"""Writes events as EPCIS 2.0 JSON-LD, in chunks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from .documents import Event
from .names import STANDARD_CONTEXTS, Prefixes, joined


def write_json(
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

    A query document tells its master data as `vocabularies` beside its events, another one in its `header`.

    `namespaces` are prefixes of one's own. A namespace that has none gets an invented one in the event's own context.
    """
    kind = "EPCISDocument" if query is None else "EPCISQueryDocument"
    prefixes = Prefixes(namespaces)
    start: dict[str, Any] = {
        "@context": [
            STANDARD_CONTEXTS[0],
            *({prefix: joined(space)} for prefix, space in (namespaces or {}).items()),
        ],
        "type": kind,
        "schemaVersion": "2.0",
        "creationDate": created,
    }
    around = json_form(dict(fields or {}), prefixes)
    start.update({name: value for name, value in around.items() if query is None or ":" not in name})
    if header is not None and query is None:
        start["epcisHeader"] = json_form(header, prefixes)
    told = json_form(list(vocabularies), prefixes)
    start["@context"] += _contexts(prefixes.invented)
    yield orjson.dumps(start)[:-1] + b',"epcisBody":{'
    if query is not None:
        inner = {**query, **{name: value for name, value in around.items() if ":" in name}}
        yield b'"queryResults":' + orjson.dumps(inner)[:-1] + (b"," if inner else b"") + b'"resultsBody":{'
    yield b'"eventList":['
    separator = b""
    for event in events:
        yield separator + orjson.dumps(json_event(event, namespaces))
        separator = b","
    if query is None:
        yield b"]}}"
    else:
        yield b"]" + (b',"vocabularyList":' + orjson.dumps(told) if told else b"") + b"}}}}"


def json_event(event: Event, namespaces: Mapping[str, str] | None = None) -> dict[str, Any]:
    """One event as JSON-LD; with a context of its own where a namespace has no prefix."""
    prefixes = Prefixes(namespaces)
    written: dict[str, Any] = json_form(event, prefixes)
    if prefixes.invented:
        written = {"@context": _contexts(prefixes.invented), **written}
    return written


def _contexts(namespaces: Mapping[str, str]) -> list[dict[str, str]]:
    return [{prefix: joined(space)} for prefix, space in namespaces.items()]


def json_form(value: Any, prefixes: Prefixes) -> Any:
    """A value with the names of its extensions shortened."""
    if isinstance(value, Mapping):
        return {prefixes.name(key): json_form(inner, prefixes) for key, inner in value.items()}
    if isinstance(value, list):
        return [json_form(inner, prefixes) for inner in value]
    return value

"""The OpenAPI file of the interface: what it understands, with its limits stated."""

from __future__ import annotations

from typing import Any

from banyan import epcis
from banyan.edge.epcis.queries import answering, protocol, streaming
from banyan.kit import machines

Object = dict[str, Any]


def openapi() -> Object:
    """The description, as a structure for JSON."""
    events: Object = {"200": _answer("A query document with a page of events", _events())}
    paths: Object = {
        "/": {"get": _operation("The resources that there are", {"200": _answer("A collection", _json(xml=True))})},
        "/capture": {
            "post": _capture(),
            "get": _operation("Captures", {"200": _answer("Captures, the newest first", _json())}, paged=True),
        },
        "/capture/{captureID}": {"get": _one("captureID", "What became of a capture", _json(xml=True))},
        "/events": {
            "get": _operation("Events by the parameters of EPCIS' query", events, paged=True, asked=True),
            "post": {**_capture(), "summary": "Capture one event at once", "responses": _captured("201")},
        },
        "/events/{eventID}": {"get": _one("eventID", "One event and what was declared of it", _events())},
        "/queries": {
            "get": _operation("Kept queries", {"200": _answer("Queries", _json())}, paged=True),
            "post": _kept("Keep a query", ["name", "query"]),
        },
        "/queries/{queryName}": {
            "get": _one("queryName", "A kept query", _json()),
            "delete": _ended("queryName", "Delete a query and end its subscriptions"),
        },
        "/queries/{queryName}/events": _stream(events),
        "/queries/{queryName}/subscriptions": {
            "get": _operation("Subscriptions", {"200": _answer("Subscriptions", _json())}, "queryName", paged=True),
            "post": {**_kept("Have events sent to an address", ["dest"]), "parameters": [_path("queryName")]},
        },
        "/queries/{queryName}/subscriptions/{subscriptionID}": {
            "get": _operation(
                "How far a subscription is", {"200": _answer("It", _json())}, "queryName", "subscriptionID"
            ),
            "delete": _operation("End it", {"204": {"description": "Ended"}}, "queryName", "subscriptionID"),
        },
        "/nextPageToken/{token}": {"delete": _ended("token", "Let go of a token; nothing is kept for it")},
    }
    for name in answering.COLLECTIONS:
        one = f"{name[:-1]}"
        listed = {"200": _answer("A collection", _json(xml=True))}
        paths[f"/{name}"] = {"get": _operation(f"Every {one} that occurs", listed, paged=True)}
        paths[f"/{name}/{{{one}}}"] = {"get": _one(one, "What can be asked of it", _json(xml=True))}
        paths[f"/{name}/{{{one}}}/events"] = {"get": _operation("Its events", events, one, paged=True, asked=True)}
    for methods in paths.values():
        methods["options"] = {
            "summary": "Versions and limits",
            "responses": {"204": {"description": "In headers"}, **_errors()},
        }
    session = {"type": "apiKey", "in": "cookie", "name": "sessionid"}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "EPCIS 2.0",
            "version": protocol.VERSION,
            "description": "Events of a city's supply chains, by GS1's REST interface.",
        },
        "servers": [{"url": "/epcis/v2"}],
        "security": [{"machine": []}, {"session": []}],
        "paths": paths,
        "components": {"securitySchemes": {"machine": _machine(), "session": session}},
    }


def _machine() -> Object:
    ways = {name: str(words) for name, words in machines.scopes().items() if name != machines.API}
    return {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": ways}}}


def _json(*, xml: bool = False) -> Object:
    schema: Object = {"schema": {}}
    return {protocol.JSON: schema} | ({protocol.XML: schema} if xml else {})


def _events() -> Object:
    return {kind: {"schema": {"type": "object"}} for kind in (protocol.JSON, protocol.JSON_LD, protocol.XML)}


def _answer(description: str, content: Object) -> Object:
    return {"description": description, "content": content}


def _path(name: str) -> Object:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _operation(summary: str, responses: Object, *path: str, paged: bool = False, asked: bool = False) -> Object:
    parameters = [_path(name) for name in path]
    if paged:
        size = {"type": "integer", "minimum": 1, "maximum": protocol.MOST_PER_PAGE, "default": protocol.PER_PAGE}
        parameters += [
            {"name": "perPage", "in": "query", "schema": size},
            {"name": "nextPageToken", "in": "query", "schema": {"type": "string"}},
        ]
    if asked:
        free = {"type": "object", "additionalProperties": {"type": "string"}}
        parameters.append(
            {
                "name": "query",
                "in": "query",
                "style": "form",
                "explode": True,
                "schema": free,
                "description": "Parameters of EPCIS 2.0, 8.2.7, values joined by |; an unknown one is refused (400).",
            }
        )
    return {"summary": summary, "parameters": parameters, "responses": {**responses, **_errors()}}


def _stream(events: Object) -> Object:
    """The events of a kept query: a page of them, or by websocket, from another server where there is one."""
    read = _operation("Events of a kept query, or a stream of them", events, "queryName", paged=True)
    read["description"] = (
        "SimpleMasterDataQuery is no kept query but the standard's own: it answers master data by vocabularyName, "
        "EQ_name, WD_name, HASATTR, EQATTR_…, attributeNames, includeAttributes, includeChildren, maxElementCount."
    )
    read["responses"]["101"] = {"description": "A stream by websocket: a query document for each message"}
    read["parameters"] += [
        {"name": name, "in": "query", "schema": {"type": "string"}, "description": "Of a stream only."}
        for name in sorted(streaming.CONTROLS)
    ]
    root = streaming.address()
    streams = [{"url": f"{root}/epcis/v2", "description": "Streams (Upgrade: websocket)"}] if root else []
    return {"get": read} | ({"servers": [{"url": "/epcis/v2"}, *streams]} if root else {})


def _one(name: str, summary: str, content: Object) -> Object:
    return _operation(summary, {"200": _answer("It", content)}, name)


def _ended(name: str, summary: str) -> Object:
    return _operation(summary, {"204": {"description": "Ended"}}, name)


def _kept(summary: str, required: list[str]) -> Object:
    schema = {"type": "object", "required": required}
    body = {"required": True, "content": {protocol.JSON: {"schema": schema}}}
    return {"summary": summary, "requestBody": body, "responses": {"201": _answer("It", _json()), **_errors()}}


def _capture() -> Object:
    most = protocol.most_bytes()
    limits = (
        f"A document has at most {most} bytes (header GS1-EPCIS-Capture-File-Size-Limit), an event at most "
        f"{epcis.BYTES_OF_AN_EVENT} bytes; beyond it the answer is 413."
    )
    kinds = (*epcis.JSON_TYPES, *epcis.XML_TYPES)
    behaviour = {"type": "string", "enum": ["rollback", "proceed"], "default": "rollback"}
    return {
        "summary": "Capture a document of events",
        "description": limits,
        "parameters": [{"name": "GS1-Capture-Error-Behaviour", "in": "header", "schema": behaviour}],
        "requestBody": {
            "required": True,
            "description": limits,
            "content": {kind: {"schema": {"type": "string", "maxLength": most}} for kind in kinds},
        },
        "responses": _captured("202"),
    }


def _captured(status: str) -> Object:
    where = {"Location": {"schema": {"type": "string"}, "description": "Where to read what became of it"}}
    return {status: {"description": "Received", "headers": where}, **_errors()}


def _errors() -> Object:
    problem = {"application/problem+json": {"schema": {"type": "object"}}}
    words = {"400": "Cannot be understood", "401": "Sign in", "403": "Not allowed", "404": "Not there",
             "406": "Not in this form", "413": "Too large", "415": "Not in this language"}  # fmt: skip
    return {status: _answer(text, problem) for status, text in words.items()}

"""The Reconciliation Service API 0.2, by which OpenRefine and others match names with the register."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Form, Query, Router, Schema

from banyan.base.matching import queries
from banyan.base.registry import queries as registry
from banyan.kit import clock, rights
from banyan.kit.api import Problem
from banyan.kit.refusals import BadRequest

router = Router(tags=["reconciliation"])
RIGHT = "registry.view"
TYPE = {"id": "organisation", "name": "Organisation"}
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403), Problem)
QUERIES, SHOWN, LONGEST = 50, 5, 160
FIRMS, VALUES = 500, 10  # of one question for properties, of one property in a query
SPECIFICATION = "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/"
Prefix = Annotated[str, Query(min_length=1, max_length=LONGEST)]


class Named(Schema):
    id: str
    name: str


class FeatureOut(Schema):
    """How much one part of the names speaks for one firm, in bits; `probability` in per cent."""

    id: str
    value: float


class CandidateOut(Schema):
    id: str
    name: str
    description: str
    type: list[Named]
    score: float
    match: bool
    features: list[FeatureOut]


class Candidates(Schema):
    result: list[CandidateOut]


class Service(Schema):
    service_url: str
    service_path: str


class Manifest(Schema):
    """What a client reads first."""

    versions: list[str]
    name: str
    identifierSpace: str
    schemaSpace: str
    documentation: str
    defaultTypes: list[Named]
    view: dict[str, str]
    suggest: dict[str, Service]
    extend: dict[str, Any]
    batchSize: int


class Suggested(Schema):
    id: str
    name: str
    description: str


class Suggestions(Schema):
    result: list[Suggested]


class Proposed(Schema):
    type: str
    properties: list[Named]


class Extended(Schema):
    """The asked properties of firms: a list of values each, empty where there is none or the firm may not be seen."""

    meta: list[Named]
    rows: dict[str, dict[str, list[dict[str, str]]]]


@router.get("/reconcile", response={200: Manifest | dict[str, Candidates]} | ERRORS)
def reconcile(
    request: HttpRequest,
    queries: Annotated[str, Query(max_length=100_000, description="A JSON object of queries")] = "",
) -> Any:
    """The manifest of the service; with `queries`, the firms of the register that each of them may mean."""
    rights.demand(request.user, RIGHT)
    return _answers(request, queries) if queries else _manifest(request)


@router.post("/reconcile", response={200: Extended | dict[str, Candidates]} | ERRORS)
def reconcile_batch(
    request: HttpRequest,
    queries: Annotated[str, Form(max_length=200_000)] = "",
    extend: Annotated[str, Form(max_length=100_000)] = "",
) -> Any:
    """The same as a form with the field `queries`, as OpenRefine sends it; `extend` asks for properties of firms."""
    rights.demand(request.user, RIGHT)
    return _extended(request, extend) if extend else _answers(request, queries)


@router.get("/reconcile/properties", response={200: Proposed} | ERRORS)
def propose_properties(request: HttpRequest, type: Annotated[str, Query(max_length=40)] = TYPE["id"]) -> Any:
    """The properties that can be asked of a firm; a query may add `code` and `county` to a name."""
    rights.demand(request.user, RIGHT)
    named = [{"id": key, "name": str(words)} for key, words in queries.PROPERTIES.items()]
    return {"type": TYPE["id"], "properties": named if type == TYPE["id"] else []}


@router.get("/reconcile/suggest/property", response={200: Suggestions} | ERRORS)
def suggest_properties(request: HttpRequest, prefix: Prefix) -> dict[str, Any]:
    """The properties whose key or name begins with a text."""
    rights.demand(request.user, RIGHT)
    begins = prefix.casefold()
    return {
        "result": [
            {"id": key, "name": str(words), "description": ""} for key, words in queries.PROPERTIES.items()
            if key.startswith(begins) or str(words).casefold().startswith(begins)
        ]
    }  # fmt: skip


@router.get("/reconcile/suggest/entity", response={200: Suggestions} | ERRORS)
def suggest_organisations(
    request: HttpRequest, prefix: Prefix, cursor: Annotated[int, Query(ge=0, le=200)] = 0
) -> dict[str, Any]:
    """Organisations that the beginning of a text finds, by characters, pinyin or code."""
    rights.demand(request.user, RIGHT)
    found = registry.find(text=prefix, person=request.user, limit=cursor + 20)[cursor:]
    return {"result": [{"id": one.pk, "name": one.name, "description": _described(one)} for one in found]}


def _manifest(request: HttpRequest) -> dict[str, Any]:
    here = request.build_absolute_uri(reverse("api:reconcile"))
    firm = request.build_absolute_uri(reverse("office:registry_organisation_change", args=["KEY"]))
    return {
        "versions": ["0.2"],
        "name": _("Register of organisations"),
        "identifierSpace": request.build_absolute_uri("/api/v1/organisations/"),
        "schemaSpace": request.build_absolute_uri("/api/v1/"),
        "documentation": SPECIFICATION,
        "defaultTypes": [TYPE],
        "view": {"url": firm.replace("KEY", "{{id}}")},
        "suggest": {
            "entity": {"service_url": here, "service_path": "/suggest/entity"},
            "property": {"service_url": here, "service_path": "/suggest/property"},
        },
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": [],
        },
        "batchSize": QUERIES,
    }


def _answers(request: HttpRequest, text: str) -> dict[str, Any]:
    asked = _asked(text)
    names = {key: str(one["query"]) for key, one in asked.items() if _may_be_organisation(one)}
    today = clock.today()
    found = queries.matched_among_found(names=list(names.values()), on=today, person=request.user) if names else []
    answers = dict(zip(names, found, strict=True))
    said = {key: asked[key].get("properties") or [] for key in names}
    known = queries.known_of(said, person=request.user)
    keys = [one.key for some in found for one in some[:SHOWN]]
    firms = registry.organisations_by_key(keys=[*keys, *(key for one in known.values() for key in one.bearers)])
    accept_from = queries.rules_of(on=today).accept_from
    result: dict[str, Any] = {}
    for key, one in asked.items():
        shown = answers.get(key, [])[: min(one.get("limit") or SHOWN, SHOWN)]
        result[key] = {"result": _ranked(shown, known.get(key, queries.Known()), firms, accept_from)}
    return result


def _ranked(
    found: Sequence[Any], known: queries.Known, firms: Mapping[str, Any], accept_from: float
) -> list[dict[str, Any]]:
    """The candidates of a query, first those whose code was given, then those that contradict nothing that was."""
    named = {one.key: one for one in found}
    ranked = []
    for key in dict.fromkeys([*known.bearers, *named]):
        agreed = known.agreements(firms[key])
        ranked.append((agreed.get("code", False), all(agreed.values()), _candidate(named.get(key), firms[key])))
        last = ranked[-1][-1]
        last["features"] += [{"id": name, "value": 100.0 * agrees} for name, agrees in agreed.items()]
        is_meant = key in known.bearers if known.bearers else last["score"] >= 100 * accept_from
        last["match"] = is_meant and all(agreed.values())
    ranked.sort(key=lambda one: (one[0], one[1], one[2]["score"]), reverse=True)
    return [one for _has_code, _agrees, one in ranked]


def _candidate(candidate: Any, firm: Any) -> dict[str, Any]:
    """A firm as an answer; `candidate` is None where its code alone found it."""
    score = round(100 * candidate.probability, 2) if candidate else 0.0
    bits = [{"id": one.feature, "value": round(one.bits, 2)} for one in candidate.explained] if candidate else []
    return {
        "id": firm.pk, "name": firm.name, "description": _described(firm), "type": [TYPE], "score": score,
        "match": False, "features": [{"id": "probability", "value": score}, *bits],
    }  # fmt: skip


def _extended(request: HttpRequest, text: str) -> dict[str, Any]:
    """The asked properties of the asked firms. Raises BadRequest in words."""
    try:
        asked = json.loads(text)
        ids, names = asked["ids"], [one["id"] for one in asked["properties"]]
        right = isinstance(ids, list) and all(isinstance(one, str) for one in [*ids, *names])
    except (ValueError, RecursionError, KeyError, TypeError):
        right = False
    said = _("Properties of firms were asked for by the Reconciliation Service API.")
    if not right or len(ids) > FIRMS:
        raise BadRequest(
            said, _("The question is not of the form of the interface, or names more than %(most)d firms.")
            % {"most": FIRMS},
            _('Send such as {"ids": ["…"], "properties": [{"id": "code"}]}.'), SPECIFICATION,
        )  # fmt: skip
    if unknown := [name for name in names if name not in queries.PROPERTIES]:
        raise BadRequest(
            said, _("There is no property “%(name)s”.") % {"name": unknown[0][:40]},
            _("Choose of: %(names)s.") % {"names": ", ".join(queries.PROPERTIES)}, SPECIFICATION,
        )  # fmt: skip
    return {
        "meta": [{"id": name, "name": str(queries.PROPERTIES[name])} for name in names],
        "rows": queries.told_of(ids, names, person=request.user),
    }


def _described(firm: Any) -> str:
    return " ".join(filter(None, (firm.uscc, firm.address)))


def _may_be_organisation(one: dict[str, Any]) -> bool:
    types = one.get("type") or [TYPE["id"]]
    return TYPE["id"] in ([types] if isinstance(types, str) else types)


def _asked(text: str) -> dict[str, Any]:
    """The queries of a batch. Raises BadRequest in words."""
    said = _("Queries of the Reconciliation Service API were sent.")
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or not all(isinstance(one, dict) for one in asked.values()):
        raise BadRequest(
            said, _("They are not a JSON object of queries by identifier."),
            _('Send such as {"q0": {"query": "…"}}.'), SPECIFICATION,
        )  # fmt: skip
    if len(asked) > QUERIES:
        raise BadRequest(
            said, _("There are %(count)d of them.") % {"count": len(asked)},
            _("Send at most %(most)d at once.") % {"most": QUERIES}, SPECIFICATION,
        )  # fmt: skip
    for key, one in asked.items():
        wrong = not isinstance(one.get("query"), str) or not 1 <= len(one["query"]) <= LONGEST
        limit, types = one.get("limit"), one.get("type", [])
        wrong |= limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1)
        wrong |= not _are_properties(one.get("properties") or [])
        wrong |= not (
            isinstance(types, str) or (isinstance(types, list) and all(isinstance(each, str) for each in types))
        )
        if wrong:
            raise BadRequest(
                said, _("“%(key)s” has no name of 1 to %(longest)d characters, or the rest of it another form.")
                % {"key": key[:40], "longest": LONGEST},
                _("Give texts in `query` and `type`, a whole number in `limit`, `pid` and `v` in each property."),
                SPECIFICATION,
            )  # fmt: skip
    return asked


def _are_properties(properties: Any) -> bool:
    """Whether properties of a query have the form of the interface: few values each, texts, numbers or entities."""
    if not isinstance(properties, list) or len(properties) > VALUES:
        return False
    for one in properties:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            return False
        values = one["v"] if isinstance(one["v"], list) else [one["v"]]
        if len(values) > VALUES or not all(isinstance(each, str | int | float | dict) for each in values):
            return False
    return True

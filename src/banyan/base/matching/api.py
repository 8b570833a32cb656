"""The Reconciliation Service API 0.2, by which OpenRefine and others match names with the register."""

from __future__ import annotations

import json
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
    batchSize: int


class Suggested(Schema):
    id: str
    name: str
    description: str


class Suggestions(Schema):
    result: list[Suggested]


@router.get("/reconcile", response={200: Manifest | dict[str, Candidates]} | ERRORS)
def reconcile(
    request: HttpRequest,
    queries: Annotated[str, Query(max_length=100_000, description="A JSON object of queries")] = "",
) -> Any:
    """The manifest of the service; with `queries`, the firms of the register that each of them may mean."""
    rights.demand(request.user, RIGHT)
    return _answers(request, queries) if queries else _manifest(request)


@router.post("/reconcile", response={200: dict[str, Candidates]} | ERRORS)
def reconcile_batch(request: HttpRequest, queries: Annotated[str, Form(max_length=200_000)]) -> Any:
    """The same as a form with the field `queries`, as OpenRefine sends it."""
    rights.demand(request.user, RIGHT)
    return _answers(request, queries)


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
        "suggest": {"entity": {"service_url": here, "service_path": "/suggest/entity"}},
        "batchSize": QUERIES,
    }


def _answers(request: HttpRequest, text: str) -> dict[str, Any]:
    asked = _asked(text)
    names = {key: str(one["query"]) for key, one in asked.items() if _may_be_organisation(one)}
    today = clock.today()
    found = queries.matched_among_found(names=list(names.values()), on=today, person=request.user) if names else []
    answers = dict(zip(names, found, strict=True))
    firms = registry.organisations_by_key(keys=[one.key for some in found for one in some[:SHOWN]])
    accept_from = queries.rules_of(on=today).accept_from
    result: dict[str, Any] = {}
    for key, one in asked.items():
        shown = answers.get(key, [])[: min(one.get("limit") or SHOWN, SHOWN)]
        result[key] = {"result": [_candidate(each, firms[each.key], accept_from) for each in shown]}
    return result


def _candidate(candidate: Any, firm: Any, accept_from: float) -> dict[str, Any]:
    features = [{"id": one.feature, "value": round(one.bits, 2)} for one in candidate.explained]
    return {
        "id": firm.pk, "name": firm.name, "description": _described(firm), "type": [TYPE],
        "score": round(100 * candidate.probability, 2), "match": candidate.probability >= accept_from,
        "features": [{"id": "probability", "value": round(100 * candidate.probability, 2)}, *features],
    }  # fmt: skip


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
        wrong |= not (
            isinstance(types, str) or (isinstance(types, list) and all(isinstance(each, str) for each in types))
        )
        if wrong:
            raise BadRequest(
                said, _("“%(key)s” has no name of 1 to %(longest)d characters, or a limit or type of another form.")
                % {"key": key[:40], "longest": LONGEST},
                _("Give the name in `query`, a whole number in `limit`, texts in `type`."), SPECIFICATION,
            )  # fmt: skip
    return asked

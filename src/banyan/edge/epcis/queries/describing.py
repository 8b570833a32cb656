"""The standard's query for master data (SimpleMasterDataQuery): what is asked, and its answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from banyan.edge.epcis.queries import answering, asking, protocol, speaking
from banyan.kit import clock
from banyan.kit.refusals import BadRequest
from banyan.records.masterdata import queries as masterdata
from banyan.records.traceability import queries as traceability

NAME = "SimpleMasterDataQuery"
LISTS = {
    "vocabularyName": "vocabularies",
    "EQ_name": "identifiers",
    "WD_name": "with_parts",
    "HASATTR": "having_attributes",
}
FLAGS = ("includeAttributes", "includeChildren")
OF_VALUES = ("EQATTR_", "EQ_ATTR_")
KNOWN = (*LISTS, "EQATTR_…", *FLAGS, "attributeNames", "maxElementCount")


def answer(request: HttpRequest, **_path: str) -> HttpResponse:
    """A page of the master data that answer an address."""
    asked = asking.asked(request.GET)
    language = protocol.chosen(request.headers)
    links = protocol.epc_format(request.headers) == "Always_GS1_Digital_Link"
    question = speaking.question_of(request)
    given, names = _understood(asked.parameters)
    with_attributes, with_children = (_flag(asked.parameters, name) for name in FLAGS)
    traceability.demand_purpose(request.user, on=clock.today())
    after = protocol.place_of(asked.token, question)
    if "maxElementCount" in asked.parameters:
        _demand_few(request.user, given, asking.number("maxElementCount", asked.parameters["maxElementCount"]))
    page = masterdata.elements(request.user, limit=asked.per_page, after=after, **given)
    told = masterdata.as_vocabularies(
        page.elements, with_attributes=with_attributes, with_children=with_children, names=names
    )
    body = answering.vocabularies(told, language=language, links=links, name=NAME)
    return speaking.with_next(request, HttpResponse(body, content_type=language), page.after, question)


def _understood(parameters: dict[str, list[str]]) -> tuple[dict[str, Any], list[str]]:
    """What is asked of the entries, and which attributes of them. Raises BadRequest for another name."""
    given: dict[str, Any] = {"attributes": {}}
    for name, values in parameters.items():
        if name in LISTS:
            given[LISTS[name]] = values
        elif name.startswith(OF_VALUES):
            attribute = next(name.removeprefix(start) for start in OF_VALUES if name.startswith(start))
            given["attributes"][attribute] = values
        elif name not in (*FLAGS, "attributeNames", "maxElementCount"):
            raise BadRequest(
                _("Master data were asked for by %(name)s.") % {"name": name[:60]}, _("It cannot be understood."),
                _("It knows: %(known)s.") % {"known": ", ".join(KNOWN)}, masterdata.WRITTEN,
            )  # fmt: skip
    return given, parameters.get("attributeNames", [])


def _flag(parameters: dict[str, list[str]], name: str) -> bool:
    """Whether a part is wanted; both are, where nothing is said. Raises BadRequest for another word."""
    value = parameters.get(name, ["true"])
    if value not in (["true"], ["false"]):
        raise BadRequest(
            _("%(name)s was given as “%(value)s”.") % {"name": name, "value": "|".join(value)[:60]},
            _("It is true or false."), _("Choose one of them."), masterdata.WRITTEN,
        )  # fmt: skip
    return value == ["true"]


def _demand_few(person: Any, given: dict[str, Any], most: int) -> None:
    """Raise TooMany where more entries answer than are wanted at most."""
    if most < 1 or most > protocol.MOST_PER_PAGE:
        raise BadRequest(
            _("At most %(most)d entries were asked for.") % {"most": most},
            _("The bound is 1 to %(most)d.") % {"most": protocol.MOST_PER_PAGE}, _("Choose another size."),
            masterdata.WRITTEN,
        )  # fmt: skip
    if masterdata.elements(person, limit=most, **given).after:
        raise protocol.TooMany(
            _("At most %(most)d entries were asked for.") % {"most": most}, _("More entries answer the question."),
            _("Narrow the question, or read it page by page without maxElementCount."), masterdata.WRITTEN,
            code="too-many-elements",
        )  # fmt: skip

"""SDMX 3.0 over HTTP: structures and data of every indicator, at the paths that the standard gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from banyan.edge.exchange import queries
from banyan.insight.indicators import actions as indicator_actions
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock, rights
from banyan.kit.api import Problem, written_as
from banyan.kit.refusals import BadRequest

router = Router(tags=["sdmx"])
RIGHT = "indicators.view"
MEDIA = {"json1": "+json;version=1.0", "json": "+json", "xml": "+xml", "csv": "+csv"}
ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem}
STRUCTURES = written_as(queries.as_json.STRUCTURE_TYPE, queries.as_xml.STRUCTURE_TYPE)
DATA = written_as(
    *(queries.as_json.DATA_TYPE, queries.as_json.DATA_TYPE_1, queries.as_xml.DATA_TYPE, queries.as_csv.DATA_TYPE)
)
KINDS = ("dataflow", "datastructure", "codelist", "conceptscheme")
REFERENCES = ("none", "parents", "children", "descendants", "all")
Format = Annotated[
    str,
    Query(description="json, json1 (data as SDMX-JSON 1.0), xml or csv; else the Accept header decides, else json"),
]
TimePeriod = Annotated[str, Query(alias="c[TIME_PERIOD]", description="Such as 2025-Q4, or ge:2024-Q1+le:2025-Q4")]


@router.get("/sdmx/structure/{path:which}", response={200: None, **ERRORS}, openapi_extra=STRUCTURES)
def show_sdmx_structure(
    request: HttpRequest, which: str, references: str = "none", format: Format = ""
) -> HttpResponse:
    """Dataflows, data structures, code lists and concepts: `structure/{type}/{agency}/{id}/{version}`.

    `*` stands for any; parts at the end may be left out. Each indicator is one dataflow with its own structure.
    """
    rights.demand(request.user, RIGHT)
    return _structures(request, which, references, format, queries.flows())


@router.get(
    "/public/sdmx/structure/{path:which}", auth=None, response={200: None, **ERRORS}, openapi_extra=STRUCTURES
)
def show_public_sdmx_structure(
    request: HttpRequest, which: str, references: str = "none", format: Format = ""
) -> HttpResponse:
    """The same, open to everyone, of the indicators whose figures were published."""
    keys = set(indicators.publications().values_list("indicator", flat=True))
    return _structures(
        request, which, references, format, [flow for flow in queries.flows() if flow.indicator.key in keys]
    )


def _structures(
    request: HttpRequest, which: str, references: str, format: str, known: Sequence[queries.Flow]
) -> HttpResponse:
    kind, agency, id, version = _parts(which, 4)
    if kind not in (*KINDS, "*"):
        raise BadRequest(
            _("Structures of the type “%(kind)s” were asked for.") % {"kind": kind},
            _("None of this type are kept here."), _("Types: %(kinds)s.") % {"kinds": ", ".join(KINDS)},
        )  # fmt: skip
    if references not in REFERENCES:
        raise BadRequest(
            _("References “%(name)s” were asked for.") % {"name": references}, _("They are not known here."),
            _("Use one of: %(known)s.") % {"known": ", ".join(REFERENCES)},
        )  # fmt: skip
    flows = [
        flow for flow in known
        if _fits(agency, flow.agency) and _fits(version, flow.version)
        and (kind in ("codelist", "conceptscheme") or id in ("*", flow.id, flow.structure_id))
    ]  # fmt: skip
    found = queries.structures_of(kind, flows, references=references, id=id)
    nothing_asked = not known and id == "*"  # nothing was published yet
    if not _fits(agency, queries.agency()) or not (
        nothing_asked or found.flows or found.structures or found.codelists or found.concepts
    ):
        raise Http404(which)
    form = _form(request, format, ("json", "xml"))
    writer: Any = {"json": queries.as_json, "xml": queries.as_xml}[form]
    return HttpResponse(writer.structure_message(found, prepared=clock.now()), content_type=writer.STRUCTURE_TYPE)


@router.get("/sdmx/data/{path:which}", response={200: None, **ERRORS}, openapi_extra=DATA)
def show_sdmx_data(
    request: HttpRequest,
    which: str,
    time_period: TimePeriod = "",
    as_of: Annotated[date | None, Query(alias="asOf", description="As known at the end of this day")] = None,
    format: Format = "",
) -> HttpResponse:
    """Observations of an indicator: `data/dataflow/{agency}/{id}/{version}/{key}`.

    The key has a code, several joined by +, or * for each dimension in order, FREQ first; left out it asks for all.
    Suppressed cells are there without a value: OBS_STATUS Q, CONF_STATUS C.
    """
    rights.demand(request.user, RIGHT)
    flow, key = _flow(which)
    known = as_of or clock.today()
    if known > clock.today():
        raise BadRequest(
            _("Data as of %(day)s were asked for.") % {"day": known}, _("That day is still to come."),
            _("Ask for %(today)s or an earlier day.") % {"today": clock.today()},
        )  # fmt: skip
    observations, used = queries.observations_of(
        flow, key=key, spans=queries.Spans.read(time_period), known_on=known,
        own=indicators.own_counties(request.user),
    )  # fmt: skip
    indicator_actions.keep_figures(used)
    return _data(request, format, flow, observations)


@router.get("/public/sdmx/data/{path:which}", auth=None, response={200: None, **ERRORS}, openapi_extra=DATA)
def show_public_sdmx_data(
    request: HttpRequest, which: str, time_period: TimePeriod = "", format: Format = ""
) -> HttpResponse:
    """The same, open to everyone: what was last published of each year and quarter, to the digit."""
    flow, key = _flow(which)
    observations = queries.published_observations(flow, key=key, spans=queries.Spans.read(time_period))
    return _data(request, format, flow, observations)


def _flow(which: str) -> tuple[queries.Flow, queries.Key]:
    """The dataflow that a path names, and the codes that it wants."""
    context, agency, id, version, key = _parts(which, 5)
    flow = queries.flow_of(id)
    if (
        context not in ("dataflow", "*")
        or flow is None
        or not (_fits(agency, flow.agency) and _fits(version, flow.version))
    ):
        raise Http404(which)
    return flow, queries.Key.read(key, flow)


def _data(
    request: HttpRequest, format: str, flow: queries.Flow, observations: Sequence[queries.Observation]
) -> HttpResponse:
    form = _form(request, format, ("json1", "json", "xml", "csv"))
    if form == "csv":
        return HttpResponse(queries.as_csv.data_message(flow, observations), content_type=queries.as_csv.DATA_TYPE)
    if form == "json1":
        message = queries.as_json.data_message_1(flow, observations, prepared=clock.now())
        return HttpResponse(message, content_type=queries.as_json.DATA_TYPE_1)
    writer: Any = {"json": queries.as_json, "xml": queries.as_xml}[form]
    return HttpResponse(writer.data_message(flow, observations, prepared=clock.now()), content_type=writer.DATA_TYPE)


def _parts(path: str, count: int) -> list[str]:
    """The parts of an SDMX path, `*` for those left out."""
    given = [part or "*" for part in path.rstrip("/").split("/")]
    if len(given) > count:
        raise Http404(path)
    return given + ["*"] * (count - len(given))


def _fits(asked: str, own: str) -> bool:
    """Whether a name or version is what was asked for: `*` any, `~` and `+` the newest, of which there is one."""
    return asked in ("*", "~", "+", "latest") or own in asked.split(",")


def _form(request: HttpRequest, asked: str, known: tuple[str, ...]) -> str:
    accepted = request.headers.get("Accept", "")
    found = asked or next((form for form in known if MEDIA[form] in accepted.replace(" ", "")), "json")
    if found not in known:
        raise BadRequest(
            _("The format “%(name)s” was asked for.") % {"name": asked}, _("It is not known here."),
            _("Use one of: %(known)s.") % {"known": ", ".join(known)},
        )  # fmt: skip
    return found

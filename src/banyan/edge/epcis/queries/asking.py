"""What is asked: the parameters of an address or of a query that was kept, as traceability understands them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from banyan.edge.epcis.queries.protocol import MOST_PER_PAGE, PER_PAGE, WRITTEN, TooMany
from banyan.kit import rights
from banyan.kit.refusals import BadRequest
from banyan.records.traceability import queries as traceability

PAGING = ("perPage", "nextPageToken")
BOUNDS = ("eventCountLimit", "maxEventCount")  # of one answer; a subscription sends whatever comes
VIEW = "traceability.view"
OF_THE_STANDARD = ("SimpleEventQuery", "SimpleMasterDataQuery")  # names of queries that nobody keeps


class WrongQuery(BadRequest):
    """A query that was to be kept cannot be understood."""

    code = "wrong-query"


class Asked(NamedTuple):
    """A question and the page of it that is wanted."""

    parameters: dict[str, list[str]]
    per_page: int
    token: str


def asked(query: QueryDict) -> Asked:
    """The question of an address. Raises BadRequest for a parameter that comes twice or a page of a wrong size."""
    parameters: dict[str, list[str]] = {}
    for name, values in query.lists():
        if len(values) > 1:
            raise BadRequest(
                _("The parameter “%(name)s” was given.") % {"name": name}, _("It was given twice."),
                _("Join several values by | in one parameter."), WRITTEN,
            )  # fmt: skip
        if name not in PAGING:
            parameters[name] = [part for part in values[0].split("|") if part]
    size = query.get("perPage", str(PER_PAGE))
    if not (size.isascii() and size.isdigit() and len(size) <= 9) or not 1 <= int(size) <= MOST_PER_PAGE:
        raise BadRequest(
            _("Pages of %(size)s were asked for.") % {"size": size},
            _("A page has 1 to %(most)d entries.") % {"most": MOST_PER_PAGE}, _("Choose another size."), WRITTEN,
        )  # fmt: skip
    return Asked(parameters, int(size), query.get("nextPageToken", ""))


def page(person: Any, parameters: Mapping[str, Any], *, limit: int, after: str) -> traceability.EventPage:
    """A page of the events that answer a question. Raises TooMany where more answer than `maxEventCount` allows."""
    wanted = {name: value for name, value in parameters.items() if name != "maxEventCount"}
    if "maxEventCount" in parameters:
        if "eventCountLimit" in parameters:
            raise BadRequest(
                _("maxEventCount and eventCountLimit were given together."), _("One excludes the other."),
                _("Give one of them."), WRITTEN,
            )  # fmt: skip
        most = number("maxEventCount", parameters["maxEventCount"])
        if traceability.are_more(person, wanted, than=most):
            raise TooMany(
                _("At most %(most)d events were asked for.") % {"most": most}, _("More of them answer the question."),
                _("Narrow the question, or read it page by page without maxEventCount."), WRITTEN,
                code="too-many-events",
            )  # fmt: skip
    return traceability.events(person, wanted, limit=limit, after=after)


def since(
    person: Any, query: Mapping[str, Any], *, since: datetime | None, after: str, limit: int
) -> traceability.EventPage:  # fmt: skip
    """The next events for whoever subscribed to a query, in the order in which they were recorded."""
    rights.demand(person, VIEW)
    question = {
        **{name: value for name, value in query.items() if name not in BOUNDS},
        "orderBy": ["recordTime"],
        "orderDirection": ["ASC"],
        **({"GE_recordTime": [since.isoformat()]} if since else {}),
    }
    return page(person, question, limit=limit, after=after)


def number(name: str, value: Any) -> int:
    """The whole number of a parameter. Raises BadRequest for another text."""
    text = str(value[0] if value else "") if isinstance(value, list) else str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadRequest(
            _("%(name)s was given as “%(value)s”.") % {"name": name, "value": text}, _("This is no whole number."),
            _("Write it in digits."), WRITTEN,
        )  # fmt: skip
    return int(text)


def kept_query(person: Any, raw: Any) -> dict[str, Any]:
    """The parameters of a query that is to be kept, tried once. Raises WrongQuery for what cannot be asked."""
    if not isinstance(raw, dict):
        raise WrongQuery(
            _("A query was to be kept."), _("Its body has no object named “query”."),
            _('Send {"name": …, "query": {"EQ_bizStep": ["shipping"]}}.'), WRITTEN,
        )  # fmt: skip
    found: dict[str, Any] = {}
    for name, value in raw.items():
        if name in ("@context", *PAGING):
            continue
        values = value if isinstance(value, list) else [value]
        found[name] = [str(one) for one in values]
    try:
        page(person, found, limit=1, after="")
    except BadRequest as wrong:
        raise WrongQuery(wrong.asked, wrong.prevents, wrong.instead, wrong.written) from wrong
    return found


def demand_name(name: Any) -> str:
    """The name of a query that is to be kept. Raises WrongQuery for none, and for one of the standard's own."""
    if (
        isinstance(name, str)
        and name.strip()
        and len(name) <= 100
        and "/" not in name
        and name not in OF_THE_STANDARD
    ):
        return name
    raise WrongQuery(
        _("A query was to be kept."), _("Its name is a text of 1 to 100 characters without a slash."),
        _("Give it as “name”, and none of the standard's own: %(names)s.") % {"names": ", ".join(OF_THE_STANDARD)},
        WRITTEN,
    )  # fmt: skip

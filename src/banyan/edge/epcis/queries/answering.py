"""What is answered: documents of events, captures, collections and kept queries, in JSON or XML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import orjson

from banyan import epcis
from banyan.edge.epcis.queries.protocol import XML, plain
from banyan.kit import clock
from banyan.records.masterdata import queries as masterdata
from banyan.records.traceability import queries as traceability

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
EPCIS_XML = "urn:epcglobal:epcis:xsd:2"
ERROR_TITLE = "Event or document refused"


def document(
    events: Iterable[Any], *, person: Any, language: str, links: bool, name: str = "", subscription: str = ""
) -> bytes:  # fmt: skip
    """
    A query document with events, and with what master data tell the person of what they name; `links` writes
    identifiers as Digital Links.
    """
    query = {"queryName": name or "SimpleEventQuery"} | ({"subscriptionID": subscription} if subscription else {})
    write = epcis.write_xml if language.endswith("xml") else epcis.write_json
    contents = [_content(event) for event in events]
    told = masterdata.of_events(person, contents)
    written = (epcis.in_links(one) if links else one for one in contents)
    said = _in_links(told) if links else told
    return b"".join(write(written, created=instant(clock.now()), query=query, vocabularies=said))


def vocabularies(told: list[dict[str, Any]], *, language: str, links: bool, name: str) -> bytes:
    """A query document with master data alone."""
    write = epcis.write_xml if language.endswith("xml") else epcis.write_json
    said = _in_links(told) if links else told
    return b"".join(write((), created=instant(clock.now()), query={"queryName": name}, vocabularies=said))


def _content(event: Any) -> dict[str, Any]:
    content = {**event.content, "recordTime": instant(event.record_time)}
    content.setdefault("eventID", event.event_id)
    return content


def _in_links(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries of master data under the Digital Links of what they tell of."""
    return [
        {**vocabulary, "vocabularyElementList": [
            {**one, "id": epcis.canonical(one["id"])}
            | ({"children": [epcis.canonical(child) for child in one["children"]]} if "children" in one else {})
            for one in vocabulary["vocabularyElementList"]
        ]}
        for vocabulary in told
    ]  # fmt: skip


def instant(moment: datetime) -> str:
    """An instant as EPCIS writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def collection(members: Iterable[str], language: str) -> bytes:
    """A list of names. The standard offers XML for it and shows none; the elements are named as in JSON."""
    if language.endswith("xml"):
        parts = "".join(f"<member>{plain(member)}</member>" for member in members)
        return f'<epcis:Collection xmlns:epcis="{EPCIS_XML}">{parts}</epcis:Collection>'.encode()
    return orjson.dumps({"@context": CONTEXT, "type": "Collection", "member": list(members)})


def job(one: traceability.CaptureJob) -> dict[str, Any]:
    """What became of a capture."""
    told: dict[str, Any] = {
        "captureID": one.pk,
        "createdAt": instant(one.started_at),
        "running": one.finished_at is None,
        "success": one.success and not one.problems,
        "captureErrorBehaviour": one.on_error,
        "errors": [
            {
                "type": "epcisException:ValidationException",
                "title": ERROR_TITLE,
                "status": 400,
                "detail": f"{found['path']}: {found['says']}" if found["path"] else found["says"],
                "instance": f"#{quote(found['path'], safe='/~')}",
            }
            for found in one.problems
        ],
    }
    if one.finished_at:
        told["finishedAt"] = instant(one.finished_at)
    return told


def job_bytes(one: traceability.CaptureJob, language: str) -> bytes:
    """A capture in the language that was asked for."""
    told = job(one)
    if language not in (XML, "text/xml"):
        return orjson.dumps(told)
    attributes = " ".join(
        f"{name}={quoteattr(str(told[name]).lower() if isinstance(told[name], bool) else told[name])}"
        for name in ("captureID", "running", "success")
    )
    errors = "".join(
        f"<error>{''.join(f'<{name}>{plain(value)}</{name}>' for name, value in error.items())}</error>"
        for error in told["errors"]
    )
    parts = "".join(
        f"<{name}>{told[name]}</{name}>"
        for name in ("captureErrorBehaviour", "createdAt", "finishedAt")
        if name in told
    )
    return (
        f'<epcis:EPCISCaptureJob xmlns:epcis="{EPCIS_XML}" {attributes}>{parts}'
        f"<errors>{errors}</errors></epcis:EPCISCaptureJob>"
    ).encode()


# ---------------------------------------------------------------- collections

Members = tuple[list[str], str]


def _standing(field: str) -> Callable[[Any, int, str], Members]:
    """The different values of a field of the events that a person may read, a page of them."""

    def members(person: Any, limit: int, after: str) -> Members:
        rows = traceability.seen_events(person).exclude(**{field: ""}).filter(**{f"{field}__gt": after})
        found = list(rows.order_by(field).values_list(field, flat=True).distinct()[: limit + 1])
        return found[:limit], found[limit - 1] if len(found) > limit else ""

    return members


def _epcs(person: Any, limit: int, after: str) -> Members:
    seen = traceability.seen_events(person)
    rows = traceability.Thing.objects.filter(epc__gt=after, lines__event__in=seen)
    found = list(rows.order_by("epc").values_list("epc", flat=True).distinct()[: limit + 1])
    return found[:limit], found[limit - 1] if len(found) > limit else ""


def _event_types(person: Any, limit: int, after: str) -> Members:
    traceability.seen_events(person)  # whoever may read no events learns nothing of their types
    found = sorted(kind for kind in epcis.EVENT_TYPES if kind > after)
    return found[:limit], found[limit - 1] if len(found) > limit else ""


COLLECTIONS: dict[str, tuple[str, Callable[[Any, int, str], Members]]] = {
    "eventTypes": ("eventType", _event_types),
    "epcs": ("MATCH_anyEPC", _epcs),
    "bizSteps": ("EQ_bizStep", _standing("biz_step")),
    "bizLocations": ("EQ_bizLocation", _standing("biz_location")),
    "readPoints": ("EQ_readPoint", _standing("read_point")),
    "dispositions": ("EQ_disposition", _standing("disposition")),
}
"""Top-level collection: the parameter that asks for the events of a member, and its members."""

TOP = ("capture", "events", *COLLECTIONS, "queries")

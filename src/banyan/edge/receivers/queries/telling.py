"""What may be said of a change today: what the public or the grant allows; of what has ended, only its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from banyan.base.registry.queries import Organisation, public_code
from banyan.edge.receivers.queries.changes import Change
from banyan.judgement.lists import queries as lists
from banyan.kit import clock
from banyan.response.casework import queries as casework
from banyan.response.recall import queries as recall

SOURCE = "/api/v1/exchange/changes"
NUMBERED = ("lists.listing", "casework.case", "recall.notice")

Data = dict[str, Any]


def told(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Each change as an event of CloudEvents 1.0."""
    public = {noun: _public(noun, keys) for noun, keys in _keys_by_noun(changes).items()}
    firms = Organisation.objects.in_bulk({one.organisation for one in changes if one.organisation})
    return [_event(one, *_said(one, public, firms)) for one in changes]


def subject_of(change: Change) -> str:
    """What a receiver knows the record by: the number that is public, else its kind and key."""
    if change.topic != "corrections" and change.noun in NUMBERED:
        return str(change.state["number"])
    return change.lane if change.topic == "grades" else ":".join(change.about)


def stands(event: Mapping[str, Any]) -> bool:
    """Whether a record stands after an event that was the last one of it."""
    return not event["type"].endswith(".ended")


def _event(change: Change, kind: str, data: Data) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": change.identifier, "source": SOURCE, "type": f"banyan.{change.topic}.{kind}",
        "subject": subject_of(change), "time": change.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json", "partitionkey": change.lane,
        "sequence": f"{change.event:015d}.{change.version:015d}", "data": data,
    }  # fmt: skip


def _said(change: Change, public: Mapping[str, dict[str, Data]], firms: Mapping[str, Any]) -> tuple[str, Data]:
    """What kind of change it is today, and what is told of it."""
    firm = firms.get(change.organisation or "")
    if change.topic == "corrections":
        noun, key = change.about
        return change.kind, {
            "record": noun, "key": key, "code": public_code(firm) if firm else "", "corrected_on": change.on,
            "is_withdrawn": bool(change.state.get("withdrawn_on")) or change.state.get("outcome") == "quashed",
        }  # fmt: skip
    if change.topic == "grades":
        same = {name: change.state.get(name, "") for name in ("grade", "before", "since_on")}
        return change.kind, same | {
            "firm": firm.name if firm else "",
            "code": public_code(firm) if firm else "",
        }
    data = public[change.noun].get(change.key)
    if change.kind == "ended" or data is None:
        return "ended", {"number": change.state["number"], "ended_on": change.on if change.kind == "ended" else None}
    return change.kind, data


def _keys_by_noun(changes: Iterable[Change]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in changes:
        found.setdefault(one.noun, set()).add(one.key)
    return found


def _public(noun: str, keys: set[str]) -> dict[str, Data]:
    """What is public today of some records of a noun, by their keys."""
    if noun not in PUBLIC:
        return {}
    rows, say = PUBLIC[noun]
    return {one.pk: say(one) for one in rows().filter(pk__in=keys)}


def _of_listing(one: lists.Listing) -> Data:
    same = ("number", "list", "cause", "conditions", "decided_on", "published_on")
    return {name: getattr(one, name) for name in same} | {
        "title": lists.title_of(one, on=clock.today()), "firm": one.organisation.name,
        "code": public_code(one.organisation), "until": one.public_until,
    }  # fmt: skip


def _of_penalty(case: casework.Case) -> Data:
    return {
        "number": case.number, "firm": casework.shown_party(case),
        "code": public_code(case.party) if case.party else "", "title": casework.shown_text(case, case.title),
        "breach": case.breach, "fine": case.fine, "confiscated": case.confiscated, "decided_on": case.decided_on,
        "published_on": case.published_on, "until": case.public_until,
    }  # fmt: skip


def _of_notice(notice: recall.Notice) -> Data:
    same = ("number", "product_name", "brand", "model", "lots", "gtin", "level", "hazard", "measures", "published_on")
    return {name: getattr(notice, name) for name in same} | {"firm": notice.maker_name, "until": None}


PUBLIC: dict[str, tuple[Callable[[], Any], Callable[[Any], Data]]] = {
    "lists.listing": (lists.public_listings, _of_listing),
    "casework.case": (casework.public_penalties, _of_penalty),
    "recall.notice": (recall.published_notices, _of_notice),
}

"""Events that a person may read, by the parameters of EPCIS' SimpleEventQuery, in pages that need no counting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from banyan import epcis
from banyan.kit import clock, rights
from banyan.kit.refusals import BadRequest, NotFound
from banyan.kit.scope import scoped
from banyan.records.masterdata import queries as masterdata
from banyan.records.traceability.models import EventThing, TraceEvent
from banyan.records.traceability.queries import content
from banyan.records.traceability.queries.places import described, within_places
from banyan.records.traceability.queries.purposes import VIEW, demand_purpose
from banyan.records.traceability.queries.stream import first_event_since
from banyan.records.traceability.queries.words import bare, canonical

MOST, LOOKED_AT, COUNTED = 1000, 20_000, 100_000
Role = EventThing.Role
TYPES = {
    "ObjectEvent": 1, "AggregationEvent": 2, "TransactionEvent": 3, "TransformationEvent": 4, "AssociationEvent": 5,
}  # fmt: skip
SEEN, IN, OUT, PARENT = (Role.EPC, Role.CHILD), (Role.INPUT,), (Role.OUTPUT,), (Role.PARENT,)
MATCHES = {
    "MATCH_epc": SEEN,
    "MATCH_epcClass": SEEN,
    "MATCH_parentID": PARENT,
    "MATCH_inputEPC": IN,
    "MATCH_inputEPCClass": IN,
    "MATCH_outputEPC": OUT,
    "MATCH_outputEPCClass": OUT,
    "MATCH_anyEPC": (),
    "MATCH_anyEPCClass": (),
}
TIMES = {
    "GE_eventTime": "event_time__gte",
    "LT_eventTime": "event_time__lt",
    "GE_recordTime": "record_time__gte",
    "LT_recordTime": "record_time__lt",
}


class EventPage(NamedTuple):
    """Some events, and what to ask for the next ones with; "" where there are no more."""

    events: list[TraceEvent]
    after: str


def seen_events(person: Any, *, on: date | None = None) -> Any:
    """The events that a person may read, for further filters. Raises NotAllowed, also where no purpose was stated."""
    demand_purpose(person, on=on or clock.today())
    return each_once(scoped(TraceEvent, person, on=on), person, on=on)


def each_once(rows: Any, person: Any, *, on: date | None = None) -> Any:
    """Rows of events, once each also for who may read them for several reasons, such as two firms that both name."""
    if len(rights.reaches(person, VIEW, on=on)) < 2:
        return rows
    return TraceEvent.objects.filter(pk__in=rows.order_by().values("pk")).marked()


def standing(rows: Any) -> Any:
    """Those of some events that whoever captured them did not declare wrong, without the declarations."""
    taken_back = TraceEvent.objects.filter(declares_wrong=OuterRef("hash"), captured_by=OuterRef("captured_by"))
    return rows.filter(declares_wrong="").exclude(Exists(taken_back))


def event_by_id(person: Any, event_id: str) -> TraceEvent:
    """The event of an identifier. Raises NotFound where there is none that the person may read."""
    event: TraceEvent | None = seen_events(person).filter(event_id=event_id).order_by("declares_wrong", "pk").first()
    if event is None:
        raise NotFound(
            _("The event “%(id)s” was asked for.") % {"id": event_id},
            _("There is no such event within what you may read."),
            _("Look for it by the things that it names."),
        )
    return event


def events(
    person: Any, asked: Mapping[str, Any] | None = None, /, *, limit: int = 100, after: str = "", **parameters: Any
) -> EventPage:
    """
    Events by the parameters of a SimpleEventQuery, in the order of capture or by `orderBy` and `orderDirection`.

    A value is a text or a list of texts, times also as datetime. What a stranger asks comes as one mapping, so that
    none of its names is one of ours. Raises BadRequest for an unknown parameter, NotAllowed as `seen_events` does.
    """
    parameters = {**(asked or {}), **parameters}
    limit = max(1, min(limit, MOST))
    order, sign, count = _order(parameters)
    seen = seen_events(person)
    condition, tests = _conditions(person, parameters)
    rows = seen.filter(condition)
    rows = rows.order_by(*(f"{sign}{name}" for name in dict.fromkeys((order, "pk"))))
    place, left = _place(after, order)
    left = count if left is None else left  # of the events that are wanted in all; 0 where there is no bound
    found: list[TraceEvent] = []
    looked_at = 0
    limit = min(limit, left) if left else limit
    while looked_at < LOOKED_AT:
        part = list((rows.filter(_beyond(place, order, sign)) if place else rows)[: limit + 1])
        for one in part[:limit]:
            looked_at += 1
            place = (getattr(one, order), one.pk)
            if not tests or _passes(one, tests):
                found.append(one)
                if len(found) == limit:
                    more = part[-1] is not one and left != limit
                    return EventPage(found, _token(place, left and left - limit) if more else "")
        if len(part) <= limit:
            return EventPage(found, "")
    return EventPage(found, _token(place, left and left - len(found)) if place else "")


def are_more(person: Any, asked: Mapping[str, Any], *, than: int) -> bool:
    """Whether more than so many events answer a question. Raises BadRequest where that cannot be counted."""
    parameters = dict(asked)
    _order(parameters)
    seen = seen_events(person)
    condition, tests = _conditions(person, parameters)
    rows = seen.filter(condition)
    if than > COUNTED:
        raise _bad("maxEventCount", str(than), _("Choose another size."))
    if not tests:
        return len(rows.order_by().values_list("pk")[: than + 1]) > than
    found = 0
    for looked_at, one in enumerate(rows.order_by("pk").iterator(chunk_size=200)):
        found += _passes(one, tests)
        if found > than:
            return True
        if looked_at == COUNTED:
            raise _bad(
                "maxEventCount", str(than), _("Narrow the question, or read it page by page without maxEventCount.")
            )
    return False


# ---------------------------------------------------------------- order and pages


def _order(parameters: dict[str, Any]) -> tuple[str, str, int]:
    """The field to sort by, its sign, and how many events at most are wanted in all (0: no bound)."""
    by = _one(parameters.pop("orderBy", "recordTime"))
    direction = _one(parameters.pop("orderDirection", "ASC" if by == "recordTime" else "DESC")).upper()
    if by not in ("eventTime", "recordTime") or direction not in ("ASC", "DESC"):
        raise _bad("orderBy", f"{by} {direction}", _("Order by eventTime or recordTime, ASC or DESC."))
    count = 0
    if "eventCountLimit" in parameters:
        given = _one(parameters.pop("eventCountLimit"))
        if not (given.isascii() and given.isdigit() and len(given) <= 9 and int(given)):
            raise _bad("eventCountLimit", given, _("Write it in digits."))
        count = int(given)
    return ("event_time" if by == "eventTime" else "pk"), ("-" if direction == "DESC" else ""), count


def _beyond(place: tuple[Any, int], order: str, sign: str) -> Q:
    comparison = "lt" if sign else "gt"
    value, number = place
    if order == "pk":
        return Q(**{f"pk__{comparison}": number})
    behind = Q(**{f"{order}__{comparison}": value})
    return behind | Q(**{order: value, f"pk__{comparison}": number})


def _token(place: tuple[Any, int], left: int = 0) -> str:
    value, number = place
    where = f"{number}" if value == number else f"{number}~{value.isoformat()}"
    return f"{where}!{left}" if left else where


def _place(after: str, order: str) -> tuple[tuple[Any, int] | None, int | None]:
    """Where a page begins, and how many events are left of those that were wanted in all."""
    if not after:
        return None, None
    where, _mark, left = after.partition("!")
    number, _tilde, value = where.partition("~")
    try:
        place = (int(number) if order == "pk" else datetime.fromisoformat(value)), int(number)
        return place, int(left) if left else None
    except ValueError:
        raise _bad("after", after, _("Take it from the page before, for the same question.")) from None


# ---------------------------------------------------------------- what is asked


def _conditions(person: Any, parameters: Mapping[str, Any]) -> tuple[Q, list[Callable[[dict[str, Any]], bool]]]:
    """What the database answers, and what has to be looked up in the events themselves."""
    condition, tests = Q(), []
    for name, value in parameters.items():
        values = _many(value)
        if "\0" in name or any("\0" in one for one in values if isinstance(one, str)):
            raise _bad(name.replace("\0", ""), "␀", _("Leave it out."))
        if name == "eventType":
            condition &= Q(type__in=[_type(one) for one in values])
        elif name in TIMES:
            at = _instant(name, values[0] if values else "")
            condition &= Q(**{TIMES[name]: at})
            if name.endswith("recordTime"):  # whose order is that of the numbers
                condition &= Q(**{"pk__gte" if name.startswith("GE") else "pk__lt": first_event_since(at)})
        elif name == "EQ_action":
            condition &= Q(action__in=values)
        elif name == "EQ_bizStep":
            condition &= Q(biz_step__in=[bare(one, "BizStep") for one in values])
        elif name == "EQ_disposition":
            condition &= Q(disposition__in=[bare(one, "Disp") for one in values])
        elif name in ("EQ_readPoint", "EQ_bizLocation"):
            field = "read_point" if name == "EQ_readPoint" else "biz_location"
            condition &= Q(**{f"{field}__in": [canonical(one) for one in values]})
        elif name in ("WD_readPoint", "WD_bizLocation"):
            condition &= within_places(person, name.removeprefix("WD_"), values)
        elif name == "EQ_eventID":
            condition &= Q(event_id__in=values)
        elif name == "EXISTS_errorDeclaration":
            condition &= ~Q(declares_wrong="")
        elif name in MATCHES:
            condition &= Q(pk__in=_naming(MATCHES[name], values))
        elif (told := masterdata.asked_of_events(name, values)) is not None:
            condition &= described(person, *told)
        else:
            try:
                test = content.test(name, values)
            except ValueError as wrong:
                raise _bad(
                    name, ", ".join(map(str, values)), _("Write numbers in digits, instants with their zone.")
                ) from wrong
            if test is None:
                raise _bad(name, ", ".join(map(str, values)), _("It is no parameter of a query for events."))
            if "error" in name.lower() or name == "EQ_correctiveEventID":
                condition &= ~Q(declares_wrong="")
            tests.append(test)
    return condition, tests


def _naming(roles: tuple[Any, ...], values: list[str]) -> Any:
    """The events that name one of some things or classes in one of the roles (any, where none)."""
    forms = [canonical(one) for one in values]
    classes = [
        form.rpartition("/")[2]
        for form in forms
        if form.startswith("https://id.gs1.org/01/") and form.count("/") == 4
    ]
    lines = EventThing.objects.filter(
        Q(thing__epc__in=forms) | Q(thing__gtin__in=classes) if classes else Q(thing__epc__in=forms)
    )
    return (lines.filter(role__in=roles) if roles else lines).values("event_id")


def _passes(event: TraceEvent, tests: list[Callable[[dict[str, Any]], bool]]) -> bool:
    told = event.content
    return all(test(told) for test in tests)


def _type(name: str) -> int:
    if name not in TYPES:
        raise _bad("eventType", name, _("It is one of %(types)s.") % {"types": ", ".join(TYPES)})
    return TYPES[name]


def _instant(name: str, value: Any) -> datetime:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year not in epcis.YEARS:
        raise _bad(name, str(value), _("Write an instant with its zone, such as 2026-05-01T08:00:00+08:00."))
    return found


def _many(value: Any) -> list[Any]:
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return [part for part in value.split("|") if part] if isinstance(value, str) else [value]


def _one(value: Any) -> str:
    if isinstance(value, list | tuple):
        return str(value[0]) if value else ""
    return str(value)


def _bad(name: str, value: str, instead: str) -> BadRequest:
    return BadRequest(
        _("Events were asked for by %(name)s=%(value)s.") % {"name": name, "value": value},
        _("It cannot be understood."), instead, "GS1 EPCIS 2.0, 8.2.7",
    )  # fmt: skip

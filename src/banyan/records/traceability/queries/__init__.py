"""Reads of traceability, and the door for other rooms."""

from banyan.records.traceability.models import (
    LONGEST_IDENTIFIER,
    CaptureJob,
    EventParty,
    EventThing,
    Location,
    Purpose,
    Share,
    Thing,
    TraceEvent,
)
from banyan.records.traceability.queries.events import (
    EventPage,
    are_more,
    each_once,
    event_by_id,
    events,
    seen_events,
    standing,
)
from banyan.records.traceability.queries.purposes import (
    LONGEST_PURPOSE,
    NoPurpose,
    demand_purpose,
    needs_purpose,
    purpose_on,
)
from banyan.records.traceability.queries.stream import (
    event_rows,
    events_of,
    hash_of,
    last_event_known,
    last_mark,
    line_rows,
    transformations,
    wrong_events,
)
from banyan.records.traceability.queries.things import find_things, known_things

__all__ = [
    "LONGEST_IDENTIFIER",
    "LONGEST_PURPOSE",
    "CaptureJob",
    "EventPage",
    "EventParty",
    "EventThing",
    "Location",
    "NoPurpose",
    "Purpose",
    "Share",
    "Thing",
    "TraceEvent",
    "are_more",
    "demand_purpose",
    "each_once",
    "event_by_id",
    "event_rows",
    "events",
    "events_of",
    "find_things",
    "hash_of",
    "known_things",
    "last_event_known",
    "last_mark",
    "line_rows",
    "needs_purpose",
    "purpose_on",
    "seen_events",
    "standing",
    "transformations",
    "wrong_events",
]

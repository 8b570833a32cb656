"""What other rooms may ask of emergencies."""

from banyan.response.emergency.models import (
    Activation,
    Bulletin,
    Duty,
    Entry,
    Finding,
    Level,
    Measure,
    Message,
    Receipt,
    Reservation,
    Resource,
)
from banyan.response.emergency.queries.addressing import addressed, roles
from banyan.response.emergency.queries.bulletins import (
    later_of,
    lines_of,
    missing_in,
    public_bulletin,
    public_bulletins,
)
from banyan.response.emergency.queries.cap import MEDIA_TYPE as CAP
from banyan.response.emergency.queries.cap import cap_of
from banyan.response.emergency.queries.log import altered, entries_of
from banyan.response.emergency.queries.means import (
    gaps,
    held_of,
    last_drills,
    on_duty,
    open_spans,
    resources,
    years_between_drills,
)
from banyan.response.emergency.queries.scoring import Line, Sheet, sheet_of
from banyan.response.emergency.queries.work import active, next_move, open_measures, own_receipts

__all__ = [
    "CAP", "Activation", "Bulletin", "Duty", "Entry", "Finding", "Level", "Line", "Measure", "Message", "Receipt",
    "Reservation", "Resource", "Sheet", "active", "addressed", "altered", "cap_of", "entries_of", "gaps", "held_of",
    "last_drills", "later_of", "lines_of", "missing_in", "next_move", "on_duty", "open_measures", "open_spans",
    "own_receipts", "public_bulletin", "public_bulletins", "resources", "roles", "sheet_of",
    "years_between_drills",
]  # fmt: skip

"""Which facts complaints yield: received, accepted, closed; nothing of who sent them and none of their words.

What was received carries the fingerprint of its words: who counts messages tells copies by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind
from banyan.response.complaints.models import COMPLAINT_FLOW, Channel, Track
from banyan.response.complaints.queries import naming

MATTER = {
    "county_id": "VARCHAR", "firm_id": "VARCHAR", "product_class_id": "VARCHAR", "channel": "VARCHAR",
    "subject": "VARCHAR", "track": "VARCHAR", "state": "VARCHAR", "withdrawn_on": "DATE",
}  # fmt: skip
OWN = {"channel": "string", "subject": "string", "track": "string"}
ENDED = {**OWN, "outcome": "string", "solved": "string", "settled_by": "string"}


def _matter(v: Any) -> dict[str, Any]:
    return {
        "county": v.county_id, "organisation": v.firm_id, "product": v.product_class_id, "channel": v.channel,
        "subject": v.subject, "track": v.track,
    }  # fmt: skip


def received(v: Any) -> Mapping[str, Any]:
    """A complaint or report counts from its receipt, once: one joined to an earlier one does not."""
    return {
        "holds": (v.state != "joined") & v.withdrawn_on.isnull(),
        "happened_on": v.received_on,
        "words": v.prints.nullif(""),
        **_matter(v),
    }


def accepted(v: Any) -> Mapping[str, Any]:
    """A complaint accepted: within its term or later."""
    return {
        "holds": v.accepted_on.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.accepted_on,
        "value": v.accepted_on.delta(v.received_on, unit="day").cast("float64"),
        "passed": v.accepted_on <= v.accept_by,
        **_matter(v),
    }


def closed(v: Any) -> Mapping[str, Any]:
    """A matter that has ended: how, within the days of mediation or not, and whether it came back as not solved."""
    return {
        "holds": v.ended_on.notnull() & (v.state != "joined") & v.withdrawn_on.isnull(),
        "happened_on": v.ended_on,
        "value": v.ended_on.delta(v.received_on, unit="day").cast("float64"),
        "passed": v.ended_on <= v.mediate_by,
        "outcome": v.outcome,
        "solved": (v.times_not_solved.fill_null(0) > 0).ifelse("no", "yes"),
        "settled_by": v.is_settled_by_firm.fill_null(False).ifelse("firm", "authority"),
        **_matter(v),
    }


def asked_firm(v: Any) -> Mapping[str, Any]:
    """A complaint sent to the firm first: it answered within its term or not."""
    return {
        "holds": v.sent_to_firm_on.notnull() & (v.state != "with_firm") & v.withdrawn_on.isnull(),
        "happened_on": v.sent_to_firm_on,
        "passed": v.answered_on.notnull() & (v.answered_on <= v.answer_by),
        **_matter(v),
    }


KINDS = (
    Kind(
        name="complaints.received",
        title=_("Complaint or report received"),
        noun="complaints.complaint",
        reads={**MATTER, "received_on": "DATE", "prints": "VARCHAR"},
        yields=received,
        own={**OWN, "words": "string"},
    ),
    Kind(
        name="complaints.accepted",
        title=_("Complaint accepted"),
        noun="complaints.complaint",
        reads={**MATTER, "received_on": "DATE", "accepted_on": "DATE", "accept_by": "DATE"},
        yields=accepted,
        own=OWN,
    ),
    Kind(
        name="complaints.closed",
        title=_("Complaint or report ended"),
        noun="complaints.complaint",
        reads={**MATTER, "received_on": "DATE", "ended_on": "DATE", "mediate_by": "DATE", "outcome": "VARCHAR",
               "times_not_solved": "BIGINT", "is_settled_by_firm": "BOOLEAN"},
        yields=closed,
        own=ENDED,
    ),
    Kind(
        name="complaints.firm_asked",
        title=_("Complaint sent to the firm first"),
        noun="complaints.complaint",
        reads={**MATTER, "sent_to_firm_on": "DATE", "answered_on": "DATE", "answer_by": "DATE"},
        yields=asked_firm,
        own=OWN,
    ),
)  # fmt: skip

LABELS = (
    ("channel", dict(Channel.choices)),
    ("track", dict(Track.choices)),
    ("outcome", dict(COMPLAINT_FLOW.choices)),
    ("subject", {key: lazy(naming.subject_in_words, str)(key) for key, _name in naming.subjects()}),
    ("solved", {"yes": _("not said to be unsolved"), "no": _("said to be not solved")}),
    ("settled_by", {"firm": _("the firm itself"), "authority": _("the authority")}),
)

"""What everybody may read: published complaints with masks, a firm's rates, and the progress of one's own message."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from banyan.insight.indicators.queries.measuring import confidence_level
from banyan.policy.calendar import add_months
from banyan.response.complaints.models import COMPLAINT_FLOW, OPEN, Complaint, Message, Track
from banyan.science import rates

MONTHS = 24


@dataclass(frozen=True)
class FirmRates:
    """How a firm's complaints of the last months ended; shares with their intervals, None where there are none."""

    received: int
    closed: int
    settled: Share
    answered: Share
    not_solved: Share


@dataclass(frozen=True)
class Share:
    """How many of how many, with the interval of the share."""

    count: int
    of: int
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None


def published(*, text: str = "") -> Any:
    """The complaints that are public today, the latest first; those whose product or firm holds a text."""
    rows = Complaint.objects.filter(published_on__isnull=False, unpublished_on=None, withdrawn_on=None)
    for word in text.split():
        rows = rows.filter(Q(product_name__icontains=word) | Q(firm_name__icontains=word)
                           | Q(firm__name__icontains=word) | Q(number=word.upper()))  # fmt: skip
    return rows.select_related("firm", "county").order_by("-published_on", "-number")


def published_of(organisation: Any) -> Any:
    """The public complaints of a firm."""
    return published().filter(firm=organisation)


def rates_of(organisation: Any, *, on: date) -> FirmRates:
    """A firm's rates over the last two years, over all its complaints and not those alone that were published."""
    rows = Complaint.objects.filter(
        firm=organisation, track=Track.COMPLAINT, withdrawn_on=None, received_on__lte=on,
        received_on__gt=add_months(on, -MONTHS),
    ).exclude(state="joined")  # fmt: skip
    counts = rows.aggregate(
        received=Count("pk"),
        closed=Count("pk", filter=Q(ended_on__isnull=False)),
        mediated=Count("pk", filter=Q(outcome__in=("settled", "failed"))),
        settled=Count("pk", filter=Q(outcome="settled")),
        asked=Count("pk", filter=Q(sent_to_firm_on__isnull=False) & ~Q(state="with_firm")),
        answered=Count("pk", filter=Q(answered_on__lte=F("answer_by"))),
        again=Count("pk", filter=Q(ended_on__isnull=False, times_not_solved__gt=0)),
    )
    level = confidence_level(on)
    return FirmRates(
        counts["received"], counts["closed"], share(counts["settled"], counts["mediated"], level=level),
        share(counts["answered"], counts["asked"], level=level),
        share(counts["again"], counts["closed"], level=level),
    )  # fmt: skip


def share(count: int, of: int, *, level: float) -> Share:
    """A share with Wilson's interval; without one where there is nothing."""
    if not of:
        return Share(count, of)
    low, high = rates.binomial_interval([count], [of], level=level)
    return Share(count, of, float(low[0]), float(high[0]))


def hash_of(token: str) -> str:
    """The hash under which a secret address is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def message_by_token(token: str) -> Message | None:
    """The message whose sender follows it under a secret address; None for an address that nobody was told."""
    return Message.objects.filter(secret=hash_of(token), withdrawn_on=None).first() if token else None


def progress(message: Message) -> list[Complaint]:
    """The matters of a message, as their sender follows them."""
    return list(message.tracks.filter(withdrawn_on=None).select_related("office", "firm").order_by("number"))


MOVES_OF_SENDER = {
    "accept": "accept_offer", "decline": "decline_offer", "materials": "take_materials",
    "not_solved": "say_not_solved",
}  # fmt: skip
"""What a sender may say under the secret address, and the move that it is."""


def sender_can(complaint: Complaint) -> list[str]:
    """What the sender may say of a matter as it stands."""
    open_now = {move.name for move in COMPLAINT_FLOW.allowed(complaint.state)}
    return [said for said, move in MOVES_OF_SENDER.items() if move in open_now]


def steps(complaint: Complaint) -> list[dict[str, Any]]:
    """The course of a matter in the sender's words: what was done on which day, and what is to come by when."""
    end = complaint.ended_on and COMPLAINT_FLOW.states.get(complaint.outcome, "")
    done = [
        (complaint.received_on, _("received as number %(number)s") % {"number": complaint.number}),
        (complaint.sent_to_firm_on, _("sent to the firm, which answers first")),
        (complaint.answered_on, _("the firm answered")),
        (complaint.accepted_on, _("accepted; mediation began")),
        (complaint.stopped_on, _("the clock stands still, until materials come or a test is done")),
        (complaint.not_solved_on, _("opened again, because you said that it is not solved")),
        (complaint.ended_on, str(end or "")),
        (complaint.told_on, _("closed")),
    ]
    rows = [{"on": day, "said": said, "is_done": True} for day, said in done if day and said]
    if complaint.due_on and complaint.state in OPEN:
        said = _("to be decided whether it is accepted") if complaint.accepted_on is None else _("mediation ends")
        if complaint.track == Track.REPORT:
            said = _("to be checked")
        rows.append({"on": complaint.due_on, "said": said, "is_done": False})
    return sorted(rows, key=lambda row: (not row["is_done"], row["on"]))

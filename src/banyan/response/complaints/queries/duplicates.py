"""Which earlier matters are likely the same: same firm or product, near days, nearly the same words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Q

from banyan.kit.scope import scoped
from banyan.response.complaints.models import Complaint
from banyan.science import text_classes

NEAR = timedelta(days=45)
MOST_COMPARED, MOST_OFFERED = 200, 8
LIKE, UNLIKE = 8, 26  # bits of 64 that differ in near-copies, and in texts on the same matter at most
WORDS, FIRM, PRODUCT, SENDER, DAYS = 0.45, 0.2, 0.15, 0.15, 0.05
LEAST = 0.3
BATCH = 2000


def known_at_source(numbers: Iterable[str]) -> dict[tuple[str, str], str]:
    """The number here of matters by their channel and their number at the source; numbers nobody has are left out."""
    wanted = [one for one in dict.fromkeys(numbers) if one]
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(wanted), BATCH):
        rows = Complaint.objects.filter(source_number__in=wanted[start : start + BATCH], withdrawn_on=None)
        found |= {(channel, source): number for channel, source, number in
                  rows.values_list("channel", "source_number", "number")}  # fmt: skip
    return found


@dataclass(frozen=True)
class Likely:
    """An earlier matter, how likely it is the same, and what they share."""

    complaint: Complaint
    score: float
    shares: tuple[str, ...]


def likely_duplicates(complaint: Complaint, *, person: Any) -> list[Likely]:
    """The earlier matters on the same track that are likely the same, the likeliest first, as far as one may see."""
    same = Q()
    for name in ("firm_id", "gtin", "product_class_id"):
        if value := getattr(complaint, name):
            same |= Q(**{name: value})
    if complaint.firm_name:
        same |= Q(firm_name=complaint.firm_name)
    if complaint.message.mark:
        same |= Q(message__mark=complaint.message.mark)
    if not same:
        return []
    near = scoped(Complaint, person).filter(
        same, track=complaint.track, received_on__lte=complaint.received_on,
        received_on__gte=complaint.received_on - NEAR, withdrawn_on=None,
    )  # fmt: skip
    near = near.exclude(pk=complaint.pk).exclude(state="joined").order_by("-received_on", "-key")
    mine = Traits._make([*(getattr(complaint, name) for name in Traits._fields[:-1]), complaint.message.mark])
    rows = near.values_list(*Traits._fields[:-1], "message__mark")[:MOST_COMPARED]
    compared = [(row[0], *compare(mine, Traits._make(row))) for row in rows]
    likely = sorted((one for one in compared if one[1] >= LEAST), key=lambda one: (-one[1], one[0]))[:MOST_OFFERED]
    found = Complaint.objects.select_related("message", "firm").in_bulk([key for key, _score, _shares in likely])
    return [Likely(found[key], score, shares) for key, score, shares in likely]


class Traits(NamedTuple):
    """What of a matter is compared."""

    key: str
    prints: str
    firm_id: str | None
    firm_name: str
    gtin: str
    product_class_id: str | None
    received_on: date
    mark: str


def compare(one: Traits, other: Traits) -> tuple[float, tuple[str, ...]]:
    """How likely two matters are the same, and what they share: the weighted parts of a score up to 1."""
    parts = {
        "words": WORDS * likeness(one.prints, other.prints),
        "firm": FIRM * bool((one.firm_id and one.firm_id == other.firm_id)
                            or (one.firm_name and one.firm_name == other.firm_name)),
        "product": PRODUCT * bool((one.gtin and one.gtin == other.gtin)
                                  or (one.product_class_id and one.product_class_id == other.product_class_id)),
        "sender": SENDER * bool(one.mark and one.mark == other.mark),
        "days": DAYS * max(0.0, 1 - abs((one.received_on - other.received_on).days) / NEAR.days),
    }  # fmt: skip
    return round(sum(parts.values()), 3), tuple(name for name, part in parts.items() if part > 0)


def likeness(one: str, other: str) -> float:
    """How alike two texts are by their fingerprints, from 0 to 1; 0 where a text had no words."""
    if not one or not other:
        return 0.0
    differing = text_classes.distance(int(one, 16), int(other, 16))
    return min(1.0, max(0.0, (UNLIKE - differing) / (UNLIKE - LIKE)))

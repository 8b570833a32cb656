"""Which earlier matters are likely the same: same firm or product, near days, nearly the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q

from banyan.kit.scope import scoped
from banyan.response.complaints.models import Complaint
from banyan.science import text_classes

NEAR = timedelta(days=45)
MOST_COMPARED, MOST_OFFERED = 200, 8
LIKE, UNLIKE = 8, 26  # bits of 64 that differ in near-copies, and in texts on the same matter at most
WORDS, FIRM, PRODUCT, SENDER, DAYS = 0.45, 0.2, 0.15, 0.15, 0.05
LEAST = 0.3


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
    rows = scoped(Complaint, person).filter(
        same, track=complaint.track, received_on__lte=complaint.received_on,
        received_on__gte=complaint.received_on - NEAR, withdrawn_on=None,
    )  # fmt: skip
    rows = rows.exclude(pk=complaint.pk).exclude(state="joined").select_related("message", "firm")
    compared = [compare(complaint, one) for one in rows.order_by("-received_on", "-key")[:MOST_COMPARED]]
    found = sorted((one for one in compared if one.score >= LEAST), key=lambda one: (-one.score, one.complaint.pk))
    return found[:MOST_OFFERED]


def compare(one: Complaint, other: Complaint) -> Likely:
    """How likely two matters are the same, and what they share: the weighted parts of a score up to 1."""
    parts = {
        "words": WORDS * likeness(one.prints, other.prints),
        "firm": FIRM * bool((one.firm_id and one.firm_id == other.firm_id)
                            or (one.firm_name and one.firm_name == other.firm_name)),
        "product": PRODUCT * bool((one.gtin and one.gtin == other.gtin)
                                  or (one.product_class_id and one.product_class_id == other.product_class_id)),
        "sender": SENDER * bool(one.message.mark and one.message.mark == other.message.mark),
        "days": DAYS * max(0.0, 1 - abs((one.received_on - other.received_on).days) / NEAR.days),
    }  # fmt: skip
    return Likely(other, round(sum(parts.values()), 3), tuple(name for name, part in parts.items() if part > 0))


def likeness(one: str, other: str) -> float:
    """How alike two texts are by their fingerprints, from 0 to 1; 0 where a text had no words."""
    if not one or not other:
        return 0.0
    differing = text_classes.distance(int(one, 16), int(other, 16))
    return min(1.0, max(0.0, (UNLIKE - differing) / (UNLIKE - LIKE)))

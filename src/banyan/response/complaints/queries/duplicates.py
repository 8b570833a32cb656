"""Which earlier matters are likely the same: same firm or product, near days, nearly the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
TOLD = (
    "key", "number", "product_name", "prints", "firm_id", "firm_name", "gtin", "product_class_id", "received_on",
)  # fmt: skip
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
    """An earlier matter (no more of it than is told and compared), how likely it is the same, and what they share."""

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
    mine = {name: getattr(complaint, name) for name in TOLD} | {"message__mark": complaint.message.mark}
    likely = [(*compare(mine, one), one) for one in near.values(*TOLD, "message__mark")[:MOST_COMPARED]]
    likely = sorted((one for one in likely if one[0] >= LEAST), key=lambda one: (-one[0], one[2]["key"]))
    return [
        Likely(Complaint(**{name: one[name] for name in TOLD}), score, shares)
        for score, shares, one in likely[:MOST_OFFERED]
    ]


def compare(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    """How likely two matters are the same, and what they share: the weighted parts of a score up to 1."""

    def alike(name: str) -> bool:
        return bool(one[name] and one[name] == other[name])

    apart = abs((one["received_on"] - other["received_on"]).days)
    parts = {
        "words": WORDS * likeness(one["prints"], other["prints"]),
        "firm": FIRM * (alike("firm_id") or alike("firm_name")),
        "product": PRODUCT * (alike("gtin") or alike("product_class_id")),
        "sender": SENDER * alike("message__mark"),
        "days": DAYS * max(0.0, 1 - apart / NEAR.days),
    }
    return round(sum(parts.values()), 3), tuple(name for name, part in parts.items() if part > 0)


def likeness(one: str, other: str) -> float:
    """How alike two texts are by their fingerprints, from 0 to 1; 0 where a text had no words."""
    if not one or not other:
        return 0.0
    differing = text_classes.distance(int(one, 16), int(other, 16))
    return min(1.0, max(0.0, (UNLIKE - differing) / (UNLIKE - LIKE)))

"""What is done in credit: the nightly weighing enters the grades that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.judgement.credit import queries
from banyan.judgement.credit.models import Grade
from banyan.kit.rights import System
from banyan.kit.verbs import Deed, verb

BATCH = 20_000
"""Grades that are entered in one deed: what it holds in memory is bounded."""


def weigh(*, on: date, cut: int | None = None) -> dict[str, Any]:
    """The daily step: weigh all firms as known at the end of the day, and enter the grades that are no more the same.

    A firm without a finding has the best grade and no record; one that had findings keeps its record. So a repeat
    changes nothing.
    """
    scale = queries.scale_on(policy.load(settings.BANYAN_PACKS), on)
    if scale is None:
        return {"weighed": 0, "regraded": 0}
    found = {one.firm: one for one in queries.weighed(on=on, known_on=on)}
    stands = dict(Grade.objects.values_list("pk", "grade"))
    best = scale.bands[0].grade
    turned = [(one.firm, one.grade, one.points) for one in found.values() if stands.get(one.firm) != one.grade]
    turned += [(firm, best, 0) for firm, grade in stands.items() if firm not in found and grade != best]
    turned.sort()
    for start in range(0, len(turned), BATCH):
        part = turned[start : start + BATCH]
        regrade(grades=[(firm, grade, scale.score(Decimal(points) / 100)) for firm, grade, points in part],
                by=System("daily"), on=on)  # fmt: skip
    return {"weighed": len(found), "regraded": len(turned)}


@verb("credit.regraded", right="credit.weigh", title=_("Graded by the nightly weighing"))
def regrade(deed: Deed, *, grades: Sequence[tuple[str, str, Decimal]]) -> int:
    """Enter the grades (firm, grade, score) that firms have from this day on."""
    known = Grade.objects.in_bulk([firm for firm, _grade, _score in grades])
    new, changed = list[Grade](), list[Grade]()
    for firm, grade, score in grades:
        one = known.get(firm) or Grade(key=firm, organisation_id=firm)
        (changed if firm in known else new).append(one)
        one.before, one.grade, one.score, one.since_on = one.grade, grade, score, deed.on
    deed.add_many(new)
    deed.save_many(changed, "before", "grade", "score", "since_on")
    return len(grades)

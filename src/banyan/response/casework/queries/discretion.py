"""Discretion: the range of a breach, where a fine lies in it, and which fines lie far from those of like cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Avg, Count, F, Q, Value, When
from django.db.models.functions import Abs

from banyan.kit.scope import scoped
from banyan.kit.terms import value
from banyan.response.casework.models import Case
from banyan.response.casework.queries import terms

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Range:
    """The least and most that a breach costs, with the step of discretion that was chosen."""

    least: Decimal
    most: Decimal
    low: Decimal
    high: Decimal
    is_below: bool
    written: str

    def holds(self, fine: Decimal) -> bool:
        """Whether a fine lies within the step: in its part of the range, or below the range where it is mitigated."""
        if self.is_below:
            return fine < self.least
        return self.low <= fine <= self.high

    def place(self, fine: Decimal) -> float:
        """Where a fine lies: 0 at the least, 1 at the most, below 0 where it is mitigated."""
        width = self.most - self.least
        return float((fine - self.least) / width) if width else 0.0


def range_of(breach: str, step: str, *, goods_value: Decimal | None, on: date) -> Range | None:
    """The range of a breach and step by the edition of a day; None where the packs or the value of the goods lack."""
    line, stage = terms.row("breaches", breach, on=on), terms.row("discretion", step, on=on)
    if line is None or stage is None:
        return None
    unit = Decimal(1) if line["base"] == "amount" else goods_value
    if unit is None:
        return None
    least, most = Decimal(line["least"]) * unit, Decimal(line["most"]) * unit
    low, high = (least + (most - least) * Decimal(stage[name]) for name in ("low", "high"))
    least, most, low, high = (one.quantize(CENT) for one in (least, most, low, high))
    return Range(least, most, low, high, bool(stage["below"]), terms.said(line, "written"))


def unlike(person: Any, *, on: date) -> dict[str, Any]:
    """Decided cases whose fine lies farther from the mean of like cases than the house allows, the farthest first.

    Like are cases of the same breach and step of discretion; what is compared is the place of the fine in its range,
    so that goods of unlike value can be compared. The case itself does not count in its mean.
    """
    (least, _where), (distance, written) = (value(f"casework.{name}", on=on) for name in LIMITS)
    decided = scoped(Case, person).filter(outcome="penalty", fine_position__isnull=False, withdrawn_on=None)
    groups = decided.order_by().values("breach", "step").annotate(n=Count("pk"), mean=Avg("fine_position"))
    known = {(one["breach"], one["step"]): one for one in groups if one["n"] > (least or 0)}
    far = Q()
    for (breach, step), one in known.items():
        # the mean of the others is (n·mean − x) / (n − 1), so x lies n/(n − 1) times as far from it as from the mean
        away = float(distance or 0) * (one["n"] - 1) / one["n"]
        beyond = Q(fine_position__gt=one["mean"] + away) | Q(fine_position__lt=one["mean"] - away)
        far |= Q(breach=breach, step=step) & beyond
    found = _farthest(decided.filter(far), known) if far else []
    return {
        "rows": sorted(_compared(found[:MOST], known, on=on), key=lambda row: -abs(row["apart"])), "written": written,
        "distance": float(distance or 0), "least": least, "groups": len(known), "is_cut_off": len(found) > MOST,
        "most": MOST,
    }  # fmt: skip


MOST = 100
LIMITS = ("like_cases", "unlike_distance")


def _farthest(cases: Any, known: dict[Any, Any]) -> list[Case]:
    """Of these cases those whose fines lie farthest from the mean of their like: a hundred, and one more if any."""
    means = [When(breach=breach, step=step, then=Value(one["mean"])) for (breach, step), one in known.items()]
    apart = Abs(F("fine_position") - models.Case(*means, output_field=models.FloatField()))
    return list(cases.order_by(apart.desc(), "key").select_related("county", "party")[: MOST + 1])


def _compared(cases: Iterable[Case], known: dict[Any, Any], *, on: date) -> Iterable[dict[str, Any]]:
    for case in cases:
        group = known[case.breach, case.step]
        place = float(case.fine_position or 0)
        others = (group["n"] * group["mean"] - place) / (group["n"] - 1)
        yield {
            "case": case, "breach": terms.title_of("breaches", case.breach, on=case.rules_on),
            "step": terms.title_of("discretion", case.step, on=case.rules_on), "place": place, "others": others,
            "apart": place - others, "n": group["n"] - 1,
        }  # fmt: skip

"""A scale of credit: which sum of points, and which worst single finding, still makes which grade."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Entry, Number, Strict, Words
from banyan.policy.said import Said, wrong

if TYPE_CHECKING:
    from banyan.policy.book import Book


class Band(Strict):
    """A grade: at most so many points in all, and so many for the worst single finding. The last has no bound."""

    grade: Annotated[str, Field(pattern=r"^[A-Z0-9+-]{1,6}$")]
    title: Words
    points: Number | None = None
    worst: Number | None = None


class CreditScale(Entry):
    """The grades, the best first. The score is `start` less the points, and never below 0."""

    kind: Literal["credit_scale"]
    says: Words
    start: Number
    bands: tuple[Band, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _bands_rise_to_the_last(self) -> Self:
        *bounded, last = self.bands
        points = [band.points for band in bounded]
        if last.points is not None or last.worst is not None or None in points:
            raise wrong("bands", Said("each but the last needs points, and the last has neither points nor worst"))
        known = [Decimal(one) for one in points if one is not None]
        if known != sorted(set(known)) or len({band.grade for band in self.bands}) < len(self.bands):
            raise wrong("bands", Said("points must rise from grade to grade, and each grade stands once"))
        return self

    def band(self, points: Decimal, worst: Decimal) -> Band:
        """The first band within whose bounds both lie."""
        return next(
            band for band in self.bands
            if (band.points is None or points <= Decimal(band.points))
            and (band.worst is None or worst <= Decimal(band.worst))
        )  # fmt: skip

    def score(self, points: Decimal) -> Decimal:
        """What is left of the start; good deeds never lift it above."""
        start = Decimal(self.start)
        return min(start, max(Decimal(0), start - points))

    def understood(self) -> frozenset[str]:
        return frozenset({"points", "worst"})

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        present = self.on(on)
        if "points" not in given:
            return {"start": present.start, "grades": [band.grade for band in present.bands]}
        points = Decimal(str(given["points"]))
        band = present.band(points, Decimal(str(given.get("worst", 0))))
        return {"grade": band.grade, "score": present.score(points)}

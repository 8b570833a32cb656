"""A rule of quality credit: which finding costs or brings how many points, for how long, and how that fades."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Dated, DatedEntry, Number, Words
from banyan.policy.forms import Condition, Form
from banyan.policy.kinds.deadline import Amount
from banyan.policy.kinds.indicator import Column, Filter, FilterValue, filters
from banyan.policy.said import Said, wrong

if TYPE_CHECKING:
    from banyan.policy.book import Book


class Points(Dated):
    """What a finding costs (or brings, below 0) from a day on, times `weight`, and for how many months it counts.

    It counts whole until its end (`at_once`), or less day by day (`evenly`). The terms of `points` and `when` are
    columns of the fact.
    """

    points: Form
    weight: Number = 1
    months: Amount
    fades: Literal["at_once", "evenly"] = "at_once"
    when: Condition | None = None


class CreditRule(DatedEntry[Points]):
    """A finding (the facts that meet `among`) and what it costs.

    `lapsed` dates it the day after the last of such facts of a firm, item and product has ended (`until_on`): a
    licence that was renewed in time, or since, is no finding.
    """

    kind: Literal["credit_rule"]
    says: Words
    among: dict[Column, FilterValue] = Field(min_length=1)
    dated: Literal["happened", "lapsed"] = "happened"

    @model_validator(mode="after")
    def _says_which_facts(self) -> Self:
        if "kind" not in self.among:
            raise wrong("among", Said("names no kind of facts"))
        return self

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Which facts are findings under this rule."""
        return filters(self.among)

    def understood(self) -> frozenset[str]:
        items = [item for item in self.values.values() if item is not None]
        names = {name for item in items for name in item.points.names()}
        return frozenset(names | {name for item in items if item.when for name in item.when.names()})

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        item: Points = self.at(on).item
        found: dict[str, Any] = {"months": item.months, "fades": item.fades}
        if given or not self.understood():
            applies = item.when is None or item.when.holds(given)
            found |= {"applies": applies, "points": item.points.amount(given) * item.weight if applies else 0}
        return found

"""A rule of quality credit: which upheld finding costs how many points, and for how long."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from banyan.policy.entries import Dated, DatedEntry, Words
from banyan.policy.forms import Condition, Form
from banyan.policy.kinds.deadline import Amount
from banyan.policy.kinds.indicator import Column, Filter, FilterValue, filters

if TYPE_CHECKING:
    from banyan.policy.book import Book


class Points(Dated):
    """How many points a finding costs or brings from a day on, and for how many months it counts."""

    points: Form
    months: Amount
    when: Condition | None = None


class CreditRule(DatedEntry[Points]):
    """A finding (the facts that meet `among`) and what it costs."""

    kind: Literal["credit_rule"]
    says: Words
    among: dict[Column, FilterValue] = Field(min_length=1)

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
        applies = item.when is None or item.when.holds(given)
        return {
            "applies": applies,
            "points": item.points.amount(given) if applies else 0,
            "months": item.months,
        }

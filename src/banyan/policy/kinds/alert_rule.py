"""A rule that raises alerts: what is watched, by which method of science, and who is told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Entry, Name, Number, Scalar, Text, Words
from banyan.policy.forms import Condition
from banyan.policy.kinds.indicator import Column, Filter, FilterValue, filters

if TYPE_CHECKING:
    from banyan.policy.book import Book

METHODS = (
    *("farrington_flexible", "farrington", "ears_c1", "ears_c2", "ears_c3", "cusum", "bayes", "scan"),
    *("funnel", "laboratory_effect", "reporting_delay", "digit_preference", "near_limit", "alike"),
    "condition",
)


class AlertRule(Entry):
    """Watches an indicator, or the facts that meet `among`, one series for each value of `by`.

    With the method `condition` it alerts when `when` holds for the terms of a series; the other
    methods are of science, and `options` are their keyword arguments. `a_week` is how many alerts of the rule a
    week somebody can look at.
    """

    kind: Literal["alert_rule"]
    says: Words
    indicator: Name | None = None
    among: dict[Column, FilterValue] | None = None
    by: tuple[Text, ...] = ()
    every: Literal["day", "week", "month", "quarter"]
    method: Text
    options: dict[str, Scalar] = Field(default_factory=dict)
    when: Condition | None = None
    grade: Literal["notice", "warning", "serious"]
    least: Number | None = None
    a_week: int | None = Field(default=None, ge=1)
    tell: tuple[Name, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _watches_one_thing(self) -> Self:
        if (self.indicator is None) == (self.among is None):
            raise ValueError("give either indicator or among: what is watched")
        if self.method not in METHODS:
            raise ValueError(f"method: {self.method!r} is not one of {', '.join(METHODS)}")
        if (self.method == "condition") != (self.when is not None):
            raise ValueError("when: the method condition, and no other, needs it")
        return self

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Which facts are watched, where no indicator is."""
        return filters(self.among)

    def understood(self) -> frozenset[str]:
        return frozenset(self.when.names()) if self.when else frozenset()

    def links(self) -> tuple[tuple[str, str], ...]:
        watched = (("indicator", self.indicator),) if self.indicator else ()
        return (*watched, *(("role", name) for name in self.tell))

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        present = self.on(on)
        found: dict[str, Any] = {
            "method": present.method,
            "options": present.options,
            "grade": present.grade,
            "version": present.version,
        }
        if present.when is not None and given:
            found["alert"] = present.when.holds(given)
        return found

"""A rule that raises alerts: what is watched, by which method of science, and who is told."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Entry, Name, Number, Scalar, Strict, Text, Words
from banyan.policy.forms import Condition
from banyan.policy.kinds.indicator import Column, Filter, FilterValue, filters
from banyan.policy.said import Said, wrong

if TYPE_CHECKING:
    from banyan.policy.book import Book

METHODS = (
    *("farrington_flexible", "farrington", "ears_c1", "ears_c2", "ears_c3", "cusum", "bayes", "scan"),
    *("funnel", "rate", "laboratory_effect", "reporting_delay", "digit_preference", "near_limit", "alike"),
    "condition",
)
# What settings of detectors may be at all: shares lie between none and all, weeks and counts are at least 1.
COUNTING = ("farrington_flexible", "cusum", "rate")
COUNTED_BY = ("product", "item", "laboratory", "counterparty", "county")
OPTION_BOUNDS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("false_discovery_rate", "elsewhere", "loose", "level", "band", "season_weight"), (0, 1)),
    **dict.fromkeys(("history", "joins_within", "past", "copies_within"), (0, 520)),
    **dict.fromkeys(("largest", "items", "tests", "compared"), (1, 10_000)),
    **dict.fromkeys(("prior", "least", "ratio"), (0, 10_000)),
}


class Rung(Strict):
    """What a rule falls back on where the past is too short: a method that needs `history` weeks of it.

    `options` stand in place of those of the rule that have the same names. `says` is what people are told of it.
    """

    method: Text
    history: int = Field(ge=0)
    options: dict[str, Scalar] = Field(default_factory=dict)
    says: Words | None = None


class AlertRule(Entry):
    """Watches an indicator, or the facts that meet `among`, one series for each value of `by`.

    With the method `condition` it alerts when `when` holds for the terms of a series; the other
    methods are of science, and `options` are their keyword arguments. `measure` says whether failures are watched
    or how many facts there are, whatever they say: then a series is each combination of `by` (`COUNTED_BY`).
    `a_week` is how many alerts of the rule a week somebody can look at. The option `history` is how many weeks of
    the past the method needs; where there are fewer, the first rung of `ladder` that they suffice for takes its
    place.
    """

    kind: Literal["alert_rule"]
    says: Words
    indicator: Name | None = None
    among: dict[Column, FilterValue] | None = None
    by: tuple[Text, ...] = ()
    measure: Literal["failures", "count"] = "failures"
    every: Literal["day", "week", "month", "quarter"]
    method: Text
    options: dict[str, Scalar] = Field(default_factory=dict)
    ladder: tuple[Rung, ...] = ()
    when: Condition | None = None
    grade: Literal["notice", "warning", "serious"]
    least: Number | None = None
    a_week: int | None = Field(default=None, ge=1)
    tell: tuple[Name, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _watches_one_thing(self) -> Self:
        if (self.indicator is None) == (self.among is None):
            raise wrong("", Said("give either indicator or among: what is watched"))
        if self.method not in METHODS:
            raise wrong("method", Said("is not one of %(known)s", known=", ".join(METHODS)))
        if (self.method == "condition") != (self.when is not None):
            raise wrong("when", Said("the method condition, and no other, needs it"))
        may_count = self.method in COUNTING and self.by and {*self.by} <= {*COUNTED_BY}
        if self.measure == "count" and not may_count:
            text = Said("a rule that counts needs one of the methods %(methods)s, and by: some of %(by)s",
                        methods=", ".join(COUNTING), by=", ".join(COUNTED_BY))  # fmt: skip
            raise wrong("measure", text)
        for name, value in self.options.items():
            self._demand_bounds(name, value)
        return self

    @model_validator(mode="after")
    def _ladder_goes_down(self) -> Self:
        needs = [one.history for one in self.rungs]
        if any(lower >= higher for higher, lower in itertools.pairwise(needs)):
            text = Said(
                "each rung must need less history than the one above; these need %(needs)s weeks", needs=needs
            )
            raise wrong("ladder", text)
        for one in self.ladder:
            if one.method not in METHODS or one.method == "condition":
                known = ", ".join(METHODS[:-1])
                raise wrong("ladder", Said("“%(name)s” is not one of %(known)s", name=one.method, known=known))
            if one.says is None:
                text = Said("the rung “%(name)s” says nothing: what are people told of it?", name=one.method)
                raise wrong("ladder", text)
        return self

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The rule's own method and what it falls back on, the one that needs most of the past first."""
        own = Rung(method=self.method, history=int(self.options.get("history", 0)))
        return (own, *self.ladder)

    def rung(self, weeks: int) -> Rung | None:
        """What the rule judges by where so many weeks lie behind; None where they are too few for anything."""
        return next((one for one in self.rungs if one.history <= weeks), None)

    def standing_on(self, rung: Rung) -> Self:
        """The rule with the method and the options of a rung."""
        return self.model_copy(update={"method": rung.method, "options": self.options | rung.options})

    def _demand_bounds(self, name: str, value: object) -> None:
        if name == "windows":
            if not re.fullmatch(r"[1-9]\d{0,2}(,[1-9]\d{0,2})*", str(value)):
                raise wrong("options.windows", Said("windows are weeks, such as “8,26”"))
        elif name in OPTION_BOUNDS:
            low, high = OPTION_BOUNDS[name]
            if isinstance(value, bool | str) or not low <= value <= high:  # type: ignore[operator]
                raise wrong(f"options.{name}", Said("lies between %(low)s and %(high)s", low=low, high=high))

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
        if present.ladder:
            found["ladder"] = ", ".join(f"{one.method} from {one.history} weeks" for one in present.rungs)
        if present.when is not None and given:
            found["alert"] = present.when.holds(given)
        return found

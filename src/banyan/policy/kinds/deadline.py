"""A term that somebody must keep: amount, unit, what starts it, how it is counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StrictInt, model_validator

from banyan.policy import calendar
from banyan.policy.entries import Confidence, Dated, DatedEntry, Reference, Words
from banyan.policy.said import Said, wrong

if TYPE_CHECKING:
    from banyan.policy.book import Book

Unit = Literal["day", "workday", "month", "year"]
Amount = Annotated[StrictInt, Field(ge=1, le=10_000)]
UNIT_WORDS = {
    "day": ("calendar day", "日"),
    "workday": ("working day", "个工作日"),
    "month": ("month", "个月"),
    "year": ("year", "年"),
}


class Term(Dated):
    """One dated wording of a term. `earliest` opens a window; `extension` may be granted once."""

    amount: Amount
    earliest: Amount | None = None
    unit: Unit
    rolls_over: bool = False
    extension: Amount | None = None

    @model_validator(mode="after")
    def _window_opens_before_it_closes(self) -> Self:
        if self.earliest is not None and self.earliest > self.amount:
            text = Said("%(day)s is after the end of the window, %(amount)s", day=self.earliest, amount=self.amount)
            raise wrong("earliest", text)
        if self.rolls_over and self.unit == "workday":
            raise wrong("rolls_over", Said("a term in working days cannot end on a free day; leave this out"))
        return self


@dataclass(frozen=True)
class Due:
    """The last day of a term; provisional when the calendar on the way is not announced yet."""

    on: dt.date
    provisional: bool
    counted: str
    counted_zh: str


@dataclass(frozen=True)
class Deadline:
    """A term as it is worded on one day, ready to be counted."""

    entry: DeadlineEntry
    term: Term
    since: dt.date
    until: dt.date | None
    reference: Reference | None
    confidence: Confidence

    @property
    def amount(self) -> int:
        return self.term.amount

    @property
    def unit(self) -> Unit:
        return self.term.unit

    @property
    def is_confirmed(self) -> bool:
        return self.confidence == "verified"

    @property
    def says(self) -> Words:
        """How long the term is, in words: “15 calendar days”, “60 to 90 calendar days”."""
        english, chinese = UNIT_WORDS[self.unit]
        span = f"{self.term.earliest} to {self.amount}" if self.term.earliest else str(self.amount)
        span_zh = f"{self.term.earliest}至{self.amount}" if self.term.earliest else str(self.amount)
        return Words(zh=f"{span_zh}{chinese}", en=f"{span} {english}{'' if self.amount == 1 else 's'}")

    def due(self, start: dt.date, *, extended: bool = False) -> Due:
        """The last day of the term that `start` sets going; the first day is not counted."""
        amount = self.term.amount
        if extended:
            if self.term.extension is None:
                raise ValueError(f"{self.entry.key} knows no extension on {self.since}; count it without.")
            amount += self.term.extension
        return self._counted(start, amount)

    def opens(self, start: dt.date) -> Due:
        """The first day of a window (“60 to 90 days after”)."""
        if self.term.earliest is None:
            raise ValueError(f"{self.entry.key} is no window on {self.since}; ask for due().")
        return self._counted(start, self.term.earliest)

    def _counted(self, start: dt.date, amount: int) -> Due:
        before = self.entry.form == "before"
        reached = _reach(start, -amount if before else amount, self.term.unit)
        last = calendar.first_working_day(reached.on) if self.term.rolls_over else reached
        english, chinese = UNIT_WORDS[self.term.unit]
        plural = "" if amount == 1 else "s"
        side, side_zh = ("before", "前") if before else ("after", "后")
        words = f"{amount} {english}{plural} {side} {start}, first day not counted"
        words_zh = f"{start}{side_zh}{amount}{chinese}，首日不计入"
        if last.on != reached.on:
            words += f"; {reached.on} is a free day, so the next working day"
            words_zh += f"；{reached.on}为休息日，顺延至其后第一个工作日"
        provisional = reached.provisional or last.provisional
        if provisional:
            words += "; provisional: the State Council has not announced that year's calendar"
            words_zh += "；暂定：国务院尚未公布该年度节假日安排"
        return Due(last.on, provisional, words, words_zh)


def _reach(start: dt.date, amount: int, unit: Unit) -> calendar.Counted:
    if unit == "workday":
        if amount < 0:
            raise ValueError("a term before a day is counted in days, months or years")
        return calendar.count_working_days(start, amount)
    if unit == "day":
        return calendar.Counted(start + dt.timedelta(days=amount), False)
    return calendar.Counted(calendar.add_months(start, amount * (12 if unit == "year" else 1)), False)


class DeadlineEntry(DatedEntry[Term]):
    """A term, who must keep it, and what sets it going.

    `form`: `max` = at the latest, `min` = not sooner, `window` = between two days, `retain` = keep so
    long, `validity` = holds so long, `every` = at least so often, `before` = so long before the event.
    """

    understands: ClassVar[frozenset[str]] = frozenset({"start", "extended"})

    kind: Literal["deadline"]
    form: Literal["max", "min", "window", "retain", "validity", "every", "before"] = "max"
    actor: Words
    starts_with: Words
    missed: Words | None = None

    @model_validator(mode="after")
    def _form_fits_terms(self) -> Self:
        for start, term in self.values.items():
            if term is None:
                continue
            if (self.form == "window") != (term.earliest is not None):
                raise wrong("earliest", Said("a window, and only a window, has it (%(start)s)", start=start))
            if self.form == "before" and term.unit == "workday":
                raise wrong(
                    "unit", Said("a term before an event is not counted in working days (%(start)s)", start=start)
                )
        return self

    def on_day(self, on: dt.date) -> Deadline:
        """The term as worded on a day."""
        item, since, until = self.at(on)
        return Deadline(self, item, since, until, self.reference_of(item), self.confidence_of(item))

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        deadline = self.on_day(on)
        start = given.get("start", on)
        found: dict[str, Any] = {
            "amount": deadline.amount,
            "unit": deadline.unit,
            "confidence": deadline.confidence,
        }
        due = deadline.due(start, extended=bool(given.get("extended", False)))
        found |= {"due": due.on, "provisional": due.provisional}
        if deadline.term.earliest is not None:
            found["opens"] = deadline.opens(start).on
        return found

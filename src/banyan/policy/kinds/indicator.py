"""An indicator: which facts are counted, how, and by which method its interval is found."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Self, cast

from pydantic import Field, StrictBool, model_validator

from banyan.policy.entries import Entry, Name, Scalar, Strict, Text, Words
from banyan.policy.said import Said, wrong

if TYPE_CHECKING:
    from banyan.policy.book import Book

Measure = Literal["rate", "count", "share", "ratio", "sum", "mean", "median", "growth", "per"]
Window = Literal["calendar_year", "calendar_quarter", "last_12_months", "to_date", "standing"]
INTERVALS = ("wilson", "clopper-pearson", "jeffreys", "agresti-coull", "logit")
DESIGNS = ("stratified_rate", "clustered_rate", "weighted_rate")
# Which methods a measure may have; "census" means: everything was counted, there is no interval.
METHODS: dict[str, tuple[str, ...]] = {
    "rate": (*INTERVALS, *DESIGNS),
    "count": ("census",),
    "share": ("census",),
    "ratio": ("census",),
    "sum": ("census",),
    "mean": ("census", "student"),
    "median": ("census",),
    "growth": ("census",),
    "per": ("census",),
}
# What one unit is counted by: a column of the facts, or the fact itself.
UNIT_COLUMNS: dict[str, str | None] = {
    "batch": None,
    "item": None,
    "record": None,
    "enterprise": "organisation",
    "park": "park",
    "county": "county",
    "product": "product",
    "laboratory": "laboratory",
}
DIMENSIONS = (
    *("county", "origin_county", "park", "industry", "product", "item", "size", "laboratory", "level"),
    *("stage", "organisation", "counterparty", "drawn", "stratum"),
)
SHARED_COLUMNS = frozenset(DIMENSIONS) | {
    *("kind", "key", "happened_on", "known_at", "value", "unit", "passed", "scheme"),
    *("cluster", "weight", "source"),
}


class Known(Strict):
    """A filter that keeps the facts in which a column is filled (or, with false, empty)."""

    known: StrictBool


FilterValue = Known | Scalar | tuple[Scalar, ...]
Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Filter(NamedTuple):
    """One condition: the column is one of `any_of`, or, where that is None, is known or not."""

    column: str
    any_of: tuple[Any, ...] | None
    known: bool | None = None

    def keeps(self, fact: Any) -> bool:
        """Whether one fact (a mapping) meets the condition."""
        cell = fact.get(self.column)
        if self.any_of is None:
            return (cell is not None) == self.known
        return cell is not None and cell in self.any_of


def filters(conditions: dict[str, FilterValue] | None) -> tuple[Filter, ...]:
    """The conditions of `among`, `of` or `over`, all of which must hold."""
    found = []
    for column, value in (conditions or {}).items():
        if isinstance(value, Known):
            found.append(Filter(column, None, value.known))
        else:
            found.append(Filter(column, value if isinstance(value, tuple) else (value,)))
    return tuple(found)


class Heads(Strict):
    """What an indicator is measured by that is no fact: a column of a table of the packs, such as inhabitants."""

    table: Name
    column: Name
    place: Name  # the column that names the county


class Indicator(Entry):
    """What is measured.

    `rate`: of the units among, the share that meets `of`, from a sample, with an interval.
    `share`: the same where everything was counted. `count`: the units. `sum`, `mean`, `median`: of the column that
    `adds` names. `ratio`: what is counted among, divided by what is counted `over`; of sums, those of `adds` and
    `over_adds`. `per`: what is counted among, for `each` (10,000) of what stands on the day of the facts `over`, or
    of the `heads` that a table of the packs has of each county. `growth`: the change of the count or sum against the
    window a year earlier.
    A unit other than the fact itself (an enterprise) meets `of` when every one of its facts does. With the window
    `standing` only the last fact of each unit counts that has begun by the day and has not ended (`until_on`) before.
    """

    understands: ClassVar[frozenset[str]] = frozenset({"facts"})

    kind: Literal["indicator"]
    says: Words
    measure: Measure
    among: dict[Column, FilterValue] = Field(min_length=1)
    of: dict[Column, FilterValue] | None = None
    over: dict[Column, FilterValue] | None = None
    heads: Heads | None = None
    each: int = Field(default=10_000, ge=1)
    quantity: Literal["count", "sum"] = "count"
    adds: Column = "value"
    over_adds: Column = "value"
    by: tuple[Text, ...] = ()
    method: Text
    unit: Literal["batch", "item", "record", "enterprise", "park", "county", "product", "laboratory"] = "batch"
    window: Window = "calendar_year"
    reference_figure: Name | None = None
    own_columns: tuple[Column, ...] = ()
    is_estimate: StrictBool = False
    shows_small_counts: Words | None = None  # why small cells of a breakdown need not be hidden

    @model_validator(mode="after")
    def _measure_is_whole(self) -> Self:
        if self.method not in METHODS[self.measure]:
            methods = ", ".join(METHODS[self.measure])
            text = Said("%(method)s is none of a %(measure)s's: %(methods)s", method=self.method,
                        measure=self.measure, methods=methods)  # fmt: skip
            raise wrong("method", text)
        if (self.of is None) == (self.measure in ("rate", "share")):
            raise wrong("of", Said("a rate or a share, and nothing else, says which of the facts count"))
        if self.measure == "per":
            if (self.over is None) == (self.heads is None):
                raise wrong("over", Said("it is measured by the facts over, or by the heads of a table: give one"))
            if self.window == "standing" or (self.heads and {*self.by} - {"county"}):
                raise wrong("by", Said("what happens within a time is set against heads, which are known by county"))
        elif self.heads is not None:
            raise wrong("heads", Said("the measure per, and no other, is of the heads of a table"))
        elif (self.over is None) == (self.measure == "ratio"):
            raise wrong("over", Said("a ratio, and nothing else, says what it is divided by"))
        if self.measure == "median" and self.unit_column is not None:
            raise wrong(
                "unit", Said("a median is taken over the facts themselves; count them by batch, item or record")
            )
        if self.quantity == "sum" and self.measure not in ("ratio", "growth"):
            raise wrong("quantity", Said("only a ratio or a growth may be of sums; write measure: sum instead"))
        return self

    @model_validator(mode="after")
    def _columns_are_known(self) -> Self:
        named = self.among.get("kind")
        if named is None or isinstance(named, Known) or (isinstance(named, tuple) and self.window != "standing"):
            raise wrong("among", Said(
                "name the one kind of facts that is counted (kind: inspection.sample_judged); only what "
                "stands on a day may be told by several kinds"
            ))  # fmt: skip
        if self.over is not None and "kind" not in self.over:
            raise wrong("over", Said("name the kind of facts that is counted"))
        known = SHARED_COLUMNS | set(self.own_columns)
        for field, columns in (
            ("among", self.among), ("of", self.of), ("over", self.over), ("adds", (self.adds,)),
            ("over_adds", (self.over_adds,)),
        ):  # fmt: skip
            for column in columns or ():
                if column not in known:
                    raise wrong(field, Said(
                        "“%(column)s” is no column of the facts; a column that only this kind has "
                        "is listed under own_columns", column=column,
                    ))  # fmt: skip
        for dimension in self.by:
            if dimension not in DIMENSIONS and dimension not in self.own_columns:
                known_ones = ", ".join(DIMENSIONS)
                raise wrong("by", Said("“%(name)s” is no dimension; they are %(known)s", name=dimension,
                                       known=known_ones))  # fmt: skip
        return self

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Which facts are counted; the first condition is the kind of facts."""
        return tuple(sorted(filters(self.among), key=lambda condition: condition.column != "kind"))

    @property
    def stands_by(self) -> str:
        """The column of whose every value the last fact stands on a day; "" where all facts of a window count."""
        return (self.unit_column or "key") if self.window == "standing" else ""

    @property
    def fact_kinds(self) -> tuple[str, ...]:
        """The kinds of facts that are counted: one, but for what stands by several."""
        return self.filters[0].any_of or ()

    @property
    def passing(self) -> tuple[Filter, ...]:
        """Which of those facts make the numerator of a rate or share."""
        return filters(self.of)

    @property
    def divisor(self) -> tuple[Filter, ...]:
        """Which facts a ratio is divided by; the first condition is the kind of facts."""
        return tuple(sorted(filters(self.over), key=lambda condition: condition.column != "kind"))

    @property
    def is_divided(self) -> bool:
        """Whether its value is divided by what other facts or a table say."""
        return self.over is not None or self.heads is not None

    def links(self) -> tuple[tuple[str, str], ...]:
        return (("table", self.heads.table),) if self.heads else ()

    @property
    def unit_column(self) -> str | None:
        """The column whose values are counted once each; None where each fact counts."""
        return UNIT_COLUMNS[self.unit]

    @property
    def columns(self) -> frozenset[str]:
        """The columns that its tables have beside group, n, value and verdict: those that mean something for it."""
        is_of_samples = self.filters[0].any_of == ("inspection.sample_judged",)
        has = {
            "passed": self.measure in ("rate", "share"),
            "low": self.method != "census",
            "high": self.method != "census",
            "probability_met": self.measure == "rate",
            "refused": self.measure == "rate" and is_of_samples,
            "not_sampled": self.measure == "rate" and is_of_samples,
        }
        return frozenset(name for name, is_had in has.items() if is_had)

    def period(self, on: dt.date) -> tuple[dt.date | None, dt.date]:
        """First and last day whose facts count for the value on a day; None = from the beginning."""
        if self.window == "calendar_year":
            return dt.date(on.year, 1, 1), on
        if self.window == "calendar_quarter":
            return dt.date(on.year, (on.month - 1) // 3 * 3 + 1, 1), on
        if self.window == "last_12_months":
            last_year = dt.date(on.year - 1, on.month, min(on.day, 28 if on.month == 2 else on.day))
            return last_year + dt.timedelta(days=1), on
        return None, on

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        from banyan.policy.measure import measured

        present = self.on(on)
        facts = given.get("facts", [])
        rows = book.table(present.heads.table, on=on) if present.heads else ()
        heads = sum(cast(int, row[present.heads.column]) for row in rows) if present.heads else None
        return {"version": present.version, **measured(present, facts, on=on, heads=heads)}

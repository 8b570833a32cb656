"""The declared forms in which a rule may combine terms: comparisons, all of, any of, steps, bands. No code.

A term is a named number, word or yes/no that the caller gives, such as `days_late`.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Number, Scalar, Strict
from banyan.policy.said import Said, wrong

TermName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Terms = Mapping[str, Any]
_COMPARE = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}


def _given(terms: Terms, name: str) -> Any:
    if name not in terms:
        raise ValueError(f"the term {name!r} is needed, and was not given; given are {', '.join(terms) or 'none'}")
    return terms[name]


def _number(terms: Terms, name: str) -> Decimal:
    found = _given(terms, name)
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
        raise ValueError(f"the term {name!r} must be a number, and is {found!r}")
    return Decimal(str(found))


class Compare(Strict):
    """One term compared with a value."""

    term: TermName
    op: Literal[">=", ">", "<=", "<", "=", "!="]
    value: Scalar

    @model_validator(mode="after")
    def _order_needs_numbers(self) -> Self:
        if self.op not in ("=", "!=") and (isinstance(self.value, bool | str)):
            raise wrong(
                "value", Said("%(op)s compares numbers, and this is “%(value)s”", op=self.op, value=self.value)
            )
        return self

    def holds(self, terms: Terms) -> bool:
        if self.op in ("=", "!="):
            return bool(_COMPARE[self.op](_given(terms, self.term), self.value))
        return bool(_COMPARE[self.op](_number(terms, self.term), Decimal(str(self.value))))

    def failing(self, terms: Terms) -> tuple[str, ...]:
        """What is not met, in words; empty when it holds."""
        if self.holds(terms):
            return ()
        return (f"{self.term} is {_given(terms, self.term)}, and must be {self.op} {self.value}",)

    def names(self) -> Iterator[str]:
        yield self.term


class AllOf(Strict):
    """Holds when each of its conditions does."""

    all_of: tuple[Condition, ...] = Field(min_length=1)

    def holds(self, terms: Terms) -> bool:
        return not self.failing(terms)

    def failing(self, terms: Terms) -> tuple[str, ...]:
        return tuple(text for part in self.all_of for text in part.failing(terms))

    def names(self) -> Iterator[str]:
        for part in self.all_of:
            yield from part.names()


class AnyOf(Strict):
    """Holds when at least one of its conditions does."""

    any_of: tuple[Condition, ...] = Field(min_length=1)

    def holds(self, terms: Terms) -> bool:
        return not self.failing(terms)

    def failing(self, terms: Terms) -> tuple[str, ...]:
        texts = []
        for part in self.any_of:
            reasons = part.failing(terms)
            if not reasons:
                return ()
            texts.append(" and ".join(reasons))
        return (" or else ".join(texts),)

    def names(self) -> Iterator[str]:
        for part in self.any_of:
            yield from part.names()


Condition = Compare | AllOf | AnyOf
AllOf.model_rebuild()
AnyOf.model_rebuild()


class Fixed(Strict):
    """Always the same amount."""

    fixed: Number

    def amount(self, terms: Terms) -> Decimal:
        return Decimal(self.fixed)

    def names(self) -> Iterator[str]:
        return iter(())


class Stepped(Strict):
    """`base`, and `step` for each unit of the term beyond `above`; never more than `most`."""

    base: Number
    step: Number
    per: TermName
    above: Number = 0
    most: Number | None = None

    def amount(self, terms: Terms) -> Decimal:
        beyond = max(Decimal(0), _number(terms, self.per) - Decimal(self.above))
        reached = Decimal(self.base) + Decimal(self.step) * beyond
        return reached if self.most is None else min(reached, Decimal(self.most))

    def names(self) -> Iterator[str]:
        yield self.per


class Band(Strict):
    """One band of a look-up: up to and with `upto` (none in the last band) the amount is `value`."""

    upto: Number | None = None
    value: Number


class LookUp(Strict):
    """The amount of the band in which the term lies."""

    look_up: TermName
    bands: tuple[Band, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _bands_rise_and_cover_all(self) -> Self:
        ends = [band.upto for band in self.bands[:-1]]
        if self.bands[-1].upto is not None or None in ends:
            raise wrong("bands", Said("each but the last needs upto, and the last has none"))
        numbers = [Decimal(end) for end in ends if end is not None]
        if numbers != sorted(set(numbers)):
            raise wrong("bands", Said("upto must rise from band to band"))
        return self

    def amount(self, terms: Terms) -> Decimal:
        found = _number(terms, self.look_up)
        for band in self.bands:
            if band.upto is None or found <= Decimal(band.upto):
                return Decimal(band.value)
        raise AssertionError("the last band has no end")

    def names(self) -> Iterator[str]:
        yield self.look_up


Form = Fixed | Stepped | LookUp

"""What a page of figures may be asked: which day, as known when, broken down by what, limited to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.refusals import BadRequest

OWN = ("on", "known_at", "by", "page", "passed", "dimension", "_htmx")


@dataclass(frozen=True)
class Question:
    """A question about an indicator, read from an address; `address` writes it back with changes."""

    on: date
    known_on: date
    by: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_today(self) -> bool:
        """Whether it asks for today as known today: what the daily flow has computed."""
        return self.on == self.known_on == clock.today()

    def address(self, **changes: Any) -> str:
        """The question as the part of an address behind the question mark."""
        values: list[tuple[str, str]] = []
        asked = {"on": self.on.isoformat(), "known_at": self.known_on.isoformat(), "by": list(self.by)} | changes
        for name, value in asked.items():
            values += [(name, one) for one in value] if isinstance(value, list) else [(name, str(value))]
        values += [(name, one) for name, several in self.where.items() for one in several if name not in changes]
        return urlencode(values)


def read(query: QueryDict, *, dimensions: Sequence[str]) -> Question:
    """The question of an address. Raises BadRequest for an unknown parameter or a day of the wrong form."""
    unknown = [name for name in query if name not in OWN and name not in dimensions]
    if unknown:
        raise BadRequest(
            _("The page was asked with “%(name)s”.") % {"name": unknown[0]},
            _("This page knows no such parameter."),
            _("It knows: %(known)s.") % {"known": ", ".join((*OWN[:-1], *dimensions))},
        )
    on = _day(query, "on") or clock.today()
    where = {name: tuple(query.getlist(name)) for name in query if name not in OWN}
    by = tuple(name for name in query.getlist("by") if name)
    return Question(on=on, known_on=_day(query, "known_at") or clock.today(), by=by, where=where)


def _day(query: QueryDict, name: str) -> date | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(
            _("“%(name)s” was given as “%(text)s”.") % {"name": name, "text": text[:40]},
            _("That is no day."),
            _("Write it as year-month-day, for example 2025-12-31."),
        ) from error

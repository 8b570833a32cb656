"""What a page of figures may be asked: which day, as known when, broken down by what, limited to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from banyan.kit import clock, titles
from banyan.kit.refusals import BadRequest

OWN = ("on", "known_at", "published_by", "by", "page", "passed", "dimension", "_htmx")
DAYS = ("on", "known_at", "_htmx")
TABLE = ("on", "known_at", "published_by", "by", "_htmx")


@dataclass(frozen=True)
class Question:
    """A question about an indicator, read from an address; `address` writes it back with changes."""

    on: date
    known_on: date
    by: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    published_by: date | None = None

    @property
    def is_today(self) -> bool:
        """Whether it asks for today as known today: what the daily flow has computed."""
        return self.on == self.known_on == clock.today()

    @property
    def further(self) -> str:
        """Its days and limits only, for the pages that look further into a figure."""
        return replace(self, by=(), published_by=None).address()

    def address(self, **changes: Any) -> str:
        """The question as the part of an address behind the question mark."""
        values: list[tuple[str, str]] = []
        asked: dict[str, Any] = {
            "on": self.on.isoformat(),
            "known_at": self.known_on.isoformat(),
            "by": list(self.by),
        }
        asked |= ({"published_by": self.published_by.isoformat()} if self.published_by else {}) | changes
        for name, value in asked.items():
            values += [(name, one) for one in value] if isinstance(value, list) else [(name, str(value))]
        values += [(name, one) for name, several in self.where.items() for one in several if name not in changes]
        return urlencode(values)


def read(query: QueryDict, *, dimensions: Sequence[str], own: Sequence[str] = OWN) -> Question:
    """The question of an address. Raises BadRequest for an unknown parameter or a day of the wrong form.

    `own` are the parameters that the page knows beside the dimensions to which it can be limited.
    """
    unknown = [name for name in query if name not in own and name not in dimensions]
    if unknown:
        raise BadRequest(
            _("The page was asked with “%(name)s”.") % {"name": unknown[0]},
            _("This page knows no such parameter."),
            _("It knows: %(known)s.") % {"known": titles.listed((*own[:-1], *dimensions))},
        )
    on = clock.asked_day(query, "on") or clock.today()
    where = {
        name: values for name in query if name not in OWN if (values := tuple(filter(None, query.getlist(name))))
    }
    by = tuple(name for name in query.getlist("by") if name)
    return Question(
        on=on, known_on=clock.asked_day(query, "known_at") or clock.today(), by=by, where=where,
        published_by=clock.asked_day(query, "published_by"),
    )  # fmt: skip

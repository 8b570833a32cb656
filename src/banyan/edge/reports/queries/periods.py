"""The quarters and years that a report can be of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.policy import periods as calendar

QUARTERS = 12
EARLIEST = 1900


@dataclass(frozen=True)
class Period:
    """A quarter or year by its name (2025-Q4, 2025), with its days; `last` is today where it is not over."""

    name: str
    first: date
    last: date
    ends: date

    @property
    def is_year(self) -> bool:
        return "Q" not in self.name

    @property
    def is_over(self) -> bool:
        return self.last == self.ends

    @property
    def title(self) -> str:
        """The period in words."""
        if self.is_year:
            return _("Year %(year)s") % {"year": self.name}
        year, _sign, quarter = self.name.partition("-Q")
        return _("Quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": year}


def period_of(name: str) -> Period | None:
    """The period of a name; None where it is none, or has not begun."""
    try:
        first, ends = calendar.first_last(name)
    except ValueError:
        return None
    if name not in (calendar.name_of(first, "quarter"), calendar.name_of(first, "year")) or first.year < EARLIEST:
        return None
    today = clock.today()
    return Period(name, first, min(ends, today), ends) if first <= today else None


def periods() -> list[Period]:
    """The last twelve quarters and their years, newest first; a year before its quarters."""
    names: list[str] = []
    for first, _last in reversed(calendar.quarters_until(clock.today(), QUARTERS)):
        year = str(first.year)
        names += [*([year] if year not in names else []), calendar.name_of(first)]
    return [period for name in names if (period := period_of(name))]

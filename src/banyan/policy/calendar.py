"""Working days of the People's Republic of China, by the State Council's yearly holiday notices.

The notices are dated data that come with the `chinesecalendar` package. A day whose notice is not
out yet is counted by plain weekdays, and everything counted over it is called provisional.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

import chinese_calendar

_ONE_DAY = dt.timedelta(days=1)


class Counted(NamedTuple):
    """A day that was reached by counting, and whether any day on the way is not announced yet."""

    on: dt.date
    provisional: bool


def source() -> str:
    """Which edition of the calendar is counted by, for a receipt."""
    return f"chinesecalendar {version('chinesecalendar')}"


@lru_cache(maxsize=20_000)
def is_announced(day: dt.date) -> bool:
    """Whether the State Council's notice for this day's year is known here."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=20_000)
def is_working_day(day: dt.date) -> bool:
    """Whether people work on this day: make-up Saturdays count, public holidays do not.

    A day that is not announced yet is judged by its weekday; see `is_announced`.
    """
    if not is_announced(day):
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def first_working_day(day: dt.date) -> Counted:
    """This day if people work on it, else the next day on which they do."""
    provisional = not is_announced(day)
    while not is_working_day(day):
        day += _ONE_DAY
        provisional = provisional or not is_announced(day)
    return Counted(day, provisional)


def count_working_days(start: dt.date, days: int) -> Counted:
    """The day on which a term of so many working days ends; the first day is not counted."""
    if days < 0:
        raise ValueError(f"days is {days}; a term cannot have fewer than 0 working days.")
    if days == 0:
        return first_working_day(start)
    day, provisional = start, False
    while days:
        day += _ONE_DAY
        provisional = provisional or not is_announced(day)
        days -= is_working_day(day)
    return Counted(day, provisional)


def add_working_days(start: dt.date, days: int) -> dt.date:
    """The last day of a term of so many working days after `start`."""
    return count_working_days(start, days).on


def working_days_between(start: dt.date, end: dt.date) -> int:
    """How many working days lie after `start`, up to and with `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + n * _ONE_DAY) for n in range(1, (end - start).days + 1))


def add_months(start: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or the month's last day where there is none."""
    place = start.year * 12 + start.month - 1 + months
    year, month = divmod(place, 12)
    for day in range(start.day, 27, -1):
        try:
            return dt.date(year, month + 1, day)
        except ValueError:
            continue
    return dt.date(year, month + 1, start.day)

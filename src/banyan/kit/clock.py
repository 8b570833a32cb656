"""The only clock of the house; the demonstration city and tests may set it, nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from banyan.kit.refusals import BadRequest

DEMONSTRATION_FILE = "demonstration.json"

_fixed: datetime | None = None
_demonstration_day: date | None = None


def zone() -> ZoneInfo:
    """The clock of the place, as its packs say."""
    return ZoneInfo(settings.TIME_ZONE)


def now() -> datetime:
    """The present instant by the clock of the place, or the instant that a test or the demonstration has set."""
    if _fixed is not None:
        return _fixed
    real = datetime.now(tz=zone())
    if _demonstration_day is not None:
        return datetime.combine(_demonstration_day, real.time(), tzinfo=zone())
    return real


def today() -> date:
    """The present day by the clock of the place."""
    return now().date()


def end_of_day(day: date) -> datetime:
    """The last instant of a day: what "as known on DAY" means."""
    return datetime.combine(day, time.max, tzinfo=zone())


def is_demonstration() -> bool:
    """Whether the site's "today" is the last day of the demonstration city."""
    return _demonstration_day is not None


def is_set() -> bool:
    """Whether the clock is set, as the building of a demonstration and tests do."""
    return _fixed is not None


@contextmanager
def fixed_at(instant: datetime | date) -> Iterator[None]:
    """Set the clock within a block. Only `banyan.demo` and tests call this."""
    global _fixed
    if not isinstance(instant, datetime):
        instant = datetime.combine(instant, time(9), tzinfo=zone())
    before, _fixed = _fixed, instant
    try:
        yield
    finally:
        _fixed = before


def tick(step: timedelta = timedelta(seconds=1)) -> None:
    """Let a set clock go on, so that what is recorded in one block keeps its order."""
    global _fixed
    if _fixed is not None:
        _fixed += step


def read_demonstration_day(folder: Path) -> None:
    """Take the site's "today" from the file that `banyan demo` leaves in the data folder, if there is one."""
    global _demonstration_day
    path = folder / DEMONSTRATION_FILE
    _demonstration_day = date.fromisoformat(json.loads(path.read_text())["today"]) if path.exists() else None


def write_demonstration_day(folder: Path, day: date) -> None:
    """Leave the demonstration's last day as the site's "today"."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DEMONSTRATION_FILE).write_text(json.dumps({"today": day.isoformat()}))
    read_demonstration_day(folder)


def asked_day(query: Mapping[str, str], name: str) -> date | None:
    """The day that an address asks for under a name; None where it asks for none. Raises BadRequest."""
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

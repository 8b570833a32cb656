"""Writes what a workbook stores in a cell as the text that its reader sees: codes, dates, shares, plain numbers."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

# Numbers of built-in formats that show a date; 27 to 36 and 50 to 58 are those of Chinese, Japanese and Korean.
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_PERCENT_FORMATS = frozenset({9, 10})
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_EPOCH = dt.datetime(1899, 12, 30)
_EPOCH_1904_DAYS = 1462
_LAST_DAY = 2_958_466  # 9999-12-31 and a day


class Format(NamedTuple):
    """What a cell's number format shows: a date, a share in per cent, or a fixed number of digits."""

    is_date: bool = False
    is_percent: bool = False
    digits: int = 0


PLAIN = Format()


@lru_cache(maxsize=4096)
def read_format(number: int, code: str | None) -> Format:
    """The format with this number and, where the workbook declares one, this code (``yyyy-mm-dd``, ``000000``)."""
    if code is None:
        found = Format(is_date=number in _DATE_FORMATS, is_percent=number in _PERCENT_FORMATS)
        return PLAIN if found == PLAIN else found
    bare = _LITERAL.sub("", code.split(";")[0])
    if re.fullmatch(r"0{2,}", bare):
        return Format(digits=len(bare))
    if "general" in bare.lower():
        return PLAIN
    found = Format(is_date=bool(re.search(r"[ymdhsYMDHS年月日]", bare)), is_percent="%" in bare)
    return PLAIN if found == PLAIN else found


@lru_cache(maxsize=65536)
def as_text(stored: str, shown: Format, *, from_1904: bool = False) -> str:
    """
    The stored number as text: never with an exponent, never with a tail of binary noise, dates as 2021-03-05.

    Numbers from 10^15 upwards keep their exponent, because the spreadsheet has rounded them; a code among them must
    be refused by whoever reads it, not completed with zeros.
    """
    try:
        if shown.is_date:
            return _day(float(stored), from_1904=from_1904)
        if stored.isdigit():
            return stored.zfill(shown.digits) if shown.digits else _percent(stored, shown)
        number = float(stored)
    except (ValueError, OverflowError):
        return stored
    if abs(number) >= 1e15 or number != number:
        return stored
    text = format(Decimal(f"{number:.15g}"), "f")
    return text.zfill(shown.digits) if shown.digits and text.isdigit() else _percent(text, shown)


def _percent(text: str, shown: Format) -> str:
    if not shown.is_percent:
        return text
    share = (Decimal(text) * 100).normalize()
    return f"{share:f}%"


def _day(serial: float, *, from_1904: bool) -> str:
    """A date, a date with its time, or a time of day alone."""
    if from_1904:
        serial += _EPOCH_1904_DAYS
    if not 0 <= serial < _LAST_DAY:
        return format(Decimal(f"{serial:.15g}"), "f")
    days, seconds = divmod(round(serial * 86400), 86400)
    if days == 0:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if days < 60 and not from_1904:  # the spreadsheet believes in a 29 February 1900
        days += 1
    moment = _EPOCH + dt.timedelta(days=days, seconds=seconds)
    return moment.date().isoformat() if seconds == 0 else moment.isoformat(sep=" ")

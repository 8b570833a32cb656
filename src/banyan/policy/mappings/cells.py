"""Turns one cell, as offices write it, into a value: text, date, number, code, place."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from email.utils import parsedate
from functools import lru_cache
from operator import mul

_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
_CODE_SIGNS = frozenset(_CODE_ALPHABET)
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CODE_VALUES = {sign: value for value, sign in enumerate(_CODE_ALPHABET)}
_SPACE = re.compile("[\\s\u200b\ufeff]")
_DATES = {
    "year_first": re.compile(r"(?P<y>\d{4})(?P<sign>[-/.年])(?P<m>\d{1,2})(?:(?P=sign)|月)(?P<d>\d{1,2})日?"),
    "day_first": re.compile(r"(?P<d>\d{1,2})(?P<sign>[-/.])(?P<m>\d{1,2})(?P=sign)(?P<y>\d{4})"),
    "compact": re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"),
}
_TIME = re.compile(r"[ T]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_MAIL = re.compile(r"([A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:\d{2}")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_SERIAL_FIRST, _SERIAL_LAST = 20000, 80000  # 1954-10-03 to 2119-01-11: other five-digit numbers are no dates
_SPREADSHEET_EPOCH = dt.date(1899, 12, 30)
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


def tidy(cell: str) -> str:
    """The cell without surrounding space and with any run of spaces or line breaks as one space."""
    if not _SPACE.search(cell):
        return cell
    return " ".join(cell.replace("\u200b", "").replace("\ufeff", "").split())


@lru_cache(maxsize=4096)
def header_key(name: str) -> str:
    """A header name in the form in which names are compared: width, space, marks of compulsion and case apart."""
    return re.sub(r"[\s*:]", "", unicodedata.normalize("NFKC", name)).casefold()


@lru_cache(maxsize=65536)
def read_date(cell: str, forms: tuple[str, ...]) -> dt.date | None:
    """The day in a cell in one of the forms (year_first, compact, day_first, serial, mail), or None.

    `mail` is that of letters and feeds, such as Mon, 15 Apr 2013 22:36:00 -0400; the day is that of the sender.
    """
    if "mail" in forms and _MAIL.match(cell.strip()):
        parts = parsedate(cell)
        return _day(*parts[:3]) if parts else None
    text = _TIME.sub("", unicodedata.normalize("NFKC", cell).strip()).strip()
    for form in forms:
        if form == "serial":
            if _SERIAL.fullmatch(text) and _SERIAL_FIRST <= float(text) <= _SERIAL_LAST:
                return _SPREADSHEET_EPOCH + dt.timedelta(days=int(float(text)))
            continue
        if form == "mail":
            continue
        match = _DATES[form].fullmatch(text.removesuffix(".0") if form == "compact" else text)
        if match:
            return _day(int(match["y"]), int(match["m"]), int(match["d"]))
    return None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def read_number(cell: str) -> Decimal | None:
    """The decimal number in a cell, thousands grouped or not, or None."""
    text = unicodedata.normalize("NFKC", cell).replace(" ", "")
    if not text or not any(sign.isdigit() for sign in text) or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def read_code(cell: str) -> str:
    """A code in one form: half width, capitals, no spaces, and without the .0 that a number format added."""
    code = unicodedata.normalize("NFKC", cell).replace(" ", "").upper()
    return code[:-2] if re.fullmatch(r"\d+\.0", code) else code


def is_rounded(code: str) -> bool:
    """Whether a spreadsheet wrote the code as a rounded number (9.13501E+17)."""
    return bool(_ROUNDED.fullmatch(code))


def uscc_fault(code: str) -> str:
    """Reason code of what is wrong with a unified social credit code (GB 32100-2015), empty when it is right."""
    if len(code) != 18 or not code[2:8].isdecimal() or not _CODE_SIGNS.issuperset(code):
        return "not_a_code"
    total = sum(map(mul, map(_CODE_VALUES.__getitem__, code), _CODE_WEIGHTS))
    return "" if _CODE_ALPHABET[-total % 31] == code[17] else "wrong_check_character"


def place_pattern(*, after: tuple[str, ...], names: tuple[str, ...]) -> re.Pattern[str]:
    """
    A pattern for the place that an address names explicitly at its beginning.

    Words of `after` (the province, the city) may stand before the name; a name inside the address is not taken,
    because streets and estates bear names of other counties.
    """
    before = "|".join(map(re.escape, sorted(after, key=len, reverse=True)))
    named = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(f"(?:{before})*?({named})" if before else f"({named})")


def place_in(address: str, pattern: re.Pattern[str]) -> str | None:
    """The name of the place at the beginning of an address, or None."""
    found = pattern.match(unicodedata.normalize("NFKC", address).replace(" ", ""))
    return found[1] if found else None

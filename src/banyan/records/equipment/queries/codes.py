"""Codes of equipment: the equipment code, whose first digits name the kind, and the use registration number."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

from banyan.kit import terms
from banyan.kit.refusals import Refused
from banyan.records.equipment.models import Equipment, Kind

KINDS = "equipment.kinds"
CODE = re.compile(r"(?P<kind>\d{4})(?P<maker>\d{5})(?P<year>(19|20)\d{2})(?P<serial>[0-9A-Z]\d{3})")
CERTIFICATE = re.compile(
    r"(?P<sign>\D)(?P<variety>\d{0,2})(?P<office>[^\d\s()][A-Z])(?P<serial>\d{5})\((?P<year>\d{2})\)"
)
"""Sign of the kind, variety, office (province and letter of the city), running number, year in brackets."""


def plain_code(text: str) -> str:
    """A code without blanks and dashes, in capital letters of half width."""
    return re.sub(r"[\s\-‐–—]", "", unicodedata.normalize("NFKC", text)).upper()


def check_code(text: str, *, kind: str, on: date) -> str:
    """The plain equipment code. Raises Refused, saying which part is wrong."""
    code = plain_code(text)
    found = CODE.fullmatch(code)
    if found is None:
        raise _wrong(
            text, _("It has not the form of one: four digits of the kind, five of the maker, the year, four places.")
        )
    if (named := kind_of_code(code, on=on)) and named != kind:
        raise _wrong(
            text, _("Its first digits %(digits)s are those of the kind “%(kind)s”.")
            % {"digits": found["kind"], "kind": Kind(named).label},
        )  # fmt: skip
    if int(found["year"]) > on.year:
        raise _wrong(text, _("Its year of making, %(year)s, has not come.") % {"year": found["year"]})
    return code


def check_certificate(text: str, *, kind: str, on: date) -> str:
    """The plain use registration number. Raises Refused, saying which part is wrong."""
    number = plain_code(text)
    found = CERTIFICATE.fullmatch(number)
    if found is None:
        raise _wrong(text, _("It has not the form of a use registration number, such as 梯11闽A00001(23)."))
    signs = {str(row["sign"]): str(row["kind"]) for row in terms.rows(KINDS, on=on)}
    if signs and signs.get(found["sign"]) != kind:
        known = Kind(signs[found["sign"]]).label if found["sign"] in signs else _("no kind")
        raise _wrong(text, _("Its sign “%(sign)s” is that of %(kind)s.") % {"sign": found["sign"], "kind": known})
    return number


def kind_of_code(code: str, *, on: date) -> str:
    """The kind that the first digits of a code name, by the catalogue in force; "" where it names none."""
    prefixes = {str(row["prefix"]): str(row["kind"]) for row in terms.rows(KINDS, on=on)}
    fitting = [prefix for prefix in prefixes if code.startswith(prefix)]
    return prefixes[max(fitting, key=len)] if fitting else ""


def by_code(text: str) -> Equipment | None:
    """The equipment of a code or use registration number, as people type it."""
    code = plain_code(text)
    rows = Equipment.objects.filter(withdrawn_on=None).select_related("user_unit", "maintenance_unit", "county")
    return rows.filter(code__in=(code, text)).first() or rows.filter(certificate=code).first()


def _wrong(text: str, what: str) -> Refused:
    return Refused(
        _("The code “%(code)s” was given.") % {"code": text[:40]}, what,
        _("Copy it from the plate or the use registration."), code="wrong-code",
    )  # fmt: skip

"""Codes of organisations and goods: their plain form, and whether their check character holds."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _
from stdnum import ean
from stdnum.cn import uscc as stdnum_uscc

from banyan.kit import Refused

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_FORM = re.compile(rf"[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}")
ORGANISATION_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
GTIN_LENGTHS = (8, 12, 13, 14)


class WrongCode(Refused):
    """A code that is not formed as its standard says."""

    code = "wrong-code"
    status = 422


def plain_code(text: str) -> str:
    """A code without spaces, hyphens and full-width forms, in capitals."""
    return re.sub(r"[\s\-‐-―_·]", "", unicodedata.normalize("NFKC", text)).upper()


def check_uscc(text: str) -> str:
    """The plain unified social credit code. Raises `WrongCode` naming the character that is wrong."""
    code = plain_code(text)
    asked = _("“%(code)s” was given as unified social credit code.") % {"code": text.strip()}
    again = _("Read it again from the licence.")
    if len(code) != 18:
        raise WrongCode(
            asked, _("It has %(count)d characters instead of 18.") % {"count": len(code)}, again, "GB 32100-2015"
        )
    if not USCC_FORM.fullmatch(code):
        raise WrongCode(asked, _wrong_character(code), again, "GB 32100-2015")
    right = stdnum_uscc.calc_check_digit(code[:17])
    if code[17] != right:
        prevents = _("Character 18 is “%(wrong)s”, and by the check rule it should be “%(right)s”.")
        instead = _("Read it again from the licence: the last character or one before it is wrong.")
        raise WrongCode(asked, prevents % {"wrong": code[17], "right": right}, instead, "GB 32100-2015")
    return code


def _wrong_character(code: str) -> str:
    """Which of 18 characters cannot stand where it stands."""
    for place, character in enumerate(code, start=1):
        if character not in USCC_ALPHABET:
            prevents = _(
                "Character %(place)d is “%(character)s”; digits and capitals without I, O, S, V, Z are used."
            )
            break
        if 3 <= place <= 8 and not character.isdigit():
            prevents = _("Character %(place)d is “%(character)s”; characters 3 to 8 are the digits of a region code.")
            break
    return prevents % {"place": place, "character": character}


def check_organisation_code(text: str) -> str:
    """The plain organisation code of nine characters. Raises `WrongCode` naming the character that is wrong."""
    code = plain_code(text)
    asked = _("“%(code)s” was given as organisation code.") % {"code": text.strip()}
    again = _("Read it again from the certificate of the organisation code.")
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        prevents = _("It is not eight digits or capitals and one check character (digit or X).")
        raise WrongCode(asked, prevents, again, "GB 11714-1997")
    if code[8] != (right := organisation_check_character(code)):
        prevents = _("Character 9 is “%(wrong)s”, and by the check rule it should be “%(right)s”.")
        raise WrongCode(asked, prevents % {"wrong": code[8], "right": right}, again, "GB 11714-1997")
    return code


def organisation_check_character(code: str) -> str:
    """The check character that the first eight characters of an organisation code ask for."""
    total = sum(int(one, 36) * weight for one, weight in zip(code, ORGANISATION_CODE_WEIGHTS, strict=False))
    return "0X987654321"[total % 11]


def organisation_code_of(uscc: str) -> str:
    """The organisation code inside a unified code: characters 9 to 17."""
    return uscc[8:17]


def check_gtin(text: str) -> str:
    """The plain bar code number (GTIN-8, 12, 13 or 14). Raises `WrongCode` naming the digit that is wrong."""
    code = plain_code(text)
    asked = _("“%(code)s” was given as bar code.") % {"code": text.strip()}
    again = _("Read the digits below the bars again.")
    if not code.isascii() or not code.isdigit() or len(code) not in GTIN_LENGTHS:
        raise WrongCode(asked, _("A bar code number has 8, 12, 13 or 14 digits."), again, "GB 12904")
    if code[-1] != (right := ean.calc_check_digit(code[:-1])):
        prevents = _("The last digit is “%(wrong)s”, and by the check rule it should be “%(right)s”.")
        raise WrongCode(asked, prevents % {"wrong": code[-1], "right": right}, again, "GB 12904")
    return code

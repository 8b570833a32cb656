"""What the packs demand of passwords, sessions and proofs of identity."""

from __future__ import annotations

import time
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from banyan.kit import clock, rights, terms

SEEN, PROVED, MUST, THEN = "seen", "proved", "must", "then"
"""What a session remembers: when it was last used, when its person proved who they are, what is still to be done."""
FACTOR, PASSWORD = "factor", "password"


def number(name: str) -> int:
    """A number of the packs as it is today; 0 where none is in force."""
    return int(terms.value(f"sign_in.{name}", on=clock.today())[0] or 0)


class PacksPassword:
    """A validator of passwords: as long, and of as many kinds of characters, as the packs demand."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is too short or too plain."""
        length, kinds = number("password_length"), number("password_kinds")
        if len(password) < length:
            raise ValidationError(_("It has fewer than %(least)s characters.") % {"least": length})
        found = {
            "lower" if one.islower() else "upper" if one.isupper() else "digit" if one.isdigit() else "other"
            for one in password
        }
        if len(found) < kinds:
            raise ValidationError(
                _("It has fewer than %(least)s kinds of characters (small letters, capitals, digits, others).")
                % {"least": kinds}
            )

    def get_help_text(self) -> str:
        """What is demanded, for forms."""
        said = _(
            "At least %(length)s characters, of at least %(kinds)s kinds (small letters, capitals, digits, others)."
        )
        return said % {"length": number("password_length"), "kinds": number("password_kinds")}


def needs_factor(person: Any) -> bool:
    """Whether a role of the person demands a second factor; those of a demonstration are for everyone to try."""
    if clock.is_demonstration():
        return False
    demanding = set(terms.column("sign_in.second_factor", "role", on=clock.today()))
    return bool(demanding & set(rights.roles_of(person)))


def needs_password(person: Any) -> bool:
    """Whether the person has to change the password first: it was given by somebody else, or is too old."""
    if clock.is_demonstration() or not person.has_usable_password():
        return False
    days = number("password_days")
    is_old = bool(days and person.password_set_on and (clock.today() - person.password_set_on).days > days)
    return bool(person.password_is_first) or is_old


def is_grave(event: str) -> bool:
    """Whether the packs want identity proved again before a verb."""
    return event in terms.column("sign_in.grave_acts", "event", on=clock.today())


def is_proved(request: HttpRequest) -> bool:
    """Whether the person of a session proved recently enough who they are."""
    return time.time() - request.session.get(PROVED, 0) < 60 * number("proof_minutes")


def is_idle(request: HttpRequest) -> bool:
    """Whether nothing was done in a session for longer than the packs allow."""
    minutes = number("idle_minutes")
    return bool(minutes) and time.time() - request.session.get(SEEN, 0) > 60 * minutes

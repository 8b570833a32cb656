"""Failed tries to sign in: after so many for one name from one address, no further one is looked at for a while."""

from __future__ import annotations

import hashlib

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.translation import gettext as _

from banyan.kit import clock, terms
from banyan.kit.refusals import Refused

MOST, MINUTES = "sign_in.failed_tries", "sign_in.minutes_of_waiting"


class TooManyTries(Refused):
    """So many tries failed that the next is not looked at, right or wrong, for `seconds` at most."""

    code, status = "too-many-tries", 429
    seconds = 0


def demand_left(request: HttpRequest, name: str) -> None:
    """Raise TooManyTries where as many tries for a name failed from the address of a request as the packs allow."""
    most, written = terms.value(MOST, on=clock.today())
    if most is None or caches["tries"].get(_key(request, name), 0) < most:
        return
    minutes = _minutes()
    refusal = TooManyTries(
        _("Somebody wanted to sign in."),
        _("%(tries)s tries for this name failed one after the other.") % {"tries": most},
        _("Try again in %(minutes)s minutes.") % {"minutes": minutes}, written,
    )  # fmt: skip
    refusal.seconds = 60 * minutes
    raise refusal


def note_failed(request: HttpRequest, name: str) -> None:
    """Count a failed try; the last one starts the time of waiting anew."""
    tries = caches["tries"]
    tries.set(_key(request, name), tries.get(_key(request, name), 0) + 1, timeout=60 * _minutes())


def forget(request: HttpRequest, name: str) -> None:
    """A try succeeded: those before it count no more."""
    caches["tries"].delete(_key(request, name))


def _minutes() -> int:
    return int(terms.value(MINUTES, on=clock.today())[0] or 0)


def _key(request: HttpRequest, name: str) -> str:
    """Names are written in many ways that one database takes for the same; addresses are kept as a hash alone."""
    told = f"{request.META.get('REMOTE_ADDR', '')}\n{name.strip().casefold()}"
    return hashlib.sha256(told.encode()).hexdigest()

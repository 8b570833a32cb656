"""Failed tries to sign in, and whatever else may be done so often in a while: counted for all processes together."""

from __future__ import annotations

import hashlib
import time

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from banyan.kit import clock, terms
from banyan.kit.models import Tally
from banyan.kit.refusals import Refused

MOST, MINUTES = "sign_in.failed_tries", "sign_in.minutes_of_waiting"


class TooManyTries(Refused):
    """So many tries failed that the next is not looked at, right or wrong, for `seconds` at most."""

    code, status = "too-many-tries", 429


def demand_left(request: HttpRequest, name: str) -> None:
    """Raise TooManyTries where as many tries for a name failed from the address of a request as the packs allow."""
    most, written = terms.value(MOST, on=clock.today())
    key = _key(_whose(request, name))
    if most is None or not Tally.objects.filter(pk=key, ends__gt=time.time(), count__gte=most).exists():
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
    counted(_whose(request, name), seconds=60 * _minutes())


def forget(request: HttpRequest, name: str) -> None:
    """A try succeeded: those before it count no more."""
    Tally.objects.filter(pk=_key(_whose(request, name))).delete()


def counted(what: str, *, seconds: float) -> int:
    """Count something once more and return how often it was done; the count ends so many seconds after the last."""
    now = time.time()
    Tally.objects.filter(ends__lte=now).delete()
    ends = int(now + seconds) + 1
    more, first = {"count": F("count") + 1, "ends": ends}, {"count": 1, "ends": ends}
    with transaction.atomic():  # the row is locked until it was read again
        tally, _is_first = Tally.objects.update_or_create(key=_key(what), defaults=more, create_defaults=first)
        tally.refresh_from_db()
    return tally.count


def _minutes() -> int:
    return int(terms.value(MINUTES, on=clock.today())[0] or 0)


def _whose(request: HttpRequest, name: str) -> str:
    """Names are written in many ways that one database takes for the same."""
    return f"sign-in\n{request.META.get('REMOTE_ADDR', '')}\n{name.strip().casefold()}"


def _key(what: str) -> str:
    """Addresses are kept as a hash alone."""
    return hashlib.sha256(what.encode()).hexdigest()

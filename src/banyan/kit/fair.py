"""Fair limits of what is open to everyone: how often one address may ask in a minute, so that all get answers.

Each process counts for itself and in memory, so a limit costs no question to the database; with several processes an
address gets as many times more. Addresses of IPv6 count by their network of 64 bits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from banyan.kit.refusals import Refused

MOST_ADDRESSES = 100_000

_counts: dict[str, int] = {}
_minute = -1


class TooOften(Refused):
    """One address asked more often than leaves room for others; `seconds` until it may again."""

    code, status = "too-often", 429


def fair(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator of a page or a route of the API: refused where its address asked too often in this minute."""

    @wraps(view)
    def asked(request: HttpRequest, *given: Any, **named: Any) -> Any:
        demand(request)
        return view(request, *given, **named)

    return asked


def demand(request: HttpRequest) -> None:
    """Count a request of an address. Raises TooOften."""
    global _minute
    most = settings.BANYAN_FAIR_REQUESTS
    if not most:
        return
    now = time.time()
    if int(now // 60) != _minute:
        _minute = int(now // 60)
        _counts.clear()
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    if network not in _counts and len(_counts) >= MOST_ADDRESSES:
        network = "all others"
    _counts[network] = count = _counts.get(network, 0) + 1
    if count <= most:
        return
    refusal = TooOften(
        _("Request %(count)d of this minute came from one address.") % {"count": count},
        _("%(most)d a minute are answered, so that there is room for others.") % {"most": most},
        _("Wait until the next minute. Who needs more asks for access as a department."),
    )
    refusal.seconds = 60 - int(now % 60)
    raise refusal


def network_of(address: str) -> str:
    """What counts as one address: itself, or the first four groups of one of IPv6."""
    if ":" not in address:
        return address
    head, _double, tail = address.partition("::")
    groups = head.split(":") if head else []
    if _double:
        after = tail.split(":") if tail else []
        groups += ["0"] * (8 - len(groups) - len(after)) + after
    return ":".join(one.lstrip("0") or "0" for one in groups[:4])


def forget() -> None:
    """Forget all counts: for tests."""
    global _minute
    _counts.clear()
    _minute = -1

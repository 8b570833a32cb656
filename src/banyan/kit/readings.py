"""Who read what under a stated reason: noted where it is asked for, once for each request, listed to auditors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from banyan.kit import clock
from banyan.kit.models import Reading

_request: ContextVar[tuple[str, set[tuple[str, str]]] | None] = ContextVar("reading", default=None)


@contextmanager
def asked_at(address: str) -> Iterator[None]:
    """What is noted inside was asked by this address; the same reason is noted once."""
    before = _request.set((address[: Reading.LONGEST_ADDRESS], set()))
    try:
        yield
    finally:
        _request.reset(before)


def note(*, person: Any, under: str) -> None:
    """Note that a person reads now, under a record that states why (`noun:key`)."""
    address, noted = _request.get() or ("", set())
    if (person.username, under) not in noted:
        Reading.objects.create(at=clock.now(), by=person.username, under=under, address=address)
        noted.add((person.username, under))


def under(subject: str) -> Any:
    """What was read under a record, the latest first."""
    return Reading.objects.filter(under=subject)

"""Locks: what may no longer be changed, by whichever verb; and what is asked for until it may be again.

kit knows no period and no approval. A room registers a keeper: it is shown what is about to be stored, under the lock
of the event chain, so that no verb can slip past one that closes something at the same moment. Everything that writes
ends in `events.write`, and so does the keeper's question: a form, a file, the API, a bulk verb and a shell alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from banyan.kit import calls, waiting
from banyan.kit.refusals import Refused

Stored = tuple[str, str, str]
"""A noun, a key and the state that is about to be stored."""


class Locked(Refused):
    """What a verb wanted to store says otherwise what was approved. `place` tells the keeper which lock it was."""

    code = "locked"

    def __init__(self, *sentences: str, place: Any = None):
        super().__init__(*sentences)
        self.place = place


@dataclass(frozen=True)
class Call:
    """One call of a verb that a lock refused: enough to do it again once the lock is open."""

    event: str
    by: Any
    on: date
    reason: str
    told: calls.Told


@dataclass(frozen=True)
class Keeper:
    """Who guards: `refusal(event, versions)` says what a lock forbids, `keep(refusal, call)` keeps a refused call."""

    refusal: Callable[[str, Sequence[Stored]], Locked | None]
    keep: Callable[[Locked, Call], Any]


@dataclass
class Asked:
    """What was kept instead of done while it was asked for."""

    kept: list[Any] = field(default_factory=list)


KEEPERS: list[Keeper] = []
_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def demand_open(event: str, versions: Sequence[Stored]) -> None:
    """Raise `Locked` where a lock forbids what is about to be stored. The chain's head is locked by the caller."""
    for keeper in KEEPERS:
        if refusal := keeper.refusal(event, versions):
            raise refusal


@contextmanager
def asking() -> Iterator[Asked]:
    """Within this block a verb that a lock refuses is kept as a request; the verb gives it back as its result."""
    asked = Asked()
    token = _asked.set(asked)
    try:
        yield asked
    finally:
        _asked.reset(token)


def noted(event: str, *, by: Any, on: date, reason: str, given: Mapping[str, Any]) -> Call | None:
    """A call as it was before the verb touched what it was given; None where nobody asks for it to be kept.

    A call with something that cannot be told as text is not kept either.
    """
    if _asked.get() is None:
        return None
    try:
        return Call(event, by, on, reason, calls.told(given))
    except calls.CannotBeTold:
        return None


def kept(refusal: Locked, call: Call | None) -> Any:
    """The request that a refused call is kept as, where it was asked for; else the refusal is raised again."""
    asked = _asked.get()
    if asked is None or call is None:
        raise refusal
    waiting.hold(call.told.files)
    with _not_asking():
        for keeper in KEEPERS:
            asked.kept.append(keeper.keep(refusal, call))
    return asked.kept[-1]


@contextmanager
def _not_asking() -> Iterator[None]:
    token = _asked.set(None)
    try:
        yield
    finally:
        _asked.reset(token)

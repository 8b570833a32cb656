"""What a process remembers between and within requests that only read, so that nothing is found twice.

Every verb writes an event: an answer that rests on nouns which verbs alone write holds until the next one. The event
is asked once for a request, before anything is found, so an answer may be newer than its event and never older.
Outside such a request nothing is remembered.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from banyan.kit import clock, events

MOST, MOST_SMALL = 500, 20_000
"""How many answers a process remembers, and how many small ones: lines, or a piece of a page."""

_answers: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()
_small: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()
_request = threading.local()


@contextmanager
def reading() -> Iterator[None]:
    """A request that only reads: what it asks twice is found once."""
    _request.found = {}
    try:
        yield
    finally:
        _request.found = None


def once(key: Hashable, find: Callable[[], Any]) -> Any:
    """What was found for a key in this request; found now where it was not."""
    found: dict[Hashable, Any] | None = getattr(_request, "found", None)
    if found is None:
        return find()
    if key not in found:
        found[key] = find()
    return found[key]


def made(key: Hashable, make: Callable[[], Any], *, small: bool = False) -> Any:
    """What was made for a key since the last event and on this day; made now where it was not.

    `key` names all that it rests on beside nouns which verbs write: the person or the reach, and the language. Of
    `small` answers, a few thousand characters each, many more are remembered: those of single records.
    """
    if getattr(_request, "found", None) is None:
        return make()
    state = once("the last event", lambda: (events.last_number(), clock.today()))
    answers, most = (_small, MOST_SMALL) if small else (_answers, MOST)
    found = answers.get(key)
    if found is not None and found[0] == state:
        return found[1]
    answer = make()
    answers[key] = (state, answer)
    while len(answers) > most:
        answers.popitem(last=False)
    return answer


def forget() -> None:
    """Forget all: for tests and measurements, which change rows without a verb."""
    _answers.clear()
    _small.clear()

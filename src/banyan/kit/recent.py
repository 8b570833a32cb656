"""Answers of this process that hold until the next event: every verb writes one, so nothing older is ever shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.http import HttpRequest

from banyan.kit import clock, events

MOST = 500

_answers: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()


def made(key: Hashable, make: Callable[[], Any], *, request: HttpRequest) -> Any:
    """What was made for a key since the last event and on this day; made now where it was not.

    Only for what rests on nouns that verbs alone write, and on nothing else that the key does not name. The event is
    read before the answer is made, once for a request, so an answer may be newer than its event and never older.
    """
    if not hasattr(request, "_banyan_state"):
        request._banyan_state = (events.last_number(), clock.today())  # type: ignore[attr-defined]
    state = request._banyan_state  # type: ignore[attr-defined]
    found = _answers.get(key)
    if found is not None and found[0] == state:
        return found[1]
    answer = make()
    _answers[key] = (state, answer)
    while len(_answers) > MOST:
        _answers.popitem(last=False)
    return answer


def forget() -> None:
    """Forget all: for tests, which change rows without a verb."""
    _answers.clear()

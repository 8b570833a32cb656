"""Keeps the rules that were adopted since the packs were written above the packs, in every process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from banyan import policy

PATIENCE = 2.0
"""Seconds after which a server looks again: a rule comes in force on a later day, so nothing hangs on them."""

_source: Callable[[], Iterable[policy.Amendment]] | None = None
_looks_again = 0.0


def comes_from(source: Callable[[], Iterable[policy.Amendment]]) -> None:
    """Say who knows what was adopted; called once, when its room starts."""
    global _source
    _source = source


def refresh() -> None:
    """Read what was adopted, and let all that is asked from now on know it."""
    global _looks_again
    if _source is not None:
        policy.lay_on(_source())
    _looks_again = time.monotonic() + PATIENCE


def refresh_in_time() -> None:
    """The same where this process has not looked for a while."""
    if time.monotonic() >= _looks_again:
        refresh()


def forget() -> None:
    """Only the packs count: for tests, whose rows vanish without a verb. Nobody looks until `refresh` is called."""
    global _looks_again
    policy.lay_on(())
    _looks_again = float("inf")

"""Stable keys of records: short, sortable by time, made once and never changed."""

from __future__ import annotations

import os
import random
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from banyan.kit import clock

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

RANDOM_BITS = 35
# The keys of one process at one moment step upwards by at most 2**STEP_BITS, so a file of a million rows
# entered "at one moment" meets no key twice; sixteen million fit before the next millisecond is borrowed.
STEP_BITS = 12


class _Numbers:
    """Numbers for keys: the moment, then random bits, or a step on from the last number of the same moment."""

    def __init__(self, bits: Callable[[int], int]) -> None:
        self._bits = bits
        self._moment = -1
        self._last = -1
        self._lock = threading.Lock()

    def of(self, moment: int) -> int:
        with self._lock:
            if moment == self._moment:
                self._last += 1 + self._bits(STEP_BITS)
            else:
                self._moment, self._last = moment, (moment << RANDOM_BITS) | self._bits(RANDOM_BITS)
            return self._last

    def forget(self) -> None:
        """Begin anew with the next number: in a fork, whose siblings would go on from the same one."""
        self._moment, self._lock = -1, threading.Lock()


_numbers = _Numbers(secrets.randbits)
os.register_at_fork(after_in_child=lambda: _numbers.forget())


@contextmanager
def following_from(seed: str) -> Iterator[None]:
    """Let keys follow from a seed within a block. Only `banyan.demo` and tests call this."""
    global _numbers
    before, _numbers = _numbers, _Numbers(random.Random(seed).getrandbits)  # noqa: S311 - to come out the same
    try:
        yield
    finally:
        _numbers = before


def fresh(prefix: str) -> str:
    """A new key such as `o-01hf3k9t2qrs7a`: milliseconds since 1970 and 35 bits in base 32."""
    number = _numbers.of(int(clock.now().timestamp() * 1000))
    letters = []
    while number:
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    return f"{prefix}-{''.join(reversed(letters))}"

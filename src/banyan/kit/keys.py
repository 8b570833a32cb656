"""Stable keys of records: short, sortable by time, made once and never changed."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from banyan.kit import clock

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

_bits: Callable[[int], int] = secrets.randbits


@contextmanager
def following_from(seed: str) -> Iterator[None]:
    """Let keys follow from a seed within a block. Only `banyan.demo` and tests call this."""
    global _bits
    before, _bits = _bits, random.Random(seed).getrandbits  # noqa: S311 - a demonstration is to come out the same
    try:
        yield
    finally:
        _bits = before


def fresh(prefix: str) -> str:
    """A new key such as `o-01hf3k9t2qrs7a`: milliseconds since 1970 and 35 random bits in base 32."""
    number = (int(clock.now().timestamp() * 1000) << 35) | _bits(35)
    letters = []
    while number:
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    return f"{prefix}-{''.join(reversed(letters))}"

"""Stable keys of records: short, sortable by time, made once and never changed."""

from __future__ import annotations

import secrets

from banyan.kit import clock

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def fresh(prefix: str) -> str:
    """A new key such as `o-01hf3k9t2qrs7a`: milliseconds since 1970 and 35 random bits in base 32."""
    number = (int(clock.now().timestamp() * 1000) << 35) | secrets.randbits(35)
    letters = []
    while number:
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    return f"{prefix}-{''.join(reversed(letters))}"

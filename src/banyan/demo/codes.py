"""Codes that are formed as their standards say and belong to nobody: made from a running number."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organisation_code(number: int) -> str:
    """A code after GB 11714 whose first character X no office gives out."""
    body = f"X{number:07d}"
    total = sum(int(one, 36) * weight for one, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    return body + "0X987654321"[total % 11]


def uscc(number: int, region: str, *, sole_trader: bool = False) -> str:
    """A unified social credit code after GB 32100 around an invented organisation code."""
    body = ("92" if sole_trader else "91") + region + organisation_code(number)
    total = sum(ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(body))
    return body + ALPHABET[-total % 31]


def gtin(number: int) -> str:
    """A bar code number that begins with 20: the range for use inside a shop, which names no maker anywhere."""
    body = f"20{number:010d}"
    total = sum(int(one) * (3 if place % 2 else 1) for place, one in enumerate(body))
    return f"{body}{-total % 10}"

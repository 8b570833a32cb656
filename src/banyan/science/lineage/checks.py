"""What a graph of lots must be given: the refusals, each naming the argument, the place and the matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

Lots = int | Sequence[int] | np.ndarray
Moment = int | str | date | np.datetime64 | None
"""A time as callers give it: on the scale of the edges' times."""
LARGEST = np.iinfo(np.int32).max


def lots(values: object, *, name: str) -> np.ndarray:
    """One-dimensional lot numbers, whole and not negative, as given or as int64."""
    found = np.atleast_1d(np.asarray(values))
    if found.ndim != 1:
        raise ValueError(f"{name} has {found.ndim} dimensions; one lot number per edge is needed")
    if not found.size:
        return found.astype(np.int64)
    if found.dtype.kind not in "iu":
        raise ValueError(f"{name} holds {found.dtype} values; lots are numbered 0, 1, 2, … as whole numbers")
    low, high = int(found.min()), int(found.max())
    if low < 0:
        place = int(np.argmax(found < 0))
        raise ValueError(f"{name}[{place}] is {low}; a lot number cannot be negative")
    if high >= LARGEST:
        place = int(np.argmax(found >= LARGEST))
        raise ValueError(f"{name}[{place}] is {high}; number the lots 0 .. n - 1 (at most {LARGEST} of them)")
    return found


def times(values: object, *, size: int) -> np.ndarray | None:
    """Times of the edges: whole numbers or datetime64, one per edge."""
    if values is None:
        return None
    found = np.asarray(values)
    if found.shape != (size,):
        raise ValueError(f"at has the shape {found.shape}; {size} edges need one time each")
    if not size and found.dtype.kind != "M":
        return found.astype(np.int64)
    if found.dtype.kind == "M":
        if np.isnat(found).any():
            raise ValueError(f"at[{int(np.argmax(np.isnat(found)))}] is missing (NaT); every edge needs a time")
        return found
    if found.dtype.kind not in "iu":
        raise ValueError(f"at holds {found.dtype} values; give whole numbers (days) or datetime64")
    return found.astype(np.int64)


def quantities(values: object, *, size: int) -> np.ndarray | None:
    """Quantities of the edges: finite, not negative, one per edge."""
    if values is None:
        return None
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (size,):
        raise ValueError(f"quantity has the shape {found.shape}; {size} edges need one quantity each")
    wrong = ~(np.isfinite(found) & (found >= 0))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ValueError(f"quantity[{place}] is {found[place]}; a quantity is a number of at least 0")
    return found

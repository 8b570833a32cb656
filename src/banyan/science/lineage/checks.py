"""What a graph of lots must be given: the refusals, each naming the argument, the place and the matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from banyan.science import arguments

Lots = int | Sequence[int] | np.ndarray
Moment = int | str | date | np.datetime64 | None
"""A time as callers give it: on the scale of the edges' times."""
LARGEST = np.iinfo(np.int32).max


def lots(values: Any, *, name: str) -> np.ndarray:
    """One-dimensional lot numbers, whole and not negative, as given or as int64."""
    found = np.atleast_1d(arguments.regular(values, name=name))
    if found.ndim != 1:
        raise ValueError(f"{name} has {found.ndim} dimensions; one lot number per edge is needed")
    if not found.size:
        return found.astype(np.int64)
    if found.dtype.kind not in "iu":
        arguments.real(found, name=name)
        raise ValueError(f"{name} holds {found.dtype} values; lots are numbered 0, 1, 2, … as whole numbers")
    low, high = int(found.min()), int(found.max())
    if low < 0:
        place = int(np.argmax(found < 0))
        raise ValueError(f"{name}[{place}] is {low}; a lot number cannot be negative")
    if high >= LARGEST:
        place = int(np.argmax(found >= LARGEST))
        raise ValueError(f"{name}[{place}] is {high}; number the lots 0 .. n - 1 (at most {LARGEST} of them)")
    return found


def times(values: Any, *, size: int) -> np.ndarray | None:
    """Times of the edges: whole numbers or datetime64, one per edge."""
    if values is None:
        return None
    found = arguments.regular(values, name="at")
    if found.shape != (size,):
        raise ValueError(f"at has the shape {found.shape}; {size} edges need one time each")
    if not size and found.dtype.kind != "M":
        return found.astype(np.int64)
    if found.dtype.kind == "M":
        if np.isnat(found).any():
            raise ValueError(f"at[{int(np.argmax(np.isnat(found)))}] is missing (NaT); every edge needs a time")
        return found
    if found.dtype.kind not in "iu":
        arguments.real(found, name="at")
        raise ValueError(f"at holds {found.dtype} values; give whole numbers (days) or datetime64")
    return found.astype(np.int64)


def quantities(values: Any, *, size: int) -> np.ndarray | None:
    """Quantities of the edges: finite, not negative, one per edge."""
    if values is None:
        return None
    found = arguments.real(values, name="quantity", finite=False)
    if found.shape != (size,):
        raise ValueError(f"quantity has the shape {found.shape}; {size} edges need one quantity each")
    wrong = ~(np.isfinite(found) & (found >= 0))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ValueError(f"quantity[{place}] is {found[place]}; a quantity is a number of at least 0")
    return found


def moment(value: Moment, *, name: str, kind: np.dtype) -> int:
    """A single time on the scale of the edges' times."""
    try:
        found = np.asarray(value, dtype=kind)
        exact = not np.isnat(found) if kind.kind == "M" else found == np.asarray(value)
        if found.ndim == 0 and exact and not isinstance(value, bool):
            return int(found.astype(np.int64))
    except (TypeError, ValueError, OverflowError):
        pass
    scale = "a day or instant" if kind.kind == "M" else "a whole number, as the times of the edges are,"
    raise ValueError(f"{name} is {value!r}: {scale} is needed")

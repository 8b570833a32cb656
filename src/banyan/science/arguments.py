"""Turn arguments into arrays and refuse bad data in words that name the argument, the place and the fault."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Of float64; said openly, since numpy's types call even weighted bincounts integers.
Floats = NDArray[Any]
LARGEST = 1e100  # of any figure: squares and products of larger ones overflow, and nothing is measured in them
LARGEST_COUNT = 2**53  # whole numbers beyond are no longer told apart
Codes = NDArray[np.int64]


def place(index: tuple[int, ...]) -> str:
    """Return an index as people read it: ``[3]``, ``[2, 5]``, or nothing for a single number."""
    return f"[{', '.join(map(str, index))}]" if index else ""


def refuse_where(bad: NDArray[np.bool_] | bool, *, name: str, fault: str, values: ArrayLike) -> None:
    """Raise ValueError that names the first element of `name` for which `bad` is true."""
    if not np.any(bad):
        return
    where, held = np.broadcast_arrays(bad, values)
    first = tuple(int(i) for i in np.argwhere(where)[0])
    more = int(np.count_nonzero(where)) - 1
    also = f" ({more} more like it)" if more else ""
    raise ValueError(f"{name}{place(first)} is {held[first]}: {fault}{also}")


def regular(values: ArrayLike, *, name: str) -> NDArray:
    """Return `values` as an array of whatever they are; refuse rows of different lengths."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} is not a regular array: {error}") from error


def real(values: ArrayLike, *, name: str, ndim: int | None = None, finite: bool = True) -> Floats:
    """Return `values` as an array of floats; refuse text, NaN and infinity (unless `finite` is false)."""
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ValueError(f"{name} has masked elements: drop them or fill them first")
    if isinstance(values, np.ndarray | np.generic) and values.dtype.kind == "c":
        raise ValueError(f"{name} has complex numbers: real ones are needed")
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        _refuse_first_that_is_no_number(values, name)
        raise ValueError(f"{name} is not a regular array of numbers: {error}") from error
    beyond = np.abs(array) > LARGEST
    if beyond.any():
        fault = "no figure is so large" if finite else "no figure but infinity is so large"
        refuse_where(beyond & np.isfinite(array), name=name, fault=fault, values=array)
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} has {array.ndim} dimensions {array.shape}: {ndim} expected")
    if finite and not np.isfinite(array).all():
        refuse_where(~np.isfinite(array), name=name, fault="a finite number is needed", values=array)
    return array


def _refuse_first_that_is_no_number(values: ArrayLike, name: str) -> None:
    held = np.asarray(values, dtype=object)
    for index, value in np.ndenumerate(held):
        if isinstance(value, Sequence) and not isinstance(value, str):
            return  # rows of different lengths: no element is to blame
        try:
            float(value)
        except (TypeError, ValueError):
            raise ValueError(f"{name}{place(index)} is {value!r}: a number is needed") from None


def counts(values: ArrayLike, *, name: str, whole: bool = True) -> Floats:
    """Return `values` as floats; refuse negative ones and, where `whole`, fractions."""
    array = real(values, name=name)
    refuse_where(array < 0, name=name, fault="a count cannot be negative", values=array)
    if whole:
        refuse_where(array > LARGEST_COUNT, name=name, fault="a count is never so large", values=array)
    if whole:
        refuse_where(array != np.floor(array), name=name, fault="a count must be whole", values=array)
    return array


def passed_and_tested(
    passed: ArrayLike, tested: ArrayLike, *, prefix: str = "", whole: bool = False
) -> tuple[Floats, Floats]:
    """Return both as float arrays of one shape; refuse none at all, and more passed than tested."""
    names = f"{prefix}passed", f"{prefix}tested"
    x, n = counts(passed, name=names[0], whole=whole), counts(tested, name=names[1], whole=whole)
    some(**{names[0]: x, names[1]: n})
    try:
        x, n = np.broadcast_arrays(x, n)
    except ValueError as error:
        raise ValueError(f"{names[0]} {x.shape} and {names[1]} {n.shape} do not fit together") from error
    refuse_where(x > n, name=names[0], fault=f"more than were tested ({names[1]} at this place)", values=x)
    return x, n


def probability(value: ArrayLike, *, name: str, open_ends: bool = False) -> Floats:
    """Return probabilities as floats; refuse what lies outside 0..1 (or at its ends, if `open_ends`)."""
    array = real(value, name=name)
    bad = (array <= 0) | (array >= 1) if open_ends else (array < 0) | (array > 1)
    fault = "it must lie strictly between 0 and 1" if open_ends else "a probability lies in 0..1"
    refuse_where(bad, name=name, fault=fault, values=array)
    return array


def confidence(level: float) -> float:
    """Return the confidence level as a float; refuse what does not lie strictly between 0 and 1."""
    if isinstance(level, bool) or not isinstance(level, int | float | np.floating) or not math.isfinite(level):
        raise ValueError(f"level is {level!r}: a number strictly between 0 and 1 is needed, for example 0.95")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}: it must lie strictly between 0 and 1, for example 0.95")
    return float(level)


def number(
    value: object, *, name: str, needs: str, least: float = -math.inf, most: float = math.inf, strictly: bool = False
) -> float:
    """Return one finite number within `least`..`most` (`strictly`: between them); else say what is needed."""
    held = value.item() if isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0 else value
    if isinstance(held, int | float | Decimal | Fraction) and not isinstance(held, bool):
        within = least < held < most if strictly else least <= held <= most
        if within and math.isfinite(held) and math.fabs(held) <= LARGEST:
            return float(held)
    raise ValueError(f"{name} is {held!r}: {needs} is needed")


def whole(value: object, *, name: str, needs: str, least: int, most: float = math.inf) -> int:
    """Return one whole number within `least`..`most`; else say what is needed."""
    found = number(value, name=name, needs=needs, least=least, most=most)
    if found != math.floor(found):
        raise ValueError(f"{name} is {value!r}: {needs} is needed")
    return int(found)


def made(value: Any, kind: type, *, name: str, by: str) -> Any:
    """Return `value` if it is of that kind; else say what makes one."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} is {value!r:.60}: what {by} makes is needed")
    return value


def choice(value: str, *, name: str, among: tuple[str, ...]) -> str:
    """Return `value` if it is one of `among`; else refuse and list them."""
    if not isinstance(value, str) or value not in among:
        raise ValueError(f"{name} is {value!r}: it must be one of {', '.join(among)}")
    return value


def scalar(array: Floats, *, name: str) -> float:
    """Return the one number of an array without dimensions."""
    if array.ndim:
        raise ValueError(f"{name} has shape {array.shape}: one number is needed")
    return float(array)


def listed(values: object, *, name: str, needs: str) -> list:
    """Return what can be gone through as a list; refuse text and what is no list."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise ValueError(f"{name} is {values!r:.60}: {needs} is needed")
    try:
        return list(values)
    except TypeError as error:  # an array without dimensions
        raise ValueError(f"{name} is {values!r:.60}: {needs} is needed") from error


def some(**arrays: NDArray) -> None:
    """Refuse arrays (given by name) that hold nothing."""
    for name, array in arrays.items():
        if not array.size:
            raise ValueError(f"{name} is empty: at least one number is needed")


def same_length(length: int, **arrays: NDArray) -> None:
    """Refuse arrays (given by name) that are not one-dimensional with `length` elements."""
    for name, array in arrays.items():
        if array.shape != (length,):
            raise ValueError(f"{name} has shape {array.shape}: ({length},) expected, one entry per unit")


def fitting(**arrays: NDArray) -> tuple[NDArray, ...]:
    """Return the arrays (given by name) broadcast to one shape; refuse shapes that do not fit together."""
    try:
        return np.broadcast_arrays(*arrays.values())
    except ValueError as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"{shapes} do not fit together") from error


def labels(values: ArrayLike, *, name: str, length: int) -> tuple[NDArray, Codes]:
    """Return the sorted distinct labels and the code of each unit's label (0-based).

    Integers of a narrow range are coded by counting, text by hashing; neither is sorted as a whole.
    """
    array = regular(values, name=name)
    same_length(length, **{name: array})
    if array.dtype.kind == "U" and not isinstance(values, np.ndarray):
        _refuse_gaps(values, name)
    if array.dtype.kind == "f":
        refuse_where(np.isnan(array), name=name, fault="a label is missing", values=array)
    if array.dtype.kind in "iub":
        return _coded_integers(array)
    if array.dtype.kind in "OUST":
        return _coded_objects(array, name)
    distinct, codes = np.unique(array, return_inverse=True)
    return distinct, codes.astype(np.int64, copy=False)


def _refuse_gaps(values: Any, name: str) -> None:
    """Refuse NaN among texts, which numpy would take for the text "nan"."""
    for place, value in enumerate(values):
        if value != value:
            raise ValueError(f"{name}[{place}] is {value!r}: a label is missing")


def _coded_integers(array: NDArray) -> tuple[NDArray, Codes]:
    if not array.size:
        return array, np.empty(0, np.int64)
    lowest = int(array.min())
    span = int(array.max()) - lowest + 1
    if span > 4 * array.size + 1024:
        distinct, codes = np.unique(array, return_inverse=True)
        return distinct, codes.astype(np.int64, copy=False)
    shifted = array.astype(np.int64, copy=False) - lowest
    seen = np.zeros(span, bool)
    seen[shifted] = True
    present = np.flatnonzero(seen)
    if present.size == span:
        return (present + lowest).astype(array.dtype), shifted
    rank = np.cumsum(seen) - 1
    return (present + lowest).astype(array.dtype), rank[shifted]


def _coded_objects(array: NDArray, name: str) -> tuple[NDArray, Codes]:
    held: dict = {}
    listed = array.tolist()
    try:
        first_seen = np.fromiter((held.setdefault(v, len(held)) for v in listed), np.int64, len(listed))
    except TypeError as error:
        raise ValueError(f"{name} holds something that cannot be a label: {error}") from error
    for missing in (v for v in held if v is None or v != v):
        raise ValueError(f"{name}[{held_index(listed, missing)}] is {missing!r}: a label is missing")
    try:
        ordered = sorted(held)
    except TypeError as error:
        raise ValueError(f"{name} mixes labels that cannot be sorted: {error}") from error
    rank = np.empty(len(held), np.int64)
    rank[[held[v] for v in ordered]] = np.arange(len(held))
    distinct = np.empty(len(ordered), array.dtype)
    distinct[:] = ordered
    return distinct, rank[first_seen]


def held_index(listed: list, wanted: object) -> int:
    """Return the place of the first element that is `wanted` itself (NaN included)."""
    return next(i for i, v in enumerate(listed) if v is wanted or v == wanted)


def sealed(array: ArrayLike) -> NDArray:
    """Return an array that can no longer be written, for a frozen result."""
    held = np.asarray(array)
    if held.flags.writeable:
        held = held.view()
        held.flags.writeable = False
    return held


def plain(array: NDArray) -> Any:
    """Return a 0-dimensional array as a plain number (or word, or truth value), any other sealed."""
    return array.item() if array.ndim == 0 else sealed(array)

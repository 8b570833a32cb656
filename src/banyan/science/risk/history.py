"""Features from the past that never look ahead: what was found before at this subject, street or trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """What was known of each inspection's subject before its day.

    Attributes
    ----------
    inspections, findings : ndarray, shape (inspections,)
        Inspections and findings of the same key on earlier days.
    last_found : ndarray, shape (inspections,)
        What the latest earlier inspection found; NaN where there is none.
    days_since : ndarray, shape (inspections,)
        Days since the latest earlier inspection; NaN where there is none.
    """

    inspections: Floats
    findings: Floats
    last_found: Floats
    days_since: Floats


def earlier(key: ArrayLike, *, day: ArrayLike, found: ArrayLike, known: ArrayLike | None = None) -> Earlier:
    """Return what earlier days tell of the key (a subject, a district, a trade) of each inspection.

    Parameters
    ----------
    key : array_like, shape (inspections,)
    day : array_like, shape (inspections,)
        Inspections of the same day do not tell of each other.
    found : array_like, shape (inspections,)
        What each inspection found: 0 or 1, or a count.
    known : array_like, shape (inspections,), optional
        Day on which each finding became known, where that is later than its day: no inspection of that day or an
        earlier one is told of it.

    Returns
    -------
    Earlier

    Examples
    --------
    >>> e = earlier(["a", "a", "b", "a"], day=[1, 5, 5, 9], found=[1, 0, 1, 0])
    >>> e.inspections.tolist(), e.findings.tolist(), e.days_since.tolist()
    ([0.0, 1.0, 0.0, 2.0], [0.0, 1.0, 0.0, 1.0], [nan, 4.0, nan, 4.0])
    """
    y = arguments.counts(found, name="found", whole=False)
    if y.ndim != 1 or not y.size:
        raise ValueError(f"found has shape {y.shape}: one number per inspection is needed, and at least one")
    when = arguments.real(day, name="day", ndim=1)
    arguments.same_length(len(y), day=when)
    told = when if known is None else arguments.real(known, name="known", ndim=1)
    arguments.same_length(len(y), known=told)
    arguments.refuse_where(told < when, name="known", fault="nothing is known before its day", values=told)
    _, code = arguments.labels(key, name="key", length=len(y))
    order = np.lexsort((told, code))
    first = min(when.min(), told.min())
    span = max(when.max(), told.max()) - first + 1
    places = code[order] * span + (told[order] - first)
    start = np.searchsorted(places, code * span, side="left")
    until = np.searchsorted(places, code * span + (when - first), side="left")
    total = np.concatenate(([0.0], np.cumsum(y[order])))
    before, last = until > start, order[np.maximum(until - 1, 0)]
    held = (
        (until - start).astype(np.float64), total[until] - total[start], np.where(before, y[last], np.nan),
        np.where(before, when - when[last], np.nan),
    )  # fmt: skip
    return Earlier(*(arguments.sealed(v) for v in held))


def past_log_odds(
    key: ArrayLike, *, day: ArrayLike, found: ArrayLike, strength: float = 20.0, known: ArrayLike | None = None
) -> Floats:
    """Return the log-odds of a finding by the key's earlier days, drawn towards all earlier days.

    Parameters
    ----------
    key, day, known : array_like, shape (inspections,)
        As in `earlier`.
    found : array_like, shape (inspections,)
        0 or 1.
    strength : float
        Inspections' worth of the overall share that is mixed into the key's own.

    Returns
    -------
    ndarray, shape (inspections,)

    Examples
    --------
    >>> past_log_odds(["a", "a", "b"], day=[1, 2, 3], found=[1, 1, 0], strength=1).round(2).tolist()
    [0.0, 1.95, 1.61]
    """
    strength = arguments.number(strength, name="strength", needs="a positive number", least=0, strictly=True)
    y = arguments.real(found, name="found", ndim=1)
    arguments.refuse_where((y != 0) & (y != 1), name="found", fault="0 or 1 is needed", values=y)
    own = earlier(key, day=day, found=y, known=known)
    everything = earlier(np.zeros(len(y), np.int64), day=day, found=y, known=known)
    overall = (everything.findings + 0.5) / (everything.inspections + 1)
    rate = (own.findings + strength * overall) / (own.inspections + strength)
    return np.log(rate / (1 - rate))


def categories(labels: Sequence[str] | NDArray, *, name: str, known: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    """Return one 0/1 column per known label, and the columns' names; another label has 0 throughout.

    Examples
    --------
    >>> columns, names = categories(["shop", "mill", "farm"], name="trade", known=["mill", "shop"])
    >>> columns.tolist(), names
    ([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]], ('trade: mill', 'trade: shop'))
    """
    known = arguments.listed(known, name="known", needs="a list of labels")
    if not len(known) or not all(isinstance(label, str) for label in known) or len(set(known)) < len(known):
        raise ValueError(f"known is {list(known)!r}: labels, at least one and none twice, are needed")
    held = np.asarray(labels, dtype=object)
    if held.ndim != 1 or not held.size:
        raise ValueError(f"labels has shape {held.shape}: one label per inspection is needed, and at least one")
    arguments.labels(held, name="labels", length=len(held))  # refuses gaps
    columns = np.column_stack([held == label for label in known]).astype(np.float64)
    return columns, tuple(f"{name}: {label}" for label in known)

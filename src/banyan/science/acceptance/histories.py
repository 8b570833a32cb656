"""The switching rules over many series of lots at once: which severity each lot met, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.acceptance import tables
from banyan.science.acceptance.plans import lot_sizes, single_plan
from banyan.science.acceptance.switching import (
    ACCEPTED_TO_NORMAL,
    AMONG,
    PERCENT,
    REFUSED_TO_STOP,
    REFUSED_TO_TIGHTEN,
    TO_REDUCED_SCORE,
)

SEVERITIES = ("normal", "tightened", "reduced", "discontinued")
NORMAL, TIGHTENED, REDUCED, STOPPED = range(4)
WINDOW = 2**AMONG - 1


@dataclass(frozen=True, slots=True, eq=False)
class InspectedHistories:
    """Many series of lots as inspected; arrays of shape (series, lots), places without a lot hold no outcome.

    Attributes
    ----------
    severity : ndarray of str
        Under which each lot was inspected; "discontinued" where it was not.
    n, accept : ndarray of int
        Sample size and acceptance number used; 0 and -1 where nothing was inspected.
    accepted : ndarray of bool
        False where nothing was inspected (see `inspected`).
    inspected : ndarray of bool
        Whether there was a lot and it was inspected.
    score : ndarray of int
        Switching score after the lot.
    after : ndarray of str, shape (series,)
        Severity for the next lot of each series.
    method : str
    """

    severity: NDArray
    n: NDArray
    accept: NDArray
    accepted: NDArray[np.bool_]
    inspected: NDArray[np.bool_]
    score: NDArray
    after: NDArray
    method: str


def inspect_histories(
    lot_size: ArrayLike,
    nonconforming: ArrayLike,
    *,
    level: str = "II",
    aql: ArrayLike,
    steady: ArrayLike = True,
    reduced_desirable: ArrayLike = False,
    other_reason: ArrayLike = False,
) -> InspectedHistories:
    """Inspect many series of lots by single sampling, each switching as the rules say.

    Parameters
    ----------
    lot_size : array_like of int, shape (series, lots)
        Units of each lot in the order of inspection; 0 where a series has no lot.
    nonconforming : array_like of int, shape (series, lots)
        Found in the sample.
    level : str
        As in `single_plan`.
    aql : float or array_like, shape (series,)
        As in `single_plan`.
    steady, reduced_desirable, other_reason : bool or array_like of bool, shape (series, lots)
        See `Lot`.

    Returns
    -------
    InspectedHistories

    Raises
    ------
    ValueError
        Shapes that do not fit, more nonconforming than units, what `single_plan` refuses.

    Notes
    -----
    What `inspect_series` says of each series by itself; plans are looked up for all lots at once, and the states
    of all series move on together, lot by lot.

    References
    ----------
    GB/T 2828.1-2012, clause 9.3.

    Examples
    --------
    >>> found = inspect_histories([[1000] * 6] * 2, [[0, 3, 1, 4, 2, 2], [0] * 6], aql=1.0)
    >>> found.severity[0].tolist()
    ['normal', 'normal', 'normal', 'normal', 'tightened', 'tightened']
    >>> found.after.tolist(), found.score[1].tolist()
    (['tightened', 'normal'], [3, 6, 9, 12, 15, 18])
    """
    size = arguments.counts(lot_size, name="lot_size")
    found = arguments.counts(nonconforming, name="nonconforming")
    if size.ndim != 2 or not size.size:
        raise ValueError(f"lot_size has shape {size.shape}: (series, lots) is expected, at least one of each")
    if found.shape != size.shape:
        raise ValueError(f"nonconforming has shape {found.shape}: {size.shape} is expected, as lot_size")
    fault = "more than the units of the lot"
    arguments.refuse_where(found > size, name="nonconforming", fault=fault, values=found)
    there = size > 0
    facts = [
        _flags(flags, name=name, shape=size.shape)
        for name, flags in (
            ("steady", steady), ("reduced_desirable", reduced_desirable), ("other_reason", other_reason)
        )
    ]  # fmt: skip
    limit = arguments.real(aql, name="aql")
    if limit.shape not in {(), (len(size),)}:
        raise ValueError(
            f"aql has shape {limit.shape}: one number, or ({len(size)},) with one per series, is expected"
        )
    each = np.broadcast_to(limit, (len(size),))[:, None]
    lots = np.where(there, size, 2)
    lot_sizes(lots)
    plans = [single_plan(lots, level=level, aql=each, severity=name) for name in SEVERITIES[:STOPPED]]
    n, accept = (np.stack([np.asarray(getattr(plan, part)) for plan in plans]) for part in ("n", "accept"))
    tighter = _tighter(lots, found, level, each)
    return _walk(found, there, n, accept, tighter, facts, counted=np.broadcast_to(each <= PERCENT, size.shape))


def _flags(values: ArrayLike, *, name: str, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    held = arguments.regular(values, name=name)
    if held.dtype != bool:
        raise ValueError(f"{name} is {values!r}: true or false is needed")
    if held.shape not in {(), shape}:
        raise ValueError(f"{name} has shape {held.shape}: {shape} is expected, as lot_size")
    return np.broadcast_to(held, shape)


def _tighter(lots: NDArray, found: NDArray, level: str, aql: NDArray) -> NDArray[np.bool_]:
    """Return whether each lot would be accepted on normal inspection at the next tighter AQL of the series."""
    series = np.array(tables.AQLS)
    place = np.searchsorted(series, aql * (1 - 1e-9)) - 1
    next_one = series[np.maximum(place, 0)]
    accept = np.asarray(single_plan(lots, level=level, aql=next_one).accept)
    return np.where(place >= 0, found <= accept, found == 0)


def _walk(
    found: NDArray, there: NDArray, sizes: NDArray, accepts: NDArray, tighter: NDArray, facts: list[NDArray],
    *, counted: NDArray,
) -> InspectedHistories:  # fmt: skip
    steady, desirable, other = facts
    series, lots = found.shape
    severity, score, refusals = (np.zeros(series, np.int64) for _ in range(3))
    in_row, refused_since = np.zeros(series, np.int64), np.zeros(series, np.int64)
    met, scores = np.zeros(found.shape, np.int64), np.zeros(found.shape, np.int64)
    n, accept = np.zeros(found.shape, np.int64), np.full(found.shape, -1)
    accepted, inspected = np.zeros(found.shape, bool), np.zeros(found.shape, bool)
    row = np.arange(series)
    for lot in range(lots):
        met[:, lot] = severity
        acts = there[:, lot] & (severity < STOPPED)
        used = np.minimum(severity, REDUCED)
        n[acts, lot], accept[acts, lot] = sizes[used, row, lot][acts], accepts[used, row, lot][acts]
        beyond = acts & counted[:, lot] & (found[:, lot] > n[:, lot])
        if beyond.any():
            i = int(np.flatnonzero(beyond)[0])
            raise ValueError(f"nonconforming[{i}, {lot}] is {found[i, lot]:g}: more than the sample of {n[i, lot]}")
        passes = acts & (found[:, lot] <= accept[:, lot])
        accepted[:, lot], inspected[:, lot] = passes, acts
        on = [acts & (severity == code) for code in (NORMAL, TIGHTENED, REDUCED)]
        window = ((refusals << 1) | ~passes) & WINDOW
        tightens = on[NORMAL] & (np.bitwise_count(window) >= REFUSED_TO_TIGHTEN)
        large = accept[:, lot] >= 2
        gain = np.where(large, 3 * tighter[:, lot], 2) * passes
        score = np.where(on[NORMAL], np.where(gain > 0, score + gain, 0), score)
        reduces = on[NORMAL] & ~tightens & (score >= TO_REDUCED_SCORE) & steady[:, lot] & desirable[:, lot]
        refusals = np.where(on[NORMAL], window & (WINDOW >> 1), refusals)
        in_row = np.where(on[TIGHTENED], np.where(passes, in_row + 1, 0), in_row)
        refused_since = refused_since + (on[TIGHTENED] & ~passes)
        returns = on[TIGHTENED] & (in_row >= ACCEPTED_TO_NORMAL)
        stops = on[TIGHTENED] & ~returns & (refused_since >= REFUSED_TO_STOP)
        returns = returns | (on[REDUCED] & (~passes | ~steady[:, lot] | other[:, lot]))
        for moved, code in ((tightens, TIGHTENED), (reduces, REDUCED), (stops, STOPPED), (returns, NORMAL)):
            severity = np.where(moved, code, severity)
            for held in (score, refusals, in_row, refused_since):
                held[moved] = 0
        scores[:, lot] = score
    names = np.array(SEVERITIES)
    return InspectedHistories(
        severity=arguments.sealed(names[met]), n=arguments.sealed(n), accept=arguments.sealed(accept),
        accepted=arguments.sealed(accepted), inspected=arguments.sealed(inspected), score=arguments.sealed(scores),
        after=arguments.sealed(names[severity]), method="switching rules of GB/T 2828.1 over single sampling",
    )  # fmt: skip

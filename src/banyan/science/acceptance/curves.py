"""What a plan does: operating characteristic, average sample number, average outgoing quality, limiting quality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from banyan.science import arguments

MODELS = ("binomial", "poisson", "hypergeometric")


class Plan(Protocol):
    """Anything with sample sizes and acceptance numbers: `SinglePlan`, `StagePlan`, or your own."""

    @property
    def n(self) -> Any: ...

    @property
    def accept(self) -> Any: ...


@dataclass(frozen=True)
class OutgoingQuality:
    """Average outgoing quality when lots not accepted are sorted, and its worst case."""

    curve: NDArray
    limit: float | NDArray
    at: float | NDArray


def oc_curve(plan: Plan | tuple, p: ArrayLike, *, model: str = "binomial", lot_size: int | None = None) -> NDArray:
    """Probability that a lot of quality `p` is accepted.

    Parameters
    ----------
    plan : plan or tuple
        A plan with `.n` and `.accept` (several samples: also `.reject`), or a tuple `(n, accept)` or
        `(n, accept, reject)`. A single plan may hold arrays: then all plans are computed at once.
    p : array_like of float
        Share nonconforming (0 .. 1); for the Poisson model nonconformities per unit (0 or more).
    model : str
        "binomial" (share nonconforming in the process), "poisson" (nonconformities), "hypergeometric"
        (share nonconforming in a lot of `lot_size` units; `p * lot_size` must be whole).
    lot_size : int, optional

    Returns
    -------
    ndarray
        Shape of the plans followed by the shape of `p`.

    Examples
    --------
    >>> import numpy as np
    >>> oc_curve((50, 1), [0.01, 0.05]).round(4)
    array([0.9106, 0.2794])
    """
    arguments.choice(model, name="model", among=MODELS)
    quality = _quality(p, model, lot_size)
    n, accept, reject = _parts(plan)
    if isinstance(n, tuple):
        _check_sample(np.sum(n), model, lot_size)
        stages = [accepted for accepted, _ in _walk(n, accept, reject, quality, model, lot_size)]
        return np.asarray(np.sum(stages, axis=0))
    n, accept = np.broadcast_arrays(n, accept)
    _check_sample(n, model, lot_size)
    spread = n.shape + (1,) * quality.ndim
    n, accept = n.reshape(spread), accept.reshape(spread)
    if model == "binomial":
        return stats.binom.cdf(accept, n, quality)
    if model == "poisson":
        return special.pdtr(accept, n * quality)
    return stats.hypergeom.cdf(accept, lot_size, np.rint(quality * lot_size), n)


def average_sample_number(
    plan: Plan | tuple, p: ArrayLike, *, model: str = "binomial", lot_size: int | None = None
) -> NDArray:
    """Average number of units inspected per lot, without stopping within a sample.

    The arguments are those of `oc_curve`, for one plan.

    Examples
    --------
    >>> average_sample_number(((50, 50), (0, 3), (3, 4)), [0.0, 0.02]).round(1)
    array([50. , 77.9])
    """
    arguments.choice(model, name="model", among=MODELS)
    quality = _quality(p, model, lot_size)
    n, accept, reject = _parts(plan)
    if not isinstance(n, tuple):
        return np.asarray(n)[..., None] + np.zeros(quality.shape) if np.ndim(n) else n + 0.0 * quality
    _check_sample(np.sum(n), model, lot_size)
    going_on = np.ones(quality.shape)
    total = np.zeros(quality.shape)
    for size, (_, left) in zip(n, _walk(n, accept, reject, quality, model, lot_size), strict=True):
        total += size * going_on
        going_on = left
    return total


def outgoing_quality(
    plan: Plan | tuple, p: ArrayLike, *, model: str = "binomial", lot_size: int | None = None
) -> OutgoingQuality:
    """Average quality after inspection when lots not accepted are sorted and found units replaced.

    Parameters
    ----------
    plan, p, model, lot_size
        As in `oc_curve`, for one plan; without `lot_size` lots are taken as very large.

    Returns
    -------
    OutgoingQuality
        `.curve` at `p`; `.limit` the largest value over all qualities (AOQL) and `.at` where it lies.

    Examples
    --------
    >>> found = outgoing_quality((50, 1), [0.01, 0.03], lot_size=1000)
    >>> found.curve.round(5), round(found.limit, 4)
    (array([0.00865, 0.01583]), 0.0159)
    """
    quality = _quality(p, model, lot_size)
    n = np.sum(_parts(plan)[0])
    if lot_size is not None and n > lot_size:
        raise ValueError(f"n is {n:g}: more than the lot of {lot_size} units holds")
    curve = _aoq(plan, quality, model, lot_size)
    if model == "hypergeometric" and lot_size is not None:
        grid = np.arange(lot_size + 1) / lot_size
        values = _aoq(plan, grid, model, lot_size)
        best = int(values.argmax())
        return OutgoingQuality(curve, float(values[best]), float(grid[best]))
    top = 1.0 if model == "binomial" else float(limiting_quality(plan, probability=1e-6, model=model))
    low, high = 0.0, top
    for _ in range(6):  # ever finer grids: the curve has one maximum
        grid = np.linspace(low, high, 401)
        best = int(_aoq(plan, grid, model, lot_size).argmax())
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 400)]
    return OutgoingQuality(curve, float(_aoq(plan, grid, model, lot_size)[best]), float(grid[best]))


def limiting_quality(
    plan: Plan | tuple, *, probability: ArrayLike = 0.10, model: str = "binomial", lot_size: int | None = None
) -> NDArray | float:
    """Quality at which a lot is accepted with the given probability (0.10: the usual limiting quality).

    Exact for single plans (beta and gamma quantiles, arrays of plans at once), by bisection for several
    samples; hypergeometric: the smallest share k / lot_size whose probability is not above.

    Examples
    --------
    >>> round(limiting_quality((50, 1)), 4)
    0.0756
    """
    arguments.choice(model, name="model", among=MODELS)
    wanted = arguments.probability(probability, name="probability", open_ends=True)
    n, accept, _ = _parts(plan)
    _quality(0.0, model, lot_size)
    if model == "hypergeometric" and lot_size is not None:
        grid = np.arange(lot_size + 1) / lot_size
        curve = oc_curve(plan, grid, model=model, lot_size=lot_size)
        found = grid[(curve[..., None, :] > wanted.reshape(-1, 1)).sum(axis=-1).clip(max=lot_size)]
        return arguments.plain(found.reshape(curve.shape[:-1] + wanted.shape))
    if not isinstance(n, tuple):
        n, accept = np.asarray(n, dtype=float), np.asarray(accept, dtype=float)
        n, accept = n.reshape(n.shape + (1,) * wanted.ndim), accept.reshape(accept.shape + (1,) * wanted.ndim)
        if model == "poisson":
            return arguments.plain(special.gammainccinv(accept + 1, wanted) / n)
        return arguments.plain(np.where(accept >= n, 1.0, special.betaincinv(accept + 1, n - accept, 1 - wanted)))
    low, high = np.zeros(wanted.shape), np.ones(wanted.shape)
    while model == "poisson" and np.any(oc_curve(plan, high, model=model) > wanted):
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        above = oc_curve(plan, middle, model=model) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return arguments.plain((low + high) / 2)


def _aoq(plan: Plan | tuple, quality: NDArray, model: str, lot_size: int | None) -> NDArray:
    n, accept, reject = _parts(plan)
    if not isinstance(n, tuple):
        n, accept = np.asarray(n), np.asarray(accept)
        if n.size != 1 or accept.size != 1:
            raise ValueError("outgoing quality is computed for one plan at a time")
        return _aoq(((int(n.item()),), (int(accept.item()),), (int(accept.item()) + 1,)), quality, model, lot_size)
    drawn, total = 0, np.zeros(np.shape(quality))
    for size, (accepted, _) in zip(n, _walk(n, accept, reject, quality, model, lot_size), strict=True):
        drawn += size
        total += accepted * (1.0 if lot_size is None else (lot_size - drawn) / lot_size)
    return quality * total


def _walk(
    n: tuple[int, ...],
    accept: tuple[int, ...],
    reject: tuple[int, ...],
    quality: NDArray,
    model: str,
    lot_size: int | None,
) -> Iterator[tuple[NDArray, NDArray]]:
    """After each sample: the probability of acceptance there, and of going on. Numbers found are the state."""
    state = np.zeros((max(reject) + 1, *quality.shape))
    state[0] = 1.0
    drawn = 0
    for size, ac, re in zip(n, accept, reject, strict=True):
        after = np.zeros_like(state)
        for found in range(len(state)):
            if not state[found].any():
                continue
            more = np.arange(re - found).reshape(-1, *(1,) * quality.ndim)
            after[found:re] += state[found] * _pmf(more, size, found, drawn, quality, model, lot_size)
        yield after[: ac + 1].sum(axis=0), after[ac + 1 : re].sum(axis=0)
        after[: ac + 1] = 0.0
        state = after
        drawn += size


def _pmf(
    found: NDArray, size: int, before: int, drawn: int, quality: NDArray, model: str, lot_size: int | None
) -> NDArray:
    """Probability of so many in the next sample, given how many were found in those drawn before."""
    if model == "binomial":
        return stats.binom.pmf(found, size, quality)
    if model == "poisson":
        return stats.poisson.pmf(found, size * quality)
    units = 0 if lot_size is None else lot_size  # checked before: the model has one
    left = np.maximum(np.rint(quality * units) - before, 0)
    return np.asarray(stats.hypergeom.pmf(found, units - drawn, left, size))


def _parts(plan: Plan | tuple) -> tuple:
    """Sample sizes, acceptance and rejection numbers; tuples only for several samples."""
    if isinstance(plan, tuple):
        n, accept, *rest = plan
        reject = rest[0] if rest else None
    else:
        n, accept, reject = plan.n, plan.accept, getattr(plan, "reject", None)
    if not isinstance(n, tuple | list):
        n = arguments.counts(n, name="n")
        accept = arguments.counts(accept, name="accept")
        return n, accept, None
    n, accept, reject = tuple(map(int, n)), tuple(map(int, accept)), tuple(map(int, reject or ()))
    if not len(n) == len(accept) == len(reject):
        raise ValueError(
            f"the plan has {len(n)} samples, {len(accept)} acceptance and {len(reject)} rejection numbers"
        )
    for stage, (size, ac, re) in enumerate(zip(n, accept, reject, strict=True)):
        if size < 1 or re <= ac:
            raise ValueError(
                f"sample {stage + 1}: n {size}, accept {ac}, reject {re}: rejection lies above acceptance"
            )
    if reject[-1] != accept[-1] + 1:
        raise ValueError("the last sample must decide: its rejection number is its acceptance number plus one")
    return n, accept, reject


def _quality(p: ArrayLike, model: str, lot_size: int | None) -> NDArray:
    """Checked qualities."""
    if not np.size(p):
        raise ValueError("p is empty: at least one quality is needed")
    if model == "poisson":
        quality = arguments.real(p, name="p")
        arguments.refuse_where(
            quality < 0, name="p", fault="nonconformities per unit are not negative", values=quality
        )
        return quality
    quality = arguments.probability(p, name="p")
    if model == "hypergeometric":
        if lot_size is None or lot_size < 1:
            raise ValueError(f"lot_size is {lot_size}: the hypergeometric model needs the number of units in the lot")
        units = quality * lot_size
        arguments.refuse_where(
            np.abs(units - np.rint(units)) > 1e-6 * lot_size,
            name="p",
            fault=f"not a whole number of units in a lot of {lot_size}",
            values=quality,
        )
    return quality


def _check_sample(n: ArrayLike, model: str, lot_size: int | None) -> None:
    if model == "hypergeometric" and np.any(np.asarray(n) > lot_size):
        raise ValueError(f"n is {np.max(n)}: more than the lot of {lot_size} units holds")

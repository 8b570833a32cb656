"""What a plan does: operating characteristic, average sample number, average outgoing quality, limiting quality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from banyan.science import arguments
from banyan.science.acceptance.stages import StagePlans
from banyan.science.arguments import Floats

MODELS = ("binomial", "poisson", "hypergeometric")


class Plan(Protocol):
    """Anything with sample sizes and acceptance numbers: `SinglePlan`, `StagePlan`, `StagePlans`, or your own."""

    @property
    def n(self) -> Any: ...

    @property
    def accept(self) -> Any: ...


@dataclass(frozen=True)
class OutgoingQuality:
    """Average outgoing quality when lots not accepted are sorted, and its worst case; arrays for many plans."""

    curve: NDArray
    limit: float | NDArray
    at: float | NDArray


class _Samples(NamedTuple):
    """Plans as numbers, the sample first: (samples, *plans)."""

    n: Floats
    accept: Floats
    reject: Floats

    def beside(self, axes: int) -> _Samples:
        """The same with `axes` further axes, along which qualities lie."""
        return _Samples(*(part.reshape(part.shape + (1,) * axes) for part in self))


def oc_curve(
    plan: Plan | tuple, p: ArrayLike, *, model: str = "binomial", lot_size: ArrayLike | None = None
) -> Floats:
    """Probability that a lot of quality `p` is accepted.

    Parameters
    ----------
    plan : plan or tuple
        A plan with `.n` and `.accept` (several samples: also `.reject`), or a tuple `(n, accept)` or
        `(n, accept, reject)`. Plans that hold arrays are computed at once.
    p : array_like of float
        Share nonconforming (0 .. 1); for the Poisson model nonconformities per unit (0 or more).
    model : str
        "binomial" (share nonconforming in the process), "poisson" (nonconformities), "hypergeometric"
        (share nonconforming in a lot of `lot_size` units; `p * lot_size` must be whole).
    lot_size : int or array_like of int, optional
        One for all plans, or one for each.

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
    held, quality, lots = _asked(plan, p, model, lot_size)
    return _accepted(held.beside(quality.ndim), quality, model, lots)


def average_sample_number(
    plan: Plan | tuple, p: ArrayLike, *, model: str = "binomial", lot_size: ArrayLike | None = None
) -> Floats:
    """Average number of units inspected per lot, without stopping within a sample.

    The arguments and the shape of the result are those of `oc_curve`.

    Examples
    --------
    >>> average_sample_number(((50, 50), (0, 3), (3, 4)), [0.0, 0.02]).round(1)
    array([50. , 77.9])
    """
    held, quality, lots = _asked(plan, p, model, lot_size)
    held = held.beside(quality.ndim)
    total = np.zeros(np.broadcast_shapes(held.n.shape[1:], quality.shape))
    going_on: Any = 1.0
    for size, (_, left) in zip(held.n, _walk(held, quality, model, lots), strict=True):
        total += size * going_on
        going_on = left
    return total


def outgoing_quality(
    plan: Plan | tuple, p: ArrayLike, *, model: str = "binomial", lot_size: ArrayLike | None = None
) -> OutgoingQuality:
    """Average quality after inspection when lots not accepted are sorted and found units replaced.

    Parameters
    ----------
    plan, p, model, lot_size
        As in `oc_curve`; without `lot_size` lots are taken as very large.

    Returns
    -------
    OutgoingQuality
        `.curve` at `p`; `.limit` the largest value over all qualities (AOQL) and `.at` where it lies, one of each
        per plan.

    Examples
    --------
    >>> found = outgoing_quality((50, 1), [0.01, 0.03], lot_size=1000)
    >>> found.curve.round(5), round(found.limit, 4)
    (array([0.00865, 0.01583]), 0.0159)
    >>> outgoing_quality(([50, 80], [1, 2]), 0.01, lot_size=1000).limit.round(4)
    array([0.0159, 0.0157])
    """
    held, quality, lots = _asked(plan, p, model, lot_size)
    curve = _outgoing(held.beside(quality.ndim), quality, model, lots)
    plans = held.n.shape[1:]
    if model == "hypergeometric" and lots is not None:
        worst, where = np.zeros(plans), np.zeros(plans)
        for index in np.ndindex(plans):
            one, lot, grid = _one(held, lots, index, quality.ndim)
            values = _outgoing(one.beside(1), grid, model, lot)
            worst[index], where[index] = values.max(), grid[values.argmax()]
        return OutgoingQuality(curve, arguments.plain(worst), arguments.plain(where))
    lots = None if lots is None else lots.reshape((*lots.shape[: lots.ndim - quality.ndim], 1))
    low, high = np.zeros((*plans, 1)), np.ones((*plans, 1))
    if model == "poisson":
        high = np.asarray(_limiting(held, np.asarray(1e-6), model, None))[..., None]
    for _ in range(6):  # ever finer grids: the curve has one maximum
        grid = low + (high - low) * np.linspace(0.0, 1.0, 401)
        values = _outgoing(held.beside(1), grid, model, lots)
        place = values.argmax(axis=-1)[..., None]
        low, high = (np.take_along_axis(grid, np.clip(place + step, 0, 400), -1) for step in (-1, 1))
    limit, at = (np.take_along_axis(part, place, -1)[..., 0] for part in (values, grid))
    return OutgoingQuality(curve, arguments.plain(limit), arguments.plain(at))


def limiting_quality(
    plan: Plan | tuple, *, probability: ArrayLike = 0.10, model: str = "binomial", lot_size: ArrayLike | None = None
) -> NDArray | float:
    """Quality at which a lot is accepted with the given probability (0.10: the usual limiting quality).

    Exact for single plans (beta and gamma quantiles), by bisection for several samples, arrays of plans at once;
    hypergeometric: the smallest share k / lot_size whose probability is not above.

    Examples
    --------
    >>> round(limiting_quality((50, 1)), 4)
    0.0756
    """
    wanted = arguments.probability(probability, name="probability", open_ends=True)
    arguments.some(probability=wanted)
    held, _, lots = _asked(plan, np.zeros((1,) * wanted.ndim), model, lot_size)
    return arguments.plain(_limiting(held, wanted, model, lots))


def _limiting(held: _Samples, wanted: Floats, model: str, lots: Floats | None) -> Floats:
    plans = held.n.shape[1:]
    if model == "hypergeometric" and lots is not None:
        found = np.zeros(plans + wanted.shape)
        for index in np.ndindex(plans):
            one, lot, grid = _one(held, lots, index, wanted.ndim)
            curve = _accepted(one.beside(1), grid, model, lot)
            found[index] = grid[(curve > wanted[..., None]).sum(axis=-1).clip(max=grid.size - 1)]
        return found
    held = held.beside(wanted.ndim)
    if len(held.n) == 1:
        n, accept = held.n[0], held.accept[0]
        if model == "poisson":
            return np.asarray(special.gammainccinv(accept + 1, wanted) / n)
        return np.where(accept >= n, 1.0, special.betaincinv(accept + 1, np.maximum(n - accept, 1), 1 - wanted))
    low, high = np.zeros(plans + wanted.shape), np.ones(plans + wanted.shape)
    while model == "poisson" and np.any(above := _accepted(held, high, model, lots) > wanted):
        high = np.where(above, 2 * high, high)
    for _ in range(60):
        middle = (low + high) / 2
        above = _accepted(held, middle, model, lots) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def _one(held: _Samples, lots: Floats, index: tuple[int, ...], axes: int) -> tuple[_Samples, Floats, Floats]:
    """One plan of many, its lot, and all qualities that the lot can have."""
    lot = np.broadcast_to(lots.reshape(lots.shape[: lots.ndim - axes]), held.n.shape[1:])[index]
    return _Samples(*(np.moveaxis(part, 0, -1)[index] for part in held)), lot, np.arange(int(lot) + 1) / lot


def _outgoing(held: _Samples, quality: Floats, model: str, lots: Floats | None) -> Floats:
    if len(held.n) == 1:
        return np.asarray(quality * _accepted(held, quality, model, lots) * _kept(held.n[0], lots))
    total, drawn = np.zeros(np.broadcast_shapes(held.n.shape[1:], quality.shape)), 0.0
    for size, (accepted, _) in zip(held.n, _walk(held, quality, model, lots), strict=True):
        drawn = drawn + size
        total += accepted * _kept(drawn, lots)
    return np.asarray(quality * total)


def _kept(drawn: Any, lots: Floats | None) -> Any:
    """Share of a lot that was not inspected when so many were drawn."""
    return 1.0 if lots is None else (lots - drawn) / lots


def _accepted(held: _Samples, quality: Floats, model: str, lots: Floats | None) -> Floats:
    """Probability of acceptance, the plans broadcast with the qualities."""
    if len(held.n) > 1:
        return np.asarray(sum(accepted for accepted, _ in _walk(held, quality, model, lots)))
    n, accept = held.n[0], held.accept[0]
    if model == "binomial":
        return np.asarray(stats.binom.cdf(accept, n, quality))
    if model == "poisson":
        return np.asarray(special.pdtr(accept, n * quality))
    return np.asarray(stats.hypergeom.cdf(accept, lots, np.rint(quality * lots), n))


def _walk(held: _Samples, quality: Floats, model: str, lots: Floats | None) -> Iterator[tuple[Floats, Floats]]:
    """After each sample: the probability of acceptance there, and of going on. Numbers found are the state."""
    shape = np.broadcast_shapes(held.n.shape[1:], quality.shape)
    most = int(held.reject.max())
    found = np.arange(most).reshape(-1, *(1,) * len(shape))
    state = np.zeros((most, *shape))
    state[0] = 1.0
    drawn: Any = 0
    for size, ac, re in zip(*held, strict=True):
        after = np.zeros_like(state)
        for before in range(most):
            if before == 0 or model == "hypergeometric":
                chance = _pmf(found, size, before, drawn, quality, model, lots)
            if state[before].any():
                after[before:] += state[before] * chance[: most - before]
        state = np.where((found > ac) & (found < re), after, 0.0)
        yield np.where(found <= ac, after, 0.0).sum(axis=0), state.sum(axis=0)
        drawn = drawn + size


def _pmf(
    found: NDArray, size: Floats, before: int, drawn: Any, quality: Floats, model: str, lots: Floats | None
) -> Floats:
    """Probability of so many in the next sample, given how many were found in those drawn before."""
    if model == "binomial":
        return np.asarray(stats.binom.pmf(found, size, quality))
    if model == "poisson":
        return np.asarray(stats.poisson.pmf(found, size * quality))
    left = np.maximum(np.rint(quality * lots) - before, 0)
    return np.nan_to_num(stats.hypergeom.pmf(found, lots - drawn, np.minimum(left, lots - drawn), size))


def _asked(
    plan: Plan | tuple, p: ArrayLike, model: str, lot_size: ArrayLike | None
) -> tuple[_Samples, Floats, Floats | None]:
    """Checked plans, qualities and lots; the lots have an axis for each of the qualities."""
    arguments.choice(model, name="model", among=MODELS)
    held = _samples(plan)
    quality = arguments.real(p, name="p")
    arguments.some(p=quality)
    if model == "poisson":
        fault = "nonconformities per unit are not negative"
        arguments.refuse_where(quality < 0, name="p", fault=fault, values=quality)
    else:
        quality = arguments.probability(quality, name="p")
    if lot_size is None:
        if model == "hypergeometric":
            raise ValueError("lot_size is None: the hypergeometric model needs the number of units in the lot")
        return held, quality, None
    lots = arguments.counts(lot_size, name="lot_size")
    arguments.refuse_where(lots < 1, name="lot_size", fault="a lot has at least one unit", values=lots)
    drawn, each = arguments.fitting(n=held.n.sum(axis=0), lot_size=lots)
    if np.any(drawn > each):
        place = tuple(int(i) for i in np.argwhere(drawn > each)[0])
        raise ValueError(
            f"n{arguments.place(place)} is {drawn[place]:g}: more than the lot of {each[place]:g} units holds"
        )
    held = _Samples(*(np.broadcast_to(part, (len(part), *each.shape)) for part in held))
    lots = lots.reshape(lots.shape + (1,) * quality.ndim)
    if model == "hypergeometric":
        units = quality * lots
        broken = np.abs(units - np.rint(units)) > 1e-6 * lots
        fault = "not a whole number of units in the lot"
        arguments.refuse_where(broken, name="p", fault=fault, values=quality)
    return held, quality, lots


def _samples(plan: Plan | tuple) -> _Samples:
    """Sample sizes, acceptance and rejection numbers, the sample first."""
    n: Any
    accept: Any
    reject: Any
    if isinstance(plan, tuple):
        if len(plan) not in {2, 3}:
            raise ValueError(f"plan has {len(plan)} parts: (n, accept) or (n, accept, reject) is needed")
        n, accept, reject = (*plan, None)[:3]
    elif hasattr(plan, "n") and hasattr(plan, "accept"):
        n, accept, reject = plan.n, plan.accept, getattr(plan, "reject", None)
    else:
        raise ValueError(f"plan is {plan!r:.60}: a plan, (n, accept) or (n, accept, reject) is needed")
    if isinstance(plan, StagePlans):
        n, accept, reject = (np.moveaxis(part, -1, 0) for part in (n, accept, reject))
    elif not (isinstance(n, tuple | list) and reject is not None):
        sizes, most = arguments.fitting(
            n=arguments.counts(n, name="n"), accept=arguments.counts(accept, name="accept")
        )
        arguments.refuse_where(sizes < 1, name="n", fault="a sample has at least one unit", values=sizes)
        return _Samples(sizes[None], most[None], most[None] + 1)
    parts = [arguments.real(part, name=name) for name, part in (("n", n), ("accept", accept), ("reject", reject))]
    if len({part.shape for part in parts}) > 1:
        told = ", ".join(str(len(part)) for part in parts)
        raise ValueError(f"the plan has {told} samples, acceptance and rejection numbers: as many of each are needed")
    held = _Samples(*parts)
    for stage, (size, ac, re) in enumerate(zip(*held, strict=True)):
        if np.any((size < (stage == 0)) | (re <= ac)):
            raise ValueError(
                f"sample {stage + 1}: n {size}, accept {ac}, reject {re}: rejection lies above acceptance"
            )
    if np.any(held.reject[-1] != held.accept[-1] + 1):
        raise ValueError("the last sample must decide: its rejection number is its acceptance number plus one")
    return held

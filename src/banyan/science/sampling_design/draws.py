"""Draws that anyone can replay: from a published seed and the list of keys to the units drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.sampling_design.designs import (
    pareto,
    pareto_inclusion,
    proportional_probabilities,
    sampford,
    systematic,
)

METHODS = ("simple", "pareto", "sampford", "systematic")
DIGITS = 13  # hexadecimal digits of the hash that are used: 52 bits, which a float holds exactly


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Units drawn from a frame.

    Attributes
    ----------
    selected : ndarray of bool, shape (units,)
        True for the units drawn.
    probability : ndarray, shape (units,)
        Exact probability of inclusion of every unit of the frame.
    weight : ndarray, shape (units,)
        1 / probability; infinite where a unit could not be drawn.
    wanted : ndarray, shape (units,)
        Probability asked for; differs from `probability` for ``"pareto"`` only.
    uniform : ndarray, shape (units,)
        The number in 0..1 of each unit, by `hash_uniform`.
    method : str
    """

    selected: NDArray[np.bool_]
    probability: Floats
    weight: Floats
    wanted: Floats
    uniform: Floats
    method: str


def hash_uniform(seed: str, keys: Sequence[str] | NDArray) -> Floats:
    """Return a number strictly in 0..1 for each key, which anyone can recompute from the seed.

    Parameters
    ----------
    seed : str
        Published seed, any text without a line feed.
    keys : sequence of str
        Key of each unit, without repeats.

    Returns
    -------
    ndarray, shape (units,)

    Notes
    -----
    The algorithm, exactly: join seed, one line feed (U+000A) and key; encode as UTF-8; take SHA-256; read
    the first 13 hexadecimal digits as a whole number k (52 bits); the number is (k + 1/2) / 2⁵². It is a
    float without rounding. In the standard library::

        (int(hashlib.sha256(f"{seed}\\n{key}".encode()).hexdigest()[:13], 16) + 0.5) / 2**52

    Examples
    --------
    >>> hash_uniform("2025-03", ["A-1", "A-2"]).round(6).tolist()
    [0.837576, 0.11985]
    """
    if not isinstance(seed, str) or "\n" in seed:
        raise ValueError(f"seed is {seed!r}: a text without a line feed is needed")
    held = keys.tolist() if isinstance(keys, np.ndarray) else keys
    listed = arguments.listed(held, name="keys", needs="a list of texts")
    if not listed:
        raise ValueError("keys is empty: there is nothing to draw from")
    started = hashlib.sha256(f"{seed}\n".encode())
    numbers = np.empty(len(listed))
    seen: dict[str, int] = {}
    for i, key in enumerate(listed):
        if not isinstance(key, str):
            raise ValueError(f"keys[{i}] is {key!r}: a text is needed")
        if seen.setdefault(key, i) != i:
            raise ValueError(f"keys[{i}] is {key!r}, the same as keys[{seen[key]}]: a unit is listed twice")
        own = started.copy()
        own.update(key.encode())
        numbers[i] = (int(own.hexdigest()[:DIGITS], 16) + 0.5) / 2**52
    return numbers


def draw(
    keys: Sequence[str] | NDArray,
    *,
    seed: str,
    n: int | Mapping,
    stratum: ArrayLike | None = None,
    size: ArrayLike | None = None,
    random_share: float = 0.0,
    method: str = "simple",
) -> Draw:
    """Return the units drawn from each stratum, with their exact probabilities of inclusion.

    Parameters
    ----------
    keys : sequence of str, shape (units,)
        Key of each unit of the frame, without repeats.
    seed : str
        Published seed.
    n : int or mapping of stratum label to int
        Units to draw; a mapping (0 for strata it leaves out) where `stratum` is given.
    stratum : array_like, shape (units,), optional
        Label of each unit's stratum.
    size : array_like, shape (units,)
        For every method but ``"simple"``: size or risk to which the probability is proportional within
        the stratum.
    random_share : float
        Share of n spread evenly over the stratum whatever the size (see `proportional_probabilities`).
    method : {"simple", "pareto", "sampford", "systematic"}
        ``"simple"``: the n units of each stratum with the smallest `hash_uniform`. ``"pareto"``: those with
        the smallest u/(1-u) · (1-p)/p. ``"sampford"``, ``"systematic"``: see there; units are taken in the
        order of `keys`, and the systematic start is the hash of ``"start:"`` + the stratum's label.

    Returns
    -------
    Draw

    Raises
    ------
    ValueError
        For a repeated key, more units asked than a stratum has, a stratum that is unknown, or an option
        that has no effect.

    Notes
    -----
    A unit's number depends on the seed and its own key alone, so adding or leaving out other units does
    not move it, and an outsider can replay the draw with SHA-256 and a sort.

    Examples
    --------
    >>> d = draw(["A-1", "A-2", "B-1", "B-2"], seed="2025-03", stratum=list("aabb"), n={"a": 1, "b": 2})
    >>> d.selected.tolist(), d.weight.tolist()
    ([False, True, True, True], [2.0, 2.0, 1.0, 1.0])
    """
    arguments.choice(method, name="method", among=METHODS)
    u = hash_uniform(seed, keys)
    units = len(u)
    if method == "simple" and (size is not None or random_share):
        raise ValueError("size and random_share have no effect on method 'simple'; leave them out")
    if method != "simple" and size is None:
        raise ValueError(f"size is needed for method {method!r}")
    sizes = np.ones(units) if size is None else arguments.counts(size, name="size", whole=False)
    arguments.same_length(units, size=sizes)
    wanted, probability, selected = np.zeros(units), np.zeros(units), np.zeros(units, bool)
    for label, here, count in _strata(n, stratum, units):
        p = proportional_probabilities(sizes[here], n=count, random_share=random_share)
        wanted[here] = probability[here] = p
        if method == "pareto":
            probability[here] = pareto_inclusion(p)
        selected[here] = _drawn(method, p, u[here], seed, label)
    with np.errstate(divide="ignore"):
        weight = 1 / probability
    fields = {"selected": selected, "probability": probability, "weight": weight, "wanted": wanted, "uniform": u}
    return Draw(**{name: arguments.sealed(values) for name, values in fields.items()}, method=method)


def _drawn(method: str, p: Floats, u: Floats, seed: str, label: object) -> NDArray[np.bool_]:
    if method == "systematic":
        return systematic(p, start=hash_uniform(seed, [f"start:{label}"])[0])
    if method == "sampford":
        return sampford(p, uniform=u)
    if method == "pareto":
        return pareto(p, uniform=u)
    drawn = np.zeros(len(u), bool)
    drawn[np.argsort(u, kind="stable")[: round(float(p.sum()))]] = True
    return drawn


def _strata(n: int | Mapping, stratum: ArrayLike | None, units: int) -> list[tuple[object, NDArray[np.int64], int]]:
    """Return label, places and number to draw of each stratum."""
    if stratum is None:
        if isinstance(n, Mapping):
            raise ValueError("n is a mapping, but no stratum is given")
        return [("", np.arange(units), _count(n, "", units))]
    if not isinstance(n, Mapping):
        raise ValueError("n must give a number per stratum label where stratum is given")
    names, code = arguments.labels(stratum, name="stratum", length=units)
    listed = names.tolist()
    unknown = [label for label in n if label not in set(listed) and n[label]]
    if unknown:
        raise ValueError(f"n asks for stratum {unknown[0]!r}, which has no unit")
    order = np.argsort(code, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(code))[:-1])
    return [
        (label, here, _count(n.get(label, 0), label, len(here))) for label, here in zip(listed, parts, strict=True)
    ]


def _count(n: int, label: object, units: int) -> int:
    where = f" of stratum {label!r}" if label != "" else ""
    needs = f"a whole number from 0 to its {units} units"
    return arguments.whole(n, name=f"n{where}", needs=needs, least=0, most=units)

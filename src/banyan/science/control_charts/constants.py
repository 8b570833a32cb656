"""Constants of normal samples: c4, d2, d3, by their defining integrals, for any sample size."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats

PRINTED_UP_TO = 25  # the tables of the standards and textbooks end here
LARGEST_RANGE = 1_000  # a range of more units says hardly anything about the spread


def c4(n: ArrayLike) -> Floats:
    """Expected standard deviation of n normal values, in units of the process's.

    Parameters
    ----------
    n : array_like of int, at least 2

    Examples
    --------
    >>> c4([2, 5]).round(5)
    array([0.79788, 0.93999])
    """
    sizes = _sizes(n)
    return np.sqrt(2 / (sizes - 1)) * np.exp(special.gammaln(sizes / 2) - special.gammaln((sizes - 1) / 2))


def d2(n: ArrayLike, *, constants: str = "exact") -> Floats:
    """Expected range of n normal values, in units of the standard deviation.

    Parameters
    ----------
    n : array_like of int, at least 2
    constants : str
        "exact", or "printed": rounded to three decimals as in the tables of ISO 7870-2, textbooks and R `qcc`
        (up to 25 units).

    Examples
    --------
    >>> d2([2, 5]).round(5)
    array([1.12838, 2.32593])
    """
    arguments.choice(constants, name="constants", among=("exact", "printed"))
    exact = _of_ranges(n, 0)
    return exact if constants == "exact" else np.where(np.asarray(n) <= PRINTED_UP_TO, exact.round(3), exact)


def d3(n: ArrayLike) -> Floats:
    """Standard deviation of the range of n normal values, in units of theirs.

    Examples
    --------
    >>> d3([2, 5]).round(5)
    array([0.8525 , 0.86408])
    """
    return _of_ranges(n, 1)


def _sizes(n: ArrayLike) -> Floats:
    sizes = arguments.counts(n, name="n")
    arguments.some(n=sizes)
    arguments.refuse_where(sizes < 2, name="n", fault="spread needs at least 2 values", values=sizes)
    return sizes


def _of_ranges(n: ArrayLike, which: int) -> Floats:
    sizes = _sizes(n)
    arguments.refuse_where(
        sizes > LARGEST_RANGE, name="n", fault="use the standard deviation for so many values", values=sizes
    )
    different, place = np.unique(sizes, return_inverse=True)
    return np.array([_range_moments(int(size))[which] for size in different])[place].reshape(sizes.shape)


@cache
def _range_moments(n: int) -> tuple[float, float]:
    """Mean and standard deviation of the range, by Gauss-Legendre quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    x = 9.0 * nodes
    inside = special.ndtr(x)
    outside = special.ndtr(-x)
    mean = 9.0 * float(weights @ (-np.expm1(n * special.log_ndtr(x)) - outside**n))
    top = 16.0
    width = top / 2 * (nodes + 1)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    between = special.ndtr(x[None, :] + width[:, None]) - inside[None, :]
    distribution = n * 9.0 * (between ** (n - 1) * density) @ weights
    square = 2 * top / 2 * float(weights @ (width * (1 - distribution)))
    return mean, float(np.sqrt(square - mean**2))

"""Are too many of several probabilities small, and too small, for chance?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Codes, Floats


def truncated_product(p_values: ArrayLike, *, level: float, usual: float = 0.0) -> float:
    """Return the probability that chance alone gives a product as small of the p-values up to `level`.

    Parameters
    ----------
    p_values : array_like, shape (n,)
        Independent p-values.
    level : float
        Only those that are not above it count; a few strong ones tell, many weak ones do not.
    usual : float
        Share of p-values up to `level` where nothing is wrong, if it is known to be larger than `level`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a p-value is missing or no probability, or if an option lies outside its range.

    Notes
    -----
    The number of p-values up to the level is binomial; given k of them, the sum of log(level / p) over them is gamma
    distributed with shape k. `usual` is measured on the same kind of p-values elsewhere, so that what is small for
    everybody raises no alarm.

    References
    ----------
    Zaykin, Zhivotovsky, Westfall, Weir (2002). Truncated product method for combining P-values. Genetic
    Epidemiology 22, 170-185.

    Examples
    --------
    >>> round(truncated_product([0.001, 0.002, 0.4, 0.7, 0.9], level=0.05), 6)
    0.000335
    >>> truncated_product([0.2, 0.4, 0.7, 0.9], level=0.05)
    1.0
    """
    chances = arguments.real(p_values, name="p_values", ndim=1)
    arguments.refuse_where((chances < 0) | (chances > 1), name="p_values", fault="0 to 1 is needed", values=chances)
    arguments.some(p_values=chances)
    arguments.number(level, name="level", needs="a number between 0 and 1", least=0, most=1, strictly=True)
    arguments.number(usual, name="usual", needs="a share from 0 to 1", least=0, most=1)
    small = chances[chances <= level]
    if not small.size:
        return 1.0
    total = float(np.log(level / np.maximum(small, 1e-300)).sum())
    counts = np.arange(1, chances.size + 1)
    weights = _binomial(counts, chances.size, max(level, usual))
    return float(min(1.0, (weights * special.gammaincc(counts, total)).sum()))


def _binomial(counts: Codes, n: int, chance: float) -> Floats:
    """The probability of each count among `n`, without the second that scipy.stats takes to load."""
    ways = special.gammaln(n + 1.0) - special.gammaln(counts + 1.0) - special.gammaln(n - counts + 1.0)
    found: Floats = np.exp(ways + special.xlogy(counts, chance) + special.xlog1py(n - counts, -chance))
    return found

"""Are too many of several probabilities small, and too small, for chance?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Codes, Floats


def truncated_product(p_values: ArrayLike, *, level: float, usual: ArrayLike = 0.0) -> Floats | float:
    """Return the probability that chance alone gives a product as small of the p-values up to `level`.

    Parameters
    ----------
    p_values : array_like, shape (n,) or (families, n)
        Independent p-values, of one family or of many, each judged by itself.
    level : float
        Only those that are not above it count; a few strong ones tell, many weak ones do not.
    usual : float or array_like, shape (families,)
        Share of p-values up to `level` where nothing is wrong, if it is known to be larger than `level`.

    Returns
    -------
    float, or ndarray of shape (families,)

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
    >>> truncated_product([[0.2, 0.4, 0.7, 0.9], [0.001, 0.4, 0.7, 0.9]], level=0.05).round(4).tolist()
    [1.0, 0.0049]
    """
    chances = arguments.probability(p_values, name="p_values")
    arguments.some(p_values=chances)
    if chances.ndim not in (1, 2):
        raise ValueError(f"p_values has shape {chances.shape}: (n,) or (families, n) is expected")
    level = arguments.number(level, name="level", needs="a number between 0 and 1", least=0, most=1, strictly=True)
    share = arguments.probability(usual, name="usual")
    if share.shape not in {(), chances.shape[:-1]}:
        raise ValueError(f"usual has shape {share.shape}: one number, or {chances.shape[:-1]}, is expected")
    small = chances <= level
    total = np.where(small, np.log(level / np.maximum(chances, 1e-300)), 0.0).sum(axis=-1)[..., None]
    counts = np.arange(1, chances.shape[-1] + 1)
    weights = _binomial(counts, chances.shape[-1], np.maximum(level, share)[..., None])
    product = np.minimum(1.0, (weights * special.gammaincc(counts, total)).sum(axis=-1))
    return arguments.plain(np.where(small.any(axis=-1), product, 1.0))


def _binomial(counts: Codes, n: int, chance: Floats) -> Floats:
    """The probability of each count among `n`, without the second that scipy.stats takes to load."""
    ways = special.gammaln(n + 1.0) - special.gammaln(counts + 1.0) - special.gammaln(n - counts + 1.0)
    found: Floats = np.exp(ways + special.xlogy(counts, chance) + special.xlog1py(n - counts, -chance))
    return found

"""Straight-line calibration with the uncertainty of its line, of predictions, and of values read back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.uncertainty.budget import coverage_factor


@dataclass(frozen=True)
class Predicted:
    """Value on the line with standard and expanded uncertainty."""

    value: float
    u: float
    dof: float
    expanded: float


@dataclass(frozen=True)
class Line:
    """y = a + b (x - origin), fitted by least squares.

    Attributes
    ----------
    a, b : float
    u_a, u_b : float
        Standard uncertainties.
    r : float
        Correlation of a and b.
    dof : float
        n - 2 for an ordinary fit; infinite where the uncertainties of y were given.
    residual : float
        Standard deviation about the line (of weighted residuals where uncertainties were given: near 1).
    origin : float
    method : str
    """

    a: float
    b: float
    u_a: float
    u_b: float
    r: float
    dof: float
    residual: float
    origin: float
    method: str

    def predict(self, x: float, *, level: float = 0.95) -> Predicted:
        """Value of the line at x."""
        d = float(x) - self.origin
        variance = self.u_a**2 + d**2 * self.u_b**2 + 2 * d * self.r * self.u_a * self.u_b
        u = float(np.sqrt(max(variance, 0.0)))
        return Predicted(self.a + self.b * d, u, self.dof, float(coverage_factor(self.dof, level=level)) * u)

    def read_back(self, y: float, *, u_y: float = 0.0, level: float = 0.95) -> Predicted:
        """x that belongs to an observed y (whose own standard uncertainty is `u_y`)."""
        if self.b == 0:
            raise ValueError("the line is level: no x can be read back from y")
        if not u_y >= 0:
            raise ValueError(f"u_y is {u_y}: an uncertainty is not negative")
        d = (float(y) - self.a) / self.b
        variance = u_y**2 + self.u_a**2 + d**2 * self.u_b**2 + 2 * d * self.r * self.u_a * self.u_b
        u = float(np.sqrt(max(variance, 0.0))) / abs(self.b)
        return Predicted(self.origin + d, u, self.dof, float(coverage_factor(self.dof, level=level)) * u)


def fit_line(x: ArrayLike, y: ArrayLike, *, u: ArrayLike | None = None, origin: float = 0.0) -> Line:
    """Fit a calibration line.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        x is taken as known exactly.
    u : array_like, optional
        Standard uncertainties of y, all above 0: a weighted fit that trusts them. Without them the scatter about
        the line tells the uncertainty (GUM H.3).
    origin : float
        x at which a is the value of the line; the middle of x makes a and b nearly uncorrelated.

    References
    ----------
    JCGM 100:2008, H.3.

    Examples
    --------
    >>> line = fit_line([1, 2, 3, 4], [2.1, 3.9, 6.2, 7.8])
    >>> round(line.b, 3), round(line.u_b, 3), line.dof
    (1.94, 0.091, 2.0)
    """
    at = arguments.real(x, name="x", ndim=1)
    seen = arguments.real(y, name="y", ndim=1)
    arguments.same_length(at.size, y=seen)
    weights: Floats = np.ones(at.size)
    if u is not None:
        given = arguments.real(u, name="u", ndim=1)
        arguments.same_length(at.size, u=given)
        arguments.refuse_where(given <= 0, name="u", fault="a weight needs an uncertainty above 0", values=given)
        weights = 1 / given**2
    needed = 2 if u is not None else 3
    if at.size < needed or np.ptp(at) == 0:
        raise ValueError(
            f"x holds {np.unique(at).size} different values of {at.size}: {needed} points, not all at one x"
        )
    middle = float(weights @ at / weights.sum())
    centred = at - middle
    square = float(weights @ centred**2)
    slope = float(weights @ (centred * seen) / square)
    level = float(weights @ seen / weights.sum())
    left = seen - level - slope * centred
    residual = float(np.sqrt(weights @ left**2 / max(at.size - 2, 1)))
    scale = residual if u is None else 1.0
    u_b, u_middle = scale / np.sqrt(square), scale / np.sqrt(weights.sum())
    d = float(origin) - middle
    u_a = float(np.sqrt(u_middle**2 + d**2 * u_b**2))
    r = float(d * u_b / u_a) if u_a > 0 else 0.0
    dof, method = (float(at.size - 2), "ordinary") if u is None else (np.inf, "weighted by given uncertainties")
    return Line(
        level + slope * d, slope, u_a, float(u_b), r, dof, residual, float(origin), f"least squares, {method}"
    )

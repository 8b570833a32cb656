"""Straight-line calibration with the uncertainty of its line, of predictions, and of values read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.uncertainty.budget import coverage_factor


@dataclass(frozen=True)
class Predicted:
    """Value on the line with standard and expanded uncertainty; arrays for many."""

    value: float | Floats
    u: float | Floats
    dof: float
    expanded: float | Floats


@dataclass(frozen=True)
class Line:
    """y = a + b (x - origin), fitted by least squares; arrays, one element per line, where many were fitted.

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

    a: Any
    b: Any
    u_a: Any
    u_b: Any
    r: Any
    dof: float
    residual: Any
    origin: float
    method: str

    def predict(self, x: ArrayLike, *, level: float = 0.95) -> Predicted:
        """Value of the line at x (one for all lines, or one for each; of a single line at many x)."""
        d = np.asarray(arguments.real(x, name="x") - self.origin)
        _, d = arguments.fitting(line=np.asarray(self.a), x=d)
        return self._told(self.a + self.b * d, self._variance(d), 1.0, level)

    def read_back(self, y: ArrayLike, *, u_y: ArrayLike = 0.0, level: float = 0.95) -> Predicted:
        """x that belongs to an observed y (whose own standard uncertainty is `u_y`); shapes as in `predict`."""
        slope = np.asarray(self.b)
        fault = "the line is level: no x can be read back from y"
        arguments.refuse_where(slope == 0, name="b", fault=fault, values=slope)
        own = arguments.real(u_y, name="u_y")
        arguments.refuse_where(own < 0, name="u_y", fault="an uncertainty is not negative", values=own)
        _, seen, own = arguments.fitting(line=np.asarray(self.a), y=arguments.real(y, name="y"), u_y=own)
        d = (seen - self.a) / slope
        return self._told(self.origin + d, own**2 + self._variance(d), np.abs(slope), level)

    def _variance(self, d: Floats) -> Floats:
        return np.asarray(self.u_a**2 + d**2 * self.u_b**2 + 2 * d * self.r * self.u_a * self.u_b)

    def _told(self, value: Floats, variance: Floats, scale: Floats | float, level: float) -> Predicted:
        u = np.sqrt(np.maximum(variance, 0.0)) / scale
        expanded = coverage_factor(self.dof, level=level) * u
        told = (arguments.plain(np.asarray(part)) for part in (value, u, expanded))
        value, u, expanded = told
        return Predicted(value, u, self.dof, expanded)


def fit_line(x: ArrayLike, y: ArrayLike, *, u: ArrayLike | None = None, origin: float = 0.0) -> Line:
    """Fit a calibration line, or many.

    Parameters
    ----------
    x, y : array_like, shape (n,) or (..., n)
        x is taken as known exactly. Leading axes hold lines of their own; one of the two may be shared by all.
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
    >>> fit_line([1, 2, 3, 4], [[2.1, 3.9, 6.2, 7.8], [1.0, 2.1, 2.9, 4.0]]).b.round(2).tolist()
    [1.94, 0.98]
    """
    parts = {"x": arguments.real(x, name="x"), "y": arguments.real(y, name="y")}
    if u is not None:
        parts["u"] = arguments.real(u, name="u")
        fault = "a weight needs an uncertainty above 0"
        arguments.refuse_where(parts["u"] <= 0, name="u", fault=fault, values=parts["u"])
    for name, part in parts.items():
        if part.ndim < 1 or part.shape[-1] != parts["x"].shape[-1]:
            raise ValueError(f"{name} has shape {part.shape}: as many points as x {parts['x'].shape} are needed")
    at, seen, *given = arguments.fitting(**parts)
    weights = 1 / given[0] ** 2 if given else np.ones(at.shape)
    n, needed = at.shape[-1], 2 if given else 3
    if n < needed:
        raise ValueError(f"x holds {n} points: {needed} are needed")
    spread = np.ptp(at, axis=-1)
    arguments.refuse_where(spread == 0, name="range of x", fault="all points lie at one x", values=spread)
    origin = arguments.scalar(arguments.real(origin, name="origin", ndim=0), name="origin")
    total = weights.sum(axis=-1)
    middle = (weights * at).sum(axis=-1) / total
    centred = at - middle[..., None]
    square = (weights * centred**2).sum(axis=-1)
    slope = (weights * centred * seen).sum(axis=-1) / square
    level = (weights * seen).sum(axis=-1) / total
    left = seen - level[..., None] - slope[..., None] * centred
    residual = np.sqrt((weights * left**2).sum(axis=-1) / max(n - 2, 1))
    scale = np.ones(residual.shape) if given else residual
    u_b, u_middle = scale / np.sqrt(square), scale / np.sqrt(total)
    d = origin - middle
    u_a = np.sqrt(u_middle**2 + d**2 * u_b**2)
    r = np.divide(d * u_b, u_a, out=np.zeros(u_a.shape), where=u_a > 0)
    dof, method = (np.inf, "weighted by given uncertainties") if given else (float(n - 2), "ordinary")
    held = (level + slope * d, slope, u_a, u_b, r, residual)
    a, b, u_a, u_b, r, residual = (arguments.plain(np.asarray(part)) for part in held)
    return Line(a, b, u_a, u_b, r, dof, residual, origin, f"least squares, {method}")

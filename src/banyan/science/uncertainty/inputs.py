"""Input quantities: what is known of each, from observations (type A) or otherwise (type B)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats

Sampler = Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True, eq=False)
class Input:
    """One input quantity.

    Make it with a class method that says where the knowledge comes from: `normal`, `type_a`, `certificate`,
    `rectangular`, `resolution`, `triangular`, `trapezoidal`, `curvilinear`, `arcsine`, `student`, `exponential`,
    `counted`, `drawn_by`.

    Attributes
    ----------
    value : ndarray
        Best estimate; an array describes the same input of many measurements at once.
    u : ndarray
        Standard uncertainty.
    dof : ndarray
        Degrees of freedom of `u`; infinite where it is taken as known.
    kind : str
        Distribution.
    shape : tuple of float
        What else the distribution needs.
    """

    value: Floats
    u: Floats
    dof: Floats
    kind: str
    shape: tuple[float, ...] = ()
    sampler: Sampler | None = None

    @classmethod
    def normal(cls, value: ArrayLike, u: ArrayLike, *, dof: ArrayLike = np.inf) -> Input:
        """Estimate with a standard uncertainty.

        With finite degrees of freedom a Monte Carlo run draws from the t distribution (JCGM 101, 6.4.9.7).

        Examples
        --------
        >>> Input.normal(10.0, 0.05, dof=9).u.item()
        0.05
        """
        return _made(value, u, dof, "normal")

    @classmethod
    def type_a(cls, observations: ArrayLike) -> Input:
        """Mean of repeated independent observations (n of them: n - 1 degrees of freedom).

        Examples
        --------
        >>> repeated = Input.type_a([9.99, 10.02, 10.01, 9.97, 10.03, 10.0])
        >>> repeated.u.round(5).item(), repeated.dof.item()
        (0.00882, 5.0)
        """
        data = arguments.real(observations, name="observations", ndim=1)
        if data.size < 2:
            raise ValueError(f"observations holds {data.size} value: a type A evaluation needs 2 or more")
        return _made(data.mean(), data.std(ddof=1) / np.sqrt(data.size), data.size - 1, "normal")

    @classmethod
    def certificate(cls, value: ArrayLike, expanded: ArrayLike, *, k: float = 2.0) -> Input:
        """Value with expanded uncertainty and coverage factor as a certificate states them.

        Examples
        --------
        >>> Input.certificate(100.0, 0.3, k=3).u.round(3).item()
        0.1
        """
        if not k > 0:
            raise ValueError(f"k is {k}: a coverage factor lies above 0")
        return _made(value, arguments.real(expanded, name="expanded") / k, np.inf, "normal")

    @classmethod
    def rectangular(cls, value: ArrayLike, half_width: ArrayLike, *, dof: ArrayLike = np.inf) -> Input:
        """Value known to lie within ± half_width, nothing else (u = a / √3).

        Examples
        --------
        >>> Input.rectangular(0, 0.6).u.round(4).item()
        0.3464
        """
        return _made(value, arguments.real(half_width, name="half_width") / np.sqrt(3), dof, "rectangular")

    @classmethod
    def resolution(cls, value: ArrayLike, step: ArrayLike) -> Input:
        """Reading of an indication that moves in steps (u = step / √12).

        Examples
        --------
        >>> Input.resolution(20.1, 0.1).u.round(4).item()
        0.0289
        """
        return cls.rectangular(value, arguments.real(step, name="step") / 2)

    @classmethod
    def triangular(cls, value: ArrayLike, half_width: ArrayLike, *, dof: ArrayLike = np.inf) -> Input:
        """Value within ± half_width, the middle likeliest (u = a / √6).

        Examples
        --------
        >>> Input.triangular(0, 0.6).u.round(4).item()
        0.2449
        """
        return _made(value, arguments.real(half_width, name="half_width") / np.sqrt(6), dof, "triangular")

    @classmethod
    def arcsine(cls, value: ArrayLike, half_width: ArrayLike, *, dof: ArrayLike = np.inf) -> Input:
        """Value that swings between ± half_width, such as a cycling temperature (u = a / √2).

        Examples
        --------
        >>> Input.arcsine(0, 0.6).u.round(4).item()
        0.4243
        """
        return _made(value, arguments.real(half_width, name="half_width") / np.sqrt(2), dof, "arcsine")

    @classmethod
    def trapezoidal(cls, value: ArrayLike, half_width: ArrayLike, *, top: float, dof: ArrayLike = np.inf) -> Input:
        """Value within ± half_width, equally likely within ± top · half_width (0 triangular, 1 rectangular).

        Examples
        --------
        >>> Input.trapezoidal(0, 0.6, top=1).u.round(4).item()
        0.3464
        """
        arguments.probability(top, name="top")
        a = arguments.real(half_width, name="half_width")
        return _made(value, a * np.sqrt((1 + top**2) / 6), dof, "trapezoidal", (float(top),))

    @classmethod
    def curvilinear(
        cls, value: ArrayLike, half_width: ArrayLike, *, inexact: ArrayLike, dof: ArrayLike = np.inf
    ) -> Input:
        """Value within ± half_width, which is itself known to ± inexact only (JCGM 101, 6.4.3).

        Both ends move together: u² = a² / 3 + inexact² / 9, as for a rectangle with an uncertain half width.

        Examples
        --------
        >>> Input.curvilinear(0, 0.05, inexact=0.025).u.round(5).item()
        0.03005
        """
        a, d = arguments.real(half_width, name="half_width"), arguments.real(inexact, name="inexact")
        arguments.refuse_where(
            (d < 0) | (d > a), name="inexact", fault="it lies between 0 and the half width", values=d + 0 * a
        )
        share = float(np.max(d / np.where(a > 0, a, 1.0)))
        return _made(value, np.sqrt(a**2 / 3 + d**2 / 9), dof, "curvilinear", (share,))

    @classmethod
    def exponential(cls, value: ArrayLike) -> Input:
        """Value that cannot be negative and of which the mean alone is known (JCGM 101, 6.4.10): u = value.

        Examples
        --------
        >>> Input.exponential(2.0).u.item()
        2.0
        """
        mean = arguments.real(value, name="value")
        arguments.refuse_where(mean <= 0, name="value", fault="its mean lies above 0", values=mean)
        return _made(mean, mean, np.inf, "exponential")

    @classmethod
    def counted(cls, count: ArrayLike) -> Input:
        """Mean number of events in an interval in which `count` were seen (JCGM 101, 6.4.11): gamma, count + 1.

        Examples
        --------
        >>> Input.counted(8).value.item(), Input.counted(8).u.item()
        (9.0, 3.0)
        """
        seen = arguments.counts(count, name="count")
        return _made(seen + 1, np.sqrt(seen + 1), np.inf, "counted")

    @classmethod
    def student(cls, value: ArrayLike, scale: ArrayLike, *, dof: float) -> Input:
        """Scaled and shifted t distribution; its standard deviation is scale √(dof / (dof - 2)).

        Examples
        --------
        >>> Input.student(0, 1.0, dof=4).u.round(4).item()
        1.4142
        """
        if not dof > 2:
            raise ValueError(
                f"dof is {dof}: the t distribution has a standard deviation above 2 degrees of freedom only"
            )
        return _made(
            value, arguments.real(scale, name="scale") * np.sqrt(dof / (dof - 2)), np.inf, "student", (float(dof),)
        )

    @classmethod
    def drawn_by(cls, sampler: Sampler, *, value: ArrayLike, u: ArrayLike, dof: ArrayLike = np.inf) -> Input:
        """Any other distribution: `sampler(generator, size)` draws it, `value` and `u` describe it.

        Examples
        --------
        >>> decay = Input.drawn_by(lambda random, size: random.exponential(2.0, size), value=2.0, u=2.0)
        >>> decay.kind
        'drawn'
        """
        made = _made(value, u, dof, "drawn")
        return cls(made.value, made.u, made.dof, "drawn", (), sampler)

    def draw(self, random: np.random.Generator, size: int) -> Floats:
        """Draw values, for one measurement.

        Examples
        --------
        >>> Input.rectangular(5, 1).draw(np.random.default_rng(1), 3).round(2)
        array([5.02, 5.9 , 4.29])
        """
        if self.value.ndim:
            raise ValueError("the input holds many measurements: a Monte Carlo run is for one of them")
        value, u = float(self.value), float(self.u)
        if self.kind == "drawn" and self.sampler is not None:
            return np.asarray(self.sampler(random, size), dtype=float)
        if self.kind == "normal":
            dof = float(self.dof)
            standard = random.standard_normal(size) if np.isinf(dof) else random.standard_t(dof, size)
        elif self.kind == "student":
            dof = self.shape[0]
            standard = random.standard_t(dof, size) / np.sqrt(dof / (dof - 2))
        elif self.kind == "rectangular":
            standard = random.uniform(-np.sqrt(3), np.sqrt(3), size)
        elif self.kind == "triangular":
            standard = random.triangular(-np.sqrt(6), 0.0, np.sqrt(6), size)
        elif self.kind == "arcsine":
            standard = np.sqrt(2) * np.sin(random.uniform(-np.pi, np.pi, size))
        elif self.kind == "curvilinear":
            share = self.shape[0]
            width = 1 + share * random.uniform(-1, 1, size)
            standard = width * random.uniform(-1, 1, size) / np.sqrt(1 / 3 + share**2 / 9)
        elif self.kind == "exponential":
            standard = random.standard_exponential(size) - 1
        elif self.kind == "counted":
            standard = (random.standard_gamma(value, size) - value) / np.sqrt(value)
        else:
            top = self.shape[0]
            sides = random.uniform(-1, 1, size) * (1 + top) / 2 + random.uniform(-1, 1, size) * (1 - top) / 2
            standard = sides / np.sqrt((1 + top**2) / 6)
        standard *= u
        standard += value
        return standard


def _made(value: ArrayLike, u: ArrayLike, dof: ArrayLike, kind: str, shape: tuple[float, ...] = ()) -> Input:
    centre = arguments.real(value, name="value")
    spread = arguments.real(u, name="u")
    freedom = arguments.real(dof, name="dof", finite=False)
    arguments.refuse_where(spread < 0, name="u", fault="an uncertainty is not negative", values=spread)
    arguments.refuse_where(~(freedom > 0), name="dof", fault="degrees of freedom lie above 0", values=freedom)
    return Input(centre, spread, freedom, kind, shape)


@dataclass(frozen=True, eq=False)
class Observed:
    """Means of quantities observed together, with the correlations that this gives.

    Attributes
    ----------
    inputs : dict of Input
    correlation : dict
        (name, name) to correlation coefficient of the means.
    together : tuple of str
        The names: one ensemble for the degrees of freedom.
    """

    inputs: dict[str, Input]
    correlation: dict[tuple[str, str], float]
    together: tuple[str, ...]


def observed_together(observations: Mapping[str, ArrayLike]) -> Observed:
    """Type A evaluation of quantities that were observed simultaneously, as in GUM H.2.

    Parameters
    ----------
    observations : mapping of str to array_like, each of shape (n,)

    Examples
    --------
    >>> seen = observed_together({"V": [5.007, 4.994, 5.005], "I": [0.0197, 0.0196, 0.0197]})
    >>> round(seen.correlation["V", "I"], 3)
    0.99
    """
    arguments.made(observations, Mapping, name="observations", by="a mapping of name to observations")
    names = tuple(observations)
    if not names:
        raise ValueError("observations is empty: at least one quantity is needed")
    data = [arguments.real(observations[name], name=name, ndim=1) for name in names]
    if len({values.size for values in data}) > 1:
        raise ValueError(f"observed together, but not equally often: {[values.size for values in data]}")
    for name, values in zip(names, data, strict=True):
        if values.size < 2 or np.ptp(values) == 0:
            raise ValueError(f"{name} does not vary (or is a single value): no correlation can be computed")
    matrix = np.corrcoef(np.array(data))
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    correlation = {(names[i], names[j]): float(matrix[i, j]) for i, j in pairs}
    return Observed(
        {name: Input.type_a(values) for name, values in zip(names, data, strict=True)}, correlation, names
    )


def named_inputs(inputs: Mapping[str, Input]) -> tuple[str, ...]:
    """Return the names of the inputs; refuse what is no mapping of names to inputs."""
    arguments.made(inputs, Mapping, name="inputs", by="a mapping of name to Input")
    for name, one in inputs.items():
        arguments.made(one, Input, name=f"inputs[{name!r}]", by="Input")
    return tuple(inputs)


def callable_model(model: Callable[..., Any]) -> Callable[..., Any]:
    """Return the model; refuse what cannot be called."""
    if not callable(model):
        raise ValueError(f"model is {model!r:.60}: a function of the inputs is needed")
    return model


def correlation_matrix(
    names: tuple[str, ...], correlation: Mapping[tuple[str, str], float] | ArrayLike | None
) -> Floats:
    """Matrix of correlations from pairs, or as given; refused where it cannot be one."""
    matrix = np.eye(len(names))
    if correlation is None:
        return matrix
    if isinstance(correlation, Mapping):
        for (first, second), r in correlation.items():
            for name in (first, second):
                if name not in names:
                    raise ValueError(
                        f"correlation names {name!r}, which is no input; the inputs are {', '.join(names)}"
                    )
            i, j = names.index(first), names.index(second)
            matrix[i, j] = matrix[j, i] = float(r)
    else:
        matrix = arguments.real(correlation, name="correlation")
        if matrix.shape != (len(names),) * 2:
            raise ValueError(
                f"correlation has the shape {matrix.shape}: {len(names)} inputs need a square of that size"
            )
    if not np.allclose(matrix, matrix.T) or not np.allclose(np.diag(matrix), 1):
        raise ValueError("correlation: the matrix must be symmetric with ones on its diagonal")
    if np.any(np.abs(matrix) > 1) or np.linalg.eigvalsh(matrix).min() < -1e-10:
        raise ValueError("correlation: these coefficients cannot hold together (not positive semidefinite)")
    return matrix

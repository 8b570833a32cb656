"""Injury scenarios: exact probabilities through a matrix to a level, and what would change that level."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import prod

from banyan.science import arguments

Probability = Fraction | Decimal | int | float | str

DIGITS = 12
"""Digits of a written number on each side of its point or stroke: an exponent would ask for as many as it says."""
_WRITTEN = re.compile(rf"\s*(?:\d{{1,{DIGITS}}}(?:\.\d{{1,{DIGITS}}}|/\d{{1,{DIGITS}}})?|\.\d{{1,{DIGITS}}})\s*")
_SMALLEST = -400  # a Decimal with a longer tail of places is no probability that anybody stated


@dataclass(frozen=True, slots=True)
class Matrix:
    """Bands of probability × severities → levels.

    Attributes
    ----------
    bands : tuple of (str, Fraction)
        Names of the bands from the most probable down, each with the edge that a probability must exceed.
        What exceeds none belongs to the last.
    levels : tuple of str
        From the lowest level up.
    cells : tuple of tuple of str
        Level per band (as `bands`) and severity 1, 2, ….
    """

    bands: tuple[tuple[str, Fraction], ...]
    levels: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    def band(self, probability: Fraction) -> int:
        """Return the place of the band that holds the probability; an edge belongs to the band below it."""
        return next((i for i, (_, edge) in enumerate(self.bands) if probability > edge), len(self.bands) - 1)

    def level(self, band: int, severity: int) -> str:
        """Return the level of a band's place and a severity."""
        return self.cells[band][severity - 1]

    def height(self, level: str) -> int:
        """Return how high a level is, 0 for the lowest."""
        return self.levels.index(level)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to come to harm.

    Attributes
    ----------
    name : str
    steps : tuple of Fraction
        Probability of each step from the defect to the injury, given the steps before it.
    severity : int
        1 for the slightest.
    """

    name: str
    steps: tuple[Fraction, ...]
    severity: int

    @property
    def probability(self) -> Fraction:
        """Exact probability of the injury: the product of the steps."""
        return prod(self.steps, start=Fraction(1))


@dataclass(frozen=True, slots=True)
class Assessed:
    """The level of a scenario.

    Attributes
    ----------
    scenario : Scenario
    probability : Fraction
    band, level : str
    """

    scenario: Scenario
    probability: Fraction
    band: str
    level: str


@dataclass(frozen=True, slots=True)
class Shift:
    """What a changed assumption does to the level.

    Attributes
    ----------
    scenario : str
        The scenario of which an assumption is changed.
    band : str or None
        The band in which its probability then lies; None where that is not what is changed.
    severity : int or None
        The severity that it then has; None where that is not what is changed.
    level : str
        Level under it.
    differs : bool
        Whether that is another level.
    """

    scenario: str
    band: str | None
    severity: int | None
    level: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ProductRisk:
    """The level of a product: that of its worst scenario.

    Attributes
    ----------
    level : str
    worst : Assessed
    scenarios : tuple of Assessed
        In the order given.
    shifts : tuple of Shift
        For the worst scenario and any that could overtake it: each uncertain factor moved by one.
    robust : bool
        True where no shift changes the product's level.
    """

    level: str
    worst: Assessed
    scenarios: tuple[Assessed, ...]
    shifts: tuple[Shift, ...]
    robust: bool


def exact(value: Probability, *, name: str = "probability") -> Fraction:
    """Return a probability as an exact fraction.

    Parameters
    ----------
    value : Fraction, Decimal, int, str or float
        ``"1/50"`` and ``"0.02"`` are read as written, with at most 12 digits on each side and no exponent; a float
        as the shortest decimal that prints it, so 0.1 is one tenth and not its binary neighbour.

    Raises
    ------
    ValueError
        For what is not a number in 0..1.

    Examples
    --------
    >>> exact("1/50"), exact(0.1) ** 3 == exact("1/1000")
    (Fraction(1, 50), True)
    """
    needed = f"a fraction such as '1/50' or '0.02', of at most {DIGITS} digits, is needed"
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        raise ValueError(f"{name} is {value!r:.60}: {needed}")
    if isinstance(value, Decimal) and not _is_short(value):
        raise ValueError(f"{name} is {value!s:.60}: {needed}")
    try:
        found = Fraction(repr(value) if isinstance(value, float) else value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        raise ValueError(f"{name} is {value!r}: {needed}") from error
    if isinstance(value, bool) or not 0 <= found <= 1:
        raise ValueError(f"{name} is {value!r}: a probability lies in 0..1")
    return found


def _is_short(value: Decimal) -> bool:
    """Whether a decimal, written out, is no longer than a probability may be."""
    if not value.is_finite():
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _SMALLEST and value.adjusted() < DIGITS


def risk_matrix(
    *,
    bands: Sequence[tuple[str, Probability]],
    cells: Mapping[str, Sequence[str]],
    levels: Sequence[str],
) -> Matrix:
    """Return a checked risk matrix.

    Parameters
    ----------
    bands : sequence of (name, edge)
        From the most probable down; a probability belongs to the first band whose edge it exceeds. The last
        edge is 0.
    cells : mapping of band name to sequence of levels
        One level per severity, the slightest first.
    levels : sequence of str
        From the lowest up.

    Raises
    ------
    ValueError
        When edges do not fall, a band has no cells, rows differ in length, a level is unknown, or a higher
        probability or severity leads to a lower level.

    Examples
    --------
    >>> matrix = risk_matrix(bands=[("often", "1/100"), ("rarely", 0)], levels=["low", "high"],
    ...                      cells={"often": ["low", "high"], "rarely": ["low", "low"]})
    >>> matrix.level(matrix.band(exact("1/100")), 2)
    'low'
    """
    bands = arguments.listed(bands, name="bands", needs="a list of (name, edge)")
    for i, band in enumerate(bands):
        if not (isinstance(band, tuple | list) and len(band) == 2 and isinstance(band[0], str)):
            raise ValueError(f"bands[{i}] is {band!r:.60}: (name, edge) is needed")
    arguments.made(cells, Mapping, name="cells", by="a mapping of band to levels")
    levels = arguments.listed(levels, name="levels", needs="a list of names from the lowest up")
    arguments.labels(levels, name="levels", length=len(levels))
    held = tuple((name, exact(edge, name=f"edge of band {name!r}")) for name, edge in bands)
    edges = [edge for _, edge in held]
    if not held or edges != sorted(set(edges), reverse=True) or edges[-1] != 0:
        raise ValueError("bands: edges must fall from band to band and end at 0")
    if set(cells) != {name for name, _ in held}:
        odd = set(cells) ^ {name for name, _ in held}
        raise ValueError(f"cells and bands do not name the same bands: {sorted(odd)[0]!r}")
    rows = tuple(
        tuple(arguments.listed(cells[name], name=f"cells of band {name!r}", needs="a list of levels"))
        for name, _ in held
    )
    if not rows[0] or len({len(row) for row in rows}) > 1:
        raise ValueError("cells: every band needs one level per severity")
    unknown = {level for row in rows for level in row} - set(levels)
    if unknown:
        raise ValueError(f"cells hold level {sorted(unknown)[0]!r}, which levels does not name")
    matrix = Matrix(held, tuple(levels), rows)
    heights = [[matrix.height(level) for level in row] for row in rows]
    for i, row in enumerate(heights):
        if row != sorted(row):
            raise ValueError(f"cells of band {held[i][0]!r}: a greater severity leads to a lower level")
        if i and any(lower > upper for lower, upper in zip(row, heights[i - 1], strict=True)):
            raise ValueError(f"cells of band {held[i][0]!r}: a smaller probability leads to a higher level")
    return matrix


def scenario(name: str, *, steps: Sequence[Probability], severity: int) -> Scenario:
    """Return a scenario with exact step probabilities.

    Examples
    --------
    >>> scenario("chair folds up", steps=[1, "1/50", "1/10", 1], severity=1).probability
    Fraction(1, 500)
    """
    steps = arguments.listed(steps, name=f"steps of {name!r}", needs="a list of probabilities")
    if not steps:
        raise ValueError(f"steps of {name!r} is empty: at least one step is needed")
    found = tuple(exact(step, name=f"steps[{i}] of {name!r}") for i, step in enumerate(steps))
    severity = arguments.whole(severity, name=f"severity of {name!r}", needs="a whole number from 1", least=1)
    return Scenario(name, found, severity)


def assess(scenarios: Sequence[Scenario], *, matrix: Matrix) -> ProductRisk:
    """Return the level of a product and how firmly it stands.

    One product a call, with all of its scenarios: probabilities are exact fractions, which no array holds.

    Parameters
    ----------
    scenarios : sequence of Scenario
    matrix : Matrix

    Returns
    -------
    ProductRisk
        The level is the highest of any scenario, never a sum or mean. Each scenario's probability is moved
        by one band and its severity by one step, and the product's level is taken again.

    Raises
    ------
    ValueError
        When there is no scenario, or a severity that the matrix does not have.

    References
    ----------
    Commission Implementing Decision (EU) 2019/417, risk assessment guidelines.

    Examples
    --------
    >>> matrix = risk_matrix(bands=[("often", "1/100"), ("rarely", 0)], levels=["low", "high"],
    ...                      cells={"often": ["low", "high"], "rarely": ["low", "low"]})
    >>> found = assess([scenario("folds up", steps=["1/5", "1/10"], severity=1)], matrix=matrix)
    >>> found.level, found.robust, [(s.scenario, s.band, s.severity) for s in found.shifts if s.differs]
    ('low', False, [('folds up', None, 2)])
    """
    arguments.made(matrix, Matrix, name="matrix", by="risk_matrix()")
    scenarios = arguments.listed(scenarios, name="scenarios", needs="a list of scenarios")
    for i, one in enumerate(scenarios):
        arguments.made(one, Scenario, name=f"scenarios[{i}]", by="scenario()")
    if not scenarios:
        raise ValueError("scenarios is empty: describe at least one way to come to harm")
    severities = len(matrix.cells[0])
    for s in scenarios:
        if s.severity > severities:
            raise ValueError(f"severity of {s.name!r} is {s.severity}: the matrix has 1 to {severities}")
    places = [matrix.band(s.probability) for s in scenarios]
    assessed = tuple(
        Assessed(s, s.probability, matrix.bands[b][0], matrix.level(b, s.severity))
        for s, b in zip(scenarios, places, strict=True)
    )
    worst = max(assessed, key=lambda a: (matrix.height(a.level), a.scenario.severity, a.probability))
    shifts = []
    for i, (s, band) in enumerate(zip(scenarios, places, strict=True)):
        others = [a.level for k, a in enumerate(assessed) if k != i]
        moved = [(band - 1, s.severity), (band + 1, s.severity), (band, s.severity + 1), (band, s.severity - 1)]
        for b, severity in moved:
            if not (0 <= b < len(matrix.bands) and 1 <= severity <= severities):
                continue
            level = max([*others, matrix.level(b, severity)], key=matrix.height)
            to_band, to_severity = (None, severity) if b == band else (matrix.bands[b][0], None)
            shifts.append(Shift(s.name, to_band, to_severity, level, level != worst.level))
    return ProductRisk(worst.level, worst, assessed, tuple(shifts), not any(s.differs for s in shifts))


def step_at_which_level_changes(
    scenario: Scenario, *, step: int, matrix: Matrix
) -> tuple[Fraction | None, Fraction | None]:
    """Return below and above which probability of one step the scenario's level would be another.

    Parameters
    ----------
    scenario : Scenario
    step : int
        Which step is uncertain, from 0.
    matrix : Matrix

    Returns
    -------
    down, up : Fraction or None
        At `down` or less the level is lower; above `up` it is higher. None where no probability of this
        step leads there.

    Examples
    --------
    >>> matrix = risk_matrix(bands=[("often", "1/100"), ("rarely", 0)], levels=["low", "high"],
    ...                      cells={"often": ["low", "high"], "rarely": ["low", "low"]})
    >>> s = scenario("folds up", steps=["1/5", "1/10"], severity=2)
    >>> step_at_which_level_changes(s, step=0, matrix=matrix)
    (Fraction(1, 10), None)
    """
    arguments.made(scenario, Scenario, name="scenario", by="scenario()")
    arguments.made(matrix, Matrix, name="matrix", by="risk_matrix()")
    last = len(scenario.steps) - 1
    step = arguments.whole(step, name="step", needs=f"a step of the scenario, 0 to {last},", least=0, most=last)
    rest = prod((p for i, p in enumerate(scenario.steps) if i != step), start=Fraction(1))
    now = matrix.height(matrix.level(matrix.band(scenario.probability), scenario.severity))
    down = up = None
    for i, (_, edge) in enumerate(matrix.bands[:-1]):
        if rest == 0 or edge / rest >= 1:
            continue
        above = matrix.height(matrix.level(i, scenario.severity))
        below = matrix.height(matrix.level(i + 1, scenario.severity))
        if above >= now > below and down is None:
            down = edge / rest
        if above > now >= below:
            up = edge / rest
    return down, up

"""Judges a printed result against a printed limit: conforms, fails, or cannot be re-judged and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from banyan.science.limits.expressions import Absence, Bound, Limit, Plan, read_limit
from banyan.science.limits.quantities import Quantity, Unit, common_scale, read_unit
from banyan.science.limits.results import Result, read_result, read_results
from banyan.science.limits.rows import split_items

CONFORMS, FAILS, CANNOT = "conforms", "does_not_conform", "cannot"
AGREES, DIFFERS = "agrees", "differs"


def gettext_noop(text: str) -> str:
    """Mark a source string for the catalogue; translation happens where it is shown."""
    return text


REASONS = {
    "no_limit": gettext_noop("The row states no limit."),
    "no_result": gettext_noop("The row states no result."),
    "limit_in_words": gettext_noop("The limit is a requirement in words, not a number."),
    "limit_unreadable": gettext_noop("The limit could not be read as a number, a range or a plan."),
    "no_direction": gettext_noop("The limit is a bare number; whether it is a maximum or a minimum is not stated."),
    "result_in_words": gettext_noop("The result is a description in words."),
    "result_unreadable": gettext_noop("The result could not be read as a number."),
    "result_is_verdict": gettext_noop("The result repeats the verdict and gives no value."),
    "results_not_paired": gettext_noop("The number of results differs from the number of items in the cell."),
    "too_few_values": gettext_noop("The plan asks for more values than the row gives."),
    "too_many_values": gettext_noop("The row gives more values than the plan asks for."),
    "units_differ": gettext_noop("Result and limit are in units that cannot be converted into each other."),
    "beyond_bound": gettext_noop(
        "The result is known only as below or above a bound that does not decide the limit."
    ),
    "several_readings": gettext_noop("The printed number can be read in two ways that lead to different outcomes."),
    "only_found": gettext_noop("The result says only that something was found, the limit allows an amount."),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """Outcome of one item: `reason` is a key of REASONS when it cannot be re-judged, else empty."""

    outcome: str
    reason: str = ""
    unit_assumed: bool = False
    retested: bool = False

    @property
    def words(self) -> str:
        """The reason as an English source sentence, empty when there is none."""
        return REASONS.get(self.reason, "")


@dataclass(frozen=True, slots=True)
class Judgements:
    """Outcomes of many rows as arrays, with the number of rows for each outcome and reason."""

    outcome: npt.NDArray[np.object_]
    reason: npt.NDArray[np.object_]
    counts: dict[tuple[str, str], int]


class _Unclear(Exception):
    """No verdict follows; carries the reason code."""


@lru_cache(maxsize=131072)
def judge(*, limit: str, result: str, unit: str = "") -> Judgement:
    """
    Judge one printed result against one printed limit.

    Parameters
    ----------
    limit, result
        As printed: ``≤0.5 g/kg``, ``不得检出``, ``n=5,c=2,m=10²,M=10³``; ``0.6``, ``未检出``, ``＜0.05``.
    unit
        Unit stated for the row, used where a number prints none.

    Notes
    -----
    Values are compared in full, without rounding (全数值比较法, GB/T 8170) and without regard to a printed
    uncertainty. "Not detected" conforms to every maximum, because a method must reach below the limit that
    it serves; if its detection limit is printed and lies above the limit, nothing follows. A result below a
    bound ("<0.05") says nothing about an item that must not be found at all.

    Examples
    --------
    >>> judge(limit="≤0.5g/kg", result="600 mg/kg").outcome
    'does_not_conform'
    >>> judge(limit="n=5,c=2,m=10²,M=10³", result="90;80;120;95;70 CFU/g").outcome
    'conforms'
    >>> judge(limit="不得检出", result="＜0.05").reason
    'beyond_bound'
    """
    _refuse_other_than_text(limit=limit, result=result, unit=unit)
    stated_unit = read_unit(unit)
    if not result.strip():
        return Judgement(CANNOT, "no_result")
    asked = read_limit(limit, unit=stated_unit)
    if asked.problem:
        return Judgement(CANNOT, asked.problem)
    if asked.plan:
        return _by_plan(asked.plan, read_results(result, unit=stated_unit))
    given = read_result(result, unit=stated_unit)
    if given.problem:
        return Judgement(CANNOT, given.problem)
    return _by_parts(asked, given)


def judge_row(*, item: str, limit: str, result: str, unit: str = "") -> Judgement:
    """
    Judge a row whose cells may hold several items: it fails if one fails, conforms if all conform.

    Examples
    --------
    >>> judge_row(item="lead", limit="≤0.5", result="0.7", unit="mg/kg").outcome == FAILS
    True
    """
    _refuse_other_than_text(item=item, limit=limit, result=result, unit=unit)
    judged = [
        Judgement(CANNOT, part.problem)
        if part.problem
        else judge(limit=part.limit, result=part.result, unit=part.unit)
        for part in split_items(item, limit, result, unit)
    ]
    return _worst(judged)


def judge_rows(
    *,
    limits: Sequence[str],
    results: Sequence[str],
    items: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
) -> Judgements:
    """
    Judge columns of strings; every distinct combination is judged once.

    Raises
    ------
    ValueError
        If the columns differ in length, or a cell is not text (an empty cell is the empty text).

    Examples
    --------
    >>> judged = judge_rows(limits=["≤0.5", "≤0.5"], results=["0.2", "0.7"])
    >>> [one == CONFORMS for one in judged.outcome]
    [True, False]
    """
    count = len(limits)
    columns = (items or [""] * count, limits, results, units or [""] * count)
    names = ("items", "limits", "results", "units")
    for name, column in zip(names, columns, strict=True):
        if len(column) != count:
            raise ValueError(f"{name} has {len(column)} rows: {count} expected, as many as limits")
    known: dict[tuple[str, str, str, str], Judgement] = {}
    outcome, reason = np.empty(count, dtype=object), np.empty(count, dtype=object)
    counts: dict[tuple[str, str], int] = {}
    for place, row in enumerate(zip(*columns, strict=True)):
        judged = known.get(row)
        if judged is None:
            _refuse_other_than_text(**{f"{name}[{place}]": cell for name, cell in zip(names, row, strict=True)})
            judged = known[row] = judge_row(item=row[0], limit=row[1], result=row[2], unit=row[3])
        outcome[place], reason[place] = judged.outcome, judged.reason
        counts[judged.outcome, judged.reason] = counts.get((judged.outcome, judged.reason), 0) + 1
    return Judgements(outcome, reason, counts)


def compare(*, passed: bool | None, outcome: str) -> str:
    """
    Whether the authority's verdict agrees with the outcome: agrees, differs, or cannot be re-judged.

    Examples
    --------
    >>> compare(passed=True, outcome=CONFORMS), compare(passed=True, outcome=CANNOT)
    ('agrees', 'cannot')
    """
    if outcome not in (CONFORMS, FAILS, CANNOT):
        raise ValueError(f"outcome is {outcome!r}: it must be one of {CONFORMS}, {FAILS}, {CANNOT}")
    if passed is None or outcome == CANNOT:
        return CANNOT
    return AGREES if passed == (outcome == CONFORMS) else DIFFERS


def _refuse_other_than_text(**cells: object) -> None:
    for name, cell in cells.items():
        if not isinstance(cell, str):
            raise ValueError(f"{name} is {cell!r}: the text as printed is needed, the empty text where there is none")


def _worst(judged: Iterable[Judgement]) -> Judgement:
    judged = list(judged)
    for outcome in (FAILS, CANNOT):
        for one in judged:
            if one.outcome == outcome:
                return one
    return judged[0]


def _by_parts(asked: Limit, given: Result) -> Judgement:
    """Every part must hold; one part that surely fails decides even if others stay unclear."""
    unclear, assumed = "", False
    for part in asked.parts:
        try:
            holds, assumed_here = _holds(part, given)
        except _Unclear as reason:
            unclear = unclear or str(reason)
            continue
        assumed = assumed or assumed_here
        if not holds:
            return Judgement(FAILS, "", assumed, given.retested)
    return Judgement(CANNOT, unclear) if unclear else Judgement(CONFORMS, "", assumed, given.retested)


def _holds(part: Bound | Absence | Plan, given: Result) -> tuple[bool, bool]:
    """Whether the part holds for the value and whether a unit had to be assumed. Raises _Unclear."""
    if isinstance(part, Absence):
        return _is_absent(given), False
    if not isinstance(part, Bound):
        raise TypeError("a plan is judged by its own rule")
    if given.found:
        raise _Unclear("only_found")
    maximum = part.relation in "≤<"
    if given.quantity is None:  # not detected
        positive = all(reading > 0 for reading in part.quantity.readings)
        return (maximum or not positive), False
    scaled = common_scale(given.quantity, part.quantity)
    if scaled is None:
        raise _Unclear("units_differ")
    pairs, assumed = scaled
    verdicts = {_relation_holds(value, given.bound, part.relation, limit) for value, limit in pairs}
    if len(verdicts) > 1:
        raise _Unclear("beyond_bound" if None in verdicts else "several_readings")
    verdict = verdicts.pop()
    if verdict is None:
        raise _Unclear("beyond_bound")
    return verdict, assumed


def _is_absent(given: Result) -> bool:
    if given.quantity is None:
        return not given.found
    if given.bound in ("<", "≤"):
        raise _Unclear("beyond_bound")
    if given.bound:
        return False
    return all(reading == 0 for reading in given.quantity.readings)


def _relation_holds(value: Decimal, bound: str, relation: str, limit: Decimal) -> bool | None:
    """Whether `value` (for a bound: all on its side) stands in the relation to the limit; None if open."""
    if relation in "≥>":  # a mirror image: judge as a maximum
        mirrored = {"<": ">", "≤": "≥", ">": "<", "≥": "≤", "": ""}[bound]
        return _relation_holds(-value, mirrored, {"≥": "≤", ">": "<"}[relation], -limit)
    if not bound:
        return value <= limit if relation == "≤" else value < limit
    strict_limit = relation == "<"
    if bound in "<≤":  # anything from below up to value
        surely = value < limit or (value == limit and (bound == "<" or not strict_limit))
        return True if surely else None
    beyond = value > limit or (value == limit and (bound == ">" or strict_limit))
    return False if beyond else None


def _by_plan(plan: Plan, values: tuple[Result, ...]) -> Judgement:
    """Three-class plan (GB 4789.1): none above M, at most c above m; two-class when M is not given."""
    above_m = above_upper = 0
    unclear, assumed = "", False
    for value in values:
        if value.problem:
            unclear = unclear or value.problem
            continue
        try:
            holds_m, assumed_here = _within(plan.m, value)
            assumed = assumed or assumed_here
            above_m += not holds_m
            if plan.M is not None:
                above_upper += not _within(plan.M, value)[0]
        except _Unclear as reason:
            unclear = unclear or str(reason)
    if above_upper or above_m > plan.c:
        return Judgement(FAILS, "", assumed)
    if unclear:
        return Judgement(CANNOT, unclear)
    if len(values) != plan.n:
        return Judgement(CANNOT, "too_few_values" if len(values) < plan.n else "too_many_values")
    return Judgement(CONFORMS, "", assumed)


def _within(limit: Quantity, value: Result) -> tuple[bool, bool]:
    if all(reading == 0 for reading in limit.readings):
        return _is_absent(value), False
    if value.found:
        raise _Unclear("only_found")
    unit: Unit | None = limit.unit or (value.quantity.unit if value.quantity else None)
    return _holds(Bound("≤", Quantity(limit.readings, unit, None, limit.superscript_lost)), value)

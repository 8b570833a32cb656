"""Switching rules of GB/T 2828.1 as a state machine: normal, tightened, reduced, stopped, and the switching score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from banyan.science import arguments
from banyan.science.acceptance import tables
from banyan.science.acceptance.plans import SinglePlan, single_plan

TO_REDUCED_SCORE = 30
REFUSED_TO_TIGHTEN, AMONG = 2, 5
ACCEPTED_TO_NORMAL = 5
REFUSED_TO_STOP = 5
PERCENT = 10.0  # AQLs up to this may be percent nonconforming; larger ones count nonconformities


@dataclass(frozen=True)
class State:
    """Where a series of lots stands.

    Attributes
    ----------
    severity : str
        "normal", "tightened", "reduced" or "discontinued".
    score : int
        Switching score (counts on normal inspection only).
    recent : tuple of bool
        On normal: the last lots (at most four), True where accepted.
    accepted_in_row : int
        On tightened: lots accepted one after the other.
    refused : int
        On tightened: lots not accepted in all since it began.
    reason : str
        Why the severity is what it is.
    """

    severity: str = "normal"
    score: int = 0
    recent: tuple[bool, ...] = ()
    accepted_in_row: int = 0
    refused: int = 0
    reason: str = "inspection begins as normal"


@dataclass(frozen=True)
class Lot:
    """One lot presented for original inspection (resubmitted lots do not count for switching).

    `steady` says that production runs at a steady rate, `reduced_desirable` that the responsible authority
    finds reduced inspection desirable, `other_reason` that other conditions call for normal inspection.
    """

    size: int
    nonconforming: int
    steady: bool = True
    reduced_desirable: bool = False
    other_reason: bool = False


@dataclass(frozen=True)
class InspectedLot:
    """One lot of a series as inspected: under which severity and plan, with what outcome, and the state after."""

    lot: Lot
    severity: str
    plan: SinglePlan | None
    accepted: bool | None
    state: State


def next_state(
    state: State,
    *,
    accepted: bool,
    passed_tighter: bool = False,
    acceptance_number: int = 0,
    steady: bool = True,
    reduced_desirable: bool = False,
    other_reason: bool = False,
) -> State:
    """State after one more lot of original inspection; `inspect_histories` moves the states of many series at once.

    Parameters
    ----------
    state : State
    accepted : bool
        Whether the lot was accepted.
    passed_tighter : bool
        Where the acceptance number is 2 or more: whether it would also have been accepted at the next
        tighter AQL. (Double sampling: accepted on the first sample; multiple: by the third.)
    acceptance_number : int
        Of the plan used.
    steady, reduced_desirable, other_reason : bool
        See `Lot`.

    Raises
    ------
    ValueError
        When inspection was discontinued: only `resume` goes on from there.

    References
    ----------
    GB/T 2828.1-2012, clause 9.3.

    Examples
    --------
    >>> state = State()
    >>> for accepted in (True, False, True, False):
    ...     state = next_state(state, accepted=accepted)
    >>> state.severity, state.reason
    ('tightened', '2 of 3 consecutive lots not accepted')
    """
    arguments.made(state, State, name="state", by="State() or next_state()")
    if not isinstance(accepted, bool | np.bool_):
        raise ValueError(f"accepted is {accepted!r}: whether the lot was accepted, true or false, is needed")
    needs = "the acceptance number of the plan, a whole number,"
    arguments.whole(acceptance_number, name="acceptance_number", needs=needs, least=0)
    if state.severity == "normal":
        return _after_normal(state, accepted, passed_tighter, acceptance_number, steady, reduced_desirable)
    if state.severity == "tightened":
        return _after_tightened(state, accepted)
    if state.severity == "reduced":
        if not accepted:
            return State(reason="a lot was not accepted on reduced inspection")
        if not steady:
            return State(reason="production became irregular")
        if other_reason:
            return State(reason="other conditions call for normal inspection")
        return state
    raise ValueError("inspection was discontinued: resume it once the improvement is agreed to be effective")


def _after_normal(
    state: State,
    accepted: bool,
    passed_tighter: bool,
    acceptance_number: int,
    steady: bool,
    reduced_desirable: bool,
) -> State:
    last = (*state.recent, accepted)[-AMONG:]
    if last.count(False) >= REFUSED_TO_TIGHTEN:
        span = len(last) - last.index(False)
        return State("tightened", reason=f"{last.count(False)} of {span} consecutive lots not accepted")
    if acceptance_number >= 2:
        score = state.score + 3 if accepted and passed_tighter else 0
    else:
        score = state.score + 2 if accepted else 0
    if score >= TO_REDUCED_SCORE and steady and reduced_desirable:
        return State("reduced", reason=f"switching score {score}, steady production, found desirable")
    return replace(state, score=score, recent=last[-(AMONG - 1) :])


def _after_tightened(state: State, accepted: bool) -> State:
    in_row = state.accepted_in_row + 1 if accepted else 0
    refused = state.refused + (not accepted)
    if in_row >= ACCEPTED_TO_NORMAL:
        return State(reason=f"{in_row} consecutive lots accepted on tightened inspection")
    if refused >= REFUSED_TO_STOP:
        return State("discontinued", reason=f"{refused} lots not accepted on tightened inspection")
    return replace(state, accepted_in_row=in_row, refused=refused)


def resume(state: State) -> State:
    """Go on with tightened inspection after the supplier's improvement was agreed to be effective.

    Examples
    --------
    >>> resume(State("discontinued")).severity
    'tightened'
    """
    arguments.made(state, State, name="state", by="State() or next_state()")
    if state.severity != "discontinued":
        raise ValueError(f"inspection is {state.severity}: only discontinued inspection is resumed")
    return State("tightened", reason="resumed after improvement")


def inspect_series(
    lots: Iterable[Lot], *, level: str = "II", aql: float, start: State | None = None
) -> list[InspectedLot]:
    """Inspect a series of lots by single sampling, switching as the rules say (`inspect_histories`: many series).

    Parameters
    ----------
    lots : iterable of Lot
        In the order of inspection; `nonconforming` are those found in the sample.
    level, aql
        As in `single_plan`.
    start : State, optional
        Where the series stood before.

    Returns
    -------
    list of InspectedLot
        Lots after discontinuation have no plan and no outcome.

    Examples
    --------
    >>> series = inspect_series([Lot(1000, 0)] * 15 + [Lot(1000, 3)] * 2, aql=1.0)
    >>> series[14].state.score, series[-1].state.severity
    (45, 'tightened')
    """
    aql = arguments.number(aql, name="aql", needs="one AQL of the preferred series", least=0)
    state = start or State()
    inspected: list[InspectedLot] = []
    for place, lot in enumerate(arguments.listed(lots, name="lots", needs="a list of lots")):
        arguments.made(lot, Lot, name=f"lots[{place}]", by="Lot()")
        if not (0 <= lot.nonconforming <= lot.size and lot.nonconforming == int(lot.nonconforming)):
            raise ValueError(f"lots[{place}] has {lot.nonconforming} nonconforming among {lot.size} units")
        severity = state.severity
        if severity == "discontinued":
            inspected.append(InspectedLot(lot, severity, None, None, state))
            continue
        plan = single_plan(lot.size, level=level, aql=aql, severity=severity)
        if aql <= PERCENT and lot.nonconforming > plan.n:
            raise ValueError(f"lots[{place}] has {lot.nonconforming} nonconforming in a sample of {plan.n}")
        accepted = lot.nonconforming <= plan.accept
        state = next_state(
            state,
            accepted=accepted,
            passed_tighter=accepted and _passes_tighter(lot, level, aql),
            acceptance_number=plan.accept,
            steady=lot.steady,
            reduced_desirable=lot.reduced_desirable,
            other_reason=lot.other_reason,
        )
        inspected.append(InspectedLot(lot, severity, plan, accepted, state))
    if not inspected:
        raise ValueError("lots is empty: at least one lot is needed")
    return inspected


def _passes_tighter(lot: Lot, level: str, aql: float) -> bool:
    """Whether the lot would be accepted on normal inspection at the next tighter AQL of the series."""
    tighter = [value for value in tables.AQLS if value < aql * (1 - 1e-9)]
    if not tighter:
        return lot.nonconforming == 0
    return bool(lot.nonconforming <= single_plan(lot.size, level=level, aql=tighter[-1]).accept)

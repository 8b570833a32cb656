"""Tests of the switching rules, clause by clause, over histories of lots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import acceptance
from banyan.science.acceptance import Lot, State


def after(history, state=None, **facts):
    state = state or State()
    for accepted in history:
        state = acceptance.next_state(state, accepted=accepted, **facts)
    return state


def test_two_of_five_lots_refused_tighten_and_two_of_six_do_not():
    assert after([False, True, True, True, False]).severity == "tightened"
    assert after([False, True, True, True, True, False]).severity == "normal"


def test_five_accepted_in_a_row_return_to_normal():
    tightened = after([False, False])

    assert after([True] * 4, tightened).severity == "tightened"
    assert after([True] * 5, tightened).severity == "normal"
    assert after([True] * 4 + [False] + [True] * 4, tightened).severity == "tightened"


def test_five_refused_in_all_on_tightened_stop_inspection():
    tightened = after([False, False])

    stopped = after([False, True, False, True, False, True, False, True, False], tightened)

    assert stopped.severity == "discontinued"
    with pytest.raises(ValueError, match="resume"):
        acceptance.next_state(stopped, accepted=True)
    assert acceptance.resume(stopped).severity == "tightened"
    with pytest.raises(ValueError, match="only discontinued"):
        acceptance.resume(State())


def test_the_score_counts_two_for_small_and_three_for_large_acceptance_numbers():
    assert after([True] * 4).score == 8
    assert after([True, True, False, True]).score == 2
    assert after([True] * 4, acceptance_number=3, passed_tighter=True).score == 12
    assert after([True] * 4, acceptance_number=3, passed_tighter=False).score == 0


def test_reduced_needs_the_score_and_steady_production_and_the_authority():
    assert after([True] * 20).severity == "normal"
    assert after([True] * 20, reduced_desirable=True, steady=False).severity == "normal"
    assert after([True] * 14, reduced_desirable=True).severity == "normal"
    assert after([True] * 15, reduced_desirable=True).severity == "reduced"


def test_one_refused_lot_or_irregular_production_ends_reduced():
    reduced = State("reduced")

    assert after([True] * 50, reduced).severity == "reduced"
    assert after([False], reduced).severity == "normal"
    assert after([True], reduced, steady=False).severity == "normal"
    assert after([True], reduced, other_reason=True).reason.startswith("other conditions")


def test_a_series_is_inspected_under_the_plan_of_its_severity():
    lots = [Lot(1000, 4), Lot(1000, 3)] + [Lot(1000, 2)] + [Lot(1000, 0, reduced_desirable=True)] * 20

    series = acceptance.inspect_series(lots, aql=1.0)

    assert [one.severity for one in series[:3]] == ["normal", "normal", "tightened"]
    assert series[2].plan.accept == 1
    assert not series[2].accepted
    assert series[8].severity == "normal"
    # Acceptance number 2: three points a lot while none is found, so ten lots.
    assert [one.severity for one in series].index("reduced") == 18
    assert series[18].plan.n == 32


def test_lots_after_the_stop_have_no_outcome():
    series = acceptance.inspect_series([Lot(1000, 9)] * 9, aql=1.0)

    assert [one.accepted for one in series] == [False] * 7 + [None, None]
    assert series[-1].plan is None
    with pytest.raises(ValueError, match=r"lots\[0\] has 9 nonconforming among 5"):
        acceptance.inspect_series([Lot(5, 9)], aql=1.0)


@given(st.lists(st.booleans(), max_size=60))
def test_the_machine_agrees_with_the_clauses_read_over_the_whole_history(history):
    severity, since = "normal", 0
    state = State()
    for place, accepted in enumerate(history):
        if state.severity == "discontinued":
            break
        state = acceptance.next_state(state, accepted=accepted)
        part = history[since : place + 1]
        changed = None
        if severity == "normal" and part[-5:].count(False) >= 2:
            changed = "tightened"
        elif severity == "tightened" and len(part) >= 5 and all(part[-5:]):
            changed = "normal"
        elif severity == "tightened" and part.count(False) >= 5:
            changed = "discontinued"
        if changed:
            severity, since = changed, place + 1
        assert state.severity == severity

"""Workflows: what may be done in which state, and refusals that say what can be done instead."""

from types import SimpleNamespace

import pytest

from banyan.kit.workflow import NotNow, workflow

LOT = workflow(
    "test.lot",
    {"open": "open", "sealed": "sealed", "released": "released", "lost": "lost"},
    ("seal", "Seal", "open", "sealed"),
    ("release", "Release", "sealed", "released"),
    ("end", "End", "open sealed", "lost released"),
    written="Lot rules, art. 9",
)


def lot(state):
    return SimpleNamespace(state=state, __str__=lambda: "lot")


def test_a_move_leads_from_its_state_to_the_next():
    one = lot("open")

    LOT.move(one, "seal")

    assert one.state == "sealed"
    assert [move.name for move in LOT.allowed("sealed")] == ["release", "end"]
    assert LOT.allowed("lost") == ()


def test_a_move_out_of_order_is_refused_with_what_can_be_done_and_where_it_is_written():
    with pytest.raises(NotNow) as refusal:
        LOT.demand(lot("open"), "release")

    assert "Its state is “open”." in refusal.value.sentence
    assert "What can be done now: Seal, End." in refusal.value.sentence
    assert refusal.value.sentence.endswith("(Lot rules, art. 9)")


def test_a_move_with_several_ends_takes_the_one_that_is_named():
    one = lot("sealed")

    LOT.move(one, "end", to="released")

    assert one.state == "released"
    with pytest.raises(ValueError, match="cannot lead to open"):
        LOT.move(lot("sealed"), "end", to="open")


def test_a_workflow_that_names_an_unknown_state_cannot_be_built():
    with pytest.raises(ValueError, match="unknown states"):
        workflow("test.lot", {"open": "open"}, ("seal", "Seal", "open", "sealed"))


def test_choices_of_a_field_are_the_states():
    assert LOT.choices[0] == ("open", "open")

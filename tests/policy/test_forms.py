"""Declared forms: comparisons, all of, any of, steps and bands, with reasons in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from banyan.policy.forms import Condition, Form

FORM = TypeAdapter(Form)
CONDITION = TypeAdapter(Condition)


def test_a_fixed_amount_needs_no_term():
    assert FORM.validate_python({"fixed": 8}).amount({}) == 8


def test_steps_begin_beyond_a_value_and_end_at_the_most():
    form = FORM.validate_python({"base": 8, "step": 2, "per": "days_late", "above": 3, "most": 12})

    assert [form.amount({"days_late": days}) for days in (0, 3, 4, 5, 9)] == [8, 8, 10, 12, 12]


def test_bands_reach_up_to_and_with_their_end():
    form = FORM.validate_python(
        {"look_up": "amount", "bands": [{"upto": 100, "value": 1}, {"upto": 500, "value": 3}, {"value": 5}]}
    )

    assert [form.amount({"amount": amount}) for amount in (0, 100, Decimal("100.01"), 500, 501)] == [1, 1, 3, 3, 5]


@given(more=st.integers(0, 100), days=st.integers(0, 100), step=st.integers(0, 9), above=st.integers(0, 9))
def test_more_days_never_cost_less(more, days, step, above):
    form = FORM.validate_python({"base": 1, "step": step, "per": "days", "above": above, "most": 40})

    assert form.amount({"days": days}) <= form.amount({"days": days + more})


def test_all_of_names_everything_that_is_not_met():
    condition = CONDITION.validate_python(
        {
            "all_of": [
                {"term": "years", "op": ">=", "value": 3},
                {"term": "accidents", "op": "=", "value": 0},
                {
                    "any_of": [
                        {"term": "listed", "op": "=", "value": False},
                        {"term": "repaired", "op": "=", "value": True},
                    ]
                },
            ]
        }
    )

    assert condition.holds({"years": 5, "accidents": 0, "listed": True, "repaired": True})
    assert condition.failing({"years": 2, "accidents": 1, "listed": True, "repaired": False}) == (
        "years is 2, and must be >= 3",
        "accidents is 1, and must be = 0",
        "listed is True, and must be = False or else repaired is False, and must be = True",
    )


def test_a_term_that_was_not_given_is_named():
    condition = CONDITION.validate_python({"term": "years", "op": ">=", "value": 3})

    with pytest.raises(ValueError, match="the term 'years' is needed"):
        condition.holds({"months": 3})
    with pytest.raises(ValueError, match="must be a number"):
        condition.holds({"years": "three"})


@pytest.mark.parametrize(
    "raw",
    [
        {"term": "years", "op": "~", "value": 3},
        {"term": "years", "op": ">", "value": "three"},
        {"term": "years", "op": ">", "value": True},
        {"term": "years; import os", "op": ">", "value": 1},
        {"all_of": []},
        {"none_of": [{"term": "a", "op": "=", "value": 1}]},
    ],
)
def test_a_condition_of_no_declared_form_is_refused(raw):
    with pytest.raises(ValueError, match="validation error"):
        CONDITION.validate_python(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"code": "1 + 1"},
        {"base": 1, "step": 1},
        {"look_up": "a", "bands": [{"upto": 5, "value": 1}]},
        {"look_up": "a", "bands": [{"upto": 5, "value": 1}, {"upto": 5, "value": 2}, {"value": 3}]},
        {"look_up": "a", "bands": [{"value": 1}, {"value": 2}]},
    ],
)
def test_an_amount_of_no_declared_form_is_refused(raw):
    with pytest.raises(ValueError, match="validation error"):
        FORM.validate_python(raw)

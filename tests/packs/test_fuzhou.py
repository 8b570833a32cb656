"""The pack of the seed city: every clause, every target, whom they concern, and what measures them."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from banyan import policy
from banyan.policy.kinds.target import Comparison

ADOPTED = dt.date(2012, 11, 5)
ON = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def book():
    return policy.load()


def test_the_clauses_stand_in_the_order_of_the_document(book):
    assert [line.number for line in book.clauses()] == [
        *("1.2", "2.1(1)", "2.1(2)", "2.2(1)", "2.2(2)", "2.2(3)"),
        *("2.3(1)", "2.3(2)", "2.3(3)", "2.3(4)", "3.1", "3.2", "3.3", "3.4"),
    ]


def test_no_clause_is_without_a_measure_or_a_word_on_what_will_be_measured(book):
    for line in book.clauses():
        assert line.targets or line.indicators or line.needs
        if not line.indicators:
            assert line.needs


def test_every_clause_and_target_has_a_department_that_answers_then_and_now(book):
    for day in (ADOPTED, ON):
        known = {row["key"] for row in book.table("departments", on=day)}
        assert {line.department for line in book.clauses()} <= known
        assert {target.department for target in book.entries("target")} <= known


def test_who_answers_for_a_clause_is_shown_as_unconfirmed(book):
    assert {line.clause.department_confidence for line in book.clauses()} == {"recalled"}


def test_every_target_hangs_on_one_clause_and_is_due_by_the_end_of_2015(book):
    hung = [target.key for line in book.clauses() for target in line.targets]

    assert len(hung) == len(set(hung)) == 23
    assert {target.due for target in book.entries("target")} == {dt.date(2015, 12, 31)}


def test_a_target_is_computed_or_says_in_both_languages_which_record_is_missing(book):
    computed = {target.key for target in book.entries("target") if target.parts}
    missing = [target for target in book.entries("target") if not target.parts]

    assert computed == {"spot-provincial", "spot-food", "spot-national", "export", "park-rate", "park-scheme"}
    assert all(target.needs.zh and target.needs.en for target in missing)


def test_every_figure_to_compare_with_is_listed_by_those_who_publish_it(book):
    listed = {row["key"] for row in book.table("fujian.reference_figures", on=ON)}
    listed |= {row["key"] for row in book.table("figures.reference_figures", on=ON)}
    asked = {
        f"{part.value.reference}.{part.value.indicator or part.indicator}"
        for target in book.entries("target")
        for part in target.parts
        if isinstance(part.value, Comparison) and part.value.reference != "city_average"
    }
    named = {one.reference_figure for one in book.entries("indicator") if one.reference_figure}

    assert asked <= listed
    assert named <= listed
    assert all(row["indicator"] in {one.key for one in book.entries("indicator")}
               for row in book.table("fujian.reference_figures", on=ON))  # fmt: skip


def test_the_official_rate_and_the_estimate_are_two_indicators(book):
    official = book.indicator("provincial_pass_rate")
    estimate = book.indicator("provincial_conformity_estimate")

    assert not official.is_estimate
    assert "targeted" in official.among["drawn"]
    assert estimate.is_estimate
    assert estimate.among["drawn"] == ("random",)
    assert (official.method, estimate.method) == ("wilson", "stratified_rate")


def test_no_rate_of_checks_pools_schemes_or_levels(book):
    for indicator in book.entries("indicator"):
        if indicator.measure == "rate":
            assert isinstance(indicator.among["scheme"], str)
            if indicator.among["scheme"] != "export_inspection":
                assert isinstance(indicator.among["level"], str)


def test_follow_ups_and_complaints_enter_no_rate(book):
    for indicator in book.entries("indicator"):
        if indicator.measure == "rate" and "drawn" in indicator.among:
            assert not {"follow_up", "complaint", "self_reported"} & set(indicator.among["drawn"])


def test_every_role_says_in_one_sentence_what_it_is(book):
    names = {role.key for role in book.entries("role")}

    assert {
        "planner",
        "county_officer",
        "sampler",
        "laboratory",
        "firm",
        "auditor",
        "leader",
        "administrator",
    } <= names
    for role in book.entries("role"):
        assert re.fullmatch(r"[^.]+\.", role.says.en)
        assert role.says.zh.endswith("。")


def test_duties_that_must_lie_apart_lie_apart(book):
    assert not book.role("sampler").may("inspection.test")
    assert not book.role("laboratory").may("inspection.sample")
    assert not book.role("administrator").may("events.view")
    reads = {right for right in book.role("auditor").rights if right.endswith(".view")}
    assert set(book.role("auditor").rights) - reads == {"traceability.purpose", "access.official"}, (
        "whoever reads firms' events or credit says why"
    )
    assert [role.key for role in book.entries("role") if role.may("people.manage")] == ["administrator"]


@pytest.mark.shared
def test_the_targets_are_those_of_the_fact_sheet(book, fact_sheet):
    for given in fact_sheet("policy_targets_2015")["targets"]:
        target = book.target(given["id"])
        assert target.op == given["op"]
        if isinstance(given["value"], int):
            assert target.value == given["value"]
            assert target.per_cent == given["unit"].startswith("percent")
        else:
            assert isinstance(target.value, Comparison)


def test_percentages_come_as_shares(book):
    assert book.target("spot-food").threshold == Decimal("0.95")
    assert book.target("gi").threshold == 10

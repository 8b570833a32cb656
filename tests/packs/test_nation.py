"""The national pack: terms, values and tables, held against the fact sheets they were taken from."""

import datetime as dt

import pytest

from banyan import policy

ON = dt.date(2024, 5, 20)
FORMS = {"max": "max", "min": "min", "window": "window", "retain": "retain"}
TERMS = {
    "o18-repeat-window": "spot_check.no_repeat_window",
    "o18-objection": "spot_check.objection",
    "o18-retest-formalities": "spot_check.retest_formalities",
    "o18-retest-lab": "spot_check.retest_laboratory",
    "o18-correct": "spot_check.correct",
    "o18-recheck": "spot_check.recheck",
    "o18-second-recheck": "spot_check.second_recheck",
    "o18-records": "spot_check.keep_records",
    "pql-retest": "spot_check.retest_request",
    "food-ship": "food_sampling.ship",
    "food-report": "food_sampling.report",
    "food-spare-pass": "food_sampling.keep_spare_passed",
    "food-spare-fail": "food_sampling.keep_spare_failed",
    "food-fail-report": "food_sampling.report_failed",
    "food-pass-report": "food_sampling.report_passed",
    "food-serve": "food_sampling.serve",
    "food-retest-apply": "food_sampling.retest_request",
    "food-retest-accept": "food_sampling.retest_accept",
    "food-retest-lab": "food_sampling.retest_laboratory",
    "food-spare-hand": "food_sampling.hand_over_spare",
    "food-retest-result": "food_sampling.retest_result",
    "food-objection": "food_sampling.objection",
    "food-objection-decide": "food_sampling.objection_decide",
    "food-disposal": "food_sampling.disposal",
    "food-records": "food_sampling.keep_records",
    "o67-result": "random_check.publish_result",
}


@pytest.fixture(scope="module")
def book():
    return policy.load(("house", "cn"))


@pytest.mark.shared
def test_the_terms_of_spot_checks_are_those_of_the_fact_sheet(book, fact_sheet):
    given = {row["id"]: row for row in fact_sheet("deadlines")["deadlines"]}
    checks = {
        key for key, row in given.items() if row["rule"] in ("O18", "O15") or key in ("pql-retest", "o67-result")
    }

    assert checks == set(TERMS)
    for key, entry in TERMS.items():
        row, deadline = given[key], book.deadline(entry, on=ON)
        first, last = row["amount"] if isinstance(row["amount"], list) else (None, row["amount"])
        assert (deadline.term.earliest, deadline.amount, deadline.unit) == (first, last, row["unit"])
        assert deadline.term.extension == row.get("extension")
        assert deadline.entry.form == FORMS[row["kind"]]
        assert deadline.reference.clause == str(row["art"])
        assert deadline.is_confirmed


@pytest.mark.shared
def test_the_divisions_of_manufacturing_are_those_of_the_fact_sheet(book, fact_sheet):
    given = fact_sheet("industry_gbt4754")["manufacturing"]

    rows = book.table("industry.divisions", on=ON)

    assert [(row["code"], row["zh"], row["in_pass_rate_survey"]) for row in rows] == [
        (f"C{one['code']}", one["zh"], one["in_pass_rate_survey"]) for one in given
    ]


@pytest.mark.shared
def test_the_fines_of_the_law_are_those_of_the_fact_sheet(book, fact_sheet):
    rows = {row["article"]: row for row in book.table("product_law.fines", on=ON)}

    for given in fact_sheet("spot_check")["money_fines"]:
        least, most = given.get("times_goods_value", (None, given.get("times_goods_value_max")))
        row = rows[str(given["art"])]
        assert row["most_times"] == most
        assert (row["least_times"] is None) if least is None else (float(row["least_times"]) == least)


def test_every_state_of_a_check_can_be_reached_and_waits_for_terms_that_exist(book):
    rows = {row["state"]: row for row in book.table("spot_check.states", on=ON)}
    following = {state: (row["then"] or "").split() for state, row in rows.items()}

    reached, to_visit = set(), ["planned"]
    while to_visit:
        state = to_visit.pop()
        if state not in reached:
            reached.add(state)
            to_visit += following[state]

    assert reached == set(rows)
    for row in rows.values():
        if row["term"]:
            assert book.deadline(row["term"], on=ON).amount


def test_what_is_only_recalled_is_shown_as_unconfirmed(book):
    assert not book.deadline("spot_check.correct", on=dt.date(2015, 1, 1)).is_confirmed
    assert not book.value("spot_check.refusal_counts_as_failed", on=dt.date(2015, 1, 1)).is_confirmed
    assert not book.entry("spot_check.failure_grades").is_confirmed
    assert book.value("spot_check.refusal_counts_as_failed", on=ON).value is False
    assert book.value("spot_check.refusal_counts_as_failed", on=ON).is_confirmed


def test_every_reference_leads_to_a_document_with_a_title_in_both_languages(book):
    for entry in book.entries():
        for reference in entry.references():
            document = book.documents[reference.document]
            assert document.title.zh
            assert document.title.en

"""The packs of the house as a whole: referenced, tested on both sides of every change, and true to their cases."""

import datetime as dt

import pytest

from banyan import policy
from banyan.policy.kinds import KINDS

ONE_DAY = dt.timedelta(days=1)
SHELVES = [
    ("house",),
    ("house", "cn"),
    ("house", "cn", "fujian"),
    ("house", "cn", "fujian", "fuzhou"),
    ("house", "chicago"),
    ("house", "uk"),
]


@pytest.mark.parametrize("names", SHELVES)
def test_every_case_of_the_packs_holds(names):
    broken = [result for result in policy.verify(policy.load(names)) if not result.holds]

    assert broken == []


@pytest.mark.parametrize("names", SHELVES)
def test_there_is_nothing_to_mend_in_the_packs(names):
    assert policy.lint(policy.load(names)) == []


def test_every_entry_in_force_has_a_case_and_a_reference_that_says_what_is_written():
    book = policy.load()
    tested = {located.case.entry for located in book.cases}

    for entry in book.entries():
        assert entry.key in tested
        for reference in entry.references():
            assert reference.document in book.documents
            assert reference.says or entry.says


def test_every_change_of_a_value_is_tried_on_both_sides():
    book = policy.load()
    days = {(located.case.entry, located.case.on) for located in book.cases}

    for entry in book.entries():
        for change in entry.changes():
            assert (entry.key, change) in days
            assert (entry.key, change - ONE_DAY) in days


def test_no_two_cases_of_an_entry_have_the_same_name():
    named = [(located.case.entry, located.case.name) for located in policy.load().cases]

    assert len(named) == len(set(named))


def test_every_declared_kind_can_be_listed():
    book = policy.load()

    assert {entry.kind for entry in book.entries(status=None)} <= set(KINDS)
    for kind in KINDS:
        assert all(entry.kind == kind for entry in book.entries(kind))
    with pytest.raises(ValueError, match="kinds are"):
        book.entries("rumour")


def test_the_packs_say_what_they_are_and_where_they_hold():
    book = policy.load()

    assert [book.manifests[name].level for name in book.names] == ["house", "nation", "province", "city"]
    assert book.manifests["fuzhou"].region == "/fujian/fuzhou"

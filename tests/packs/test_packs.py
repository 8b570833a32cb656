"""The packs of the house: whole, referenced, tested, and their cases hold."""

import datetime as dt

from banyan import policy


def test_every_case_of_the_packs_holds():
    broken = [result for result in policy.verify(policy.load()) if not result.holds]

    assert broken == []


def test_there_is_nothing_to_mend_in_the_packs():
    assert policy.lint(policy.load()) == []


def test_every_entry_in_force_has_a_case_and_every_value_a_reference():
    book = policy.load()
    tested = {located.case.entry for located in book.cases}

    for entry in book.entries():
        assert entry.key in tested
        assert entry.references()


def test_the_national_pack_stands_alone():
    assert policy.load(("cn",)).deadline("spot_check.objection", on=dt.date(2024, 1, 2)).amount == 15

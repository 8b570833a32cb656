"""A laboratory amends its own report: at once before the result was told, by the authority's decision afterwards."""

from datetime import date

import pytest
from tests.records.inspection.test_after_the_test import again
from tests.records.inspection.world import HOUSE, result_of

from banyan.kit import Refused
from banyan.kit.refusals import NotAllowed
from banyan.records.inspection import actions
from banyan.records.inspection.models import Result

DAY, LATER = date(2024, 3, 4), date(2024, 3, 11)


def amended(sample, conclusion, *, by, on=LATER, number="R-1/A1", **given):
    report = result_of(sample, conclusion, value="0.2" if conclusion == "passed" else "0.9", report_number=number)
    return actions.amend_report(
        result=standing(sample), amended=report, reason="Typing error in the value of lead.", by=by, on=on, **given
    )


def standing(sample):
    return Result.objects.get(sample=sample, withdrawn_on=None, awaits_since=None)


def test_before_the_result_is_told_an_amended_report_decides_at_once_and_the_earlier_one_is_kept(world):
    sample = world.judged("failed", on=DAY)
    first = standing(sample)

    report = amended(sample, "passed", by=world.people["chemist"])

    assert (again(sample).state, again(sample).conclusion) == ("passed", "passed")
    assert again(sample).judged_on == LATER
    assert (again(first).withdrawn_on, again(first).withdrawn_reason) == (LATER, "Typing error in the value of lead.")
    assert (again(report).replaces_id, standing(sample).pk) == (first.pk, report.pk)
    assert first.items.count() == report.items.count() == 1


def test_after_the_result_was_served_an_amended_report_waits_for_the_authority(world):
    sample = world.served(on=DAY)
    first = standing(sample)

    report = amended(sample, "passed", by=world.people["chemist"])

    assert (again(sample).state, again(sample).conclusion) == ("result_served", "failed")
    assert standing(sample).pk == first.pk
    assert again(report).awaits_since == LATER


def test_an_accepted_report_that_changes_the_conclusion_has_the_result_told_anew(world):
    sample = world.served(on=DAY)
    report = amended(sample, "passed", by=world.people["chemist"])

    actions.accept_report(result=again(report), by=world.people["county_officer"], on=LATER)

    now = again(sample)
    assert (now.state, now.conclusion, now.served_on) == ("passed", "passed", None)
    assert standing(sample).pk == report.pk


def test_an_accepted_report_with_the_same_conclusion_leaves_the_sample_where_it_was(world):
    sample = world.served(on=DAY)
    report = amended(sample, "failed", by=world.people["chemist"])

    actions.accept_report(result=again(report), by=world.people["county_officer"], on=LATER)

    assert (again(sample).state, again(sample).served_on) == ("result_served", again(sample).served_on)
    assert again(sample).served_on is not None
    assert standing(sample).pk == report.pk


def test_a_declined_report_is_kept_and_the_earlier_one_stands(world):
    sample = world.served(on=DAY)
    first, officer = standing(sample), world.people["county_officer"]
    report = amended(sample, "passed", by=world.people["chemist"])

    with pytest.raises(Refused, match="reason"):
        actions.decline_report(result=again(report), by=officer, on=LATER)
    actions.decline_report(result=again(report), by=officer, on=LATER, reason="The raw data say otherwise.")

    assert standing(sample).pk == first.pk
    assert again(report).withdrawn_reason == "The raw data say otherwise."


def test_only_the_laboratory_amends_and_only_the_authority_decides(world):
    sample = world.served(on=DAY)
    with pytest.raises(NotAllowed):
        amended(sample, "passed", by=world.people["county_officer"])
    report = amended(sample, "passed", by=world.people["chemist"])

    with pytest.raises(NotAllowed):
        actions.accept_report(result=again(report), by=world.people["chemist"], on=LATER)


def test_an_amended_report_needs_a_reason_and_a_number_of_its_own_and_one_waits_at_a_time(world):
    sample = world.served(on=DAY)
    first, chemist = standing(sample), world.people["chemist"]

    with pytest.raises(Refused, match="no number of its own"):
        amended(sample, "passed", by=chemist, number=first.report_number)
    with pytest.raises(Refused, match="reason"):
        actions.amend_report(result=first, amended=result_of(sample, "passed"), by=chemist, on=LATER)
    amended(sample, "passed", by=chemist)
    with pytest.raises(Refused, match="awaits the authority's decision already"):
        amended(sample, "passed", by=chemist, number="R-1/A2")


def test_a_report_that_changes_the_result_is_not_accepted_while_an_objection_runs(world):
    sample = world.served(on=DAY)
    report = amended(sample, "passed", by=world.people["chemist"])
    world.objection(again(sample), on=LATER)

    with pytest.raises(Refused, match="an objection or a correction is under way"):
        actions.accept_report(result=again(report), by=HOUSE, on=LATER)

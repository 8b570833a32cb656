"""Terms by the edition of the day of receipt, stops of the clock, two officers at once, reports, not solved."""

from datetime import date

import pytest
from django.utils import translation
from tests.response.complaints.world import BY, DAY, NAME, closed, filed, mediated, read

from banyan.kit import Refused
from banyan.kit.models import Person
from banyan.response.complaints import actions, queries
from banyan.response.complaints.models import Complaint, Track
from banyan.response.complaints.queries import terms

pytestmark = pytest.mark.django_db


def test_seven_working_days_to_accept_and_forty_five_to_mediate_under_order_20(city, people):
    complaint = mediated(city, people)

    assert complaint.accept_by == date(2025, 6, 11)
    assert complaint.mediate_by == complaint.due_on == date(2025, 8, 4)


def test_an_open_case_keeps_its_edition_when_the_rules_change_and_a_later_one_gets_the_next(city, people):
    before, after = filed(city, on=date(2026, 4, 14)), filed(city, on=date(2026, 4, 15))

    actions.accept_complaints(complaints=[before, after], by=people.officer_gulou, on=date(2026, 4, 20))

    assert read(before).mediate_by == date(2026, 6, 25)  # 45 working days, May 9 being one
    assert read(after).mediate_by == date(2026, 6, 22)  # 60 days end on a Friday of a holiday, so on Monday
    assert "45" in terms.said(read(before))
    assert "60" in terms.said(read(after))


def test_a_term_over_a_year_whose_holidays_are_not_announced_is_provisional(city, people):
    complaint = mediated(city, people, on=date(2027, 3, 1))

    assert complaint.is_due_provisional


def test_materials_stop_the_clock_of_acceptance(city, people):
    officer = {"by": people.officer_gulou}
    complaint = filed(city)
    actions.ask_materials(complaint=complaint, decision="please send the receipt", on=date(2025, 6, 4), **officer)
    waiting = read(complaint)

    actions.take_materials(complaint=waiting, words="here it is", on=date(2025, 6, 9), **officer)

    assert (waiting.state, waiting.due_on) == ("supplement", None)
    assert read(complaint).due_on == date(2025, 6, 16)  # three working days later than 11 June
    assert read(complaint).message.notes.get().is_of_sender


def test_a_test_stops_the_clock_of_mediation(city, people):
    complaint = mediated(city, people, on=date(2026, 4, 15))
    officer = {"by": people.officer_gulou}
    actions.stop_for_test(complaint=complaint, on=date(2026, 4, 20), reason="sample at the laboratory", **officer)
    stopped = read(complaint)
    with pytest.raises(Refused) as refused:
        actions.stop_for_test(complaint=stopped, on=date(2026, 4, 21), reason="again", **officer)

    actions.resume(complaint=stopped, on=date(2026, 4, 30), **officer)

    assert refused.value.code == "clock-stands"
    assert stopped.due_on is None
    assert read(complaint).mediate_by == date(2026, 6, 25)  # ten days later than 15 June


def test_a_complaint_is_refused_on_a_ground_of_its_own_edition_only(city, people):
    complaint = filed(city)
    said = {"complaint": complaint, "decision": "not within our power", "by": people.officer_gulou, "on": DAY}

    with pytest.raises(Refused) as refused:
        actions.refuse_complaint(ground="identity", **said)
    actions.refuse_complaint(ground="competence", **said)

    assert refused.value.code == "ground-unknown"
    assert (read(complaint).state, read(complaint).outcome) == ("refused", "refused")
    with translation.override("zh-hans"):
        said = {name: Complaint.spoken[name](getattr(read(complaint), name)) for name in ("ground", "outcome")}
    assert said["outcome"] == "不予受理", "the timeline speaks in words"
    assert said["ground"] not in ("", "competence")


def test_the_second_of_two_officers_is_told_what_the_first_did(city, people):
    complaint = filed(city)
    colleague = Person.objects.get(username="planner")
    actions.accept_complaints(complaints=[complaint], by=people.officer_gulou, on=DAY)

    with pytest.raises(Refused) as refused:
        actions.refuse_complaint(complaint=complaint, ground="competence", decision="no", by=colleague, on=DAY)

    assert "accepted, in mediation" in refused.value.sentence
    assert read(complaint).state == "mediation"


def test_under_order_121_the_end_sets_a_term_for_telling_the_parties(city, people):
    old, young = mediated(city, people, on=date(2026, 4, 14)), mediated(city, people, on=date(2026, 4, 15))

    for one in (old, young):
        actions.end_mediations(
            complaints=[one], decision="no agreement", by=people.officer_gulou, on=date(2026, 5, 6)
        )

    assert read(old).due_on is None
    assert read(young).due_on == date(2026, 5, 14)


def test_not_solved_reaches_the_office_and_opens_the_clock_again(city, people):
    complaint = closed(city, people)

    actions.say_not_solved(complaint=complaint, words="the money never came", by=BY, on=date(2025, 7, 1))

    again = read(complaint)
    assert (again.state, again.times_not_solved, again.ended_on) == ("routed", 1, None)
    assert again.due_on == date(2025, 7, 10)
    assert [one.words for one in queries.opened(again, person=people.officer_gulou).notes] == ["the money never came"]


def test_a_complaint_that_runs_cannot_be_said_to_be_not_solved(city, people):
    with pytest.raises(Refused, match="in mediation"):
        actions.say_not_solved(complaint=mediated(city, people), words="slow", by=BY, on=DAY)


def test_a_report_is_checked_within_its_own_term_and_extended_once(city, people):
    report = filed(city, tracks=[Track.REPORT], on=date(2025, 3, 3))
    officer = {
        "complaint": report,
        "by": people.officer_gulou,
        "on": date(2025, 3, 20),
        "reason": "laboratory is late",
    }

    actions.extend_check(**officer)
    with pytest.raises(Refused) as refused:
        actions.extend_check(**officer)

    assert report.due_on == date(2025, 3, 24)
    assert read(report).due_on == date(2025, 4, 15)
    assert refused.value.code == "no-extension"


def test_a_reporter_with_a_name_is_told_and_one_without_sets_no_term(city, people):
    named = filed(city, tracks=[Track.REPORT])
    unnamed = filed(city, tracks=[Track.REPORT], name="", telephone="")

    for one in (named, unnamed):
        actions.file_case(complaint=one, by=people.officer_gulou, on=DAY)

    assert read(named).due_on == date(2025, 6, 9)
    assert read(unnamed).due_on is None


def test_a_report_is_split_off_a_complaint_once(city, people):
    complaint = mediated(city, people)
    report = actions.split_report(complaint=complaint, by=people.officer_gulou, on=date(2025, 6, 20))

    with pytest.raises(Refused) as refused:
        actions.split_report(complaint=complaint, by=people.officer_gulou, on=DAY)

    assert (report.track, report.state, report.office) == ("report", "routed", city.gulou)
    assert report.due_on == date(2025, 7, 11)
    assert refused.value.code == "report-twice"
    assert read(complaint).state == "mediation"


def test_what_is_for_reports_is_not_done_to_complaints_and_the_other_way_round(city, people):
    complaint, report = filed(city), filed(city, tracks=[Track.REPORT])
    officer = {"by": people.officer_gulou, "on": DAY}

    with pytest.raises(Refused) as first:
        actions.file_case(complaint=complaint, **officer)
    with pytest.raises(Refused) as second:
        actions.accept_complaints(complaints=[report], **officer)

    assert first.value.code == second.value.code == "other-track"


def test_late_ones_go_up_once_and_a_repeat_of_the_day_changes_nothing(city, people):
    complaint = filed(city)

    first = actions.run_clocks(by=BY, on=date(2025, 6, 12))
    second = actions.run_clocks(by=BY, on=date(2025, 6, 12))

    assert first["complaints raised"] == 1
    assert second["complaints raised"] == 0
    assert read(complaint).escalated_on == date(2025, 6, 12)
    assert read(complaint).assignee == people.leader


def test_handlers_notes_are_read_by_handlers_alone_and_each_reading_is_noted(city, people):
    from banyan.kit import readings

    complaint = filed(city)
    actions.write_note(complaint=complaint, words="he lies", by=people.officer_gulou, on=DAY)

    seen = queries.opened(complaint, person=people.officer_gulou)
    for stranger in (people.officer_changle, people.auditor, people.gulou_firm):
        with pytest.raises(Refused):
            queries.opened(complaint, person=stranger)

    assert [one.words for one in seen.notes] == ["he lies"]
    assert seen.name == NAME
    assert readings.under(f"complaints.message:{complaint.message_id}").get().by == "officer_gulou"

"""What follows a failure, who operates without a licence, how grave an incident is, and how fast rescuers came."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.records.equipment.world import HOUSE, again, entered, inspected

from banyan.kit import Refused, clock
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.records.equipment import actions, panels, queries
from banyan.records.equipment.models import Incident, Operator, Rescue

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 8)
CALLED = datetime(2024, 5, 6, 2, 0, tzinfo=UTC)  # 10:00 in Fuzhou


def failed(city):
    return inspected(entered(city, on=DAY), DAY, passed=False, found="door does not close")


def instructed(city, people):
    actions.issue_instruction(
        equipment=failed(city), demands="mend the door", rectify_by=date(2024, 2, 5), by=people.officer_gulou, on=DAY
    )
    return queries.open_instructions().get()


# ---------------------------------------------------------------- failures


def test_a_failed_inspection_forbids_the_use_and_leads_to_an_instruction_of_the_right_officer(city, people):
    elevator = failed(city)
    assert elevator.state == "barred"
    waiting = {"on": DAY, "limit": 5}
    assert [one.text for one in panels.failed(person=people.officer_gulou, **waiting)] == [str(elevator)]
    assert panels.failed(person=people.officer_changle, **waiting) == []

    actions.issue_instruction(
        equipment=elevator, demands="mend the door", rectify_by=date(2024, 2, 5), by=people.officer_gulou, on=DAY
    )

    one = queries.open_instructions().get()
    assert (one.number, one.due_on, one.inspection.passed) == ("SI2024-00001", date(2024, 2, 5), False)
    assert one.assignee == people.officer_gulou
    assert panels.failed(person=people.officer_gulou, **waiting) == []
    assert len(panels.instructions_to_answer(person=people.gulou_firm, **waiting)) == 1
    assert panels.instructions_to_answer(person=people.changle_firm, **waiting) == []


def test_the_authority_checks_again_within_ten_working_days_and_releases_the_elevator(city, people):
    one = instructed(city, people)

    actions.report_rectified(instruction=one, report="door mended", by=people.gulou_firm, on=date(2024, 2, 5))
    assert again(one).due_on == date(2024, 2, 23)  # ten working days, over the Spring Festival
    with pytest.raises(Refused, match="not closed"):
        actions.release_equipment(equipment=one.equipment, by=people.officer_gulou, on=date(2024, 2, 6))
    actions.find_rectified(
        instruction=again(one), check_found="closes now", by=people.officer_gulou, on=date(2024, 2, 20)
    )

    assert (again(one).state, again(one.equipment).state) == ("closed", "in_use")


def test_what_was_not_put_right_gets_another_day(city, people):
    one = instructed(city, people)
    actions.report_rectified(instruction=one, report="door mended", by=people.gulou_firm, on=date(2024, 2, 5))

    actions.find_not_rectified(
        instruction=again(one), check_found="still open", rectify_by=date(2024, 3, 4), by=people.officer_gulou,
        on=date(2024, 2, 20),
    )  # fmt: skip

    assert (again(one).state, again(one).due_on, again(one.equipment).state) == (
        "issued", date(2024, 3, 4), "barred",
    )  # fmt: skip


def test_a_late_instruction_goes_up_once(city, people):
    one = instructed(city, people)

    assert actions.run_clocks(by=HOUSE, on=date(2024, 2, 5))["instructions raised"] == 0
    assert actions.run_clocks(by=HOUSE, on=date(2024, 2, 6))["instructions raised"] == 1
    assert actions.run_clocks(by=HOUSE, on=date(2024, 2, 6))["instructions raised"] == 0
    assert again(one).assignee == people.leader


def test_a_firm_cannot_report_its_own_inspection_and_another_county_finds_nothing(city, people):
    elevator = entered(city, on=DAY)

    with pytest.raises(NotAllowed):
        inspected(elevator, DAY, by=people.gulou_firm)
    with pytest.raises(NotFound):
        actions.bar_equipment(equipment=elevator, by=people.officer_changle, on=DAY, reason="danger")


# ---------------------------------------------------------------- operators


def operator(city, people, **fields):
    given = {"name": "林小明", "employer": city.gulou_firm, "job": "N1"} | fields
    (found,) = actions.enter_operators(operators=[Operator(**given)], by=people.gulou_firm, on=DAY)
    return found


def test_a_licence_holds_as_long_as_the_rule_says_and_is_missed_after_it(city, people):
    found = operator(city, people, licence="350102199001010011", licensed_on=date(2021, 6, 7))

    assert found.until_on == date(2025, 6, 7)
    assert queries.lapsed(people.officer_gulou, on=date(2025, 6, 7)).count() == 0
    assert queries.lapsed(people.officer_gulou, on=date(2025, 6, 8)).count() == 1
    assert queries.lapsed(people.officer_changle, on=date(2025, 6, 8)).count() == 0


def test_the_name_of_an_operator_is_sealed(city, people):
    found = operator(city, people)

    assert "林小明" not in Operator.objects.values_list("name", flat=True).get(pk=found.pk)


def test_a_firm_that_uses_a_forklift_without_a_licensed_driver_has_a_gap(city, people):
    entered(city, on=DAY, code="51103500120200001", kind="vehicle", certificate="车11闽A00001(20)")
    gap = {"person": people.gulou_firm, "on": DAY}
    operator(city, people)  # drives without a licence

    assert queries.gaps_of(city.gulou_firm, **gap) == ["vehicle"]
    operator(city, people, licence="N-1", licensed_on=date(2022, 1, 4))
    assert queries.gaps_of(city.gulou_firm, **gap) == []


def test_a_job_that_no_rule_knows_is_refused(city, people):
    with pytest.raises(Refused, match="no job"):
        operator(city, people, job="Z9")


# ---------------------------------------------------------------- incidents


@pytest.mark.parametrize(
    ("harm", "level"),
    [
        ({}, ""),
        ({"stranded_minutes": 119}, ""),
        ({"stranded_minutes": 120}, "general"),
        ({"deaths": 1}, "general"),
        ({"deaths": 3}, "larger"),
        ({"injured": 50}, "major"),
        ({"deaths": 1, "loss": 100_000_000}, "extraordinary"),
    ],
)
def test_the_level_of_an_incident_is_the_gravest_that_something_reaches(city, people, harm, level):
    incident = Incident(equipment=entered(city, on=DAY), happened_on=DAY, what_happened="stuck", **harm)

    (found,) = actions.report_incidents(incidents=[incident], by=people.gulou_firm, on=DAY)

    assert found.level == level
    assert again(found.equipment).state == ("barred" if level else "in_use")


def test_an_incident_is_closed_with_its_cause(city, people):
    incident = Incident(equipment=entered(city, on=DAY), happened_on=DAY, what_happened="stuck")
    (found,) = actions.report_incidents(incidents=[incident], by=people.gulou_firm, on=DAY)
    officer = {"by": people.officer_gulou, "on": DAY}

    with pytest.raises(Refused, match="cause"):
        actions.close_incident(incident=found, cause=" ", measures="none", **officer)
    actions.close_incident(incident=found, cause="worn rope", measures="rope replaced", **officer)

    assert again(found).state == "closed"


# ---------------------------------------------------------------- rescues


def called(city, *, at: datetime = CALLED, on: date = date(2024, 5, 6), **fields):
    rescue = Rescue(equipment=entered(city, on=on, **fields), called_at=at, trapped=2)
    return actions.call_rescues(rescues=[rescue], by=HOUSE, on=on)[0]


@pytest.mark.parametrize(("minutes", "is_late"), [(30, False), (31, True)])
def test_rescuers_come_to_a_district_within_half_an_hour(city, people, minutes, is_late):
    rescue = called(city)
    maintainer = {"by": people.changle_firm, "on": rescue.called_on}

    actions.record_arrival(rescue=rescue, arrived_at=CALLED + timedelta(minutes=minutes), **maintainer)
    actions.record_release(rescue=again(rescue), released_at=CALLED + timedelta(minutes=50), **maintainer)

    found = again(rescue)
    assert (found.number, found.arrive_within, found.arrival_minutes) == ("SR2024-00001", 30, minutes)
    assert (found.is_late, found.release_minutes, found.state) == (is_late, 50, "released")
    arrived = queries.arrivals(people.planner, on=date(2024, 12, 31))
    assert arrived == {"n": 1, "middle": minutes, "late": int(is_late)}


def test_in_a_county_level_city_they_have_an_hour_as_long_as_it_is_one(city):
    there = {"user_unit": city.changle_firm, "address": "航城街道", "installed_on": date(2016, 3, 1)}
    before = called(
        city, at=datetime(2017, 10, 9, 2, tzinfo=UTC), on=date(2017, 10, 9), certificate=None,
        code="31103500120160001", **there,
    )  # fmt: skip
    since = called(
        city, at=datetime(2017, 11, 6, 2, tzinfo=UTC), on=date(2017, 11, 6), certificate=None,
        code="31103500120160002", **there,
    )  # fmt: skip

    assert (before.arrive_within, since.arrive_within) == (60, 30)  # Changle became a district


def test_nobody_arrives_before_the_call(city, people):
    rescue = called(city)

    with pytest.raises(Refused, match="the call"):
        actions.record_arrival(
            rescue=rescue, arrived_at=CALLED - timedelta(minutes=1), by=people.planner, on=rescue.called_on
        )


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (datetime(1990, 1, 1, tzinfo=UTC), "wrong-order"),  # thirty years before the elevator was installed
        (datetime(2024, 5, 6, 9, 31, tzinfo=UTC), "future-day"),  # a minute from now
        (datetime(9999, 12, 31, tzinfo=UTC), "future-day"),
    ],
)
def test_a_call_comes_from_no_time_before_the_installation_and_from_none_to_come(city, at, code):
    with clock.fixed_at(datetime(2024, 5, 6, 9, 30, tzinfo=UTC)), pytest.raises(Refused) as refused:
        called(city, at=at)

    assert refused.value.code == code
    assert not Rescue.objects.exists()


@pytest.mark.parametrize("ahead", [timedelta(minutes=61), timedelta(days=9000)])
def test_nobody_arrives_or_is_free_at_a_time_to_come_and_the_figures_stay_as_they_are(city, people, ahead):
    rescue = called(city)
    maintainer = {"by": people.changle_firm, "on": rescue.called_on}

    with clock.fixed_at(CALLED + timedelta(hours=1)):
        with pytest.raises(Refused, match="That time has not come; it is"):
            actions.record_arrival(rescue=rescue, arrived_at=CALLED + ahead, **maintainer)
        actions.record_arrival(rescue=rescue, arrived_at=CALLED + timedelta(hours=1), **maintainer)
        with pytest.raises(Refused, match="That time has not come; it is"):
            actions.record_release(rescue=again(rescue), released_at=CALLED + ahead, **maintainer)
    late = Rescue(equipment=rescue.equipment, called_at=CALLED, arrived_at=CALLED + timedelta(days=9000))
    with pytest.raises(Refused, match="That time has not come"):
        actions.call_rescues(rescues=[late], by=HOUSE, on=rescue.called_on)

    assert queries.arrivals(people.planner, on=date(2024, 12, 31)) == {"n": 1, "middle": 60, "late": 1}


def test_an_instruction_sets_a_day_within_three_years(city, people):
    elevator = entered(city, on=date(2024, 5, 6))
    asked = {"equipment": elevator, "demands": "mend the brake", "by": people.planner, "on": date(2024, 5, 6)}

    with pytest.raises(Refused, match="the last day that can be set is 2027-05-06"):
        actions.issue_instruction(rectify_by=date(9999, 12, 31), **asked)
    issued = actions.issue_instruction(rectify_by=date(2027, 5, 6), **asked)
    actions.report_rectified(instruction=issued, report="mended", by=people.gulou_firm, on=date(2024, 5, 7))
    with pytest.raises(Refused, match="more than 3 years ahead"):
        actions.find_not_rectified(
            instruction=again(issued), check_found="it is not", rectify_by=date(9999, 12, 31), by=people.planner,
            on=date(2024, 5, 8),
        )  # fmt: skip

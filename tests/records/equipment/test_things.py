"""Equipment from its code to its scrapping: entered, registered, moved, stopped, inspected, due again."""

from datetime import date

import pytest
from tests.records.equipment.world import CERTIFICATE, ELEVATOR, HOUSE, INSTALLED, again, entered, inspected

from banyan.kit import Refused
from banyan.records.equipment import actions, queries
from banyan.records.equipment.models import Equipment, Inspection, Placement

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 8)


def test_an_elevator_is_entered_with_its_placement_and_what_is_due(city, people):
    elevator = entered(city, on=DAY, by=people.officer_gulou)

    assert (elevator.state, elevator.county_id, elevator.due_what) == ("in_use", "gulou", "periodic")
    assert elevator.due_on == date(2021, 5, 31)  # since installation no inspection was reported
    placement = Placement.objects.get(equipment=elevator)
    assert (placement.county_id, placement.from_on, placement.until_on) == ("gulou", INSTALLED, None)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("3110350012020001", "form"),
        ("41103500120200001", "crane"),
        ("31103500120990001", "2099"),
        ("3110350012020000A", "form"),
    ],
)
def test_a_wrong_code_is_refused_with_what_is_wrong(city, code, says):
    with pytest.raises(Refused, match=says):
        entered(city, on=DAY, code=code)


def test_a_code_is_read_as_people_type_it(city):
    assert entered(city, on=DAY, code=" 3110-35001-2020-0001 ").code == ELEVATOR
    assert queries.by_code("３１１０ 35001 2020 0001").code == ELEVATOR
    assert queries.by_code("梯11闽a00001（20）").code == ELEVATOR
    assert queries.by_code("31103500120200009") is None


def test_the_codes_of_cylinders_are_not_those_of_vessels(city):
    assert queries.kind_of_code("21503500120200001", on=DAY) == "vessel"
    assert queries.kind_of_code("23203500120200001", on=DAY) == "cylinder"


@pytest.mark.parametrize("number", ["梯11闽A0001(20)", "锅11闽A00001(20)", "T11闽A00001(20)"])
def test_a_wrong_registration_number_is_refused(city, number):
    with pytest.raises(Refused):
        entered(city, on=DAY, certificate=number)


def test_a_code_is_given_once(city):
    entered(city, on=DAY)

    with pytest.raises(Refused, match="already"):
        entered(city, on=DAY, certificate=None)
    with pytest.raises(Refused, match="already"):
        entered(city, on=DAY, code="31103500120200002")
    assert Equipment.objects.count() == 1


def test_what_has_no_number_waits_to_be_registered(city, people):
    elevator = entered(city, on=DAY, certificate="")
    assert elevator.state == "unregistered"

    actions.register_equipment(equipment=elevator, certificate=CERTIFICATE, by=people.officer_gulou, on=DAY)

    assert (again(elevator).state, again(elevator).registered_on) == ("in_use", DAY)


def test_a_moved_elevator_is_seen_by_its_present_county_and_stood_where_it_stood(city, people):
    elevator = entered(city, on=DAY)
    assert queries.in_use(people.officer_changle).count() == 0

    actions.move_equipment(
        equipment=elevator, county=city.changle, address="航城街道", user_unit=city.changle_firm, by=people.planner,
        on=date(2024, 3, 4),
    )  # fmt: skip

    assert queries.in_use(people.officer_changle).count() == 1
    assert queries.in_use(people.officer_gulou).count() == 0
    rows = Placement.objects.order_by("from_on").values_list("county_id", "from_on", "until_on")
    assert list(rows) == [("gulou", INSTALLED, date(2024, 3, 4)), ("changle", date(2024, 3, 4), None)]


def test_user_and_maintenance_unit_see_what_is_theirs_and_no_other_firm_does(city, people):
    entered(city, on=DAY, maintenance_unit=None)

    assert queries.in_use(people.gulou_firm).count() == 1
    assert queries.in_use(people.changle_firm).count() == 0

    entered(city, on=DAY, code="31103500120200002", certificate="梯11闽A00002(20)", user_unit=city.gulou_firm)
    assert queries.in_use(people.changle_firm).count() == 1


def test_an_inspection_moves_the_due_day_on(city, people):
    elevator = inspected(entered(city, on=DAY), date(2024, 5, 20), by=people.officer_gulou)

    assert (elevator.inspected_on, elevator.due_on, elevator.due_what) == (
        date(2024, 5, 20), date(2025, 5, 31), "self_test",
    )  # fmt: skip
    assert Inspection.objects.get(what="periodic").was_due_on == date(2021, 5, 31)


def test_an_inspection_reported_wrongly_is_withdrawn_and_what_was_due_is_due_again(city, people):
    elevator = inspected(entered(city, on=DAY), date(2024, 5, 20))
    wrong = Inspection.objects.get(what="periodic")

    actions.withdraw_inspection(
        inspection=wrong, by=people.officer_gulou, on=date(2024, 5, 21), reason="another elevator"
    )

    assert again(elevator).due_on == date(2021, 5, 31)


def test_overdue_begins_after_the_last_day_of_the_month(city, people):
    inspected(entered(city, on=DAY), date(2024, 5, 20))

    assert queries.overdue(people.planner, on=date(2025, 5, 31)).count() == 0
    assert queries.overdue(people.planner, on=date(2025, 6, 1)).count() == 1


def test_two_inspections_of_one_elevator_are_reported_one_after_the_other(city):
    elevator = entered(city, on=DAY)
    both = [Inspection(equipment=elevator, what="periodic", done_on=DAY, passed=True) for _ in range(2)]

    with pytest.raises(Refused, match="one after the other"):
        actions.report_inspections(inspections=both, by=HOUSE, on=DAY)


def test_an_elevator_that_stood_still_for_a_year_is_inspected_before_it_is_used(city, people):
    elevator = inspected(entered(city, on=DAY), date(2024, 5, 20))
    actions.stop_equipment(equipment=elevator, by=people.gulou_firm, on=date(2024, 6, 3))
    firm = {"equipment": again(elevator), "by": people.gulou_firm}

    with pytest.raises(Refused, match="stood still"):
        actions.restart_equipment(on=date(2025, 6, 3), **firm)
    inspected(elevator, date(2025, 6, 3))
    actions.restart_equipment(on=date(2025, 6, 3), **firm)

    assert again(elevator).state == "in_use"


def test_an_elevator_that_is_overdue_is_not_used_again_uninspected(city, people):
    elevator = entered(city, on=DAY)
    actions.stop_equipment(equipment=elevator, by=people.gulou_firm, on=date(2024, 6, 3))

    with pytest.raises(Refused, match="due since"):
        actions.restart_equipment(equipment=again(elevator), by=people.gulou_firm, on=date(2024, 7, 1))


def test_what_is_scrapped_is_never_due_and_ends_its_placement(city, people):
    elevator = entered(city, on=DAY)

    actions.scrap_equipment(equipment=[elevator], by=people.officer_gulou, on=date(2024, 2, 5))

    assert (again(elevator).state, again(elevator).due_on) == ("scrapped", None)
    assert Placement.objects.get().until_on == date(2024, 2, 5)
    with pytest.raises(Refused):
        inspected(elevator, date(2024, 3, 4))


def test_when_a_rule_begins_what_is_due_is_reckoned_again(city):
    elevator = entered(city, on=date(2023, 1, 9))
    assert elevator.due_on is None  # the packs hold no list of years yet

    done = actions.run_clocks(by=HOUSE, on=date(2023, 4, 2))
    repeated = actions.run_clocks(by=HOUSE, on=date(2023, 4, 2))

    assert again(elevator).due_on == date(2021, 5, 31)
    assert (done["inspections due anew"], repeated["inspections due anew"]) == (1, 0)

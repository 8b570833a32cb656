"""A person reads the code in an elevator with a telephone: whether it is in date, and whom to call."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from tests.records.equipment.world import CERTIFICATE, ELEVATOR, HOUSE, entered, inspected

from banyan.records.equipment import actions

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 20)


def read(address: str, language: str = "en"):
    return Client(headers={"accept-language": language}).get(address)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Are you trapped", "Call 0591-8000 0000", "in date", "2024-05-20", "by 2025-06-30"]),
        ("zh-hans", ["被困", "拨打0591-8000 0000", "在检验有效期内", "2024-05-20", "2025-06-30"]),
    ],
)
def test_a_person_in_the_elevator_reads_whom_to_call_and_whether_it_is_in_date(city, language, words):
    inspected(entered(city, on=date(2024, 1, 8), installed_on=date(2020, 6, 14)), DAY)

    text = read(f"/equipment/{ELEVATOR}/", language).content.decode()

    for word in [*words, 'href="tel:0591-80000000"', "福州榕江食品有限公司", "长乐海帆头盔厂", CERTIFICATE]:
        assert word in text, word


def test_an_overdue_elevator_is_said_to_be_overdue(city):
    entered(city, on=date(2024, 1, 8))

    assert "inspection overdue" in read(f"/equipment/{ELEVATOR}/").content.decode()
    answer = read(f"/api/v1/public/equipment/{ELEVATOR}").json()
    assert (answer["state"], answer["is_overdue"], answer["may_be_used"]) == ("in_use", True, False)


def test_what_is_scrapped_must_not_be_used(city):
    elevator = entered(city, on=date(2024, 1, 8))
    actions.scrap_equipment(equipment=[elevator], by=HOUSE, on=DAY)

    answer = read(f"/api/v1/public/equipment/{ELEVATOR}").json()

    assert (answer["state"], answer["may_be_used"], answer["due_on"]) == ("scrapped", False, None)


@pytest.mark.parametrize("typed", [ELEVATOR, "3110-35001-2020-0001", "梯11闽a00001（20）"])
def test_a_code_that_is_typed_leads_to_the_page(city, typed):
    entered(city, on=date(2024, 1, 8))

    answer = Client().get("/equipment/", {"q": typed})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/equipment/{ELEVATOR}/")


def test_an_unknown_code_is_told_so(city):
    assert "No equipment answers" in read("/equipment/?q=31103500120209999").content.decode()
    assert read("/equipment/31103500120209999/").status_code == 404
    assert read("/qr/equipment/31103500120209999").status_code == 404
    assert read("/api/v1/public/equipment/31103500120209999").status_code == 404


def test_the_qr_code_is_a_picture_that_the_office_shows_beside_the_record(city, people):
    elevator = entered(city, on=date(2024, 1, 8))
    answer = read(f"/qr/equipment/{ELEVATOR}")
    office = Client(headers={"accept-language": "en"})
    office.force_login(people.planner)

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert (
        f"/qr/equipment/{ELEVATOR}"
        in office.get(f"/office/equipment/equipment/{elevator.pk}/change/").content.decode()
    )

"""Penalties as the public reads them, for their term and with persons masked; and cases over the API."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from tests.response.casework.world import DAY, served

from banyan.kit import clock
from banyan.response.casework import actions, queries
from banyan.response.casework.models import Case

pytestmark = pytest.mark.django_db


def public(city, people, *, on=DAY, **more):
    case = served(city, people, on=on, **more)
    actions.publish_penalty(case=case, by=people.officer_gulou, on=on)
    return Case.objects.get(pk=case.pk)


def test_a_penalty_is_read_by_everyone_with_its_rule(city, people):
    case = public(city, people)

    with clock.fixed_at(DAY):
        listed = Client().get("/penalties/?q=榕江", headers={"accept-language": "en"}).content.decode()
        page = Client().get(f"/penalties/{case.number}/", headers={"accept-language": "en"}).content.decode()

    assert city.gulou_firm.name in listed
    assert "30,000 yuan" in page
    assert "Product Quality Law, art. 50" in page
    assert "鼓楼区市监罚〔2025〕1号" in page
    assert "2028-03-03" in page
    assert "officer_gulou" not in page


def test_a_penalty_leaves_page_and_api_with_the_end_of_its_term(city, people):
    case = public(city, people)
    for day, status in ((case.public_until, 200), (case.public_until + timedelta(days=1), 404)):
        with clock.fixed_at(day):
            assert Client().get(f"/penalties/{case.number}/").status_code == status
            assert Client().get(f"/api/v1/public/penalties/{case.number}").status_code == status
            assert len(Client().get("/api/v1/public/penalties").json()["items"]) == (status == 200)


@pytest.mark.parametrize(
    ("step", "fine", "on", "until"),
    [
        ("general", 30_000, date(2025, 12, 24), date(2028, 12, 24)),
        ("general", 30_000, date(2025, 12, 25), date(2026, 12, 25)),
        ("severe", 50_000, date(2025, 12, 25), date(2028, 12, 25)),
        ("lenient", 20_000, date(2025, 12, 25), date(2026, 3, 25)),
    ],
)
def test_how_long_a_penalty_is_public_follows_from_the_edition_and_the_step(city, people, step, fine, on, until):
    assert public(city, people, on=on, step=step, fine=fine).public_until == until


def test_a_term_that_is_only_recalled_is_shown_as_unconfirmed(city, people):
    day = date(2025, 12, 25)
    case = public(city, people, on=day, step="severe", fine=50_000)

    with clock.fixed_at(day):
        page = Client().get(f"/penalties/{case.number}/", headers={"accept-language": "en"}).content.decode()
        told = Client().get(f"/api/v1/public/penalties/{case.number}", headers={"accept-language": "en"}).json()

    assert "unconfirmed" in page
    assert "unconfirmed" in told["term"]


def test_a_person_is_masked_everywhere(city, people):
    case = actions.penalise_on_spot(
        case=Case(
            title="欧阳试验无证经营", party_name="欧阳试验", county=city.gulou, breach="pql_50", step="general",
            goods_value=Decimal(100), fine=Decimal(150), second_officer="two", grounds="欧阳试验，电话13900001234",
        ),
        by=people.officer_gulou, on=DAY,
    )  # fmt: skip
    actions.publish_penalty(case=case, by=people.officer_gulou, on=DAY)

    with clock.fixed_at(DAY):
        answers = [Client().get(f"{path}{case.number}{end}").content.decode()
                   for path, end in (("/penalties/", "/"), ("/api/v1/public/penalties/", ""))]  # fmt: skip
        answers.append(Client().get("/penalties/").content.decode())

    assert all("欧***" in answer for answer in answers)
    assert not any("欧阳试验" in answer or "13900001234" in answer for answer in answers)


def test_a_case_over_the_api_has_duties_evidence_and_papers_within_ones_office(city, people):
    case = public(city, people)
    inside, outside = Client(), Client()
    inside.force_login(people.officer_gulou)
    outside.force_login(people.officer_changle)

    whole = inside.get(f"/api/v1/cases/{case.pk}").json()

    assert [one["task"] for one in whole["duties"]][:2] == ["investigate", "review"]
    assert [one["number"] for one in whole["evidence"]] == [1]
    assert whole["evidence"][0]["has_file"]
    assert any("罚〔2025〕1号" in one["number"] for one in whole["papers"])
    assert len(inside.get("/api/v1/cases?outcome=penalty").json()["items"]) == 1
    assert outside.get("/api/v1/cases").json()["items"] == []
    assert outside.get(f"/api/v1/cases/{case.pk}").status_code == 404
    assert Client().get("/api/v1/cases").status_code == 401


def test_cases_entered_from_another_system_are_public_by_the_same_rules(city, people):
    entered = actions.enter_cases(
        cases=[
            Case(cause="report", title="rice", party=city.gulou_firm, county=city.gulou, filed_on=DAY, state="closed",
                 breach="pql_50", step="general", goods_value=Decimal(20_000), fine=Decimal(30_000),
                 outcome="penalty", decided_on=DAY, closed_on=DAY, published_on=DAY)
        ],
        by=people.planner, on=DAY,
    )  # fmt: skip

    assert entered[0].fine_position == pytest.approx(0.4)
    assert [one.public_until for one in queries.public_penalties(on=DAY)] == [date(2028, 3, 3)]


@pytest.mark.parametrize("text", ["榕江", "rongjiang", "{code}", "{product}", "{product} 榕江", "{number}"])
def test_a_penalty_is_found_by_firm_pinyin_code_product_and_number(city, people, text):
    case = public(city, people)
    text = text.format(product=case.product_name, number=case.number, code=case.party.uscc)

    assert [one.pk for one in queries.public_penalties(text=text, on=DAY)] == [case.pk]
    assert not queries.public_penalties(text=text, on=DAY + timedelta(days=4000)).exists()
    assert not queries.public_penalties(text=f"{text}没有", on=DAY).exists()

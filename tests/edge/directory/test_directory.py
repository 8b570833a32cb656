"""Firms as everyone looks them up: found, shown with what is public today and nothing more, within fair limits."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.response.casework.world import DAY, served

from banyan.base.registry import actions as registering
from banyan.base.registry.models import Certificate, Product
from banyan.edge.directory import queries
from banyan.kit import clock, fair
from banyan.kit.rights import System
from banyan.records.inspection.models import Sample
from banyan.response.casework import actions as casework
from banyan.response.casework.models import Case

pytestmark = pytest.mark.django_db
HOUSE = System("test")
CODE = "91350100MA2T3X0Q68"


@pytest.fixture
def public():
    fair.forget()
    yield Client(headers={"accept-language": "en"})
    fair.forget()


def told(public, address, status=200):
    answer = public.get(address)
    assert answer.status_code == status, answer.content.decode()[:300]
    return answer.content.decode()


@pytest.mark.parametrize("text", ["榕江", "榕", "rongjiang", "fzrj", CODE[:8], CODE])
def test_a_firm_is_found_by_characters_pinyin_initials_and_code(public, city, text):
    page = told(public, f"/firms/?q={text}")

    assert f"/firms/{CODE}/" in page
    assert public.get("/api/v1/public/firms", {"q": text}).json()["items"][0]["address"] == CODE


def test_a_bar_code_leads_to_its_product(public, city):
    Product.objects.create(
        key="p1", name="榕江大米", maker=city.gulou_firm, product_class=city.rice, gtin="06901234000016"
    )

    answer = public.get("/firms/", {"q": "6901234000016"})

    assert (answer.status_code, answer["Location"]) == (302, "/01/06901234000016")
    assert "/01/06901234000016" in told(public, f"/firms/{CODE}/")


def test_the_page_tells_who_a_firm_is_and_nothing_of_its_people(public, city):
    registering.rename_organisation(
        organisation=city.gulou_firm, name="福州榕江粮油有限公司", by=HOUSE, on=date(2024, 1, 1)
    )  # fmt: skip

    page = told(public, f"/firms/{CODE}/")

    for words in ("福州榕江粮油有限公司", "福州榕江食品有限公司", CODE, "2015-03-02", "not public by rule"):
        assert words in page, words
    for secret in ("林小明", "软件大道"):
        assert secret not in page
    assert "林小明" not in str(public.get(f"/api/v1/public/firms/{CODE}/file").json())


def test_certificates_and_samples_stand_there_while_they_are_public(public, city, today):
    Certificate.objects.create(
        key="c1", organisation=city.gulou_firm, kind="food_licence", number="SC101", from_on=date(2020, 1, 1),
        until_on=today,
    )  # fmt: skip
    for key, published in (("s-told", today), ("s-kept", None)):
        Sample.objects.create(
            key=key, number=key, product_name=f"rice {key}", maker=city.gulou_firm, conclusion="passed",
            judged_on=today, sampled_on=today, published_on=published, scheme="food_supervision", level="city",
        )  # fmt: skip

    page = told(public, f"/firms/{CODE}/")
    with clock.fixed_at(today + timedelta(days=1)):
        tomorrow = told(public, f"/firms/{CODE}/")

    assert "SC101" in page
    assert "rice s-told" in page
    assert "s-kept" not in page
    assert "SC101" not in tomorrow


def test_what_a_penalty_says_of_persons_is_masked_here_too(public, city, people):
    case = served(city, people, on=DAY)
    casework.publish_penalty(case=case, by=people.officer_gulou, on=DAY)
    Case.objects.filter(pk=case.pk).update(title="电话13905911234举报")

    with clock.fixed_at(DAY):
        page = told(public, f"/firms/{CODE}/")

    assert case.number in page
    assert "13905911234" not in page


def test_a_penalty_leaves_the_firms_page_the_day_after_its_term(public, city, people):
    case = served(city, people, on=DAY)
    casework.publish_penalty(case=case, by=people.officer_gulou, on=DAY)
    case = Case.objects.get(pk=case.pk)

    with clock.fixed_at(case.public_until):
        assert case.number in told(public, f"/firms/{CODE}/")
        assert public.get(f"/api/v1/public/firms/{CODE}/file").json()["penalties"] == [case.number]
    with clock.fixed_at(case.public_until + timedelta(days=1)):
        assert case.number not in told(public, f"/firms/{CODE}/")
        assert public.get(f"/api/v1/public/firms/{CODE}/file").json()["penalties"] == []


def test_a_sole_traders_code_finds_the_firm_and_is_not_told(public, city):
    trader = city.gulou_firm
    trader.kind = trader.Kind.SOLE_TRADER
    trader.save(update_fields=["kind"])

    answer = public.get(f"/firms/{CODE}/")

    assert (answer.status_code, answer["Location"]) == (302, "/firms/firm-g/")
    assert CODE not in told(public, "/firms/firm-g/")
    assert CODE not in told(public, "/firms/?q=榕江").replace("/firms/?q=", "")
    assert public.get(f"/api/v1/public/firms/{CODE}").json()["code"] == ""


def test_a_merged_firm_leads_to_the_one_that_answers_for_it(public, city):
    registering.merge_organisation(
        organisation=city.changle_firm, into=city.gulou_firm, by=HOUSE, on=date(2024, 1, 1)
    )  # fmt: skip

    page = told(public, f"/firms/{city.changle_firm.uscc or city.changle_firm.pk}/")

    assert "Merged into" in page
    assert city.gulou_firm.name in page
    assert queries.identity_of(queries.firm_of("firm-c"), on=date(2024, 1, 2))["merged_into"] == CODE


@pytest.mark.parametrize("code", ["91350100MA2T3X0Q69", "nobody", "' OR 1=1", "\u202e91350100"])
def test_a_code_that_nobody_has_is_said_to_be_none(public, city, code):
    assert "No firm of the register has this code" in told(public, f"/firms/{code}/", 404)
    assert public.get(f"/api/v1/public/firms/{code}").status_code == 404


def test_the_code_to_put_up_is_a_picture(public, city):
    answer = public.get(f"/qr/firms/{CODE}")

    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content


def test_the_grade_is_shown_where_the_packs_make_it_public(public, city, monkeypatch):
    monkeypatch.setattr(queries.terms, "value", lambda key, *, on: (True, "City rules, art. 9"))

    page = told(public, f"/firms/{CODE}/")

    assert "City rules, art. 9" in page
    assert public.get(f"/api/v1/public/firms/{CODE}/file").json()["grade"] == "A"


def test_an_address_that_asks_too_often_waits_and_others_do_not(public, city, settings):
    settings.BANYAN_FAIR_REQUESTS = 3
    for _time in range(3):
        told(public, f"/firms/{CODE}/")

    refused = public.get(f"/api/v1/public/firms/{CODE}")
    page = public.get("/firms/")
    other = public.get("/firms/", REMOTE_ADDR="203.0.113.9")

    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert (page.status_code, other.status_code) == (429, 200)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"), ("2001:db8:0:1::5", "2001:db8:0:1"), ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1"),
        ("::1", "0:0:0:0"), ("2001:0db8::1", "2001:db8:0:0"),
    ],
)  # fmt: skip
def test_addresses_of_one_network_count_as_one(address, network):
    assert fair.network_of(address) == network

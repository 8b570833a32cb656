"""The API: sign-in, unknown parameters, problems, pages, the chain of events for auditors."""

import re

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


@pytest.fixture
def desk(client, people, city):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def sit(name):
        client.force_login(getattr(people, name))
        return client

    return sit


def test_nobody_reads_without_signing_in(client, city):
    answer = client.get(f"{V1}/organisations")

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:banyan:sign-in"


def test_an_unknown_parameter_is_named_with_those_that_are_known(desk):
    answer = desk("planner").get(f"{V1}/organisations", {"cuonty": "gulou"})

    assert answer.status_code == 400
    assert answer.json()["asked"] == "The parameter “cuonty” was given."
    assert answer.json()["instead"] == "It knows: after, code, county, kind, limit, park, text."


@pytest.mark.parametrize(("limit", "status"), [("500", 200), ("501", 400), ("0", 400), ("many", 400)])
def test_a_page_is_bounded(desk, limit, status):
    answer = desk("planner").get(f"{V1}/organisations", {"limit": limit})

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["name"] == "limit"


def test_pages_follow_each_other_without_gap_or_repeat(desk):
    browser, seen, after = desk("planner"), [], ""
    while after is not None:
        page = browser.get(f"{V1}/organisations", {"limit": 3, "after": after}).json()
        seen += [one["key"] for one in page["items"]]
        after = page["after"]

    assert seen == ["firm-c", "firm-g", "lab-e", "lab-w"]


def test_chinese_stays_readable_in_the_answer(desk):
    answer = desk("planner").get(f"{V1}/organisations", {"text": "榕江"})

    assert "福州榕江食品有限公司".encode() in answer.content
    assert [one["county"] for one in answer.json()["items"]] == ["gulou"]


def test_a_record_of_another_office_is_not_there(desk):
    browser = desk("officer_gulou")

    assert browser.get(f"{V1}/organisations/firm-g").json()["places"][0]["park"] == "software"
    answer = browser.get(f"{V1}/organisations/firm-c")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:banyan:not-found")


def test_someone_without_the_right_is_told_which_one_is_missing(desk):
    answer = desk("east_laboratory").get(f"{V1}/organisations")

    assert answer.status_code == 403
    assert "registry.view" in answer.json()["asked"]


def test_entering_checks_the_code_and_says_which_character_is_wrong(desk):
    browser = desk("officer_gulou")
    given = {"name": "新店", "county": "gulou", "uscc": "91110000600037341A"}

    refused = browser.post(f"{V1}/organisations", given, content_type="application/json")
    assert refused.status_code == 422
    assert "should be “L”" in refused.json()["prevents"]
    made = browser.post(
        f"{V1}/organisations", given | {"uscc": "91110000600037341L"}, content_type="application/json"
    )
    assert (made.status_code, made.json()["organisation_code"]) == (201, "600037341")
    strange = browser.post(f"{V1}/organisations", given | {"colour": "red"}, content_type="application/json")
    assert (strange.status_code, strange.json()["errors"][0]["name"]) == (422, "given.colour")


def test_a_change_needs_the_token_of_the_session(people, city):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.officer_gulou)

    answer = browser.post(f"{V1}/organisations/firm-g/rename", {"name": "x"}, content_type="application/json")
    assert answer.status_code == 403


def test_the_code_of_a_region_is_that_of_the_day(desk):
    def code(day):
        rows = desk("planner").get(f"{V1}/regions", {"on": day}).json()["items"]
        return next((row["code"], row["name"]) for row in rows if row["key"] == "changle")

    assert code("2016-01-01") == ("350182", "长乐市")
    assert code("2020-01-01") == ("350112", "长乐区")


def test_an_error_of_ours_tells_nothing_and_is_logged(desk, monkeypatch, caplog):
    from banyan.base.registry import api

    def fail(*given, **named):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(api, "page_of", fail)
    answer = desk("planner").get(f"{V1}/parks")

    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert "secret detail" in caplog.text
    assert any(record.args and str(record.args[0]) in answer.json()["detail"] for record in caplog.records)


def test_auditors_read_the_chain_and_others_do_not(desk):
    page = desk("auditor").get(f"{V1}/events", {"name": "registry.park.entered"}).json()

    assert [event["subject"] for event in page["items"]] == ["registry.park:software", "registry.park:textile"]
    assert page["items"][0]["after"]["registry.park:software"]["name"] == "软件园"
    whole = desk("auditor").get(f"{V1}/events", {"limit": 500})
    assert "林小明" not in whole.content.decode()
    assert desk("administrator").get(f"{V1}/events").status_code == 403


def test_the_description_is_openapi_3_1_and_shows_every_route(client):
    schema = client.get(f"{V1}/openapi.json").json()

    assert schema["openapi"] == "3.1.0"
    assert {"/api/v1/events", "/api/v1/organisations", "/api/v1/organisations/{key}"} <= set(schema["paths"])


def test_the_reference_loads_its_scripts_and_styles_from_here(client):
    page = client.get("/api/v1/docs").content.decode()

    assets = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert any(asset.endswith(".js") for asset in assets)
    assert [one for one in assets if not finders.find(one.removeprefix("/static/"))] == []

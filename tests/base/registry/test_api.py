"""The registry over the API: what is refused names what is wrong; a place is told of its own days only."""

from datetime import date, timedelta

import pytest
from django.test import Client

from banyan.base.registry import actions
from banyan.base.registry.models import Organisation
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(people, city):
    """The API as the planner calls it: the status and what is told."""
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(people.planner)

    def call(place, sent=None):
        address = f"/api/v1/{place}"
        answer = (
            browser.get(address) if sent is None else browser.post(address, sent, content_type="application/json")
        )
        return answer.status_code, answer.json()

    return call


def test_a_key_that_nothing_has_is_named_instead_of_saying_that_the_address_is_wrong(caller):
    status, told = caller("organisations", {"name": "榕新公司", "kind": "enterprise", "county": "nope"})

    assert status == 400
    assert told["asked"].startswith("“nope” was given as: region")
    assert not Organisation.objects.filter(name="榕新公司").exists()


def test_nobody_is_registered_on_a_day_to_come(caller, city):
    given = {"name": "榕新公司", "kind": "enterprise", "county": "gulou"}

    late = caller("organisations", given | {"registered_on": str(city.today + timedelta(days=1))})
    today = caller("organisations", given | {"registered_on": str(city.today)})

    assert (late[0], late[1]["prevents"], today[0]) == (409, "That day has not come.", 201)


def test_a_list_of_a_county_that_there_is_not_is_refused(caller):
    status, told = caller("organisations?county=nope")

    assert (status, told["prevents"]) == (400, "There is no place with this key.")
    assert caller("organisations?county=gulou")[0] == 200


def test_before_its_first_place_a_firm_was_nowhere_and_no_day_to_come_is_answered(caller, city):
    before = caller("organisations/firm-g?on=1999-01-01")
    after = caller(f"organisations/firm-g?on={city.today + timedelta(days=1)}")

    assert (before[0], before[1]["place"]) == (200, None)
    assert caller("organisations/firm-g")[1]["place"]["county"] == "gulou"
    assert (after[0], after[1]["prevents"]) == (400, "That day has not come.")


def test_a_code_is_found_as_certificates_print_it_with_its_hyphen(caller, city):
    given = {"name": "榕电集团", "organisation_code": "60003734-1", "county": city.gulou, "kind": "enterprise"}
    made = actions.enter_organisation(**given, by=System("test"), on=city.today)

    for text in ("60003734-1", "600037341", "６０００３７３４－１"):
        assert [one["key"] for one in caller(f"organisations?text={text}")[1]["items"]] == [made.pk], text


def test_a_table_that_was_not_published_by_a_day_is_said_to_be_that(caller):
    status, told = caller("published/provincial_pass_rate?published_by=2024-01-31")

    assert status == 404
    assert told["prevents"] == "No table with this breakdown was published by then."
    assert date(2024, 1, 31).isoformat() in told["asked"]

"""A page that is asked with a parameter it does not know says so, and which it knows."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PUBLIC = ("/", "/clauses/", "/clauses/1.2/", "/figures/", "/search/")
OFFICE = (
    "/office/cockpit/", "/office/clauses/", "/office/clauses/1.2/", "/office/indicators/", "/office/reports/",
    "/office/indicators/provincial_pass_rate/", "/office/rejudged/", "/office/intake/",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC + OFFICE)
def test_an_unknown_parameter_is_named(people, city, address):
    browser = Client(headers={"accept-language": "en"})
    if address in OFFICE:
        browser.force_login(people.planner)

    answer = browser.get(address, {"colour": "red"})

    assert answer.status_code == 400
    assert "colour" in answer.content.decode()
    assert browser.get(address).status_code == 200

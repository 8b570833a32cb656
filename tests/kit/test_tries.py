"""Whoever fails to sign in too often is not looked at for a while, person or machine, right or wrong."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client
from tests.kit.test_machines import ask, let_in

pytestmark = pytest.mark.django_db

MOST = 10


@pytest.fixture(name="staff")
def staff_of_the_city(people, city):
    return people


@pytest.fixture(autouse=True)
def cache_of_its_own(settings, tmp_path):
    """No try of another test counts here, and the time of waiting is not waited for."""
    settings.CACHES = settings.CACHES | {"tries": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["tries"].clear()


def sign_in(username: str, password: str, *, address: str = "192.0.2.1"):
    form = {"username": username, "password": password}
    return Client().post("/office/login/", form, REMOTE_ADDR=address, headers={"accept-language": "en"})


def test_a_machine_that_failed_too_often_is_refused_with_the_right_secret_too(staff, city):
    machine, secret = let_in(staff, city)
    other, others_secret = let_in(staff, city, username="other-system")
    for _try in range(MOST):
        assert ask(machine.client_id, "wrong").status_code == 401

    refused = ask(machine.client_id, secret)

    assert (refused.status_code, refused.json()["error"]) == (429, "invalid_client")
    assert refused.headers["Retry-After"] == "900"
    assert ask(machine.client_id, secret, basic=False).status_code == 429
    assert ask(other.client_id, others_secret).status_code == 200, "another client from the same address"


def test_a_success_lets_the_failures_before_it_be_forgotten(staff, city):
    machine, secret = let_in(staff, city)
    for _try in range(MOST - 1):
        ask(machine.client_id, "wrong")

    assert ask(machine.client_id, secret).status_code == 200
    assert ask(machine.client_id, "wrong").status_code == 401
    assert ask(machine.client_id, secret).status_code == 200


def test_what_fails_for_another_reason_is_no_failed_try(staff, city):
    machine, secret = let_in(staff, city)
    for _try in range(MOST):
        assert ask(machine.client_id, secret, scope="none-of-ours").status_code == 400

    assert ask(machine.client_id, secret).status_code == 200


def test_a_person_who_failed_too_often_waits_and_another_address_does_not(staff, city):
    person = staff.planner
    person.set_password("quiet lake 27")
    person.save()
    for _try in range(MOST):
        assert sign_in(person.username, "wrong").status_code == 200

    refused = sign_in(person.username.upper(), "quiet lake 27")

    assert (refused.status_code, "Try again in 15 minutes." in refused.content.decode()) == (200, True)
    assert sign_in(person.username, "quiet lake 27").status_code == 200, "still"
    assert sign_in(person.username, "quiet lake 27", address="192.0.2.2").status_code == 302

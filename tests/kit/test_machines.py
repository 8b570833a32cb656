"""Machines sign in by client credentials: with their scopes, within their role, until they are shut out."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.kit import Refused, clock, events, machines, people, rights
from banyan.kit.models import Event, Machine, Person, Version
from banyan.kit.refusals import NotAllowed
from banyan.kit.verbs import REGISTRY

pytestmark = pytest.mark.django_db


@pytest.fixture(name="staff")
def staff_of_the_city(people, city):
    return people


def let_in(
    staff,
    city,
    *,
    username="county-system",
    scopes=("api",),
    role="county_officer",
    dimension="region",
    path="/fujian/fuzhou/gulou",
):
    machine = machines.enter_machine(
        username=username, scopes=scopes, role=role, dimension=dimension, path=path, from_on=city.today,
        by=staff.administrator, on=city.today,
    )  # fmt: skip
    return machine, machine.told_once.rpartition(" ")[2]


def ask(client_id: str, secret: str, *, basic: bool = True, **more: str):
    body = {"grant_type": "client_credentials", **more}
    header = {"authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}
    if not basic:
        body, header = body | {"client_id": client_id, "client_secret": secret}, {}
    form = "application/x-www-form-urlencoded"
    return Client().post("/oauth/token", urlencode(body), content_type=form, headers=header)


def test_a_token_lets_in_within_the_role_of_the_machine(staff, city):
    machine, secret = let_in(staff, city)

    given = ask(machine.client_id, secret)
    assert (given.status_code, given.headers["Cache-Control"]) == (200, "no-store")
    assert given.json() | {"access_token": ""} == {
        "access_token": "", "token_type": "Bearer", "expires_in": 3600, "scope": "api",
    }  # fmt: skip
    bearer = {"authorization": f"Bearer {given.json()['access_token']}"}
    browser = Client(enforce_csrf_checks=True, headers=bearer)

    listed = browser.get("/api/v1/organisations")
    assert {one["key"] for one in listed.json()["items"]} == {"firm-g", "lab-e"}
    assert browser.get("/api/v1/organisations/firm-c").status_code == 404
    assert browser.get("/office/").status_code == 302, "a token opens no page"
    assert Client().get("/api/v1/organisations").headers["WWW-Authenticate"] == "Bearer"


def test_credentials_in_the_body_are_taken_too_and_both_forms_say_json(staff, city):
    machine, secret = let_in(staff, city)

    answer = ask(machine.client_id, secret, basic=False, scope="api")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


def test_scopes_with_a_space_between_are_taken_as_curl_sends_them(staff, city):
    machine, secret = let_in(staff, city, scopes=("api", "epcis:query"))
    body = f"grant_type=client_credentials&client_id={machine.client_id}&client_secret={secret}&scope=api epcis:query"

    answer = Client().post("/oauth/token", body, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.json().get("scope")) == (200, "api epcis:query")


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "a\0b"}, 401, "invalid_client"),
        ({"scope": "epcis:capture"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_what_cannot_be_had_is_refused_as_the_standard_says(staff, city, change, status, error):
    machine, secret = let_in(staff, city)
    asked = {"client_id": machine.client_id, "secret": secret} | change

    answer = ask(**asked)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert Client().get("/oauth/token").status_code == 405


def test_a_token_ends_with_its_time_its_secret_its_scope_and_its_person(staff, city, monkeypatch):
    machine, secret = let_in(staff, city)
    token = ask(machine.client_id, secret).json()["access_token"]

    def status() -> tuple[int, str]:
        answer = Client(headers={"authorization": f"Bearer {token}"}).get("/api/v1/organisations")
        return answer.status_code, answer.json().get("type", "")

    assert status() == (200, "")
    do = {"by": staff.administrator, "on": city.today}
    person = Person.objects.get(pk=machine.person_id)
    people.suspend_person(person=person, **do)
    assert status() == (401, "urn:banyan:sign-in")
    assert ask(machine.client_id, secret).status_code == 401
    people.readmit_person(person=person, **do)
    assert status() == (200, "")

    machines.set_scopes(machine=machine, scopes=["epcis:query"], **do)
    assert status() == (403, "urn:banyan:insufficient-scope")
    machines.set_scopes(machine=machine, scopes=["api"], **do)

    with monkeypatch.context() as later:
        now = signing.time.time()
        later.setattr(signing.time, "time", lambda: now + machines.LIVES + 2)
        assert status() == (401, "urn:banyan:sign-in")
    fresh = machines.renew_secret(machine=machine, reason="it was mailed", **do).told_once.rpartition(" ")[2]
    assert status() == (401, "urn:banyan:sign-in")
    assert ask(machine.client_id, secret).status_code == 401
    assert ask(machine.client_id, fresh).status_code == 200


def test_a_role_that_ended_opens_nothing(staff, city):
    machine, secret = let_in(staff, city)
    token = ask(machine.client_id, secret).json()["access_token"]
    grant = machine.person.grants.get()
    people.end_grant(grant=grant, until_on=city.today, by=staff.administrator, on=city.today)

    browser = Client(headers={"authorization": f"Bearer {token}"})

    assert browser.get("/api/v1/organisations").status_code == 200
    with clock.fixed_at(city.today + timedelta(days=1)):
        assert browser.get("/api/v1/organisations").status_code == 403


def test_no_secret_stands_in_the_table_the_events_or_the_versions(staff, city):
    machine, secret = let_in(staff, city)

    stored = Machine.objects.get(pk=machine.pk).secret
    said = " ".join(
        [*Event.objects.values_list("after", flat=True), *Version.objects.values_list("state", flat=True)]
    )
    assert stored.startswith("argon2")
    assert secret not in stored + said
    assert "argon2" not in said
    assert machine.client_id in said
    assert not Person.objects.get(username="county-system").has_usable_password()
    assert next(events.faults(), None) is None


def test_only_administrators_let_machines_in_and_only_for_known_scopes(staff, city):
    do = {"username": "x", "role": "firm", "from_on": city.today, "on": city.today}

    with pytest.raises(NotAllowed):
        machines.enter_machine(scopes=["api"], by=staff.planner, **do)
    for unknown in ([], ["everything"]):
        with pytest.raises(Refused, match="scope"):
            machines.enter_machine(scopes=unknown, by=staff.administrator, **do)
    assert not Machine.objects.exists()


def test_the_office_shows_the_secret_once(staff, city, client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(staff.administrator)
    form = {
        "username": "erp", "scopes": ["epcis:capture", "epcis:query"], "role": "firm", "dimension": "organisation",
        "path": "firm-g", "from_on": city.today.isoformat(),
    }  # fmt: skip

    page = client.post("/office/kit/machine/new/enter_machine/", form, follow=True).content.decode()
    again = client.get(f"/office/kit/machine/{Machine.objects.get().pk}/change/").content.decode()

    secret = re.search(r"secret ([\w-]{43})", page)[1]
    assert ask(Machine.objects.get().client_id, secret).status_code == 200
    assert secret not in again
    assert "Firm (firm) · 福州榕江食品有限公司" in again


ROLES = ("planner", "county_officer", "firm", "auditor", "administrator", "laboratory")
REACHES = {
    "firm": ("organisation", "firm-g"), "laboratory": ("laboratory", "lab-e"),
    "county_officer": ("region", "/fujian/fuzhou/gulou"),
}  # fmt: skip
ASKED = ("organisations", "events", "samples", "plans", "credit/grades", "cases", "complaints", "alerts", "recalls")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_token_never_reaches_what_its_person_cannot(staff, city, data):
    """Whatever role, place, scopes and days: a token gets what its person would in a browser, or a refusal."""
    role = data.draw(st.sampled_from(ROLES))
    held = tuple(data.draw(st.sets(st.sampled_from(sorted(machines.scopes())), min_size=1)))
    given_for = data.draw(st.sets(st.sampled_from(held), min_size=1))
    until = data.draw(st.sampled_from([None, city.today, city.today - timedelta(days=1)]))
    dimension, path = REACHES.get(role, ("", ""))
    with transaction.atomic():
        machine = machines.enter_machine(
            username="drawn", scopes=held, role=role, dimension=dimension, path=path,
            from_on=city.today - timedelta(days=9), until_on=until, by=staff.administrator, on=city.today,
        )  # fmt: skip
        secret = machine.told_once.rpartition(" ")[2]
        token = ask(machine.client_id, secret, scope=" ".join(sorted(given_for))).json()["access_token"]
        by_token = Client(headers={"authorization": f"Bearer {token}"})
        by_hand = Client()
        by_hand.force_login(machine.person)

        for name in ASKED:
            told, shown = (client.get(f"/api/v1/{name}") for client in (by_token, by_hand))
            if "api" not in given_for:
                assert (told.status_code, told.json()["title"]) == (403, "insufficient-scope"), name
            else:
                assert (told.status_code, told.content) == (shown.status_code, shown.content), (role, name)
            if until == city.today - timedelta(days=1):
                assert told.status_code == 403, "the grant ended yesterday"
        transaction.set_rollback(True)


def test_a_machine_holds_no_right_that_its_role_does_not_name(staff, city):
    machine, _secret = let_in(staff, city, scopes=tuple(machines.scopes()))

    for verb in REGISTRY.values():
        if verb.right != rights.OWN:
            assert rights.has(machine.person, verb.right) == ("county_officer" in rights.roles_with(verb.right)), (
                verb.event
            )

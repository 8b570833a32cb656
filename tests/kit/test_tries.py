"""Whoever fails to sign in too often is not looked at for a while, person or machine, right or wrong."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client
from tests.house.test_crash import empty_database
from tests.kit.test_machines import ask, let_in

from banyan.kit import tries
from banyan.kit.models import Tally

pytestmark = pytest.mark.django_db
__all__ = ["empty_database"]

MOST = 10


@pytest.fixture(name="staff")
def staff_of_the_city(people, city):
    return people


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


def test_what_ended_is_forgotten_and_counted_anew(monkeypatch):
    monkeypatch.setattr(tries.time, "time", lambda: 1_000.5)
    assert [tries.counted(what, seconds=s) for what, s in (("one", 60), ("one", 60), ("other", 9))] == [1, 2, 1]

    monkeypatch.setattr(tries.time, "time", lambda: 1_020.0)

    assert tries.counted("one", seconds=60) == 3
    assert Tally.objects.count() == 1, "what ended is gone"
    monkeypatch.setattr(tries.time, "time", lambda: 1_081.0)
    assert tries.counted("one", seconds=60) == 1


WORKER = """
import django
django.setup()
from banyan.kit import tries
for _time in range(25):
    print(tries.counted("the same", seconds=900), flush=True)
"""


@pytest.mark.slow
def test_processes_count_together(empty_database, tmp_path):
    environment = os.environ | {
        "BANYAN_DATABASE_URL": empty_database, "BANYAN_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "banyan.config.settings",
    }  # fmt: skip
    python = [sys.executable, "-c"]
    tables = "import django; django.setup(); from django.core.management import call_command; call_command('migrate')"
    subprocess.run([*python, tables], env=environment, check=True, capture_output=True, timeout=300)

    workers = [
        subprocess.Popen([*python, WORKER], env=environment, stdout=subprocess.PIPE, text=True)
        for _worker in range(4)
    ]
    counts = [int(one) for worker in workers for one in worker.communicate(timeout=300)[0].split()]

    assert sorted(counts) == list(range(1, 101))

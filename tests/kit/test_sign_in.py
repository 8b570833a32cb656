"""Signing in: second factors, sessions, proofs of identity, what auditors read of it, what the packs demand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.test import Client

from banyan.kit import Refused, clock, people, visits
from banyan.kit.models import Event, Visit
from banyan.kit.sign_in import factors, rules

pytestmark = pytest.mark.django_db
PASSWORD, OTHER = "quiet lake 27", "deep river 38 wide"


@pytest.fixture(name="staff")
def staff_of_the_city(people, city):
    """People who have passwords of their own."""
    for person in (people.planner, people.auditor, people.administrator):
        person.set_password(PASSWORD)
        person.password_set_on = city.today
        person.save()
    return people


def browser() -> Client:
    return Client(headers={"accept-language": "en", "user-agent": "Browser of a test"})


def sign_in(person, password=PASSWORD, *, then=""):
    client = browser()
    return client, client.post("/office/login/", {"username": person.username, "password": password, "next": then})


def code(secret: str, *, step: int = 0) -> str:
    """What an application shows (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def enrolled(client: Client) -> tuple[str, list[str]]:
    """The secret of an application that was added by a browser, and the recovery codes that were shown."""
    page = client.get("/office/account/codes/")
    secret = re.search(r'<code id="secret">([A-Z2-7=]+)</code>', page.content.decode())[1]
    shown = client.post("/office/account/codes/", {"code": code(secret, step=-1)})
    assert shown.status_code == 200, shown.content.decode()
    return secret, re.findall(r"<li><code>(\d+)</code></li>", shown.content.decode())


def names_of_events(*, by="") -> list[str]:
    rows = Event.objects.filter(by=by) if by else Event.objects.all()
    return list(rows.order_by("number").values_list("name", flat=True))


def test_codes_are_those_of_the_standard():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B, last six of its eight digits

    assert [format_hotp_value(hotp_value(secret, at // 30)) for at in (59, 1111111109, 20000000000)] == [
        "287082", "081804", "353130",
    ]  # fmt: skip


def test_a_password_lets_in_and_is_noted_with_the_session(staff):
    client, answer = sign_in(staff.planner, then="/office/account/")

    assert (answer.status_code, answer["Location"]) == (302, "/office/account/")
    visit = Visit.objects.get()
    assert (visit.person, visit.proofs, visit.browser) == (staff.planner, ["password"], "Browser of a test")
    assert names_of_events(by="planner") == ["people.session.began"]
    page = client.get("/office/account/").content.decode()
    assert "Browser of a test" in page
    assert 'href="/office/account/"' in page, "the menu leads here"
    assert "this one" in page


def test_nobody_is_sent_to_another_site_after_signing_in(staff):
    _client, answer = sign_in(staff.planner, then="https://elsewhere.example/")

    assert answer["Location"] == "/office/"


def test_failed_tries_are_events_without_the_name_that_was_typed(staff):
    sign_in(staff.planner, "wrong")
    browser().post("/office/login/", {"username": "my secret password", "password": "x"})

    found = Event.objects.filter(name="people.sign_in.failed").order_by("number")
    assert [event.subject for event in found] == [f"kit.person:{staff.planner.pk}", ""]
    assert not Event.objects.filter(reason__contains="secret").exists()


def test_a_code_is_asked_for_after_the_password_and_counts_once(staff):
    client, _answer = sign_in(staff.planner)
    secret, recovery = enrolled(client)
    assert len(recovery) == 10
    assert "JSON" not in Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in Authenticator.objects.get(type="totp").data["secret"], "it lies sealed"

    second, answer = sign_in(staff.planner, then="/office/account/")
    assert answer["Location"] == "/office/login/factor/"
    assert second.get("/office/account/").status_code == 302, "the password alone opens nothing"
    assert second.post("/office/login/factor/", {"code": "000000"}).status_code == 200
    used = code(secret)
    let_in = second.post("/office/login/factor/", {"code": used})
    assert (let_in.status_code, let_in["Location"]) == (302, "/office/account/")
    assert Visit.objects.order_by("-pk").first().proofs == ["password", "totp"]

    third, _answer = sign_in(staff.planner)
    again = third.post("/office/login/factor/", {"code": used})
    assert (again.status_code, "used before" in again.content.decode()) == (200, True)
    assert third.post("/office/login/factor/", {"code": recovery[0]}).status_code == 302
    fourth, _answer = sign_in(staff.planner)
    assert fourth.post("/office/login/factor/", {"code": recovery[0]}).status_code == 200, (
        "a recovery code counts once"
    )
    assert names_of_events(by="planner").count("people.factor.added") == 1


def test_wrong_codes_are_counted_with_wrong_passwords(staff):
    client, _answer = sign_in(staff.planner)
    secret, _recovery = enrolled(client)
    second, _answer = sign_in(staff.planner)
    for _try in range(10):
        second.post("/office/login/factor/", {"code": "123456"})

    refused = second.post("/office/login/factor/", {"code": code(secret)})

    assert (refused.status_code, "Try again in 15 minutes." in refused.content.decode()) == (200, True)
    assert sign_in(staff.planner)[1].status_code == 200, "nor is a password looked at"


def test_a_role_that_demands_a_factor_leads_to_the_account_page_until_there_is_one(staff):
    client, answer = sign_in(staff.auditor)
    assert answer.status_code == 302

    assert client.get("/office/kit/event/")["Location"] == "/office/account/"
    assert client.get("/api/v1/events").status_code == 403
    assert "demands a second factor" in client.get("/office/account/").content.decode()
    enrolled(client)

    assert client.get("/office/kit/event/").status_code == 200
    factor = Authenticator.objects.get(user=staff.auditor, type="totp")
    assert client.post(f"/office/account/factors/{factor.pk}/remove/").status_code == 409, "the last one stays"


def test_a_demonstration_asks_for_no_factor_and_says_so(staff, monkeypatch):
    monkeypatch.setattr(clock, "is_demonstration", lambda: True)

    client, _answer = sign_in(staff.auditor)

    assert client.get("/office/kit/event/").status_code == 200
    assert "a password is enough here" in browser().get("/office/login/").content.decode()


def test_a_given_password_is_changed_first_and_a_weak_one_is_refused(staff, city):
    people.set_password(person=staff.planner, password=OTHER, by=staff.administrator, on=city.today)
    client, _answer = sign_in(staff.planner, OTHER)
    assert client.get("/office/registry/organisation/")["Location"] == "/office/account/"

    def change(now, new):
        return client.post("/office/account/password/", {"now": now, "password": new, "again": new})

    for new, why in (
        ("short 1", "fewer than 10"),
        ("alllowercase", "fewer than 2 kinds"),
        (OTHER, "the one that you have"),
    ):
        assert why in change(OTHER, new).content.decode(), new
    assert "another one" in change("wrong", "brown bridge 41").content.decode()
    assert change(OTHER, "brown bridge 41").status_code == 302

    assert client.get("/office/registry/organisation/").status_code == 200, "this session lives on"
    assert names_of_events(by="planner")[-1] == "people.person.password_changed"


def test_after_what_comes_first_the_page_that_was_asked_for_opens(staff, city):
    wanted = "/office/cockpit/?on=2024-05-06"
    people.set_password(person=staff.planner, password=OTHER, by=staff.administrator, on=city.today)
    client, _answer = sign_in(staff.planner, OTHER, then=wanted)
    assert client.get(wanted)["Location"] == "/office/account/"
    client.get("/office/alerts/alert/", headers={"hx-request": "true"})  # a part of a page is no page to go on to

    changed = client.post("/office/account/password/", {"now": OTHER, "password": PASSWORD, "again": PASSWORD})
    later = client.post("/office/account/password/", {"now": PASSWORD, "password": OTHER, "again": OTHER})

    assert changed["Location"] == wanted
    assert later["Location"] == "/office/account/"


def test_where_a_factor_is_to_be_added_too_the_page_opens_after_both(staff, city):
    wanted = "/office/kit/event/?q=lot"
    people.set_password(person=staff.auditor, password=OTHER, by=staff.administrator, on=city.today)
    client, _answer = sign_in(staff.auditor, OTHER, then=wanted)
    client.get(wanted)

    changed = client.post("/office/account/password/", {"now": OTHER, "password": PASSWORD, "again": PASSWORD})
    page = client.get("/office/account/codes/").content.decode()
    secret = re.search(r'<code id="secret">([A-Z2-7=]+)</code>', page)[1]
    shown = client.post("/office/account/codes/", {"code": code(secret, step=-1)}).content.decode()

    assert changed["Location"] == "/office/account/"
    assert f'href="{wanted}">I have kept them' in shown


def test_an_old_password_is_changed_first(staff, city):
    staff.planner.password_set_on = city.today.replace(year=city.today.year - 1)

    assert rules.needs_password(staff.planner)
    staff.planner.password_set_on = city.today
    assert not rules.needs_password(staff.planner)


@pytest.mark.parametrize("how", ["suspended", "new password", "factors reset", "changed by itself", "ended there"])
def test_sessions_on_all_devices_end_at_once(staff, city, how):
    first, _answer = sign_in(staff.planner)
    second, _answer = sign_in(staff.planner)
    do = {"by": staff.administrator, "on": city.today}
    if how == "suspended":
        people.suspend_person(person=staff.planner, **do)
    elif how == "new password":
        people.set_password(person=staff.planner, password=OTHER, **do)
    elif how == "factors reset":
        factors.reset(person=staff.planner, **do)
    elif how == "changed by itself":
        second.post("/office/account/password/", {"now": PASSWORD, "password": OTHER, "again": OTHER})
    else:
        second.post("/office/account/sessions/0/end/")

    assert first.get("/office/account/").status_code == 302
    survives = how in ("changed by itself", "ended there")
    assert second.get("/office/account/").status_code == (200 if survives else 302)
    assert Visit.objects.filter(ended_at=None).count() == Session.objects.count() == (1 if survives else 0)


def test_nobody_ends_the_session_of_another(staff, city):
    sign_in(staff.planner)
    auditor, _answer = sign_in(staff.administrator)
    visit = Visit.objects.get(person=staff.planner)

    assert auditor.post(f"/office/account/sessions/{visit.pk}/end/").status_code == 404
    with pytest.raises(Refused):
        visits.end(visit=visit, by=staff.administrator, on=city.today)


def test_an_idle_session_ends_and_signing_out_ends_one(staff, monkeypatch):
    client, _answer = sign_in(staff.planner)
    other, _answer = sign_in(staff.planner)
    other.post("/office/logout/")
    assert Visit.objects.filter(ended_at=None).count() == 1
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 59 * 60)
    assert client.get("/office/account/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + (59 + 61) * 60)
    assert client.get("/office/account/").status_code == 302

    assert not Visit.objects.filter(ended_at=None).exists()
    assert names_of_events(by="sign-in") == ["people.session.ended"]


def test_a_grave_act_is_done_only_by_who_proved_lately_who_they_are(staff, monkeypatch):
    monkeypatch.setattr(clock, "is_demonstration", lambda: True)  # so that no factor is asked for
    client, _answer = sign_in(staff.administrator)
    form = f"/office/kit/person/{staff.planner.pk}/do/set_password/"
    assert client.get(form).status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 16 * 60)

    led = client.post(form, {"password": OTHER})

    assert led["Location"] == f"/office/account/prove/?next={form.replace('/', '%2F')}"
    staff.planner.refresh_from_db()
    assert staff.planner.check_password(PASSWORD), "nothing was done"
    assert "not your password" in client.post(led["Location"], {"password": "wrong"}).content.decode()
    proved = client.post(led["Location"], {"password": PASSWORD})
    assert (proved.status_code, proved["Location"]) == (302, form)
    assert client.get(form).status_code == 200
    assert names_of_events(by="administrator")[-1] == "people.identity.proved"


def test_whoever_has_a_factor_proves_by_it_and_not_by_the_password_alone(staff, monkeypatch):
    client, _answer = sign_in(staff.administrator)
    secret, recovery = enrolled(client)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 16 * 60)
    form = f"/office/kit/person/{staff.planner.pk}/do/set_password/"
    proof = client.post(form, {"password": OTHER})["Location"]

    assert 'name="password"' not in client.get(proof).content.decode()
    assert client.post(proof, {"password": PASSWORD}).status_code == 200
    assert client.post(form, {"password": OTHER})["Location"] == proof, "the password proved nothing"
    assert client.post(proof, {"code": code(secret)})["Location"] == form

    monkeypatch.setattr(time, "time", lambda: now + 32 * 60)
    assert client.post(form, {"password": OTHER})["Location"] == proof
    assert client.post(proof, {"code": recovery[0]})["Location"] == form
    monkeypatch.setattr(time, "time", lambda: now + 48 * 60)
    assert client.post(proof, {"code": recovery[0]}).status_code == 200, "a recovery code counts once"


def test_what_changes_the_rules_is_a_grave_act():
    assert rules.is_grave("rules.draft.adopted")
    assert not rules.is_grave("rules.draft.saved")


def test_the_daily_step_ends_old_sessions_once_and_forgets_where_they_came_from(staff, city):
    sign_in(staff.planner)
    sign_in(staff.auditor)
    long_ago = clock.now() - timedelta(days=200)
    Visit.objects.filter(person=staff.auditor).update(began_at=long_ago, ended_at=long_ago)
    Visit.objects.filter(person=staff.planner).update(began_at=clock.now() - timedelta(hours=9))
    assert not visits.open_visits(staff.planner).exists()

    done = [visits.run_clocks(by=visits.SIGN_IN, on=city.today) for _time in range(2)]

    assert done == [{"sessions ended": 1}, {}]
    assert Event.objects.filter(name="people.sessions.expired", rows=1).count() == 1
    kept = dict(Visit.objects.values_list("person__username", "browser"))
    assert kept == {"planner": "Browser of a test", "auditor": ""}


def test_a_session_that_began_before_any_page_was_loaded_knows_when_it_was_used():
    """The first sign-in of a process is noted too: nothing of the door has to be loaded for it."""
    said = (
        "import django; django.setup()\n"
        "from django.contrib.auth.signals import user_logged_in\n"
        "from types import SimpleNamespace\n"
        "request = SimpleNamespace(session={})\n"
        "user = SimpleNamespace(last_login=None, save=lambda **_named: None)\n"
        "user_logged_in.send(sender=None, request=request, user=user)\n"
        "print(sorted(request.session))"
    )
    done = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "banyan.config.settings"},
    )  # fmt: skip

    assert done.stdout.strip() == "['proved', 'seen']"

"""Credit that is not public is read under a purpose, by consent where needed, and the firm sees who read it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation
from tests.kit.test_machines import ask

from banyan.judgement.access import actions, queries
from banyan.judgement.access.models import Access, Consent, Seal
from banyan.kit import clock, events, machines, rights
from banyan.kit.models import Event, Person
from banyan.kit.refusals import NotAllowed, Refused

HOUSE = rights.System("test")
FILE = "/api/v1/credit/firm-g"


@pytest.fixture
def bank(city, people):
    """A bank's program, signed in: a function that asks for an address."""
    machine = machines.enter_machine(
        username="bank", display_name="Bank of Min (example)", scopes=["api"], role="client", dimension="client",
        path="bank", from_on=city.today, by=people.administrator, on=city.today,
    )  # fmt: skip
    token = ask(machine.client_id, machine.told_once.rpartition(" ")[2]).json()["access_token"]
    browser = Client(headers={"accept-language": "en", "authorization": f"Bearer {token}"})
    return browser.get


def signed_in(person: Person) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(person)
    return browser


def consented(city, people, *, days: int = 90, purpose: str = "lending") -> Consent:
    return actions.give_consent(
        organisation=city.gulou_firm, client="bank", purpose=purpose, until_on=city.today + timedelta(days=days),
        by=people.gulou_firm, on=city.today,
    )  # fmt: skip


def test_a_read_without_a_purpose_is_refused_with_the_list_of_purposes_and_their_bases(bank, people):
    for answer in (bank(FILE), bank(FILE + "?purpose=supervision"), bank(FILE + "?purpose=curiosity")):
        told = answer.json()
        assert (answer.status_code, told["title"]) == (400, "purpose-needed")
        assert "lending (Lending: Consent of the firm; PIPL, art. 6" in told["instead"]
        assert "supervision (" not in told["instead"]

    office = signed_in(people.planner).get(FILE)
    assert office.status_code == 400
    assert "supervision (Supervision: Duty by law" in office.json()["instead"]
    assert signed_in(people.planner).get("/api/v1/credit/grades").status_code == 400
    assert Access.objects.count() == 0


def test_a_bank_reads_by_consent_alone_and_no_longer_from_the_moment_it_is_revoked(city, people, bank):
    refused = bank(FILE + "?purpose=lending")
    consent = consented(city, people)
    read = bank(FILE + "?purpose=lending&on_behalf=Branch%20Gulou")
    other_purpose, other_firm = bank(FILE + "?purpose=insurance"), bank("/api/v1/credit/firm-c?purpose=lending")
    actions.revoke_consent(consent=consent, by=people.gulou_firm, on=city.today)
    after = bank(FILE + "?purpose=lending")

    assert (refused.status_code, refused.json()["title"]) == (403, "consent-needed")
    assert "Ask the firm to give its consent to “Bank of Min (example)”" in refused.json()["instead"]
    assert (read.status_code, read.json()["grade"]) == (200, "A")
    assert read.json()["under"]["purpose"] == "lending"
    assert read.json()["under"]["consent"] == consent.pk
    assert [one.status_code for one in (other_purpose, other_firm, after)] == [403, 403, 403]
    kept = Access.objects.get()
    assert (kept.by, kept.on_behalf, kept.organisation_id, kept.consent, kept.what) == (
        "bank", "Branch Gulou", "firm-g", consent.pk, "explained",
    )  # fmt: skip
    assert kept.basis.startswith("Consent of the firm")


def test_a_bank_asks_by_the_code_that_it_knows_and_its_consent_ends_by_itself(city, people, bank):
    consented(city, people, days=10)

    assert bank(f"/api/v1/credit/{city.gulou_firm.uscc}?purpose=lending").status_code == 200
    with clock.fixed_at(city.today + timedelta(days=10)):
        assert queries.consents_for(
            client=Person.objects.get(username="bank"), purpose="lending", organisations=["firm-g"], on=clock.today()
        )
    with clock.fixed_at(city.today + timedelta(days=11)):
        assert not queries.consents_for(
            client=Person.objects.get(username="bank"), purpose="lending", organisations=["firm-g"], on=clock.today()
        )
        again = actions.give_consent(
            organisation=city.gulou_firm, client="bank", purpose="lending", by=people.gulou_firm, on=clock.today(),
            until_on=clock.today(),
        )  # fmt: skip
        assert again.holds


def test_consents_are_the_firms_own_and_bounded(city, people, bank):
    with pytest.raises(NotAllowed):
        actions.give_consent(
            organisation=city.gulou_firm, client="bank", purpose="lending", until_on=city.today, by=people.planner,
            on=city.today,
        )  # fmt: skip
    translation.activate("en")
    with pytest.raises(Refused, match="no such record"):
        actions.give_consent(
            organisation=city.gulou_firm, client="bank", purpose="lending", until_on=city.today, on=city.today,
            by=people.changle_firm,
        )  # fmt: skip
    with pytest.raises(Refused, match="Choose a day from 2025-06-02 to 2027-06-02"):
        consented(city, people, days=3 * 365)
    with pytest.raises(Refused, match="no such client"):
        consented(city, people, purpose="supervision")
    consented(city, people)
    with pytest.raises(Refused, match="One holds already"):
        consented(city, people)


def test_the_firm_sees_who_read_it_with_export_and_the_bank_sees_its_own_alone(city, people, bank):
    consented(city, people)
    bank(FILE + "?purpose=lending")
    signed_in(people.officer_gulou).get("/office/firms/firm-g/credit/?purpose=funding")
    signed_in(people.planner).get("/api/v1/credit/grades?purpose=procurement")
    signed_in(people.gulou_firm).get("/office/firms/firm-g/credit/")

    own, other = signed_in(people.gulou_firm), signed_in(people.changle_firm)
    told = own.get("/api/v1/access/readings").json()["items"]
    assert [(one["by"], one["purpose"], one["what"]) for one in told] == [
        ("Bank of Min (example)", "lending", "explained"), ("officer_gulou", "funding", "explained"),
    ]  # fmt: skip
    assert other.get("/api/v1/access/readings").json()["items"] == []
    table = b"".join(own.get("/office/access/access/export/", {"as": "csv"}).streaming_content).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(table)))) == 2
    page = own.get("/office/registry/organisation/firm-g/change/").content.decode()
    assert "Bank of Min (example) (Lending) 1" in page
    assert "give_consent" in page
    assert Access.objects.count() == 2  # its own page is read by no stranger
    banks = bank("/api/v1/access/readings").json()["items"]
    assert [one["by"] for one in banks] == ["Bank of Min (example)"]
    counts = signed_in(people.auditor).get("/api/v1/access/counts?firm=firm-g").json()["counts"]
    assert [(one["by"], one["count"]) for one in counts] == [("Bank of Min (example)", 1), ("officer_gulou", 1)]


def test_an_officer_who_opens_the_firms_page_is_seen_too(city, people):
    signed_in(people.officer_gulou).get("/office/registry/organisation/firm-g/change/")

    kept = Access.objects.get()
    assert (kept.by, kept.purpose, kept.what) == ("officer_gulou", "supervision", "summary")
    assert kept.basis.startswith("Duty by law")


def test_a_firm_gives_and_revokes_its_consent_on_pages(city, people, bank):
    own = signed_in(people.gulou_firm)
    form = own.get("/office/access/consent/new/give_consent/?organisation=firm-g")
    given = {"organisation": "firm-g", "client": "bank", "purpose": "guarantee", "until_on": "2025-12-01"}
    own.post("/office/access/consent/new/give_consent/", given)

    consent = Consent.objects.get()
    assert "Bank of Min (example)" in form.content.decode()
    assert (consent.purpose, consent.holds) == ("guarantee", True)
    assert bank(FILE + "?purpose=guarantee").status_code == 200
    address = f"/office/access/consent/{consent.pk}/do/revoke_consent/"
    shown = own.get(address)
    own.post(address, {"seen": shown.context["seen"]} if "seen" in shown.context else {})
    assert Consent.objects.get().state == "revoked"
    assert bank(FILE + "?purpose=guarantee").status_code == 403
    assert signed_in(people.changle_firm).get(address).status_code == 404


def test_a_seal_of_the_night_shows_a_reading_that_was_changed_or_taken_out(city, people):
    signed_in(people.planner).get("/office/firms/firm-g/credit/")
    signed_in(people.planner).get("/office/firms/firm-c/credit/")
    assert actions.run_clocks(by=HOUSE, on=city.today) == {"readings sealed": 0}  # of today more may come
    tomorrow = city.today + timedelta(days=1)

    assert actions.run_clocks(by=HOUSE, on=tomorrow) == {"readings sealed": 2}
    assert actions.run_clocks(by=HOUSE, on=tomorrow) == {"readings sealed": 0}
    assert list(queries.faults()) == []
    assert Event.objects.get(name="access.readings.sealed").subject == f"access.seal:{Seal.objects.get().pk}"
    first = Access.objects.order_by("pk").first()
    Access.objects.filter(pk=first.pk).update(by_name="Nobody")
    assert next(queries.faults()).endswith("one was changed")
    first.delete()
    assert next(queries.faults()).endswith("2 were sealed, 1 are left")
    assert next(events.faults(), None) is None


def test_many_readings_are_kept_with_one_statement(city, people, django_assert_num_queries):
    purpose = queries.purpose_for("supervision", person=people.planner)
    with django_assert_num_queries(1):
        actions.note(person=people.planner, purpose=purpose, read=[("firm-g", "")] * 1000, what="grade", run="s")

    assert Access.objects.filter(run="s").count() == 1000

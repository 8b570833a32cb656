"""Evidence that a device hashed without a connection: the hash comes first, its file must match, twice is once."""

import hashlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.response.casework.world import DAY, PDF, filed

from banyan.kit import clock
from banyan.response.casework.models import Evidence

pytestmark = pytest.mark.django_db
SEND = "/office/cases/evidence/send"


@pytest.fixture(autouse=True)
def today():
    with clock.fixed_at(DAY):
        yield


def sent(person, case, /, *, content=PDF, digest="", **more):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    said = {
        "case": case.pk, "kind": "picture", "title": "shelf", "place": "shop",
        "hashed_at": "2025-03-02T16:30:00.000Z",
        "digest": digest or hashlib.sha256(content).hexdigest(),
        "file": SimpleUploadedFile("shelf.pdf", content, "application/pdf"),
    }  # fmt: skip
    return client.post(SEND, said | more)


def test_hash_and_file_come_together_with_the_moment_that_the_device_says(city, people):
    case = filed(city, people)

    answer = sent(people.officer_gulou, case)

    one = Evidence.objects.get()
    assert answer.json() == {"number": 1, "case": case.number, "digest": one.digest}
    assert one.file
    assert one.taken_on == date(2025, 3, 3)  # half past midnight in the zone of the city
    assert one.hashed_at.isoformat() == "2025-03-02T16:30:00+00:00"


def test_the_same_sent_again_changes_nothing(city, people):
    case = filed(city, people)
    sent(people.officer_gulou, case)

    assert sent(people.officer_gulou, case).status_code == 200
    assert Evidence.objects.count() == 1


def test_another_file_than_the_one_that_was_hashed_is_refused_and_the_hash_stays(city, people):
    case = filed(city, people)

    answer = sent(people.officer_gulou, case, digest="a" * 64)

    assert answer.status_code == 409
    assert "not the one that was noted on the spot" in answer.json()["detail"]
    assert not Evidence.objects.get().file
    sent(people.officer_gulou, case)
    assert Evidence.objects.exclude(file="").count() == 1


@pytest.mark.parametrize("fields", [{"case": "none"}, {"kind": "rumour"}, {"file": ""}])
def test_what_names_no_case_no_kind_or_no_file_is_not_found(city, people, fields):
    assert sent(people.officer_gulou, filed(city, people), **fields).status_code == 404


def test_cases_of_other_offices_take_nothing(city, people):
    assert sent(people.officer_changle, filed(city, people)).status_code == 404


def test_the_page_offers_the_own_cases_first_and_no_closed_ones(city, people):
    case = filed(city, people)
    client = Client()
    client.force_login(people.officer_gulou)

    page = client.get("/office/cases/evidence/")

    assert list(page.context["cases"]) == [case]
    worker = client.get("/office/cases/evidence/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "/office/cases/evidence/evidence.js" in worker.content.decode()

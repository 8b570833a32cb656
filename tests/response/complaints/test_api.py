"""Complaints over the API: published ones and rates for everyone, the queue within an office, and nobody's name."""

import pytest
from django.test import Client
from tests.response.complaints.world import DAY, NAME, TELEPHONE, closed, filed

from banyan.kit import clock
from banyan.response.complaints import actions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with clock.fixed_at(DAY):
        yield


def published(city, people):
    complaint = closed(city, people)
    do = {"by": people.officer_gulou, "on": DAY}
    actions.send_copy(complaint=complaint, public_words="the rice was mouldy", **do)
    actions.comment(complaint=complaint, comment="another store", by=people.gulou_firm, on=DAY)
    actions.publish_complaints(complaints=[complaint], **do)
    return complaint


def test_everyone_reads_published_complaints_and_a_firms_rates(city, people):
    complaint = published(city, people)

    (one,) = Client().get("/api/v1/public/complaints?q=榕江").json()["items"]
    rates = Client().get(f"/api/v1/public/firms/{city.gulou_firm.pk}/complaint-rates").json()

    assert one["number"] == complaint.number
    assert (rates["received"], rates["settled"]["count"], rates["settled"]["of"]) == (1, 1, 1)
    shown = Client().get(f"/api/v1/public/complaints/{complaint.number}").json()
    assert (shown["public_words"], shown["comment"]) == ("the rice was mouldy", "another store")


def test_what_was_taken_back_is_gone(city, people):
    complaint = published(city, people)
    actions.unpublish_complaint(complaint=complaint, by=people.officer_gulou, on=DAY, reason="a name stood in it")

    assert Client().get("/api/v1/public/complaints").json()["items"] == []
    assert Client().get(f"/api/v1/public/complaints/{complaint.number}").status_code == 404


def test_the_queue_lies_within_ones_office_and_names_nobody(city, people):
    complaint = filed(city)
    officer, other = Client(), Client()
    officer.force_login(people.officer_gulou)
    other.force_login(people.officer_changle)

    answer = officer.get("/api/v1/complaints?track=complaint")
    whole = officer.get(f"/api/v1/complaints/{complaint.pk}")

    assert [one["key"] for one in answer.json()["items"]] == [complaint.pk]
    assert whole.json()["due_rule"] == "complaints.accept"
    for text in (answer.content.decode(), whole.content.decode()):
        assert NAME not in text
        assert TELEPHONE not in text
        assert "发霉" not in text
    assert other.get(f"/api/v1/complaints/{complaint.pk}").status_code == 404
    assert Client().get("/api/v1/complaints").status_code == 401

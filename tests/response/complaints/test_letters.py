"""Letters to sender and firm: as the matter stands, for those who may read them, each reading noted."""

from io import BytesIO

import pytest
from django.test import Client
from docx import Document as read_word
from tests.response.complaints.world import DAY, NAME, TELEPHONE, closed, filed, mediated, read

from banyan.kit import clock
from banyan.kit.models import Reading
from banyan.response.complaints import actions, queries

pytestmark = pytest.mark.django_db


def asked(person, complaint, letter, form="docx"):
    client = Client()
    client.force_login(person)
    with clock.fixed_at(DAY):
        return client.get(f"/office/complaints/{complaint.pk}/letter/{letter}.{form}")


def said(answer):
    word = read_word(BytesIO(answer.content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def test_which_letters_there_are_follows_from_the_matter(city, people):
    complaint = filed(city)
    assert queries.letters_of(complaint, to_sender=True) == []

    names = [name for name, _title in queries.letters_of(closed(city, people), to_sender=True)]
    assert names == ["accepted", "end"]
    assert queries.letters_of(closed(city, people), to_sender=False) == []


def test_the_letter_of_acceptance_names_the_sender_and_the_rule_and_the_reading_is_noted(city, people):
    complaint = mediated(city, people)
    before = Reading.objects.count()

    answer = asked(people.officer_gulou, complaint, "accepted")

    text = said(answer)
    assert answer.status_code == 200
    assert NAME in text
    assert complaint.number in text
    assert str(complaint.mediate_by) in text
    assert Reading.objects.count() == before + 1
    assert asked(people.officer_gulou, complaint, "accepted", "pdf").content.startswith(b"%PDF")


def test_a_letter_to_the_firm_does_not_tell_the_sender_and_the_firm_may_read_it(city, people):
    complaint = filed(city)
    actions.offer_to_firm(complaint=complaint, by=people.officer_gulou, on=DAY)
    complaint = read(complaint)

    text = said(asked(people.gulou_firm, complaint, "to-firm"))

    assert city.gulou_firm.name in text
    assert NAME not in text
    assert TELEPHONE not in text
    assert asked(people.changle_firm, complaint, "to-firm").status_code == 404


def test_letters_to_the_sender_are_for_handlers_alone(city, people):
    complaint = mediated(city, people)
    actions.settle_complaints(complaints=[complaint], decision="paid", by=people.officer_gulou, on=DAY)

    assert asked(people.officer_changle, complaint, "accepted").status_code == 404
    assert asked(people.auditor, complaint, "accepted").status_code in (403, 404)
    assert asked(people.gulou_firm, complaint, "accepted").status_code in (403, 404)
    assert asked(people.officer_gulou, complaint, "copy").status_code == 404
    assert asked(people.officer_gulou, complaint, "accepted", "odt").status_code == 404

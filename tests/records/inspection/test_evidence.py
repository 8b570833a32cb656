"""Evidence: pictures of a visit are kept with digest and place, shown to those who may see the record."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.kit.test_pictures import exif, jpeg
from tests.records.inspection.world import HOUSE

from banyan.kit import Refused, clock
from banyan.kit.pictures import NoPicture
from banyan.records.inspection import actions
from banyan.records.inspection.models import Evidence

DAY = date(2024, 3, 4)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(content=None, name="shelf.jpg"):
    return SimpleUploadedFile(name, content or jpeg(with_exif=exif()))


def content_of(evidence):
    with evidence.file.open("rb") as file:
        return file.read()


def test_a_picture_is_kept_with_its_digest_and_place(world):
    sample = world.sample(on=DAY)

    (kept,) = actions.add_evidence(files=[photo()], sample=sample, by=world.people["sampler_a"], on=DAY)

    stored = Evidence.objects.get(key=kept.key)
    content = content_of(stored)
    assert stored.digest == hashlib.sha256(content).hexdigest()
    assert (stored.latitude, stored.longitude) == (Decimal("26.075000"), Decimal("119.300000"))
    assert (stored.name, stored.media_type, stored.size) == ("shelf.jpg", "image/jpeg", len(content))


def test_where_the_rule_says_so_the_place_is_taken_out(world, monkeypatch):
    monkeypatch.setattr("banyan.records.inspection.actions.evidence.terms.value", lambda key, on: (False, ""))
    sample = world.sample(on=DAY)

    (kept,) = actions.add_evidence(files=[photo()], sample=sample, by=HOUSE, on=DAY)

    assert (kept.latitude, kept.longitude) == (None, None)
    assert b"Exif" not in content_of(Evidence.objects.get(key=kept.key))


def test_what_is_no_picture_is_refused_and_nothing_is_kept(world):
    sample = world.sample(on=DAY)

    with pytest.raises(NoPicture):
        actions.add_evidence(files=[photo(), photo(b"MZ\x90", "virus.jpg")], sample=sample, by=HOUSE, on=DAY)

    assert not Evidence.objects.exists()


def test_the_same_picture_twice_is_refused(world):
    sample = world.sample(on=DAY)

    with pytest.raises(Refused, match="kept already"):
        actions.add_evidence(files=[photo(), photo(name="again.jpg")], sample=sample, by=HOUSE, on=DAY)


def test_a_paper_may_be_a_pdf_but_a_photograph_may_not(world):
    sample = world.sample(on=DAY)
    paper = b"%PDF-1.7\n..."

    actions.add_evidence(files=[photo(paper, "form.pdf")], kind="form", sample=sample, by=HOUSE, on=DAY)
    with pytest.raises(NoPicture):
        actions.add_evidence(files=[photo(paper + b"2", "form.pdf")], kind="photo", sample=sample, by=HOUSE, on=DAY)

    assert Evidence.objects.get().media_type == "application/pdf"


def test_the_file_is_given_to_those_who_may_see_the_record_only(world):
    sample = world.sample(on=DAY)
    (kept,) = actions.add_evidence(files=[photo()], sample=sample, by=HOUSE, on=DAY)
    address = f"/office/inspection/evidence/{kept.key}/file/"

    with clock.fixed_at(DAY):
        answers = {}
        for name in ("county_officer", "other_officer", "owner", "chemist", "second_chemist"):
            browser = Client()
            browser.force_login(world.people[name])
            answer = browser.get(address)
            answers[name] = answer.status_code
            if name == "county_officer":
                assert answer["Content-Type"] == "image/jpeg"
                assert "sandbox" in answer["Content-Security-Policy"]
            if answer.streaming:  # read to its end, as a browser would; the test client closes it then
                assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")

    assert answers == {
        "county_officer": 200, "other_officer": 404, "owner": 200, "chemist": 200, "second_chemist": 404,
    }  # fmt: skip

"""Evidence that is hashed and never replaced, papers that stay as they were made, and files that are no evidence."""

import hashlib
import struct
import zlib
from datetime import date

import pytest
from django.test import Client
from tests.response.casework.world import DAY, PDF, announced, entered, filed, paper, reviewed, with_evidence

from banyan.kit import Refused
from banyan.kit.pictures import examined
from banyan.response.casework import actions
from banyan.response.casework.models import Case, Evidence, Paper

pytestmark = pytest.mark.django_db


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def picture_with_place() -> bytes:
    """A picture of one pixel whose EXIF says 26° 4' 30'' north, 119° 18' 0'' east."""
    numbers = struct.pack("<12I", 26, 1, 4, 1, 30, 1, 119, 1, 18, 1, 0, 1)
    rows = [(1, 2, 2, b"N\0\0\0"), (2, 5, 3, None), (3, 2, 2, b"E\0\0\0"), (4, 5, 3, None)]
    at_gps = 8 + 2 + 12 + 4
    at_numbers = at_gps + 2 + 12 * len(rows) + 4
    places = iter((at_numbers, at_numbers + 24))
    body = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0x8825, 4, 1, at_gps)
    body += struct.pack("<I", 0) + struct.pack("<H", len(rows))
    for tag, kind, count, value in rows:
        body += struct.pack("<HHI", tag, kind, count) + (value or struct.pack("<I", next(places)))
    body += struct.pack("<I", 0) + numbers
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    rest = chunk(b"IHDR", head) + chunk(b"eXIf", body) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + rest + chunk(b"IEND", b"")


def added(case, people, content, name="photo.png", **more):
    given = {"kind": "picture", "title": "the label", "taken_on": DAY, "taken_by": "two officers"} | more
    return actions.add_evidence(case=case, file=paper(content, name), by=people.officer_gulou, on=DAY, **given)


def test_a_picture_is_kept_as_it_came_and_its_public_copy_says_no_place(city, people):
    content = picture_with_place()
    assert examined(content, name="photo.png").latitude is not None
    one = added(filed(city, people), people, content)

    assert (one.digest, one.has_place) == (hashlib.sha256(content).hexdigest(), True)
    client = Client()
    client.force_login(people.officer_gulou)
    address = f"/office/casework/evidence/{one.pk}/file/"
    assert client.get(address).content == content
    public = client.get(address, {"copy": "public"}).content
    assert examined(public, name="copy").latitude is None
    assert b"eXIf" not in public
    assert client.get(address, {"copy": "other"}).status_code == 404
    other = Client()
    other.force_login(people.officer_changle)
    assert other.get(address).status_code == 404


def test_evidence_is_never_replaced_and_comes_in_once(city, people):
    case = filed(city, people)
    one = added(case, people, PDF, "a.pdf", kind="document")

    with pytest.raises(Refused, match="never replaced"):
        actions.add_file(evidence=one, file=paper(PDF + b"%", "b.pdf"), by=people.officer_gulou, on=DAY)
    with pytest.raises(Refused, match="in it already"):
        added(case, people, PDF, "again.pdf", kind="document")
    assert Evidence.objects.count() == 1


def test_the_hash_noted_on_the_spot_binds_the_file_that_follows(city, people):
    case = filed(city, people)
    digest = hashlib.sha256(PDF).hexdigest()
    with pytest.raises(Refused, match="no SHA-256"):
        actions.note_evidence(case=case, kind="scene", title="record", digest="12", taken_on=DAY, taken_by="two",
                              by=people.officer_gulou, on=DAY)  # fmt: skip
    one = actions.note_evidence(
        case=case, kind="scene", title="record", digest=digest.upper(), taken_on=DAY, taken_by="two",
        by=people.officer_gulou, on=DAY,
    )  # fmt: skip

    other = PDF.replace(b"1 0 obj", b"2 0 obj")
    with pytest.raises(Refused, match="not the one that was noted"):
        actions.add_file(evidence=one, file=paper(other), by=people.officer_gulou, on=date(2025, 3, 5))
    actions.add_file(evidence=one, file=paper(PDF), by=people.officer_gulou, on=date(2025, 3, 5))

    one = Evidence.objects.get()
    assert (one.added_on, one.media_type, one.size) == (date(2025, 3, 5), "application/pdf", len(PDF))


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"GIF89a", "a.gif"), (PDF[:-6], "cut.pdf"), (picture_with_place()[:-9], "cut.png"), (b"", "empty.png"),
     (b"<script>alert(1)</script>", "page.png"), (b"\x89PNG\r\n\x1a\n" + b"0" * (51 * 2**20), "large.png")],
)  # fmt: skip
def test_what_is_broken_too_large_or_no_evidence_is_refused_in_words(city, people, content, name):
    case = filed(city, people)

    with pytest.raises(Refused) as refusal:
        added(case, people, content, name)

    assert name in refusal.value.asked
    assert not Evidence.objects.exists()


def test_what_is_registered_and_held_has_seven_working_days_and_a_notice(city, people):
    case = filed(city, people)
    one = added(case, people, PDF, "list.pdf", kind="thing", is_held=True)

    assert one.hold_until == date(2025, 3, 12)
    notice = Paper.objects.get(template="hold")
    assert one.digest in " ".join(notice.body["paragraphs"])


def test_script_and_ten_thousand_characters_in_a_text_stay_text(city, people):
    clue = entered(city, people, detail="<script>alert(1)</script>" + "长" * 10_000)
    client = Client()
    client.force_login(people.officer_gulou)

    page = client.get(f"/office/casework/clue/{clue.pk}/change/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_paper_stays_as_it_was_made_when_the_case_goes_on(city, people):
    case = announced(city, people)
    told = Paper.objects.get(case=case, template="announcement")
    Case.objects.filter(pk=case.pk).update(grounds="changed afterwards", fine_proposed=1)

    told = Paper.objects.get(pk=told.pk)
    assert "relabelled on purpose" in told.body["paragraphs"]
    assert "30000.00" in [value for _name, value in told.body["pairs"]]
    assert "2025-03-10" in " ".join(told.body["paragraphs"])


def test_papers_are_numbered_by_office_year_and_word(city, people):
    reviewed(city, people)
    reviewed(city, people, title="a second case")
    reviewed(city, people, on=date(2026, 1, 5), title="of the next year")

    numbers = list(Paper.objects.filter(template="review").order_by("key").values_list("number", flat=True))
    assert sorted(numbers) == ["鼓楼区市监审〔2025〕1号", "鼓楼区市监审〔2025〕2号", "鼓楼区市监审〔2026〕1号"]


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_every_paper_is_a_file_of_word_and_pdf(city, people, form, begins):
    announced(city, people)
    client = Client()
    client.force_login(people.officer_gulou)

    for one in Paper.objects.all():
        answer = client.get(f"/office/casework/paper/{one.pk}/paper/{one.template.replace('_', '-')}.{form}")
        assert answer.status_code == 200, one.template
        assert answer.content.startswith(begins), one.template


def test_evidence_of_a_closed_case_is_refused(city, people):
    case = with_evidence(reviewed(city, people), people, content=PDF + b"%%EOF\n")
    actions.drop_case(case=case, outcome="minor", grounds="put right", by=people.leader, on=DAY)
    actions.close_case(case=case, by=people.officer_gulou, on=DAY)

    with pytest.raises(Refused, match="is closed"):
        added(case, people, picture_with_place())

"""Many codes are screened with a few questions a block; results are frozen; grades show where they may be read."""

from __future__ import annotations

import csv
import io
import tracemalloc
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.judgement.access.test_access import bank, consented, signed_in

from banyan.base.registry import actions as registry
from banyan.demo.codes import uscc
from banyan.edge.vouching import actions, queries
from banyan.edge.vouching.models import Screening
from banyan.judgement.access.models import Access
from banyan.judgement.lists.models import Listing
from banyan.kit import clock, events, log, rights
from banyan.kit.models import Event
from banyan.kit.refusals import NotAllowed, Refused
from banyan.kit.sheets import SheetRefused

__all__ = ["bank"]
HOUSE = rights.System("test")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path


@pytest.fixture
def register(city):
    """Four firms with right codes, one merged into another, one listed."""
    codes = [uscc(number, "350102") for number in range(1, 5)]
    records = [
        {
            "key": f"f{place}",
            "name": f"=公司{place}",
            "uscc": code,
            "county": city.gulou if place < 3 else city.changle,
        }
        for place, code in enumerate(codes)
    ]
    firms = registry.enter_organisations(records=records, by=HOUSE, on=city.today)
    registry.merge_organisation(organisation=firms[1], into=firms[0], reason="-", by=HOUSE, on=city.today)
    steps = dict.fromkeys(("noticed_on", "approved_on", "decided_on", "published_on", "proposed_on"), city.today)
    Listing.objects.bulk_create(
        [Listing(key="l", number="LS-1", list="local", organisation=firms[2], county=city.gulou, state="published",
                 **steps)]
    )  # fmt: skip
    return SimpleNamespace(codes=codes, firms=firms)


def screened(codes, *, by, on, purpose="supervision", head="统一社会信用代码\n") -> Screening:
    text = head + "\n".join(codes)
    return actions.screen_now(chunks=[text.encode()], name="codes.csv", purpose=purpose, by=by, on=on)


def content_of(record: Screening) -> bytes:
    with actions.result_of(record) as file:
        return file.read()


def rows_of(record: Screening) -> list[dict[str, str]]:
    text = content_of(record).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_code_gets_its_outcome_and_what_is_known(city, people, register):
    one, merged, listed, far = register.codes
    wrong = one[:-1] + ("0" if one[-1] != "0" else "1")
    strange = uscc(99, "350102")
    record = screened(
        [one, f" {merged.lower()} ", listed, far, wrong, strange, "abc"], by=people.planner, on=city.today
    )

    rows = rows_of(record)
    assert [row["outcome"] for row in rows] == [
        "found", "merged", "found", "found", "wrong_check_character", "unknown", "not_a_code",
    ]  # fmt: skip
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6", "7", "8"]
    assert (rows[1]["firm"], rows[1]["merged_into"]) == ("f0", f"{one} =公司0")
    assert (rows[2]["listings"], rows[0]["grade"]) == ("LS-1", "A")
    assert rows[0]["name"] == "'=公司0"  # a spreadsheet takes it for no formula
    assert record.counts == {"found": 3, "merged": 1, "wrong_check_character": 1, "unknown": 1, "not_a_code": 1}
    assert {row["known_at"] for row in rows} == {
        record.known_at.astimezone(clock.zone()).isoformat(timespec="seconds")
    }


def test_an_officer_reads_grades_of_the_own_county_alone_and_each_firm_sees_it(city, people, register):
    record = screened(register.codes, by=people.officer_gulou, on=city.today)

    rows = rows_of(record)
    assert [row["grade"] for row in rows] == ["A", "A", "A", ""]
    assert sorted(Access.objects.values_list("organisation_id", "run")) == [
        ("f0", record.number), ("f2", record.number),
    ]  # fmt: skip
    assert queries.screening_of(people.officer_gulou, record.number) == record
    with pytest.raises(Refused) as refused:
        queries.screening_of(people.officer_changle, record.number)
    assert refused.value.status == 404


def test_a_bank_sees_the_grade_of_those_that_consented(city, people, register, bank):
    consent = consented(city, people)
    text = "\n".join([city.gulou_firm.uscc, *register.codes])
    person = type(people.planner).objects.get(username="bank")
    record = screened([text], by=person, on=city.today, purpose="lending", head="")

    rows = rows_of(record)
    assert [row["grade"] for row in rows] == ["A", "", "", "", ""]
    assert rows[0]["grade_read_by"] == consent.pk
    assert list(Access.objects.values_list("organisation_id", "consent")) == [("firm-g", consent.pk)]
    told = bank(f"/api/v1/screenings/{record.number}").json()
    assert (told["result_digest"], told["counts"]["found"]) == (record.result_digest, 4)
    assert bank(f"/api/v1/screenings/{record.number}/result").getvalue() == content_of(record)
    with pytest.raises(NotAllowed):
        screened(register.codes, by=people.gulou_firm, on=city.today)


def test_a_result_is_the_same_to_the_byte_and_an_altered_one_is_refused(city, people, register):
    record = screened(register.codes, by=people.planner, on=city.today)
    first, again = content_of(record), content_of(record)

    assert first == again
    event = Event.objects.get(name="vouching.screening.finished")
    assert record.result_digest in event.after
    log.extend(on=city.today, cut=events.last_number())
    assert queries.evidence_of(record)["log_entry"] is not None
    path = actions.screening.folder_of(record) / "result.csv"
    path.write_bytes(first.replace(b"unknown", b"found") + b" ")
    with pytest.raises(Refused) as refused:
        actions.result_of(record)
    assert refused.value.code == "evidence-altered"


def test_a_workbook_handed_in_on_the_page_is_screened_in_the_background(city, people, register, tmp_path):
    import xlsxwriter

    path = tmp_path / "codes.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, cells in enumerate([["名称", "统一社会信用代码"], *(["某公司", code] for code in register.codes)]):
        sheet.write_row(row, 0, cells)
    book.close()
    browser = signed_in(people.planner)
    file = SimpleUploadedFile("codes.xlsx", path.read_bytes())
    answer = browser.post("/office/screenings/new/", {"file": file, "purpose": "procurement"})
    record = Screening.objects.get()

    assert (answer.status_code, answer.url) == (302, f"/office/screenings/{record.number}/")
    assert (record.state, record.rows) == ("waiting", 4)
    assert browser.get(f"/api/v1/screenings/{record.number}/result").status_code == 409
    assert "0 of 4 codes" in browser.get(answer.url).content.decode()
    actions.go_on(key=record.pk)
    page = browser.get(answer.url).content.decode()
    assert Screening.objects.get().result_digest in page
    assert b"".join(browser.get(f"{answer.url}result.csv").streaming_content).startswith(b"\xef\xbb\xbfrow,given")


def test_what_is_no_list_of_codes_is_refused_and_leaves_nothing(city, people, settings, monkeypatch):
    monkeypatch.setattr(queries.screening, "MOST_ROWS", 3)
    codes = [uscc(number, "350102") for number in range(4)]
    for text, kind in (
        ("name\nx\n", Refused), ("", SheetRefused), ("%PDF-1.4", SheetRefused),
        ("code\n" + "\n".join(codes), Refused),
    ):  # fmt: skip
        with pytest.raises(kind):
            actions.screen_now(
                chunks=[text.encode()], name="../x.csv", purpose="supervision", by=people.planner, on=city.today
            )
    with pytest.raises(Refused) as refused:
        actions.screen_now(chunks=[b"code\n1"], name="x", purpose="", by=people.planner, on=city.today)
    assert refused.value.code == "purpose-needed"
    with pytest.raises(NotAllowed):
        actions.screen_now(chunks=[b"code\n1"], name="x", purpose="supervision", by=people.sampler, on=city.today)
    assert Screening.objects.count() == 0
    assert not list((settings.BANYAN_DATA_DIR / "screenings").glob("*"))


def test_texts_that_no_database_keeps_are_refused_or_are_no_codes(city, people, register):
    record = screened(["代" * 18, "😀" * 9, register.codes[0]], by=people.planner, on=city.today)

    assert [row["outcome"] for row in rows_of(record)] == ["not_a_code", "not_a_code", "found"]
    with pytest.raises(Refused) as refused:
        actions.screen_now(
            chunks=[b"code\n1"], name="a\0b", purpose="supervision", by=people.planner, on=city.today, on_behalf="\0"
        )
    assert refused.value.status == 400


def test_the_interface_takes_a_file_and_says_what_is_missing(city, people, register, bank):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(people.planner)
    file = SimpleUploadedFile("codes.csv", ("code\n" + register.codes[0]).encode())
    missing = browser.post("/api/v1/screenings", {"file": file})
    file.seek(0)
    taken = browser.post("/api/v1/screenings", {"file": file, "purpose": "supervision"})

    assert (missing.status_code, missing.json()["title"]) == (400, "purpose-needed")
    assert (taken.status_code, taken.json()["state"], taken.json()["rows"]) == (202, "waiting", 1)


def test_more_codes_are_no_more_questions_within_a_block_and_no_more_memory(city, people, register, monkeypatch):
    def asked(codes: int) -> int:
        some = [uscc(number, "350104") for number in range(codes)]
        with CaptureQueriesContext(connection) as found:
            record = screened(some, by=people.planner, on=city.today)
        assert record.counts == {"unknown": codes}
        return len(found)

    def taken(codes: int) -> int:
        chunks = [f"{uscc(number, '350104')}\n".encode() for number in range(codes)]
        tracemalloc.start()
        actions.screen_now(chunks=chunks, name="c", purpose="supervision", by=people.planner, on=city.today)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    asked(50)  # what a process reads once
    assert asked(queries.BLOCK) - asked(50) <= 4, "a block of thousands is looked up in a few parts, not code by code"
    monkeypatch.setattr(queries.screening, "BLOCK", 1000)
    taken(2000)
    assert taken(20_000) < 1.3 * taken(2000)


def test_a_listing_stays_in_sight_once_its_firm_was_merged_twice(register, people, city):
    far, one = register.firms[3], register.firms[0]
    for firm, into in ((register.firms[2], far), (far, one)):
        registry.merge_organisation(organisation=firm, into=into, reason="-", by=HOUSE, on=city.today)
    record = screened([register.codes[2], register.codes[3], register.codes[0]], by=people.planner, on=city.today)

    assert [(row["outcome"], row["firm"], row["listings"]) for row in rows_of(record)] == [
        ("merged", "f0", "LS-1"), ("merged", "f0", "LS-1"), ("found", "f0", "LS-1"),
    ]  # fmt: skip
    assert queries.status_of(["f0"], on=city.today)["f0"].listings == ("LS-1",)
    together = queries.status_of(["f0", "f2", "f3"], on=city.today)
    assert {firm: one.listings for firm, one in together.items()} == dict.fromkeys(("f0", "f2", "f3"), ("LS-1",))

"""The desk of approval and the buttons of late entries, pressed in a browser's stead, in both languages."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.contrib.admin.utils import quote
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from tests.insight.approval.conftest import HOUSE, IN_Q3, TODAY
from tests.kit.test_pictures import jpeg
from tests.records.inspection.world import result_of

from banyan.base.facts import actions as facts
from banyan.base.registry.models import Region
from banyan.insight.approval import actions, queries
from banyan.insight.approval.models import Approval, LateEntry
from banyan.kit import calls, clock, locks, waiting
from banyan.kit.models import Grant, Person
from banyan.kit.refusals import Refused
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.models import Evidence, Result, Sample
from banyan.records.inspection.queries import sheets

DESK = "/office/approval/desk/?data=spot_check_data&period=2024-Q3"


@pytest.fixture(autouse=True)
def day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with clock.fixed_at(TODAY):
        yield


@pytest.fixture(params=["en", "zh-hans"])
def language(request):
    return request.param


def browser(office, name, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(office.world.people[name])
    return client


def text_of(answer):
    return answer.content.decode()


def test_units_are_approved_and_sent_back_at_the_desk_and_it_says_what_it_did(office, language):
    office.sample()
    officer = browser(office, "county_officer", language)

    page = text_of(officer.get(DESK))
    done = officer.post(DESK, {"verb": "approve", "unit": ["gulou"]}, follow=True)
    approved = Approval.objects.get()
    without = officer.post(DESK, {"verb": "unapprove", "unit": ["gulou"], "reason": " "})
    still = Approval.objects.get().level
    back = officer.post(DESK, {"verb": "unapprove", "unit": ["gulou"], "reason": "a report came late"}, follow=True)

    assert 'value="gulou"' in page
    assert 'value="cangshan"' not in page
    assert (approved.level, approved.approved_by) == ("county", "county_officer")
    assert said(language, "approved") in text_of(done)
    assert without.status_code == 409
    assert said(language, "reason") in text_of(without)
    assert (still, back.status_code) == ("county", 200)
    assert (Approval.objects.get().level, Approval.objects.get().reason) == ("", "a report came late")


def test_all_that_wait_for_an_officer_are_approved_by_one_button(office, language):
    officer = browser(office, "planner", language)

    done = officer.post(DESK, {"verb": "approve_waiting"}, follow=True)
    counties = set(Approval.objects.values_list("unit", flat=True))
    officer.post(DESK, {"verb": "approve_waiting"})
    again = officer.post(DESK, {"verb": "approve_waiting"})

    assert "2" in text_of(done)
    assert counties == {"gulou", "cangshan"}  # the city's own data come after those of its counties
    assert set(Approval.objects.values_list("unit", "level")) == {
        ("gulou", "county"), ("cangshan", "county"), ("fuzhou", "city"),
    }  # fmt: skip
    assert again.status_code == 409  # nothing more waits: two levels are two people


def test_a_county_s_line_names_the_townships_that_come_before_it_on_page_and_api(office, language):
    Region.objects.create(
        key="dongjie", level="township", path="/fujian/fuzhou/gulou/dongjie", name="东街街道", name_en="Dongjie",
        parent=office.world.regions["gulou"],
    )  # fmt: skip
    officer = browser(office, "county_officer", language)

    page = text_of(officer.get(DESK))
    told = officer.get("/api/v1/approvals/desk?data=spot_check_data&period=2024-Q3")
    refused = officer.post(DESK, {"verb": "approve", "unit": ["gulou"]})
    over_api = officer.post(
        "/api/v1/approvals/approve", {"data": "spot_check_data", "period": "2024-Q3", "units": ["gulou"]},
        content_type="application/json",
    )  # fmt: skip

    name = {"en": "Dongjie", "zh-hans": "东街街道"}[language]
    assert f'<a href="#unit-dongjie">{name}</a>' in page
    assert 'value="gulou"' not in page
    lines = {one["unit"]["key"]: one for one in told.json()}
    assert set(lines) == {"gulou", "dongjie"}
    assert lines["gulou"]["first"] == [{"key": "dongjie", "name": name, "level": "township"}]
    assert (lines["gulou"]["may_approve"], lines["dongjie"]["may_approve"]) == (False, True)
    assert (lines["dongjie"]["first"], lines["dongjie"]["next"]) == ([], "township")
    assert (refused.status_code, over_api.status_code) == (409, 409)
    assert name in text_of(refused)
    assert name in over_api.json()["detail"]
    assert not Approval.objects.exists()


@pytest.mark.parametrize("period", ["0", "2024", "2024-Q9", "2022-Q4", "0000-Q1", "spring", "٢٠٢٤-Q3"])
def test_a_period_that_is_none_is_refused_in_words_on_desk_and_api(office, period):
    officer = browser(office, "county_officer")

    page = officer.get(f"/office/approval/desk/?data=spot_check_data&period={period}")
    told = officer.get(f"/api/v1/approvals/desk?data=spot_check_data&period={period}")

    assert (page.status_code, told.status_code) == (409, 409)
    assert "Name a period as in 2023-Q1." in text_of(page)
    assert "Name a period as in 2023-Q1." in told.json()["detail"]


@pytest.mark.parametrize(("period", "last"), [("2031-Q2", "2031-06-30"), ("9999-Q4", "9999-12-31")])
def test_a_period_to_come_has_a_desk_on_which_nothing_can_be_approved(office, period, last):
    officer = browser(office, "county_officer")
    address = f"/office/approval/desk/?data=spot_check_data&period={period}"

    page = officer.get(address)
    done = officer.post(address, {"verb": "approve", "unit": "gulou"})

    assert page.status_code == 200
    assert f'<option value="{period}" selected>' in text_of(page)
    assert f"It lasts until {last} and can be approved once it is over." in text_of(page)
    assert 'type="checkbox" name="unit"' not in text_of(page)
    assert done.status_code == 409


def test_the_desk_refuses_in_words_what_no_button_offers(office, language):
    officer = browser(office, "county_officer", language)

    answers = [
        officer.post(DESK, given)
        for given in ({}, {"verb": "approve"}, {"verb": "approve", "unit": "cangshan"}, {"verb": "erase"})
    ]

    assert {one.status_code for one in answers} <= {403, 409}
    assert all('role="alert"' in text_of(one) for one in answers)
    assert not Approval.objects.exists()


def test_who_opened_a_period_again_and_why_stands_in_its_line_and_in_the_log(office, language):
    office.approve()
    office.unapprove(reason="a report came late")
    Person.objects.create(username="auditor", display_name="auditor")
    Grant.objects.create(person=Person.objects.get(username="auditor"), role="auditor", from_on=IN_Q3)
    data = {"en": "Spot-check data", "zh-hans": "监督抽查数据"}[language]

    line = (
        text_of(browser(office, "county_officer", language).get(DESK)).split('id="unit-gulou"')[1].split("</tr>")[0]
    )
    auditor = Client(headers={"accept-language": language})
    auditor.force_login(Person.objects.get(username="auditor"))
    log = text_of(auditor.get("/office/kit/event/"))

    assert "2025-02-03" in line
    assert "a report came late" in line
    assert "a report came late" in log
    assert f"{data} 2024-Q3" in log
    assert "spot_check_data:" not in log


def test_a_late_entry_is_entered_or_declined_by_its_buttons(office, language):
    office.approve()
    kept = []
    for key in ("late1", "late2"):
        sample = office.draft("failed", key=key)
        with locks.asking() as asked:
            inspection.record_samples(samples=[sample], results=[result_of(sample, "failed")], by=HOUSE, on=TODAY)
        kept += asked.kept
    office.unapprove()
    officer = browser(office, "county_officer", language)
    entered, declined = (f"/office/approval/lateentry/{one.pk}" for one in kept)

    waits = officer.post(DESK, {"verb": "approve", "unit": ["gulou"]})
    line = text_of(officer.get(DESK)).split('id="unit-gulou"')[1].split("</tr>")[0]
    page = text_of(officer.get(f"{entered}/change/"))
    done = officer.post(f"{entered}/do/enter_late/", {"reason": ""})
    without = officer.post(f"{declined}/do/decline_late/", {"reason": ""})
    officer.post(f"{declined}/do/decline_late/", {"reason": "it is another sample"})
    again = officer.post(f"{entered}/do/enter_late/", {"reason": ""})

    assert waits.status_code == 409
    assert f'<a href="/office/approval/approval/{quote(kept[0].approval_id)}/change/">2</a>' in line
    assert said(language, "late first") in line
    assert "/do/enter_late/" in page
    assert "/do/decline_late/" in page
    assert (done.status_code, without.status_code, again.status_code) == (302, 422, 409)
    assert sorted(LateEntry.objects.values_list("state", flat=True)) == ["declined", "entered"]
    assert Sample.objects.get().pk == "late1"


def test_a_late_entry_says_in_words_what_was_to_be_done(office, language):
    sample = office.sample()
    office.approve()
    with locks.asking() as asked:
        inspection.withdraw_samples(samples=[sample], by=HOUSE, on=TODAY, reason="twice entered")
    (late,) = asked.kept

    page = text_of(browser(office, "county_officer", language).get(f"/office/approval/lateentry/{late.pk}/change/"))

    assert "inspection.samples.withdrawn" not in page


def test_a_laboratory_s_file_on_a_locked_period_can_wait_and_need_not_be_chosen_again(office, language):
    sample = office.world.sample(on=IN_Q3)
    inspection.receive_samples(samples=[sample], by=HOUSE, on=IN_Q3)
    office.approve()
    chemist = browser(office, "chemist", language)

    shown = chemist.post("/office/laboratory/", {"file": filled(sample, language)})
    refused = chemist.post("/office/laboratory/", {"waiting": shown.context["waiting"], "report": "1"})
    kept = chemist.post("/office/laboratory/", {"waiting": refused.context["waiting"], "keep": "1"})

    assert (refused.status_code, kept.status_code) == (409, 200)
    assert said(language, "keep") in text_of(refused)
    late = LateEntry.objects.get()
    assert (late.records, late.asked_by, Result.objects.count()) == (1, "chemist", 0)
    office.unapprove()
    actions.enter_late(late=late, by=HOUSE, on=TODAY)
    assert Result.objects.get().conclusion == "passed"


def test_a_ticket_that_was_altered_brings_no_file(office):
    answer = browser(office, "chemist").post("/office/laboratory/", {"waiting": "W10:forged", "keep": "1"})

    assert answer.context["form"].errors


def test_a_call_with_a_file_waits_whole_and_its_file_is_swept_once_nobody_waits(office, monkeypatch):
    photo = SimpleUploadedFile("seal.jpg", jpeg(), "image/jpeg")
    sample = office.sample()

    told = calls.told({"sample": sample, "files": [photo], "kind": "photo"})
    waiting.hold(told.files)
    inspection.add_evidence(**calls.given(told.text), by=HOUSE, on=TODAY)
    inside_the_day = actions.sweep_files()
    monkeypatch.setattr(waiting, "KEPT_SECONDS", -1)
    gone = actions.sweep_files()

    assert Evidence.objects.get().name == "seal.jpg"
    assert (inside_the_day, gone) == (0, 1)


def test_too_much_to_wait_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(waiting, "MOST_BYTES", 10)

    with pytest.raises(Refused, match="Together they have more than"):
        waiting.hold([SimpleUploadedFile("a.png", b"0123456789"), SimpleUploadedFile("b.png", b"0")])


def filled(sample, language):
    """The laboratory's template with one result."""
    book = openpyxl.Workbook()
    with translation.override(language):
        book.active.append([str(title) for title in sheets.COLUMNS.values()])
    row = {"number": sample.number, "conclusion": "passed", "item": "lead", "value": "0.1", "limit": "≤0.5",
           "unit": "mg/kg", "item_conclusion": "passed", "report": "R-1"}  # fmt: skip
    book.active.append([row.get(name, "") for name in sheets.COLUMNS])
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("batch.xlsx", file.getvalue())


def said(language, what):
    """A sentence of the office as the catalogue has it."""
    with translation.override(language):
        done = translation.ngettext(
            "Approved and locked for %(count)d unit.", "Approved and locked for %(count)d units.", 1
        )
        return {
            "approved": done % {"count": 1},
            "reason": translation.gettext("It needs a reason."),
            "keep": translation.gettext("Keep as a late entry"),
            "late first": translation.ngettext(
                "First, %(n)s late entry is to be entered or declined",
                "First, %(n)s late entries are to be entered or declined",
                2,
            )
            % {"n": 2},
        }[what]


def test_nobody_is_asked_to_approve_years_before_the_first_record(office):
    planner = office.person("planner")
    with clock.fixed_at(TODAY):
        before = queries.waiting_for(planner, on=TODAY, limit=50)
        office.sample()
        facts.collect()
        after = [summary.period for _entry, summary, _units in queries.waiting_for(planner, on=TODAY, limit=50)]

    assert before == []
    assert after[:2] == ["2024-Q1", "2024-Q2"]

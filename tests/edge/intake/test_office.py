"""Intake in the office: upload, what would be refused, taking in, stopping, going on, undoing; and who may."""

from __future__ import annotations

import csv
import io

import pytest
from tests.edge.intake.conftest import FAILED, FIRM, FIRMS, PASSED, table

from banyan.edge.intake import actions, queries
from banyan.edge.intake.models import Import, Statement
from banyan.kit import clock, events
from banyan.records.inspection.models import Result, Sample

pytestmark = pytest.mark.django_db


def uploaded(client, *files, mapping=""):
    answer = client.post("/office/intake/new/", {"files": list(files), "mapping": mapping})
    return answer, Import.objects.order_by("-number").first()


def do(client, record, verb, **data):
    answer = client.post(f"/office/intake/{record.number}/do/{verb}/", data)
    record.refresh_from_db()
    return answer


def text_of(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else answer.content.decode()


def test_a_file_is_checked_before_anything_is_entered(browser):
    planner = browser("planner")

    answer, record = uploaded(planner, table([PASSED, FAILED, PASSED, FAILED | {"判定": "大概"}]))

    assert answer.status_code == 302
    assert (record.state, record.mapping) == ("ready", "cn-food-spotcheck")
    assert record.found["counts"]["by_reason"] == {"repeat": 1, "unknown_value": 1}
    assert not Sample.objects.exists()
    assert not Statement.objects.exists()
    page = planner.get(f"/office/intake/{record.number}/").content.decode()
    assert "Take in 2 rows" in page
    assert "“大概” is not a known value of “判定”" in page
    assert "桂圆干" in page


def test_confirmed_rows_become_samples_and_rejects_keep_their_cells(browser):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([PASSED, FAILED, FAILED | {"公布日期": "2031-01-01", "批号": "B2"}]))

    do(planner, record, "confirm_import")

    assert record.state == "done"
    assert {one.product_name: one.conclusion for one in Sample.objects.all()} == {
        "榕城挂面": "passed",
        "桂圆干": "failed",
    }
    assert record.counts["read"] == 3 == sum(record.counts[lot] for lot in ("accepted", "unchanged", "refused"))
    rows = list(csv.DictReader(io.StringIO(text_of(planner.get(f"/office/intake/{record.number}/rejects.csv")))))
    assert [(row["row number"], row["reason code"], row["批号"]) for row in rows] == [("4", "date_in_future", "B2")]
    assert "“2031-01-01” in “公布日期” lies after 2025-06-02" in rows[0]["reason in words"]


def test_the_rejects_file_mended_is_taken_in_by_itself(browser):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([PASSED, FAILED | {"判定": "大概"}]))
    do(planner, record, "confirm_import")
    mended = text_of(planner.get(f"/office/intake/{record.number}/rejects.csv")).replace("大概,", "不合格,")

    from django.core.files.uploadedfile import SimpleUploadedFile

    _answer, second = uploaded(planner, SimpleUploadedFile("mended.csv", mended.encode("utf-8-sig")))

    assert second.found["counts"]["accepted"] == 1
    assert second.found["counts"]["refused"] == 0


def test_the_same_file_again_changes_nothing(browser):
    planner = browser("planner")
    for _time in range(2):
        _answer, record = uploaded(planner, table([PASSED, FAILED]))
        do(planner, record, "confirm_import")

    assert Sample.objects.count() == 2
    assert record.state == "ready"
    assert record.found["counts"]["unchanged"] == 2
    answer = do(planner, record, "confirm_import")
    assert answer.status_code == 409
    assert "None of its rows would be accepted." in text_of(answer)


def test_undoing_withdraws_what_was_brought_and_the_rows_may_come_again(browser):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([PASSED, FAILED]))
    do(planner, record, "confirm_import")

    without_reason = do(planner, record, "undo_import")
    do(planner, record, "undo_import", reason="sent by mistake")

    assert without_reason.status_code == 409
    assert record.state == "undone"
    assert record.counts["withdrawn"] == 2
    assert {one.withdrawn_reason for one in Sample.objects.all()} == {"sent by mistake"}
    assert not list(events.faults())
    _answer, again = uploaded(planner, table([PASSED, FAILED]))
    assert again.found["counts"]["accepted"] == 2


def test_undoing_keeps_and_names_what_was_built_upon(browser, people, today):
    from banyan.records.inspection import actions as inspection

    planner = browser("planner")
    _answer, record = uploaded(planner, table([PASSED, FAILED]))
    do(planner, record, "confirm_import")
    amended = Sample.objects.get(product_name="桂圆干")
    inspection.amend_samples(
        samples=[amended], changes={amended.pk: {"lot": "A2"}}, by=people.planner, on=today, reason="misread"
    )

    do(planner, record, "undo_import", reason="sent by mistake")

    assert Sample.objects.filter(withdrawn_on=None).get() == amended
    assert [key for key, _why in record.kept] == [amended.pk]
    page = planner.get(f"/office/intake/{record.number}/").content.decode()
    assert "inspection.samples.amended" in page


def test_undoing_takes_back_items_added_to_samples_of_an_earlier_import(browser):
    planner = browser("planner")
    _answer, earlier = uploaded(planner, table([FAILED]))
    do(planner, earlier, "confirm_import")
    _answer, record = uploaded(planner, table([FAILED | {"检验项目": "铅(以Pb计)", "单位": "mg/kg"}]))
    do(planner, record, "confirm_import")
    assert Result.objects.get().items.count() == 2

    do(planner, record, "undo_import", reason="another sample")

    assert [item.item for item in Result.objects.get().items.all()] == ["菌落总数"]
    assert Sample.objects.get().withdrawn_on is None


def test_an_organisation_that_samples_name_is_kept(browser, people, today):
    planner = browser("planner")
    second = FIRM | {"企业名称": "福州台江纸业厂", "统一社会信用代码": "91350100MA2T3X3H0F"}
    _answer, record = uploaded(planner, table([FIRM, second], FIRMS, name="firms.csv"))
    assert record.mapping == "fuzhou-companies"
    accepted = record.found["counts"]["accepted"]
    do(planner, record, "confirm_import")
    _answer, samples = uploaded(planner, table([FAILED | {"标称生产企业名称": FIRM["企业名称"]}]))
    do(planner, samples, "confirm_import")

    do(planner, record, "undo_import", reason="an old list")

    assert record.counts["kept"] == 1
    assert record.counts["withdrawn"] == accepted - 1


def test_a_stopped_import_goes_on_where_it_was(browser, monkeypatch):
    from banyan.edge.intake.actions import running

    monkeypatch.setattr(running, "BATCH", 2)
    planner = browser("planner")
    rows = [PASSED | {"批号": f"L{number}"} for number in range(7)]
    _answer, record = uploaded(planner, table(rows))
    enter, done = running._enter, []

    def stops_after_two(*given):
        if len(done) == 2:
            actions.stop_import(record=Import.objects.get(), by=given_by, on=clock.today())
        done.append(1)
        return enter(*given)

    from banyan.kit import rights

    given_by = rights.System("test")
    with monkeypatch.context() as patched:
        patched.setattr(running, "_enter", stops_after_two)
        do(planner, record, "confirm_import")
    assert (record.state, record.counts["read"], Sample.objects.count()) == ("stopped", 4, 4)
    assert do(planner, record, "cancel_import").status_code == 409

    do(planner, record, "resume_import")

    assert (record.state, record.counts["accepted"], Sample.objects.count()) == ("done", 7, 7)


def test_what_a_killed_worker_left_is_handed_over_again(browser):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([PASSED]))
    Import.objects.update(state="checking")

    assert actions.enqueue_unfinished() == 1
    record.refresh_from_db()

    assert record.state == "ready"


def test_a_cancelled_import_enters_nothing(browser):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([PASSED]))

    do(planner, record, "cancel_import")

    assert record.state == "cancelled"
    assert do(planner, record, "confirm_import").status_code == 409
    assert not Sample.objects.exists()


@pytest.mark.parametrize(
    ("columns", "rows", "said"),
    [
        (("样品名称", "颜色"), [], "None fits"),
        (("foo", "bar"), [{"foo": "1", "bar": "2"}], "None fits"),
    ],
)
def test_a_file_that_no_mapping_fits_is_refused_whole(browser, columns, rows, said):
    answer, record = uploaded(browser("planner"), table(rows, columns))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert record is None


def test_an_unknown_column_is_named(browser):
    columns = (*FIRMS, "颜色")

    _answer, record = uploaded(browser("planner"), table([FIRM], columns), mapping="fuzhou-companies")

    assert record.state == "stopped"
    assert "“颜色”" in record.trouble
    assert "Nothing was taken in." in record.trouble


def test_a_county_officer_enters_only_the_own_county(browser):
    officer = browser("officer_gulou")
    elsewhere = FIRM | {
        "企业名称": "长乐海产厂", "统一社会信用代码": "91350100MA2T3X3H0F", "注册地址": "福州市长乐区二路2号"
    }  # fmt: skip

    _answer, record = uploaded(officer, table([FIRM, elsewhere], FIRMS))

    reasons = record.found["counts"]["by_reason"]
    assert reasons.get("outside_office", 0) == 1
    assert browser("officer_changle").get(f"/office/intake/{record.number}/").status_code == 404
    assert browser("planner").get(f"/office/intake/{record.number}/").status_code == 200


@pytest.mark.parametrize("name", ["auditor", "leader", "gulou_firm", "east_laboratory", "sampler", "newcomer"])
def test_nobody_else_uploads(browser, name):
    client = browser(name)

    answer, record = uploaded(client, table([PASSED]))

    assert answer.status_code == 403
    assert record is None


def test_verbs_and_rejects_lie_within_the_office(browser):
    planner, officer = browser("planner"), browser("officer_gulou")
    _answer, record = uploaded(planner, table([PASSED, PASSED]))

    assert do(officer, record, "confirm_import").status_code == 404
    assert officer.get(f"/office/intake/{record.number}/rejects.csv").status_code == 404
    assert browser("auditor").post(f"/office/intake/{record.number}/do/confirm_import/").status_code == 403
    assert planner.get(f"/office/intake/{record.number}/do/confirm_import/").status_code == 405
    assert record.state == "ready"


def test_an_upload_beyond_the_limit_is_refused_with_the_limit(browser, settings):
    settings.BANYAN_UPLOAD_MB = 0

    answer, record = uploaded(browser("planner"), table([PASSED]))

    assert answer.status_code == 413
    assert "At most 0 MB are taken at once." in answer.content.decode()
    assert record is None


def test_a_parameter_that_a_page_does_not_know_is_refused(browser):
    for address in ("/office/intake/?sort=x", "/office/intake/new/?a=1"):
        answer = browser("planner").get(address)

        assert answer.status_code == 400
        assert "This page knows no such parameter." in answer.content.decode()


def test_rows_of_an_approved_period_wait_and_undoing_declines_them_so_that_they_may_come_again(browser, today):
    from banyan.insight.approval import actions as approval
    from banyan.insight.approval.models import LateEntry
    from banyan.insight.approval.queries import Places, entry_of
    from banyan.kit.rights import System

    units = [one.pk for one in Places().units(entry_of("spot_check_data"))]  # the city's own come after its counties'
    approval.approve(data="spot_check_data", period="2025-Q1", units=units, by=System("test"), on=today)
    planner = browser("planner")
    early = {"公布日期": "2025-02-05"}
    rows = [PASSED | early, FAILED | early, PASSED | {"批号": "B7"}]
    _answer, record = uploaded(planner, table(rows))
    do(planner, record, "confirm_import")
    waits = planner.get(f"/office/intake/{record.number}/").content.decode()

    do(planner, record, "undo_import", reason="sent by mistake")

    late = LateEntry.objects.get()
    assert (late.records, late.state, late.decision) == (2, "declined", "sent by mistake")
    assert "of these wait as late entries, since their period is approved</dt><dd><a" in waits
    assert (record.state, record.counts["declined"], record.counts["withdrawn"]) == ("undone", 2, 1)
    assert not Statement.objects.exists()
    _answer, again = uploaded(planner, table(rows))
    assert again.found["counts"]["accepted"] == 3


def test_reasons_are_told_to_people_in_words_and_to_machines_by_codes(browser):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([PASSED, FAILED, PASSED, FAILED | {"判定": "大概"}]))
    checked = planner.get(f"/office/intake/{record.number}/").content.decode()
    do(planner, record, "confirm_import")
    done = planner.get(f"/office/intake/{record.number}/").content.decode()

    for page in (checked, done):
        assert "a value is not known" in page
        assert "repeats an earlier row" in page
        assert "unknown_value" not in page
        assert ">repeat<" not in page
    assert queries.answer_of(record)["by_reason"] == {"repeat": 1, "unknown_value": 1}

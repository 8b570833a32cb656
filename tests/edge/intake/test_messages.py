"""Complaints and reports from files: sealed, withheld where rows are refused, taken in once, closed ones closed."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.edge.intake import conftest
from tests.edge.intake.test_command import rejects, taken
from tests.edge.intake.test_office import do, text_of, uploaded

from banyan.response.complaints.models import Complaint, Message
from banyan.response.complaints.queries import opened

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 2)
SHARED = Path(os.environ.get("BANYAN_SHARED") or Path(__file__).resolve().parents[4] / "shared") / "data"
COLUMNS = ("登记编号", "来源渠道", "登记时间", "类型", "姓名", "电话", "内容", "商品名称", "条码", "统一社会信用代码",
           "所在区县", "办结日期")  # fmt: skip
ROW = {
    "登记编号": "A-1", "来源渠道": "12315热线", "登记时间": "2025-05-30 09:10", "类型": "投诉", "姓名": "试植名",
    "电话": "13911112222", "内容": "植入的话：大米发霉", "商品名称": "大米", "统一社会信用代码": "91350100MA2T3X0Q68",
    "所在区县": "鼓楼区",
}  # fmt: skip
PLANTED = ("试植名", "13911112222", "植入的话")


def table(rows, name="line.csv"):
    return conftest.table(rows, COLUMNS, name=name)


def written(tmp_path, rows, name="line.csv"):
    path = tmp_path / name
    path.write_bytes(table(rows).read())
    return path


def take(path, mapping="complaints-line", on=DAY):
    return taken(path, mapping, "complaints", on=on)


def told_on_disk(words):
    """Files of the data folder that hold one of the words."""
    kept = [
        path for path in Path(settings.BANYAN_DATA_DIR).rglob("*") if path.is_file() and path.suffix != ".sqlite3"
    ]
    return [path.name for path in kept if any(word.encode() in path.read_bytes() for word in words)]


def test_a_row_becomes_a_matter_whose_sender_and_words_are_sealed(city, tmp_path):
    path = written(tmp_path, [ROW])
    answer, _record = take(path)
    path.unlink()

    assert (answer["read"], answer["accepted"], answer["matters"]) == (1, 1, 1)
    matter = Complaint.objects.get()
    assert (matter.source_number, matter.channel, matter.track, matter.received_on) == (
        "A-1", "12315", "complaint", date(2025, 5, 30),
    )  # fmt: skip
    assert (matter.firm, matter.county, matter.product_class_id) == (city.gulou_firm, city.gulou, "rice")
    assert (matter.state, matter.is_real_name) == ("routed", True)
    message = Message.objects.get()
    assert message.words.startswith("sealed:")
    assert message.name.startswith("sealed:")
    assert told_on_disk(PLANTED) == []


def test_a_report_and_a_closed_matter_keep_what_they_are(city, tmp_path):
    rows = [ROW | {"类型": "举报"}, ROW | {"登记编号": "A-2", "办结日期": "2025-06-01"}]

    take(written(tmp_path, rows))

    report, closed = Complaint.objects.order_by("source_number")
    assert (report.track, report.ended_on) == ("report", None)
    assert (closed.state, closed.ended_on, closed.due_on) == ("closed", date(2025, 6, 1), None)


def test_the_same_rows_again_change_nothing_and_a_number_known_from_elsewhere_is_refused(city, tmp_path):
    take(written(tmp_path, [ROW]))

    again, _record = take(written(tmp_path, [ROW, ROW | {"登记编号": "A-2"}], name="later.csv"))
    changed, _record = take(written(tmp_path, [ROW | {"内容": "别的话"}], name="changed.csv"))

    assert (again["accepted"], again["unchanged"]) == (1, 1)
    assert changed["by_reason"] == {"conflict": 1}
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"来源渠道": "飞鸽"}, "unknown_value"),
        ({"内容": ""}, "missing_value"),
        ({"登记时间": "2031-01-01"}, "date_in_future"),
        ({"办结日期": "2025-05-01"}, "days_out_of_order"),
        ({"条码": "6901234567893"}, "not_a_gtin"),
        ({"姓名": "长" * 61}, "too_long"),
        ({"内容": "话" * 5001}, "too_long"),
        ({"内容": "■■■"}, "cell_withheld"),
        ({"统一社会信用代码": "91350100MA2T3X0Q69"}, "wrong_check_character"),
    ],
)
def test_what_is_refused_says_why_and_tells_nobody_who_sent_it_or_what_was_said(city, tmp_path, change, reason):
    answer, record = take(written(tmp_path, [ROW | change]))

    assert answer["by_reason"] == {reason: 1}
    row = rejects(record)[0]
    assert (row["登记编号"], row["电话"]) == ("A-1", "■■■")
    kept = Path(settings.BANYAN_DATA_DIR) / "imports" / record.pk / "rejects.csv"
    assert not any(word in kept.read_text(encoding="utf-8-sig") for word in PLANTED)


def test_the_office_shows_and_keeps_no_personal_cell_and_forgets_the_file_once_it_is_taken_in(browser):
    planner = browser("planner")
    rows = [ROW, ROW | {"登记编号": "A-2", "类型": "吐槽"}]

    _answer, record = uploaded(planner, table(rows))
    page = planner.get(f"/office/intake/{record.number}/").content.decode()
    refused = text_of(planner.get(f"/office/intake/{record.number}/rejects.csv"))

    assert (record.state, record.mapping, record.into) == ("ready", "complaints-line", "complaints")
    assert "A-1" in page
    assert not any(word in page + refused for word in PLANTED)
    do(planner, record, "confirm_import")
    assert record.state == "done"
    assert told_on_disk(PLANTED) == []
    assert "To the complaints" in planner.get(f"/office/intake/{record.number}/").content.decode()
    assert Complaint.objects.count() == 1


def test_an_import_that_is_given_up_keeps_no_file(browser, django_capture_on_commit_callbacks):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([ROW]))

    with django_capture_on_commit_callbacks(execute=True):
        do(planner, record, "cancel_import")

    assert record.state == "cancelled"
    assert told_on_disk(PLANTED) == []


def test_undoing_withdraws_what_nobody_went_on_with_and_destroys_its_personal_data(browser, people):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([ROW]))
    do(planner, record, "confirm_import")

    do(planner, record, "undo_import", reason="wrong file")

    assert record.state == "undone"
    matter = Complaint.objects.get()
    assert (matter.withdrawn_on is None, matter.due_on) == (False, None)
    message = Message.objects.get()
    assert (message.words, message.telephone, message.mark) == ("", "", "")
    assert message.purged_on is not None
    _answer, again = uploaded(planner, table([ROW], name="again.csv"))
    do(planner, again, "confirm_import")
    assert again.counts["accepted"] == 1


def test_a_row_of_another_office_is_refused_and_one_without_a_county_is_taken(browser, city):
    officer = browser("officer_changle")

    _answer, record = uploaded(officer, table([ROW, ROW | {"登记编号": "A-2", "所在区县": ""}]))

    assert record.found["counts"]["by_reason"] == {"outside_office": 1}
    assert record.found["counts"]["accepted"] == 1


def test_nobody_without_the_right_takes_complaints_in(people, city):
    client = Client()
    client.force_login(people.sampler)

    answer = client.post("/office/intake/new/", {"files": [table([ROW])], "mapping": ""})

    assert answer.status_code in (403, 404)
    assert not Complaint.objects.exists()


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_messages_of_a_real_board_are_taken_in_or_refused_with_a_reason_and_again_unchanged(city):
    path = SHARED / "cn-petitions-teddycup2020-replies" / "附件4_留言答复_标注.csv.gz"

    answer, _record = take(path, "citizen-messages")
    again, _record = take(path, "citizen-messages")

    assert answer["read"] == 1408
    assert answer["accepted"] + answer["refused"] == 1408
    assert answer["accepted"] > 1300
    assert (again["accepted"], again["unchanged"]) == (0, answer["accepted"])


def test_what_was_taken_in_is_read_by_those_who_may(people, city, tmp_path):
    take(written(tmp_path, [ROW]))

    found = opened(Complaint.objects.get(), person=people.officer_gulou)

    assert (found.name, found.telephone) == ("试植名", "13911112222")
    assert found.words == "植入的话：大米发霉"

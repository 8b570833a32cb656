"""A register of special equipment from a file: codes, units and days checked, due days reckoned, undone again."""

from __future__ import annotations

from datetime import date

import pytest
from tests.edge.intake import conftest
from tests.edge.intake.test_command import rejects, taken
from tests.edge.intake.test_office import do, uploaded
from tests.records.equipment.world import CERTIFICATE, ELEVATOR

from banyan.records.equipment.models import Equipment, Inspection, Placement

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 2)
COLUMNS = ("设备代码", "设备种类", "影响检验的品种", "使用登记证编号", "使用单位信用代码", "维保单位信用代码",
           "维保电话", "安装监检日期", "上次检验日期", "下次检验日期", "所在区县", "使用地点")  # fmt: skip
ROW = {
    "设备代码": ELEVATOR, "设备种类": "电梯", "使用登记证编号": CERTIFICATE, "使用单位信用代码": "91350100MA2T3X0Q68",
    "维保单位信用代码": "91350112MA2T3X1R0Q", "安装监检日期": "2020-05-14", "上次检验日期": "2025-04-20",
    "所在区县": "鼓楼区", "使用地点": "软件大道1号",
}  # fmt: skip
OTHER = ROW | {"设备代码": "31103500120200002", "使用登记证编号": "梯11闽A00002(20)", "上次检验日期": ""}


def table(rows, name="register.csv"):
    return conftest.table(rows, COLUMNS, name=name)


def take(tmp_path, rows, name="register.csv"):
    path = tmp_path / name
    path.write_bytes(table(rows).read())
    return taken(path, "equipment-register", "equipment")


def test_a_row_becomes_equipment_with_its_units_its_inspection_and_the_day_of_the_next(city, tmp_path):
    answer, _record = take(tmp_path, [ROW, OTHER])

    assert (answer["read"], answer["accepted"], answer["equipment"], answer["inspections"]) == (2, 2, 2, 1)
    first, second = Equipment.objects.order_by("code")
    assert (first.user_unit, first.maintenance_unit, first.county) == (city.gulou_firm, city.changle_firm, city.gulou)
    assert (first.state, first.inspected_on) == ("in_use", date(2025, 4, 20))
    assert first.due_on is not None
    assert second.due_on is not None
    assert first.due_on > second.due_on


def test_the_same_register_again_changes_nothing_and_what_differs_is_refused(city, tmp_path):
    take(tmp_path, [ROW])

    again, _record = take(tmp_path, [ROW, OTHER], name="later.csv")
    changed, _record = take(tmp_path, [ROW | {"使用地点": "别处"}], name="changed.csv")

    assert (again["accepted"], again["unchanged"], again["refused"]) == (1, 1, 0)
    assert changed["by_reason"] == {"conflict": 1}
    assert Equipment.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "reason", "said"),
    [
        ({"设备种类": "冰箱"}, "unknown_value", "冰箱"),
        ({"设备代码": "3110350012020"}, "not_as_written", "It has not the form of one"),
        ({"设备种类": "锅炉"}, "not_as_written", "elevator"),
        ({"使用登记证编号": "锅11闽A00001(20)"}, "not_as_written", "sign"),
        ({"影响检验的品种": "塔式起重机"}, "not_as_written", "no variety of its kind"),
        ({"使用单位信用代码": "91350100MA2T3X2W05"}, "unknown_firm", "Enter the organisation first"),
        ({"上次检验日期": "2019-04-20"}, "days_out_of_order", "2020-05-14"),
        ({"安装监检日期": "2031-05-14"}, "date_in_future", "2031-05-14"),
        ({"设备代码": "31103500120200009"}, "equipment_known", CERTIFICATE),
    ],
)
def test_what_cannot_be_entered_is_refused_with_the_reason(city, tmp_path, change, reason, said):
    answer, record = take(tmp_path, [ROW, OTHER | change if reason != "equipment_known" else ROW | change])

    assert (answer["accepted"], answer["by_reason"]) == (1, {reason: 1})
    row = rejects(record)[0]
    assert said in row["reason in words"]
    assert row["使用地点"] == "软件大道1号"


def test_two_rows_of_one_certificate_are_one_accepted_and_one_refused_in_any_batch(city, tmp_path):
    answer, _record = take(tmp_path, [ROW, ROW | {"设备代码": "31103500120200003"}])

    assert (answer["accepted"], answer["by_reason"]) == (1, {"equipment_known": 1})


def test_equipment_of_another_office_is_refused_also_where_only_its_user_tells_the_county(browser, city):
    officer = browser("officer_changle")

    _answer, record = uploaded(officer, table([ROW, OTHER | {"所在区县": ""}]))

    assert record.into == "equipment"
    assert record.found["counts"]["by_reason"] == {"outside_office": 2}


def test_undoing_withdraws_it_with_its_placement_and_inspections_and_frees_its_codes(browser, city):
    planner = browser("planner")
    _answer, record = uploaded(planner, table([ROW, OTHER]))
    do(planner, record, "confirm_import")
    assert "To the equipment" in planner.get(f"/office/intake/{record.number}/").content.decode()

    do(planner, record, "undo_import", reason="wrong file")

    assert record.state == "undone"
    for noun in (Equipment, Placement, Inspection):
        assert not noun.objects.filter(withdrawn_on=None).exists()
    _answer, again = uploaded(planner, table([ROW], name="again.csv"))
    do(planner, again, "confirm_import")
    assert again.counts["accepted"] == 1
    assert Equipment.objects.filter(code=ELEVATOR).count() == 2


def test_equipment_that_something_was_done_to_since_is_kept_and_named(browser, city, people):
    from banyan.records.equipment import actions

    planner = browser("planner")
    _answer, record = uploaded(planner, table([ROW, OTHER]))
    do(planner, record, "confirm_import")
    stopped = Equipment.objects.get(code=ELEVATOR)
    actions.stop_equipment(equipment=stopped, by=people.planner, on=DAY)

    do(planner, record, "undo_import", reason="wrong file")

    assert [key for key, _why in record.kept] == [stopped.pk]
    assert list(Equipment.objects.filter(withdrawn_on=None)) == [stopped]

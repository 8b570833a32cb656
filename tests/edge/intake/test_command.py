"""The command: killed in the midst and run again, run twice, bad rows by their cells, files as offices have them."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date

import pytest
import typer
from tests.edge.intake.conftest import FAILED, FIRM, FIRMS, FOOD, PASSED, table

from banyan.config.commands import intake as command
from banyan.edge.intake import actions, queries
from banyan.kit import Refused, rights
from banyan.policy.mappings import Mapping
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.models import Sample

DAY = date(2025, 6, 2)
HOUSE = rights.System("test")


def taken(path, mapping="cn-food-spotcheck", into="inspection", on=DAY):
    record = actions.import_files(
        mapping=queries.mapping_named(mapping, into=into), sources=queries.sources_of([path]), by=HOUSE, on=on
    )
    return queries.answer_of(record), record


def written(tmp_path, rows, columns=FOOD, **more):
    path = tmp_path / more.get("name", "food.csv")
    path.write_bytes(table(rows, columns, **more).read())
    return path


def rejects(record):
    with actions.rejects_of(record).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"判定": "大概合格"}, "unknown_value", "Write one of: 合格, 不合格"),
        ({"公布日期": "2031-01-01"}, "date_in_future", "“2031-01-01” in “公布日期” lies after 2025-06-02"),
        ({"公布日期": "昨天"}, "not_a_date", "Write it as 2021-03-05."),
        ({"样品名称": ""}, "missing_value", "“样品名称” is empty"),
        ({"样品名称": "长" * 300}, "too_long", "240"),
        ({"单位": "mg/桶"}, "unknown_unit", "“mg/桶” in “单位” is not a known unit."),
    ],
)
def test_a_bad_row_is_refused_by_cell_and_with_what_to_do(city, tmp_path, change, code, said):
    answer, record = taken(written(tmp_path, [PASSED, FAILED | change]))

    assert (answer["read"], answer["accepted"], answer["by_reason"]) == (2, 1, {code: 1})
    row = rejects(record)[0]
    assert (row["row number"], row["reason code"]) == ("3", code)
    assert said in row["reason in words"]
    assert row["批号"] == FAILED["批号"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "reason"),
    [("91350100MA2T3X2W06", "wrong_check_character"), ("9.135E+17", "code_lost_digits"), ("ABC", "not_a_code")],
)
def test_a_wrong_code_is_named(city, tmp_path, code, reason):
    path = written(tmp_path, [FIRM | {"统一社会信用代码": code}], FIRMS)

    answer, record = taken(path, "fuzhou-companies", "registry")

    assert answer["by_reason"] == {reason: 1}
    assert code in rejects(record)[0]["reason in words"]


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_offices_give_the_same_samples(city, tmp_path, encoding):
    answer, _record = taken(written(tmp_path, [PASSED, FAILED], encoding=encoding))

    assert answer["accepted"] == 2
    assert Sample.objects.filter(product_name="桂圆干", conclusion="failed").count() == 1


@pytest.mark.django_db
def test_a_windows_1252_file_keeps_its_letters_in_samples_and_rejects(city, tmp_path):
    french = {
        "product_name": {"named": ["Produit"], "required": True},
        "maker_name": {"named": ["Fabricant"]},
        "lot": {"named": ["Lot"]},
        "conclusion": {
            "named": ["Verdict"],
            "required": True,
            "translate": {"Accepté": "passed", "Refusé": "failed"},
        },
        "authority": {"named": ["Autorité"]},
        "published_on": {"named": ["Publié le"], "type": "date", "forms": ["day_first"], "required": True},
    }
    known = queries.mapping_named("cn-food-spotcheck", into="inspection").model_dump()
    known |= {"fields": french, "refuse": [], "not_taken": {}}
    known["record"] = {"key": ["product_name", "maker_name", "lot"], "conclusion": "conclusion", "passed": "passed"}
    mapping = Mapping.model_validate(known)
    row = {"Produit": "Crème brûlée “maison”", "Fabricant": "Müller & Fils", "Lot": "n° 7 – €", "Verdict": "Accepté",
           "Autorité": "Préfecture", "Publié le": "05/05/2025"}  # fmt: skip
    path = written(tmp_path, [row, row | {"Lot": "n° 8", "Verdict": "À revoir"}], tuple(row), encoding="cp1252")

    record = actions.import_files(mapping=mapping, sources=queries.sources_of([path]), by=HOUSE, on=DAY)

    assert queries.answer_of(record)["by_reason"] == {"unknown_value": 1}
    sample = Sample.objects.get()
    assert (sample.product_name, sample.lot, sample.maker_name) == (row["Produit"], row["Lot"], row["Fabricant"])
    refused = rejects(record)[0]
    assert refused["Verdict"] == "À revoir"
    assert "“À revoir” is not a known value of “Verdict”" in refused["reason in words"]


@pytest.mark.django_db
def test_undone_by_the_command_the_rows_may_come_again(city, tmp_path, capsys):
    path = written(tmp_path, [PASSED, FAILED])
    _answer, record = taken(path)

    with pytest.raises(Refused) as refused:
        undo(record.number, "")
    assert "No reason was given." in refused.value.sentence
    assert undo(record.number, "wrong file") == 0
    said = json.loads(capsys.readouterr().out)

    assert (said["state"], said["withdrawn"], said["kept"]) == ("undone", 2, 0)
    assert {one.withdrawn_reason for one in Sample.objects.all()} == {"wrong file"}
    with pytest.raises(Refused):
        undo(record.number, "once more")
    assert taken(path)[0]["accepted"] == 2


@pytest.mark.django_db
def test_what_was_built_upon_is_named_by_the_command_that_undoes(city, tmp_path, capsys, today):
    _answer, record = taken(written(tmp_path, [PASSED, FAILED]))
    sample = Sample.objects.get(conclusion="passed")
    inspection.amend_samples(samples=[sample], changes={sample.pk: {"lot": "A2"}}, by=HOUSE, on=today, reason="typed")

    assert undo(record.number, "wrong file") == 0
    said = json.loads(capsys.readouterr().out)

    assert (said["withdrawn"], said["kept"]) == (1, 1)
    assert said["records_kept"][0]["record"] == sample.pk


def undo(number, reason):
    """Run the command; what it exits with."""
    with pytest.raises(typer.Exit) as left:
        command.undo(number, reason, as_json=True)
    return left.value.exit_code


@pytest.mark.django_db
def test_a_workbook_with_merged_cells_and_thousands_of_empty_rows(city, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(FOOD)
    two = [FAILED, FAILED | {"检验项目": "铅(以Pb计)"}]
    for row in two:
        sheet.append([row.get(name) for name in FOOD])
    sheet.merge_cells("A2:A3")
    sheet["F65000"].number_format = "0.00"
    path = tmp_path / "merged.xlsx"
    book.save(path)

    answer, _record = taken(path)

    assert (answer["read"], answer["accepted"], answer["samples"]) == (2, 2, 1)


@pytest.mark.django_db
def test_an_unknown_column_refuses_the_file_and_writes_nothing(city, tmp_path):
    with pytest.raises(Refused) as refused:
        taken(written(tmp_path, [PASSED], (*FOOD, "颜色")))

    assert "颜色" in refused.value.sentence
    assert "Nothing was taken in." in refused.value.sentence
    assert not Sample.objects.exists()


@pytest.mark.slow
def test_killed_in_the_midst_and_run_again_nothing_is_lost_or_doubled(tmp_path):
    rows = [PASSED | {"批号": f"L{number}"} for number in range(12_000)] + [FAILED | {"判定": "?"}]
    path = written(tmp_path, rows)
    folder = tmp_path / "city"
    environment = os.environ | {
        "BANYAN_DATA_DIR": str(folder), "BANYAN_DATABASE_URL": f"sqlite:///{folder}/city.sqlite3",
        "BANYAN_LANG": "en",
    }  # fmt: skip
    command = [sys.executable, "-m", "banyan", "intake", "inspection", str(path), "--mapping", "cn-food-spotcheck",
               "--on", "2025-06-02", "--rejects", str(tmp_path / "rejects.csv"), "--json"]  # fmt: skip
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not samples_in(folder) and running.poll() is None:
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = samples_in(folder)

    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    answer = json.loads(again.stdout)
    assert 0 < before < 12_000
    assert (answer["read"], answer["accepted"], answer["unchanged"], answer["refused"]) == (12_001, 12_000, 0, 1)
    assert samples_in(folder) == answer["samples"] == 12_000
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 1
    third = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(third.stdout)["unchanged"] == 12_000
    assert samples_in(folder) == 12_000


def samples_in(folder):
    """How many samples the database of a city has; 0 where there is none yet."""
    if not (folder / "city.sqlite3").exists():
        return 0
    database = sqlite3.connect(f"file:{folder}/city.sqlite3?mode=ro", uri=True, timeout=5)
    try:
        return database.execute("SELECT count(*) FROM inspection_sample").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()

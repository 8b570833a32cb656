"""A rejects file opens in a spreadsheet, does no harm there, and can be mended and sent again."""

import csv

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.kit.sheets import RejectsWriter, guarded, read_tables, reject_columns, unguarded

COLUMNS = ("名称", "日期")


def reject(writer, cells, *, columns=COLUMNS, number=2):
    writer.write(
        file="甲.csv", sheet="", number=number, columns=columns, cells=cells, code="not_a_date", words="不是日期。"
    )


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_a_rejected_row_keeps_its_cells_and_gains_the_reason(tmp_path):
    path = tmp_path / "rejects.csv"
    with RejectsWriter(path, columns=COLUMNS) as writer, translation.override("en"):
        reject(writer, ["陈醋", "近期"])

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert lines(path)[1] == ["甲.csv", "", "2", "not_a_date", "不是日期。", "陈醋", "近期"]
    assert writer.written == 1


def test_rows_of_files_with_other_columns_are_placed_by_name(tmp_path):
    path = tmp_path / "rejects.csv"
    with RejectsWriter(path, columns=("名称", "日期", "价格")) as writer:
        reject(writer, ["2021", "酱油", "多"], columns=("日期", "名称"))
        reject(writer, ["酱油", "额外"], columns=("名称", ""))

    assert lines(path)[1][5:] == ["酱油", "2021", "", "多"]
    assert lines(path)[2][5:] == ["酱油", "", "", "额外"]


def test_an_interrupted_file_goes_on_without_a_second_header(tmp_path):
    path = tmp_path / "rejects.csv"
    for number in (2, 3):
        with RejectsWriter(path, columns=COLUMNS, append=True) as writer:
            reject(writer, ["甲", "乙"], number=number)

    assert [line[2] for line in lines(path)[1:]] == ["2", "3"]
    assert path.read_bytes().count(b"\xef\xbb\xbf") == 1


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\tx", "\r=1", "'x"])
def test_a_cell_that_a_spreadsheet_would_execute_is_guarded(cell):
    assert guarded(cell) == "'" + cell
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["-5", "+3.5%", "-1,234.5", "普通", ""])
def test_plain_numbers_and_words_stay_as_they_are(cell):
    assert guarded(cell) == cell


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=2, max_size=2))
def test_a_rejects_file_read_again_gives_the_original_cells(tmp_path, cells):
    path = tmp_path / "rejects.csv"
    cells[0] += "。"
    with RejectsWriter(path, columns=COLUMNS) as writer:
        reject(writer, cells)

    for table in read_tables(path, expected=COLUMNS):
        assert set(table.columns) - set(COLUMNS) <= set(reject_columns())
        assert [row.cells[-2:] for row in table.rows] == [cells]

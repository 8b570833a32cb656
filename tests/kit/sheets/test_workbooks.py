"""Workbooks are read as their readers see them, whoever wrote them, and dangerous ones are refused unread."""

import datetime as dt
import struct
import zipfile

import pytest
import python_calamine
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.kit.sheets import Bounds, SheetRefused, read_tables

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture
def written(tmp_path):
    """Write a workbook by a function of book and first sheet, and return its path."""

    def write(fill, name="表.xlsx", **options):
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path), options)
        fill(book, book.add_worksheet("结果"))
        book.close()
        return path

    return write


def raw_workbook(path, sheet, **parts):
    """An archive with the given worksheet as it stands."""
    contents = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    } | parts
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def rows_of(path, **options):
    return [row.cells for table in read_tables(path, **options) for row in table.rows]


def first_of(path, **options):
    """The first table and its rows, read while the file is open."""
    for table in read_tables(path, **options):
        return table, list(table.rows)
    raise AssertionError("no table")


def refused(path, **options):
    with pytest.raises(SheetRefused) as caught:
        rows_of(path, **options)
    return caught.value


def test_cells_are_the_texts_that_their_readers_see(written):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["代码", "日期", "时刻", "份额", "小数", "补零", "公式", "真", "文字", "大数"])
        sheet.write_number(1, 0, 350102.0)
        sheet.write_datetime(1, 1, dt.datetime(2021, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(1, 2, dt.datetime(2021, 3, 5, 8, 30), book.add_format({"num_format": "yyyy/m/d h:mm"}))
        sheet.write_number(1, 3, 0.564, book.add_format({"num_format": "0.0%"}))
        sheet.write_number(1, 4, 0.1 + 0.2)
        sheet.write_number(1, 5, 12, book.add_format({"num_format": "000000"}))
        sheet.write_formula(1, 6, "=1+1", None, 0.000035)
        sheet.write_boolean(1, 7, True)
        sheet.write_string(1, 8, "≤0.5 & <sup>4</sup>\r\n_x0041_")
        sheet.write_number(1, 9, 913501000000000000)

    assert rows_of(written(fill)) == [
        [
            *("350102", "2021-03-05", "2021-03-05 08:30:00", "56.4%", "0.3", "000012", "0.000035", "TRUE"),
            "≤0.5 & <sup>4</sup>\r\n_x0041_",
            "9.13501E+17",
        ]
    ]


@pytest.mark.parametrize(("serial", "day"), [(1, "1900-01-01"), (59, "1900-02-28"), (61, "1900-03-01")])
def test_days_around_the_leap_day_that_never_was(written, serial, day):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["日期", "名称"])
        sheet.write_number(1, 0, serial, book.add_format({"num_format": 14}))

    assert rows_of(written(fill)) == [[day]]


def test_days_may_be_counted_from_1904(written):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["日期", "名称"])
        sheet.write_datetime(1, 0, dt.datetime(2021, 3, 5), book.add_format({"num_format": "yyyy年m月d日"}))

    assert rows_of(written(fill, date_1904=True)) == [["2021-03-05"]]


def test_a_cell_merged_over_rows_stands_in_each_of_them(written):
    def fill(book, sheet):
        sheet.merge_range(0, 0, 0, 2, "附件：抽检结果")
        sheet.write_row(1, 0, ["名称", "项目", "结果"])
        sheet.merge_range(2, 0, 4, 0, "榕树陈醋")
        for row, (item, result) in enumerate([("总酸", "2"), ("铅", "0.1"), ("砷", "0.2"), ("铬", "9")], start=2):
            sheet.write_row(row, 1, [item, result])

    table, rows = first_of(written(fill))

    assert table.header_row == 2
    assert [row.cells for row in rows] == [
        ["榕树陈醋", "总酸", "2"],
        ["榕树陈醋", "铅", "0.1"],
        ["榕树陈醋", "砷", "0.2"],
        ["", "铬", "9"],
    ]


def test_rows_keep_the_numbers_of_the_program_over_gaps(written):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["名称", "判定"])
        sheet.write_row(4, 0, ["甲", "合格"])
        sheet.write(9, 1, "不合格")

    _table, rows = first_of(written(fill))

    assert [(row.number, row.cells) for row in rows] == [(5, ["甲", "合格"]), (10, ["", "不合格"])]


def test_a_sheet_that_claims_65000_empty_rows_is_not_parsed_to_its_end(written, monkeypatch):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["名称", "判定"])
        sheet.write_row(1, 0, ["甲", "合格"])
        shaded = book.add_format({"bg_color": "yellow"})
        for row in range(2, 65_000):
            sheet.write_blank(row, 0, None, shaded)
            sheet.write_blank(row, 1, None, shaded)

    path = written(fill)
    seen = []
    original = zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda self, size=-1: seen.append(size) or original(self, size))

    rows = rows_of(path)

    assert rows == [["甲", "合格"]]
    parsed = [size for size in seen if size == 2**18]
    assert len(parsed) <= 2 + path.stat().st_size * 40 // 2**18  # one survey, one first look, one piece


def test_a_lone_value_in_the_last_cell_of_the_grid_costs_no_memory(written):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["名称", "判定"])
        sheet.write_row(1, 0, ["甲", "合格"])
        sheet.write(1_048_575, 1, "末")

    _table, rows = first_of(written(fill))

    assert [(row.number, row.cells) for row in rows] == [(2, ["甲", "合格"]), (1_048_576, ["", "末"])]


def test_sheets_without_the_expected_columns_are_left_out_if_another_has_them(written):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["填表说明", "请逐行填写"])
        data = book.add_worksheet("数据")
        data.write_row(0, 0, ["名称", "判定"])
        data.write_row(1, 0, ["甲", "合格"])
        hidden = book.add_worksheet("字典")
        hidden.write_row(0, 0, ["名称", "判定"])
        hidden.hide()
        book.add_worksheet("空")

    path = written(fill)

    assert [(t.sheet, t.hidden) for t in read_tables(path, expected=["名称", "判定"])] == [
        ("数据", False),
        ("字典", True),
    ]
    assert [t.sheet for t in read_tables(path, expected=["别的", "其他"])] == ["结果", "数据", "字典"]


def test_reading_aids_above_characters_are_no_text():
    from lxml import etree

    from banyan.kit.sheets.worksheets import rich_text

    text = f'<si xmlns="{MAIN}"><r><t>福</t></r><r><t>州</t></r><rPh sb="0" eb="2"><t>fuzhou</t></rPh></si>'

    assert rich_text(etree.fromstring(text)) == "福州"


PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>名称</x:t></x:is></x:c>'
    '<x:c t="str"><x:v>判定</x:v></x:c></x:row><x:row><x:c t="str"><x:v>甲</x:v></x:c>'
    '<x:c t="d"><x:v>2021-03-05T00:00:00</x:v></x:c></x:row></x:sheetData></x:worksheet>'
)
UNUSUAL_LATER = (
    f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>'
    '<row r="1"><c r="A1" t="str"><v>名称</v></c><c r="B1" t="str"><v>判定</v></c></row>'
    '<row r="2"><c r="A2" t="str"><v>甲 &amp; &#x4E59;</v></c><c r="B2"><v>1</v></c></row>'
    '<row r="3"><c t="str" r="A3"><f>LEFT(A2,1)</f><v>丙</v></c><c r="B3"><!-- 2 --><v>3</v></c></row>'
    "</sheetData></worksheet>"
)


def test_unusual_but_valid_worksheets_are_read_the_same(tmp_path):
    assert rows_of(raw_workbook(tmp_path / "a.xlsx", PREFIXED)) == [["甲", "2021-03-05"]]
    assert rows_of(raw_workbook(tmp_path / "b.xlsx", UNUSUAL_LATER)) == [["甲 & 乙", "1"], ["丙", "3"]]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
values = st.one_of(texts, st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6), st.booleans(), st.none())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grid=st.lists(st.lists(values, min_size=3, max_size=3), min_size=1, max_size=8), plain=st.booleans())
def test_every_cell_agrees_with_another_reader_and_both_ways_of_reading_agree(tmp_path, grid, plain):
    path = tmp_path / "grid.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": plain, "strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["甲栏", "乙栏", "丙栏", "末"])
    for number, cells in enumerate(grid, start=1):
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell)
            else:
                sheet.write(number, place, cell)
        sheet.write_string(number, 3, "。")
    book.close()

    rows = rows_of(path)

    other = python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)[1:]
    assert len(rows) == len(other) == len(grid)
    for mine, theirs in zip(rows, other, strict=True):
        for cell, value in zip(mine, theirs, strict=True):
            if isinstance(value, bool):
                assert cell == str(value).upper()
            elif isinstance(value, float | int):
                assert float(cell) == pytest.approx(value, rel=1e-14)
                assert "e" not in cell.lower()
            else:
                assert cell == value


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = raw_workbook(tmp_path / "弹.xlsx", "<worksheet>" + " " * 50_000_000 + "</worksheet>")
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("it was unpacked"))

    assert refused(path).code == "unpacks-too-large"
    assert refused(path, bounds=Bounds(parts=2)).code == "unpacks-too-large"


def test_an_archive_that_lies_about_its_sizes_is_read_no_further_than_it_says(tmp_path):
    path = raw_workbook(tmp_path / "谎.xlsx", "<worksheet>" + "<!-- -->" * 2_000_000 + "</worksheet>")
    content = bytearray(path.read_bytes())
    true_size = struct.pack("<I", len("<worksheet>") + 8 * 2_000_000 + len("</worksheet>"))
    assert content.count(true_size) == 2
    path.write_bytes(bytes(content).replace(true_size, struct.pack("<I", 1_000)))

    assert refused(path).code == "damaged"


def test_entities_of_a_hostile_document_are_not_expanded(tmp_path):
    hostile = (
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c>'
        '<c r="B1" t="str"><v>名</v></c></row><row r="2"><c r="A2" t="str"><v>x</v></c></row></sheetData></worksheet>'
    )

    table, _rows = first_of(raw_workbook(tmp_path / "恶.xlsx", hostile))

    assert "aaa" not in "".join(table.columns)


@pytest.mark.parametrize("damage", [b"PK\x03\x04 cut off", None])
def test_a_damaged_workbook_is_refused_in_words(tmp_path, written, damage):
    path = tmp_path / "坏.xlsx"
    if damage is None:
        content = written(lambda book, sheet: sheet.write_row(0, 0, ["名称", "判定"])).read_bytes()
        damage = content[: len(content) // 2]
    path.write_bytes(damage)

    error = refused(path)

    assert error.code == "damaged"
    assert str(error.instead)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "照片.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")

    assert refused(path).code == "no-table"


def test_a_string_that_does_not_exist_is_damage_and_no_crash(tmp_path):
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData></worksheet>'
    )

    assert refused(raw_workbook(tmp_path / "无.xlsx", sheet)).code == "damaged"

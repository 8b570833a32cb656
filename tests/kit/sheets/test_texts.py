"""Text files are read in the encoding, with the delimiter and from the row in which an office saved them."""

import gzip

import pytest

from banyan.kit.sheets import Bounds, SheetRefused, read_tables

CHINESE = "名称,日期,判定\n榕树陈醋,2021-03-05,合格\n“福”字酱油,2021-03-06,不合格\n"


@pytest.fixture
def saved(tmp_path):
    def save(content, name="表.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


def only(path, **options):
    tables = [(table, list(table.rows)) for table in read_tables(path, **options)]
    assert len(tables) == 1
    return tables[0]


def cells(path, **options):
    return [row.cells for row in only(path, **options)[1]]


def refused(path, **options):
    with pytest.raises(SheetRefused) as caught:
        [list(table.rows) for table in read_tables(path, **options)]
    return caught.value


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (CHINESE.encode("utf-16-le"), "utf-16-le"),
        (CHINESE.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_chinese_is_read_in_whatever_encoding_it_was_saved(saved, content, encoding):
    table, rows = only(saved(content))

    assert table.encoding == encoding
    assert table.columns == ("名称", "日期", "判定")
    assert [row.cells for row in rows] == [
        ["榕树陈醋", "2021-03-05", "合格"],
        ["“福”字酱油", "2021-03-06", "不合格"],
    ]


def test_western_text_of_an_old_program_is_not_taken_for_chinese(saved):
    path = saved("company,product\nApothéCure,crème brûlée – “fresh”\nMüller,Käse\n".encode("cp1252"))

    table, rows = only(path)

    assert table.encoding == "cp1252"
    assert rows[0].cells == ["ApothéCure", "crème brûlée – “fresh”"]


def test_a_rare_character_outside_the_old_chinese_set_is_kept(saved):
    path = saved("名称,判定\n㐀㐁食品,合格\n𠮷祥酒家,合格\n镕鑫公司,合格\n".encode("gb18030"))

    assert cells(path)[1][0] == "𠮷祥酒家"


def test_chinese_text_with_a_broken_byte_is_refused_and_never_read_as_wrong_names(saved):
    path = saved(CHINESE.encode()[:20] + b"\xff" + CHINESE.encode()[20:])

    error = refused(path)

    assert error.code == "broken-text"
    assert "表.csv" in str(error.asked)


def test_a_broken_character_far_down_is_found_before_any_row_is_given(saved):
    path = saved(CHINESE.encode() + "甲,2021-01-01,合格\n".encode() * 60_000 + b"\xe7\x94,x,y\n")

    assert refused(path).code == "broken-text"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(saved, delimiter):
    others = [sign for sign in ",;|" if sign != delimiter]
    path = saved(delimiter.join("abc") + "\n" + delimiter.join([f"1{others[0]}5", f"2{others[1]}5", "3"]))

    table, rows = only(path)

    assert (table.delimiter, table.columns) == (delimiter, ("a", "b", "c"))
    assert rows[0].cells == [f"1{others[0]}5", f"2{others[1]}5", "3"]


def test_a_first_line_may_state_the_delimiter(saved):
    table, rows = only(saved("sep=;\r\n名称;价格\r\n甲;1,5\r\n"))

    assert table.columns == ("名称", "价格")
    assert rows[0].cells == ["甲", "1,5"]
    assert rows[0].number == 3


def test_quotes_hold_delimiters_line_breaks_and_quotes(saved):
    path = saved('名称,备注\n甲,"一,二\n三 ""四"""\n乙,五\n')

    assert cells(path) == [["甲", '一,二\n三 "四"'], ["乙", "五"]]


def test_a_quotation_mark_that_is_never_closed_is_refused_by_its_row(saved):
    error = refused(saved('名称,备注\n甲,"一\n' + "乙,二\n" * 200_000))

    assert error.code == "unclosed-quote"
    assert "2" in str(error.prevents)


def test_titles_above_the_header_are_passed_over(saved):
    table, rows = only(saved("附件1,,\n2021年第3期抽检结果,,\n\n名称,日期,判定\n甲,2021-03-05,合格\n"))

    assert table.header_row == 4
    assert [row.number for row in rows] == [5]


def test_the_header_is_the_row_with_the_expected_names_even_when_a_title_is_as_wide(saved):
    path = saved("表一,单位,份,注\n名称,日期,判定,备注\n甲,2021-03-05,合格,\n")

    table, _ = only(path, expected=["名称", "判定", "日期"])

    assert table.columns == ("名称", "日期", "判定", "备注")


def test_repeated_and_missing_header_names_are_told_apart(saved):
    table, rows = only(saved("名称,结果,,结果,\n甲,1,,2,\n"))

    assert table.columns == ("名称", "结果", "", "结果 (2)")
    assert rows[0].cells == ["甲", "1", "", "2", ""]


def test_tens_of_thousands_of_empty_rows_are_no_rows(saved):
    assert cells(saved("名称,判定\n甲,合格\n" + ",\n" * 65_000 + "乙,合格\n")) == [["甲", "合格"], ["乙", "合格"]]


def test_a_packed_file_is_unpacked_within_bounds(saved):
    packed = saved(gzip.compress(CHINESE.encode()), "表.csv.gz")
    bomb = saved(gzip.compress(b"a,b\n" * 10**7), "弹.csv.gz")

    assert len(cells(packed)) == 2
    assert refused(bomb).code == "unpacks-too-large"
    assert refused(saved(gzip.compress(CHINESE.encode())[:-9], "断.csv.gz")).code == "damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x02", "no-table"),
        (b"%PDF-1.7 ...", "no-table"),
        ("<html><table><tr><td>名称</td></tr></table></html>".encode(), "no-table"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(saved, content, code):
    error = refused(saved(content, "表.xls"))

    assert error.code == code
    assert str(error.instead)


def test_a_file_larger_than_the_bound_is_refused_unread(saved):
    assert refused(saved(CHINESE), bounds=Bounds(file_bytes=10)).code == "file-too-large"


def test_a_row_wider_than_any_table_is_refused(saved):
    assert refused(saved("a,b\n" + "," * 2_000 + "x\n")).code == "too-wide"


def test_a_file_of_empty_lines_holds_no_table(saved):
    assert list(read_tables(saved("\n,,\n"))) == []

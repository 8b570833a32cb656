"""Tables: typed columns, unique rows, one source, dated editions."""

import datetime as dt
from decimal import Decimal

import pytest

from banyan.policy import NotInForce

ON = dt.date(2023, 6, 1)
TABLE = """
rates:
  kind: table
  title: {zh: 费率, en: Rates}
  status: in_force
  columns: {code: text, share: number, most: integer, final: flag, day: date}
  unique: [code]
  optional: [most, day]
  reference: {document: trial-rules, clause: "2", says: {zh: 见表。, en: See the table.}}
  values:
    2020-01-01: {file: rates.csv}
    2023-01-01: {rows: [{code: a, share: 0.5, final: true, day: 2023-05-01}]}
"""
CASES = "- {name: The rates begin with two rows, entry: rates, on: 2020-01-01, expect: {rows: 2}}\n"
CSV = "code,share,most,final,day\na,0.10,5,true,2020-02-29\nb,1,,false,\n"


@pytest.fixture
def table_pack(pack):
    pack.write("rates.yaml", TABLE)
    pack.write("rates.cases.yaml", CASES)
    pack.write("rates.csv", CSV)
    return pack


def test_rows_are_typed_and_exact(table_pack):
    first, second = table_pack.load().table("rates", on=dt.date(2022, 12, 31))

    assert dict(first) == {
        "code": "a",
        "share": Decimal("0.10"),
        "most": 5,
        "final": True,
        "day": dt.date(2020, 2, 29),
    }
    assert dict(second) == {"code": "b", "share": Decimal(1), "most": None, "final": False, "day": None}


def test_each_day_has_its_edition(table_pack):
    book = table_pack.load()

    assert [row["share"] for row in book.table("rates", on=ON)] == [Decimal("0.5")]
    assert len(book.table("rates", on=dt.date(2022, 12, 31))) == 2
    with pytest.raises(NotInForce):
        book.table("rates", on=dt.date(2019, 12, 31))


def test_a_row_cannot_be_written_to(table_pack):
    row = table_pack.load().table("rates", on=ON)[0]

    with pytest.raises(TypeError):
        row["code"] = "z"


def test_a_changed_cell_of_the_csv_changes_the_hash(table_pack):
    before = table_pack.load().hash
    table_pack.change("0.10", "0.11", file="rates.csv")

    assert table_pack.load().hash != before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("a,0.10", "b,0.10", "stands at rates.csv, line 2 too"),
        ("a,0.10", ",0.10", "code is empty"),
        ("0.10", "ten", "share is 'ten'; this column holds numbers"),
        ("0.10", "NaN", "share is 'NaN'; this column holds numbers"),
        ("0.10,5", "0.10,5.5", "most is '5.5'; this column holds whole numbers"),
        ("true", "yes", "final is 'yes'; this column holds true or false"),
        ("2020-02-29", "2021-02-29", "day is '2021-02-29'; this column holds days"),
        ("0.10,5", "0.10", "4 cells, but there are 5 columns"),
        ("code,share", "code,rate", "columns are code, share"),
        ("a,0.10", '"a,0.10', "rates.csv"),
    ],
)
def test_a_csv_that_does_not_fit_is_refused_with_its_line(table_pack, old, new, words):
    table_pack.change(old, new, file="rates.csv")

    refusal = table_pack.refusal()

    assert words in str(refusal)
    assert (refusal.key, refusal.path.name) == ("rates", "rates.yaml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("file: rates.csv", "file: ../rates.csv", "file"),
        ("file: rates.csv", "file: missing.csv", "missing.csv is not beside"),
        ("{file: rates.csv}", "{file: rates.csv, rows: []}", "either file or rows"),
        ("{file: rates.csv}", "{}", "either file or rows"),
        ("unique: [code]", "unique: [name]", "'name' is not among the columns"),
        ("unique: [code]", "unique: []", "unique"),
        ("code: a,", "code: a, colour: red,", "unknown column colour"),
        ("share: 0.5", "share: true", "share is True; this column holds numbers"),
        ("code: text", "code: word", "columns.code"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(table_pack, old, new, words):
    table_pack.change(old, new, file="rates.yaml")

    assert words in str(table_pack.refusal())


def test_a_csv_that_is_not_utf8_is_refused(table_pack):
    table_pack.write("rates.csv", CSV.replace("a,", "甲,").encode("gb18030"))

    assert "not written in UTF-8" in str(table_pack.refusal())

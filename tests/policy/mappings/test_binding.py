"""Rows become values or a refusal that names the cell; a file that does not fit is refused as a whole."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from banyan.policy.entries import Origin, Words
from banyan.policy.mappings import ROW_REASONS, Accepted, FileRefused, Mapping, Refused, apply, bind

ON = dt.date(2021, 6, 1)
WORDS = Words(zh="说明", en="Words")


def mapping(**changes):
    described = {
        "kind": "mapping",
        "title": WORDS,
        "status": "draft",
        "says": WORDS,
        "origin": Origin(key="made-up", pack="cn", path=Path("made-up.yaml")),
        "into": "inspection",
        "fields": {
            "name": {"named": ["名称", "样品名称"], "required": True, "longest": 20},
            "made_on": {"named": ["日期"], "type": "date"},
            "price": {"named": ["价格"], "type": "decimal"},
            "code": {"named": ["编码"], "type": "code"},
            "passed": {"named": ["判定"], "translate": {"合格": True, "不合格": False}},
        },
        "record": {"key": ["name"]},
    }
    return Mapping.model_validate(described | changes)


def fate(*, changes=None, **row):
    return apply(mapping(**(changes or {})), row, on=ON)


def value(field, **row):
    taken = fate(**({"名称": "甲"} | row))
    assert isinstance(taken, Accepted), taken
    return taken.values[field]


@pytest.mark.parametrize(
    "written",
    [
        "2021-03-05",
        "2021/3/5",
        "2021.03.05",
        "2021年3月5日",
        "２０２１-03-05",
        "20210305",
        "20210305.0",
        "44260",
        "44260.5",
        "2021-03-05 08:30:00",
        "2021-03-05T08:30:00",
    ],
)
def test_a_date_is_read_in_the_forms_offices_use(written):
    assert value("made_on", 日期=written) == dt.date(2021, 3, 5)


@pytest.mark.parametrize("written", ["5.3.2021", "2021-13-05", "2021-02-30", "近期", "99999", "2021-03"])
def test_what_is_no_date_is_refused_by_its_cell(written):
    refused = fate(名称="甲", 日期=written)

    assert isinstance(refused, Refused)
    assert (refused.code, refused.column, refused.cell) == ("not_a_date", "日期", written)
    assert written in refused.words
    assert "2021-03-05" in refused.words


def test_a_date_after_the_day_of_intake_is_refused_and_the_day_itself_is_not():
    assert fate(名称="甲", 日期="2021-06-02").code == "date_in_future"
    assert value("made_on", 日期="2021-06-01") == ON


@pytest.mark.parametrize(
    ("written", "number"), [("1,234.50", "1234.50"), ("－3.5", "-3.5"), (".5", "0.5"), ("１２", "12")]
)
def test_a_number_is_exact(written, number):
    assert value("price", 价格=written) == Decimal(number)


def test_what_is_no_number_is_refused():
    assert fate(名称="甲", 价格="约5元").code == "not_a_number"


@pytest.mark.parametrize(
    ("written", "code"), [("350102.0", "350102"), (" ab 12 ", "AB12"), ("００12", "0012"), ("12.50", "12.50")]
)
def test_a_code_loses_what_a_spreadsheet_added_and_nothing_else(written, code):
    assert value("code", 编码=written) == code


def test_a_code_that_lost_its_digits_is_refused():
    assert fate(名称="甲", 编码="9.13501E+17").code == "code_lost_digits"


def test_a_blank_cell_is_unknown_and_a_compulsory_one_is_refused():
    assert value("price", 价格="/") is None
    assert fate(名称=" / ", 价格="1").code == "missing_value"


def test_a_word_that_nobody_translated_is_refused_with_the_known_words():
    refused = fate(名称="甲", 判定="基本合格")

    assert refused.code == "unknown_value"
    assert "合格, 不合格" in refused.words


def test_a_text_longer_than_its_field_is_refused_before_the_database_sees_it():
    assert fate(名称="甲" * 21).code == "too_long"


def test_cells_beyond_the_header_are_refused_unless_they_are_empty():
    bound = bind(mapping(), columns=["名称", "价格"], on=ON)

    assert bound.apply(["甲", "1", "", " "]).values["name"] == "甲"
    assert bound.apply(["甲", "1", "", "多"]).code == "too_many_cells"
    assert bound.apply(["甲"]).values["price"] is None


def test_a_cell_under_no_header_is_refused_and_never_dropped():
    bound = bind(mapping(), columns=["名称", "", "价格"], on=ON)

    assert bound.apply(["甲", " ", "1"]).values["price"] == 1
    assert bound.apply(["甲", "补充", "1"]).code == "cell_without_header"


def test_a_column_is_found_by_any_of_its_names_whatever_its_width_and_stars():
    assert value("price", **{" 价 格*": "3"}) == 3
    assert fate(样品名称="甲").values["name"] == "甲"


@pytest.mark.parametrize(
    ("columns", "code", "column"),
    [
        (["名称", "手机号"], "unknown_column", "手机号"),
        (["价格"], "missing_column", "名称"),
        (["名称", "样品名称"], "column_twice", "名称"),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_file_and_says_what_to_do(columns, code, column):
    with pytest.raises(FileRefused) as refused:
        bind(mapping(), columns=columns, on=ON)

    assert (refused.value.code, refused.value.column) == (code, column)
    assert column in refused.value.prevents
    assert refused.value.instead.endswith(".")


def test_columns_that_a_rejects_file_added_may_stand_in_the_corrected_file():
    bound = bind(mapping(), columns=["名称", "reason"], on=ON, ignore=["reason"])

    assert isinstance(bound.apply(["甲", "not_a_date"]), Accepted)


def test_a_header_shifted_against_its_cells_is_named_with_the_column_that_fits():
    bound = bind(mapping(), columns=["名称", "日期", "价格"], on=ON)
    rows = [[f"甲{day}", "12.5", f"2021-03-{day:02}"] for day in range(1, 31)]

    with pytest.raises(FileRefused) as refused:
        bound.check_header(rows)

    assert refused.value.code == "shifted_header_to"
    assert refused.value.params == {"column": "日期", "cell": "12.5", "known": "价格"}


def test_a_header_over_some_bad_cells_is_no_shifted_header():
    bound = bind(mapping(), columns=["名称", "日期"], on=ON)

    mixed = bound.check_header([["甲", "2021-03-05" if day % 2 else "近期"] for day in range(40)])
    few = bound.check_header([["甲", "近期"] for _ in range(5)])

    assert (mixed, few) == (None, None)


def test_every_reason_says_what_to_do_in_whole_sentences():
    for code, sentence in ROW_REASONS.items():
        assert ". " in sentence or "; or" in sentence, code
        assert sentence.endswith("."), code


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"constants": {"name": "甲"}}, "both a field and a constant"),
        ({"record": {"key": ["nobody"]}}, "no fields of the mapping"),
        ({"fields": {"name": {"named": ["名称"], "check": "uscc"}}}, "belongs to a column of type code"),
        ({"not_taken": {"名称": WORDS}}, "both taken and not taken"),
        (
            {"refuse": [{"reason": "other", "when": {"column": "别的", "one_of": ["x"]}, "says": WORDS}]},
            "no columns",
        ),
    ],
)
def test_a_mapping_that_contradicts_itself_is_no_mapping(changes, problem):
    with pytest.raises(ValueError, match=problem):
        mapping(**changes)

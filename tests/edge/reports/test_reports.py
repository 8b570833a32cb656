"""The quarterly report: each figure with a receipt that resolves, in both languages and forms, the same each time."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import docx
import pytest
from tests.edge.conftest import KEY, TODAY, correct

from banyan.insight.indicators import queries as indicators
from banyan.kit import clock

REPORT = "/office/reports/2024-Q2."


def words(content: bytes) -> tuple[str, list[list[list[str]]]]:
    """A Word document's running text, and its tables as rows of cells."""
    document = docx.Document(io.BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(line.text for line in document.paragraphs), tables


@pytest.fixture
def leader(browse: Any, judged: Any) -> Any:
    return browse(judged.people.leader)


def address(leader: Any, form: str) -> str:
    """The address that the list of reports gives for this quarter's report."""
    page = leader.get("/office/reports/").content.decode()
    (found,) = set(re.findall(rf'href="([^"]*2024-Q2[^"]*{form}[^"]*)"', page))
    return found


def test_each_figure_stands_with_its_interval_and_a_receipt_that_resolves(leader: Any) -> None:
    text, tables = words(leader.get(address(leader, "docx")).content)
    whole = indicators.show(key=KEY, on=TODAY).rows[0]

    assert f"of {whole['n']} judged batches {whole['value']:.1%} passed" in text
    (line,) = [row for row in tables[0] if "Provincial" in row[0]]
    assert line[3] == f"{whole['low']:.1%} – {whole['high']:.1%}"
    receipts = {row[-1] for table in tables[:2] for row in table[1:] if row[-1]}
    assert len(receipts) > 1
    for receipt in " ".join(receipts).split():
        assert leader.get(f"/office/receipts/{receipt}/").status_code == 200


def test_the_same_days_give_the_same_bytes_and_a_correction_gives_others(leader: Any, judged: Any) -> None:
    for form, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        first, again = (leader.get(address(leader, form)).content for _time in range(2))
        assert first.startswith(start)
        assert first == again
    day = TODAY + timedelta(days=1)
    correct(judged, f"west-None-{judged.recent}-0", "passed", on=day)
    with clock.fixed_at(day):
        assert leader.get(address(leader, "docx")).content != again


def test_in_chinese_no_sentence_is_english(browse: Any, judged: Any) -> None:
    chinese = browse(judged.people.leader, "zh-hans")
    text, tables = words(chinese.get(address(chinese, "docx")).content)

    said = "\n".join([text, *(cell for table in tables for row in table for cell in row)])
    assert re.findall(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", said) == []
    assert "合格" in said


def test_a_county_that_is_too_small_is_hidden(leader: Any) -> None:
    _text, tables = words(leader.get(address(leader, "docx")).content)

    (north,) = [row for table in tables for row in table if row[0] == "north"]
    assert "hidden" in north[1]
    assert "%" not in "".join(north)


def test_a_quarter_that_is_not_listed_is_not_made(leader: Any) -> None:
    known = address(leader, "pdf")

    assert leader.get(known.replace("2024-Q2", "1999-Q1")).status_code == 404
    assert leader.get(known.replace("pdf", "odt")).status_code == 404

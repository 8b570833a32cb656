"""Reports of quarters and years: figures with receipts that resolve, honest sentences, the same bytes each time."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import docx
import pytest
from django.utils import translation
from tests.base.facts.conftest import OFFICE
from tests.edge.conftest import KEY, TODAY, batches, correct

from banyan.base.facts import actions as facts
from banyan.base.registry.models import Region
from banyan.edge.reports import actions, queries
from banyan.insight.indicators import queries as indicators
from banyan.kit import Refused, clock
from banyan.kit.documents import Chart

QUARTER = "2024-Q2"


def words(content: bytes) -> tuple[str, list[list[list[str]]]]:
    """A Word document's running text, and its tables as rows of cells."""
    document = docx.Document(io.BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(line.text for line in document.paragraphs), tables


def table_of(tables: list[list[list[str]]], *head: str) -> list[list[str]]:
    """The one table whose head has these columns."""
    (found,) = [table for table in tables if set(head) <= set(table[0])]
    return found


@pytest.fixture
def leader(browse: Any, judged: Any) -> Any:
    return browse(judged.people.leader)


def made(name: str, form: str = "docx", language: str = "en", **more: Any) -> bytes:
    with translation.override(language):
        return actions.made(name, known_on=clock.today(), forms=(form,), **more)[form]


def receipts_of(tables: list[list[list[str]]]) -> dict[str, str]:
    """Receipt keys by their marks."""
    return {row[0]: row[-1] for row in table_of(tables, "mark", "receipt key")[1:]}


def test_each_figure_stands_with_its_interval_and_a_receipt_that_resolves(leader: Any) -> None:
    text, tables = words(made(QUARTER))
    first = queries.period_of(QUARTER).first
    quarter = indicators.show(key=KEY, on=TODAY, since=first).rows[0]
    year = indicators.show(key=KEY, on=TODAY).rows[0]

    assert (quarter["n"], year["n"]) == (126, 206)
    assert f"of 126 judged batches {quarter['value']:.1%} passed" in text
    lines = [row for table in tables for row in table if row[0] == "Provincial spot-check pass rate"]
    assert [line[1] for line in lines if line[1].isdigit()] == ["126", "206"]
    assert lines[0][3] == f"{quarter['low']:.1%} – {quarter['high']:.1%}"
    keys = receipts_of(tables)
    marks = set(re.findall(r"\bR\d+\b", text + str(tables)))
    assert marks == set(keys)
    for key in keys.values():
        assert leader.get(f"/office/receipts/{key}/").status_code == 200
        assert leader.get(f"/api/v1/receipts/{key}").status_code == 200
    assert leader.get(f"/api/v1/receipts/{keys['R1']}").json()["figures"]["rows"][0]["n"] == 126


def test_sentences_say_no_more_than_the_interval(judged: Any) -> None:
    text, _tables = words(made(QUARTER))

    assert "There is no figure for the same days of last year." in text
    assert "Below the limits of chance" not in text  # two counties are too few to set side by side
    assert "National spot-check pass rate: nothing was judged in this period." in text


def test_a_year_is_judged_by_its_targets_and_a_quarter_is_not(judged: Any) -> None:
    year, quarter = (words(made(name))[0] for name in ("2024", QUARTER))

    assert "The target is not met." in year
    assert "The target is" not in quarter
    assert "Targets are for the year" in quarter


def test_a_period_that_is_not_over_says_so(judged: Any) -> None:
    assert "The period is not over" in words(made(QUARTER))[0]
    assert "The period is not over" not in words(made("2024-Q1"))[0]


@pytest.mark.slow
def test_the_same_records_give_the_same_bytes_and_a_correction_gives_others(judged: Any) -> None:
    for form, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        first, again = (made(QUARTER, form) for _time in range(2))
        assert first.startswith(start)
        assert first == again
    day = TODAY + timedelta(days=1)
    correct(judged, f"west-None-{judged.recent}-0", "passed", on=day)
    with clock.fixed_at(day):
        assert made(QUARTER) != again


def test_in_chinese_no_sentence_is_english(judged: Any) -> None:
    text, tables = words(made(QUARTER, language="zh-hans"))

    said = "\n".join([text, *(cell for table in tables for row in table for cell in row)])
    assert re.findall(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", said) == []
    assert "合格" in said


def test_a_county_that_is_too_small_is_hidden_and_counted(judged: Any) -> None:
    text, tables = words(made(QUARTER))

    (north,) = [row for table in tables for row in table if row[0] == "north"]
    assert north[1] == "hidden"
    assert "%" not in "".join(north)
    assert "2 cells of the tables are hidden" in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_only_cells_that_a_table_prints_are_counted_as_hidden(
    language: str, judged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_hidden_products(figures: Any) -> list[dict[str, Any]]:
        """The rows of a breakdown; that by product has three hidden ones more, which its table leaves out."""
        rows = rows_with_names(figures)
        hidden = {**rows[0], "suppressed": True, **dict.fromkeys(("n", "passed", "value", "low", "high"))}
        return [*rows, *[hidden] * 3] if figures.by == ("product",) else rows

    rows_with_names = indicators.rows_with_names
    monkeypatch.setattr(indicators, "rows_with_names", with_hidden_products)
    text, tables = words(made(QUARTER, language=language))

    printed = sum(row[1] in ("hidden", "隐去") for table in tables for row in table)
    noted = re.findall(r"(\d+) of \d+ groups? (?:is|are) hidden|组中隐去(\d+)组", text)
    (counted,) = re.findall(r"(\d+) cells? of the tables|各表共隐去(\d+)个单元", text)
    assert sum(int(a or b) for a, b in noted) == printed == int(counted[0] or counted[1]) == 2


def test_one_group_is_spoken_of_in_the_singular() -> None:
    line = {"label": "large", "then": {"value": 0.8}, "now": {"value": 0.9}, "is_significant": False}

    with translation.override("en"):
        one = queries.sentences.of_groups([line], unit="size of firm")
        two = queries.sentences.of_groups([line, line], unit="size of firm")

    assert one == "By size of firm, the only group did not change clearly against the same days of last year."
    assert two == "By size of firm, none of 2 groups changed clearly against the same days of last year."


def test_a_chart_with_a_dashed_line_says_what_the_line_is(judged: Any) -> None:
    with translation.override("en"):
        document, _used = queries.report(queries.period_of(QUARTER), known_on=TODAY)

    charts = [block for block in document.blocks if isinstance(block, Chart)]
    for chart in charts:
        has_rule = any("strokeDash" in layer["mark"] for layer in chart.specification["layer"])
        assert ("dashed: the target" in chart.caption) == has_rule
    assert any("by county" in chart.caption and "dashed" in chart.caption for chart in charts)


def test_a_county_that_is_hidden_to_protect_another_is_in_no_table_and_no_sentence(judged: Any) -> None:
    """South stands far out, and counts enough for a funnel; but with its count north's three could be worked out."""
    with clock.fixed_at(TODAY):
        centre = Region(key="centre", level="county", path="/centre", name="centre", name_en="centre")
        judged.world.enter(records=[centre], by=OFFICE, on=TODAY)
    for county, n, failures in (("south", 11, 11), ("centre", 60, 9)):
        judged.world.on(TODAY, judged.world.enter, batches(county, n, failures))
    facts.collect()
    rows = indicators.show(key=KEY, on=TODAY, by=("county",)).rows
    shown = [row for row in rows if not row["suppressed"]]

    text, tables = words(made(QUARTER))

    common = sum(row["passed"] for row in shown) / sum(row["n"] for row in shown)
    lines = [line for line in text.split("\n") if "the common rate of" in line or "shrunken rate" in line]
    said_of = [row for table in tables for row in table if row[0] in ("south", "north")]
    assert {row["county"] for row in shown} == {"east", "west", "centre"}
    assert any(f"around the common rate of {common:.1%}" in line for line in lines)
    assert not [line for line in lines if "south" in line or "north" in line]
    assert said_of
    assert not [cell for row in said_of for cell in row[1:] if re.search(r"\d", cell)]


def test_an_officer_of_a_county_reads_breakdowns_of_the_own_county_only(judged: Any) -> None:
    text, tables = words(made(QUARTER, own=frozenset({"east"})))

    groups = {row[0] for table in tables for row in table}
    assert "east" in groups
    assert not groups & {"west", "north", "south"}
    assert "Breakdowns within: east" in text


def test_a_report_is_asked_for_made_in_the_background_and_fetched(leader: Any) -> None:
    page = leader.get(f"/office/reports/{QUARTER}/").content.decode()
    assert "Make the report" in page
    missing = leader.get(f"/office/reports/{QUARTER}.pdf")
    assert missing.status_code == 404
    assert "There is no PDF file of this report yet" in missing.content.decode()
    assert f'method="post" action="/office/reports/{QUARTER}/"' in missing.content.decode()

    paper = actions.paper_of(QUARTER, own=None)
    assert paper is not None
    leader.post(f"/office/reports/{QUARTER}/", headers={"accept-language": "en"})
    with translation.override("en"):
        paper = actions.paper_of(QUARTER, own=None)
        assert paper is not None
        heard: list[int] = []
        if not paper.is_made:  # where tasks wait for the worker
            assert "Being made" in leader.get(f"/office/reports/{QUARTER}/").content.decode()
            actions.go_on(paper)
        queries.report(queries.period_of(QUARTER), known_on=TODAY, tell=heard.append)
    assert heard == list(range(len(queries.SECTIONS)))
    assert leader.get(f"/office/reports/{QUARTER}.pdf").content.startswith(b"%PDF")
    assert "SHA-256" in leader.get(f"/office/reports/{QUARTER}/").content.decode()


def test_a_period_that_has_not_begun_is_not_made(leader: Any) -> None:
    for name in ("2031", "2024-Q4", "2024-Q5", "quarter"):
        assert leader.get(f"/office/reports/{name}/").status_code == 404
        with pytest.raises(Refused, match="quarter or year"):
            made(name)
    assert leader.get(f"/office/reports/{QUARTER}.odt").status_code == 404

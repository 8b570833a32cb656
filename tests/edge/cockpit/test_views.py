"""The cockpit's pages show the figures that the indicators give, within what a person may see."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from tests.base.facts.conftest import OFFICE
from tests.edge.conftest import KEY, TODAY, batches, correct

from banyan.base.facts import actions as facts
from banyan.base.registry.models import Organisation, Park
from banyan.insight.indicators import actions
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock
from banyan.kit.templatetags.banyan import percent

INDICATOR = f"/office/indicators/{KEY}/"


def text(answer: Any) -> str:
    """What a page says, without its marks."""
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def tile(answer: Any, county: str) -> str:
    """The words on a county's tile."""
    (found,) = re.findall(rf'<a class="tile[^>]*county={county}">(.*?)</a>', answer.content.decode())
    return re.sub(r"<[^>]+>", " ", found)


def test_each_county_is_a_tile_with_its_own_figure_and_verdict(browse: Any, judged: Any) -> None:
    rows = {row["county"]: row for row in indicators.show(key=KEY, on=TODAY, by=("county",)).rows}
    home = browse(judged.people.leader).get("/office/cockpit/")

    assert (rows["east"]["n"], rows["east"]["passed"]) == (140, 134)
    for county in ("east", "west"):
        assert percent(rows[county]["value"]) in tile(home, county)
        assert f"n = {rows[county]['n']}" in tile(home, county)
        assert rows[county]["verdict"] in tile(home, county)
    for county in ("north", "south"):
        assert "hidden" in tile(home, county)
        assert "%" not in tile(home, county)


def test_an_officer_sees_the_own_countys_figure_only(browse: Any, judged: Any) -> None:
    officer = browse(judged.people.officer_gulou)
    home = officer.get("/office/cockpit/")

    assert "%" in tile(home, "east")
    assert "%" not in tile(home, "west")
    assert "not yours" in tile(home, "west")
    assert officer.get(f"{INDICATOR}compare/?county=east").status_code == 200
    assert officer.get(f"{INDICATOR}compare/?county=west").status_code == 404


def test_a_quarter_that_fell_is_called_lower(browse: Any, judged: Any) -> None:
    page = text(browse(judged.people.leader).get("/office/cockpit/"))

    changed = page.split("What changed since last quarter")[1].split("Targets")[0]
    assert "100.0%" in changed
    assert "lower" in changed


def test_a_figure_is_shown_as_known_on_a_day(browse: Any, judged: Any) -> None:
    day = TODAY + timedelta(days=5)
    correct(judged, f"west-None-{judged.recent}-0", "passed", on=day)
    leader = browse(judged.people.leader)
    with clock.fixed_at(day):
        before = text(leader.get(f"{INDICATOR}?by=county&on={TODAY}&known_at={TODAY}"))
        after = text(leader.get(f"{INDICATOR}?by=county&on={TODAY}&known_at={day}"))

    assert "west 60 30 50.0%" in before
    assert "west 60 31 51.7%" in after
    assert f"as known on {TODAY}" in before


def test_the_workbook_holds_what_the_page_shows(browse: Any, judged: Any) -> None:
    answer = browse(judged.people.leader).get(f"{INDICATOR}table.xlsx?by=county")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    lines = {row[0]: row for row in sheet.iter_rows(values_only=True) if row[0] in {"east", "west", "north"}}

    assert lines["west"][1:3] == (60, 30)
    assert lines["west"][3] == pytest.approx(0.5)
    assert lines["north"][1:4] == (None, None, None)
    officer = browse(judged.people.officer_gulou).get(f"{INDICATOR}table.xlsx?by=county")
    names = {row[0] for row in openpyxl.load_workbook(io.BytesIO(officer.content)).active.iter_rows(values_only=True)}
    assert "east" in names
    assert "west" not in names


def test_pages_name_the_level_of_their_intervals_as_the_pack_orders_it(
    browse: Any, judged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = browse(judged.people.leader)
    usual = text(leader.get(f"{INDICATOR}?by=county&on={TODAY - timedelta(days=1)}"))
    for where in ("measuring", "figures"):
        monkeypatch.setattr(f"banyan.insight.indicators.queries.{where}.confidence_level", lambda _on: 0.9)
    ordered = text(leader.get(f"{INDICATOR}?by=county&on={TODAY - timedelta(days=2)}"))

    assert "95% interval" in usual
    assert "90% interval" in ordered
    assert "95% interval" not in ordered


def test_the_workbook_holds_what_was_published_whatever_was_corrected_since(browse: Any, judged: Any) -> None:
    day = TODAY + timedelta(days=5)
    actions.publish(
        indicator=KEY, figures_on=TODAY, title="June", breakdowns=((), ("county",)), by=OFFICE, on=TODAY
    )  # fmt: skip
    correct(judged, f"west-None-{judged.recent}-0", "passed", on=day)
    leader = browse(judged.people.leader)
    with clock.fixed_at(day):
        page = leader.get(f"{INDICATOR}?by=county&published_by={TODAY}")
        link = re.search(r'href="([^"]+table\.xlsx[^"]+)"', page.content.decode())
        assert link
        published = leader.get(html.unescape(link[1]))
        known = leader.get(f"{INDICATOR}table.xlsx?by=county&on={TODAY}")
        limited = leader.get(f"{INDICATOR}table.xlsx?by=county&published_by={TODAY}&county=west")
        earlier = leader.get(f"{INDICATOR}table.xlsx?by=county&published_by={TODAY - timedelta(days=1)}")

    def west(answer: Any) -> Any:
        rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
        return next(row[1:3] for row in rows if row[0] == "west")

    assert (west(published), west(known)) == ((60, 30), (60, 31))
    assert (limited.status_code, earlier.status_code) == (400, 404)


def test_the_records_behind_a_figure_are_as_many_as_it_counts(browse: Any, judged: Any) -> None:
    whole = indicators.show(key=KEY, on=TODAY).rows[0]
    leader = browse(judged.people.leader)

    everything = leader.get(f"{INDICATOR}records/").context
    assert leader.get(f"{INDICATOR}records/?page={'9' * 5000}").status_code == 400
    failed = leader.get(f"{INDICATOR}records/?passed=0").context
    own = browse(judged.people.officer_gulou).get(f"{INDICATOR}records/").context
    assert everything["total"] == whole["n"] == 206
    assert failed["total"] == whole["n"] - whole["passed"] == 37
    assert own["total"] == 140
    assert all(line["record"].county_id == "east" for line in own["lines"])


def test_a_laboratory_outside_the_funnel_is_named(browse: Any, judged: Any) -> None:
    laboratories = [Organisation(key=f"l-{i}", name=f"第{i}检测所", kind="laboratory") for i in range(12)]
    with clock.fixed_at(TODAY):
        judged.world.enter(records=laboratories, by=OFFICE, on=TODAY)
    for i in range(12):
        some = batches("east", 80, 40 if i == 7 else 3 + i % 4, on=TODAY, laboratory=f"l-{i}")
        judged.world.on(TODAY, judged.world.enter, some)
    facts.collect()
    page = text(browse(judged.people.leader).get(f"{INDICATOR}funnel/?dimension=laboratory"))

    standing_out, everybody = page.split("All units as a table")
    assert "第7检测所" in standing_out
    assert "第3检测所" not in standing_out
    assert "第3检测所 80 92.5%" in everybody


def test_a_receipt_leads_back_to_the_figure(browse: Any, judged: Any) -> None:
    actions.compute(on=TODAY)
    leader = browse(judged.people.leader)
    figures = leader.get(INDICATOR).context["figures"]

    assert figures.receipt_key in text(leader.get(f"/office/receipts/{figures.receipt_key}/"))
    assert leader.get("/office/receipts/0000000000000000/").status_code == 404


def test_the_receipt_of_any_answer_leads_back_to_it_for_those_who_may_see_it(browse: Any, judged: Any) -> None:
    leader, officer = browse(judged.people.leader), browse(judged.people.officer_gulou)
    asked = leader.get(f"/office/indicators/{KEY}/?by=stage&county=west").context["figures"]
    by_api = leader.get(f"/api/v1/indicators/{KEY}?by=county&on={judged.recent}").json()

    found = leader.get(f"/office/receipts/{asked.receipt_key}/").context["figures"]
    assert found.rows == asked.rows
    again = leader.get(f"/api/v1/receipts/{by_api['receipt']['key']}").json()
    assert again["figures"]["rows"] == by_api["rows"]
    assert officer.get(f"/office/receipts/{asked.receipt_key}/").context["figures"].rows == ()
    own = officer.get(f"/api/v1/receipts/{by_api['receipt']['key']}").json()
    assert {row["county"] for row in own["figures"]["rows"]} == {"east"}


def test_a_parameter_that_is_not_known_is_refused_with_those_that_are(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)

    for address in (INDICATOR, f"{INDICATOR}records/", f"{INDICATOR}funnel/", f"{INDICATOR}table.xlsx"):
        answer = leader.get(f"{address}?country=east")
        assert answer.status_code == 400, address
        assert "country" in answer.content.decode()
        assert "county" in answer.content.decode()
    assert leader.get(f"{INDICATOR}?on=2024-02-30").status_code == 400
    assert leader.get("/office/indicators/no_such_rate/").status_code == 404


def test_a_clause_shows_each_indicator_with_its_figure_and_its_evidence(browse: Any, judged: Any) -> None:
    actions.compute(on=TODAY)
    answer = browse(judged.people.leader).get("/office/clauses/1.2/")
    row = next(line["row"] for line in answer.context["rows"] if line["entry"].key == KEY)

    assert f"{percent(row['value'])} {percent(row['low'])} – {percent(row['high'])} {row['n']}" in text(answer)
    page = answer.content.decode()
    assert f'{INDICATOR}records/"' in page
    receipt = next(line["figures"].receipt_key for line in answer.context["rows"] if line["entry"].key == KEY)
    assert f"/office/receipts/{receipt}/" in page


def test_a_reference_figure_that_is_entered_is_in_the_comparison_at_once(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)
    before = text(leader.get(f"{INDICATOR}compare/?county=east"))
    with clock.fixed_at(TODAY):
        actions.enter_reference_figure(
            figure=f"province_average.{KEY}", period=TODAY.year, value=Decimal("0.5"), n=1000, source="yearbook",
            published_on=TODAY, by=OFFICE, on=TODAY,
        )  # fmt: skip
    after = text(leader.get(f"{INDICATOR}compare/?county=east"))

    assert before != after
    assert "higher" in after


def test_a_part_too_small_to_show_is_hidden_also_when_it_is_asked_for_alone(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)

    assert indicators.show(key=KEY, on=TODAY, where={"county": ("north",)}).rows[0]["suppressed"]
    answer = leader.get(f"/api/v1/indicators/{KEY}?where=county=north").json()
    assert answer["rows"][0]["n"] is None
    assert "hidden: too few, or another could be told" in text(leader.get(f"{INDICATOR}compare/?county=north"))
    page = text(leader.get(f"{INDICATOR}?by=county"))
    assert "Groups with fewer than 5 are hidden" in page


def test_what_counts_a_public_register_is_shown_however_small(browse: Any, judged: Any) -> None:
    park = Park(key="p1", name="东区", name_en="East park", county_id="east")
    with clock.fixed_at(TODAY):
        judged.world.enter(records=[park], by=OFFICE, on=TODAY)
        facts.collect()
        page = text(browse(judged.people.leader).get("/office/indicators/park_enrolled_share/?by=county"))

    assert "hidden" not in page
    assert "Small groups are shown here: Parks and their enrolment are published" in page


@pytest.mark.parametrize("page", ["", "records/"])
@pytest.mark.parametrize("asked", ["county=atlantis", "stage=by_magic", "county=east&county=atlantis"])
def test_a_code_that_nothing_has_is_refused_by_name(browse: Any, judged: Any, page: str, asked: str) -> None:
    leader = browse(judged.people.leader)

    answer = leader.get(f"{INDICATOR}{page}?{asked}")

    assert answer.status_code == 400
    assert "There is no such code of" in answer.content.decode()
    assert leader.get(f"{INDICATOR}{page}?county=east").status_code == 200


def heads(content: bytes) -> set[str]:
    """The column heads of an exported table: the first row with more than one cell."""
    rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return {str(cell) for cell in next(row for row in rows if sum(cell is not None for cell in row) > 1) if cell}


def test_a_table_has_the_columns_that_its_measure_has(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)
    of_rates = {"passed", "lower limit", "upper limit", "probability met", "refused", "not sampled"}
    count = next(one["key"] for one in leader.get("/api/v1/indicators").json()
                 if one["measure"] == "count" and one["by"] and not one["columns"])  # fmt: skip
    by = next(one["by"][0] for one in leader.get("/api/v1/indicators").json() if one["key"] == count)

    rates = heads(leader.get(f"{INDICATOR}table.xlsx?by=county").content)
    counts = heads(leader.get(f"/office/indicators/{count}/table.xlsx?by={by}").content)
    page = text(leader.get(f"/office/indicators/{count}/?by={by}")).split("Table by group")[1].split("Receipt")[0]

    assert of_rates <= rates
    assert not of_rates & counts
    assert not [one for one in ("not sampled", "refused", "passed") if one in page]
    shown = text(leader.get(f"{INDICATOR}?by=county")).split("Table by group")[1]
    assert all(one in shown for one in ("not sampled", "refused", "passed"))

"""The pages that set figures side by side say what they compare, lead to their receipts and refuse in words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from tests.base.facts.conftest import OFFICE
from tests.edge.cockpit.test_views import INDICATOR, text
from tests.edge.conftest import KEY, TODAY, batches

from banyan.base.facts import actions as facts
from banyan.base.registry.models import Organisation
from banyan.edge.cockpit.queries import comparing
from banyan.insight.indicators import queries as indicators
from banyan.insight.indicators.models import Computation
from banyan.kit import charts, clock, memory

YEAR_AGO = date(TODAY.year - 1, TODAY.month, TODAY.day)


def receipts_of(answer: Any) -> list[str]:
    """The receipts to which a page links."""
    return re.findall(r'href="/office/receipts/(\w+)/"', answer.content.decode())


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Receipts are given anew: another test's facts may be the same, and its receipts are gone."""
    for name in (memory.NEAR, memory.SHARED):
        caches[name].clear()


@pytest.fixture
def laboratories(judged: Any) -> None:
    """Twelve laboratories that judged 80 samples each, one of them far worse, and one with six samples only."""
    units = [Organisation(key=f"l-{i}", name=f"第{i}检测所", kind="laboratory") for i in range(13)]
    with clock.fixed_at(TODAY):
        judged.world.enter(records=units, by=OFFICE, on=TODAY)
    for i in range(12):
        some = batches("east", 80, 40 if i == 7 else 3 + i % 4, on=TODAY, laboratory=f"l-{i}")
        judged.world.on(TODAY, judged.world.enter, some)
    judged.world.on(TODAY, judged.world.enter, batches("east", 6, 1, on=TODAY, laboratory="l-12"))
    facts.collect()


@pytest.mark.usefixtures("laboratories")
def test_a_funnel_names_what_it_compares_and_lists_every_unit_beside_its_receipt(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)
    answer = leader.get(f"{INDICATOR}funnel/?dimension=laboratory")
    page, funnel = text(answer), answer.context["funnel"]

    assert f"laboratory · For {TODAY}, as known on {TODAY}" in page
    (receipt,) = receipts_of(answer)
    by_laboratory = indicators.show(key=KEY, on=TODAY, by=("laboratory",))
    assert receipt == by_laboratory.receipt_key
    assert leader.get(f"/office/receipts/{receipt}/").context["figures"].rows == by_laboratory.rows
    assert funnel["units"][0]["unit"] == "第7检测所"
    assert {one["unit"] for one in funnel["units"]} == {f"第{i}检测所" for i in range(12)}
    rows = {row["laboratory"]: row for row in by_laboratory.rows}
    assert all(one["n"] == 80 for one in funnel["units"])
    assert sum(one["passed"] for one in funnel["units"]) == sum(rows[f"l-{i}"]["passed"] for i in range(12))
    assert "Only units with 10 samples or more are compared." in page
    zh = text(browse(judged.people.leader, "zh-hans").get(f"{INDICATOR}funnel/?dimension=laboratory"))
    assert f"检验机构 · {TODAY}" in zh


@pytest.mark.usefixtures("laboratories")
def test_a_long_table_of_units_ends_with_how_many_more_there_are(
    browse: Any, judged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LISTED", 5)

    answer = browse(judged.people.leader).get(f"{INDICATOR}funnel/?dimension=laboratory")

    assert len(answer.context["funnel"]["units"]) == 5
    assert "And 7 more, which the chart shows." in text(answer)


@pytest.mark.usefixtures("laboratories")
def test_a_unit_that_the_table_hides_is_in_no_funnel(browse: Any, judged: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(comparing.LEAST, "laboratory", 1)
    small = Organisation(key="l-13", name="第13检测所", kind="laboratory")
    judged.world.enter(records=[small], by=OFFICE, on=TODAY)
    judged.world.on(TODAY, judged.world.enter, batches("west", 3, 1, on=TODAY, laboratory="l-13"))
    facts.collect()
    rows = indicators.show(key=KEY, on=TODAY, by=("laboratory",)).rows
    hidden = {row["laboratory"] for row in rows if row["suppressed"]}

    answer = browse(judged.people.leader).get(f"{INDICATOR}funnel/?dimension=laboratory")

    assert hidden == {"l-13", "l-12"}
    assert not {"第12检测所", "第13检测所"} & {one["unit"] for one in answer.context["funnel"]["units"]}
    assert "Units that tables of the same dimension hide are left out." in text(answer)


def test_a_funnel_of_firms_leads_to_the_receipt_of_the_whole(browse: Any, judged: Any) -> None:
    answer = browse(judged.people.leader).get(f"{INDICATOR}funnel/?dimension=organisation")

    assert receipts_of(answer) == [indicators.show(key=KEY, on=TODAY).receipt_key]


@pytest.mark.parametrize("dimension", ["foo", "maker", "stage"])
def test_a_funnel_of_another_dimension_is_refused_with_those_that_there_are(
    browse: Any, judged: Any, dimension: str
) -> None:
    answer = browse(judged.people.leader).get(f"{INDICATOR}funnel/?dimension={dimension}")

    assert answer.status_code == 400
    said = answer.content.decode()
    assert f"A comparison by “{dimension}” was asked for." in said
    assert "laboratory (laboratory), county (county where found), organisation (maker)" in said


@pytest.mark.parametrize("page", ["funnel/", "last-year/", "compare/", "records/"])
@pytest.mark.parametrize("asked", ["by=foo", "by=size", "published_by=2024-06-01", "quarter=1"])
def test_what_a_page_does_not_know_is_refused(browse: Any, judged: Any, page: str, asked: str) -> None:
    answer = browse(judged.people.leader).get(f"{INDICATOR}{page}?{asked}")

    assert answer.status_code == 400
    assert f"The page was asked with “{asked.partition('=')[0]}”." in answer.content.decode()
    assert "known_at" in answer.content.decode()


def test_the_links_of_an_indicator_that_is_broken_down_and_published_lead_on(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)
    page = leader.get(f"{INDICATOR}?by=county&published_by={TODAY}&county=east").content.decode()
    links = set(re.findall(r'href="(/office/indicators/\w+/(?:funnel|last-year|compare|records)/\?[^"]*)"', page))

    assert len(links) > 8
    assert all(leader.get(link.replace("&amp;", "&")).status_code == 200 for link in links)


def test_the_axis_of_samples_counts_in_whole_numbers() -> None:
    limits = [{"n": 10.0, "low95": 0.5, "high95": 1, "low998": 0.4, "high998": 1}]
    units = [{"unit": "one", "n": 10, "value": 0.9, "shrunk": 0.9, "outside": 0}]
    titles = dict.fromkeys(("n", "value", "x", "shrunk", "target"), "")

    layers = charts.funnel(units, limits, target=0.9, titles=titles)["layer"]

    axes = [one["encoding"]["x"]["axis"] for one in layers if one["encoding"].get("x", {}).get("field") == "n"]
    assert len(axes) == 5
    assert all(axis == {"format": ",d", "tickMinStep": 1} for axis in axes)


@pytest.fixture
def a_year_ago(judged: Any) -> None:
    """A year earlier too: east, and three each of north and south; west with none."""
    for county, n, failures in (("east", 60, 30), ("north", 3, 1), ("south", 3, 0)):
        judged.world.on(YEAR_AGO, judged.world.enter, batches(county, n, failures, on=YEAR_AGO))
    facts.collect()


@pytest.mark.usefixtures("a_year_ago")
def test_last_year_leads_to_both_years_receipts_and_says_what_is_hidden(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)
    answer = leader.get(f"{INDICATOR}last-year/?dimension=county")
    page = text(answer)

    years = [indicators.show(key=KEY, on=day, by=("county",), known_on=TODAY) for day in (YEAR_AGO, TODAY)]
    assert receipts_of(answer) == [one.receipt_key for one in years]
    assert {row["county"] for one in years for row in one.rows if row["suppressed"]} == {"north", "south"}
    assert "2 groups are hidden: too few, or another could be told." in page
    assert "1 group has samples in one of the years only." in page
    assert f"county where found · For {TODAY}" in page
    for receipt in receipts_of(answer):
        assert leader.get(f"/office/receipts/{receipt}/").status_code == 200


@pytest.mark.usefixtures("a_year_ago")
def test_last_year_of_a_chosen_county_is_that_countys(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)
    whole = leader.get(f"{INDICATOR}last-year/").context["lines"][0]
    answer = leader.get(f"{INDICATOR}last-year/?county=east")
    (east,) = answer.context["lines"]

    assert (east["now"]["n"], east["then"]["n"]) == (140, 60)
    assert whole["now"]["n"] == 206
    assert "county where found: east" in text(answer)
    small = text(leader.get(f"{INDICATOR}last-year/?county=north"))
    assert "1 group is hidden: too few, or another could be told." in small
    assert "no group with samples in both years" not in small


@pytest.mark.usefixtures("a_year_ago")
def test_an_officer_sees_the_own_countys_last_year_only(browse: Any, judged: Any) -> None:
    officer = browse(judged.people.officer_gulou)

    lines = officer.get(f"{INDICATOR}last-year/?dimension=county").context["lines"]

    assert [line["county"] for line in lines] == ["east"]
    assert officer.get(f"{INDICATOR}last-year/?county=west").context["lines"] == []
    assert officer.get(f"{INDICATOR}last-year/").context["lines"][0]["now"]["n"] == 206


def test_the_whole_city_is_beside_no_rest_of_itself(browse: Any, judged: Any) -> None:
    for person in (judged.people.leader, judged.people.officer_gulou):
        page = text(browse(person).get(f"{INDICATOR}compare/"))

        assert "the rest of the city" not in page
        assert "the whole city beside the province" in page
        assert "This is the whole city. Choose a" in page
    part = text(browse(judged.people.leader).get(f"{INDICATOR}compare/?county=east"))
    assert "the rest of the city" in part
    assert "This is the whole city" not in part


def test_one_county_is_compared_at_a_time(browse: Any, judged: Any) -> None:
    answer = browse(judged.people.leader).get(f"{INDICATOR}compare/?county=east&county=west")

    assert answer.status_code == 400
    assert "This page sets one group beside the rest." in answer.content.decode()


def test_a_hidden_part_is_called_hidden_and_nothing_tells_how_many_it_has(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)
    for asked in ("county=north", "county=north&by=stage", f"county=north&on={judged.recent}"):
        answer = leader.get(f"{INDICATOR}?{asked}")
        page = text(answer)

        assert "This part counts so few" in page, asked
        assert "n = –" not in page
        assert "No quarter of this part counts enough to be shown." in page
        assert "Facts used hidden: too few, or another could be told" in page
        receipt = answer.context["figures"].receipt
        assert set(receipt["facts"]) == {"kind", "digest"}
        key = answer.context["figures"].receipt_key
        assert "Facts used hidden: too few, or another could be told" in text(leader.get(f"/office/receipts/{key}/"))
        by_api = leader.get(f"/api/v1/receipts/{key}").json()
        assert set(by_api["figures"]["receipt"]["facts"]) == {"kind", "digest"}
    zh = text(browse(judged.people.leader, "zh-hans").get(f"{INDICATOR}?county=north"))
    assert "过少" in zh
    shown = leader.get(f"{INDICATOR}?county=east").context["figures"].receipt
    assert shown["facts"]["count"] == 140


def test_an_earlier_receipt_of_a_hidden_part_still_leads_back_without_its_count(browse: Any, judged: Any) -> None:
    figures = indicators.show(key=KEY, on=TODAY, where={"county": ("north",)}).as_json()
    figures["receipt"] |= {"key": "ofanearlierversion01"}
    figures["receipt"]["facts"]["count"] = 3
    Computation.objects.create(
        receipt="ofanearlierversion01", indicator=KEY, on=TODAY, known_on=TODAY, by="", where='{"county": ["north"]}',
        packs="", figures=figures, computed_at=clock.now(),
    )  # fmt: skip
    leader = browse(judged.people.leader)

    page = leader.get("/office/receipts/ofanearlierversion01/")
    by_api = leader.get("/api/v1/receipts/ofanearlierversion01").json()["figures"]["receipt"]

    assert "Facts used hidden: too few, or another could be told" in text(page)
    assert by_api["facts"] == {name: figures["receipt"]["facts"][name] for name in ("kind", "digest")}


def test_a_part_with_no_fact_has_a_receipt_that_says_so(browse: Any, judged: Any) -> None:
    before = TODAY - timedelta(days=3000)

    answer = browse(judged.people.leader).get(f"{INDICATOR}?county=north&on={before}")

    assert answer.context["figures"].receipt["facts"]["count"] == 0
    assert "No quarter can be shown by itself" in text(answer)


def test_a_small_figure_of_the_whole_city_is_shown_with_a_word_why(browse: Any, judged: Any) -> None:
    day = date(2024, 1, 3)
    judged.world.on(day, judged.world.enter, batches("east", 3, 1, on=day))
    facts.collect()
    leader = browse(judged.people.leader)

    few = leader.get(f"{INDICATOR}?on={day}")
    assert few.context["whole"]["n"] == 3
    assert "Few samples; figures of the whole city are always shown." in text(few)
    assert "Few samples" not in text(leader.get(INDICATOR))
    assert "Few samples" not in text(leader.get(f"{INDICATOR}?on={day}&county=east"))
    assert "样本很少" in text(browse(judged.people.leader, "zh-hans").get(f"{INDICATOR}?on={day}"))

"""A second city by packs alone: another place, another policy, another kind of file, the same house."""

from __future__ import annotations

import csv
import gzip
import html
import os
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from banyan.base.facts import actions as facts
from banyan.base.registry.models import Organisation, ProductClass, Region
from banyan.config.commands import indicators as command
from banyan.config.daily import daily
from banyan.edge.intake import actions, queries
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock, people, rights

SHARED = Path(os.environ.get("BANYAN_SHARED") or Path(__file__).resolve().parents[4] / "shared")
FILE = SHARED / "data" / "chicago-inspections-2011-2013" / "inspections.csv.gz"
LAST = date(2013, 12, 31)
HOUSE = rights.System("test")
COLUMNS = ("Inspection_ID", "Inspection_Date", "License", "Facility_Type", "Zip", "Results", "criticalCount")


@pytest.fixture
def chicago(db, settings):
    settings.BANYAN_PACKS = ("house", "chicago")
    with clock.fixed_at(date(2014, 1, 2)):
        yield


def take(path, *mappings):
    for key in mappings:
        into = "registry" if key == "chicago-establishments" else "inspection"
        actions.import_files(
            mapping=queries.mapping_named(key, into=into), sources=queries.sources_of([path]), by=HOUSE,
            on=clock.today(),
        )  # fmt: skip
    facts.collect()


def write(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def inspected(number, zip_code, outcome, critical=0, licence="1000"):
    return dict(zip(COLUMNS, (number, "2013-05-06", licence, "Restaurant", zip_code, outcome, critical), strict=True))


def signed_in(role, language="en"):
    """A browser before which somebody with a role sits."""
    person = people.enter_person(username=role, by=HOUSE, on=LAST)
    people.give_role(person=person, role=role, from_on=LAST, by=HOUSE, on=LAST)
    browser = Client(headers={"accept-language": language})
    browser.force_login(person)
    return browser


def test_a_file_of_inspections_becomes_figures_of_the_citys_own_places(chicago, tmp_path):
    rows = [inspected(number, "60614", "Pass w/ Conditions", critical=1) for number in range(30)]
    rows += [inspected(100 + number, "60601", "Fail", licence="1001") for number in range(10)]

    take(write(tmp_path / "a.csv", rows), "chicago-inspections", "chicago-critical-violations")

    assert {row.pk for row in Region.objects.filter(level="county")} >= {"north", "central", "far_southeast"}
    assert ProductClass.objects.count() == 3
    by_side = {row["county"]: row for row in indicators.show(key="canvass_pass_rate", on=LAST, by=("county",)).rows}
    assert (by_side["north"]["n"], by_side["north"]["passed"]) == (30, 30)
    assert (by_side["central"]["n"], by_side["central"]["passed"]) == (10, 0)
    (critical,) = indicators.show(key="critical_free_rate", on=LAST).rows
    assert (critical["n"], critical["passed"]) == (40, 10)


def test_the_pages_speak_of_the_other_city(chicago, tmp_path):
    rows = [inspected(number, "60614", "Pass") for number in range(30)]
    take(write(tmp_path / "a.csv", rows), "chicago-inspections")
    list(daily(on=clock.today()))
    browser = signed_in("planner")

    cockpit = browser.get("/office/cockpit/?on=2013-12-31").content.decode()
    clause = browser.get("/office/clauses/1/").content.decode()
    by_side = browser.get("/office/indicators/canvass_pass_rate/?on=2013-12-31&by=county").content.decode()
    portal = Client(headers={"accept-language": "en"}).get("/").content.decode()

    assert "Side: Pass rate of canvass inspections" in cockpit
    assert "Far Southeast" in cockpit
    assert "As known on" not in cockpit
    assert "as known on 2014-01-02" in cockpit
    assert "Four in five canvass inspections" in clause or "four in five canvass inspections" in clause
    assert "side where found" in by_side
    assert "Canvass inspections" in portal
    for page in (cockpit, clause, by_side, portal):
        assert "Fuzhou" not in page
        assert "provincial_pass_rate" not in page


@pytest.mark.parametrize(("role", "language"), [("planner", "en"), ("leader", "zh-hans")])
def test_every_page_of_the_menu_opens(chicago, tmp_path, role, language):
    rows = [inspected(number, "60614", "Pass") for number in range(30)]
    take(write(tmp_path / "a.csv", rows), "chicago-establishments", "chicago-inspections")
    list(daily(on=clock.today()))
    browser = signed_in(role, language)
    bar = browser.get("/office/").context["sidebar_navigation"][0]

    links = [html.unescape(link) for link in re.findall(r'href="(/office/[^"#]*)"', bar)]

    assert len(links) > 20
    assert {link: code for link in links if (code := browser.get(link).status_code) != 200} == {}


def test_a_target_whose_figures_were_not_published_says_so_until_they_are(chicago, tmp_path):
    rows = [inspected(number, "60614", "Pass") for number in range(300)]
    take(write(tmp_path / "a.csv", rows), "chicago-inspections", "chicago-critical-violations")
    list(daily(on=clock.today()))
    home = Client(headers={"accept-language": "en"})
    planner = signed_in("planner")

    def tally():
        """The verdicts that the public's first page counts, each with its number."""
        told = re.search(r'<ul class="tally">.*?</ul>', home.get("/").content.decode(), re.DOTALL)[0]
        lines = [re.sub(r"<[^>]+>", " ", line).split() for line in told.split("</li>")]
        return {" ".join(words).strip("–✓✕? "): int(count) for count, *words in filter(None, lines) if count != "0"}

    before = tally()
    made = planner.post(
        "/office/indicators/publication/new/publish/",
        {"indicator": "canvass_pass_rate", "figures_on": "2013-12-31", "title": "Canvass inspections of 2013"},
    )
    after = tally()

    assert made.status_code == 302
    assert before == {"not published": 2}
    assert after == {"not published": 1, "met": 1}


def test_words_of_a_page_are_those_that_the_packs_have(chicago, tmp_path):
    rows = [inspected(number, "60614", "Pass") for number in range(40)]
    rows += [inspected(100 + number, "60601", "Fail", licence="1001") for number in range(40)]
    take(write(tmp_path / "a.csv", rows), "chicago-establishments", "chicago-inspections")
    list(daily(on=clock.today()))
    browser = signed_in("planner")

    page = browser.get("/office/indicators/canvass_pass_rate/?on=2013-12-31").content.decode()
    beside = browser.get("/office/indicators/canvass_pass_rate/compare/?county=north&on=2013-12-31").content.decode()
    whole = browser.get("/office/indicators/canvass_pass_rate/compare/?on=2013-12-31").content.decode()

    assert "Side beside the city<" in page
    assert ">establishment</a>" in page
    assert ">maker</a>" not in page
    assert "the rest of the city" in beside
    for said in (page, beside, whole):
        assert "the province" not in said
        assert "the nation" not in said
    assert "This is the whole city." in whole
    assert "<table" not in whole.split("This is the whole city.")[1]


def test_a_part_is_never_said_to_count_too_few_where_it_is_hidden_for_another(chicago, tmp_path, capsys):
    rows = [inspected(number, "60614", "Pass") for number in range(40)]
    rows += [inspected(100 + number, "60601", "Fail", licence="1001") for number in range(20)]
    rows += [inspected(200 + number, "60643", "Fail", licence="1002") for number in range(2)]
    take(write(tmp_path / "a.csv", rows), "chicago-inspections")
    list(daily(on=clock.today()))
    browser = signed_in("planner")

    shown = indicators.show(key="canvass_pass_rate", on=LAST, by=("county",)).rows
    cockpit = browser.get("/office/cockpit/?on=2013-12-31").content.decode()
    with translation.override("en"):
        command.show(key="canvass_pass_rate", on=datetime(2013, 12, 31), by=["county"])
    printed = " ".join(capsys.readouterr().out.split())

    hidden = {row["county"] for row in shown if row["suppressed"]}
    assert len(hidden) == 2
    assert cockpit.count("<small>hidden</small>") == 2
    assert "Parts with fewer than 5 are hidden, and as many others as it takes" in cockpit
    assert "Groups with fewer than 5 are hidden, and as many others as it takes" in printed
    assert "too few" not in cockpit + printed


def test_where_no_rule_sets_drills_the_page_of_readiness_says_so(chicago):
    said = signed_in("planner").get("/office/readiness/").content.decode()

    assert "No rule in force says how often there is a drill: none is due." in said
    assert "emergency.years_between_drills" not in said
    assert "The packs of this city hold no plan for emergencies." in said


@pytest.mark.shared
@pytest.mark.skipif(not FILE.exists(), reason="needs ../shared")
@pytest.mark.slow
def test_the_citys_open_data_give_the_figures_that_counting_by_hand_gives(chicago, tmp_path):
    path = tmp_path / "inspections.csv"
    path.write_bytes(gzip.decompress(FILE.read_bytes()))
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    of_2013 = [row for row in rows if row["Inspection_Date"].startswith("2013")]

    take(path, "chicago-establishments", "chicago-inspections", "chicago-critical-violations")

    assert Organisation.objects.count() == len({row["License"] for row in rows})
    (passed,) = indicators.show(key="canvass_pass_rate", on=LAST).rows
    assert passed["n"] == len(of_2013)
    assert passed["passed"] == sum(row["Results"].startswith("Pass") for row in of_2013)
    (clean,) = indicators.show(key="critical_free_rate", on=LAST).rows
    assert clean["passed"] == sum(row["criticalCount"] == "0" for row in of_2013)
    kinds = Counter(row["Facility_Type"] for row in of_2013)
    by_kind = {
        row["product"]: row["n"] for row in indicators.show(key="canvass_pass_rate", on=LAST, by=["product"]).rows
    }
    assert by_kind == {
        "restaurant": kinds["Restaurant"], "grocery_store": kinds["Grocery_Store"],
        "other_establishment": kinds["Other"],
    }  # fmt: skip

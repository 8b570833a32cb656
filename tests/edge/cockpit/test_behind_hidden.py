"""Behind a part whose figure is hidden: who may count its records, role by role, and who may not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.edge.cockpit.test_views import INDICATOR, text
from tests.edge.conftest import KEY, TODAY

from banyan.base.facts import actions as facts
from banyan.insight.indicators import actions
from banyan.kit import clock
from banyan.kit.models import Grant, Person
from banyan.records.inspection.models import Sample

NORTH = "county=north"


@pytest.fixture
def receipts(judged: Any) -> dict[str, str]:
    """The receipts of the city, of its table by county, in which north and south are hidden, and of north alone."""
    asked = {"whole": {}, "table": {"by": ("county",)}, "north": {"where": {"county": ("north",)}}}
    figures = {name: actions.asked(key=KEY, on=TODAY, known_on=TODAY, **more) for name, more in asked.items()}
    assert [row["county"] for row in figures["table"].rows if row["suppressed"]] == ["north", "south"]
    assert figures["north"].rows[0]["suppressed"]
    return {name: one.receipt_key for name, one in figures.items()}


@pytest.fixture
def persons(judged: Any) -> Any:
    """The people of the town, a bank, and an officer of north."""
    judged.people.bank = Person.objects.create(username="bank", password="!")
    day = date(2020, 1, 1)
    Grant.objects.create(person=judged.people.bank, role="client", dimension="client", path="bank", from_on=day)
    Grant.objects.filter(person=judged.people.officer_changle).update(path="/north")
    judged.people.officer_north = judged.people.officer_changle
    return judged.people


def behind(browser: Any, receipt: str, asked: str = "") -> dict[str, Any]:
    answer = browser.get(f"/api/v1/receipts/{receipt}?{asked}")
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "by_api", "by_page"),
    [("nobody", 401, 302), ("gulou_firm", 403, 403), ("bank", 403, 403), ("east_laboratory", 403, 403),
     ("sampler", 403, 403), ("newcomer", 403, 403)],
)  # fmt: skip
def test_the_public_a_firm_a_bank_and_a_laboratory_are_told_no_count_behind_any_figure(
    browse: Any, persons: Any, receipts: dict[str, str], name: str, by_api: int, by_page: int
) -> None:
    browser = browse(getattr(persons, name, None))

    for receipt in receipts.values():
        for asked in ("", f"where={NORTH}", f"where={NORTH}&passed=false"):
            assert browser.get(f"/api/v1/receipts/{receipt}?{asked}").status_code == by_api
    assert browser.get(f"{INDICATOR}records/?{NORTH}").status_code == by_page


@pytest.mark.parametrize("name", ["auditor", "leader", "planner", "officer_north"])
def test_who_may_open_each_record_behind_a_hidden_part_may_count_them(
    browse: Any, persons: Any, receipts: dict[str, str], name: str
) -> None:
    browser = browse(getattr(persons, name))

    found = behind(browser, receipts["table"], f"where={NORTH}")
    page = browser.get(f"{INDICATOR}records/?{NORTH}")

    assert found["total"] == behind(browser, receipts["north"])["total"] == page.context["total"] == 3
    assert behind(browser, receipts["whole"], f"where={NORTH}&passed=false")["total"] == 1
    for line in found["records"]:
        assert browser.get(f"/office/inspection/sample/{line['key']}/change/").status_code == 200


def test_an_officer_of_another_county_is_told_of_none_behind_a_hidden_part(
    browse: Any, persons: Any, receipts: dict[str, str]
) -> None:
    browser = browse(persons.officer_gulou)  # of east

    for receipt in receipts.values():
        for asked in (f"where={NORTH}", f"where={NORTH}&where=county=south", f"where={NORTH}&passed=true"):
            assert (behind(browser, receipt, asked)["total"], behind(browser, receipt, asked)["records"]) == (0, [])
    assert behind(browser, receipts["whole"])["total"] == 140
    assert browser.get(f"{INDICATOR}records/?{NORTH}").context["total"] == 0


def test_who_may_no_longer_open_one_of_the_records_is_told_none_of_a_hidden_part_and_not_how_many(
    browse: Any, judged: Any, persons: Any, receipts: dict[str, str]
) -> None:
    """One batch of north turned out to be west's: as known before north has three, of which its officer reads two."""
    officer, leader = browse(persons.officer_north), browse(persons.leader)
    moved = Sample.objects.filter(county="north").order_by("pk")[0]
    moved.county_id = "west"
    day = TODAY + timedelta(days=1)
    judged.world.on(day, judged.world.change, [moved], fields=("county",))
    with clock.fixed_at(day):
        facts.collect()

        for asked in ("", f"where={NORTH}", "passed=true"):
            found = behind(officer, receipts["north"], asked)
            assert (found["total"], found["records"]) == (None, [])
        page = officer.get(f"{INDICATOR}records/?{NORTH}&on={TODAY}&known_at={TODAY}")
        in_chinese = browse(persons.officer_north, "zh-hans").get(
            f"{INDICATOR}records/?{NORTH}&on={TODAY}&known_at={TODAY}"
        )
        assert page.context["total"] is None
        assert "for those who may read each of them" in text(page)
        assert "逐条查看" in text(in_chinese)
        assert behind(leader, receipts["north"])["total"] == 3
        assert behind(officer, actions.asked(key=KEY, on=day, where={"county": ("north",)}).receipt_key)["total"] == 2


@pytest.mark.parametrize("asked", ["where=foo=bar", "where=county", "where=happened_on=x"])
def test_records_behind_are_narrowed_by_what_the_indicator_knows_alone(
    browse: Any, persons: Any, receipts: dict[str, str], asked: str
) -> None:
    answer = browse(persons.leader).get(f"/api/v1/receipts/{receipts['whole']}?{asked}")

    assert answer.status_code == 400

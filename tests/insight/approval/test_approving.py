"""A period's data are approved level by level, and un-approved by the office that approved or one above it."""

from datetime import date

import pytest
from tests.insight.approval.conftest import DATA, HOUSE, IN_Q3, TODAY

from banyan.base.facts import actions as facts
from banyan.base.facts.models import Segment
from banyan.base.facts.queries import facts as known
from banyan.base.registry.models import Region
from banyan.insight.approval import actions, queries
from banyan.insight.approval.models import Approval
from banyan.kit import Refused
from banyan.kit.locks import Locked
from banyan.kit.models import Event
from banyan.kit.refusals import NotAllowed
from banyan.records.inspection import actions as inspection

pytestmark = pytest.mark.django_db


def test_the_county_approves_first_and_the_city_after_it(office):
    county = office.approve()
    city = office.approve(by="planner")

    assert (county.level, city.level, city.unit_id) == ("county", "city", "gulou")
    assert (city.locked_on, city.approved_by) == (TODAY, "planner")


def test_a_county_cannot_approve_for_the_city_nor_for_another_county(office):
    office.approve()

    with pytest.raises(NotAllowed, match="That is for fuzhou"):
        office.approve()
    with pytest.raises(NotAllowed, match="That is for cangshan"):
        office.approve("cangshan")


def a_township(office):
    office.world.regions["dongjie"] = Region.objects.create(
        key="dongjie", level="township", path="/fujian/fuzhou/gulou/dongjie", name="东街街道", name_en="Dongjie",
        parent=office.world.regions["gulou"],
    )  # fmt: skip


def test_a_township_approves_before_its_county(office):
    a_township(office)

    levels = [office.approve("dongjie", by=who).level for who in ("house", "county_officer", "planner")]

    assert levels == ["township", "county", "city"]


def test_a_county_waits_for_its_townships_and_names_those_that_are_open(office):
    a_township(office)

    with pytest.raises(
        Refused, match=r"Units within it are not approved by township yet: (东街街道|Dongjie)\."
    ) as found:
        office.approve()
    assert found.value.code == "not-to-approve"
    assert not Approval.objects.exists()
    office.approve("dongjie", by="house")
    assert office.approve().level == "county"
    with pytest.raises(Refused, match=r"Units within it are not approved by .+ yet: (东街街道|Dongjie)\."):
        office.approve(by="planner")  # the county has approved its own data, not yet its township's
    office.approve("dongjie")
    assert office.approve(by="planner").level == "city"


def test_units_of_one_call_are_approved_from_the_lowest_up_in_whatever_order_they_are_named(office):
    a_township(office)

    done = actions.approve(data=DATA, period="2024-Q3", units=["gulou", "dongjie"], by=HOUSE, on=TODAY)

    assert {one.unit_id: one.level for one in done} == {"dongjie": "township", "gulou": "county"}


def test_an_open_township_stands_in_its_countys_line_and_keeps_it_from_the_to_do_list(office):
    a_township(office)
    office.sample()
    facts.collect()
    officer = office.person("county_officer")
    first, last = date(2024, 7, 1), date(2024, 9, 30)

    def line_and_waiting():
        rows = queries.rows_of(officer, entry=queries.entry_of(DATA), first=first, last=last, on=TODAY)
        told = queries.waiting_for(officer, on=TODAY, limit=50)
        row = next(one for one in rows if one.unit.pk == "gulou")
        waiting = {summary.period: units for _entry, summary, units in told}
        return [one.pk for one in row.first], row.first_by, row.may_approve, waiting["2024-Q3"]

    before = line_and_waiting()
    office.approve("dongjie", by="house")
    after = line_and_waiting()

    assert before == (["dongjie"], "township", False, 1)  # the officer may stand in for the township, for a start
    assert after == ([], "township", True, 2)


def test_a_townships_data_count_in_its_county_and_are_locked_and_counted_by_themselves(office):
    a_township(office)
    office.sample(county="dongjie")
    office.sample("failed", county="dongjie")
    office.sample(county="gulou")
    approval = office.approve("dongjie", by="house")
    facts.collect()

    told = known(["inspection.sample_judged"]).select("county", "township").to_pyarrow().to_pylist()
    judged = next(row for row in queries.ahead(approval, queries.entry_of(DATA)) if row["kind"] == "Sample judged")

    assert sorted((one["county"], one["township"] or "") for one in told) == [
        ("gulou", ""), ("gulou", "dongjie"), ("gulou", "dongjie"),
    ]  # fmt: skip
    assert judged["then"] == (2, 1)
    with pytest.raises(Locked, match=r"东街街道|Dongjie"):
        office.sample(county="dongjie")
    assert office.sample(county="gulou").state  # the county's own data are open still


def test_one_person_does_not_approve_at_two_levels(office):
    office.approve(by="planner")  # the city's planner stands in for the county

    with pytest.raises(Refused, match="You approved it at the level below"):
        office.approve(by="planner")
    assert office.approve(by="provincial_planner").level == "city"


def test_a_period_that_still_runs_is_not_approved(office):
    with pytest.raises(Refused, match="It lasts until 2024-09-30"):
        office.approve(on=date(2024, 9, 30))
    assert office.approve(on=date(2024, 10, 1)).level == "county"


def test_only_who_approved_or_an_office_above_opens_a_period_and_it_says_why(office):
    office.approve()
    office.approve(by="planner")

    with pytest.raises(NotAllowed, match="That is for fuzhou"):
        office.unapprove()
    with pytest.raises(Refused, match="It needs a reason"):
        office.unapprove(by="planner", reason=" ")
    opened = office.unapprove(by="planner", reason="a laboratory mended its report")

    assert (opened.level, opened.locked_on, opened.opened_on) == ("", None, TODAY)
    event = Event.objects.get(name="approval.periods.unapproved")
    assert (event.reason, event.by, event.subject) == (
        "a laboratory mended its report", "planner", f"{DATA}:2024-Q3",
    )  # fmt: skip
    with pytest.raises(Refused, match="It is not approved"):
        office.unapprove(by="planner")


def test_a_period_or_unit_that_does_not_exist_is_named(office):
    with pytest.raises(Refused, match="Name a period as in 2023-Q1"):
        office.approve(period="2024-09")
    with pytest.raises(Refused, match="as in 2023-Q1"):
        office.approve(period="2022-Q4")
    with pytest.raises(Refused, match="cangshan, fuzhou, gulou"):
        office.approve("nowhere", by="house")
    with pytest.raises(Refused, match="Choose one of: spot_check_data"):
        actions.approve(data="weather", period="2024-Q3", units=["gulou"], by=HOUSE, on=TODAY)


def test_a_period_is_approved_whole_at_a_level_and_a_repeat_does_nothing(office):
    done = [
        actions.approve_all(data=DATA, period="2024-Q3", level=level, by=HOUSE, on=TODAY)
        for level in ("township", "county", "city", "city")
    ]

    assert done == [0, 2, 3, 0]  # two counties, then these and the city's own data
    assert Approval.objects.count() == 3


def test_nothing_is_said_of_periods_that_hold_no_record_and_that_nobody_approved(office):
    span = {"first": date(2024, 7, 1), "last": date(2024, 9, 30)}
    Segment.objects.all().delete()

    before = queries.said_of_span(["inspection.sample_judged"], **span)
    office.approve()
    after = queries.said_of_span(["inspection.sample_judged"], **span)

    assert before == []
    assert [one.sentence for one in after] == ["Data of 2024-Q3 approved in 1 of 3 units"]


def test_how_far_a_period_is_stands_in_a_sentence(office):
    entry = queries.entry_of(DATA)

    def sentence():
        return queries.summary_of(entry, first=date(2024, 7, 1), last=date(2024, 9, 30)).sentence

    assert sentence() == "Data of 2024-Q3 not approved yet"
    office.approve()
    assert sentence() == "Data of 2024-Q3 approved in 1 of 3 units"
    for unit in ("gulou", "cangshan", "fuzhou"):
        while queries.next_level(entry, found := _of(unit)):
            office.approve(unit, by="house", on=date(2025, 1, 20))
            assert found is not None
    assert sentence() == "Data of 2024-Q3 approved by city on 2025-01-20"


def test_what_the_law_orders_after_the_lock_stands_beside_what_was_approved(office):
    sample = office.world.served(on=IN_Q3)
    objection = office.world.objection(sample, on=IN_Q3)
    approval = office.approve()

    inspection.uphold_objection(objection=objection, decision="mixed up", outcome="not_judged", by=HOUSE, on=TODAY,
                                reason="the sample was mixed up")  # fmt: skip
    facts.collect()

    judged = next(row for row in queries.ahead(approval, queries.entry_of(DATA)) if row["kind"] == "Sample judged")
    assert (judged["then"], judged["now"], judged["differs"]) == ((1, 1), (0, 0), True)


def _of(unit):
    return Approval.objects.filter(unit=unit, from_on=date(2024, 7, 1)).first() or Approval(
        workflow=DATA, unit=Region.objects.get(pk=unit)
    )

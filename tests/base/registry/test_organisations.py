"""Organisations: one code one file, names and places with their history, merging and splitting."""

from datetime import date

import pytest

from banyan.base.registry import actions, queries
from banyan.base.registry.models import Organisation
from banyan.kit import Refused, events, privacy
from banyan.kit.models import Event, Version
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db
BY = System("test")


def test_an_organisation_is_found_by_its_new_and_by_its_old_code(city):
    assert queries.organisation_by_code(code="9135 0100 ma2t3x0q68").pk == "firm-g"
    assert queries.organisation_by_code(code="MA2T3X0Q-6").pk == "firm-g"
    assert queries.organisation_by_code(code="59467239-9") is None


def test_a_second_file_for_a_code_is_refused_naming_the_first(city):
    with pytest.raises(actions.AlreadyThere, match="firm-g, 福州榕江食品有限公司"):
        actions.enter_organisation(
            name="另一家公司", uscc="91350100MA2T3X0Q68", county=city.gulou, by=BY, on=city.today
        )


def test_an_old_code_does_not_open_a_second_file_beside_the_new_one(city):
    with pytest.raises(actions.AlreadyThere, match="firm-g"):
        actions.enter_organisation(name="旧证企业", organisation_code="MA2T3X0Q6", by=BY, on=city.today)


def test_two_records_of_one_bulk_with_one_code_are_refused_and_nothing_is_written(city):
    before = (Organisation.objects.count(), events.last_number(), Version.objects.count())
    same = {"uscc": "91110000600037341L", "county": city.gulou}

    with pytest.raises(actions.AlreadyThere):
        actions.enter_organisations(records=[same | {"name": "甲"}, same | {"name": "乙"}], by=BY, on=city.today)

    assert (Organisation.objects.count(), events.last_number(), Version.objects.count()) == before


def test_a_renamed_organisation_keeps_its_old_name_and_is_found_by_both(city, people):
    firm = actions.rename_organisation(
        organisation=city.gulou_firm, name="福建榕江粮油有限公司", by=BY, on=date(2024, 4, 1)
    )

    assert queries.name_on(organisation=firm, on=date(2024, 3, 31)) == "福州榕江食品有限公司"
    assert queries.name_on(organisation=firm, on=date(2024, 4, 1)) == "福建榕江粮油有限公司"
    for text in ("榕江粮油", "榕江食品", "rjly", "rongjiang", "91350100", "福"):
        assert firm in queries.find(text=text, person=people.planner), text


def test_a_firm_that_moves_counts_for_the_old_park_in_the_past(city):
    actions.move_organisation(
        organisation=city.gulou_firm, county=city.changle, park=city.textile_park, address="长乐区1号",
        by=BY, on=date(2024, 7, 1),
    )  # fmt: skip

    before = queries.place_on(organisation="firm-g", on=date(2024, 6, 30))
    after = queries.place_on(organisation="firm-g", on=date(2024, 7, 1))
    assert (before.county_id, before.park_id) == ("gulou", "software")
    assert (after.county_id, after.park_id) == ("changle", "textile")
    in_software_park = queries.organisations_in_park(park=city.software_park, on=date(2024, 6, 30))
    assert list(in_software_park.values_list("pk", flat=True)) == ["firm-g"]
    assert not queries.organisations_in_park(park=city.software_park, on=date(2024, 7, 1)).exists()


def test_a_move_within_one_day_mends_the_place_instead_of_adding_one(city):
    for address in ("一号", "二号"):
        actions.move_organisation(
            organisation=city.gulou_firm, county=city.gulou, address=address, by=BY, on=date(2024, 7, 1)
        )

    assert city.gulou_firm.places.count() == 2
    assert queries.place_on(organisation="firm-g", on=date(2024, 7, 2)).address == "二号"


def test_a_move_before_the_present_place_began_is_refused(city):
    with pytest.raises(Refused, match="holds from 2015-03-02 only"):
        actions.move_organisation(organisation=city.gulou_firm, county=city.changle, by=BY, on=date(2014, 1, 1))


def test_a_park_of_another_county_is_refused_naming_its_county(city):
    with pytest.raises(actions.NotItsPark, match="Changle"):
        actions.move_organisation(
            organisation=city.gulou_firm, county=city.gulou, park=city.textile_park, by=BY, on=city.today
        )


def test_a_merger_can_be_undone_and_leaves_both_files(city):
    actions.merge_organisation(organisation=city.gulou_firm, into=city.changle_firm, by=BY, on=city.today)
    merged = queries.organisation(key="firm-g")
    assert queries.survivor(organisation=merged).pk == "firm-c"
    assert merged.closed_on == city.today

    actions.undo_merger(organisation=merged, by=BY, on=city.today)

    assert queries.survivor(organisation=queries.organisation(key="firm-g")).pk == "firm-g"
    assert queries.organisation(key="firm-g").closed_on is None


def test_a_closed_organisation_takes_up_no_other_one(city):
    actions.close_organisation(organisation=city.changle_firm, by=BY, on=city.today)
    city.changle_firm.refresh_from_db()

    with pytest.raises(Refused, match="It was closed on 2025-06-02"):
        actions.merge_organisation(organisation=city.gulou_firm, into=city.changle_firm, by=BY, on=city.today)


def test_a_split_opens_files_that_remember_where_they_came_from(city):
    rows = actions.split_organisation(
        organisation=city.gulou_firm, parts=[{"name": "榕江米业", "uscc": "91110000600037341L"}], closes=True,
        by=BY, on=city.today,
    )  # fmt: skip

    (part,) = rows
    assert part.split_from_id == "firm-g"
    assert part.county_id == "gulou"
    assert queries.place_on(organisation=part, on=city.today).park_id == "software"
    assert queries.organisation(key="firm-g").closed_on == city.today


def test_amending_the_code_checks_it_and_derives_the_old_one(city):
    laboratory = actions.amend_organisation(
        organisation=city.east_laboratory, uscc="91110000600037341l", by=BY, on=city.today
    )

    assert (laboratory.uscc, laboratory.organisation_code) == ("91110000600037341L", "600037341")
    with pytest.raises(queries.WrongCode):
        actions.amend_organisation(organisation=laboratory, uscc="91110000600037341A", by=BY, on=city.today)
    with pytest.raises(actions.AlreadyThere, match="firm-g"):
        actions.amend_organisation(organisation=laboratory, uscc="91350100MA2T3X0Q68", by=BY, on=city.today)


def test_an_amendment_that_changes_nothing_is_refused(city):
    with pytest.raises(Refused, match="Everything is as it was"):
        actions.amend_organisation(organisation=city.gulou_firm, size="small", by=BY, on=city.today)


def test_the_representative_is_stored_sealed_and_unreadable_once_purged(city):
    stored = queries.organisation(key="firm-g")
    subject = privacy.subject_of(stored)
    versions = " ".join(Version.objects.filter(key="firm-g").values_list("state", flat=True))
    said = " ".join(Event.objects.values_list("after", flat=True))
    assert "林小明" not in stored.representative + versions + said
    token = stored.representative
    assert privacy.unseal(subject=subject, token=token) == "林小明"

    actions.purge_personal_data(organisation=stored, by=BY, on=city.today)

    assert privacy.unseal(subject=subject, token=token) is None
    assert queries.organisation(key="firm-g").representative == ""
    assert next(events.faults(), None) is None


def test_a_county_officer_enters_firms_of_the_own_county_only(city, people):
    firm = actions.enter_organisation(name="鼓楼新店", county=city.gulou, by=people.officer_gulou, on=city.today)
    assert firm.county_id == "gulou"

    with pytest.raises(NotFound):
        actions.enter_organisation(name="长乐新店", county=city.changle, by=people.officer_gulou, on=city.today)
    with pytest.raises(NotAllowed, match="outside your office"):
        actions.enter_organisations(
            records=[{"name": "长乐新店", "county_id": "changle"}], by=people.officer_gulou, on=city.today
        )
    with pytest.raises(NotAllowed, match=r"registry\.edit"):
        actions.enter_organisation(name="无权", county=city.gulou, by=people.leader, on=city.today)


def test_a_person_finds_only_what_lies_within_the_own_office(city, people):
    assert [one.pk for one in queries.find(text="厂", person=people.officer_changle)] == ["firm-c"]
    assert queries.find(text="厂", person=people.officer_gulou) == []
    assert queries.find(text="厂", person=people.anonymous) == []


def test_what_is_near_to_a_mistyped_name_lies_within_the_own_office(city, people):
    near = {
        name: [one.pk for one in queries.find(text="福州容江食品", person=getattr(people, name))]
        for name in ("planner", "officer_gulou", "officer_changle", "anonymous")
    }

    assert near == {"planner": ["firm-g"], "officer_gulou": ["firm-g"], "officer_changle": [], "anonymous": []}

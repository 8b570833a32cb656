"""Rights: where a person may do what, and querysets that remember that they were limited."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from banyan.base.registry.models import Industry, Organisation, Park, Region
from banyan.kit import rights
from banyan.kit.models import Event, Grant
from banyan.kit.refusals import NotAllowed
from banyan.kit.scope import Unscoped, demand_scoped, scoped

pytestmark = pytest.mark.django_db


def seen(model, person, **named):
    return sorted(scoped(model, person, **named).values_list("pk", flat=True))


def test_a_right_reaches_as_far_as_its_grant(city, people):
    assert seen(Organisation, people.planner) == ["firm-c", "firm-g", "lab-e", "lab-w"]
    assert seen(Organisation, people.officer_gulou) == ["firm-g", "lab-e"]
    assert seen(Organisation, people.gulou_firm) == ["firm-g"]
    assert seen(Organisation, people.newcomer) == []
    assert seen(Organisation, AnonymousUser()) == seen(Organisation, None) == []


def test_a_path_is_matched_by_whole_steps(city, people):
    Grant.objects.create(
        person=people.newcomer, role="county_officer", dimension="region", path="/fujian/fuzhou/gu",
        from_on=date(2020, 1, 1),
    )  # fmt: skip

    assert seen(Organisation, people.newcomer) == []


def test_a_grant_of_a_city_reaches_its_counties(city, people):
    Grant.objects.create(
        person=people.newcomer, role="county_officer", dimension="region", path="/fujian/fuzhou",
        from_on=date(2020, 1, 1),
    )  # fmt: skip

    assert len(seen(Organisation, people.newcomer)) == 4
    assert seen(Region, people.newcomer) == ["cangshan", "changle", "fuzhou", "gulou"]


def test_two_grants_add_up(city, people):
    Grant.objects.create(
        person=people.officer_gulou, role="county_officer", dimension="region", path="/fujian/fuzhou/changle",
        from_on=date(2020, 1, 1),
    )  # fmt: skip

    assert seen(Organisation, people.officer_gulou) == ["firm-c", "firm-g", "lab-e"]


def test_a_grant_holds_from_its_first_to_its_last_day(city, people):
    person = people.officer_gulou
    person.grants.update(from_on=date(2025, 1, 1), until_on=date(2025, 3, 31))

    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 3, 31), date(2025, 4, 1)]
    assert [rights.has(person, "registry.view", on=day) for day in days] == [False, True, True, False]


def test_a_suspended_person_has_no_right_at_all(city, people):
    people.planner.is_active = False

    assert not rights.has(people.planner, "registry.view")


def test_what_belongs_to_nobody_is_seen_by_everyone_with_the_right(city, people):
    assert seen(Industry, people.gulou_firm) == ["C14"]
    assert seen(Industry, people.east_laboratory) == []


def test_the_books_of_the_house_are_for_grants_that_hold_everywhere(city, people):
    Grant.objects.create(
        person=people.newcomer, role="auditor", dimension="region", path="/fujian/fuzhou/gulou",
        from_on=date(2020, 1, 1),
    )  # fmt: skip

    assert seen(Park, people.newcomer) == ["software"]
    assert seen(Event, people.newcomer) == []
    assert len(seen(Event, people.auditor)) == Event.objects.count()


def test_the_mark_of_being_limited_survives_filters_and_only_limits_give_it(city, people):
    rows = Organisation.objects.all()
    with pytest.raises(Unscoped):
        demand_scoped(rows)
    with pytest.raises(Unscoped):
        demand_scoped(rows.filter(kind="laboratory"))

    limited = rows.within(people.planner).filter(kind="laboratory").exclude(pk="lab-w").order_by("name")
    assert [row.pk for row in demand_scoped(limited)] == ["lab-e"]


def test_a_missing_right_is_named_with_what_to_do(city, people):
    with pytest.raises(NotAllowed) as refusal:
        rights.demand(people.auditor, "registry.edit")

    assert "registry.edit" in refusal.value.asked
    assert "administrator" in refusal.value.instead
    assert refusal.value.status == 403


def test_the_house_itself_passes_every_right():
    assert rights.has(rights.System("daily"), "anything.at_all")

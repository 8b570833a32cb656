"""People and their grants: entered, limited, ended and suspended by verbs that leave no secret in the books."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from banyan.base.registry.models import Organisation, Region
from banyan.kit import Refused, events, people, recent, rights, titles
from banyan.kit.admin import GrantScreen
from banyan.kit.models import Event, Grant, Person, Version
from banyan.kit.refusals import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture(name="staff")
def staff_of_the_city(people, city):
    return people


def enter(staff, city, **fields):
    return people.enter_person(by=staff.administrator, on=city.today, **fields)


def test_a_person_enters_with_a_role_within_a_county(staff, city):
    person = enter(staff, city, username="wang", display_name="王一", password="quiet-harbour-9")
    people.give_role(
        person=person, role="county_officer", dimension="region", path="/fujian/fuzhou/gulou",
        from_on=city.today, by=staff.administrator, on=city.today,
    )  # fmt: skip

    fresh = Person.objects.get(username="wang")
    assert fresh.check_password("quiet-harbour-9")
    assert rights.has(fresh, "registry.edit")
    assert not rights.has(fresh, "people.manage")


def test_neither_password_nor_name_stands_in_events_or_versions(staff, city):
    enter(staff, city, username="wang", display_name="王一", password="quiet-harbour-9")

    said = " ".join(
        [*Event.objects.values_list("after", flat=True), *Version.objects.values_list("state", flat=True)]
    )
    assert "argon2" not in said
    assert "王一" not in said
    assert '"username":"wang"' in said
    assert next(events.faults(), None) is None


@pytest.mark.parametrize("password", ["short", "password123"])
def test_a_weak_password_is_refused_and_nobody_enters(staff, city, password):
    with pytest.raises(Refused):
        enter(staff, city, username="wang", password=password)

    assert not Person.objects.filter(username="wang").exists()


def test_only_administrators_manage_people(staff, city):
    with pytest.raises(NotAllowed):
        people.give_role(
            person=staff.planner, role="administrator", from_on=city.today, by=staff.planner, on=city.today
        )


def test_an_unknown_role_and_half_a_limit_are_refused(staff, city):
    with pytest.raises(Refused, match="no such role"):
        people.give_role(
            person=staff.newcomer, role="emperor", from_on=city.today, by=staff.administrator, on=city.today
        )
    with pytest.raises(Refused, match="Only one of dimension and path"):
        people.give_role(
            person=staff.newcomer, role="sampler", dimension="region", from_on=city.today,
            by=staff.administrator, on=city.today,
        )  # fmt: skip


def test_an_ended_grant_stays_as_a_record_and_ends_the_right(staff, city):
    grant = Grant.objects.get(person=staff.planner)

    people.end_grant(grant=grant, until_on=date(2025, 6, 1), by=staff.administrator, on=city.today)

    assert Grant.objects.filter(person=staff.planner).count() == 1
    assert not rights.has(Person.objects.get(pk=staff.planner.pk), "registry.view")


def test_a_grant_that_has_an_end_is_taken_back_before_it_and_never_prolonged(staff, city):
    do = {"by": staff.administrator, "on": city.today}
    grant = people.give_role(
        person=staff.planner, role="leader", from_on=date(2025, 5, 1), until_on=date(2025, 12, 31), **do
    )
    end = next(one for one in GrantScreen.buttons if one.verb is people.end_grant)

    assert end.when(grant)
    with pytest.raises(Refused, match="ends before that"):
        people.end_grant(grant=grant, until_on=date(2026, 1, 31), **do)
    people.end_grant(grant=grant, until_on=date(2025, 6, 1), **do)

    ended = Grant.objects.get(pk=grant.pk)
    assert ended.until_on == date(2025, 6, 1)
    assert not end.when(ended)


def test_a_grant_reads_in_words_with_the_place_by_its_name(staff, city):
    grant = people.give_role(
        person=staff.planner, role="county_officer", dimension="region", path="/fujian/fuzhou/gulou",
        from_on=city.today, by=staff.administrator, on=city.today,
    )  # fmt: skip
    county = str(Region.objects.get(path="/fujian/fuzhou/gulou"))

    with translation.override("en"):
        read = {name: Grant.spoken[name](getattr(grant, name)) for name in ("role", "dimension", "path")}

    assert read == {"role": "County officer", "dimension": "region", "path": county}
    assert county in str(grant)
    assert titles.place.of_all(["/nowhere", ""]) == ["/nowhere", ""]


def test_a_suspended_person_is_signed_out_at_once_and_nobody_suspends_oneself(staff, city, client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(staff.planner)
    assert client.get("/office/").status_code == 200

    people.suspend_person(person=staff.planner, by=staff.administrator, on=city.today, reason="left")

    assert client.get("/office/").status_code == 302
    with pytest.raises(Refused, match="Your own access"):
        people.suspend_person(person=staff.administrator, by=staff.administrator, on=city.today)


@pytest.mark.parametrize(("dimension", "path"), [("region", "/fujian/nowhere"), ("organisation", "o-none"), ("", "")])
def test_the_form_of_a_role_refuses_a_place_that_does_not_exist_and_gives_nothing_by_itself(
    staff, city, client, dimension, path
):
    client.force_login(staff.administrator)

    answer = client.post(
        f"/office/kit/person/{staff.newcomer.pk}/do/give_role/",
        {"role": "sampler", "dimension": dimension, "path": path, "from_on": "2025-01-01"},
    )

    assert answer.status_code == 422
    assert not Grant.objects.filter(person=staff.newcomer).exists()


@pytest.mark.parametrize("said", ["鼓楼区", "Gulou", "/fujian/fuzhou/gulou", " Gulou "])
def test_a_role_is_given_for_a_place_by_the_name_that_the_registry_shows(staff, city, client, said):
    Region.objects.filter(path="/fujian/fuzhou/gulou").update(name="鼓楼区", name_en="Gulou")
    client.force_login(staff.administrator)

    answer = client.post(
        f"/office/kit/person/{staff.newcomer.pk}/do/give_role/",
        {"role": "sampler", "dimension": "region", "path": said, "from_on": "2025-01-01"},
    )

    assert answer.status_code == 302, answer.content.decode()
    assert Grant.objects.get(person=staff.newcomer).path == "/fujian/fuzhou/gulou"


def test_a_role_for_a_firm_is_given_by_its_name_or_code_and_never_by_an_ambiguous_one(staff, city, client):
    one, other = city.gulou_firm, Organisation.objects.exclude(pk=city.gulou_firm.pk).first()
    Organisation.objects.filter(pk__in=[one.pk, other.pk]).update(name="榕香米业")
    Organisation.objects.filter(pk=one.pk).update(uscc="91350100MA2T3X2W05")
    client.force_login(staff.administrator)
    address = f"/office/kit/person/{staff.newcomer.pk}/do/give_role/"
    form = {"role": "firm", "dimension": "organisation", "from_on": "2025-01-01"}

    twice = client.post(address, form | {"path": "榕香米业"})
    by_code = client.post(address, form | {"path": "91350100MA2T3X2W05"})

    assert twice.status_code == 422
    assert other.pk in twice.content.decode()
    assert by_code.status_code == 302, by_code.content.decode()
    assert Grant.objects.get(person=staff.newcomer).path == one.pk


def test_user_names_are_read_as_names_systems_in_words_and_a_name_that_nobody_bears_masked(staff, city):
    enter(staff, city, username="wang", display_name="王一", password="quiet-harbour-9")

    assert people.named("wang") == "王一"
    assert people.named(["wang", "daily"]) == "王一, daily"
    assert people.named("stranger") == "s*******"
    assert people.named("") == ""


def test_every_system_that_acts_is_called_by_words():
    systems = {
        said
        for path in (Path(people.__file__).parents[1]).rglob("*.py")
        for said in re.findall(r"""System\(["']([^"']+)["']\)""", path.read_text(encoding="utf-8"))
    }

    assert systems >= {"daily", "intake", "public"}
    assert systems - {"score", "recall"} <= set(people.SYSTEMS), "these read only: score and recall"


def test_a_system_is_called_in_the_language_of_each_reader_though_names_are_remembered(staff):
    with recent.reading():
        told = []
        for language in ("en", "zh-hans", "en"):
            with translation.override(language):
                told.append(people.named("public"))

    assert told[0] == told[2] == "the public"
    assert told[1] != told[0]

"""Verbs: rights, fresh records, one event and a version per record in one transaction."""

import json
from datetime import date

import pytest
from django.db import transaction

from banyan.base.registry import actions
from banyan.base.registry.models import Organisation, Park, Region
from banyan.kit import events, verbs
from banyan.kit.models import ChainHead, Event, Version
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.kit.rights import System
from banyan.kit.verbs import REGISTRY, verb

pytestmark = pytest.mark.django_db
BY = System("test")


@pytest.fixture
def spoil():
    """A verb of a test, taken out of the list of verbs afterwards."""
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def test_a_verb_writes_one_event_and_a_version_of_each_record(city, people):
    last = Event.objects.latest("number").number

    actions.move_organisation(
        organisation=city.gulou_firm, county=city.gulou, address="新址", by=people.officer_gulou, on=city.today,
        reason="new lease",
    )  # fmt: skip

    (event,) = Event.objects.filter(number__gt=last)
    assert (event.name, event.by, event.reason, event.on) == (
        "registry.organisation.moved", "officer_gulou", "new lease", city.today,
    )  # fmt: skip
    nouns = list(Version.objects.filter(event=event.number).order_by("id").values_list("noun", "key"))
    assert nouns[0] == ("registry.organisation_place", "firm-g.w")
    assert nouns[-1] == ("registry.organisation", "firm-g")
    assert event.rows == len(nouns) == 3
    assert json.loads(event.after)["registry.organisation:firm-g"] == {"address": "新址", "park_id": None}


def test_a_bulk_verb_writes_one_event_for_all_its_rows(city):
    last = Event.objects.latest("number").number

    actions.enter_organisations(
        records=[{"name": f"第{number}厂", "county": city.gulou} for number in range(25)], by=BY, on=city.today
    )

    (event,) = Event.objects.filter(number__gt=last)
    assert event.rows == 75  # the firm, its first name and its first place
    assert Version.objects.filter(event=event.number).count() == 75


def test_a_verb_that_fails_leaves_nothing_behind(city, spoil):
    @verb("test.park.spoiled", right="registry.reference")
    def spoil_park(deed, *, park):
        park.name = "坏"
        deed.save(park, "name")
        raise ZeroDivisionError

    before = (Event.objects.count(), Version.objects.count(), ChainHead.objects.get().number)

    with pytest.raises(ZeroDivisionError):
        spoil_park(park=city.software_park, by=BY, on=city.today)

    assert (Event.objects.count(), Version.objects.count(), ChainHead.objects.get().number) == before
    assert Park.objects.get(pk="software").name == "软件园"


def test_verbs_that_share_a_transaction_are_done_together_or_not_at_all(city, spoil):
    @verb("test.park.renamed", right="registry.reference")
    def rename_park(deed, *, park, name):
        park.name = name
        deed.save(park, "name")
        if name == "坏":
            raise ZeroDivisionError

    def rename(*names):
        for name in names:
            rename_park(park=Park.objects.get(pk="software"), name=name, by=BY, on=city.today)

    last = Event.objects.latest("number").number
    with pytest.raises(ZeroDivisionError), verbs.together():
        rename("一", "坏")
    assert Event.objects.latest("number").number == last
    assert Park.objects.get(pk="software").name == "软件园"

    with verbs.together():
        rename("一")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            rename("坏")
        rename("二")
    assert Event.objects.latest("number").number == last + 2
    assert Park.objects.get(pk="software").name == "二"
    assert next(events.faults(), None) is None


def test_a_person_cannot_undo_a_colleague_with_a_stale_page(city, people):
    stale = Organisation.objects.get(pk="firm-g")
    actions.rename_organisation(organisation=city.gulou_firm, name="新名", by=BY, on=city.today)

    actions.move_organisation(
        organisation=stale, county=city.gulou, address="新址", by=people.officer_gulou, on=city.today
    )

    assert Organisation.objects.get(pk="firm-g").name == "新名"


def test_a_record_outside_the_office_is_not_there_for_a_verb(city, people):
    with pytest.raises(NotFound):
        actions.rename_organisation(
            organisation=city.changle_firm, name="夺名", by=people.officer_gulou, on=city.today
        )
    with pytest.raises(NotAllowed):
        actions.rename_organisation(organisation=city.gulou_firm, name="改名", by=people.auditor, on=city.today)
    assert Organisation.objects.get(pk="firm-c").name == "长乐海帆头盔厂"


def test_nobody_moves_a_firm_out_into_a_county_of_others(city, people):
    with pytest.raises(NotFound):
        actions.move_organisation(
            organisation=city.gulou_firm, county=city.changle, by=people.officer_gulou, on=city.today
        )


def test_a_right_that_ended_yesterday_is_no_right_today(city, people):
    grant = people.officer_gulou.grants.get()
    grant.until_on = date(2025, 6, 1)
    grant.save()

    with pytest.raises(NotAllowed, match=r"registry\.edit"):
        actions.rename_organisation(organisation=city.gulou_firm, name="晚了", by=people.officer_gulou, on=city.today)


def test_every_verb_of_the_house_is_known_by_its_event_with_a_right():
    for event, known in REGISTRY.items():
        assert event.count(".") >= 1, event
        assert "." in known.right, event
        assert known.run.verb is known


def test_withdrawing_keeps_the_record_with_its_reason(city):
    actions.withdraw_reference(record=city.textile_park, by=BY, on=city.today, reason="entered twice")

    park = Park.objects.get(pk="textile")
    assert (park.withdrawn_on, park.withdrawn_reason) == (city.today, "entered twice")
    assert Region.objects.count() == 5

"""Two of everything, each within the reach of another county, firm and laboratory, made once for all house tests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from tests.town import make_city, make_people

import banyan.config.urls  # noqa: F401 - the screens of the office are found with its addresses
from banyan.kit.models import Binding, Machine, Reading, Record, Run, Visit
from banyan.kit.sign_in.rules import SEEN

SIDES = (
    {"county": "gulou", "park": "software", "organisation": "firm-g", "laboratory": "lab-e", "class": "rice"},
    {"county": "changle", "park": "textile", "organisation": "firm-c", "laboratory": "lab-w", "class": "helmet"},
)


@pytest.fixture(scope="module")
def twins(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """The city, its people, and two rows of every noun of the rooms: one per county, firm and laboratory."""
    from banyan.kit import clock, events, log

    with django_db_blocker.unblock(), clock.fixed_at(date(2025, 6, 2)), transaction.atomic():
        people, city = make_people(), make_city()
        for model in sorted(rooms_nouns(), key=depth):
            if not model._default_manager.exists():
                for side in (0, 1):
                    model._default_manager.bulk_create([example(model, side)])
        stream_events()
        publish_some()
        for firm in (people.gulou_firm, people.changle_firm):
            Machine.objects.create(person=firm, client_id=firm.username, secret="!", scopes=["api"])
            Visit.objects.create(person=firm, session=firm.username, began_at=clock.now(), seen_at=clock.now())
            Binding.objects.create(person=firm, issuer="https://id.example", subject=firm.username)
        Reading.objects.create(at=clock.now(), by="planner", under="trace-1", address="/office/trace/")
        read_some()
        Run.objects.create(name="daily", on=date(2025, 6, 1), cut=1, started_at=clock.now())
        log.extend(on=clock.today(), cut=events.last_number())
        browsers = {name: browser_of(people, name) for name in vars(people)}
        yield SimpleNamespace(people=people, city=city, browser=browsers.get)
        transaction.set_rollback(True)


def browser_of(people: SimpleNamespace, name: str) -> Client:
    """A browser with the person signed in, kept for the whole module."""
    client = Client(headers={"accept-language": "en"})
    if name != "anonymous":
        client.force_login(getattr(people, name))
        session = client.session
        session[SEEN] = time.time() + 86400  # however long the module takes: no request has to note that it came
        session.save()
    return client


def stream_events() -> None:
    """An event of trade per side, of a lot of its own: the stream is no record, so it is filled by its own door."""
    from banyan import epcis
    from banyan.records.traceability.actions import prepared
    from banyan.records.traceability.actions.storing import Keeper
    from banyan.records.traceability.models import CaptureJob

    for side, job in enumerate(CaptureJob.objects.order_by("key")[:2]):
        event = {
            "type": "ObjectEvent", "action": "ADD", "eventTime": "2025-05-05T08:00:00+08:00",
            "eventTimeZoneOffset": "+08:00", "bizStep": "commissioning",
            "quantityList": [{"epcClass": f"urn:epc:class:lgtin:2000000.000001.L{side}", "quantity": 5}],
        }  # fmt: skip
        row = prepared(0, event, epcis.event_hash(event), epcis.things(event))
        Keeper(job, on=date(2025, 5, 5)).keep([row])


def read_some() -> None:
    """One reading of the credit file of each side's firm."""
    from banyan.judgement.access.models import Access
    from banyan.kit import clock

    for here in SIDES:
        firm = here["organisation"]
        Access.objects.create(
            at=clock.now(), by="bank", by_name="-", organisation_id=firm, purpose="lending", basis="-", what="grade"
        )


def publish_some() -> None:
    """One penalty, one complaint and one listing are public: what everyone may see has a row, and one that is not."""
    from banyan.judgement.lists.models import Listing
    from banyan.response.casework.models import Case
    from banyan.response.complaints.models import Complaint

    day = date(2025, 5, 30)
    Case.objects.filter(pk="case-0").update(outcome="penalty", decided_on=day, published_on=day)
    Complaint.objects.filter(pk="complaint-0").update(published_on=day)
    steps = dict.fromkeys(("noticed_on", "approved_on", "decided_on", "published_on"), day)
    Listing.objects.filter(pk="listing-0").update(state="published", case="case-0", **steps)


def rooms_nouns() -> list[type[Record]]:
    return [model for model in apps.get_models() if issubclass(model, Record)]


def depth(model: type[models.Model], above: tuple[type[models.Model], ...] = ()) -> int:
    """How many foreign keys lie below a noun: those that others refer to come first."""
    below = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
    own = [one for one in below if issubclass(one, Record) and one not in (*above, model)]
    return 1 + max((depth(one, (*above, model)) for one in own), default=0)


def example(model: type[Record], side: int) -> Record:
    """A row of a noun whose foreign keys all lie on one side; every other field has the plainest value allowed."""
    values = {field.attname: value_of(field, model, side) for field in model._meta.concrete_fields}
    values |= {"key": f"{model._meta.model_name}-{side}", "withdrawn_on": None, "withdrawn_reason": ""}
    if "unit" in values:
        values["unit"] = SIDES[side]["organisation"]
    return model(**values)


def value_of(field: models.Field, model: type[models.Model], side: int) -> object:
    if field.is_relation:
        return relation_of(field, model, side)
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    if field.choices:
        return field.flatchoices[0][0]
    if isinstance(field, models.DateTimeField):
        from banyan.kit import clock

        return clock.now()
    if isinstance(field, models.DateField):
        return date(2025, 5, 5)
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return side + 1
    if isinstance(field, models.JSONField):
        return []
    text = f"{field.name}-{side}"
    return "" if field.blank and not field.unique else text[-field.max_length :] if field.max_length else text


def relation_of(field: models.Field, model: type[models.Model], side: int) -> str | None:
    """The key on this side: by the name of the field for firms and laboratories, else the only one there is."""
    related = field.related_model
    here = SIDES[side]
    if related is model or not issubclass(related, Record):
        return None
    name = related._meta.model_name
    if name == "organisation":
        return here["laboratory"] if "laboratory" in field.name else here["organisation"]
    known = {"region": here["county"], "park": here["park"], "productclass": here["class"], "industry": "C14"}
    return known.get(name, f"{name}-{side}")

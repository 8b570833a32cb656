"""A maker lets the public read the way of its own lot, takes it back, and nobody else can."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.records.trace.test_tracing import made
from tests.records.traceability.conftest import event, lot

from banyan import epcis
from banyan.base.registry.models import Product, ProductClass
from banyan.kit import Refused, clock
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.records.trace import actions, queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def that_day(trade):
    with clock.fixed_at(trade.today):
        yield


@pytest.fixture
def bread(city, send) -> Product:
    """A product of the firm in Gulou whose lot was made of flour."""
    kind = ProductClass.objects.first() or ProductClass.objects.create(key="bread", name="面包")
    gtin = epcis.identify(epcis.canonical(lot("bread"))).gtin
    product = Product.objects.create(key="bread-1", name="面包", maker=city.gulou_firm, product_class=kind, gtin=gtin)
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread")))
    return product


def publish(people, bread, trade, **said):
    asked = {"organisation": bread.maker, "identifier": lot("bread"), "by": people.gulou_firm, "on": trade.today}
    return actions.publish_trace(**(asked | said))


def shopper(identifier: str, language: str = "en"):
    path = epcis.canonical(identifier).removeprefix(epcis.DOMAIN)
    return Client(headers={"accept-language": language}).get(path)


@pytest.mark.parametrize(("language", "words"), [("en", "What went into it"), ("zh-hans", "所用原料")])
def test_a_shopper_reads_when_and_of_what_a_lot_was_made_and_no_partners_name(people, bread, trade, language, words):
    published = publish(people, bread, trade)

    text = shopper(lot("bread"), language).content.decode()

    assert published.made_on is not None
    assert len(published.sources) == 2, "the flour and the grain"
    assert words in text
    assert published.made_on.isoformat() in text
    assert "has not been published" not in text


def test_what_was_taken_back_is_public_no_more(people, bread, trade):
    published = publish(people, bread, trade)
    actions.withdraw_trace(trace=published, by=people.gulou_firm, on=trade.today, reason="A mistake in the lot.")

    assert queries.published_trace(epcis.canonical(lot("bread"))) is None
    assert "has not been published" in shopper(lot("bread")).content.decode()


def test_the_later_way_of_a_lot_takes_the_place_of_the_earlier(people, bread, trade):
    first = publish(people, bread, trade)
    second = publish(people, bread, trade)
    first.refresh_from_db()

    assert first.withdrawn_on == trade.today
    assert queries.published_trace(epcis.canonical(lot("bread"))) == second


def test_nobody_publishes_the_way_of_a_lot_of_others(people, bread, trade, city):
    with pytest.raises(Refused) as refused:
        publish(people, bread, trade, organisation=city.changle_firm, by=people.changle_firm)
    assert refused.value.code == "not-its-lot"
    with pytest.raises(NotAllowed):
        publish(people, bread, trade, by=people.auditor)
    with pytest.raises(NotFound):
        publish(people, bread, trade, by=people.changle_firm)
    assert queries.published_trace(epcis.canonical(lot("bread"))) is None


@pytest.mark.parametrize(
    "identifier", ["https://id.gs1.org/01/02000000000010/10/L", "urn:epc:id:sgtin:1.2.3", "bread"]
)
def test_what_is_no_lot_of_the_firm_is_refused_in_words(people, bread, trade, identifier):
    with pytest.raises(Refused) as refused:
        publish(people, bread, trade, identifier=identifier)
    assert "was to be published" in refused.value.sentence


def test_a_lot_whose_beginning_nobody_told_is_not_published(people, city, trade, send):
    kind = ProductClass.objects.first() or ProductClass.objects.create(key="bread", name="面包")
    gtin = epcis.identify(epcis.canonical(lot("seen"))).gtin
    seen = Product.objects.create(key="seen-1", name="面包", maker=city.gulou_firm, product_class=kind, gtin=gtin)
    send(event(action="OBSERVE", bizStep="receiving", quantityList=[{"epcClass": lot("seen"), "quantity": 5}]))

    with pytest.raises(Refused) as refused:
        publish(people, seen, trade, identifier=lot("seen"))

    assert refused.value.code == "no-origin"


def test_the_receipt_of_a_published_way_is_said_in_the_readers_language(people, bread, trade):
    published = publish(people, bread, trade)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(people.gulou_firm)

    text = client.get(f"/office/trace/publishedtrace/{published.pk}/change/").content.decode()

    assert published.receipt.startswith("backward ")
    assert "backward" not in text
    assert f"摘要 {published.receipt[-16:]}" in text

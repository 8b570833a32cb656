"""Partners' systems send, read and subscribe to events by GS1's REST interface, each within what is theirs."""

from __future__ import annotations

import importlib
import json
import socket
import time
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.test import Client
from lxml import etree
from tests.records.traceability.conftest import FARM, MILL, document, event, lot, pack

from banyan import epcis
from banyan.edge.epcis import actions
from banyan.edge.epcis.models import Delivery, NamedQuery, Subscription
from banyan.edge.epcis.queries import subscribing
from banyan.kit import clock, posting, rights

pytestmark = pytest.mark.django_db
ROOT = "/epcis/v2"
SHIPPED = event(bizStep="shipping", action="OBSERVE", epcList=[pack(1)], eventID="urn:uuid:1", place=MILL)
MADE = event(action="ADD", bizStep="commissioning", quantityList=[{"epcClass": lot(7), "quantity": 40, "uom": "KGM"}])


@pytest.fixture
def partners(city, people) -> SimpleNamespace:
    """The two firms and the planner, each with a client that answers in English."""
    from banyan.records.traceability import actions as traceability

    traceability.enter_locations(
        records=[
            {"identifier": FARM, "organisation": city.gulou_firm},
            {"identifier": MILL, "organisation": city.changle_firm},
        ],
        by=rights.System("test"),
        on=city.today,
    )
    found = {}
    for name in ("gulou_firm", "changle_firm", "planner", "sampler"):
        found[name] = Client(headers={"accept-language": "en"})
        found[name].force_login(getattr(people, name))
    return SimpleNamespace(**found)


def send(client: Client, *events: dict, kind: str = "application/json", **headers: str):
    return client.post(f"{ROOT}/capture", document(*events), content_type=kind, headers=headers)


def listed(answer) -> list[dict]:
    assert answer.status_code == 200, answer.content
    return answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def test_a_document_is_captured_and_its_job_tells_what_became_of_it(partners):
    sent = send(partners.gulou_firm, SHIPPED, MADE)

    assert sent.status_code == 202
    job = partners.gulou_firm.get(sent.headers["Location"])
    assert job.json() | {"captureID": "", "createdAt": "", "finishedAt": ""} == {
        "captureID": "", "createdAt": "", "finishedAt": "", "running": False, "success": True,
        "captureErrorBehaviour": "rollback", "errors": [],
    }  # fmt: skip
    assert [one["captureID"] for one in partners.gulou_firm.get(f"{ROOT}/capture").json()] == [
        job.json()["captureID"]
    ]
    as_xml = partners.gulou_firm.get(sent.headers["Location"], headers={"accept": "application/xml"})
    assert etree.fromstring(as_xml.content).get("success") == "true"


def test_one_bad_event_keeps_all_out_or_only_itself_as_the_header_asks(partners):
    bad = {**MADE, "eventTime": "yesterday"}

    rolled_back = send(partners.gulou_firm, SHIPPED, bad)
    job = partners.gulou_firm.get(rolled_back.headers["Location"]).json()

    assert (job["success"], job["errors"][0]["instance"]) == (False, "#/epcisBody/eventList/1/eventTime")
    assert job["errors"][0]["type"] == "epcisException:ValidationException"
    assert listed(partners.gulou_firm.get(f"{ROOT}/events")) == []

    send(partners.gulou_firm, SHIPPED, bad, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert [one["eventID"] for one in listed(partners.gulou_firm.get(f"{ROOT}/events"))] == ["urn:uuid:1"]


def test_json_and_xml_come_back_as_they_are_asked_for_with_the_same_hashes(partners):
    own = {**SHIPPED, "@context": {"own": "https://ns.example.com/own/"}, "own:grade": "A"}
    send(partners.gulou_firm, own, MADE)

    as_json = partners.gulou_firm.get(f"{ROOT}/events")
    as_xml = partners.gulou_firm.get(f"{ROOT}/events", headers={"accept": "application/xml"})

    assert (as_json["GS1-EPCIS-Version"], as_xml["Content-Type"]) == ("2.0.0", "application/xml")
    hashes = [
        {epcis.event_hash(one) for one in epcis.read(answer.content, kind).events}
        for answer, kind in ((as_json, "application/json"), (as_xml, "application/xml"))
    ]
    sent = {epcis.event_hash(one) for one in epcis.read(document(own, MADE), "application/json").events}
    assert hashes == [sent, sent]
    assert not epcis.around(read := epcis.read(as_json.content, "application/json")) or list(read.events)


def test_identifiers_come_as_digital_links_unless_they_are_to_stay_as_sent(partners):
    send(partners.gulou_firm, SHIPPED)

    (as_link,) = listed(partners.gulou_firm.get(f"{ROOT}/events"))
    (as_sent,) = listed(partners.gulou_firm.get(f"{ROOT}/events", headers={"GS1-EPC-Format": "Never_Translates"}))
    refused = partners.gulou_firm.get(f"{ROOT}/events", headers={"GS1-EPC-Format": "Always_EPC_URN"})

    assert as_link["epcList"] == [epcis.canonical(pack(1))]
    assert as_sent["epcList"] == [pack(1)]
    assert (refused.status_code, refused.json()["type"]) == (406, "epcisException:NotAcceptableException")


def test_xml_1_2_is_captured_and_what_is_no_document_is_refused_at_once(partners):
    text = b"".join(epcis.write_xml([SHIPPED], created="2025-05-01T00:00:00Z")).replace(b"xsd:2", b"xsd:1")

    sent = partners.gulou_firm.post(f"{ROOT}/capture", text, content_type="application/xml")
    assert partners.gulou_firm.get(sent.headers["Location"]).json()["success"] is True

    broken = partners.gulou_firm.post(f"{ROOT}/capture", b"{", content_type="application/json")
    assert (broken.status_code, broken.json()["type"]) == (400, "epcisException:ValidationException")
    assert broken.headers["Content-Type"] == "application/problem+json"
    table = partners.gulou_firm.post(f"{ROOT}/capture", b"a,b", content_type="text/csv")
    assert (table.status_code, table.json()["type"]) == (415, "epcisException:UnsupportedMediaTypeException")


def test_a_document_beyond_the_limit_is_refused_with_the_limit_that_the_description_states(partners, monkeypatch):
    from banyan.edge.epcis.queries import protocol

    monkeypatch.setattr(protocol, "most_bytes", lambda: 1000)

    refused = send(partners.gulou_firm, SHIPPED, MADE, MADE, MADE, MADE)
    described = partners.gulou_firm.get(f"{ROOT}/openapi.json").json()

    assert (refused.status_code, "1000" in refused.json()["detail"]) == (413, True)
    assert refused.json()["type"] == "epcisException:CaptureLimitExceededException"
    assert "at most 1000 bytes" in described["paths"]["/capture"]["post"]["description"]
    options = partners.gulou_firm.options(f"{ROOT}/capture")
    assert options.headers["GS1-EPCIS-Capture-File-Size-Limit"] == "1000"


def test_one_event_is_captured_at_once_and_found_at_its_address(partners):
    alone = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], **SHIPPED}

    def post(content: dict):
        return partners.gulou_firm.post(f"{ROOT}/events", json.dumps(content), content_type="application/json")

    first, again = post(alone), post(alone)
    other, wrong = post({**alone, "bizStep": "receiving"}), post({**alone, "action": "MOVE"})

    assert (first.status_code, again.status_code, other.status_code, wrong.status_code) == (201, 201, 409, 400)
    assert wrong.json()["type"] == "epcisException:ValidationException"
    assert other.json()["type"] == "epcisException:ResourceAlreadyExistsException"
    assert "/action" in wrong.json()["detail"]
    assert [one["eventID"] for one in listed(partners.gulou_firm.get(first.headers["Location"]))] == ["urn:uuid:1"]


def test_a_firm_reads_its_own_events_and_a_stranger_none(partners):
    send(partners.gulou_firm, MADE)

    assert len(listed(partners.gulou_firm.get(f"{ROOT}/events"))) == 1
    assert listed(partners.changle_firm.get(f"{ROOT}/events")) == []
    refused = partners.sampler.get(f"{ROOT}/events")
    assert (refused.status_code, refused.json()["type"]) == (403, "epcisException:SecurityException")
    stranger = Client().get(f"{ROOT}/events")
    assert (stranger.status_code, stranger.json()["type"]) == (401, "epcisException:SecurityException")


def test_the_authority_states_a_purpose_before_it_reads(partners, people, city):
    from banyan.records.traceability import actions as traceability

    send(partners.gulou_firm, MADE)
    assert partners.planner.get(f"{ROOT}/events").status_code == 403

    traceability.state_purpose(says="Complaint 2025-17 about rice", by=people.planner, on=clock.today())

    assert len(listed(partners.planner.get(f"{ROOT}/events"))) == 1


def test_a_client_without_the_token_of_its_session_writes_nothing(partners, people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.gulou_firm)

    assert send(client, SHIPPED).status_code == 403


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("EQ_bizStep=shipping", 1),
        ("EQ_bizStep=https://ref.gs1.org/cbv/BizStep-shipping", 1),
        ("EQ_bizStep=shipping|commissioning", 2),
        ("eventType=AggregationEvent", 0),
        ("MATCH_epc=" + quote(pack(1)), 1),
        ("MATCH_anyEPC=" + quote(epcis.canonical(lot(7)), safe=""), 1),
        ("GE_eventTime=2026-01-01T00:00:00Z", 0),
        ("eventCountLimit=1", 1),
        ("maxEventCount=2", 2),
    ],
)
def test_events_are_found_by_the_parameters_of_the_standard(partners, question, count):
    send(partners.gulou_firm, SHIPPED, MADE)

    assert len(listed(partners.gulou_firm.get(f"{ROOT}/events?{question}"))) == count


@pytest.mark.parametrize(
    ("question", "status", "name"),
    [
        ("EQ_colour=red", 400, "QueryParameterException"),
        ("GE_eventTime=yesterday", 400, "QueryParameterException"),
        ("perPage=0", 400, "QueryParameterException"),
        ("nextPageToken=abc", 400, "QueryParameterException"),
        ("EQ_bizStep=a&EQ_bizStep=b", 400, "QueryParameterException"),
        ("MATCH_epc=https://id.gs1.org/01/04012345111119/21/1", 400, "QueryParameterException"),
        ("maxEventCount=1", 413, "QueryTooLargeException"),
        ("maxEventCount=1000000", 400, "QueryParameterException"),
        ("maxEventCount=", 400, "QueryParameterException"),
        ("eventCountLimit=abc", 400, "QueryParameterException"),
        ("eventCountLimit=", 400, "QueryParameterException"),
        ("eventCountLimit=-5", 400, "QueryParameterException"),
        ("perPage=²", 400, "QueryParameterException"),
        ("limit=5", 400, "QueryParameterException"),
        ("person=x", 400, "QueryParameterException"),
        ("after=1", 400, "QueryParameterException"),
        ("GE_SENSORREPORT_value=", 400, "QueryParameterException"),
        ("GE_eventTime=0001-01-01T00:00:00%2B08:00", 400, "QueryParameterException"),
        ("EQ_eventID=a%00b", 400, "QueryParameterException"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_by_name(partners, question, status, name):
    send(partners.gulou_firm, SHIPPED, MADE)

    refused = partners.gulou_firm.get(f"{ROOT}/events?{question}")
    as_xml = partners.gulou_firm.get(f"{ROOT}/events?{question}", headers={"accept": "application/xml"})

    assert (refused.status_code, refused.json()["type"]) == (status, f"epcisException:{name}")
    assert etree.fromstring(as_xml.content).findtext("type") == f"epcisException:{name}"


def test_a_text_with_nul_is_refused_wherever_it_stands(partners):
    body = json.dumps({"name": "a\0b", "query": {}})

    assert partners.gulou_firm.post(f"{ROOT}/queries", body, content_type="application/json").status_code == 400
    assert partners.gulou_firm.get(f"{ROOT}/capture/a%00b").status_code == 400


def test_pages_follow_each_other_to_the_end(partners):
    send(
        partners.gulou_firm, *(event(action="OBSERVE", epcList=[pack(number)], hour=number) for number in range(1, 6))
    )

    where, seen, pages = f"{ROOT}/events?perPage=2", [], 0
    while where:
        answer = partners.gulou_firm.get(where)
        seen += [one["eventID"] for one in listed(answer)]
        link = answer.headers.get("Link", "")
        assert bool(link) == ("GS1-Next-Page-Token-Expires" in answer.headers)
        parts = urlsplit(link.partition(">")[0].lstrip("<"))
        where, pages = f"{parts.path}?{parts.query}" if link else "", pages + 1

    assert (len(seen), len(set(seen)), pages) == (5, 5, 3)


def test_a_limit_that_is_larger_than_a_page_is_kept_over_the_pages(partners):
    send(
        partners.gulou_firm, *(event(action="OBSERVE", epcList=[pack(number)], hour=number) for number in range(1, 6))
    )

    first = partners.gulou_firm.get(f"{ROOT}/events?perPage=2&eventCountLimit=3")
    second = partners.gulou_firm.get(first.headers["Link"].partition(">")[0].lstrip("<"))

    assert (len(listed(first)), len(listed(second)), "Link" in second.headers) == (2, 1, False)


def test_a_token_of_a_page_is_released_at_once(partners):
    assert partners.gulou_firm.delete(f"{ROOT}/nextPageToken/abc").status_code == 204


def test_collections_name_what_occurs_and_lead_to_its_events(partners):
    send(partners.gulou_firm, SHIPPED, MADE)
    get = partners.gulou_firm.get

    assert "epcs" in get(f"{ROOT}/").json()["member"]
    assert get(f"{ROOT}/bizSteps").json()["member"] == ["commissioning", "shipping"]
    assert get(f"{ROOT}/epcs").json()["member"] == sorted([epcis.canonical(pack(1)), epcis.canonical(lot(7))])
    assert get(f"{ROOT}/epcs?perPage=1").headers["Link"]
    for collection, member in (
        ("eventTypes", "ObjectEvent"),
        ("bizSteps", "shipping"),
        ("epcs", quote(pack(1), safe="")),
        ("epcs", quote(epcis.canonical(pack(1)), safe="")),
        ("bizLocations", quote(MILL, safe="")),
    ):
        assert get(f"{ROOT}/{collection}/{member}").json()["member"] == ["events"], collection
        assert listed(get(f"{ROOT}/{collection}/{member}/events")), collection
    assert get(f"{ROOT}/bizSteps/killing").status_code == 404
    assert get(f"{ROOT}/moods").status_code == 404
    assert get(f"{ROOT}/bizSteps/shipping/events?EQ_bizStep=shipping").status_code == 400


def test_what_xml_cannot_write_is_refused_at_capture_and_never_a_fault_of_ours(partners, monkeypatch):
    odd = {**SHIPPED, "@context": {"own": "https://ns.example.com/own/"}, "own:grade": "A\x01"}
    job = partners.gulou_firm.get(send(partners.gulou_firm, odd).headers["Location"]).json()
    assert "as XML" in job["errors"][0]["detail"]

    checking = importlib.import_module("banyan.epcis.checking")
    monkeypatch.setattr(checking, "_unwritable", lambda event: iter(()))  # as events are that came before
    send(partners.gulou_firm, odd)

    as_xml = partners.gulou_firm.get(f"{ROOT}/events", headers={"accept": "application/xml"})
    assert (as_xml.status_code, etree.fromstring(as_xml.content).findtext("status")) == (406, "406")
    assert len(listed(partners.gulou_firm.get(f"{ROOT}/events"))) == 1


def test_several_events_are_not_captured_as_one(partners):
    sent = partners.gulou_firm.post(f"{ROOT}/events", document(SHIPPED, MADE), content_type="application/json")

    assert (sent.status_code, "Several" in sent.json()["detail"]) == (400, True)


def test_versions_that_are_not_spoken_are_refused(partners):
    told = partners.gulou_firm.options(f"{ROOT}/events")
    assert (told.status_code, told["Allow"], told["GS1-EPCIS-Min"]) == (204, "OPTIONS, GET, POST", "1.1.0")

    newer = partners.gulou_firm.get(f"{ROOT}/events", headers={"GS1-EPCIS-Min": "3.0.0"})
    assert newer.status_code == 406
    assert partners.gulou_firm.get(f"{ROOT}/events", headers={"GS1-EPCIS-Min": "1.2"}).status_code == 200
    assert partners.gulou_firm.get(f"{ROOT}/events", headers={"accept": "image/png"}).status_code == 406
    assert partners.gulou_firm.put(f"{ROOT}/events").status_code == 405


# ---------------------------------------------------------------- kept queries and subscriptions


def keep(client: Client, name: str = "shipped", **query) -> None:
    body = {"name": name, "query": query or {"EQ_bizStep": ["shipping"]}}
    answer = client.post(f"{ROOT}/queries", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201, answer.content


def subscribe(client: Client, **body):
    body = {"dest": "https://partner.example.com/events", "signatureToken": "secret", **body}
    return client.post(f"{ROOT}/queries/shipped/subscriptions", json.dumps(body), content_type="application/json")


def test_a_query_is_kept_answered_and_deleted_by_its_owner_only(partners):
    send(partners.gulou_firm, SHIPPED, MADE)
    keep(partners.gulou_firm)

    assert [one["name"] for one in partners.gulou_firm.get(f"{ROOT}/queries").json()] == ["shipped"]
    assert len(listed(partners.gulou_firm.get(f"{ROOT}/queries/shipped/events"))) == 1
    stranger = partners.changle_firm.get(f"{ROOT}/queries/shipped")
    assert (stranger.status_code, stranger.json()["type"]) == (404, "epcisException:NoSuchNameException")
    body = json.dumps({"name": "shipped", "query": {}})
    assert partners.gulou_firm.post(f"{ROOT}/queries", body, content_type="application/json").status_code == 409
    wrong = json.dumps({"name": "other", "query": {"EQ_colour": ["red"]}})
    refused = partners.gulou_firm.post(f"{ROOT}/queries", wrong, content_type="application/json")
    assert refused.json()["type"] == "epcisException:QueryValidationException"
    gone = partners.gulou_firm.delete(f"{ROOT}/queries/shipped")
    assert gone.status_code == 204, gone.content
    assert partners.gulou_firm.get(f"{ROOT}/queries/shipped").status_code == 404


@pytest.fixture
def public(monkeypatch) -> None:
    """Every host lies in the public network."""
    monkeypatch.setattr(posting, "addresses", lambda host, port: ["93.184.216.34"])


@pytest.fixture
def post_office(monkeypatch, public) -> SimpleNamespace:
    """Takes what is sent in place of the network, with the status that it is set to."""
    office = SimpleNamespace(status=200, letters=[])

    class Taken:
        def __init__(self, host, port, address):
            self.where = (host, port, address)

        def request(self, method, path, body, headers):
            office.letters.append((*self.where, path, body, headers))

        def getresponse(self):
            return SimpleNamespace(status=office.status, close=lambda: None)

        def close(self):
            pass

    monkeypatch.setattr(posting, "Pinned", Taken)
    return office


def test_events_of_a_stream_are_sent_once_signed_and_in_order(partners, post_office):
    keep(partners.gulou_firm)
    made = subscribe(partners.gulou_firm, stream=True)
    assert made.status_code == 201
    assert "secret" not in made.content.decode()
    send(partners.gulou_firm, SHIPPED, MADE)

    assert actions.deliver(at=clock.now()) == {"taken": 1, "refused": 0}
    assert actions.deliver(at=clock.now() + timedelta(minutes=1)) == {"taken": 0, "refused": 0}

    ((host, _port, address, path, body, headers),) = post_office.letters
    assert (host, address, path) == ("partner.example.com", "93.184.216.34", "/events")
    assert headers["GS1-Signature"] == actions.signature("secret", body)
    sent = epcis.read(body, "application/json")
    assert ([one["eventID"] for one in sent.events], sent.query["queryName"]) == (["urn:uuid:1"], "shipped")
    assert "lastNotifiedAt" in partners.gulou_firm.get(made.headers["Location"]).json()


def test_what_is_not_taken_is_sent_again_ever_more_seldom(partners, post_office):
    keep(partners.gulou_firm)
    where = subscribe(partners.gulou_firm, stream=True).headers["Location"]
    send(partners.gulou_firm, SHIPPED)
    post_office.status, now = 503, clock.now()

    actions.deliver(at=now)
    first = Delivery.objects.get().due_at
    actions.deliver(at=now)  # not yet due again
    actions.deliver(at=first)
    second = Delivery.objects.get().due_at
    fault = partners.gulou_firm.get(where).json()["fault"]
    post_office.status = 200
    actions.deliver(at=second)

    assert (first - now, second - first) == (timedelta(minutes=1), timedelta(minutes=2))
    assert (fault["tries"], "503" in fault["says"]) == (2, True)
    assert len(post_office.letters) == 3
    assert "fault" not in partners.gulou_firm.get(where).json()
    assert partners.gulou_firm.delete(where).status_code == 204
    assert partners.gulou_firm.get(where).status_code == 404


def test_a_fault_of_one_subscription_keeps_nobody_elses_message_back(partners, post_office):
    keep(partners.gulou_firm)
    subscribe(partners.gulou_firm, stream=True)
    subscribe(partners.gulou_firm, stream=True)
    first = Delivery.objects.order_by("due_at", "pk").first()
    NamedQuery.objects.create(
        key="broken", name="broken", username="gulou_firm", query={"eventType": [[]]}, created_at=clock.now()
    )
    Subscription.objects.filter(pk=first.pk).update(query="broken")
    send(partners.gulou_firm, SHIPPED)

    assert actions.deliver(at=clock.now()) == {"taken": 1, "refused": 1}
    assert Delivery.objects.get(pk=first.pk).tries == 1


def test_a_subscription_that_few_events_answer_moves_on(partners, post_office, monkeypatch):
    monkeypatch.setattr(importlib.import_module("banyan.records.traceability.queries.events"), "LOOKED_AT", 1)
    monkeypatch.setattr(actions, "BATCH", 1)
    keep(partners.gulou_firm, EQ_transformationID=["urn:x:1"])
    subscribe(partners.gulou_firm, stream=True)
    send(partners.gulou_firm, *(event(action="OBSERVE", epcList=[pack(one)], hour=one) for one in range(1, 5)))

    assert actions.deliver(at=clock.now()) == {"taken": 0, "refused": 0}
    assert Delivery.objects.get().after >= 3


def test_the_command_looks_again_after_a_look_that_failed(monkeypatch, capsys):
    from banyan.config.commands import epcis as command

    looks = iter([OSError("the database is away"), {"taken": 1, "refused": 0}])

    def look(*, at):
        found = next(looks)
        if isinstance(found, Exception):
            raise found
        return found

    def sleep(seconds, slept=[]):  # noqa: B006 - it counts its own calls
        slept.append(seconds)
        if len(slept) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(actions, "deliver", look)
    monkeypatch.setattr(command.time, "sleep", sleep)

    with pytest.raises(KeyboardInterrupt):
        command.deliver(every=10)

    assert capsys.readouterr().out == "1 taken, 0 refused\n"


def test_an_exchange_that_is_drawn_out_ends_when_its_time_is_up():
    class Plain(posting.Hurried, socket.socket):
        pass

    left, right = socket.socketpair()
    with Plain(fileno=left.detach()) as slow, right:
        slow.ends = time.monotonic() + 0.05
        right.send(b"a")
        assert slow.recv_into(bytearray(1)) == 1
        with pytest.raises(TimeoutError):
            slow.recv_into(bytearray(1))
        right.send(b"a")
        with pytest.raises(TimeoutError, match="too long"):
            slow.recv_into(bytearray(1))


def test_a_schedule_is_kept_and_reports_nothing_where_that_is_asked_for(partners, post_office):
    keep(partners.gulou_firm)
    subscribe(partners.gulou_firm, schedule={"hour": "1", "minute": "5"}, reportIfEmpty=True)
    due = Delivery.objects.get().due_at

    assert actions.deliver(at=due - timedelta(seconds=1)) == {"taken": 0, "refused": 0}
    assert actions.deliver(at=due) == {"taken": 1, "refused": 0}

    assert due.astimezone(clock.zone()).strftime("%H:%M:%S") == "01:05:00"
    assert Delivery.objects.get().due_at - due == timedelta(days=1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"stream": True, "schedule": {"hour": "1"}},
        {"schedule": {"hour": "25"}},
        {"schedule": {"fortnight": "1"}},
        {"schedule": {"dayOfMonth": "31", "month": "2"}},
        {"stream": True, "dest": "http://partner.example.com/"},
        {"stream": True, "dest": "https://me:secret@partner.example.com/"},
        {"stream": True, "initialRecordTime": "yesterday"},
        {"stream": True, "initialRecordTime": "0001-01-01T00:00:00+08:00"},
        {"stream": True, "dest": "https://partner.example.com/事件"},
        {"stream": True, "dest": "https://" + "a" * 64 + ".example.com/"},
        {"stream": True, "dest": "https://partner..example.com/"},
    ],
)
def test_a_subscription_that_cannot_be_is_refused(partners, public, body):
    keep(partners.gulou_firm)

    refused = subscribe(partners.gulou_firm, **body)

    assert (refused.status_code, refused.json()["type"]) == (400, "epcisException:SubscriptionControlsException")


@pytest.mark.parametrize(
    "inside",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "224.0.0.1", "::1", "fd00::1", "fec0::1"),
        *("64:ff9b::a01:203", "2002:a01:203::1", "::10.1.2.3", "::ffff:10.1.2.3"),
    ],
)
def test_no_message_goes_to_a_machine_behind_the_fire_wall(partners, monkeypatch, inside):
    monkeypatch.setattr(posting, "addresses", lambda host, port: ["93.184.216.34", inside])
    keep(partners.gulou_firm)

    assert subscribe(partners.gulou_firm, stream=True).status_code == 400
    monkeypatch.undo()
    literal = f"https://[{inside}]/" if ":" in inside else f"https://{inside}/"
    assert subscribe(partners.gulou_firm, stream=True, dest=literal).status_code == 400


# ---------------------------------------------------------------- machines


def machine(city, people, *scopes: str) -> tuple[str, Client]:
    """A firm's program with a token for some scopes, as its own client without cookies."""
    from banyan.kit import machines

    made = machines.enter_machine(
        username="erp", scopes=["epcis:capture", "epcis:query"], role="firm", dimension="organisation",
        path="firm-g", from_on=city.today, by=people.administrator, on=city.today,
    )  # fmt: skip
    form = {
        "grant_type": "client_credentials", "client_id": made.client_id,
        "client_secret": made.told_once.rpartition(" ")[2], "scope": " ".join(scopes),
    }  # fmt: skip
    kind = "application/x-www-form-urlencoded"
    token = Client().post("/oauth/token", urlencode(form), content_type=kind).json()["access_token"]
    return token, Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {token}"})


def test_a_machine_sends_for_its_firm_and_reads_what_its_scopes_let_it(partners, city, people):
    _token, sender = machine(city, people, "epcis:capture")

    sent = send(sender, SHIPPED)
    assert sent.status_code == 202
    assert sender.get(sent.headers["Location"]).json()["success"] is True
    assert [one["eventID"] for one in listed(partners.gulou_firm.get(f"{ROOT}/events"))] == ["urn:uuid:1"]
    refused = sender.get(f"{ROOT}/events")
    assert (refused.status_code, refused.json()["type"]) == (403, "epcisException:SecurityException")
    assert "epcis:query" in refused.json()["detail"]
    assert sender.get("/api/v1/organisations").status_code == 403, "not let in for the other interface"


def test_a_machine_that_only_reads_sends_nothing_and_keeps_queries(partners, city, people):
    send(partners.gulou_firm, SHIPPED)
    _token, reader = machine(city, people, "epcis:query")

    assert len(listed(reader.get(f"{ROOT}/events"))) == 1
    assert send(reader, MADE).status_code == 403
    keep(reader)
    assert reader.delete(f"{ROOT}/queries/shipped").status_code == 204


def test_a_token_that_is_none_is_refused_in_the_form_of_the_standard(partners):
    stranger = Client(headers={"authorization": "Bearer made-up", "accept-language": "en"})

    as_json, as_xml = stranger.get(f"{ROOT}/events"), stranger.get(f"{ROOT}/", headers={"accept": "application/xml"})

    assert (as_json.status_code, as_json.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert as_json.headers["Content-Type"] == "application/problem+json"
    assert "/oauth/token" in as_json.json()["detail"]
    assert etree.fromstring(as_xml.content).findtext("type") == "epcisException:SecurityException"


def test_the_office_page_of_a_lot_shows_the_code_that_leads_to_its_public_page(partners):
    from banyan.records.traceability.queries import Thing

    send(partners.gulou_firm, MADE)
    thing = Thing.objects.get(epc=epcis.canonical(lot(7)))
    path = thing.epc.removeprefix(epcis.DOMAIN)

    page = partners.gulou_firm.get(f"/office/traceability/thing/{thing.pk}/change/").content.decode()

    assert f'src="/qr{path}"' in page
    assert Client().get(path).status_code == 200
    assert Client().get(f"/qr{path}").content.startswith(b"<svg")


# ---------------------------------------------------------------- subscriptions on pages of the office

OFFICE = "/office/epcis/subscription/"


def press(client: Client, key: str, verb: str, **form: str):
    return client.post(f"{OFFICE}{key}/do/{verb}/", form, follow=True)


def test_the_office_shows_how_far_a_subscription_of_ones_firm_is(partners, city, people, post_office):
    _token, erp = machine(city, people, "epcis:query")
    keep(erp)
    key = subscribe(erp, stream=True).json()["subscriptionID"]
    send(partners.gulou_firm, SHIPPED)
    post_office.status = 503
    actions.deliver(at=clock.now())

    own, others = partners.gulou_firm.get(OFFICE), partners.changle_firm.get(OFFICE)
    page = partners.gulou_firm.get(f"{OFFICE}{key}/change/").content.decode()

    assert [len(one.context["cl"].result_list) for one in (own, others)] == [1, 0]
    assert len(partners.planner.get(OFFICE).context["cl"].result_list) == 1, "who reads everywhere sees all"
    assert partners.changle_firm.get(f"{OFFICE}{key}/change/").status_code in (302, 404)
    assert "not taken; tried again" in page
    assert "HTTP 503" in page
    assert "+00:00" not in page, "times are those of the city"
    assert "https://partner.example.com/events" in page


def test_a_subscription_is_paused_goes_on_where_it_was_and_is_tried_again(partners, post_office):
    firm = partners.gulou_firm
    keep(firm)
    key = subscribe(firm, stream=True).json()["subscriptionID"]

    assert press(firm, key, "pause", reason="maintenance").status_code == 200
    send(firm, SHIPPED)
    assert actions.deliver(at=clock.now()) == {"taken": 0, "refused": 0}
    assert "pausedOn" in firm.get(f"{ROOT}/queries/shipped/subscriptions/{key}").json()
    press(firm, key, "resume")
    assert actions.deliver(at=clock.now()) == {"taken": 1, "refused": 0}

    send(firm, {**SHIPPED, "eventID": "urn:uuid:2", "epcList": [pack(2)]})
    Delivery.objects.update(tries=subscribing.MOST_TRIES, fault="HTTP 500", due_at=clock.now() + timedelta(hours=9))
    assert "given up" in firm.get(f"{OFFICE}{key}/change/").content.decode()
    assert actions.deliver(at=clock.now() + timedelta(days=1)) == {"taken": 0, "refused": 0}
    press(firm, key, "retry")
    assert actions.deliver(at=clock.now()) == {"taken": 1, "refused": 0}
    assert Delivery.objects.get().tries == 0


def test_who_only_sees_a_subscription_changes_nothing_of_it(partners, people, post_office):
    keep(partners.gulou_firm)
    key = subscribe(partners.gulou_firm, stream=True).json()["subscriptionID"]

    assert press(partners.planner, key, "pause", reason="I would like it so").status_code == 403
    assert Subscription.objects.get(pk=key).paused_on is None

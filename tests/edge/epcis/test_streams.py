"""Streams by websocket: the site's pages of one, and real clients on real sockets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.edge.epcis.test_interface import MADE, ROOT, SHIPPED, keep, partners, send
from tests.records.traceability.conftest import document, event, pack
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from banyan.edge.epcis.queries import streaming
from banyan.kit import clock

__all__ = ["partners"]
WHERE = f"{ROOT}/queries/shipped/events"


def ask(client: Client, query: str = "stream=true", *, place: streaming.Place | None = None, **headers: str):
    return client.get(f"{WHERE}?{query}", headers=headers, **{streaming.PLACE: place})


def sent(answer) -> list[str]:
    content = json.loads(answer.content)["epcisBody"]["queryResults"] if answer.content else None
    return [one["eventID"] for one in content["resultsBody"]["eventList"]] if content else []


# ---------------------------------------------------------------- as the site answers


@pytest.mark.django_db
def test_a_stream_sends_each_event_once_in_order_from_its_beginning(partners, monkeypatch):
    monkeypatch.setattr(streaming, "BATCH", 2)
    firm = partners.gulou_firm
    keep(firm)
    send(firm, {**SHIPPED, "eventID": "urn:uuid:before"})

    begun = ask(firm)
    numbers = range(2, 7)
    send(firm, MADE, *({**SHIPPED, "eventID": f"urn:uuid:{one}", "epcList": [pack(one)]} for one in numbers))
    got, place = [], begun.place
    while True:
        answer = ask(firm, place=place)
        place = answer.place
        got += sent(answer)
        if not place.more:
            break

    assert (begun.status_code, "GS1-Query-Min-Record-Time" in begun.headers) == (101, True)
    assert got == [f"urn:uuid:{one}" for one in numbers]
    assert sent(ask(firm, place=place)) == []


@pytest.mark.django_db
def test_a_stream_begins_at_the_record_time_that_it_is_given(partners):
    firm = partners.gulou_firm
    keep(firm)
    send(firm, SHIPPED)
    (before,) = firm.get(WHERE).json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]

    begun = ask(firm, urlencode({"stream": "true", "initialRecordTime": before["recordTime"]}))

    assert sent(ask(firm, place=begun.place)) == ["urn:uuid:1"]


@pytest.mark.django_db
def test_a_schedule_sends_what_came_since_at_its_time_and_nothing_where_that_is_asked_for(partners):
    firm, query = partners.gulou_firm, "hour=1&minute=5&reportIfEmpty=true"
    keep(firm)

    place = ask(firm, query).place
    assert place.due.astimezone(clock.zone()).strftime("%H:%M:%S") == "01:05:00"
    empty = ask(firm, query, place=place)
    assert (sent(empty), json.loads(empty.content)["type"]) == ([], "EPCISQueryDocument")
    assert ask(firm, "hour=1", place=place).content == b""
    send(firm, SHIPPED)
    assert sent(ask(firm, query, place=empty.place)) == ["urn:uuid:1"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "", "stream=true&hour=1", "stream=perhaps", "stream=true&EQ_bizStep=shipping", "hour=25", "stream=false",
        "dayOfMonth=31&month=2", "stream=true&initialRecordTime=yesterday", "stream=true&reportIfEmpty=1",
    ],
)  # fmt: skip
def test_a_stream_that_cannot_be_is_refused(partners, query):
    keep(partners.gulou_firm)

    refused = ask(partners.gulou_firm, query, upgrade="websocket")

    assert (refused.status_code, refused.json()["type"]) == (400, "epcisException:SubscriptionControlsException")


@pytest.mark.django_db
def test_a_stream_has_the_rights_of_every_other_read(partners, people):
    keep(partners.gulou_firm)
    place = ask(partners.gulou_firm).place

    assert ask(Client()).status_code == 401
    assert ask(partners.changle_firm).status_code == 404, "another's query"
    assert ask(partners.gulou_firm, origin="https://other.example").status_code == 403
    assert ask(partners.gulou_firm, origin="http://testserver").status_code == 101
    people.gulou_firm.grants.update(until_on=clock.today() - timedelta(days=1))
    assert ask(partners.gulou_firm, place=place).status_code == 403, "from the day its role ended"


@pytest.mark.django_db
def test_the_site_itself_says_where_streams_are(partners, settings):
    keep(partners.gulou_firm)
    settings.BANYAN_EPCIS_STREAM = "wss://events.example"

    refused = partners.gulou_firm.get(f"{WHERE}?stream=true", headers={"upgrade": "websocket"})
    described = partners.gulou_firm.get(f"{ROOT}/openapi.json").json()["paths"]["/queries/{queryName}/events"]

    assert refused.status_code == 400
    assert f"wss://events.example{WHERE}" in refused.json()["detail"]
    assert {"url": "wss://events.example/epcis/v2"}.items() <= described["servers"][1].items()


# ---------------------------------------------------------------- real sockets

CITY = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.records.traceability.conftest import FARM
from tests.town import make_city, make_people
from banyan.kit import clock, machines, rights
from banyan.records.traceability import actions
city, people, on = make_city(), make_people(), clock.today()
actions.enter_locations(records=[{"identifier": FARM, "organisation": city.gulou_firm}], by=rights.System("t"), on=on)
machine = machines.enter_machine(
    username="erp", scopes=["epcis:capture", "epcis:query"], role="firm", dimension="organisation", path="firm-g",
    from_on=on, by=people.administrator, on=on,
)
print(machine.client_id, machine.told_once.rpartition(" ")[2])
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Iterator[SimpleNamespace]:
    """A site of its own on real ports, with a firm's program that has a token."""
    folder = tmp_path_factory.mktemp("streams")
    environment = {name: value for name, value in os.environ.items() if name != "BANYAN_DATABASE_URL"}
    environment |= {"BANYAN_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "banyan.config.settings"}
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path)}
    made = subprocess.run([sys.executable, "-c", CITY], env=environment, capture_output=True, text=True, check=True)
    client, secret = made.stdout.split()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws",
         "banyan.config.wsgi:application"], env=environment,
    )  # fmt: skip
    streams: list[subprocess.Popen] = []

    def post(path: str, body: bytes | None, kind: str, *, method: str = "POST", **headers: str) -> bytes:
        told = {"Content-Type": kind, **headers}
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, told, method=method)
        with urllib.request.urlopen(asked, timeout=120) as answer:
            return answer.read()

    def begin() -> str:
        command = [sys.executable, "-m", "banyan", "epcis", "stream", "--port", "0"]
        streams.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
        return streams[-1].stdout.readline().strip() + ROOT

    def end() -> int:
        streams[-1].terminate()
        streams[-1].communicate(timeout=60)
        return streams[-1].returncode

    try:
        while True:
            try:
                form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
                given = post("/oauth/token", urlencode(form).encode(), "application/x-www-form-urlencoded")
                break
            except OSError:
                assert site.poll() is None
                time.sleep(0.2)
        bearer = {"Authorization": f"Bearer {json.loads(given)['access_token']}"}
        yield SimpleNamespace(
            address=f"http://127.0.0.1:{port}", client=client, secret=secret,
            begin=begin, end=end, bearer=bearer,
            post=lambda path, content: post(f"{ROOT}{path}", content, "application/json", **bearer),
            delete=lambda path: post(f"{ROOT}{path}", None, "application/json", method="DELETE", **bearer),
        )  # fmt: skip
    finally:
        for process in (site, *streams):
            process.terminate()
            process.communicate(timeout=60)


def ship(town: SimpleNamespace, *numbers: int) -> None:
    events = (
        event(action="OBSERVE", bizStep="shipping", epcList=[pack(one)], eventID=f"urn:n:{one}") for one in numbers
    )
    town.post("/capture", document(*events))


@pytest.mark.slow
def test_a_client_over_a_socket_gets_each_event_once_and_goes_on_after_a_restart(town):
    town.post("/queries", json.dumps({"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}}).encode())
    where = f"{town.begin()}/queries/shipped/events?stream=true"
    got: list[dict] = []

    def take(client, last: str) -> None:
        while not got or got[-1]["eventID"] != last:
            message = json.loads(client.recv(timeout=120))
            got.extend(message["epcisBody"]["queryResults"]["resultsBody"]["eventList"])

    with (
        connect(where, additional_headers=town.bearer, open_timeout=120) as first,
        connect(where, additional_headers=town.bearer, open_timeout=120) as second,
    ):
        assert first.response.headers["GS1-EPCIS-Version"] == "2.0.0"
        ship(town, 1, 2, 3)
        take(first, "urn:n:3")
        ship(town, 4)
        take(first, "urn:n:4")
        mine, got = got, []
        take(second, "urn:n:4")
    assert [one["eventID"] for one in mine] == [one["eventID"] for one in got] == [f"urn:n:{n}" for n in range(1, 5)]

    assert town.end() == 0
    ship(town, 5, 6)
    again = f"{town.begin()}/queries/shipped/events?" + urlencode(
        {"stream": "true", "initialRecordTime": mine[-1]["recordTime"]}
    )
    got = []
    with connect(again, additional_headers=town.bearer, open_timeout=120) as client:
        take(client, "urn:n:6")
    assert [one["eventID"] for one in got] == ["urn:n:4", "urn:n:5", "urn:n:6"], "the last one known, then the others"


@pytest.mark.slow
def test_what_a_stream_refuses_it_refuses_before_it_begins_and_a_deleted_query_ends_it(town):
    root = town.begin()
    town.post("/queries", json.dumps({"name": "all", "query": {}}).encode())

    for path, headers, status in (
        ("/queries/all/events?stream=true", {}, 401),
        ("/queries/none/events?stream=true", town.bearer, 404),
        ("/queries/all/events", town.bearer, 400),
        ("/events", town.bearer, 404),
    ):
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(root + path, additional_headers=headers, open_timeout=120),
        ):
            pass
        answer = refused.value.response
        assert answer.status_code == status, path
        assert b"epcisException" in answer.body or path == "/events"

    with connect(
        f"{root}/queries/all/events?second=0/1&reportIfEmpty=true", additional_headers=town.bearer
    ) as client:
        assert json.loads(client.recv(timeout=120))["type"] == "EPCISQueryDocument"
        town.delete("/queries/all")
        with pytest.raises(ConnectionClosed) as closed:
            for _message in iter(lambda: client.recv(timeout=120), None):
                pass
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "Not Found")

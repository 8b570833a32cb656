"""A receiver with a real server behind it, a firm with a penalty, and listings step by step."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from banyan.base.registry.models import Organisation
from banyan.edge.receivers import actions
from banyan.edge.receivers.models import Receiver
from banyan.judgement.lists import actions as lists
from banyan.judgement.lists.models import Listing
from banyan.kit import machines
from banyan.kit.rights import System
from banyan.response.casework.models import Case

HOUSE = System("test")
DOCS = Path(__file__).resolve().parents[3] / "docs" / "how-to"


def script() -> Any:
    """The receiver's own script, as the how-to has it."""
    spec = importlib.util.spec_from_file_location("verify_changes", DOCS / "verify_changes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def server() -> Iterator[SimpleNamespace]:
    """A server of a receiver: keeps what it gets, and answers with the status that it is set to for a subject."""
    inbox = SimpleNamespace(got=[], status=lambda _event: 200)

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            structured = self.headers["Content-Type"].startswith("application/cloudevents+json")
            event = json.loads(body) if structured else {
                name[3:]: value for name, value in self.headers.items() if name.lower().startswith("ce-")
            } | {"data": json.loads(body)}  # fmt: skip
            status = inbox.status(event)
            if status == 200:
                inbox.got.append(SimpleNamespace(event=event, body=body, headers=dict(self.headers), path=self.path))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    web = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    inbox.address = f"http://127.0.0.1:{web.server_port}/changes"
    yield inbox
    web.shutdown()
    web.server_close()
    thread.join()


@pytest.fixture
def enter(city) -> Callable[..., Receiver]:
    """Enter a receiver with topics; its secret is kept beside it, as it was told once."""

    def entered(name: str = "Bank", *topics: str, kind: str = "bank", **more: Any) -> Receiver:
        given = {"endpoint": "http://127.0.0.1:9/", "region": city.fuzhou} | more
        receiver = actions.enter_receiver(name=name, kind=kind, by=HOUSE, on=city.today, **given)
        receiver.known_secret = receiver.told_once.rpartition(" ")[2]
        for topic in topics:
            actions.grant_access(
                receiver=receiver, topic=topic, basis="Contract 7", from_on=city.today, by=HOUSE, on=city.today
            )
        return receiver

    return entered


@pytest.fixture
def program(city, people) -> Callable[..., Client]:
    """A receiver's program, with a token for some scopes."""

    def signed_in(receiver: Receiver, *scopes: str) -> Client:
        made = machines.enter_machine(
            username=f"program-{receiver.pk}", scopes=["exchange:changes", "exchange:receipts"], role="receiver",
            dimension="receiver", path=receiver.pk, from_on=city.today, by=people.administrator, on=city.today,
        )  # fmt: skip
        form = {
            "grant_type": "client_credentials", "client_id": made.client_id,
            "client_secret": made.told_once.rpartition(" ")[2],
            "scope": " ".join(scopes or ("exchange:changes", "exchange:receipts")),
        }  # fmt: skip
        kind = "application/x-www-form-urlencoded"
        token = Client().post("/oauth/token", urlencode(form), content_type=kind).json()["access_token"]
        return Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})

    return signed_in


def penalise(firm: str, *, on: Any, key: str = "") -> Case:
    """A penalty of a firm that was decided and published."""
    key = key or f"case-{firm}"
    case = Case(
        key=key, number=key, title="Kettles", cause="sample", rules_on=on, county_id="gulou", party_id=firm,
        filed_on=on, decided_on=on, outcome="penalty", fine=90_000, state="served", served_on=on, published_on=on,
    )  # fmt: skip
    Case.objects.bulk_create([case])
    return case


def list_firm(firm: str = "firm-g", *, on: Any, cause: str = "No answer at its address") -> Listing:
    """A listing on the abnormal list, taken through each step to the public."""
    listing = lists.propose_listing(
        list="abnormal", organisation=Organisation.objects.get(pk=firm), cause=cause, facts="Letters came back",
        by=HOUSE, on=on,
    )  # fmt: skip
    lists.give_notice(listing=listing, by=HOUSE, on=on)
    lists.record_statement(listing=listing, statement="We moved.", by=HOUSE, on=on)
    lists.approve_listing(listing=listing, by=System("superior"), on=on)
    lists.decide_listing(listing=listing, conditions="Register the address.", by=HOUSE, on=on)
    return lists.publish_listing(listing=listing, by=HOUSE, on=on)


def repair(listing: Listing, *, on: Any) -> Listing:
    """A repair that is asked for and granted."""
    lists.apply_repair(listing=listing, application="Registered.", by=HOUSE, on=on)
    lists.accept_repair(listing=listing, by=HOUSE, on=on)
    return lists.grant_repair(listing=listing, by=HOUSE, on=on, reason="It is so.")

"""Capture over HTTP: durable events a second, with documents of 500 events of ten serials each, all new.

Serves the site by two processes as `banyan serve` does, on the database of BANYAN_DATABASE_URL (by default a new
SQLite file), and sends documents from this process. An event counts when its document was answered 202 and it is in
the database. The bound is 800 events a second on two free cores, the client among them; what is printed beside it is
what the server needs of its processor, which other work on the machine changes less. No peer captures EPCIS 2.0 here:
the public ones need Java and a document store.
Run: python bench/capture.py [--documents 20]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from typing import Any

BOUND, TOGETHER, SERIALS = 800, 500, 10
HOST, PORT = "127.0.0.1", 8765
PATIENCE = 120
BEGUN = "2025-01-01T00:00:00Z"
SERIAL = "urn:epc:id:sgtin:690123.4000001."
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def main() -> int:
    """Print the figures; 1 where the server itself needs more than the bound allows."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=int(os.environ.get("BANYAN_BENCH_DOCUMENTS", "10")))
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        os.environ.setdefault("BANYAN_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ["BANYAN_DATA_DIR"] = folder
        return run(given.documents)


def run(documents: int) -> int:
    """Begin a site with one firm, serve it, send, count."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    from banyan.records.traceability.queries import TraceEvent

    call_command("migrate", verbosity=0)
    headers = signed_in()
    sent = [document(number) for number in range(documents)]
    connections.close_all()
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(PORT),
         "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error",
         "banyan.config.wsgi:application"],
        start_new_session=True,
    )  # fmt: skip
    try:
        wait()
        post(headers, document(documents))  # what a process loads once is loaded
        begun = time.perf_counter()
        answers = [post(headers, one) for one in sent]
        seconds = time.perf_counter() - begun
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    events = TraceEvent.objects.count() - TOGETHER
    wanted = documents * TOGETHER
    print(f"{connection.vendor}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"answers {sorted(set(answers))}, {events:,} of {wanted:,} events kept")
    print(f"{events / seconds:,.0f} events a second by the clock, bound {BOUND} on two free cores")
    each = (used.ru_utime + used.ru_stime) / (documents + 1) / TOGETHER * 1000
    print(f"server {each:.2f} ms of the processor an event, its start among them")
    return 0 if events == wanted and events / seconds >= BOUND else 1


def signed_in() -> dict[str, str]:
    """A firm with somebody who captures for it; the headers of that session."""
    from django.test import Client

    from banyan.base.registry import actions as registry
    from banyan.kit import rights
    from banyan.kit.models import Grant, Person

    on = date(2025, 1, 1)
    registry.enter_organisations(records=[{"key": "bench", "name": "bench"}], by=rights.System("bench"), on=on)
    person = Person(username="bench", password="!")
    Person.objects.bulk_create([person])
    person = Person.objects.get(username="bench")
    Grant.objects.bulk_create([Grant(person=person, role="firm", dimension="organisation", path="bench", from_on=on)])
    browser = Client(headers={"host": HOST})
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    token = "a" * 32
    return {
        "Cookie": f"sessionid={browser.session.session_key}; csrftoken={token}", "X-CSRFToken": token,
        "Referer": f"http://{HOST}:{PORT}/", "Content-Type": "application/ld+json",
    }  # fmt: skip


def document(number: int) -> bytes:
    """A document of events that no other one has."""
    start = number * TOGETHER * SERIALS
    events = [
        {
            "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning",
            "eventTime": "2025-01-01T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
            "epcList": [f"{SERIAL}{start + place * SERIALS + one}" for one in range(SERIALS)],
        }
        for place in range(TOGETHER)
    ]  # fmt: skip
    content: dict[str, Any] = {
        "@context": [CONTEXT], "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": BEGUN,
        "epcisBody": {"eventList": events},
    }  # fmt: skip
    return json.dumps(content).encode()


def post(headers: dict[str, str], body: bytes) -> int:
    """The status of a capture."""
    connection = http.client.HTTPConnection(HOST, PORT, timeout=PATIENCE)
    connection.request("POST", "/epcis/v2/capture", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def wait() -> None:
    """Until the server answers."""
    for _try in range(PATIENCE * 4):
        try:
            connection = http.client.HTTPConnection(HOST, PORT, timeout=PATIENCE)
            connection.request("GET", "/epcis/v2/openapi.json")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise RuntimeError("the server did not begin to answer")


if __name__ == "__main__":
    sys.exit(main())

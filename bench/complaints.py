"""Complaints in numbers: taken in by the bulk verb, lists and desk over them, a real file, the form for everybody.

Everything runs on a database of its own in a temporary folder, and `banyan serve` answers as the city runs it. Times
of the bulk verb and of the file are processor time, those of pages and of the form are by the clock, and the load of
the machine is printed beside them. It fails where a bound is missed: 60 seconds for the file, 300 ms (95 of 100) for
pages under eight clients, 50 submissions a second for the form, none of them lost. The peer of the pages is a
stylesheet that the same server hands out in the same run.

    python bench/complaints.py                           a million (some minutes), the Chicago file, 500 submissions
    python bench/complaints.py --rows 50000 --form 0     fewer, and no submissions
    python bench/complaints.py --rows 0 --form 0         the file alone
    python bench/complaints.py --file FILE.csv.gz        another copy of the Chicago file of sanitation complaints
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pages

BATCH = 20_000
DAY = date(2025, 6, 2)
FILE_SECONDS, FORM_RATE, SENDERS, PORT = 60, 50, 8, 8139
OPEN_DAYS = 60  # older ones were ended: one in twelve is open
LIST = "/office/complaints/complaint/"
SHARED = Path(os.environ.get("BANYAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CHICAGO = SHARED / "data/chicago-sanitation-complaints-2000-2012/sanitation_code_complaints.csv.gz"
MAPPING = "chicago-sanitation-complaints"
GOODS = ("大米", "头盔", "水壶", "酱油", "面包", "电梯", "插座", "童车")
TROUBLES = ("发霉变质要求退货退款", "用了三天就开裂", "商家多收钱不给退", "没有生产日期怀疑三无", "漏电差点触电受伤")


def main() -> int:
    """Do what is asked for; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--file", type=Path, default=CHICAGO)
    parser.add_argument("--form", type=int, default=500, help="submissions by eight senders")
    given = parser.parse_args()
    if not given.file.exists():
        parser.error(f"{given.file} is not there: the file of complaints lies with the reference data")
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        os.environ |= {
            "BANYAN_DATA_DIR": folder, "BANYAN_DATABASE_URL": f"sqlite:///{folder}/banyan.sqlite3",
            "DJANGO_SETTINGS_MODULE": "banyan.config.settings",
        }  # fmt: skip
        import django

        django.setup()
        from tests.town import make_city, make_people

        from banyan.demo.people import PASSWORD
        from banyan.kit import clock, tables

        tables.make_missing()
        clock.write_demonstration_day(Path(folder), DAY)
        with clock.fixed_at(DAY):
            city, people = make_city(), make_people()
            people.planner.set_password(PASSWORD)
            people.planner.save(update_fields=["password"])
            if given.rows:
                enter(given.rows, city)
                addresses = looked_at()
        missed = pages.judge_many(addresses) if given.rows else []
        with clock.fixed_at(DAY):
            missed += file(given.file)
        if given.form:
            missed += form(given.form)
        print(f"load of the machine: {' '.join(f'{one:.1f}' for one in os.getloadavg())}")
    for sentence in missed:
        print(f"MISSED: {sentence}")
    return 1 if missed else 0


def enter(count: int, city: Any) -> None:
    """The bulk verb over invented messages."""
    from banyan.kit.rights import System
    from banyan.response.complaints import actions

    chance, started = random.Random(7), time.process_time()
    for begin in range(0, count, BATCH):
        filings = [_invented(chance, city) for _row in range(min(BATCH, count - begin))]
        actions.file_messages(filings=filings, by=System("bench"), on=DAY)
    seconds = time.process_time() - started
    print(f"bulk verb: {count:,} messages in {seconds:.1f} s of the processor, {count / seconds:,.0f} a second")


def _invented(chance: random.Random, city: Any) -> Any:
    from banyan.kit import clock
    from banyan.response.complaints import actions
    from banyan.response.complaints.queries import Message

    at = datetime.combine(DAY - timedelta(days=chance.randrange(700)), datetime.min.time(), tzinfo=clock.zone())
    words = f"{chance.choice(GOODS)}{chance.choice(TROUBLES)}，第{chance.randrange(10**6)}号"
    message = Message(
        channel="12315", received_at=at, words=words, name=f"试验{chance.randrange(10**6)}",
        telephone=f"139{chance.randrange(10**8):08d}",
    )  # fmt: skip
    county, firm = chance.choice(((city.gulou, city.gulou_firm), (city.changle, city.changle_firm)))
    matter = {
        "county_id": county.pk,
        "firm_id": firm.pk,
        "firm_name": firm.name,
        "product_name": chance.choice(GOODS),
    }
    days = (DAY - at.date()).days
    return actions.Filing(message, matter, ended_on=DAY - timedelta(days=days // 2) if days > OPEN_DAYS else None)


def looked_at() -> dict[str, str]:
    """What an officer and the public ask for over all of them."""
    from banyan.response.complaints.queries import Complaint

    key, number = Complaint.objects.order_by("-received_on", "-key").values_list("pk", "number")[0]
    return {
        "list": LIST, "list, last page": f"{LIST}?p=200", "list of a state": f"{LIST}?state__exact=routed",
        "by number": f"{LIST}?q={number}", "by beginning": f"{LIST}?q=C2025-0001",
        "by telephone": f"{LIST}?q=13900000001", "none found": f"{LIST}?q=none-such",
        "complaint": f"{LIST}{key}/change/", "desk": "/office/", "form": "/complaints/",
    }  # fmt: skip


def file(path: Path) -> list[str]:
    """The real file by its mapping: every row is accepted or refused with a reason, and again all are unchanged."""
    from django.test import override_settings

    from banyan.base.registry import actions as registry
    from banyan.edge.intake import actions, queries
    from banyan.kit.rights import System
    from banyan.response.complaints.queries import Complaint

    missed, fresh, before = [], 0, Complaint.objects.count()
    with override_settings(BANYAN_PACKS=("house", "cn", "chicago")):
        registry.load_reference(by=System("bench"), on=DAY)  # the districts of that city
        mapping = queries.mapping_named(MAPPING, into="complaints")
        for turn in ("file", "the same file again"):
            clock_, started = time.perf_counter(), time.process_time()
            sources = queries.sources_of([path])
            record = actions.import_files(mapping=mapping, sources=sources, by=System("bench"), on=DAY)
            seconds, passed = time.process_time() - started, time.perf_counter() - clock_
            told = queries.answer_of(record)
            fresh += told["accepted"]
            print(f"{turn}: {told['read']:,} rows, {told['accepted']:,} accepted, {told['unchanged']:,} unchanged, "
                  f"{told['refused']:,} refused {told['by_reason']} in {seconds:.1f} s of the processor, "
                  f"{passed:.1f} s by the clock")  # fmt: skip
            if seconds > FILE_SECONDS:
                missed.append(f"{turn}: {seconds:.1f} s, {FILE_SECONDS} are the bound")
            if record.counts["unchanged"] + told["refused"] != told["read"] and turn != "file":
                missed.append(f"{turn}: {told['accepted']} rows were taken in twice")
    if (there := Complaint.objects.count() - before) != fresh:
        missed.append(f"file: {fresh} rows were accepted, {there} matters are there")
    return missed


def form(count: int) -> list[str]:
    """Submissions over HTTP by several senders, each of an address of its own; all of them must be there."""
    from banyan.response.complaints.queries import Message

    server = subprocess.Popen([sys.executable, "-m", "banyan", "serve", "--port", str(PORT)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        _await_server()
        before, answers = Message.objects.count(), list[int]()
        each = count // SENDERS
        threads = [threading.Thread(target=_send, args=(place, each, answers)) for place in range(SENDERS)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
    finally:
        server.terminate()
        server.wait(30)
    kept, sent = Message.objects.count() - before, answers.count(302)
    print(f"form: {sent} of {len(answers)} taken in {seconds:.1f} s, {sent / seconds:.0f} a second; {kept} are kept")
    missed = (
        [] if sent / seconds >= FORM_RATE else [f"form: {sent / seconds:.0f} a second, {FORM_RATE} are the bound"]
    )
    return missed + (
        [] if kept == sent == each * SENDERS else [f"form: {each * SENDERS - kept} were lost or refused"]
    )


def _await_server() -> None:
    for _turn in range(120):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
            connection.request("GET", "/complaints/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(1)
    raise RuntimeError("the server did not answer within two minutes")


def _send(sender: int, count: int, answers: list[int]) -> None:
    """A sender of several addresses, since few messages a minute are taken from one."""
    for number in range(count):
        source = f"127.0.{1 + sender}.{1 + number // 15}"
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120, source_address=(source, 0))
        if number == 0:
            connection.request("GET", "/complaints/")
            first = connection.getresponse()
            cookie = (first.getheader("Set-Cookie") or "").split(";")[0]
            token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', first.read().decode())
        said = {
            "csrfmiddlewaretoken": token.group(1) if token else "", "tracks": "complaint", "county": "gulou",
            "words": f"大米发霉第{sender}-{number}次", "name": "试验", "telephone": f"139{sender:04d}{number:04d}",
        }  # fmt: skip
        head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", "/complaints/", urlencode(said), head)
        answers.append(connection.getresponse().status)
        connection.close()


if __name__ == "__main__":
    sys.exit(main())

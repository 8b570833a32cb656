"""Cases in numbers: entered by the bulk verb, then lists, searches, the desk and a case under eight clients at once.

Everything runs on a database of its own in a temporary folder, and `banyan serve` answers as the city runs it. Time
of the bulk verb is processor time, that of pages is by the clock; the load of the machine is printed beside them. The
first round of each page, as after an event, is printed apart from those that follow. It fails where 95 of 100 answers
of a page need more than 300 ms. The peer is a
stylesheet that the same server hands out in the same run; nothing else keeps these cases.

    python bench/cases.py                       300,000 cases (some minutes)
    python bench/cases.py --rows 20000          fewer
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pages

BATCH = 20_000
DAY = date(2025, 6, 2)
PARTIES = 5_000
STATES = ("closed",) * 14 + ("filed", "investigated", "announced", "decided", "served", "dropped")
GOODS = ("大米", "头盔", "水壶", "酱油", "面包", "电梯", "插座", "童车")
LIST = "/office/casework/case/"


def main() -> int:
    """Enter the cases and ask for the pages; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        os.environ |= {
            "BANYAN_DATA_DIR": folder, "BANYAN_DATABASE_URL": f"sqlite:///{folder}/banyan.sqlite3",
            "DJANGO_SETTINGS_MODULE": "banyan.config.settings", "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip
        import django

        django.setup()
        from banyan.kit import clock, tables

        tables.make_missing()
        clock.write_demonstration_day(Path(folder), DAY)
        with clock.fixed_at(DAY):
            addresses = enter(asked.rows)
        slow = pages.judge_many(addresses)
    for sentence in slow:
        print(f"MISSED: {sentence}")
    if not slow:
        print(f"each page within {1000 * pages.BOUND:.0f} ms")
    return 1 if slow else 0


def enter(count: int) -> dict[str, str]:
    """The bulk verb over invented cases; the addresses that are asked for afterwards."""
    from tests.town import make_city, make_people

    from banyan.demo.people import PASSWORD
    from banyan.kit.rights import System
    from banyan.response.casework import actions
    from banyan.response.casework.queries import Case

    city, people = make_city(), make_people()
    parties = enter_parties(city)
    people.planner.set_password(PASSWORD)
    people.planner.save(update_fields=["password"])
    chance, started = random.Random(7), time.process_time()
    for begin in range(0, count, BATCH):
        cases = [invented(chance, parties, city, people) for _row in range(min(BATCH, count - begin))]
        actions.enter_cases(cases=cases, by=System("bench"), on=DAY)
    seconds = time.process_time() - started
    print(f"bulk verb: {count:,} cases in {seconds:.1f} s of the processor, {count / seconds:,.0f} a second")
    key, number = Case.objects.order_by("-filed_on", "key").values_list("pk", "number")[0]
    return {
        "list": LIST, "list, last page": f"{LIST}?p=200", "list of a state": f"{LIST}?state__exact=filed",
        "list of an outcome": f"{LIST}?outcome__exact=penalty", "by number": f"{LIST}?q={number}",
        "by beginning": f"{LIST}?q=350102-2025", "by party": f"{LIST}?q={quote(parties[0].name)}",
        "by a common name": f"{LIST}?q=%E6%A6%95%E6%B1%9F",
        "none found": f"{LIST}?q=none-such", "duties": "/office/casework/duty/", "case": f"{LIST}{key}/change/",
        "desk": "/office/", "figures": "/office/cases/figures/", "unlike fines": "/office/cases/unlike/",
        "officers": "/office/cases/duties/", "public penalties": "/penalties/",
        "public, searched": "/penalties/?q=%E5%A4%A7%E7%B1%B3",
    }  # fmt: skip


def enter_parties(city: Any) -> list[Any]:
    """Firms of two counties, each of whose names begins with one of twenty words."""
    from banyan.base.registry import actions
    from banyan.kit.rights import System

    records = [
        {"key": f"party-{place}", "name": f"{chr(0x6995 + place % 20)}江{place:05d}商贸有限公司",
         "county": city.gulou if place % 2 else city.changle, "registered_on": date(2020, 1, 1)}
        for place in range(PARTIES)
    ]  # fmt: skip
    return list(actions.enter_organisations(records=records, by=System("bench"), on=date(2020, 1, 1)))


def invented(chance: random.Random, parties: list[Any], city: Any, people: Any) -> Any:
    """A case of the last two years: most are closed with a fine, the others stand in some state."""
    from banyan.response.casework.queries import Case

    firm = chance.choice(parties)
    county, officer = (
        (city.gulou, people.officer_gulou) if firm.county_id == "gulou" else (city.changle, people.officer_changle)
    )
    goods, state = chance.choice(GOODS), chance.choice(STATES)
    filed_on = DAY - timedelta(days=chance.randrange(40, 700) if state == "closed" else chance.randrange(120))
    case = Case(
        cause=chance.choice(("sample", "report", "complaint", "inspection")), title=f"{goods}以次充好", party=firm,
        party_name=firm.name, product_name=goods, county=county, filed_on=filed_on, state=state, assignee=officer,
        second_officer="second",
    )  # fmt: skip
    if state in ("closed", "decided", "served"):
        case.breach, case.step, case.goods_value = "pql_50", "general", Decimal(20_000)
        case.fine = Decimal(chance.randrange(25_000, 45_000))
        case.outcome, case.decided_on, case.decided_by = "penalty", filed_on + timedelta(days=30), "leader"
    if state == "dropped":
        case.outcome, case.decided_on, case.decided_by = "minor", filed_on, "leader"
    if state == "closed":
        case.paid, case.closed_on, case.published_on = case.fine, filed_on + timedelta(days=40), case.decided_on
    return case


if __name__ == "__main__":
    raise SystemExit(main())

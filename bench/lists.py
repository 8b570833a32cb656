"""Every list of the office, each filter, order, search and last page: time and questions of each.

Walks over the screens that are registered, on a COPY of a demonstration in BANYAN_DATA_DIR (or BANYAN_DATABASE_URL),
or on one of scale 1.0 that is built where neither is set; signed in as those who see all of the city, one county or
one firm. What a process remembers of lists until the next event is forgotten before each visit. Filters are asked by
their most common and their rarest value. First rows are copied until there are a hundred thousand samples, with
results, and a million events. No peer: nothing else serves these lists; what is compared is the bound. Fails where a
page needs more than 300 ms of the server's processor and database.
Run: python bench/lists.py [--all] [--people planner,officer_gulou,auditor,firm_maker] [--only sample]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

BOUND = 0.300
PEOPLE = "planner,officer_gulou,auditor,firm_maker"
TRIES = 3
COPIES: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("inspection.Sample", 100_000,
     {"key": "'b{turn}-' || key", "number": "'B{turn}-' || number", "where": "key NOT LIKE 'b%%'"}),
    ("inspection.Result", 99_000,
     {"key": "'b{turn}-' || key", "sample_id": "'b{turn}-' || sample_id",
      "where": "key NOT LIKE 'b%%' AND EXISTS"
      " (SELECT 1 FROM inspection_sample s WHERE s.key = 'b{turn}-' || sample_id)"}),
    ("kit.Event", 1_000_000, {"number": "number + {have}", "where": "number <= {have}"}),
)  # fmt: skip


def main() -> int:
    """Print the slowest pages (or all of them); 1 where one is over the bound."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", action="store_true", help="print every page, not the slowest of each list")
    options.add_argument("--people", default=PEOPLE)
    options.add_argument("--only", default="", help="lists whose name holds this text")
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    if not os.environ.keys() & {"BANYAN_DATA_DIR", "BANYAN_DATABASE_URL"}:
        os.environ["BANYAN_DATA_DIR"] = tempfile.mkdtemp(prefix="banyan-bench-")
        words = (sys.executable, "-m", "banyan", "demo", "--seed", "7", "--scale", "1.0", "--json")
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    from django.db import connection

    fill()
    print(f"{connection.vendor}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    slow = 0
    for name in given.people.split(","):
        slow += judge(name, everything=given.all, only=given.only)
    print(f"{slow} pages over {BOUND * 1000:.0f} ms" if slow else f"each page within {BOUND * 1000:.0f} ms")
    return 1 if slow else 0


def fill(*labels: str) -> None:
    """Copy rows, as they stand, until the lists (or those named) are as long as the bound speaks of."""
    from django.apps import apps
    from django.db import connection, transaction

    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for label, rows, changed in (one for one in COPIES if not labels or one[0] in labels):
            model = apps.get_model(label)
            table, have = model._meta.db_table, model._default_manager.count()
            columns = [field.column for field in model._meta.concrete_fields]
            turn = 0
            while have and have < rows:
                turn += 1
                values = ", ".join(changed.get(name, quote(name)).format(turn=turn, have=have) for name in columns)
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(map(quote, columns))}) SELECT {values} FROM {table}"
                    f" WHERE {changed['where'].format(turn=turn, have=have)} LIMIT %s",
                    [rows - have],
                )
                have += cursor.rowcount
                if cursor.rowcount < 1:
                    break
            print(f"{have:>9,} {model._meta.model_name}s")


def judge(username: str, *, everything: bool, only: str = "") -> int:
    """Visit every list as one person; how many pages were over the bound."""
    from django.test import Client

    from banyan.kit.models import Person

    person = Person.objects.get(username=username)
    browser = Client(headers={"accept-language": "zh-hans"})
    browser.force_login(person)
    print(f"{username:14} {'list':22} {'page':44} {'wall':>7} {'processor':>9} {'questions':>9} {'shown':>6}")
    slow = 0
    for name, address, pages in lists(person):
        if only not in name:
            continue
        found = [(*visit(browser, address + query), what) for what, query in pages]
        found.sort(reverse=True)
        for wall, busy, asked, rows, what in found if everything else found[:2]:
            print(f"{'':14} {name:22} {what:44} {wall * 1000:4.0f} ms {busy * 1000:6.0f} ms {asked:9} {rows:>6}")
        slow += sum(1 for wall, *_rest in found if wall > BOUND)
    return slow


def visit(browser: Any, address: str) -> tuple[float, float, int, int]:
    """Wall, processor, questions, rows. Where it took too long, the best of a few visits: others may work here."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from banyan.kit import recent

    best = (float("inf"), float("inf"))
    for _try in range(TRIES):
        recent.forget()  # as after an event: the dearest visit
        begun, busy = time.perf_counter(), time.process_time()
        with CaptureQueriesContext(connection) as asked:
            answer = browser.get(address)
        best = min(best, (time.perf_counter() - begun, time.process_time() - busy))
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        if best[0] <= BOUND:
            break
    return *best, len(asked), answer.content.count(b"<tr><t")


def lists(person: Any) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Each list that a person may see: its name, its address, and the questions put to it."""
    from django.urls import reverse

    from banyan.kit import rights
    from banyan.kit.office.site import office

    reverse("office:index")  # the screens are there once the addresses are
    for model, screen in list(office._registry.items()):
        if rights.has(person, rights.view_right(model)):
            meta = model._meta
            name = f"{meta.app_label}_{meta.model_name}"
            yield name, reverse(f"office:{name}_changelist"), list(questions(model, screen, person))


def sorts(model: Any, screen: Any, column: Any) -> bool:
    """Whether the head of a column can be clicked: a field, or a cell that says by which field it is sorted."""
    if screen.sortable_by is not None:
        return column in screen.sortable_by
    field = any(column == one.name for one in model._meta.get_fields())
    cell = column if callable(column) else getattr(screen, column, None) or getattr(model, column, None)
    return field or hasattr(cell, "admin_order_field")


def questions(model: Any, screen: Any, person: Any) -> Iterator[tuple[str, str]]:
    """The plain list, its last page, each order both ways, each filter by a common and a rare value, searches."""
    from urllib.parse import urlencode

    from django.db.models import Count

    from banyan.kit import rights
    from banyan.kit.office.listing import MOST_COUNTED
    from banyan.kit.scope import scoped

    yield "", ""
    rows = scoped(model, person).order_by()
    count = rows[:MOST_COUNTED].count()
    yield "last page", f"?p={max(1, -(-count // screen.list_per_page))}"
    boxes = any(one.bulk and rights.has(person, one.declared.right) for one in screen.all_buttons())
    for place, column in enumerate(screen.list_display, 1 if boxes else 0):
        if sorts(model, screen, column):
            yield f"order {column}", f"?o={place}"
            yield f"order -{column}", f"?o=-{place}"
    for field in (model._meta.get_field(name) for name in screen.filters):
        if field.get_internal_type() in ("DateField", "DateTimeField"):
            yield f"{field.name} in one month", f"?{field.name}_from=2025-03-01&{field.name}_to=2025-03-31"
            continue
        values = list(rows.values_list(field.attname).annotate(n=Count("pk")).order_by("-n"))
        exact = field.flatchoices or field.get_internal_type() == "BooleanField"
        word = f"{field.name}__exact" if exact else field.name
        for value, n in dict.fromkeys([*values[:1], *values[-1:]]):
            if value is not None and value != "":
                yield (
                    f"{field.name} = {value} ({n})",
                    f"?{urlencode({word: int(value) if value in (True, False) else value})}",
                )
    if screen.finds_by:
        for text in ("福", "食品", "sp", "9135", "SL-CF2025", "none-such", "鼓楼 食品"):
            yield f"search {text}", f"?{urlencode({'q': text})}"


if __name__ == "__main__":
    sys.exit(main())

"""Screening 100,000 codes against a register, with plain SQL as its peer.

On a COPY of a demonstration in BANYAN_DATA_DIR (or BANYAN_DATABASE_URL), since the screening is entered, or on one of
scale 1.0 that is built where neither is set. Half of the codes are of the register, a quarter are right and in no
register, a quarter have a wrong check character. The peer loads the same codes into a temporary table and joins it
with firms, grades and listings in one statement, without check characters, consents, readings or a receipt. Caches of
the disk are warm by a screening of a tenth. Fails over 60 s or where 100,000 codes take 64 MB more than 10,000.
Run: python bench/screening.py [--codes 100000]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

BOUND, MEMORY = 60.0, 64


def main() -> int:
    """Print both times, the ratio and the memory; 1 where a bound is broken."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--codes", type=int, default=100_000)
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    if not os.environ.keys() & {"BANYAN_DATA_DIR", "BANYAN_DATABASE_URL"}:
        os.environ["BANYAN_DATA_DIR"] = tempfile.mkdtemp(prefix="banyan-bench-")
        words = (sys.executable, "-m", "banyan", "demo", "--seed", "7", "--scale", "1.0", "--json")
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    from django.db import connection

    from banyan.base.registry.queries import Organisation

    codes = list(codes_of(given.codes))
    firms = Organisation.objects.count()
    print(f"{connection.vendor}; {firms:,} firms; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    screened(codes[: given.codes // 10])
    before = peak()
    seconds, counts, size = screened(codes)
    more = peak() - before
    peer = joined(codes)
    print(f"screening  {len(codes):>9,} codes {seconds:7.2f} s  {len(codes) / seconds:>9,.0f} a second  {counts}")
    print(f"           result {size / 2**20:.1f} MB, {more:.0f} MB more memory than for a tenth of the codes")
    print(f"plain join {len(codes):>9,} codes {peer:7.2f} s  ratio {seconds / peer:.1f}")
    return int(seconds > BOUND or more > MEMORY)


def codes_of(count: int) -> Iterator[str]:
    """Codes in an order that is the same each time: of the register, right ones of nobody, wrong ones."""
    from banyan.base.registry.queries import Organisation
    from banyan.demo.codes import uscc

    known = list(Organisation.objects.exclude(uscc=None).order_by("pk").values_list("uscc", flat=True))
    for number in range(count):
        if number % 4 < 2:
            yield known[number * 7919 % len(known)]
            continue
        code = uscc(9_000_000 + number, "350100")
        yield code if number % 4 == 2 else code[:-1] + ("0" if code[-1] != "0" else "1")


def screened(codes: list[str]) -> tuple[float, dict[str, int], int]:
    """Seconds, outcomes and size of the result of one screening, from the file to the frozen result."""
    from banyan.edge.vouching import actions
    from banyan.kit import clock, rights

    content = ("code\n" + "\n".join(codes)).encode()
    began = time.perf_counter()
    record = actions.screen_now(
        chunks=[content], name="codes.csv", purpose="supervision", by=rights.System("bench"), on=clock.today()
    )
    return time.perf_counter() - began, record.counts, record.result_bytes


def joined(codes: list[str]) -> float:
    """Seconds of the peer: load, join, fetch."""
    from django.db import connection, transaction

    sql = """SELECT c.code, o.key, o.name, m.uscc, g.grade, l.number FROM asked c
        LEFT JOIN registry_organisation o ON o.uscc = c.code
        LEFT JOIN registry_organisation m ON m.key = o.merged_into_id
        LEFT JOIN credit_grade g ON g.organisation_id = o.key
        LEFT JOIN lists_listing l ON l.organisation_id = o.key AND l.state IN ('published', 'applied', 'accepted')"""
    began = time.perf_counter()
    rows: list[Any] = [(code,) for code in codes]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE asked (code varchar(18))")
        cursor.executemany("INSERT INTO asked VALUES (%s)", rows)
        cursor.execute(sql)
        assert len(cursor.fetchall()) >= len(codes)
        cursor.execute("DROP TABLE asked")
    return time.perf_counter() - began


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())

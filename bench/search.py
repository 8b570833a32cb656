"""Search over 20,000 and a million generated names: time to index, p95 by kind of query, beside LIKE on them.

Runs on the database of BANYAN_DATABASE_URL, or on a fresh SQLite file. `--names N` takes one size only. It fails
where a p95 on a million names is above 300 ms, or where the index finds less than LIKE does.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable

PLACES = [
    "福州",
    "福建",
    "闽侯",
    "长乐",
    "福清",
    "连江",
    "罗源",
    "永泰",
    "平潭",
    "鼓楼",
    "台江",
    "仓山",
    "马尾",
    "晋安",
    "闽清",
]
MARKS = "榕江海山华宏达兴盛德丰泰祥瑞康利源永信安顺鑫金龙凤鹏飞翔云天星辰明光亮晶新科创智汇聚联合众力恒久远景程锦绣"
TRADES = [
    "食品",
    "机械",
    "电子",
    "纺织",
    "服装",
    "鞋业",
    "建材",
    "化工",
    "塑胶",
    "医药",
    "家具",
    "五金",
    "陶瓷",
    "茶叶",
    "水产",
    "饮料",
    "电器",
    "橡胶",
    "印刷",
]
FORMS = ["有限公司", "科技有限公司", "股份有限公司", "贸易有限公司", "厂", "制造有限公司"]
NOUN = "bench.firm"
BOUND = 0.300
QUERIES = 100


def main() -> int:
    """Print one table per size; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=0)
    wanted = parser.parse_args().names
    with tempfile.TemporaryDirectory(prefix="banyan-search-") as folder:
        os.environ.setdefault("BANYAN_DATABASE_URL", f"sqlite:///{folder}/search.sqlite3")
        os.environ["BANYAN_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return max(measure(size) for size in ([wanted] if wanted else [20_000, 1_000_000]))


def measure(size: int) -> int:
    """Index so many names, ask each kind of query, compare with LIKE."""
    from django.db import connection, transaction

    from banyan.kit import search
    from banyan.kit.models import SearchEntry

    draw = random.Random(7)
    names = [
        draw.choice(PLACES) + "".join(draw.choices(MARKS, k=draw.choice((2, 2, 3)))) + draw.choice(TRADES)
        + draw.choice(FORMS)
        for _number in range(size)
    ]  # fmt: skip
    SearchEntry.objects.filter(noun=NOUN).delete()
    begun, cpu = time.perf_counter(), time.process_time()
    with transaction.atomic():
        search.index_many(noun=NOUN, entries=(search.Entry(f"o{at}", name) for at, name in enumerate(names)))
        codes = (search.Entry(f"o{at}", f"91350{at % 999:03d}MA{at:07d}", search.CODE) for at in range(size))
        search.index_many(noun=NOUN, entries=codes)
    seconds, busy = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{connection.vendor}, {size:,} names and codes: indexed in {seconds:.1f} s ({busy:.1f} s of processor)")
    worst = 0.0
    for kind, texts in queries(names, draw).items():
        ours = timed(texts, lambda text: search.find(noun=NOUN, text=text))
        worst = max(worst, ours)
        print(f"  {kind:28} p95 {ours * 1e3:8.2f} ms")
    peer = timed(queries(names, draw)["two characters"][:10], like)
    print(f"  {'LIKE, two characters':28} p95 {peer * 1e3:8.2f} ms")
    missed = [text for text in queries(names, draw)["rare text"] if not set(like(text)) <= set(everything(text))]
    print(f"  found less than LIKE: {len(missed)} of {QUERIES}")
    return int(bool(missed) or (size >= 1_000_000 and worst > BOUND))


def queries(names: list[str], draw: random.Random) -> dict[str, list[str]]:
    """A hundred queries of each kind, taken from the names."""
    from banyan.kit import search

    some = draw.choices(names, k=QUERIES)
    initials = ["".join(one[0] for one in search._pinyin(name)) for name in some]
    return {
        "one character": [draw.choice(name) for name in some],
        "two characters": [name[at : at + 2] for name in some if (at := draw.randrange(len(name) - 2)) >= 0],
        "rare text": [name[2:6] for name in some],
        "whole name": some,
        "two initials": [one[2:4] for one in initials],
        "four initials": [one[2:6] for one in initials],
        "pinyin of three characters": ["".join(search._pinyin(name)[2:5]) for name in some],
        "eight characters of a code": [f"91350{draw.randrange(999):03d}" for _one in some],
        "two words": [f"{name[:2]} {name[-6:-4]}" for name in some],
    }


def timed(texts: list[str], ask: Callable[[str], object]) -> float:
    """The 95th percentile of the seconds that a query takes."""
    found = []
    for text in texts:
        begun = time.perf_counter()
        ask(text)
        found.append(time.perf_counter() - begun)
    return sorted(found)[int(0.95 * (len(found) - 1))]


def like(text: str) -> list[str]:
    """The peer: LIKE over the same rows."""
    from banyan.kit.models import SearchEntry

    return list(SearchEntry.objects.filter(noun=NOUN, text__contains=text).values_list("key", flat=True))


def everything(text: str) -> list[str]:
    """All that the index finds, unranked."""
    from banyan.kit import search

    return list(search.matching(noun=NOUN, text=text).values_list("key", flat=True))


if __name__ == "__main__":
    sys.exit(main())

"""Search over a million invented names and codes: p95 and recall of every kind of question, on both databases.

First on a fresh SQLite file, then on a PostgreSQL server that the bench starts in a folder of its own; with
BANYAN_DATABASE_URL on that (empty) database alone. Every question asks for the first twenty records. Recall is the
share of questions whose answer holds the name that was meant; where twenty others answer as well, it is not counted.
The peer is LIKE over the same rows: what it finds, the index must find too. It fails where a p95 is above 50 ms (on a
machine with other work: of the processors' time of asker and server), a recall below its bound, or LIKE finds more.

    python bench/search.py [--names 1000000]

With --city it asks the registry of the demonstration in BANYAN_DATA_DIR and BANYAN_DATABASE_URL
(`banyan demo --scale 50 --only registry` holds a million firms) as the planner and as a county's officer.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOUN = "bench.firm"
BOUND, QUESTIONS, SHOWN = 0.050, 100, 20
RECALL = {"exact": 1.0, "near": 0.9}
PLACES = ("鼓楼", "台江", "仓山", "马尾", "晋安", "长乐", "闽侯", "连江", "罗源", "闽清", "永泰", "平潭", "福清")


def main() -> int:
    """Print one table per database; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--city", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.city or given.here or "BANYAN_DATABASE_URL" in os.environ:
        return here(given.names, city=given.city)
    with tempfile.TemporaryDirectory(prefix="banyan-search-") as folder:
        worst = elsewhere(given.names, folder, f"sqlite:///{folder}/search.sqlite3")
        with postgresql(Path(folder) / "server") as url:
            return max(worst, elsewhere(given.names, folder, url))


def elsewhere(names: int, folder: str, url: str) -> int:
    """The same in a process of its own on a database: one process speaks to one."""
    environment = {**os.environ, "BANYAN_DATABASE_URL": url, "BANYAN_DATA_DIR": folder}
    words = [sys.executable, __file__, "--here", "--names", str(names)]
    return subprocess.run(words, env=environment, check=False).returncode


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of our own, not as root, that nothing outlives."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    programs = next((one.parent for one in (*versions, Path(shutil.which("initdb") or "")) if one.is_file()), None)
    if programs is None:
        raise SystemExit(
            "bench/search.py needs a PostgreSQL server: install it (Debian: apt-get install postgresql)."
        )
    folder.mkdir()
    owner: list[str] = []
    if os.getuid() == 0:
        folder.parent.chmod(0o755)
        shutil.chown(folder, "postgres")
        owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def run(name: str, *words: str) -> None:
        subprocess.run([*owner, programs / name, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run("initdb", "-D", "data", "-U", "banyan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=256MB"
    run("pg_ctl", "-D", "data", "-l", "server.log", "-w", "start", "-o", settings)
    try:
        yield f"postgresql://banyan@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")


def here(size: int, *, city: bool) -> int:
    """Fill the database that the environment names, unless it holds a city, and ask."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    import django

    django.setup()
    from django.db import connection

    from banyan.kit import search

    search.load_words()
    if city:
        noun, names, scopes = registry()
    else:
        noun, names, scopes = NOUN, fill(size), {"all names": None}
    print(f"{connection.vendor}, {len(names):,} names; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    missed = sum(judge(noun, names, scope, allowed) for scope, allowed in scopes.items())
    return int(missed > 0)


def fill(size: int) -> dict[str, str]:
    """Index so many invented names and codes; names by key."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from banyan.demo import codes
    from banyan.demo.words import Names
    from banyan.kit import search

    call_command("migrate", verbosity=0)
    draw = random.Random(7)
    given = Names(draw)
    kinds = ("enterprise", "enterprise", "cooperative", "sole_trader")
    names = {
        f"o{at:07d}": given.firm(kind=draw.choice(kinds), place=draw.choice(PLACES), is_seller=at % 2 == 0)
        for at in range(size)
    }
    begun, busy = time.perf_counter(), time.process_time()
    with transaction.atomic():
        search.index_many(noun=NOUN, entries=(search.Entry(key, name) for key, name in names.items()))
        entries = (search.Entry(key, codes.uscc(at, "350100"), search.CODE) for at, key in enumerate(names))
        search.index_many(noun=NOUN, entries=entries)
    seconds, processor = time.perf_counter() - begun, time.process_time() - busy
    print(f"{size:,} names and codes indexed in {seconds:.0f} s, {processor:.0f} s of our processor time")
    with connection.cursor() as cursor:  # as the database's own upkeep does after a load
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE kit_searchentry")
    return names


def registry() -> tuple[str, dict[str, str], dict[str, Any]]:
    """The organisations of the city that stands here, and what two of its people may see of them."""
    from banyan.base.registry.queries import Organisation, organisations
    from banyan.kit.models import Person

    people = {name: Person.objects.get(username=name) for name in ("planner", "officer_gulou")}
    scopes = {name: organisations(person=person) for name, person in people.items()}
    return Organisation.noun, dict(Organisation.objects.values_list("key", "name")), scopes


def judge(noun: str, names: dict[str, str], scope: str, allowed: Any) -> int:
    """Ask every kind of question; how many bounds were missed."""
    from banyan.kit import search

    inside = names if allowed is None else dict(allowed.values_list("key", "name"))
    missed = 0
    head = f"{scope}, {len(inside):,} names"
    print(f"{head:34} {'p50':>6} {'p95':>6} {'processor':>9} {'recall':>7}")
    for (kind, sort), questions in asked(inside, random.Random(11)).items():
        find = search.find if sort == "exact" else search.near

        def ask(text: str, find: Callable[..., list[str]] = find) -> list[str]:
            return find(noun=noun, text=text, limit=SHOWN, allowed=allowed)

        times, busy, answers = timed([text for text, _meant in questions], ask)
        sure = [meant in answer for (_text, meant), answer in zip(questions, answers, strict=True)
                if meant in answer or len(answer) < SHOWN]  # fmt: skip
        recall = sum(sure) / len(sure) if sure else None
        late = times[int(0.95 * (len(times) - 1))] > BOUND < busy[int(0.95 * (len(busy) - 1))]
        missed += late + (recall is not None and recall < RECALL[sort])
        half, most, own = (one[int(part * (len(one) - 1))] * 1e3 for one, part in
                           ((times, 0.5), (times, 0.95), (busy, 0.95)))  # fmt: skip
        held = "" if recall is None else f"{recall:.3f}"
        print(f"  {kind:32} {half:6.1f} {most:6.1f} {own:9.1f} {held:>7}{'  OVER' if late else ''}")
    for text in {name[2:6] for name in random.Random(13).choices(list(inside.values()), k=20)}:
        everything = set(search.matching(noun=noun, text=text).values_list("key", flat=True))
        if not set(like(noun, text)) <= everything:
            print(f"  LIKE finds more for {text}")
            missed += 1
    peer, _busy, _answers = timed([name[2:4] for name in list(inside.values())[:5]], lambda text: like(noun, text))
    print(f"  {'the peer: LIKE, two characters':32} {peer[2] * 1e3:6.1f} {peer[-1] * 1e3:6.1f}")
    return missed


Questions = list[tuple[str, str]]


def asked(names: dict[str, str], draw: random.Random) -> dict[tuple[str, str], Questions]:
    """A hundred questions of each kind, each with the key of the name that it was taken from."""
    from banyan.base.registry.queries import Organisation
    from banyan.kit import search
    from banyan.kit.models import SearchEntry

    keys = draw.choices(list(names), k=QUESTIONS)
    sounds = {key: search.syllables_of(names[key]) for key in keys}
    codes = dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "uscc"))
    if not codes:
        rows = SearchEntry.objects.filter(key__in=keys, noun=NOUN, kind=search.CODE)
        codes = dict(rows.values_list("key", "text"))

    def of(make: Callable[[str], str]) -> Questions:
        return [(make(names[key]), key) for key in keys]

    def spoken(make: Callable[[list[str]], str]) -> Questions:
        return [(make(sounds[key]), key) for key in keys]

    return {
        ("one character", "exact"): of(draw.choice),
        ("two characters", "exact"): of(lambda name: name[(at := draw.randrange(len(name) - 1)) : at + 2]),
        ("three characters of a mark", "exact"): of(lambda name: name[2:5]),
        ("four characters", "exact"): of(lambda name: name[2:6]),
        ("whole name", "exact"): of(str),
        ("two words", "exact"): of(lambda name: f"{name[:2]} {name[2:4]}"),
        ("two initials", "exact"): spoken(lambda sound: "".join(one[0] for one in sound[2:4])),
        ("four initials", "exact"): spoken(lambda sound: "".join(one[0] for one in sound[2:6])),
        ("seven initials", "exact"): spoken(lambda sound: "".join(one[0] for one in sound[:7])),
        ("pinyin of two characters", "exact"): spoken(lambda sound: "".join(sound[2:4])),
        ("pinyin of three characters", "exact"): spoken(lambda sound: "".join(sound[2:5])),
        ("pinyin of five characters", "exact"): spoken(lambda sound: "".join(sound[:5])),
        ("eight characters of a code", "exact"): [(codes[key][:8], key) for key in keys],
        ("whole code", "exact"): [(codes[key], key) for key in keys],
        ("one character wrong", "near"): of(lambda name: slipped(name, "wrong", draw)),
        ("one character missing", "near"): of(lambda name: slipped(name, "missing", draw)),
        ("two characters swapped", "near"): of(lambda name: slipped(name, "swapped", draw)),
        ("a homophone", "near"): of(lambda name: slipped(name, "homophone", draw)),
    }  # fmt: skip


def slipped(name: str, slip: str, draw: random.Random) -> str:
    """Place, mark and trade of a name with one slip in the mark: where a name is told from others."""
    typed = list(name[:7])
    at = draw.randrange(2, 5)
    if slip == "wrong":
        typed[at] = draw.choice("石平岩岭泉")
    elif slip == "missing":
        del typed[at]
    elif slip == "swapped":
        at = min(at, 3)
        typed[at], typed[at + 1] = typed[at + 1], typed[at]
    else:
        typed[at] = homophone(typed[at])
    return "".join(typed)


def homophone(character: str) -> str:
    """Another character of the same sound."""
    from pypinyin import lazy_pinyin

    (sound,) = lazy_pinyin(character)
    others = (chr(code) for code in range(0x4E00, 0x9FA6) if chr(code) != character)
    return next((one for one in others if lazy_pinyin(one) == [sound]), character)


def timed(texts: list[str], ask: Callable[[str], Any]) -> tuple[list[float], list[float], list[Any]]:
    """Times of the clock and of the processors (ours and the server's), sorted, and the answers."""
    times, busy, answers = [], [], []
    server = backend()
    for text in texts:
        begun, own = time.perf_counter(), time.process_time() + spent(server)
        answers.append(ask(text))
        times.append(time.perf_counter() - begun)
        busy.append(time.process_time() + spent(server) - own)
    return sorted(times), sorted(busy), answers


def backend() -> int:
    """The process of a PostgreSQL server on this machine that answers us; 0 on SQLite."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def spent(process: int) -> float:
    """Processor seconds of another process so far, by the scheduler's own count."""
    if not process:
        return 0.0
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def like(noun: str, text: str) -> list[str]:
    """The peer: LIKE over the same rows."""
    from banyan.kit.models import SearchEntry

    return list(SearchEntry.objects.filter(noun=noun, text__contains=text).values_list("key", flat=True))


if __name__ == "__main__":
    sys.exit(main())

"""The main pages of a demonstration city under eight clients at once: p50, p95 and the server's own time per page.

The list of samples is filled up to 100,000 rows. Two server processes, eight clients, each page warm (its figures
are remembered for a state of facts; the first visit after a day's run computes them). Fails where a p95 is above
300 ms. No peer: nothing else serves these pages; what is compared is the bound that they must keep.
Run: python bench/pages.py [--scale 1.0] [--data FOLDER of a demonstration that stands already]
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

BOUND = 0.300
CLIENTS, WORKERS, ROUNDS = 8, 2, 5
SAMPLES = 100_000
PAGES = {
    "cockpit": "/office/cockpit/",
    "indicator": "/office/indicators/provincial_pass_rate/",
    "indicator by county": "/office/indicators/provincial_pass_rate/?by=county",
    "list of samples": "/office/inspection/sample/",
    "samples, searched": "/office/inspection/sample/?q=SL-CF2025",
    "samples, last page": "/office/inspection/sample/?p=150",
    "samples that failed": "/office/inspection/sample/?conclusion__exact=failed",
    "to do": "/office/",
    "portal home": "/",
    "published figures": "/figures/",
    "search": "/search/?q=%E9%A3%9F%E5%93%81",
}


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--data", type=Path)
    given = options.parse_args()
    folder = given.data or Path(tempfile.mkdtemp(prefix="banyan-bench-"))
    os.environ.update(BANYAN_DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="banyan.config.settings")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if given.data is None:
        started = time.perf_counter()
        run("demo", "--seed", "7", "--scale", str(given.scale), "--json")
        run("daily")
        print(f"city of scale {given.scale}: {time.perf_counter() - started:.0f} s")
    fill()
    with serving() as port:
        return judge(port)


def run(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "banyan", *words], check=True, stdout=subprocess.DEVNULL)


def fill() -> None:
    """Copy samples, as they stand, until the list has its hundred thousand rows."""
    import django

    django.setup()
    from django.db import transaction

    from banyan.records.inspection.queries import Sample

    stored = list(Sample.objects.order_by("pk")[:20_000])
    count = Sample.objects.count()
    with transaction.atomic():
        place = 0
        while count < SAMPLES:
            rows = []
            for sample in stored[: SAMPLES - count]:
                place += 1
                sample.key, sample.number, sample.due_on = f"bench-{place}", f"B{place:07d}", None
                rows.append(sample)
            Sample.objects.bulk_create(rows, batch_size=500)
            count += len(rows)
    print(f"{count:,} samples; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


class serving:
    """Granian with two processes, as `banyan serve` starts it."""

    def __enter__(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.server = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
             "--workers", str(WORKERS), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
             "banyan.config.wsgi:application"]
        )  # fmt: skip
        for _try in range(240):
            try:
                Browser(self.port).get("/")
                break
            except OSError:
                time.sleep(0.25)
        return self.port

    def __exit__(self, *_error: object) -> None:
        self.server.terminate()
        self.server.wait(timeout=20)


class Browser:
    """A client with a session, one connection per request as a browser's first visit has."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {"django_language": "zh-hans"}

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _sign, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, text

    def get(self, path: str) -> float:
        started = time.perf_counter()
        status, _text = self.ask("GET", path)
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        return time.perf_counter() - started

    def sign_in(self) -> None:
        from banyan.demo.people import PASSWORD

        _status, page = self.ask("GET", "/office/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        said = {"csrfmiddlewaretoken": token[1], "username": "planner", "password": PASSWORD}
        status, _text = self.ask("POST", "/office/login/", urlencode(said))
        assert status == 302, status


def judge(port: int) -> int:
    browsers = [Browser(port) for _client in range(CLIENTS)]
    for browser in browsers:
        browser.sign_in()
    slow = []
    print(f"{'page':22} {'p50':>8} {'p95':>8}   {CLIENTS} clients, {WORKERS} processes, bound {BOUND * 1000:.0f} ms")
    for name, path in PAGES.items():
        for browser in browsers:
            browser.get(path)
        at_once(browsers, path, 1)
        times = sorted(at_once(browsers, path, ROUNDS))
        p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        if p95 > BOUND:
            slow.append(name)
        print(f"{name:22} {p50 * 1000:5.0f} ms {p95 * 1000:5.0f} ms")
    print(f"over {BOUND * 1000:.0f} ms: {', '.join(slow)}" if slow else "each page within its bound")
    return 1 if slow else 0


def at_once(browsers: list[Browser], path: str, rounds: int) -> list[float]:
    """Every client asks for a page again and again, all at the same time."""
    times: list[float] = []

    def visit(browser: Browser) -> None:
        for _round in range(rounds):
            times.append(browser.get(path))

    clients = [threading.Thread(target=visit, args=[browser]) for browser in browsers]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return times


if __name__ == "__main__":
    raise SystemExit(main())

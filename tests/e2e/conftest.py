"""A served demonstration city and a real Chromium, both made once for all browser tests."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(os.environ.get("BANYAN_PICTURES") or ROOT / "build" / "pictures")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
)  # fmt: skip


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The address of a served demonstration city; one that is served already, where BANYAN_CITY gives its address."""
    if served := os.environ.get("BANYAN_CITY"):
        yield {"address": served.rstrip("/")}
        return
    folder = tmp_path_factory.mktemp("city")
    database = os.environ.get("BANYAN_DATABASE_URL") or f"sqlite:///{folder}/banyan.sqlite3"
    environment = {
        **os.environ,
        "BANYAN_DATA_DIR": str(folder),
        "BANYAN_DATABASE_URL": database,
        "PYTHONPATH": str(ROOT / "src"),
    }
    banyan = [sys.executable, "-m", "banyan", "--lang", "en"]
    made = subprocess.run(
        [*banyan, "demo", "--seed", "7", "--scale", "0.05", "--json"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr[-3000:]
    port = _free_port()
    log = folder / "serve.log"
    with log.open("w") as written:
        server = subprocess.Popen(
            [*banyan, "serve", "--port", str(port)], env=environment, cwd=ROOT, stdout=written,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, server, log)
            yield {"address": address, "log": log, "made": json.loads(made.stdout.splitlines()[-1])}
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("BANYAN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "the browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


CHARTS_ARE_DRAWN = "() => [...document.querySelectorAll('[data-chart]')].every(one => one.querySelector('svg'))"
PICTURED = {("zh-hans", 1400), ("en", 390)}


class Visitor:
    """A person (or nobody) with a browser window; remembers what the console complained of."""

    def __init__(self, browser: Any, address: str, *, width: int, language: str, signed_in_as: str = "") -> None:
        self.address, self.width, self.language = address, width, language
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN" if language == "zh-hans" else "en-GB"
        )
        self.context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if signed_in_as:
            self.sign_in(signed_in_as)

    def sign_in(self, name: str) -> None:
        from banyan.demo.people import PASSWORD

        self.page.goto(f"{self.address}/office/login/")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def go(self, path: str) -> Any:
        answer = self.page.goto(f"{self.address}{path}", wait_until="load")
        self.page.wait_for_function(CHARTS_ARE_DRAWN)
        return answer

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page: the desk's in Chinese, the telephone's in English."""
        if (self.language, self.width) not in PICTURED:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(PICTURES / f"{name}-{self.language}-{self.width}.png"), full_page=True)

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def visitor(chromium: Any, city: dict[str, Any]) -> Iterator[Any]:
    """Makes visitors and closes them."""
    made: list[Visitor] = []

    def make(**given: Any) -> Visitor:
        made.append(Visitor(chromium, city["address"], **given))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _try in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-3000:]}")

"""Facts in an object store over HTTP (moto's server, which speaks S3's protocol) are those in a folder."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from tests.base.facts.conftest import FIRST_DAY, World

from banyan.base.facts import actions, queries
from banyan.base.facts.models import Segment
from banyan.kit import engine, stores

KIND = ["inspection.sample_judged"]
DAYS = 40


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket on a server of this machine, where this installation keeps its facts."""
    if "BANYAN_S3_SERVER" not in os.environ:
        pytest.fail("BANYAN_S3_SERVER must name a server of S3's protocol: make cluster installs and names one")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "invented",
        "AWS_SECRET_ACCESS_KEY": "invented", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(settings, "BANYAN_FACTS", "s3://city/facts")
    with subprocess.Popen([os.environ["BANYAN_S3_SERVER"], "-H", "127.0.0.1", "-p", str(port)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # fmt: skip
        try:
            wait_for(port)
            forget()
            urlopen(Request(f"http://127.0.0.1:{port}/city", method="PUT"), timeout=30).close()
            yield stores.filesystem(settings.BANYAN_FACTS)
        finally:
            server.terminate()
            monkeypatch.undo()
            forget()


def wait_for(port: int) -> None:
    for _try in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("the object store did not start")


def forget() -> None:
    """Leave the engine and what it opens files with: the next question finds both anew."""
    engine.leave()
    stores.filesystem.cache_clear()


def told(world: World) -> list[dict[str, Any]]:
    rows = []
    for day in (5, 20, DAYS):
        table = queries.facts(KIND, known_on=FIRST_DAY + timedelta(days=day)).select("key", "passed", "county")
        rows += [row | {"day": day} for row in table.to_pyarrow().to_pylist()]
    return sorted(rows, key=str)


@pytest.mark.cluster
def test_facts_are_told_alike_from_an_object_store_and_from_a_folder(world: World, bucket: Any) -> None:
    world.live(DAYS, seed=3)
    actions.collect()
    actions.compact()
    kept = {path.removeprefix("city/facts/") for path in bucket.find("city/facts")}
    there = told(world)

    assert kept == set(Segment.objects.values_list("path", flat=True))
    assert {row["key"] for row in there if row["day"] == DAYS} == set(
        world.known_on(FIRST_DAY + timedelta(days=DAYS))
    )
    assert queries.faulty_segments() == []

    victim = Segment.objects.filter(retired_at=None).first()
    assert victim is not None
    bucket.pipe_file(f"city/facts/{victim.path}", b"something else")
    bucket.pipe_file("city/facts/left-behind.parquet", b"by a crash")
    assert [segment for segment, _what in queries.faulty_segments()] == [victim]

    actions.rebuild()
    bucket.invalidate_cache()

    assert told(world) == there
    assert not bucket.exists("city/facts/left-behind.parquet")

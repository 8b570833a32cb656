"""A process that dies at any statement of a verb leaves events, versions, records and search in agreement."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from tests.house.crash import disagreement

from banyan.base.registry.models import Organisation
from banyan.kit.models import SearchEntry, Version

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def empty_database(tmp_path) -> Iterator[str]:
    """A database of the kind under test that child processes may open, gone afterwards."""
    url = os.environ.get("BANYAN_DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path}/crash.sqlite3"
        return
    import psycopg

    name = f"banyan_crash_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def killed(empty_database, tmp_path, *asked: str) -> dict:
    """What the killer prints at the end."""
    environment = os.environ | {
        "BANYAN_DATABASE_URL": empty_database,
        "BANYAN_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "banyan.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.house.crash", *asked],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.slow
def test_a_hundred_deaths_leave_nothing_half_written(empty_database, tmp_path):
    summary = killed(empty_database, tmp_path, "100")

    assert summary["kills"] >= 100
    assert summary["verbs"] == 11


@pytest.mark.slow
def test_a_recall_that_dies_at_any_of_its_verbs_is_not_half_written(empty_database, tmp_path):
    summary = killed(empty_database, tmp_path, "1", "recall", "7")

    assert summary["verbs"] == 26
    assert summary["kills"] >= summary["verbs"]


@pytest.mark.slow
def test_equipment_that_dies_at_any_of_its_verbs_is_not_half_written(empty_database, tmp_path):
    summary = killed(empty_database, tmp_path, "1", "equipment", "5")

    assert summary["verbs"] == 11
    assert summary["kills"] >= summary["verbs"]


@pytest.mark.slow
@pytest.mark.parametrize(("family", "verbs"), [("complaints", 25), ("cases", 30), ("emergency", 9)])
def test_responses_that_die_at_any_of_their_verbs_are_not_half_written(empty_database, tmp_path, family, verbs):
    summary = killed(empty_database, tmp_path, "1", family, "9")

    assert summary["verbs"] == verbs
    assert summary["kills"] >= verbs


@pytest.mark.django_db
def test_the_check_sees_a_record_that_left_its_version_behind(city):
    assert disagreement() == ""

    Organisation.objects.filter(pk="firm-g").update(address="elsewhere")

    assert "firm-g" in disagreement()


@pytest.mark.django_db
def test_the_check_sees_a_version_without_a_record_and_a_name_nobody_finds(city):
    Version.objects.filter(noun="registry.park", key="software").update(key="soft")
    assert "registry.park" in disagreement() or "event" in disagreement()
    Version.objects.filter(noun="registry.park", key="soft").update(key="software")

    SearchEntry.objects.filter(key="firm-g").delete()
    assert disagreement() == "firm-g is not found by its name 福州榕江食品有限公司"

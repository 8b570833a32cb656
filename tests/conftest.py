"""What every test may use: a data folder of its own and people with roles."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import django
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from hypothesis import settings as examples
from tests.town import TODAY, make_city, make_people

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
MADE_HERE = "BANYAN_DATA_DIR" not in os.environ
if MADE_HERE:
    os.environ["BANYAN_DATA_DIR"] = tempfile.mkdtemp(prefix="banyan-test-")
FOLDER = os.environ["BANYAN_DATA_DIR"]
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Each worker has a database of its own, so it needs segments and secrets of its own.
    os.environ["BANYAN_DATA_DIR"] = os.path.join(FOLDER, worker)
django.setup()
if Path(os.environ["BANYAN_DATA_DIR"]).resolve() != settings.BANYAN_DATA_DIR:
    raise pytest.UsageError(f"The tests would write into {settings.BANYAN_DATA_DIR}. Unset DJANGO_SETTINGS_MODULE.")
# It looks through all static files each time a test browser is made, and no test here fetches one.
settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
# Passwords are hashed as ever, and at once: no test here is an attacker.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1

# A busy machine is no finding: examples have no time limit of their own. What lands is judged by the same examples
# each time it is tried; at a desk they are new ones with every run.
examples.register_profile("unhurried", deadline=None)
examples.register_profile("landing", deadline=None, derandomize=True)
examples.load_profile("landing" if os.environ.get("CI") else "unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Let no worker inherit what makes it read its settings before its own folder is named."""
    if not worker and config.getoption("numprocesses", None):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is imported by now stays to the end: what looks for garbage need not go through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Leave nothing behind; a worker inherits the folder and does not remove it."""
    if MADE_HERE:
        shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages in the language they are written in; a test of a page chooses its own."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_recent() -> None:
    """What a test before made of other rows, or adopted, is forgotten."""
    from banyan.kit import layer, recent

    recent.forget()
    layer.forget()


@pytest.fixture
def today() -> Iterator[date]:
    """A Monday on which all that is open in the fixtures is open."""
    from banyan.kit import clock

    with clock.fixed_at(TODAY):
        yield TODAY


@pytest.fixture
def city(db, today) -> SimpleNamespace:
    """A tiny registry: one city of three counties, two parks, two firms, two laboratories."""
    return make_city(today)


@pytest.fixture
def people(db, today) -> SimpleNamespace:
    """One person per role, with the grants of `HOLDERS`; `newcomer` has none, `anonymous` is not signed in."""
    return make_people()

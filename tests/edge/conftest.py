"""A small world of samples behind the pages: two counties, one of them clearly worse."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from tests.base.facts.conftest import FIRST_DAY, OFFICE, World, world

from banyan.base.facts import actions as facts
from banyan.base.registry.models import Region
from banyan.kit import clock
from banyan.kit.models import Grant
from banyan.records.inspection.models import Sample

__all__ = ["world"]

KEY = "provincial_pass_rate"
LAST_QUARTER = date(2024, 2, 15)
TODAY = date(2024, 6, 28)


def batches(county: str, n: int, failures: int, *, on: date = TODAY, laboratory: str | None = None) -> list[Sample]:
    """Judged batches of one county on one day, the first of them failed."""
    return [
        Sample(
            key=f"{county}-{laboratory}-{on}-{i}", number=f"{county}-{laboratory}-{on}-{i}", product_name="Kettle",
            scheme="product_supervision", level="province", drawn="random", county_id=county, sampled_on=on,
            judged_on=on, conclusion="failed" if i < failures else "passed", laboratory_id=laboratory,
        )
        for i in range(n)
    ]  # fmt: skip


@pytest.fixture
def judged(world: World, people: Any) -> SimpleNamespace:
    """East 6 of 60 failed, west 30 of 60; north and south have three each; in the quarter before nobody failed."""
    small = [Region(key=key, level="county", path=f"/{key}", name=key, name_en=key) for key in ("north", "south")]
    with clock.fixed_at(FIRST_DAY):
        world.enter(records=small, by=OFFICE, on=FIRST_DAY)
    world.on(LAST_QUARTER, world.enter, batches("east", 80, 0, on=LAST_QUARTER))
    recent = TODAY - timedelta(days=8)
    for county, n, failures in (("east", 60, 6), ("west", 60, 30), ("north", 3, 1), ("south", 3, 0)):
        world.on(recent, world.enter, batches(county, n, failures, on=recent))
    Grant.objects.filter(person=people.officer_gulou).update(path="/east")
    with clock.fixed_at(TODAY):
        facts.collect()
        yield SimpleNamespace(world=world, people=people, on=TODAY, recent=recent)


@pytest.fixture
def browse(judged: SimpleNamespace) -> Any:
    """A browser signed in as a person, in a language."""

    def make(person: Any = None, language: str = "en") -> Client:
        browser = Client(headers={"accept-language": language})
        if person is not None:
            browser.force_login(person)
        return browser

    return make


def correct(judged: SimpleNamespace, key: str, conclusion: str, *, on: date) -> None:
    """A batch's conclusion is corrected on a later day, and collected."""
    sample = judged.world.samples[key]
    sample.conclusion = conclusion
    judged.world.on(on, judged.world.change, [sample], fields=("conclusion",))
    with clock.fixed_at(on):
        facts.collect()

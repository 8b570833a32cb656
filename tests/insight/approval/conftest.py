"""The small world of spot checks, with shortcuts to approve, and what a period's records say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from tests.records.inspection.world import World, build, result_of

from banyan.insight.approval import actions
from banyan.kit.rights import System
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.models import ItemResult, Sample, Task

HOUSE = System("test")
DATA = "spot_check_data"
IN_Q3, IN_Q4, TODAY = date(2024, 8, 5), date(2024, 11, 4), date(2025, 2, 3)


@dataclass
class Office:
    """The world, and who approves what in it."""

    world: World

    def approve(self, unit="gulou", *, by="county_officer", period="2024-Q3", on=TODAY) -> Any:
        return actions.approve(data=DATA, period=period, units=[unit], by=self.person(by), on=on)[0]

    def unapprove(self, unit="gulou", *, by="county_officer", period="2024-Q3", on=TODAY, reason="a mistake") -> Any:
        given = {"by": self.person(by), "on": on, "reason": reason}
        return actions.unapprove(data=DATA, period=period, units=[unit], **given)[0]

    def person(self, name):
        return self.world.people.get(name) or System(name)

    def sample(self, conclusion="passed", *, day=IN_Q3, county="gulou", **given: Any) -> Any:
        """A sample as another office recorded it; none where a lock let it wait."""
        sample = self.draft(conclusion, day=day, county=county, **given)
        inspection.record_samples(samples=[sample], results=[result_of(sample, conclusion)], by=HOUSE, on=TODAY)
        return Sample.objects.filter(pk=sample.pk).first()

    def draft(self, conclusion="passed", *, day=IN_Q3, county="gulou", key="", **given: Any) -> Sample:
        """The same, not entered yet."""
        key = key or f"x{Sample.objects.count() + 1}"
        return Sample(
            key=key, number=key.upper(), scheme="product_supervision", level="city", product_name="lamp",
            county=self.world.regions[county], sampled_on=day, judged_on=day, conclusion=conclusion,
            maker=self.world.firms["maker"], **given,
        )  # fmt: skip


def recorded(unit: str, first: date, last: date) -> list[Any]:
    """What the register itself says of a unit's period: the slow, plain way to what facts are made of."""
    samples = Sample.objects.filter(
        county_id=unit, sampled_on__range=(first, last), withdrawn_on=None, conclusion__in=["passed", "failed"]
    )
    said = ("key", "conclusion", "sampled_on", "county_id", "maker_id", "product_class_id", "laboratory_id", "scheme",
            "drawn", "weight", "stage", "origin_county_id", "park_id", "size", "judged_on")  # fmt: skip
    items = ItemResult.objects.filter(
        result__sample__county_id=unit, result__sample__sampled_on__range=(first, last), result__withdrawn_on=None,
        conclusion__in=["passed", "failed"],
    )  # fmt: skip
    tasks = Task.objects.filter(
        county_id=unit, visited_on__range=(first, last), withdrawn_on=None,
        state__in=["refused", "case_opened", "not_sampled"],
    )  # fmt: skip
    return [
        sorted(samples.values_list(*said), key=str),
        sorted(items.values_list("result_id", "order", "item", "value", "limit", "conclusion", "rejudged"), key=str),
        sorted(tasks.values_list("key", "organisation_id", "visited_on", "not_sampled_reason"), key=str),
    ]


@pytest.fixture
def office(db) -> Office:
    return Office(build())

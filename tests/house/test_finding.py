"""What people type into a list finds the record: part of a name, pinyin, code, lot, old name; within rights."""

from __future__ import annotations

import re
from datetime import date

import pytest

from banyan.base.registry import actions
from banyan.base.registry.queries import Organisation
from banyan.kit import rights
from banyan.records.inspection.queries import Sample

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]

SAMPLES, TASKS = "/office/inspection/sample/", "/office/inspection/task/"
FIRMS = "/office/registry/organisation/"


@pytest.fixture
def known(twins):
    """A sample with a lot, and a firm that was called otherwise before."""
    Sample.objects.filter(pk="sample-0").update(number="SL-2025-0001", lot="LOT-7788")
    actions.rename_organisation(
        organisation=Organisation.objects.get(pk="firm-g"), name="福州榕城粮油有限公司",
        by=rights.System("test"), on=date(2025, 6, 2),
    )  # fmt: skip


def found(twins, person: str, address: str, text: str) -> list[str]:
    answer = twins.browser(person).get(address, {"q": text})
    assert answer.status_code == 200
    return re.findall(rf'<th class="cell[^>]*><a href="{address}([^/]+)/change/', answer.content.decode())


@pytest.mark.parametrize(
    "text", ["SL-2025", "sl-2025-0001", "lot-77", "榕城", "粮油", "rcly", "rongcheng", "91350100MA2T3X", "榕江食品"]
)
def test_a_sample_is_found_by_number_lot_and_maker(twins, text):
    assert found(twins, "planner", SAMPLES, text) == ["sample-0"]


@pytest.mark.parametrize("text", ["SL-2025", "lot-77", "榕城"])
def test_a_sample_of_another_county_is_not_found(twins, text):
    assert found(twins, "officer_gulou", SAMPLES, text) == ["sample-0"]
    assert found(twins, "officer_changle", SAMPLES, text) == []


@pytest.mark.parametrize("text", ["榕城粮油", "榕江", "rjsp", "91350100ma2t3x0q68", "MA2T3X0Q6"])
def test_a_firm_is_found_by_its_names_of_all_times_and_its_codes(twins, text):
    assert found(twins, "planner", FIRMS, text) == ["firm-g"]
    assert found(twins, "officer_changle", FIRMS, text) == []


def test_a_task_is_found_by_its_firm(twins):
    assert found(twins, "planner", TASKS, "海帆") == ["task-1"]

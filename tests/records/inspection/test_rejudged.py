"""Limits judged again: every form that real rows have, what differs is listed and never changed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client
from tests.records.inspection.world import HOUSE
from typer.testing import CliRunner

from banyan.kit import clock
from banyan.records.inspection import actions, queries
from banyan.records.inspection.models import ItemResult, Result, Sample

DAY = date(2024, 3, 4)
ROWS = [
    # item, limit, result, unit, what the laboratory said, what the limit gives beside it
    ("铅(以Pb计)", "≤0.5", "0.62", "mg/kg", "failed", "agrees"),
    ("铅(以Pb计)", "≤0.5", "0.32", "mg/kg", "failed", "differs"),
    ("氯霉素", "不得检出", "0.7", "μg/kg", "failed", "agrees"),
    ("孔雀石绿", "不得检出", "未检出", "μg/kg", "failed", "differs"),
    ("苯甲酸及其钠盐", "不得使用", "0.12", "g/kg", "failed", "agrees"),
    ("酒精度", "37.0-39.0", "36.1", "%vol", "failed", "agrees"),
    ("菌落总数", "≤1.0×10<sup>4</sup>", "2.3×10<sup>5</sup>", "CFU/g", "failed", "agrees"),
    ("菌落总数", "n=5,c=2,m=10<sup>4</sup>,M=10<sup>5</sup>",
     "1.1×10<sup>4</sup>;2×10<sup>4</sup>;3×10<sup>4</sup>;<10;<10",
     "CFU/g", "failed", "agrees"),
    ("标签", "", "", "", "failed", "cannot"),
]  # fmt: skip


@pytest.fixture
def judged(world):
    """A sample with an item of each kind."""
    sample = Sample(
        key="limits", number="L1", scheme="food_supervision", level="city", product_name="biscuit",
        county=world.regions["gulou"], sampled_on=DAY, judged_on=DAY, conclusion="failed",
    )  # fmt: skip
    result = Result(sample=sample, conclusion="failed")
    result._items = [
        ItemResult(item=item, limit=limit, value=value, unit=unit, conclusion=said)
        for item, limit, value, unit, said, _outcome in ROWS
    ]
    with clock.fixed_at(DAY):
        actions.record_samples(samples=[sample], results=[result], by=HOUSE, on=DAY)
        yield sample


def test_each_form_of_limit_is_judged_as_expected(judged):
    found = list(ItemResult.objects.order_by("pk").values_list("rejudged", flat=True))

    assert found == [row[-1] for row in ROWS]


def test_what_the_laboratory_said_is_never_changed(judged):
    assert set(ItemResult.objects.values_list("conclusion", flat=True)) == {"failed"}


def test_an_officer_finds_what_differs_and_why_others_cannot_be_judged(judged, world):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people["county_officer"])

    differs = client.get("/office/rejudged/")
    cannot = client.get("/office/rejudged/", {"outcome": "cannot"}).content.decode()

    assert [row["item"].item for row in differs.context["rows"]] == ["铅(以Pb计)", "孔雀石绿"]
    assert "The row states no result." in cannot
    assert client.get("/office/rejudged/", {"outcome": "x"}).status_code == 400
    assert client.get("/office/rejudged/", {"sort": "x"}).status_code == 400


def test_another_county_sees_nothing_of_it(judged, world):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people["other_officer"])

    assert not client.get("/office/rejudged/").context["rows"]


def test_a_withdrawn_sample_counts_no_more(judged):
    actions.withdraw_samples(samples=[judged], by=HOUSE, on=DAY, reason="twice")

    assert queries.rejudged_counts(HOUSE) == {"agrees": 0, "differs": 0, "cannot": 0}


def test_the_command_prints_counts_and_lists_what_differs(judged):
    from banyan.config.commands.check import check

    answer = json.loads(CliRunner().invoke(check, ["limits", "--json"]).stdout)

    assert (answer["agrees"], answer["differs"], answer["cannot"]) == (6, 2, 1)
    assert [row["limit"] for row in answer["differing"]] == ["≤0.5", "不得检出"]
    assert answer["cannot_because"] == {"The row states no result.": 1}

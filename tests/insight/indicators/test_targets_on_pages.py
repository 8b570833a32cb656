"""All targets of the policy, each on its clause page: figure and verdict, or the record that is missing, in words."""

from __future__ import annotations

import html
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.utils import translation
from tests.base.facts.conftest import FIRST_DAY, OFFICE, World

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.base.registry.models import Park, ParkEnrolment
from banyan.insight.indicators import actions, queries
from banyan.kit import clock
from banyan.kit.templatetags.banyan import verdict_words
from banyan.records.inspection.models import Sample

COMPUTED = {"spot-provincial": "cannot be told", "spot-food": "not met", "park-scheme": "not met"}
NO_REFERENCE = {"spot-national", "export", "park-rate"}
RECORD_MISSING = {
    *("ccc", "county-scheme", "china-award", "fujian-award", "fujian-advanced", "fuzhou-award"),
    *("brand-zone", "well-known-mark", "gi", "fujian-famous-product", "fujian-famous-mark", "big-brand-firm"),
    *("fuzhou-mark", "std-demo", "std-national", "std-local", "centres"),
}


def judged(world: World, scheme: str, failures: int) -> None:
    world.on(FIRST_DAY, world.enter, [
        Sample(
            key=f"{scheme}-{i}", number=f"{scheme}-{i}", scheme=scheme, level="province", drawn="random",
            county_id="east", product_name="Kettle", sampled_on=FIRST_DAY, judged_on=FIRST_DAY,
            conclusion="failed" if i < failures else "passed",
        )
        for i in range(60)
    ])  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_of_the_23_targets_says_on_its_clause_page_where_it_stands(
    world: World, people: Any, language: str
) -> None:
    judged(world, "product_supervision", failures=3)
    judged(world, "food_supervision", failures=30)
    parks = [Park(key=f"p{i}", name=f"p{i}", county_id="east") for i in range(2)]
    enrolled = ParkEnrolment(key="e1", park_id="p1", county_id="east", document="1", from_on=FIRST_DAY)
    with clock.fixed_at(FIRST_DAY):
        world.enter(records=parks, by=OFFICE, on=FIRST_DAY)
        world.enter(records=[enrolled], by=OFFICE, on=FIRST_DAY)
    facts.collect()
    office, public = Client(headers={"accept-language": language}), Client(headers={"accept-language": language})
    office.force_login(people.planner)
    with clock.fixed_at(FIRST_DAY), translation.override(language):
        for key in ("provincial_pass_rate", "food_pass_rate", "park_enrolled_share"):
            actions.publish(indicator=key, figures_on=FIRST_DAY, title=key, by=OFFICE, on=FIRST_DAY)
        lines = {line.target.key: line for line in queries.target_lines(on=FIRST_DAY)}
        assert set(lines) == {*COMPUTED, *NO_REFERENCE, *RECORD_MISSING}
        assert len(lines) == 23
        for key, line in lines.items():
            for browser, address in ((office, "/office/clauses/"), (public, "/clauses/")):
                answer = browser.get(f"{address}{line.target.clause}/")
                assert answer.status_code == 200
                page = html.unescape(answer.content.decode())
                title = queries.in_language(line.target.title)
                assert title in page, (key, address)
                cards = re.split('<li(?: class="card")?>', page)
                (mine,) = [card.split("</li>")[0] for card in cards if f"<h3>{title}</h3>" in card]
                if key in COMPUTED:
                    assert line.verdict == COMPUTED[key]
                    assert verdict_words(line.verdict) in mine
                    assert {"spot-provincial": "95.0", "spot-food": "50.0", "park-scheme": "50.0"}[key] in mine
                elif key in NO_REFERENCE and browser is office:
                    assert line.verdict == "reference missing"
                    assert verdict_words(line.verdict) in mine
                elif key in RECORD_MISSING:
                    assert line.verdict == "record missing"
                    assert verdict_words(line.verdict) in mine
                    assert queries.in_language(line.target.needs) in mine


@pytest.mark.parametrize(
    ("said", "kept", "verdict"),
    [
        (["met", "met"], 2, "met"),
        (["met"], 2, "not published"),
        (["not met"], 2, "not met"),
        ([], 2, "not published"),
        ([], 0, "record missing"),
    ],
)
def test_a_target_of_two_comparisons_is_met_only_where_both_were_published(
    said: list[str], kept: int, verdict: str
) -> None:
    target: Any = policy.load(settings.BANYAN_PACKS).entries("target")[0]
    parts: Any = tuple(SimpleNamespace(verdict=one) for one in said)

    assert queries.TargetLine(target, parts, kept).verdict == verdict


TABLE = Path(__file__).resolve().parents[4] / "shared/facts/tables/policy_targets_2015.yaml"


@pytest.mark.shared
@pytest.mark.skipif(not TABLE.exists(), reason="the reference data is not beside the project")
def test_the_targets_are_those_of_the_reference_table() -> None:
    wanted = {line["id"] for line in yaml.safe_load(TABLE.read_text(encoding="utf-8"))["targets"]}

    assert wanted == {target.key for target in policy.load(settings.BANYAN_PACKS).entries("target")}

"""A value that lies apart from its like is found with the methods that agree; values as usual are not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from tests.records.inspection.world import World, build, result_of

from banyan.base.facts import actions as facts
from banyan.insight.checks import actions
from banyan.insight.checks.models import Finding
from banyan.kit import events
from banyan.kit.rights import System
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.models import Sample

TAKEN, TODAY, HOUSE = date(2024, 8, 5), date(2025, 2, 3), System("test")
RULE = "checks.outlying_value"


@pytest.fixture
def world(db) -> World:
    return build()


def measured(world: World, values: list[float]) -> list[Sample]:
    samples = [world.sample(on=TAKEN) for _value in values]
    inspection.receive_samples(samples=samples, by=HOUSE, on=TAKEN)
    results = [result_of(one, "passed", value=f"{value:.5f}") for one, value in zip(samples, values, strict=True)]
    inspection.report_results(results=results, by=HOUSE, on=TAKEN)
    facts.collect(on=TODAY, cut=events.last_number())
    return samples


def test_a_misplaced_point_is_found_by_three_methods_and_told_to_the_laboratory(world):
    usual = 0.1 * np.exp(np.random.default_rng(3).normal(0, 0.2, 39))
    samples = measured(world, [*usual, 0.0001])

    actions.look(on=TODAY)

    finding = Finding.objects.get(rule=RULE)
    assert (finding.record_noun, finding.record_key) == ("inspection.result", samples[-1].results.get().pk)
    assert finding.subject.startswith(f"{samples[-1].number} · "), "people know a sample by its number"
    assert (finding.laboratory_id, finding.detail["methods"], finding.detail["n"]) == ("laboratory", 3, 40)
    assert finding.explanation.startswith(
        "The value is 0.0002 of its limit, where the middle of 40 such values is 0."
    )


def test_values_as_usual_or_too_few_to_tell_or_too_old_are_no_finding(world):
    usual = 0.1 * np.exp(np.random.default_rng(4).normal(0, 0.2, 24))
    measured(world, [*usual, 0.0001])

    actions.look(on=TODAY)
    few = Finding.objects.filter(rule=RULE).count()
    measured(world, 0.1 * np.exp(np.random.default_rng(5).normal(0, 0.2, 20)))
    actions.look(on=date(2025, 12, 1))

    assert (few, Finding.objects.filter(rule=RULE).count()) == (0, 0)


def test_an_explained_value_stays_so_while_others_come_beside_it(world):
    usual = 0.1 * np.exp(np.random.default_rng(3).normal(0, 0.2, 60))
    measured(world, [*usual[:39], 0.0001])
    actions.look(on=TODAY)
    officer = world.people["county_officer"]
    actions.explain(finding=Finding.objects.get(rule=RULE), by=officer, on=TODAY, reason="measured twice")

    measured(world, list(usual[39:]))
    actions.look(on=TODAY)

    finding = Finding.objects.get(rule=RULE)
    assert (finding.state, finding.detail["n"]) == ("explained", 61)


def test_a_group_that_lies_in_several_parts_is_judged_whole(world, monkeypatch):
    monkeypatch.setattr("banyan.insight.checks.queries.outlying.AT_ONCE", 7)
    usual = 0.1 * np.exp(np.random.default_rng(3).normal(0, 0.2, 39))
    measured(world, [*usual, 0.0001])

    actions.look(on=TODAY)

    assert Finding.objects.get(rule=RULE).detail["n"] == 40

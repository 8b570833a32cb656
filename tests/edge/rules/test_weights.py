"""Weights are changed by drafts too: fields for each, a preview of scores, and the page that shows them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.edge.conftest import TODAY, batches
from tests.edge.rules.conftest import CITED, LATER

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.edge.rules.models import Draft
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock, layer

SCORE = "county_quality_score"


@pytest.fixture
def scored(office: Any, judged: Any) -> Any:
    """East's goods pass well and nine in ten of its food; west's goods fail often and its food never."""
    day = TODAY - timedelta(days=40)
    for county, failed, food_failed in (("east", 0, 4), ("west", 0, 0)):
        judged.world.on(day, judged.world.enter, batches(county, 40, failed, on=day))
        food = batches(county, 40, food_failed, on=day)
        for one in food:
            one.key = one.number = f"food-{one.key}"
            one.scheme = "food_supervision"
        judged.world.on(day, judged.world.enter, food)
    with clock.fixed_at(TODAY):
        facts.collect()
    return office


def scores_now() -> dict[str, indicators.Score]:
    (assessment,) = indicators.assessments(on=TODAY)
    with clock.fixed_at(TODAY):
        return {one.unit: one for one in indicators.scores(assessment=assessment, on=TODAY, anew=True)}


def test_weights_are_fields_of_the_form_and_must_make_the_total(scored: Any, browse: Any) -> None:
    draft = scored.draft(SCORE)
    planner = browse(scored.people.planner, "zh-hans")
    address = f"/office/rules/draft/{draft.pk}/do/edit_draft/"
    form = planner.get(address).context["form"]
    fields = {name: value for name, value in form.initial.items() if value} | {
        name: field.initial for name, field in form.fields.items() if field.initial is not None
    }

    assert fields["items__products__weight"] == 40
    assert fields["grades__A__least"] == 90
    assert "省级监督抽查合格率" in str(form.fields["items__products__weight"].label)
    refused = planner.post(address, fields | {"items__products__weight": "50"})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"__all__": ["计分项目：各项权重合计为 110，而满分为 100"]}
    changed = fields | {"items__products__weight": "60", "items__food__weight": "20"}
    assert planner.post(address, changed | CITED).status_code == 302
    written = policy.amending.read(Draft.objects.get().definition, policy.load().entry(SCORE))
    assert [(one["key"], one["weight"]) for one in written["items"]] == [
        ("products", 60), ("food", 20), ("refusals", 20)
    ]  # fmt: skip


def test_the_preview_of_weights_says_whose_score_and_grade_would_be_otherwise(scored: Any, browse: Any) -> None:
    before = scores_now()
    entry: Any = policy.load().entry(SCORE)
    items = [one.model_dump(exclude_none=True) for one in entry.items]
    for item, weight in zip(items, (60, 20, 20), strict=True):
        item["weight"] = weight
    draft = scored.draft(SCORE, items=items)
    result = scored.preview(draft, first=TODAY - timedelta(days=60))
    lines = {line["unit"]: line for line in result["scores"] if line["on"] == TODAY.isoformat()}

    # All of 40 and half of 40 points, then of 60 and 20; west none and all. Nothing is known of refusals.
    assert (before["east"].score, before["west"].score) == (75, 50)
    assert {unit: (line["before"]["score"], line["after"]["score"]) for unit, line in lines.items()} == {
        "east": (75, 87.5), "west": (50, 25)
    }  # fmt: skip
    assert (lines["east"]["before"]["grade"], lines["east"]["after"]["grade"]) == ("C", "B")
    assert result["whom"]["county"] == ["east", "west"]
    assert result["counts"]["scores"]["changed"] == len(result["scores"])
    shown = browse(scored.people.planner).get(f"/office/rules/previews/{draft.previews.get().pk}/").content.decode()
    assert "scores would be otherwise" in shown
    assert "/office/scores/?on=" in shown
    scored.adopt(draft)
    layer.refresh()
    assert policy.load().entry(SCORE).on(LATER).items[0].weight == 60  # type: ignore[attr-defined]
    assert policy.load().entry(SCORE).on(TODAY).items[0].weight == 40  # type: ignore[attr-defined]


def test_a_changed_formula_says_which_scores_it_changes(scored: Any) -> None:
    draft = scored.draft("food_pass_rate", among={"kind": "inspection.sample_judged", "scheme": "food_supervision"})
    result = scored.preview(draft, first=TODAY - timedelta(days=5))

    assert result["counts"]["scores"]["asked"] == 2
    assert {line["assessment"] for line in result["scores"]} <= {SCORE}


def test_the_page_of_scores_shows_each_county_what_it_may_see(scored: Any, browse: Any) -> None:
    page = browse(scored.people.planner).get("/office/scores/")
    rows = page.context["tables"][0]["lines"]

    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert all(row["low"] <= row["score"] <= row["high"] for row in rows)
    assert "/office/indicators/food_pass_rate/records/" in page.content.decode()
    before_policy = browse(scored.people.planner).get(f"/office/scores/?on={date(2012, 1, 1)}").content.decode()
    assert "No assessment was in force on that day." in before_policy

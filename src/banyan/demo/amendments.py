"""Corrections of records, made weeks or months later with a reason; and records that are withdrawn."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

from banyan.demo.lives import Life
from banyan.demo.town import Town
from banyan.records.inspection import actions

SHARE_AMENDED, WITHDRAWN_ONE_IN = 0.095, 225
OF_A_KIND = 4
SETTLED = ("closed",)
REASONS = {
    "lot": "批号录入有误（示例）", "county": "抽样地点所属县区更正（示例）", "class": "产品类别归类更正（示例）",
    "sampled_on": "抽样日期录入有误（示例）", "stage": "抽样环节更正（示例）", "seller": "被抽样单位更正（示例）",
    "conclusion": "检验机构更正报告（示例）",
}  # fmt: skip
KINDS = ("lot", "lot", "county", "class", "sampled_on", "stage", "stage", "seller", "conclusion")


def expect(town: Town, life: Life, *, on: date) -> None:
    """Decide whether a judged sample's record will be corrected or withdrawn one day."""
    if town.random.random() < SHARE_AMENDED:
        town.agenda.put("amend", on + timedelta(days=town.days(10, 200)), life)
    elif life.sample.conclusion == "passed" and town.once_in(WITHDRAWN_ONE_IN, "passes"):
        town.agenda.put("withdraw", on + timedelta(days=town.days(20, 150)), life)


def amend(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Correct records, a lot for each reason. An office that looks for one kind of mistake finds several of it."""
    by_reason: dict[str, list[Life]] = {}
    kinds = town.random.choices(KINDS, k=math.ceil(len(lives) / OF_A_KIND))
    for life in lives:
        what = town.random.choice(kinds)
        if what == "conclusion" and (life.sample.state not in SETTLED or life.sample.conclusion != "passed"):
            what = "lot"
        by_reason.setdefault(what, []).append(life)
    for what, group in sorted(by_reason.items()):
        actions.amend_samples(
            samples=[life.sample for life in group], reason=REASONS[what], by=town.city.system("planner"), on=day,
            changes={life.sample.pk: _change(town, life, what) for life in group},
        )  # fmt: skip
        town.city.counts["corrections of records"] += len(group)
        if what == "conclusion":
            for life in group:
                _judge_anew(town, life, day)


def withdraw(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Withdraw records that should not be there."""
    lives = [life for life in lives if life.sample.conclusion == "passed"]
    if not lives:
        return
    actions.withdraw_samples(
        samples=[life.sample for life in lives], reason="重复录入（示例）", by=town.city.system("planner"), on=day
    )
    for life in lives:
        life.gone = True
        town.open.pop(life.sample.pk, None)
    town.city.counts["withdrawn"] += len(lives)


def _change(town: Town, life: Life, what: str) -> dict[str, Any]:
    sample, random = life.sample, town.random
    if what == "county":
        return {"county_id": random.choice(town.city.counties).pk}
    if what == "class":
        alike = [kind for kind in town.city.kinds if kind.is_food == life.kind.is_food]
        return {"product_class_id": random.choice(alike).record.pk}
    if what == "sampled_on":
        return {"sampled_on": sample.sampled_on - timedelta(days=random.randint(1, 3))}
    if what == "stage":
        return {"stage": random.choice(("sold", "online", "stored"))}
    if what == "seller":
        seller = random.choice(town.city.sellers_of[life.county.pk])
        return {"seller_id": seller.key, "seller_name": seller.record.name}
    if what == "conclusion":
        return {"conclusion": "failed", "grade": "general"}
    return {"lot": f"{sample.lot}A"}


def _judge_anew(town: Town, life: Life, day: date) -> None:
    """A pass that turned into a failure goes back to where failures are served."""
    life.fails = True
    town.open[life.sample.pk] = life
    town.ended.pop(life.sample.pk, None)
    if life.sample.state == "failed" and not town.is_light:
        town.agenda.put("serve", day + timedelta(days=2), life, owner=town.owner(life.county.pk))
        town.city.counts["failures"] += 1

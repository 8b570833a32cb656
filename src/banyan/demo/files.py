"""Results of other authorities: nation, province, and counties that still send files. They come in lots, late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from banyan.demo import amendments
from banyan.demo.fieldwork import follow, result_of, sample_of, turnaround
from banyan.demo.lives import Life
from banyan.demo.town import Town
from banyan.records.inspection import actions


def expect(town: Town, life: Life) -> None:
    """Put a file's row on the agenda: it is known once its authority has judged and sent it."""
    if life.ends != "sampled":
        return
    judged = timedelta(days=3 + turnaround(town, life))
    days = town.planted.delay(town.days(3, 25), county=life.county.pk, on=life.sampled_on)
    sent = timedelta(days=days if life.comes_by_file else 0)
    life.judged_on = life.sampled_on + judged
    town.agenda.put("file", life.judged_on + sent, life)


def record(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Record a lot of rows as their files have them."""
    samples: list[Any] = []
    results: list[Any] = []
    for life in lives:
        plan = life.line.plan
        sample = life.sample = sample_of(town, life)
        sample.scheme, sample.level, sample.authority, sample.organiser_id = (
            plan.scheme, plan.level, plan.authority, plan.region_id
        )  # fmt: skip
        sample.drawn, sample.stratum, sample.weight = life.drawn, life.stratum, life.weight
        sample.cluster = life.good.maker.key if life.good else ""
        sample.seal = sample.spare_seal = ""
        sample.source_file = f"{plan.level}-{plan.scheme}-{day:%Y-%m}.csv（示例）"
        sample.source_row = str(len(samples) + 2)
        result = result_of(town, life, reported_on=life.judged_on)
        sample.conclusion, sample.grade, sample.judged_on = result.conclusion, result.grade, life.judged_on
        if result.conclusion == "failed":
            sample.assignee_id = town.city.people[f"officer_{life.county.pk}"].pk
        else:
            sample.state, sample.final_on = "closed", life.judged_on
            sample.published_on = life.judged_on + timedelta(days=3)
        samples.append(sample)
        results.append(result)
    actions.record_samples(samples=samples, results=results, by=town.city.system("planner"), on=day)
    town.city.counts["samples"] += len(samples)
    for life in lives:
        if life.sample.conclusion == "failed":
            town.open[life.sample.pk] = life
            follow(town, life, on=day)
        else:
            town.ended[life.sample.pk] = life
        amendments.expect(town, life, on=day)

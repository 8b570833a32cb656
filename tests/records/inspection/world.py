"""A small invented world for tests of spot checks: two counties, two firms, two laboratories, one city plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from banyan.base.registry.models import Organisation, ProductClass, Region
from banyan.kit.models import Grant, Person
from banyan.kit.rights import System
from banyan.records.inspection import actions
from banyan.records.inspection.models import (
    ItemResult,
    Objection,
    Result,
    Sample,
    Task,
)
from banyan.records.plans import actions as planning
from banyan.records.plans.models import Plan, PlanLine, Quota

HOUSE = System("test")
_numbers = count(1)


@dataclass
class World:
    """The people, places and firms, and shortcuts that lead a sample to any state."""

    people: dict[str, Person] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    firms: dict[str, Organisation] = field(default_factory=dict)
    line: Any = None
    scheme: str = "product_supervision"

    def task(self, *, on: date, **given: Any) -> Task:
        """A planned task at the maker."""
        task = Task(
            key=f"t{next(_numbers)}", line=self.line, organisation=self.firms["maker"], planned_on=on, drawn="random",
            samplers=["sampler_a", "sampler_b"], assignee=self.people["county_officer"], county=self.regions["gulou"],
        )  # fmt: skip
        for name, value in given.items():
            setattr(task, name, value)
        actions.plan_tasks(tasks=[task], by=HOUSE, on=on)
        return task

    def sample(self, *, on: date, task: Task | None = None, **given: Any) -> Sample:
        """A sample that was taken on a day."""
        task = task or self.task(on=on)
        if task.state == "planned":
            actions.notify_tasks(tasks=[task], by=HOUSE, on=on)
        number = next(_numbers)
        sample = Sample(
            key=f"s{number}", number=f"N{number}", task=task, product_name="lamp", brand="Star", model=f"M{number}",
            standard="GB 7000.1", maker=self.firms["maker"], seller=self.firms["seller"], seal=f"A{number}",
            spare_seal=f"B{number}", laboratory=self.firms["laboratory"], origin_county=self.regions["gulou"],
            sampled_on=on, place="shelf 3",
        )  # fmt: skip
        for name, value in given.items():
            setattr(sample, name, value)
        actions.take_samples(samples=[sample], by=HOUSE, on=on)
        return sample

    def judged(self, conclusion: str, *, on: date, **given: Any) -> Sample:
        """A sample that was tested with a conclusion on a day."""
        sample = self.sample(on=on, **given)
        actions.receive_samples(samples=[sample], by=HOUSE, on=on)
        actions.report_results(results=[result_of(sample, conclusion)], by=HOUSE, on=on)
        return sample

    def served(self, *, on: date, **given: Any) -> Sample:
        """A failure that was served on a day."""
        sample = self.judged("failed", on=on, **given)
        actions.serve_results(samples=[sample], by=HOUSE, on=on)
        return sample

    def objection(self, sample: Sample, *, on: date, party: str = "maker", **given: Any) -> Objection:
        """A party's objection, filed on a day."""
        filed = Objection(sample=sample, party=self.firms[party], grounds="tested wrongly", **given)
        actions.file_objections(objections=[filed], by=HOUSE, on=on)
        return filed


def result_of(sample: Sample, conclusion: str, *, value: str = "", **given: Any) -> Result:
    """An unsaved result with one item that agrees with the conclusion."""
    result = Result(sample=sample, conclusion=conclusion, **given)
    found = value or {"passed": "0.1", "failed": "0.9"}.get(conclusion, "")
    result._items = [
        ItemResult(item="lead", unit="mg/kg", limit="≤0.5", value=found, conclusion=conclusion),
    ]
    return result


def build() -> World:
    """Enter the world into an empty database."""
    world = World()
    above = None
    for key, level, path in (
        ("fujian", "province", "/fujian"),
        ("fuzhou", "city", "/fujian/fuzhou"),
        ("gulou", "county", "/fujian/fuzhou/gulou"),
        ("cangshan", "county", "/fujian/fuzhou/cangshan"),
    ):
        region = Region.objects.create(key=key, level=level, path=path, name=key, name_en=key, parent=above)
        world.regions[key] = region
        above = region if level != "county" else above
    for key, kind, county in (
        ("maker", "enterprise", "gulou"),
        ("seller", "enterprise", "cangshan"),
        ("laboratory", "laboratory", "gulou"),
        ("second_laboratory", "laboratory", "cangshan"),
    ):
        world.firms[key] = Organisation.objects.create(
            key=key, name=key, kind=kind, county=world.regions[county], size="small" if kind == "enterprise" else ""
        )
    for name, role, dimension, path in (
        ("planner", "planner", "region", "/fujian/fuzhou"),
        ("provincial_planner", "planner", "region", "/fujian"),
        ("county_officer", "county_officer", "region", "/fujian/fuzhou/gulou"),
        ("other_officer", "county_officer", "region", "/fujian/fuzhou/cangshan"),
        ("sampler_a", "sampler", "region", "/fujian/fuzhou"),
        ("sampler_b", "sampler", "region", "/fujian/fuzhou"),
        ("chemist", "laboratory", "laboratory", "laboratory"),
        ("second_chemist", "laboratory", "laboratory", "second_laboratory"),
        ("owner", "firm", "organisation", "maker"),
        ("county_leader", "leader", "region", "/fujian/fuzhou/gulou"),
        ("city_leader", "leader", "region", "/fujian/fuzhou"),
    ):
        person = Person.objects.create(username=name, display_name=name)
        Grant.objects.create(
            person=person, role=role, dimension=dimension, path=path, from_on=date(2011, 1, 1), until_on=None
        )
        world.people[name] = person
    world.line = plan_of(world, scheme="product_supervision")
    return world


def plan_of(world: World, *, scheme: str, on: date = date(2019, 12, 2)) -> PlanLine:
    """A published line of a plan of the city."""
    product, _made = ProductClass.objects.get_or_create(key="lamp", name="lamp")
    plan = Plan(
        key=f"plan-{scheme}", year=2020, title=f"Plan {scheme}", scheme=scheme, level="city",
        region=world.regions["fuzhou"], authority="Fuzhou market supervision bureau",
    )  # fmt: skip
    line = PlanLine(plan=plan, product_class=product, batches=4, cost_per_batch=1000)
    quotas = [Quota(line=line, county=world.regions[county], batches=2) for county in ("gulou", "cangshan")]
    planning.draft_plan(plan=plan, lines=[line], quotas=quotas, by=HOUSE, on=on)
    planning.publish_rules(lines=[line], rules="Rules for lamps 2020", by=HOUSE, on=on)
    planning.publish_plans(plans=[plan], by=HOUSE, on=on)
    return line

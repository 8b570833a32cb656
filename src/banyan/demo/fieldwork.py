"""Field work and laboratory: tasks, notices, samples, hand-over and results of the city and its counties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from banyan.demo import amendments, testing
from banyan.demo.lives import Life
from banyan.demo.town import Town
from banyan.kit import bulk
from banyan.records.inspection import actions
from banyan.records.inspection.queries import Result, Sample, Task

REASONS = (
    "stopped", "converted", "closed", "not_found", "too_few", "too_few", "no_goods", "no_goods", "not_for_sale",
    "export_only",
)  # fmt: skip
NOT_JUDGED = 0.004
AHEAD, AHEAD_OF_FOLLOW_UP = 21, 7
"""Days from planning a task to the visit; a follow-up waits until the failure is, as a rule, reported."""
new_task, new_sample, new_result = bulk.maker(Task), bulk.maker(Sample), bulk.maker(Result)
PLACES = {"made": "成品仓库", "stored": "仓库", "sold": "货架", "online": "网络平台（示例）"}


def expect(town: Town, life: Life) -> None:
    """Put a life of our own plans on the agenda; a firm that was drawn has its task already."""
    if life.task is not None:
        town.agenda.put("notify", life.sampled_on - timedelta(days=5), life)
        return
    ahead = AHEAD_OF_FOLLOW_UP if life.drawn == "follow_up" else AHEAD
    town.agenda.put("plan", life.sampled_on - timedelta(days=ahead), life)


def plan(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Plan tasks for lots of batches, two samplers each, an officer answerable."""
    for life in lives:
        county = life.county.pk
        life.task = new_task(
            key=town.number(f"t-{life.programme.level[:2]}{life.sampled_on.year % 100}"),
            organisation_id=life.seller.key, drawn=life.drawn, stratum=life.stratum,
            county_id=town.city.in_township.get(life.seller.key, county),
            cluster=life.good.maker.key if life.good else "", weight=life.weight, planned_on=day,
            samplers=[f"sampler_{county}", f"sampler2_{county}"], laboratory_id=life.laboratory.key,
            assignee_id=town.city.people[f"sampler_{county}"].pk,
            product_id=life.good.record.pk if life.good and life.stage == "made" else None,
        )  # fmt: skip
        life.task.line = life.line
        town.agenda.put("notify", life.sampled_on - timedelta(days=5), life)
    actions.plan_tasks(tasks=[life.task for life in lives], by=town.city.system("planner"), on=day)
    town.city.counts["tasks"] += len(lives)


def notify(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Issue the notices."""
    for life in lives:
        life.task.notified_on = min(day, max(life.task.planned_on, life.sampled_on - timedelta(days=2)))
        life.sampled_on = max(life.sampled_on, life.task.notified_on)
        town.agenda.put("visit", life.sampled_on, life)
    actions.notify_tasks(tasks=[life.task for life in lives], by=town.city.system("planner"), on=day)


def visit(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Visit: samples are taken, or the reason why not is recorded."""
    do: dict[str, Any] = {"by": town.city.system("sampler_gulou"), "on": day}
    for life in lives:
        life.task.visited_on = life.sampled_on if life.ends != "sampled" else None
    if missed := [life.task for life in lives if life.ends == "not_sampled"]:
        for task in missed:
            task.not_sampled_reason = town.random.choice(REASONS)
        actions.record_not_sampled(tasks=missed, note="现场记录（示例）", **do)
        town.city.counts["not sampled"] += len(missed)
    if refused := [life.task for life in lives if life.ends == "refused"]:
        witness = town.city.people["officer_gulou"].display_name
        actions.record_refusals(tasks=refused, note="负责人拒绝抽样（示例）", witness=witness, **do)
        town.city.counts["refusals"] += len(refused)
        for life in lives:
            if life.ends == "refused":
                wait = town.city.random(f"refusal {life.task.pk}").randint(5, 25)
                town.agenda.put("refusal", day + timedelta(days=wait), life, owner=life.county.pk)
    if taken := [life for life in lives if life.ends == "sampled"]:
        for life in taken:
            life.sample = sample_of(town, life)
            life.sample.task = life.task
            received = life.sampled_on + timedelta(days=town.days(1, 3))
            town.agenda.put("receive", received, life, owner=town.owner(life.laboratory.key))
        actions.take_samples(samples=[life.sample for life in taken], **do)
        town.city.counts["samples"] += len(taken)


def hand_over_refusals(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Hand refusals to enforcement, each under the number of its case."""
    for life in lives:
        number = town.number(f"cases {day.year}").rpartition("-")[2]
        case = f"执法〔{day.year}〕{int(number)}号（示例）"
        actions.open_refusal_case(task=life.task, case=case, by=town.officer(owner), on=day)
    town.city.counts["refusals handed over"] += len(lives)


def receive(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Receive samples at the laboratory."""
    for life in lives:
        life.sample.received_on = min(day, life.sampled_on + timedelta(days=town.days(1, 4)))
        ready = life.sample.received_on + timedelta(days=turnaround(town, life))
        town.agenda.put("test", ready, life, owner=town.owner(life.laboratory.key))
    actions.receive_samples(samples=[life.sample for life in lives], by=town.chemist(owner), on=day)


def test(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Report results. What follows depends on them."""
    results = [result_of(town, life, reported_on=day) for life in lives]
    actions.report_results(results=results, by=town.chemist(owner), on=day)
    for life in lives:
        town.open[life.sample.pk] = life
        follow(town, life, on=day)
        amendments.expect(town, life, on=day)


def follow(town: Town, life: Life, *, on: date) -> None:
    """Put on the agenda what follows a result."""
    if town.is_light:
        town.city.counts["failures"] += life.sample.conclusion == "failed"
        return
    if life.sample.conclusion == "failed":
        ready = on + timedelta(days=town.days(1, 6))
        town.agenda.put("serve", ready, life, owner=town.owner(life.county.pk))
        town.city.counts["failures"] += 1
    else:
        town.agenda.put("tell", on + timedelta(days=town.days(2, 12)), life)


def turnaround(town: Town, life: Life) -> int:
    """Days from receipt to the report."""
    usual = 7 + int(town.random.gammavariate(2.0, 4.0))
    return town.planted.delay(usual, county=life.county.pk, on=life.sampled_on)


def sample_of(town: Town, life: Life) -> Sample:
    """The sample of a batch, as the sampling form has it."""
    good, seller = life.good, life.seller
    series = f"{life.programme.level[0].upper()}{life.programme.scheme[0].upper()}{life.sampled_on.year}"
    number = town.number(series)
    batch, age = town.days(1, 28), town.days(5, 200)
    made_on = life.sampled_on - timedelta(days=age)
    sample: Sample = new_sample(
        key=f"s-{number.lower()}", number=_form_number(town, life) or f"SL-{number}",
        product_name=life.kind.record.name, product_class_id=life.kind.record.pk, seller_id=seller.key,
        county_id=life.task.county_id if life.task else life.county.pk,
        sampled_on=life.sampled_on, laboratory_id=life.laboratory.key, stage=life.stage,
        lot=f"{made_on:%Y%m%d}-{batch:02d}", made_on=made_on, seal=f"A{number}", spare_seal=f"B{number}",
        place=PLACES[life.stage], quantity=f"{town.days(2, 8)}", price=town.days(5, 300),
    )  # fmt: skip
    if good is None:
        sample.maker_name = f"外省{town.city.names.brand()}制造厂（示例）"
        sample.standard = "Q/WS 001-2022"
        sample.brand = sample.maker_name[2:4]
        sample.model = number
    else:
        good.sampled += 1
        maker = good.maker
        sample.product_id, sample.maker_id, sample.maker_name = good.record.pk, maker.key, maker.record.name
        sample.brand, sample.model = good.record.brand, f"{good.record.model}-{good.sampled}"
        sample.standard = good.record.standard
        sample.origin_county_id, sample.park_id = maker.county.pk, maker.record.park_id
        sample.industry_id, sample.size = maker.record.industry_id, maker.record.size
    sample.seller_name = seller.record.name
    return sample


def _form_number(town: Town, life: Life) -> str:
    """The number on the sampling form of who works here, as the organiser's series has it; empty for files."""
    if life.comes_by_file:
        return ""
    organiser = life.county if life.programme.level == "county" else town.city.regions["city"]
    return town.number(f"{town.city.codes[organiser.pk]}-{life.sampled_on.year}")


def result_of(town: Town, life: Life, *, reported_on: date) -> Result:
    """A laboratory's first result, with its items."""
    planted, random = town.planted, town.random
    failed = life.is_known_to_fail(planted)
    if random.random() < NOT_JUDGED:
        unjudged: Result = new_result(conclusion="not_judged", reported_on=reported_on)
        unjudged.sample = life.sample
        return unjudged
    careless = planted.invents(laboratory=life.laboratory, on=life.sampled_on, luck=random.random())
    result: Any = new_result(
        conclusion="failed" if failed else "passed", reported_on=reported_on,
        grade=("serious" if random.random() < 0.18 else "general") if failed else "",
        report_number=f"BG-{life.sample.number}", tested_on=reported_on, laboratory_id=life.laboratory.key,
    )  # fmt: skip
    result.sample = life.sample
    if life.reserve and not careless:
        result._items = testing.measured_again(town.reserve(life), random=random)
    else:
        result._items = testing.items_of(
            life.kind, failed=failed, cause=life.cause, random=random, is_careless=careless
        )
    town.city.counts["items"] += len(result._items)
    return result

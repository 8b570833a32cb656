"""What follows a result: served, objected to, tested again, final, published, corrected, re-checked, closed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from banyan.demo import testing
from banyan.demo.lives import Life
from banyan.demo.town import Town
from banyan.records.inspection import actions
from banyan.records.inspection.queries import Objection, Result

OBJECTS, REJECTED, UPHELD, WAIVES, OVERTURNED = 0.11, 0.30, 0.05, 0.08, 0.30
FAILS_RECHECK, FAILS_AGAIN, LOSES_LICENCE = 0.08, 0.25, 0.3
PUBLISHED, REPORTS, REPORTS_WHEN_PRESSED = 0.6, 0.97, 0.6
MEASURES = (
    "更换原料供应商，召回同批次产品（示例）",
    "调整工艺并加强出厂检验（示例）",
    "停止销售并退回供货商（示例）",
)


def tell(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Tell the parties of passes."""
    actions.notify_results(samples=[life.sample for life in lives], by=town.city.system("planner"), on=day)
    for life in lives:
        if town.random.random() < PUBLISHED:
            town.agenda.put("publish", day + timedelta(days=town.days(5, 20)), life)
        else:
            town.agenda.put("close", day + timedelta(days=town.days(20, 60)), life)


def serve(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Serve failures on seller and maker."""
    for life in lives:
        life.sample.served_on = max(life.sample.judged_on, day - timedelta(days=town.days(0, 3)))
    actions.serve_results(samples=[one.sample for one in lives], manner="直接送达", by=town.officer(owner), on=day)
    for life in lives:
        due = life.sample.due_on
        objects = bool(due and day < due) and life.sample.state == "result_served" and town.random.random() < OBJECTS
        if objects and life.objection is None:  # once a party, even where a result was judged anew
            town.agenda.put("object", day + timedelta(days=1), life, owner=owner)
        else:
            town.agenda.put("lapse", (due or day) + timedelta(days=1), life, owner=owner)


def object_to(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """File objections, each within its term."""
    for life in lives:
        sample = life.sample
        party = sample.maker or sample.seller
        filed = min(day, sample.served_on + timedelta(days=town.days(2, 6)))
        life.objection = Objection(sample=sample, party=party, grounds="对检验结果有异议（示例）", filed_on=filed)
        life.objection.kind = "authenticity" if town.random.random() < UPHELD and sample.maker_id else "retest"
    actions.file_objections(objections=[life.objection for life in lives], by=town.officer(owner), on=day)
    town.city.counts["objections"] += len(lives)
    for life in lives:
        town.agenda.put("decide", day + timedelta(days=town.days(2, 5)), life, owner=owner)


def decide(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Grant re-tests, reject what cannot be tested again, uphold where the maker did not make the goods."""
    do: dict[str, Any] = {"by": town.officer(owner), "on": day}
    granted, rejected = [], []
    for life in lives:
        if life.objection.kind == "authenticity":
            actions.uphold_objection(
                objection=life.objection, decision="标称生产者不认可（示例）", outcome="not_maker", **do
            )
            _go_on(town, life, day, owner)
        elif _has_microbes(life) or _spare_is_gone(life, day) or town.random.random() < REJECTED:
            rejected.append(life)
        else:
            granted.append(life)
    if rejected:
        objections = [life.objection for life in rejected]
        actions.reject_objections(objections=objections, decision="不符合复检条件（示例）", **do)
        for life in rejected:
            _go_on(town, life, day, owner)
    if granted:
        objections = [life.objection for life in granted]
        actions.grant_retests(objections=objections, decision="同意复检（示例）", **do)
        for life in granted:
            town.agenda.put("retest", day + timedelta(days=town.days(3, 9)), life, owner=owner)


def retest(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Do the formalities and send the spares to another laboratory; some parties renounce."""
    do: dict[str, Any] = {"by": town.officer(owner), "on": day}
    waived = [life for life in lives if town.random.random() < WAIVES]
    if waived:
        actions.waive_retests(objections=[life.objection for life in waived], renounced=True, **do)
        for life in waived:
            _go_on(town, life, day, owner)
    going = [life for life in lives if life not in waived]
    there = [one for one in town.city.laboratories if town.planted.open_on(one, on=day) is one]
    by_laboratory: dict[int, list[Life]] = defaultdict(list)
    for life in going:
        life.objection.formalities_on = min(day, life.objection.decided_on + timedelta(days=town.days(1, 5)))
        first = next(n for n, one in enumerate(there) if one.key == life.sample.laboratory_id)
        by_laboratory[(first + 1) % len(there)].append(life)
    if going:
        actions.complete_formalities(objections=[life.objection for life in going], **do)
    for number, group in sorted(by_laboratory.items()):
        laboratory = there[number].record
        actions.start_retests(objections=[life.objection for life in group], laboratory=laboratory, **do)
    for life in going:
        town.agenda.put("report_retest", day + timedelta(days=town.days(7, 14)), life, owner=owner)


def report_retest(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Report re-tests: most uphold the first result."""
    results = []
    for life in lives:
        overturned = town.random.random() < OVERTURNED or not life.fails
        result: Any = Result(sample=life.sample, conclusion="passed" if overturned else "failed", reported_on=day)
        result.grade = "" if overturned else life.sample.grade
        result.report_number = f"FJ-{life.sample.number}"
        result._items = testing.items_of(life.kind, failed=not overturned, cause=life.cause, random=town.random)
        town.city.counts["items"] += len(result._items)
        results.append(result)
    objections = [life.objection for life in lives]
    actions.report_retests(objections=objections, results=results, by=town.chemist(""), on=day)
    town.city.counts["retests"] += len(lives)
    for life in lives:
        _go_on(town, life, day, owner)


def lapse(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Record that nobody objected in time."""
    samples = [life.sample for life in lives]
    actions.let_objections_lapse(samples=samples, by=town.officer(owner), on=day, reason="异议期满")
    for life in lives:
        _publish_later(town, life, day)


def publish(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Publish final results; failures go on to their order to correct."""
    for life in lives:
        life.sample.published_on = None  # a result that was judged anew is published anew
    actions.publish_results(samples=[life.sample for life in lives], by=town.city.system("planner"), on=day)
    for life in lives:
        if life.sample.conclusion == "failed":
            owner = town.owner(life.county.pk)
            town.agenda.put("order", day + timedelta(days=town.days(1, 10)), life, owner=owner)
        else:
            town.agenda.put("close", day + timedelta(days=town.days(10, 40)), life)


def order(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Order corrections."""
    orders = actions.order_corrections(samples=[life.sample for life in lives], by=town.officer(owner), on=day)
    town.city.counts["orders to correct"] += len(lives)
    for life, correction in zip(lives, orders, strict=True):
        life.correction = correction
        life.answers = town.random.random() < REPORTS
        if life.answers:
            town.agenda.put("correct", day + timedelta(days=town.days(15, 55)), life, owner=owner)


def press(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Press firms that answered no order, as the level above does: most report then, the others become cases.

    A case does not stay with its order: the goods are checked again without a report.
    """
    for life in lives:
        if town.random.random() < REPORTS_WHEN_PRESSED:
            town.agenda.put("correct", day + timedelta(days=town.days(10, 40)), life, owner=owner)
            continue
        number = town.number(f"cases {day.year}").rpartition("-")[2]
        actions.hand_to_enforcement(
            sample=life.sample, case=f"执法〔{day.year}〕{int(number)}号（示例）", by=town.officer(owner), on=day
        )
        town.agenda.put("recheck", day + timedelta(days=town.days(20, 90)), life, owner=owner)
    town.city.counts["orders pressed"] += len(lives)


def correct(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Record what firms report to have corrected."""
    for life in lives:
        life.correction.corrected_on = max(life.correction.ordered_on, day - timedelta(days=town.days(0, 9)))
        life.correction.measures = town.random.choice(MEASURES)
        town.agenda.put("recheck", day + timedelta(days=town.days(5, 20)), life, owner=owner)
    actions.record_corrections(corrections=[life.correction for life in lives], by=town.officer(owner), on=day)


def recheck(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Record re-checks: most pass, the others are announced and checked once more in their window."""
    do: dict[str, Any] = {"by": town.officer(owner), "on": day}
    failing = [life for life in lives if town.random.random() < FAILS_RECHECK]
    passing = [life for life in lives if life not in failing]
    for life in lives:
        known = life.correction.corrected_on or life.correction.ordered_on
        life.correction.rechecked_on = max(known, day - timedelta(days=town.days(0, 4)))
        life.correction.recheck_report = _report_of_recheck(life, "1")
    if passing:
        actions.pass_rechecks(corrections=[life.correction for life in passing], **do)
        for life in passing:
            town.agenda.put("close", day + timedelta(days=town.days(5, 20)), life)
    if failing:
        corrections = [life.correction for life in failing]
        actions.fail_rechecks(corrections=corrections, announced_by="福建省质量监督机关（示例）", **do)
        for life in failing:
            again = life.correction.second_recheck_from or day + timedelta(days=60)
            town.agenda.put("recheck_again", again + timedelta(days=1), life, owner=owner)
    town.city.counts["rechecks"] += len(lives)


def _report_of_recheck(life: Life, count: str) -> str:
    return f"{life.sample.number}-FC{count}"


def recheck_again(town: Town, day: date, owner: str, lives: list[Life]) -> None:
    """Record second re-checks; who fails again is closed, and some lose their licence."""
    do: dict[str, Any] = {"by": town.officer(owner), "on": day}
    failing = [life for life in lives if town.random.random() < FAILS_AGAIN]
    for life in lives:
        life.correction.recheck_report = _report_of_recheck(life, "2")
    if passing := [life for life in lives if life not in failing]:
        actions.pass_rechecks(corrections=[life.correction for life in passing], **do)
        for life in passing:
            town.agenda.put("close", day + timedelta(days=town.days(5, 20)), life)
    for life in failing:
        actions.order_closure(correction=life.correction, **do)
        town.city.counts["closures"] += 1
        if town.random.random() < LOSES_LICENCE:
            actions.revoke_licence(correction=life.correction, reason="整顿后仍不合格（示例）", **do)


def close(town: Town, day: date, _owner: str, lives: list[Life]) -> None:
    """Close what nothing more follows from."""
    actions.close_samples(samples=[life.sample for life in lives], by=town.city.system("planner"), on=day)
    for life in lives:
        del town.open[life.sample.pk]
        town.ended[life.sample.pk] = life
    town.city.counts["closed after failing"] += sum(life.sample.conclusion == "failed" for life in lives)


def raise_late(town: Town, *, on: date) -> None:
    """Give late work to the next superior, as the office's own clock does, once a month; who presses silent firms."""
    late = [
        life
        for life in town.open.values()
        if life.sample.due_on and life.sample.due_on < on and not life.sample.escalated_on
        and life.sample.state not in ("result_served", "closed")
    ]  # fmt: skip
    if late:
        samples = [life.sample for life in late]
        actions.raise_late(samples=samples, by=town.city.system("daily"), on=on, reason="期限已过")
        town.city.counts["raised a level"] += len(late)
    for life in late:
        if not life.answers and life.sample.state == "correction_ordered":
            ready = on + timedelta(days=town.days(5, 30))
            town.agenda.put("press", ready, life, owner=town.owner(life.county.pk))


def _go_on(town: Town, life: Life, day: date, owner: str) -> None:
    """After an objection: wait for the end of the other party's term, or publish what is final."""
    if life.sample.state == "result_served":
        town.agenda.put("lapse", life.sample.due_on + timedelta(days=1), life, owner=owner)
    else:
        _publish_later(town, life, day)


def _publish_later(town: Town, life: Life, day: date) -> None:
    town.agenda.put("publish", day + timedelta(days=town.days(5, 25)), life)


def _has_microbes(life: Life) -> bool:
    """Food rules bar a re-test of microbes; the classes say which items those are."""
    return life.kind.is_food and any(item.category == "微生物" for item in life.kind.items)


def _spare_is_gone(life: Life, day: date) -> bool:
    return bool(life.sample.spare_until and day > life.sample.spare_until)

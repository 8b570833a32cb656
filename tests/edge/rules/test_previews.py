"""Previews of alert rules and of terms: the past watched, and counted, again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.base.facts.conftest import OFFICE
from tests.edge.conftest import TODAY, batches
from tests.edge.rules.conftest import changed

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.base.registry.models import Organisation
from banyan.edge.rules import actions
from banyan.edge.rules.models import Preview
from banyan.insight.alerts.models import Alert
from banyan.kit import clock, engine
from banyan.policy import amending

RULE = "laboratory_finds_too_little"
TERM = "spot_check.objection"


def enter_laboratories(judged: Any) -> None:
    """Two laboratories; the terms' test lets one of them sell, too."""
    both = [Organisation(key=key, name=key, kind="laboratory", county_id="east") for key in ("lab-e", "lab-w")]
    with clock.fixed_at(TODAY - timedelta(weeks=71)):
        judged.world.enter(records=both, by=OFFICE, on=TODAY - timedelta(weeks=71))


def test_an_alert_rule_watches_the_past_again_and_says_which_alerts_go_missing(
    office: Any, judged: Any, browse: Any
) -> None:
    enter_laboratories(judged)
    for week in range(70, 0, -1):
        day = TODAY - timedelta(weeks=week)
        for laboratory, failures in (("lab-e", 0), ("lab-w", 3)):
            judged.world.on(day, judged.world.enter, batches("east", 6, failures, on=day, laboratory=laboratory))
    with clock.fixed_at(TODAY):
        facts.collect()
    options = amending.definition(policy.load().entry(RULE), TODAY)["options"]
    result = office.preview(office.draft(RULE, options=options | {"least": 10_000}), first=date(2024, 1, 1))
    (line,) = result["alerts"]

    assert (line["which"], line["laboratory"], line["after"]) == ("only_before", "lab-e", None)
    assert line["before"]["observed"] == 0
    assert result["whom"]["laboratory"] == ["lab-e"]
    assert result["counts"]["alerts"] | {"otherwise": 0} == {
        "before": 1, "after": 0, "only_after": 0, "only_before": 1, "otherwise": 0, "same": 0,
    }  # fmt: skip
    assert not Alert.objects.exists()
    behind = browse(office.people.leader).get(f"/office/rules/previews/{Preview.objects.get().pk}/alerts/0/")
    assert "east-lab-e-" in behind.content.decode()
    same = office.preview(office.draft(RULE, a_week=2), first=date(2024, 1, 1))
    assert (same["alerts"], same["counts"]["alerts"]["same"]) == ([], 1)


def test_a_shorter_term_names_the_samples_that_would_have_been_late(office: Any, judged: Any) -> None:
    enter_laboratories(judged)
    begun = date(2024, 3, 4)
    due = policy.load().deadline(TERM, on=begun).due(begun).on
    samples = batches("east", 3, 0, on=begun, laboratory="lab-e")
    for sample in samples:
        sample.due_rule, sample.due_on, sample.served_on, sample.seller_id = TERM, due, begun, "lab-w"
    judged.world.on(begun, judged.world.enter, samples)
    for sample, days in zip(samples, (5, 12, 20), strict=True):
        sample.due_rule, sample.due_on = "", None
        judged.world.on(begun + timedelta(days=days), judged.world.change, [sample], fields=("due_rule", "due_on"))
    result = office.preview(office.draft(TERM, amount=10), first=date(2024, 1, 1))
    (line,) = result["terms"]

    # Fifteen days end on 19 March, ten on 14 March: what was done after 12 days turns late, after 20 it always was.
    assert (line["key"], line["due_before"], line["due_after"]) == (samples[1].pk, "2024-03-19", "2024-03-14")
    assert (line["late_before"], line["late_after"], line["done_on"]) == (False, True, "2024-03-16")
    assert result["counts"]["terms"] == {
        "runs": 3, "unknown": 0, "another_day": 3, "late_before": 1, "late_after": 2, "turned_late": 1,
        "turned_in_time": 0,
    }  # fmt: skip
    assert result["whom"] == {"county": ["east"], "firms": 1}


def test_what_stopped_a_preview_is_said_and_a_new_one_may_be_asked(office: Any) -> None:
    draft = office.draft("spot-provincial", value=80)
    asked = actions.ask_preview(draft=draft, by=office.people.planner, first=TODAY)
    Preview.objects.filter(pk=asked.pk).update(definition=changed("spot-provincial", op=">>"))
    stopped = actions.go_on(key=asked.pk)

    assert "comparison" in stopped.trouble
    assert stopped.result is None
    assert office.preview(draft, first=TODAY)["rule"] == "spot-provincial"


def test_what_both_rules_count_alike_is_asked_once(office: Any, judged: Any, monkeypatch: Any) -> None:
    """A smallest count hides other cells; it counts none anew."""
    asked: list[Any] = []

    def answer(*given: Any, **named: Any) -> Any:
        if "nothing" not in given[1].get_name():  # where no facts are, several kinds have one table
            asked.append((given[0], given[1].get_name(), str(given[3]), frozenset(named["columns"])))
        return found(*given, **named)

    found = engine.answer
    monkeypatch.setattr(engine, "answer", answer)
    result = office.preview(office.draft("disclosure.smallest_count", value=12), first=date(2024, 1, 1))

    assert result["counts"]["figures"]["changed"] > 0
    assert len(set(asked)) == len(asked) > 0, "each question is asked by one rule and not again by the other"


def test_that_no_successor_answers_lifts_the_grade_of_the_one_that_took_a_firm_up(office: Any, judged: Any) -> None:
    begun = TODAY - timedelta(weeks=9)
    merged, into = (Organisation(key=key, name=key, county_id="east") for key in ("firm-a", "firm-b"))
    failed = batches("east", 2, 2, on=begun)
    for one in failed:
        one.maker_id = "firm-a"
    with clock.fixed_at(begun):
        judged.world.enter(records=[merged, into], by=OFFICE, on=begun)
    judged.world.on(begun, judged.world.enter, failed)
    merged.merged_into, merged.closed_on = into, TODAY
    with clock.fixed_at(TODAY):
        judged.world.change(records=[merged], fields=("merged_into", "closed_on"), by=OFFICE, on=TODAY)
        facts.collect()

    result = office.preview(office.draft("credit.successor_answers", value=False), first=begun)

    (line,) = result["grades"]
    assert (line["firm"], line["before"]["grade"], line["after"]["grade"]) == ("firm-b", "B", "A")

"""Score and grade of any day, as known on any other, are what a slow replay of the records says."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from tests.judgement.credit import slow_version
from tests.judgement.credit.conftest import FIRMS, FIRST, case, certificate, collect

from banyan import policy
from banyan.base.facts.facts import kinds
from banyan.base.facts.queries import facts as standing_facts
from banyan.judgement.credit import actions, queries
from banyan.judgement.credit.models import Grade
from banyan.kit import clock

CHANCE = random.Random(5)


def test_any_day_as_known_on_any_other_is_what_a_slow_replay_says(life):
    life.live(30, seed=1)
    chance = random.Random(1)

    for _time in range(6):
        known_on = FIRST + timedelta(days=chance.randint(0, 800))
        on = known_on + timedelta(days=chance.randint(-200, 500))
        slow = slow_version.grades(life.history, on=on, known_on=known_on)

        with clock.fixed_at(date(2027, 1, 1)):
            all_firms = queries.weighed(on=on, known_on=known_on)
            one_by_one = {firm: queries.explained(firm=firm, on=on, known_on=known_on) for firm in FIRMS}

        fast = {one.firm: (Decimal(one.points) / 100, Decimal(one.worst) / 100, one.grade) for one in all_firms}
        assert fast == slow
        told = {firm: (one.points, one.worst, one.grade) for firm, one in one_by_one.items() if one.lines}
        assert told == slow
    days_ahead_are_those_on_which_the_grade_changes("firm-1", FIRST + timedelta(days=470))


def days_ahead_are_those_on_which_the_grade_changes(firm: str, on: date) -> None:
    told = queries.explained(firm=firm, on=on)

    assert len(told.ahead) > 1
    for before, one in zip([told, *told.ahead], told.ahead, strict=False):
        eve = queries.explained(firm=firm, on=one.on - timedelta(days=1))
        then = queries.explained(firm=firm, on=one.on)
        assert (eve.grade, then.grade, then.score) == (before.grade, one.grade, one.score)


def test_each_point_names_its_rule_its_article_and_its_record(life):
    heavy = case("k2", FIRST, CHANCE)
    heavy.outcome, heavy.party_id, heavy.fine = "penalty", "firm-2", 50_001
    life.tell(FIRST, heavy)
    collect()

    with clock.fixed_at(FIRST):
        told = queries.explained(firm="firm-2", on=FIRST)

    (line,) = told.lines
    assert (line.rule, line.points, line.now, line.begins, line.ends) == (
        "credit.penalty", 18, 18, FIRST, date(2027, 1, 1),
    )  # fmt: skip
    assert "art. 9" in line.written
    assert not line.is_confirmed
    assert queries.records_of([line]) == {line.source: ("casework.case", "k2")}
    assert (told.grade, line.without, told.score) == ("B", "A", 82)


def test_a_quashed_penalty_costs_nothing_from_then_on_and_did_cost_as_known_before(life):
    heavy = case("k", FIRST, CHANCE)
    heavy.outcome, heavy.party_id, heavy.fine = "penalty", "firm-0", 900_000
    life.tell(FIRST, heavy)
    quashed_on = FIRST + timedelta(days=30)
    heavy.withdrawn_on = quashed_on
    life.tell(quashed_on, heavy)
    collect()

    with clock.fixed_at(quashed_on):
        eve, then = (
            queries.explained(firm="firm-0", on=quashed_on, known_on=quashed_on - timedelta(days=days))
            for days in (1, 0)
        )

    assert (eve.grade, then.grade, then.score) == ("C", "A", 100)


def test_a_licence_costs_from_the_day_after_its_end_until_it_is_renewed(life):
    licence = certificate("l", FIRST, CHANCE)
    licence.kind, licence.organisation_id, licence.until_on = "food_licence", "firm-0", date(2024, 3, 31)
    life.tell(FIRST, licence)
    renewed = certificate("m", date(2024, 5, 2), CHANCE)
    renewed.kind, renewed.organisation_id, renewed.until_on = "food_licence", "firm-0", None
    life.tell(date(2024, 5, 2), renewed)
    collect()

    with clock.fixed_at(date(2024, 6, 1)):
        points = [queries.explained(firm="firm-0", on=day).points
                  for day in (date(2024, 3, 31), date(2024, 4, 1), date(2024, 5, 2))]  # fmt: skip

    assert points == [0, 6, 0]


def test_the_nightly_weighing_enters_what_changed_and_nothing_else(life):
    heavy = case("k", FIRST, CHANCE)
    heavy.outcome, heavy.party_id, heavy.fine = "penalty", "firm-0", 900_000
    life.tell(FIRST, heavy)
    day = FIRST + timedelta(days=1)
    with clock.fixed_at(day):
        assert queries.explained(firm="firm-0", on=day).grade == "A"  # of what is collected; more comes now
    collect()

    with clock.fixed_at(day):
        first, again = actions.weigh(on=day), actions.weigh(on=day)
    collect()
    graded = standing_facts(["credit.graded"]).to_pyarrow().to_pylist()
    much_later = date(2028, 1, 1)
    with clock.fixed_at(much_later):
        actions.weigh(on=much_later)
    lifted = Grade.objects.get(pk="firm-0")

    assert (first, again) == ({"weighed": 1, "regraded": 1}, {"weighed": 1, "regraded": 0})
    assert [(one["organisation"], one["grade"], one["happened_on"]) for one in graded] == [("firm-0", "C", day)]
    assert (lifted.grade, lifted.before, lifted.since_on) == ("A", "C", much_later)


def test_every_rule_in_force_asks_for_facts_and_columns_that_there_are():
    for rule in policy.load().entries("credit_rule"):
        (named,) = [one.any_of for one in rule.filters if one.column == "kind"]
        for kind in named:
            columns = {"kind", *kinds()[kind].content}
            assert {one.column for one in rule.filters} | rule.understood() <= columns
            assert rule.dated == "happened" or "until_on" in columns

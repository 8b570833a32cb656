"""A drill is scored by the plan's terms and never counted as real; what its review found is mended and looked at."""

from datetime import date

import pytest
from tests.response.emergency.world import DAY, HOUSE, activated, again, ended, later

from banyan.base.facts import actions as facts
from banyan.insight.indicators import queries as indicators
from banyan.kit import Refused, clock
from banyan.response.emergency import actions, queries
from banyan.response.emergency.models import Activation, Finding
from banyan.response.emergency.queries import papers

pytestmark = pytest.mark.django_db


def done(activation, step, minutes):
    with clock.fixed_at(later(minutes)):
        measure = activation.measures.get(step=step)
        actions.complete_measure(measure=measure, result="done", by=HOUSE, on=DAY)


def found(activation, owner, *, mend_by=date(2025, 6, 9), by=HOUSE):
    one = Finding(found="nobody had the keys", demand="hang up a second set", mend_by=mend_by)
    return actions.enter_findings(activation=again(activation), findings=[one], owner=owner, by=by, on=DAY)[0]


# ---------------------------------------------------------------- the score


def test_in_time_has_all_points_late_half_and_not_done_none(city):
    drill = activated(city, is_drill=True)
    done(drill, "report_up", 120)  # 20 of 20, on the last minute
    done(drill, "send_team", 121)  # 10 of 20
    done(drill, "hold_goods", 30)  # 20 of 20
    with clock.fixed_at(later(200)):
        actions.end_response(activation=again(drill), by=HOUSE, on=DAY, reason="played to its end")

    sheet = queries.sheet_of(again(drill))

    assert {line.measure.step: line.verdict for line in sheet.lines} == {
        "report_up": "in_time", "send_team": "late", "hold_goods": "in_time", "send_samples": "missed",
        "report_on": "missed",
    }  # fmt: skip
    assert (sheet.got, sheet.possible) == (50, 80)
    assert str(again(drill).score) == "62.5"


def test_a_step_that_was_dropped_counts_for_nothing(city):
    drill = activated(city, is_drill=True, level="III")
    actions.change_level(activation=drill, level="IV", by=HOUSE, on=DAY, reason="less than it seemed")

    assert {line.measure.step for line in queries.sheet_of(again(drill)).lines}.isdisjoint({"call_group"})


def test_while_it_runs_what_is_not_due_is_open(city):
    sheet = queries.sheet_of(activated(city, is_drill=True), at=later(121))

    assert [line.verdict for line in sheet.lines] == ["missed", "missed", "open", "open", "open"]


# ---------------------------------------------------------------- an exercise is not counted as real


def test_a_drill_is_one_and_no_activation(city):
    ended(city, is_drill=True)
    activated(city, is_drill=True)  # which has not ended
    activated(city)
    facts.collect()

    (row,) = indicators.show(key="emergency_drills_held", on=DAY).rows
    assert row["value"] == 1


def test_the_word_exercise_stands_in_its_name_its_papers_and_on_its_page(city, people, client):
    drill = activated(city, is_drill=True)
    client.force_login(people.planner)

    assert str(drill).startswith("EXERCISE")
    assert papers.PAPERS["score-sheet"](drill).title == "Score sheet (exercise)"
    assert "EXERCISE" in client.get(f"/office/situation/{drill.pk}/").content.decode()
    assert "EXERCISE" in client.get("/office/situation/").content.decode()


# ---------------------------------------------------------------- the review


def test_findings_wait_for_the_end_of_the_response_and_for_an_owner_who_sees_it(city, people):
    one = activated(city, is_drill=True)
    with pytest.raises(Refused, match="goes on"):
        found(one, people.officer_gulou)
    over = ended(city, is_drill=True)

    with pytest.raises(Refused, match="does not see"):
        found(over, people.officer_changle)
    with pytest.raises(Refused, match="has passed"):
        found(over, people.officer_gulou, mend_by=date(2025, 6, 1))
    assert found(over, people.officer_gulou).number == "EM2025-0002-F1"


def test_whoever_mended_it_does_not_look_again(city, people):
    one = found(ended(city, is_drill=True), people.officer_gulou)
    actions.report_mended(finding=one, report="hung up", by=people.officer_gulou, on=date(2025, 6, 5))
    with pytest.raises(Refused, match="mend it yourself"):
        actions.find_mended(finding=again(one), check_found="yes", by=people.officer_gulou, on=date(2025, 6, 6))

    actions.find_mended(finding=again(one), check_found="yes", by=people.planner, on=date(2025, 6, 6))

    assert (again(one).state, again(one).was_late, again(one).due_on) == ("closed", False, None)


def test_what_is_late_goes_up_once_and_stays_late_although_it_is_mended_then(city, people):
    one = found(ended(city, is_drill=True), people.officer_gulou)
    assert actions.run_clocks(by=HOUSE, on=date(2025, 6, 9))["emergency work raised"] == 0
    assert actions.run_clocks(by=HOUSE, on=date(2025, 6, 10))["emergency work raised"] == 1
    assert actions.run_clocks(by=HOUSE, on=date(2025, 6, 10))["emergency work raised"] == 0
    assert again(one).assignee == people.leader

    actions.report_mended(finding=again(one), report="at last", by=people.officer_gulou, on=date(2025, 6, 11))
    actions.find_mended(finding=again(one), check_found="yes", by=people.planner, on=date(2025, 6, 12))
    other = found(again(one.activation), people.officer_gulou)
    actions.report_mended(finding=other, report="so", by=people.officer_gulou, on=date(2025, 6, 9))
    actions.find_mended(finding=again(other), check_found="yes", by=people.planner, on=date(2025, 6, 12))
    facts.collect()

    with clock.fixed_at(date(2025, 6, 12)):
        (row,) = indicators.show(key="emergency_findings_in_time", on=clock.today()).rows
    assert (row["n"], row["value"]) == (2, 0.5)


def test_what_is_not_mended_gets_another_day(city, people):
    one = found(ended(city), people.officer_gulou)
    actions.report_mended(finding=one, report="hung up", by=people.officer_gulou, on=date(2025, 6, 5))

    actions.find_not_mended(
        finding=again(one), check_found="no", mend_by=date(2025, 6, 20), by=people.planner, on=date(2025, 6, 6)
    )

    assert (again(one).state, again(one).due_on, again(one).mend_by) == (
        "open", date(2025, 6, 20), date(2025, 6, 9),
    )  # fmt: skip


def test_a_late_review_goes_up(city, people):
    one = ended(city, by=people.officer_gulou)

    assert actions.run_clocks(by=HOUSE, on=date(2025, 7, 1))["emergency work raised"] == 1
    assert again(one).assignee == people.leader


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_papers_are_written_of_what_was_kept_with_control_characters_and_emoji(city, people, form):
    drill = ended(city, is_drill=True)
    Activation.objects.filter(pk=drill.pk).update(title="canteen\x0b \U0001f525", happened="forty\x1b pupils")

    for paper, _title in papers.papers_of(again(drill)):
        content, _media_type = papers.written(paper, again(drill), form=form)
        assert content == papers.written(paper, again(drill), form=form)[0]


@pytest.mark.parametrize("paper", ["command-log", "score-sheet", "review"])
@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_papers_of_a_drill_are_written(city, people, paper, form):
    drill = ended(city, is_drill=True)
    found(drill, people.officer_gulou)
    assert paper in dict(papers.papers_of(again(drill)))

    content, _media_type = papers.written(paper, again(drill), form=form)

    assert content[:4] in (b"%PDF", b"PK\x03\x04")


def test_a_finding_is_to_be_mended_within_three_years(city, people):
    over = ended(city)

    with pytest.raises(Refused, match="more than 3 years ahead"):
        found(over, people.officer_gulou, mend_by=date(9999, 12, 31))
    one = found(over, people.officer_gulou)
    actions.report_mended(finding=one, report="hung up", by=people.officer_gulou, on=date(2025, 6, 5))
    for day, says in ((date(9999, 12, 31), "more than 3 years ahead"), (date(2025, 6, 5), "has passed")):
        with pytest.raises(Refused, match=says):
            actions.find_not_mended(
                finding=again(one), check_found="no", mend_by=day, by=people.planner, on=date(2025, 6, 6)
            )

    assert again(one).state == "reported"

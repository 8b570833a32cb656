"""Who may activate which level, what then runs within which term, and a command log that nobody can change."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation
from tests.response.emergency.world import (
    DAY,
    HOUSE,
    a_bulletin,
    activated,
    again,
    an_activation,
    ended,
    entered,
    later,
)

from banyan.kit import Refused, clock
from banyan.kit.documents import texts_of
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.response.emergency import actions, queries
from banyan.response.emergency.models import Activation, Entry
from banyan.response.emergency.queries import papers

pytestmark = pytest.mark.django_db


def steps(activation: Activation) -> dict[str, str]:
    return dict(activation.measures.values_list("step", "state"))


def texts(activation: Activation) -> list[str]:
    return [one.words for one in queries.entries_of(activation)]


# ---------------------------------------------------------------- who decides a level


def test_a_county_activates_level_four_in_its_own_county_only(city, people):
    one = activated(city, by=people.officer_gulou)

    assert (one.number, one.state) == ("EM2025-0001", "active")
    with pytest.raises(NotAllowed, match="decided by the"):
        activated(city, by=people.officer_changle)


def test_level_three_is_the_citys_to_decide(city, people):
    with pytest.raises(NotAllowed, match="decided by the city"):
        activated(city, by=people.officer_gulou, level="III")

    assert activated(city, by=people.planner, level="III").level == "III"


def test_what_the_province_decides_is_recorded_with_its_order_and_an_exercise_needs_none(city, people):
    with pytest.raises(Refused, match="number of the order") as refused:
        activated(city, by=people.planner, level="II")
    assert refused.value.code == "decision-missing"

    assert activated(city, by=people.planner, level="II", decision="Province, No. 7").decision == "Province, No. 7"
    assert activated(city, by=people.planner, level="II", is_drill=True).is_drill


def test_before_the_plan_was_in_force_nothing_is_activated_under_it(city):
    with pytest.raises(Refused, match="No plan in force"):
        activated(city, on=date(2011, 10, 4))


def test_a_sampler_and_a_firm_activate_nothing(city, people):
    for person in (people.sampler, people.gulou_firm, people.auditor):
        with pytest.raises(NotAllowed):
            activated(city, by=person)


# ---------------------------------------------------------------- what runs


def test_the_steps_of_the_level_run_with_their_terms(city):
    one = activated(city)

    found = dict(one.measures.values_list("step", "due_at"))
    assert found == {
        "report_up": later(120), "send_team": later(120), "hold_goods": later(180), "send_samples": later(360),
        "report_on": later(1440),
    }  # fmt: skip
    assert "stop_equipment" not in found  # which is for equipment


def test_raising_adds_steps_and_lowering_drops_those_that_are_open(city, people):
    one = activated(city)
    with clock.fixed_at(later(30)):
        actions.change_level(activation=one, level="III", by=people.planner, on=DAY, reason="more are ill")
    raised = dict(again(one).measures.values_list("step", "due_at"))
    assert raised["call_group"] == later(90)
    assert raised["report_up"] == later(120)  # what ran already goes on

    with clock.fixed_at(later(60)):
        actions.change_level(activation=again(one), level="IV", by=people.planner, on=DAY, reason="all is calm")

    assert steps(one)["call_group"] == "dropped"
    assert steps(one)["report_up"] == "open"
    assert [text.split(".")[0] for text in texts(one)] == [
        "Response at level IV", "Raised to level III", "Lowered to level IV",
    ]  # fmt: skip


def test_the_same_level_again_and_a_change_without_a_reason_are_refused(city):
    one = activated(city)

    with pytest.raises(Refused, match="at that level already"):
        actions.change_level(activation=one, level="IV", by=HOUSE, on=DAY, reason="so")
    with pytest.raises(Refused, match="needs a reason"):
        actions.change_level(activation=one, level="III", by=HOUSE, on=DAY)


def test_a_step_is_done_once_and_not_in_the_future(city):
    one = activated(city)
    measure = one.measures.get(step="send_team")
    with pytest.raises(Refused, match="has not come"):
        actions.complete_measure(measure=measure, result="sent", done_at=later(10), by=HOUSE, on=DAY)

    with clock.fixed_at(later(20)):
        actions.complete_measure(measure=measure, result="sent", done_at=later(10), by=HOUSE, on=DAY)
        with pytest.raises(Refused, match="It was done"):
            actions.complete_measure(measure=again(measure), result="sent", by=HOUSE, on=DAY)

    assert (again(measure).state, again(measure).done_at) == ("done", later(10))
    assert texts(one)[-1] == "Done: send a team to the spot. sent"


def test_after_the_end_nothing_is_ordered_any_more_and_the_review_has_its_term(city, people):
    one = ended(city, by=people.officer_gulou)

    assert (one.state, one.due_on, one.assignee) == ("ended", date(2025, 6, 30), people.officer_gulou)
    with pytest.raises(Refused, match="has ended"):
        actions.send_message(activation=one, roles=["county_officer"], text="go", by=HOUSE, on=DAY)
    actions.write_entry(activation=one, kind="report", text="said later", by=people.officer_gulou, on=DAY)
    actions.close_review(activation=again(one), summary="all well", by=people.officer_gulou, on=DAY)
    with pytest.raises(Refused, match="review is closed"):
        actions.write_entry(activation=again(one), kind="report", text="more", by=HOUSE, on=DAY)


# ---------------------------------------------------------------- the command log


def test_entries_are_numbered_and_corrected_by_further_ones(city, people):
    one = activated(city, by=people.officer_gulou)
    wrong = actions.write_entry(
        activation=one, kind="order", text="close the north gate", by=people.officer_gulou, on=DAY
    )
    right = actions.correct_entry(entry=wrong, text="the south gate", by=people.planner, on=DAY)

    assert [(entry.number, entry.text) for entry in queries.entries_of(one)][1:] == [
        (2, "close the north gate"), (3, "the south gate"),
    ]  # fmt: skip
    assert (right.corrects, right.kind, right.entered_by) == (wrong, "correction", people.planner)


def everything(city, people):
    """A response in which the system writes one of each of its sentences, by somebody who reads English."""
    by = {"by": people.planner, "on": DAY}
    with translation.override("en"):
        one = activated(city, by=people.planner)
        actions.change_level(activation=again(one), level="III", reason="more are ill", **by)
        actions.change_level(activation=again(one), level="IV", reason="all is calm", **by)
        actions.complete_measure(measure=one.measures.get(step="send_team"), result="sent", **by)
        with clock.fixed_at(later(2000)):
            actions.complete_measure(measure=one.measures.get(step="hold_goods"), result="all held", **by)
        actions.send_message(activation=again(one), roles=["county_officer"], text="send a car", **by)
        held = actions.reserve(activation=again(one), resource=entered(city), quantity=Decimal(2), **by)
        actions.release(reservation=held, **by)
        actions.issue_bulletin(bulletin=a_bulletin(city, activation=again(one)), **by)
        actions.write_entry(activation=again(one), kind="order", text="close the gate", **by)
        actions.end_response(activation=again(one), reason="nobody else fell ill", **by)
        actions.close_review(activation=again(one), summary="all well", **by)
    return again(one)


IN_ENGLISH = [
    "Response at level IV", "Raised to level III. more are ill", "Lowered to level IV. all is calm",
    "Done: send a team to the spot. sent", "Done, late: hold and seal the goods. all held",
    "Message to County officer: send a car", "Reserved: 2 vehicles of “sampling car”", "Released: sampling car · 2",
    "Bulletin issued: EB2025-0001 Do not eat school lunch boxes of Monday", "close the gate",
    "Response ended. nobody else fell ill", "Review closed: all well",
]  # fmt: skip
IN_CHINESE = [
    "启动Ⅳ级响应", "升为Ⅲ级。more are ill", "降为Ⅳ级。all is calm", "已完成：派出现场工作组。sent",
    "逾期完成：控制和封存涉事产品。all held",
    "致县（市）区监管人员的消息：send a car", "已调用“sampling car” 2 vehicles", "已释放：sampling car · 2",
    "已发布通报：EB2025-0001 Do not eat school lunch boxes of Monday", "close the gate",
    "响应终止。nobody else fell ill", "总结评估完成：all well",
]  # fmt: skip


def test_what_the_system_writes_is_kept_in_the_language_of_the_city_and_read_in_that_of_the_page(city, people):
    one = everything(city, people)
    kept = list(one.entries.order_by("number").values_list("text", flat=True))

    with translation.override("en"):
        assert texts(one) == IN_ENGLISH
    with translation.override("zh-hans"):
        assert texts(one) == kept == IN_CHINESE
    assert queries.altered(one) == []


def test_pages_paper_and_api_say_the_log_in_the_language_of_who_reads_and_no_sentence_is_lost(city, people, client):
    one = everything(city, people)
    client.force_login(people.planner)
    pages = (
        f"/office/situation/{one.pk}/", f"/office/emergency/activation/{one.pk}/change/", "/office/emergency/entry/",
        f"/office/emergency/entry/{one.pk}.2/change/",
    )  # fmt: skip

    for language, said, other in (("en", "Raised to level III", "升为Ⅲ级"), ("zh-hans", "升为Ⅲ级", "Raised to")):
        asked = {"headers": {"accept-language": language}}
        for address in pages:
            page = client.get(address, **asked).content.decode()
            assert said in page, address
            assert other not in page, address
        told = client.get(f"/api/v1/activations/{one.pk}", **asked).json()["entries"]
        assert [entry["text"] for entry in told] == (IN_ENGLISH if language == "en" else IN_CHINESE)
        with translation.override(language):
            assert said in texts_of(papers.command_log(one))


def test_the_situation_says_the_last_entry_of_each_response_in_the_language_of_who_reads(city, people, client):
    with translation.override("en"):
        activated(city, by=people.planner)
    client.force_login(people.planner)

    for language, said in (("en", "Response at level IV"), ("zh-hans", "启动Ⅳ级响应")):
        assert said in client.get("/office/situation/", headers={"accept-language": language}).content.decode()


def test_an_entry_from_before_the_parts_were_kept_reads_as_it_was_entered(city):
    one = activated(city)
    entry = actions.write_entry(activation=one, kind="deed", text="Response at level IV", by=HOUSE, on=DAY)

    assert entry.told is None
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert texts(one)[-1] == "Response at level IV"


def test_no_code_can_change_an_entry(city):
    entry = queries.entries_of(activated(city))[0]
    entry.text = "nothing happened"

    with pytest.raises(TypeError, match="never changed"):
        entry.save()


def test_an_entry_that_was_altered_or_removed_in_the_database_is_named(city):
    one = activated(city)
    for text in ("first", "second", "third"):
        actions.write_entry(activation=one, kind="report", text=text, by=HOUSE, on=DAY)
    assert queries.altered(one) == []

    with connection.cursor() as cursor:
        cursor.execute("UPDATE emergency_entry SET text = 'other' WHERE key = %s", [f"{one.pk}.2"])
        cursor.execute("DELETE FROM emergency_entry WHERE key = %s", [f"{one.pk}.4"])

    assert queries.altered(one) == [2, 4]


def test_an_entry_that_says_nothing_or_of_tomorrow_is_refused(city):
    one = activated(city)

    with pytest.raises(Refused, match="says nothing"):
        actions.write_entry(activation=one, kind="report", text="  ", by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="has not come"):
        actions.write_entry(activation=one, kind="report", text="x", at=later(1), by=HOUSE, on=DAY)
    assert Entry.objects.count() == 1


def test_another_county_sees_nothing_of_it(city, people):
    one = activated(city, by=people.officer_gulou)

    with pytest.raises(NotFound):
        actions.write_entry(activation=one, kind="report", text="x", by=people.officer_changle, on=DAY)
    assert list(queries.active(people.officer_changle)) == []
    assert list(queries.active(people.leader)) == [one]


def test_an_activation_outside_ones_office_is_not_entered(city, people):
    with pytest.raises(NotAllowed):
        actions.activate(activation=an_activation(city, county=city.fuzhou), by=people.officer_gulou, on=DAY)
    assert not Activation.objects.exists()

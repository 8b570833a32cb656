"""Seller and maker object each in its own term: a result is final once no objection is open and no term runs."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.inspection.world import HOUSE, build, plan_of, result_of

from banyan.kit import Refused, clock
from banyan.records.inspection import actions, panels
from banyan.records.inspection.forms import FileObjection
from banyan.records.inspection.models import Objection, Sample, Service
from banyan.records.inspection.queries.work import OPEN_OBJECTIONS

DAY = date(2024, 3, 4)  # a Monday
LAST = date(2024, 3, 19)
AFTER = date(2024, 3, 20)


def again(record):
    """The record as it is now."""
    return type(record).objects.get(key=record.key)


def stands(sample):
    """The state of a sample, its open term and the day from which it is final."""
    now = again(sample)
    return now.state, now.due_on, now.final_on


def reject(*objections, on):
    actions.reject_objections(objections=[again(one) for one in objections], decision="unfounded", by=HOUSE, on=on)


def start_retest(world, objection, *, on):
    actions.grant_retests(objections=[again(objection)], by=HOUSE, on=on)
    actions.complete_formalities(objections=[again(objection)], by=HOUSE, on=on)
    second = world.firms["second_laboratory"]
    actions.start_retests(objections=[again(objection)], laboratory=second, by=HOUSE, on=on)


def report_retest(objection, conclusion, *, on):
    fresh = again(objection)
    result = result_of(fresh.sample, conclusion)
    actions.report_retests(objections=[fresh], results=[result], by=HOUSE, on=on)


def test_after_a_rejection_the_other_party_s_term_runs_on(world):
    sample = world.served(on=DAY)
    reject(world.objection(sample, on=DAY), on=DAY + timedelta(days=2))

    assert stands(sample) == ("result_served", LAST, None)
    with pytest.raises(Refused, match="may object until 2024-03-19"):
        actions.let_objections_lapse(samples=[again(sample)], by=HOUSE, on=LAST)
    world.objection(again(sample), on=LAST, party="seller")
    assert stands(sample)[0] == "objection_filed"


def test_the_daily_clock_makes_it_final_when_the_other_party_s_term_is_over(world):
    sample = world.served(on=DAY)
    reject(world.objection(sample, on=DAY), on=DAY)

    assert actions.run_clocks(by=HOUSE, on=LAST)["final"] == 0
    assert actions.run_clocks(by=HOUSE, on=AFTER)["final"] == 1

    assert again(sample).state == "result_final"
    assert again(sample).final_on == AFTER


def test_a_rejection_after_all_terms_is_final_at_once(world):
    sample = world.served(on=DAY)
    reject(world.objection(sample, on=DAY), on=AFTER)

    assert again(sample).state == "result_final"
    assert again(sample).final_on == AFTER


def test_both_parties_object_at_once_and_the_last_decision_makes_it_final(world):
    sample = world.served(on=DAY)
    of_maker = world.objection(sample, on=DAY)
    of_seller = world.objection(again(sample), on=DAY, party="seller")

    reject(of_seller, on=DAY + timedelta(days=1))
    assert stands(sample) == ("objection_filed", None, None)
    reject(of_maker, on=DAY + timedelta(days=2))

    assert stands(sample)[0] == "result_final"
    assert again(sample).final_on == DAY + timedelta(days=2)


def test_two_objections_are_rejected_in_one_deed(world):
    sample = world.served(on=DAY)
    both = [world.objection(again(sample), on=DAY, party=party) for party in ("maker", "seller")]

    reject(*both, on=DAY)

    assert again(sample).state == "result_final"


def test_one_firm_in_both_roles_has_one_term(world):
    sample = world.served(on=DAY, seller=world.firms["maker"])
    reject(world.objection(sample, on=DAY), on=DAY)

    assert again(sample).state == "result_final"


def test_a_party_whose_goods_were_not_its_own_leaves_the_seller_s_term_running(world):
    sample = world.served(on=DAY)
    objection = world.objection(sample, on=DAY, kind="authenticity")

    actions.uphold_objection(objection=objection, decision="a fake", outcome="not_maker", by=HOUSE, on=DAY)

    assert stands(sample) == ("result_served", LAST, None)


def test_a_result_that_cannot_stand_ends_the_other_party_s_term(world):
    sample = world.served(on=DAY)
    objection = world.objection(sample, on=DAY, kind="procedure")

    actions.uphold_objection(objection=objection, decision="seal open", outcome="not_judged", by=HOUSE, on=DAY)

    assert stands(sample)[0] == "result_final"


def test_an_objection_that_comes_while_a_retest_runs_does_not_stop_it_and_is_decided_after(world):
    sample = world.served(on=DAY)
    of_maker = world.objection(sample, on=DAY)
    start_retest(world, of_maker, on=DAY)
    of_seller = world.objection(again(sample), on=DAY, party="seller", kind="procedure")
    assert stands(sample)[0] == "retest_running"

    report_retest(of_maker, "failed", on=DAY + timedelta(days=3))
    assert stands(sample)[0] == "objection_filed"
    reject(of_seller, on=DAY + timedelta(days=4))

    assert again(sample).state == "result_final"
    assert again(sample).final_on == DAY + timedelta(days=4)


def test_after_a_failed_retest_the_other_party_may_object_but_not_ask_for_another(world):
    sample = world.served(on=DAY)
    of_maker = world.objection(sample, on=DAY)
    start_retest(world, of_maker, on=DAY)
    report_retest(of_maker, "failed", on=DAY)
    assert stands(sample) == ("result_served", LAST, None)

    with pytest.raises(Refused) as refusal:
        world.objection(again(sample), on=DAY, party="seller")
    assert refusal.value.code == "retest-done"
    world.objection(again(sample), on=DAY, party="seller", kind="procedure")

    assert stands(sample)[0] == "objection_filed"


def test_a_passed_retest_is_final_at_once_there_is_nothing_to_object_to(world):
    sample = world.served(on=DAY)
    of_maker = world.objection(sample, on=DAY)
    start_retest(world, of_maker, on=DAY)
    report_retest(of_maker, "passed", on=DAY)

    assert (again(sample).state, again(sample).conclusion) == ("result_final", "passed")


def test_the_one_spare_is_not_promised_twice(world):
    sample = world.served(on=DAY)
    both = [world.objection(again(sample), on=DAY, party=party) for party in ("maker", "seller")]

    with pytest.raises(Refused) as at_once, transaction.atomic():
        actions.grant_retests(objections=[again(one) for one in both], by=HOUSE, on=DAY)
    actions.grant_retests(objections=[again(both[0])], by=HOUSE, on=DAY)
    with pytest.raises(Refused):
        actions.grant_retests(objections=[again(both[1])], by=HOUSE, on=DAY)
    actions.waive_retests(objections=[again(both[0])], renounced=True, by=HOUSE, on=DAY)
    actions.grant_retests(objections=[again(both[1])], by=HOUSE, on=DAY)

    assert at_once.value.code == "spare-not-free"
    assert again(sample).state == "retest_granted"


def test_a_term_that_went_up_a_level_stays_there_when_the_other_party_objects(world):
    world.line = plan_of(world, scheme="food_supervision")
    sample = world.served(on=DAY)
    world.objection(sample, on=DAY)
    due = again(sample).due_on  # five working days to decide, two days before the other party's term ends
    actions.run_clocks(by=HOUSE, on=due + timedelta(days=1))
    raised = again(sample).escalated_on

    world.objection(again(sample), on=due + timedelta(days=1), party="seller")

    assert raised == due + timedelta(days=1)
    assert (again(sample).due_on, again(sample).escalated_on) == (due, raised)


def test_who_has_objected_is_not_asked_again_and_the_other_party_is(world):
    sample = world.served(on=DAY)
    with clock.fixed_at(DAY):
        before = offered_to(world, sample), todo_of(world)
        reject(world.objection(sample, on=DAY), on=DAY)
        after = offered_to(world, sample), todo_of(world)
        form = FileObjection(person=world.people["planner"], record=again(sample))

    assert before == (True, 1)
    assert after == (False, 0)
    assert [key for key, _name in form.fields["party"].choices] == ["seller"]


def offered_to(world, sample):
    """Whether the maker's page offers an objection."""
    from django.test import Client

    browser = Client()
    browser.force_login(world.people["owner"])
    page = browser.get(f"/office/inspection/sample/{sample.key}/change/")
    assert page.status_code == 200
    return "/do/file_objections/" in page.content.decode()


def todo_of(world):
    """How many samples wait for the maker."""
    person = type(world.people["owner"]).objects.get(pk=world.people["owner"].pk)
    return len(panels.of_own_firm(person=person, on=DAY, limit=9))


# ---------------------------------------------------------------- any order of events

STEPS = st.tuples(
    st.sampled_from(
        [
            "file",
            "reject",
            "not_judged",
            "grant",
            "formalities",
            "waive",
            "start",
            "passed",
            "failed",
            "spare",
            "stand",
        ]
    ),
    st.sampled_from(["maker", "seller"]),
    st.integers(0, 4),
)


def do(world, sample, step, party, on):
    """One step about the party's objection; False where it was refused."""
    now = again(sample)
    objection = Objection.objects.filter(sample=sample, party=world.firms[party]).first()
    common = {"by": HOUSE, "on": on, "reason": "walk"}
    if step == "file":
        kind = "procedure" if Objection.objects.filter(state="retest_done").exists() else "retest"
        filed = Objection(sample=now, party=world.firms[party], grounds="walk", kind=kind)
        actions.file_objections(objections=[filed], **common)
    elif objection is None:
        raise Refused("nothing is filed", "", "")
    elif step in ("passed", "failed"):
        report_retest(objection, step, on=on)
    elif step == "start":
        second = world.firms["second_laboratory"]
        actions.start_retests(objections=[objection], laboratory=second, **common)
    elif step in ("spare", "stand"):
        (actions.reject_spare if step == "spare" else actions.stand_by_first)(objection=objection, **common)
    elif step == "not_judged":
        actions.uphold_objection(objection=objection, decision="walk", outcome="not_judged", **common)
    elif step == "reject":
        actions.reject_objections(objections=[objection], decision="walk", **common)
    elif step == "waive":
        actions.waive_retests(objections=[objection], renounced=True, **common)
    else:
        verb = {"grant": actions.grant_retests, "formalities": actions.complete_formalities}[step]
        verb(objections=[objection], **common)


def demand_final_only_when_nothing_is_open(sample, on):
    """The rule in its own words, from the records alone."""
    now = Sample.objects.get(key=sample.key)
    objections = list(Objection.objects.filter(sample=sample))
    is_open = [one for one in objections if one.state in OPEN_OBJECTIONS]
    heard = {one.party_id for one in objections}
    runs = now.conclusion == "failed" and any(
        one.object_by >= on and one.party_id not in heard for one in Service.objects.filter(sample=sample)
    )

    if is_open:
        assert now.state in ("objection_filed", "retest_granted", "retest_running")
        in_state = {"filed": "objection_filed", "spare_rejected": "objection_filed"}
        assert now.state in {in_state.get(one.state, one.state) for one in is_open}
    elif runs:
        assert (now.state, now.due_on) == ("result_served", LAST)
    elif objections:
        assert now.state in ("result_final", "result_served")
        assert now.state == "result_final" or now.due_on < on, "final, or the clock makes it final today"
    assert (now.final_on is not None) == (now.state == "result_final")


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(walk=st.lists(STEPS, min_size=4, max_size=14))
def test_in_any_order_of_events_a_result_is_final_only_when_nothing_is_open(walk):
    with transaction.atomic():
        world = build()
        sample = world.served(on=DAY)
        on = DAY
        for step, party, wait in [("file", walk[0][1], 0), *walk]:
            on += timedelta(days=wait)
            try:
                with transaction.atomic():
                    do(world, sample, step, party, on)
            except Refused:
                pass
            demand_final_only_when_nothing_is_open(sample, on)
        for objection in Objection.objects.filter(sample=sample, state__in=OPEN_OBJECTIONS):
            settle(objection, on)
            demand_final_only_when_nothing_is_open(sample, on)
        actions.run_clocks(by=HOUSE, on=max(on, AFTER))
        assert again(sample).state == "result_final"
        transaction.set_rollback(True)


def settle(objection, on):
    """Bring an open objection to its end."""
    fresh = again(objection)
    if fresh.state == "retest_running":
        report_retest(fresh, "failed", on=on)
    elif fresh.state == "retest_granted":
        actions.waive_retests(objections=[fresh], renounced=True, by=HOUSE, on=on)
    elif fresh.state == "spare_rejected":
        actions.stand_by_first(objection=fresh, by=HOUSE, on=on, reason="walk")
    else:
        reject(fresh, on=on)

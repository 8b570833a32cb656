"""Duties of the calendar: terms end by themselves, late work goes up a level, work changes hands."""

from datetime import date, timedelta

import pytest
from tests.records.inspection.world import HOUSE, plan_of

from banyan.kit import Refused
from banyan.kit.models import Event, Grant, Person
from banyan.records.inspection import actions, queries
from banyan.records.inspection.models import Objection, Sample, Task

DAY = date(2024, 3, 4)


def again(record):
    """The record as it is now."""
    return type(record).objects.get(key=record.key)


def test_a_result_becomes_final_the_day_after_the_term_and_not_before(world):
    sample = world.served(on=DAY)

    assert actions.run_clocks(by=HOUSE, on=date(2024, 3, 19)) == {"final": 0, "waived": 0, "raised": 0}
    assert actions.run_clocks(by=HOUSE, on=date(2024, 3, 20)) == {"final": 1, "waived": 0, "raised": 0}

    assert (again(sample).state, again(sample).final_on) == ("result_final", date(2024, 3, 20))


def test_running_the_clocks_twice_on_a_day_changes_nothing_the_second_time(world):
    world.served(on=DAY)
    actions.run_clocks(by=HOUSE, on=date(2024, 3, 20))
    events = Event.objects.count()

    actions.run_clocks(by=HOUSE, on=date(2024, 3, 20))

    assert Event.objects.count() == events


def test_a_retest_without_formalities_is_waived_by_the_calendar(world):
    sample = world.served(on=DAY, seller=world.firms["maker"])
    objection = world.objection(sample, on=DAY)
    actions.grant_retests(objections=[objection], by=HOUSE, on=DAY)

    assert actions.run_clocks(by=HOUSE, on=date(2024, 3, 11))["waived"] == 0
    assert actions.run_clocks(by=HOUSE, on=date(2024, 3, 12))["waived"] == 1

    assert Objection.objects.get().state == "retest_waived"
    assert (again(sample).state, again(sample).conclusion) == ("result_final", "failed")


def late_food(world):
    """A sample whose laboratory is late: 20 working days from DAY end on 1 April."""
    world.line = plan_of(world, scheme="food_supervision")
    sample = world.sample(on=DAY)
    actions.receive_samples(samples=[sample], by=HOUSE, on=DAY)
    return sample


def test_late_work_goes_up_to_the_county_leader_and_comes_down_with_the_step(world):
    sample = late_food(world)
    assert again(sample).due_on == date(2024, 4, 1)

    assert actions.run_clocks(by=HOUSE, on=date(2024, 4, 1))["raised"] == 0
    assert actions.run_clocks(by=HOUSE, on=date(2024, 4, 2))["raised"] == 1
    raised = again(sample)
    assert (raised.assignee.username, raised.escalated_on) == ("county_leader", date(2024, 4, 2))
    assert actions.run_clocks(by=HOUSE, on=date(2024, 4, 3))["raised"] == 0

    actions.record_loss(sample=again(world.sample(on=DAY)), by=HOUSE, on=DAY, reason="broke")
    from tests.records.inspection.world import result_of

    actions.report_results(results=[result_of(raised, "passed")], by=HOUSE, on=date(2024, 4, 3))
    assert again(sample).escalated_on is None


def test_where_the_county_has_no_leader_late_work_goes_to_the_city(world):
    Grant.objects.filter(person__username="county_leader").delete()
    sample = late_food(world)

    actions.run_clocks(by=HOUSE, on=date(2024, 4, 2))

    assert again(sample).assignee.username == "city_leader"


def test_what_is_late_with_the_county_leader_goes_to_the_city(world):
    sample = late_food(world)
    actions.reassign(samples=[again(sample)], to=world.people["county_leader"], by=HOUSE, on=DAY)

    actions.run_clocks(by=HOUSE, on=date(2024, 4, 2))

    assert again(sample).assignee.username == "city_leader"


def test_a_leader_on_leave_is_passed_over(world):
    Person.objects.filter(username="county_leader").update(is_present=False)
    sample = late_food(world)

    actions.run_clocks(by=HOUSE, on=date(2024, 4, 2))

    assert again(sample).assignee.username == "city_leader"


def test_late_work_is_listed_within_ones_own_office_only(world):
    sample = late_food(world)
    mine, _tasks = queries.late_work(world.people["county_officer"], on=date(2024, 4, 2))
    others, _tasks = queries.late_work(Person.objects.get(username="second_chemist"), on=date(2024, 4, 2))

    assert [one.pk for one in mine] == [sample.pk]
    assert list(others) == []
    assert queries.whose_move(again(sample)) == "laboratory"


def test_all_work_of_somebody_on_leave_goes_to_a_colleague(world):
    substitute = Person.objects.create(username="sampler_c")
    Grant.objects.create(
        person=substitute, role="sampler", dimension="region", path="/fujian/fuzhou", from_on=date(2020, 1, 1)
    )
    task = world.task(on=DAY, assignee=world.people["sampler_a"])
    sample = world.sample(on=DAY)
    actions.reassign(samples=[again(sample)], to=world.people["sampler_a"], by=HOUSE, on=DAY)

    moved = actions.hand_over_work(
        person=world.people["sampler_a"], to=substitute, by=world.people["planner"], on=DAY
    )

    assert moved == 2
    assert again(task).samplers == ["sampler_c", "sampler_b"]
    assert (again(task).assignee, again(sample).assignee) == (substitute, substitute)
    assert not queries.open_tasks_of(world.people["sampler_a"]).exists()


def test_work_is_not_given_to_somebody_on_leave_or_of_another_office(world):
    sample = world.sample(on=DAY, origin_county=world.regions["gulou"])
    sample.county = world.regions["gulou"]
    absent = world.people["county_officer"]
    Person.objects.filter(pk=absent.pk).update(is_present=False)
    absent.refresh_from_db()

    with pytest.raises(Refused, match="not at work"):
        actions.reassign(samples=[again(sample)], to=absent, by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="lie outside"):
        actions.reassign(samples=[again(sample)], to=world.people["other_officer"], by=HOUSE, on=DAY)


def test_the_organisations_page_finds_what_a_firm_made_and_sold(world):
    sample = world.sample(on=DAY)
    world.sample(on=DAY, maker=world.firms["laboratory"], seller=world.firms["laboratory"])

    assert [one.pk for one in queries.samples_of(world.firms["seller"])] == [sample.pk]
    assert Sample.objects.count() == 2
    assert Task.objects.filter(state="sampled").count() == 2
    assert timedelta(0) == DAY - sample.sampled_on

"""The office after a failure: re-checks by their form, closed samples, a firm whose objection was upheld."""

import re
from datetime import date

import pytest
from django.test import Client
from tests.records.inspection.world import HOUSE

from banyan.kit import clock
from banyan.records.inspection import actions
from banyan.records.inspection.models import Correction

DAY = date(2024, 3, 4)
FINAL, RECHECKED = date(2024, 3, 20), date(2024, 5, 20)


@pytest.fixture
def browser(world):
    """Browsers of the world's people."""

    def sign_in(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(world.people[name])
        return client

    return sign_in


def again(record):
    """The record as it is now."""
    return type(record).objects.get(key=record.key)


def ordered(world):
    sample = world.served(on=DAY)
    actions.let_objections_lapse(samples=[sample], by=HOUSE, on=FINAL)
    (order,) = actions.order_corrections(samples=[again(sample)], by=HOUSE, on=FINAL)
    return sample, order


def verbs_on(page):
    """The verbs that a record's page offers."""
    return set(re.findall(r"/do/(\w+)/", page.content.decode()))


def test_a_recheck_is_passed_by_a_form_that_asks_for_its_day_and_report(world, browser):
    _sample, order = ordered(world)
    address = f"/office/inspection/correction/{order.key}/do/pass_rechecks/"
    with clock.fixed_at(RECHECKED):
        officer = browser("county_officer")
        page = officer.get(address).content.decode()
        without = officer.post(address, {"rechecked_on": "2024-05-17"})
        done = officer.post(address, {"rechecked_on": "2024-05-17", "report": "FC-7"})
        shown = officer.get(f"/office/inspection/correction/{order.key}/change/").content.decode()

    assert 'name="rechecked_on"' in page
    assert 'value="2024-05-20"' in page
    assert without.status_code == 422
    assert done.status_code == 302, done.content.decode()
    assert again(order).state == "recheck_passed"
    assert (again(order).rechecked_on, again(order).recheck_report) == (date(2024, 5, 17), "FC-7")
    assert "FC-7" in shown


def test_failing_and_closing_ask_for_the_same(world, browser):
    _sample, order = ordered(world)
    stem = f"/office/inspection/correction/{order.key}/do"
    with clock.fixed_at(RECHECKED):
        failed = browser("county_officer").post(
            f"{stem}/fail_rechecks/", {"rechecked_on": "2024-05-20", "report": "FC-1", "announced_by": "Province"}
        )
    with clock.fixed_at(date(2024, 7, 22)):
        closed = browser("county_officer").post(
            f"{stem}/order_closure/", {"rechecked_on": "2024-07-19", "report": "FC-2"}
        )

    assert (failed.status_code, closed.status_code) == (302, 302), closed.content.decode()
    assert (again(order).state, again(order).recheck_report) == ("closure_ordered", "FC-2")
    assert again(order).rechecked_on == date(2024, 7, 19)


def test_a_closed_sample_offers_neither_reassigning_nor_enforcement(world, browser):
    sample, order = ordered(world)
    address = f"/office/inspection/sample/{sample.key}/change/"
    with clock.fixed_at(RECHECKED):
        open_ = verbs_on(browser("planner").get(address))
        actions.pass_rechecks(corrections=[order], report="FC-1", by=HOUSE, on=RECHECKED)
        actions.close_samples(samples=[again(sample)], by=HOUSE, on=RECHECKED)
        closed = verbs_on(browser("planner").get(address))

    assert {"reassign", "hand_to_enforcement"} <= open_
    assert not {"reassign", "hand_to_enforcement"} & closed
    assert "amend_samples" in closed


@pytest.mark.parametrize("outcome", ["not_maker", "not_judged"])
def test_a_firm_whose_objection_was_upheld_reads_what_became_of_it_and_no_link_is_dead(world, browser, outcome):
    sample = world.served(on=DAY)
    objection = world.objection(sample, on=DAY, kind="authenticity")
    actions.uphold_objection(objection=objection, decision="It is a fake.", outcome=outcome, by=HOUSE, on=DAY)
    with clock.fixed_at(DAY):
        owner = browser("owner")
        page = owner.get(f"/office/inspection/objection/{objection.key}/change/")
        said = page.content.decode()
        links = set(re.findall(r'href="(/office/inspection/[^"?#]+/change/)"', said))
        answers = {link: owner.get(link).status_code for link in links}

    assert page.status_code == 200
    assert "It is a fake." in said

    assert set(answers.values()) <= {200}, answers
    assert not Correction.objects.exists()


def test_a_failure_offers_its_closing_after_the_correction_only(world, browser):
    sample = world.served(on=DAY)
    actions.let_objections_lapse(samples=[sample], by=HOUSE, on=FINAL)
    address = f"/office/inspection/sample/{sample.key}/change/"
    with clock.fixed_at(RECHECKED):
        before = verbs_on(browser("planner").get(address))
        (order,) = actions.order_corrections(samples=[again(sample)], by=HOUSE, on=FINAL)
        actions.pass_rechecks(corrections=[order], report="FC-1", by=HOUSE, on=RECHECKED)
        after = verbs_on(browser("planner").get(address))

    assert "close_samples" not in before
    assert "close_samples" in after


def test_a_task_says_whose_move_it_is_until_it_is_done(world, browser):
    named, unnamed, taken = world.task(on=DAY), world.task(on=DAY, samplers=[]), world.task(on=DAY)
    world.sample(on=DAY, task=taken)
    with clock.fixed_at(DAY):
        planner = browser("planner")
        pages = [planner.get(f"/office/inspection/task/{one.key}/change/") for one in (named, unnamed, taken)]

    assert "To move: sampler" in pages[0].content.decode()
    assert "To move: planner" in pages[1].content.decode()
    assert "To move" not in pages[2].content.decode()
    assert "reassign" in verbs_on(pages[0])
    assert "reassign" not in verbs_on(pages[2])

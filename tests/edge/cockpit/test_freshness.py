"""Pages of figures say how fresh they are, and who may can let the daily flow run now."""

import re

import pytest
from django.test import Client
from tests.edge.conftest import TODAY, correct

from banyan.base.facts import queries as facts
from banyan.edge.cockpit import actions
from banyan.kit import Refused, clock, runs
from banyan.kit.models import Run, RunStep
from banyan.kit.rights import System

HOUSE = System("test")
PAGES = ("/office/cockpit/", "/office/clauses/", "/office/clauses/1.2/", "/office/indicators/",
         "/office/indicators/provincial_pass_rate/")  # fmt: skip
BUTTON = 'action="/office/daily/"'


@pytest.fixture
def started(settings, monkeypatch):
    """The flow with two steps of its own, done at once; gives what was done."""
    from banyan.config import daily

    done = []
    steps = (
        runs.Step("facts", lambda *, on, cut: done.append(cut) or {"upto": cut}),
        runs.Step("pages", lambda *, on, cut: {}),
    )
    monkeypatch.setattr(daily, "STEPS", steps)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    return done


def reads(people, who, address):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(getattr(people, who))
    with clock.fixed_at(TODAY):
        answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def starts(people, who, django_capture_on_commit_callbacks):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(getattr(people, who))
    with clock.fixed_at(TODAY), django_capture_on_commit_callbacks(execute=True):
        return browser.post("/office/daily/")


def record(judged):
    """Change a record that facts are made of."""
    correct(judged, f"west-None-{judged.recent}-0", "passed", on=TODAY)


@pytest.mark.parametrize("address", PAGES)
def test_before_the_first_run_a_page_says_that_nothing_was_computed(judged, address):
    page = reads(judged.people, "planner", address)

    assert "the daily flow has not run" in page
    assert re.search(r"\d+ records were entered or changed since and wait for the next run", page)
    assert BUTTON in page


def test_who_may_not_run_it_reads_the_same_without_a_button(judged):
    page = reads(judged.people, "leader", PAGES[0])

    assert "wait for the next run" in page
    assert BUTTON not in page


def test_a_run_from_the_page_is_done_and_the_page_says_when(judged, started, django_capture_on_commit_callbacks):
    answer = starts(judged.people, "planner", django_capture_on_commit_callbacks)

    page = reads(judged.people, "planner", "/office/daily/")
    assert answer.status_code == 302
    assert len(started) == 1
    assert Run.objects.get().finished_at is not None
    assert "the figures are up to date" in page
    assert f"Figures of the daily run of {TODAY}" in reads(judged.people, "leader", PAGES[0])


def test_what_came_after_the_run_waits_and_a_further_round_takes_it_in(
    judged, started, django_capture_on_commit_callbacks
):
    starts(judged.people, "planner", django_capture_on_commit_callbacks)
    record(judged)

    assert "1 record was entered or changed since" in reads(judged.people, "planner", PAGES[0])
    starts(judged.people, "planner", django_capture_on_commit_callbacks)

    assert started == sorted(started)
    assert len(set(started)) == 2
    assert list(Run.objects.order_by("round").values_list("round", flat=True)) == [1, 2]
    assert "entered or changed since" not in reads(judged.people, "planner", PAGES[0])


def test_nothing_newer_and_a_run_that_goes_on_are_refused(judged, started, django_capture_on_commit_callbacks):
    starts(judged.people, "planner", django_capture_on_commit_callbacks)
    with clock.fixed_at(TODAY), pytest.raises(Refused) as idle:
        actions.start_daily(by=HOUSE, on=TODAY)
    record(judged)
    with clock.fixed_at(TODAY):
        actions.start_daily(by=HOUSE, on=TODAY)  # and the worker has not taken it up
        page = reads(judged.people, "planner", "/office/daily/")
        with pytest.raises(Refused) as busy:
            actions.start_daily(by=HOUSE, on=TODAY)

    assert (idle.value.code, busy.value.code) == ("nothing-newer", "runs-already")
    assert "0 of 2 steps are done" in page
    assert 'hx-trigger="every 2s"' in page


def test_a_step_that_failed_is_shown_and_tried_again(judged, started, django_capture_on_commit_callbacks):
    with clock.fixed_at(TODAY):
        run = runs.start(name=facts.flow_name(), on=TODAY)
        RunStep.objects.create(run=run, name="facts", started_at=clock.now(), error="disk full")

    assert "disk full" in reads(judged.people, "planner", "/office/daily/")
    starts(judged.people, "planner", django_capture_on_commit_callbacks)

    assert len(started) == 1
    assert Run.objects.get().finished_at is not None


def test_running_it_twice_changes_nothing_unless_newer_is_asked_for(judged, started):
    from banyan.config import daily

    with clock.fixed_at(TODAY):
        for _time in range(2):
            list(daily.daily(on=TODAY))
        registry_only = list(daily.daily(on=TODAY, newer=True))
        record(judged)
        list(daily.daily(on=TODAY))
        assert len(started) == 1
        list(daily.daily(on=TODAY, newer=True))

    assert len(started) == 2
    assert [one.error for one in registry_only] == ["", ""]

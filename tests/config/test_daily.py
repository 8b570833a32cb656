"""The daily flow watches and lets clocks run; killed in between and run again it ends in the same state."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from banyan.config import clocks, daily
from banyan.demo import building, scoring
from banyan.demo.city import LAST_DAY
from banyan.insight.alerts import actions
from banyan.insight.alerts.models import Alert, WatchedUpTo
from banyan.kit import clock
from banyan.kit.models import Event, Run, SubjectKey, told
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db


def state():
    return list(Alert.objects.order_by("key").values()), list(WatchedUpTo.objects.order_by("rule").values())


@pytest.mark.slow
def test_a_watch_that_was_killed_and_started_again_ends_where_it_would_have_and_a_repeat_changes_nothing(
    settings, tmp_path, monkeypatch
):
    settings.BANYAN_DATA_DIR = tmp_path
    building.build(seed=11, scale=0.05, effect=4.0, light=True)
    whole, judged = actions.queries.watched, []

    def killed(rule, *given, **named):
        judged.append(rule.key)
        if len(judged) == 4:
            raise KeyboardInterrupt
        yield from whole(rule, *given, **named)

    monkeypatch.setattr(actions.queries, "watched", killed)
    with pytest.raises(KeyboardInterrupt):
        list(daily.daily(on=LAST_DAY))
    monkeypatch.undo()
    settings.BANYAN_DATA_DIR = tmp_path
    assert WatchedUpTo.objects.count() == 3

    outcomes = {one.step: one for one in daily.daily(on=LAST_DAY)}
    ended, events = state(), Event.objects.count()
    again = {one.step: one for one in daily.daily(on=LAST_DAY)}
    Run.objects.all().delete()
    list(daily.daily(on=LAST_DAY))
    clock.read_demonstration_day(tmp_path / "nowhere")

    assert not [one.error for one in outcomes.values() if one.error]
    assert [again[name].result for name in ("alerts", "clocks")] == [
        outcomes[name].result for name in ("alerts", "clocks")
    ]
    assert (state(), Event.objects.count()) == (ended, events)
    score = scoring.score_city()
    read: dict[Any, Any] = {}
    assert len(ended[0]) == sum(len(scoring._stories(rule, read)) for rule in scoring._rules())
    assert {one["kind"] for one in score["found"]} == set(scoring.KINDS)
    assert next(one["days"] for one in score["found"] if one["kind"] == "laboratory") is not None
    assert all(one["state"] == "open" and one["receipt"]["digest"] for one in ended[0])


def test_what_a_step_did_is_told_in_the_readers_language_and_keys_as_they_are(city):
    done = {"clocks": clocks.run(on=LAST_DAY), "no_such_rule": {"figures_recomputed": 3}}
    with translation.override("zh-hans"):
        said = told(json.dumps(done))

    assert said.endswith("no_such_rule：(复算数字 3)")
    assert set(re.findall(r"[a-z][a-z_ ]+", said)) == {"no_such_rule"}


def test_what_a_step_did_names_no_part_that_did_not_change():
    done = {"upto": 7, "facts": {"inspection.sample_judged": 3, "recall.closed": 0}, "merged": {"energy.reading": 0}}
    with translation.override("en"):
        said = told(json.dumps(done))

        nothing = told(json.dumps({"merged": 0, "swept": 0}))

    assert said == "upto: 7 · facts: (inspection.sample_judged 3)"
    assert nothing == "nothing changed"
    assert told("") == ""


def test_personal_data_end_so_many_years_after_a_firm_has_closed(city):
    from banyan.base.registry import actions as registry

    firm = city.gulou_firm
    registry.close_organisation(organisation=firm, by=System("test"), on=date(2023, 5, 10))
    firm.refresh_from_db()
    assert firm.representative

    before = clocks.run(on=date(2025, 5, 9))
    after = clocks.run(on=date(2025, 5, 10))
    repeated = clocks.run(on=date(2025, 5, 10))

    assert (before["purged"], after["purged"], repeated["purged"]) == (0, 1, 0)
    assert SubjectKey.objects.get(subject=f"registry.organisation:{firm.pk}").destroyed_at

"""Alerts are decided on by people, each decision with its reason."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction

from banyan import policy
from banyan.insight.alerts import actions, queries
from banyan.insight.alerts.models import Alert
from banyan.kit import Refused
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db


def alert(city, **given):
    fields = {
        "key": "a-1", "rule": "failing_cluster", "grade": "serious", "county": city.gulou, "observed": 9,
        "from_on": city.today, "noticed_on": city.today, "known_on": city.today, "expected": 2.0, "bound": 6,
        "n": 40, "p_value": 0.001, "score": 5.0,
    }  # fmt: skip
    return Alert.objects.create(**fields | given)


def test_each_decision_on_an_alert_needs_a_reason_and_is_kept(city):
    one = alert(city)

    with pytest.raises(Refused, match="It needs a reason"):
        actions.dismiss(alert=one, by=System("test"), on=city.today)
    actions.keep_an_eye_on(alert=one, by=System("test"), on=city.today, reason="next month's draws")
    actions.investigate(alert=one, by=System("test"), on=city.today, reason="samples taken again")
    with pytest.raises(Refused, match="under investigation"):
        actions.keep_an_eye_on(alert=one, by=System("test"), on=city.today, reason="once more")

    one.refresh_from_db()
    assert (one.state, one.reason, one.decided_on) == ("investigated", "samples taken again", city.today)


def test_an_alert_is_given_to_an_officer_of_its_county_and_to_nobody_else(city, people):
    one = alert(city)
    own, other = people.officer_gulou, people.officer_changle

    with pytest.raises(Refused, match="outside that person's office"):
        actions.assign(to=other, alerts=[one], by=System("test"), on=city.today)
    actions.assign(to=own, alerts=[one], by=System("test"), on=city.today)

    one.refresh_from_db()
    assert one.officer == own


def test_the_day_on_which_an_alert_began_is_written_down_once(city):
    (entry,) = (
        one for one in policy.load(settings.BANYAN_PACKS).entries("alert_rule") if one.key == "failing_cluster"
    )
    rule, week = entry.on(city.today), city.today - timedelta(days=20)
    first = queries.Finding(
        noticed_on=week, from_on=week - timedelta(weeks=8), begun_on=week - timedelta(days=30), observed=9,
        expected=2.0, bound=6.0, n=40, p_value=0.001, product=city.rice.pk, counties=("gulou",), method="scan",
    )  # fmt: skip
    later = replace(first, noticed_on=week + timedelta(weeks=1), begun_on=week - timedelta(days=50), observed=12)
    said = {"rule": rule, "packs": "p", "by": System("test"), "on": city.today}
    tell = {"neighbours": {}, "gap": timedelta(weeks=8), "most": 3}

    actions.raise_alerts(stories=queries.tell([], [first], **tell), **said)
    stories = [queries.story_of(one) for one in Alert.objects.all()]
    actions.raise_alerts(stories=queries.tell(stories, [later], **tell), **said)

    one = Alert.objects.get()
    assert (one.observed, one.known_on) == (12, later.noticed_on)
    assert (one.begun_on, one.noticed_on, one.days_until_noticed) == (first.begun_on, week, 30)


def test_no_alert_begins_after_it_was_noticed(city):
    with pytest.raises(IntegrityError), transaction.atomic():
        alert(city, begun_on=city.today + timedelta(days=1))


def test_bounds_that_no_test_used_are_forgotten(city):
    alike, scan = (alert(city, key=f"a-{method}", receipt={"method": method}) for method in ("alike", "scan"))

    import_module("banyan.insight.alerts.migrations.0004_bound_may_be_none_begun_on").forget_bounds(apps, None)

    alike.refresh_from_db()
    scan.refresh_from_db()
    assert (alike.bound, scan.bound) == (None, 6)


def test_what_is_decided_on_is_given_to_nobody(city, people):
    one = alert(city)
    actions.dismiss(alert=one, by=System("test"), on=city.today, reason="chance")

    with pytest.raises(Refused, match="is decided on"):
        actions.assign(to=people.planner, alerts=[one], by=System("test"), on=city.today)

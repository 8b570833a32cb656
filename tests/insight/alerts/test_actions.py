"""Alerts are decided on by people, each decision with its reason."""

import pytest

from banyan.insight.alerts import actions
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


def test_what_is_decided_on_is_given_to_nobody(city, people):
    one = alert(city)
    actions.dismiss(alert=one, by=System("test"), on=city.today, reason="chance")

    with pytest.raises(Refused, match="is decided on"):
        actions.assign(to=people.planner, alerts=[one], by=System("test"), on=city.today)

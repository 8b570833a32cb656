"""What is remembered until the next event: nothing older is shown, and nobody is shown another's rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.base.registry import actions
from banyan.kit import clock, recent
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db

LIST = "/office/registry/organisation/"


def visit(client, person, address=LIST):
    client.force_login(person)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    shown = page.context["cl"]
    return sorted(row.pk for row in shown.result_list), shown.result_count, [one["sql"] for one in asked]


def test_an_answer_is_made_again_after_an_event_and_on_another_day(city):
    made = []

    def ask():
        with recent.reading():
            return recent.made("number", lambda: made.append(1) or len(made))

    assert (ask(), ask()) == (1, 1)
    actions.enter_organisation(name="新店", county=city.gulou, by=System("test"), on=city.today)
    assert (ask(), ask()) == (2, 2)
    with clock.fixed_at(city.today.replace(year=city.today.year + 1)):
        assert ask() == 3


def test_what_is_entered_stands_on_a_list_that_was_just_seen(client, people, city):
    before, count, _asked = visit(client, people.planner)
    _keys, _count, again = visit(client, people.planner)

    new = actions.enter_organisation(name="新店", county=city.gulou, by=System("test"), on=city.today)
    after, more, _asked = visit(client, people.planner)

    assert not [sql for sql in again if "COUNT(*)" in sql]
    assert after == sorted([*before, new.pk])
    assert more == count + 1


def test_a_choice_that_is_entered_is_offered_by_the_filters(client, people, city):
    def counties():
        client.force_login(people.planner)
        return client.get(LIST).content.decode().count(">新区</option>")

    assert counties() == 0

    actions.enter_region(
        key="xinqu", path=f"{city.fuzhou.path}/xinqu", name="新区", level="county", parent=city.fuzhou,
        by=System("test"), on=city.today,
    )  # fmt: skip

    assert counties() == 1


def test_one_persons_list_is_not_anothers(client, people, city):
    everything, _count, _asked = visit(client, people.planner)
    own, count, _asked = visit(client, people.officer_gulou)
    firms, _count, _asked = visit(client, people.gulou_firm)

    assert set(own) < set(everything)
    assert count == len(own)
    assert firms == ["firm-g"]

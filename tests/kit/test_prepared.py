"""Questions whose text is made once a day answer as those that are made each time."""

from datetime import date, timedelta

import pytest

from banyan.base.registry.queries import Organisation, Region, certificates_on
from banyan.kit.prepared import Presence, Texts

pytestmark = pytest.mark.django_db

QUESTIONS = {
    "names": lambda firm, _on: firm.names.filter(withdrawn_on=None),
    "certificates": lambda firm, on: certificates_on(organisation=firm, on=on),
    "nothing": lambda _firm, _on: Region.objects.none(),
    "county": lambda firm, _on: Region.objects.filter(organisation=firm),
}


def test_it_tells_of_each_record_and_day_what_reading_would_find(city, django_assert_num_queries):
    presence = Presence(Organisation, QUESTIONS)
    days = [city.today + timedelta(days=days) for days in (-4000, 0, 4000)]

    for firm in Organisation.objects.all():
        for day in days:
            found = {name for name, question in QUESTIONS.items() if question(firm, day).exists()}
            with django_assert_num_queries(1):
                assert presence.of(firm, on=day) == found
    assert presence.of(Organisation(pk="nobody"), on=city.today) == set()


def test_where_nothing_can_be_found_nothing_is_asked(city, django_assert_num_queries):
    with django_assert_num_queries(0):
        found = Presence(Organisation, {"nothing": QUESTIONS["nothing"]}).of(
            Organisation(pk="firm-g"), on=date(2025, 1, 1)
        )

    assert found == set()


def test_texts_are_those_of_each_record_in_the_order_of_the_question(city, django_assert_num_queries):
    names = Texts(
        Organisation, lambda firm, _on: Organisation.objects.filter(pk=firm.pk).values_list("name", flat=True)
    )

    for firm in Organisation.objects.all():
        with django_assert_num_queries(1):
            assert names.of(firm, on=city.today) == [firm.name]

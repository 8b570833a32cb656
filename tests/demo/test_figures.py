"""What the city publishes each quarter, and what it leaves out."""

from datetime import date

import pytest

from banyan.demo import figures
from banyan.demo.city import City
from banyan.kit import Refused

pytestmark = pytest.mark.django_db


def refusing(code, asked):
    def publish(*, indicator, breakdowns, **_given):
        asked.append((indicator, breakdowns))
        if len(breakdowns) > 1:
            raise Refused("It was asked for.", "It cannot be.", "Do otherwise.", code=code)
        return ["the whole"]

    return publish


@pytest.fixture
def city(monkeypatch):
    monkeypatch.setattr(figures.facts, "collect", lambda **_given: None)
    return City(seed=1, scale=0.01)


def test_where_too_few_records_came_to_tell_counties_apart_the_whole_is_published(city, monkeypatch):
    asked = []
    monkeypatch.setattr(figures.actions, "publish", refusing("too-few-came", asked))

    figures.publish(city, quarter_end=date(2025, 6, 30), on=date(2025, 7, 21))

    whole = [(key, ((),)) for key in figures.PUBLISHED]
    assert [one for one in asked if len(one[1]) == 1] == whole
    assert city.counts["publications"] == len(figures.PUBLISHED)


def test_any_other_refusal_of_a_publication_ends_the_building(city, monkeypatch):
    monkeypatch.setattr(figures.actions, "publish", refusing("closes-circle", []))

    with pytest.raises(Refused):
        figures.publish(city, quarter_end=date(2025, 6, 30), on=date(2025, 7, 21))

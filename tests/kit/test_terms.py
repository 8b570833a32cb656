"""Words and clocks that the packs of a place choose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation

from banyan.base.registry.models import Organisation, Region
from banyan.kit import Refused, clock, terms


def test_fields_and_levels_are_called_as_the_packs_call_a_district(settings: Any) -> None:
    field = Organisation._meta.get_field("county")
    with translation.override("en"):
        assert (str(field.verbose_name), str(Region.Level.COUNTY.label)) == ("county", "county")
        settings.BANYAN_PACKS = ("house", "chicago")
        assert (str(field.verbose_name), str(Region.Level.COUNTY.label)) == ("side", "side")


def test_a_day_ends_by_the_clock_of_the_place(settings: Any) -> None:
    day = date(2024, 7, 1)
    here = clock.end_of_day(day)
    settings.TIME_ZONE = "America/Chicago"
    there = clock.end_of_day(day)

    assert (there - here).total_seconds() == 13 * 3600
    with clock.fixed_at(datetime(2024, 7, 2, 3, tzinfo=here.tzinfo)):
        assert clock.now().astimezone(clock.zone()).date() == day


def test_a_rule_that_no_pack_of_the_city_has_is_refused_by_its_name(settings: Any) -> None:
    settings.BANYAN_PACKS = ("house", "chicago")

    with translation.override("en"):
        for ask in (terms.due, terms.opens, terms.extended):
            with pytest.raises(terms.RuleMissing, match=r"complaints\.accept"):
                ask("complaints.accept", start=date(2025, 6, 2))
        with pytest.raises(terms.RuleMissing, match="house, chicago"):
            terms.value("no.such.number", on=date(2025, 6, 2))


def test_a_matter_is_entered_up_to_five_years_after_it_and_the_refusal_says_the_first_day() -> None:
    on = date(2025, 6, 2)

    terms.demand_recent(what="The clue", of="rice", day=date(2020, 6, 2), on=on)
    with translation.override("en"), pytest.raises(Refused, match="first day that can be entered is 2020-06-02"):
        terms.demand_recent(what="The clue", of="rice", day=date(2020, 6, 1), on=on)


def test_a_day_is_set_up_to_three_years_ahead_also_from_a_leap_day() -> None:
    on = date(2024, 2, 29)

    terms.demand_near(asked="A day was to be set.", day=date(2027, 2, 28), on=on)
    with translation.override("en"), pytest.raises(Refused, match="last day that can be set is 2027-02-28"):
        terms.demand_near(asked="A day was to be set.", day=date(2027, 3, 1), on=on)

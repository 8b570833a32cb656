"""Words and clocks that the packs of a place choose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation

from banyan.base.registry.models import Organisation, Region
from banyan.kit import clock, terms


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

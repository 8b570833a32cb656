"""The frame from the packs: regions and industries."""

from datetime import date

import pytest

from banyan.base.registry import actions, queries
from banyan.base.registry.models import Industry, Region, RegionCode
from banyan.kit import events
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db


def test_the_packs_give_thirteen_counties_with_their_codes_over_time():
    loaded = actions.load_reference(by=System("test"), on=date(2025, 6, 2))

    assert loaded["regions"] == 15
    assert len(queries.counties(below="/fujian/fuzhou")) == 13
    assert queries.code_on(region="changle", on=date(2016, 1, 1)).code == "350182"
    assert queries.code_on(region="changle", on=date(2020, 1, 1)).name == "长乐区"
    assert RegionCode.objects.count() == 16
    assert Industry.objects.get(pk="C25").parent_id == "C"
    tiles = {(one.tile_column, one.tile_row) for one in queries.counties()}
    assert len(tiles) == 13


def test_loading_the_packs_twice_adds_nothing():
    for _time in range(2):
        actions.load_reference(by=System("test"), on=date(2025, 6, 2))

    assert (Region.objects.count(), RegionCode.objects.count()) == (15, 16)
    assert next(events.faults(), None) is None


def test_an_address_of_either_name_of_changle_leads_to_one_key():
    actions.load_reference(by=System("test"), on=date(2025, 6, 2))

    finder = queries.county_finder()
    assert {finder("福建省长乐市航城街道"), finder("福州市长乐区航城街道")} == {"changle"}
    assert finder("福清市龙田镇") == "fuqing"
    assert finder("广州市海珠区") is None

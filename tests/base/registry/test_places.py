"""Regions with codes that change, and counties read from addresses."""

from datetime import date

import pytest

from banyan.base.registry import actions, queries
from banyan.kit import Refused
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db
BY = System("test")


def test_a_region_keeps_its_key_when_its_code_and_name_change(city):
    assert queries.region_by_code(code="350182", on=date(2016, 1, 1)).pk == "changle"
    assert queries.region_by_code(code="350112", on=date(2020, 1, 1)).pk == "changle"
    assert queries.region_by_code(code="350112", on=date(2016, 1, 1)) is None
    assert queries.region_by_code(code="350182").pk == "changle"
    assert queries.code_on(region="changle", on=date(2017, 10, 31)).name == "长乐市"
    assert queries.code_on(region="changle", on=date(2017, 11, 1)).code == "350112"


def test_a_new_code_cannot_begin_before_the_present_one(city):
    with pytest.raises(Refused, match="GB/T 2260"):
        actions.recode_region(
            region=city.changle, code="350199", name="长乐区", from_on=date(2017, 11, 1), by=BY, on=city.today
        )


@pytest.mark.parametrize(
    ("address", "county"),
    [
        ("福建省福州市鼓楼区软件大道89号", "gulou"),
        ("福州市长乐区湖南镇", "changle"),
        ("福建省长乐市航城街道", "changle"),
        ("长乐市金峰镇", "changle"),
        ("福建 福州 仓山区 建新镇", "cangshan"),
        ("中国福建省福州市仓山区", "cangshan"),
        ("江苏省南京市鼓楼区中山路", None),
        ("福州市仓山 建新镇", None),
        ("福州市长乐路鼓楼区大厦", None),
        ("长乐", None),
        ("", None),
    ],
)
def test_a_county_is_read_from_a_full_unit_name_in_its_place_only(city, address, county):
    assert queries.county_of_address(address) == county


def test_a_second_park_of_one_name_in_a_county_is_refused(city):
    with pytest.raises(actions.AlreadyThere):
        actions.enter_park(name="软件园", county=city.gulou, by=BY, on=city.today)

    assert actions.enter_park(name="软件园", county=city.changle, by=BY, on=city.today).county_id == "changle"


def test_the_office_finds_a_region_once_by_each_code_and_name_it_ever_bore(city):
    from banyan.base.registry.models import Region
    from banyan.kit.office.listing import found_among

    names = ("name", "pk", "codes__code", "codes__name")
    for text in ("350182", "350112", "3501", "长乐市", "长乐区"):
        found = list(found_among(Region.objects.within(System("test")), names, text).values_list("pk", flat=True))
        assert found.count("changle") == 1, text

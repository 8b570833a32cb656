"""Products with their bar codes, certificates with their terms."""

from datetime import date

import pytest

from banyan.base.registry import actions, queries
from banyan.kit import Refused
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db
BY = System("test")


def test_a_bar_code_belongs_to_one_product_however_it_is_written(city):
    product = actions.enter_product(
        name="丝苗米", maker=city.gulou_firm, product_class=city.rice, gtin="6901234567892", by=BY, on=city.today
    )

    assert queries.product_by_gtin(gtin="06901234567892") == product
    with pytest.raises(actions.AlreadyThere, match="丝苗米"):
        actions.enter_product(
            name="香米", maker=city.gulou_firm, product_class=city.rice, gtin="06901234567892", by=BY, on=city.today
        )


def test_certificates_in_force_are_those_whose_term_holds_the_day(city):
    for number, first, last in [("A1", date(2020, 1, 1), date(2024, 12, 31)), ("A2", date(2025, 1, 1), None)]:
        actions.enter_certificate(
            organisation=city.gulou_firm, kind="food_licence", number=number, from_on=first, until_on=last,
            by=BY, on=city.today,
        )  # fmt: skip

    def in_force(day):
        return [one.number for one in queries.certificates_on(organisation=city.gulou_firm, on=day)]

    assert in_force(date(2024, 12, 31)) == ["A1"]
    assert in_force(date(2025, 1, 1)) == ["A2"]
    with pytest.raises(actions.AlreadyThere):
        actions.enter_certificate(
            organisation=city.changle_firm, kind="food_licence", number="A1", from_on=city.today, by=BY, on=city.today
        )
    with pytest.raises(Refused, match="It begins later"):
        actions.enter_certificate(
            organisation=city.changle_firm, kind="ccc", number="B1", from_on=city.today, until_on=date(2020, 1, 1),
            by=BY, on=city.today,
        )  # fmt: skip

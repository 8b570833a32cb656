"""Numbers of a year go on from the last of that year and of those letters, and begin again with the next."""

from datetime import date

import pytest
from tests.house.conftest import example

from banyan.kit.numbers import next_numbers
from banyan.response.emergency.models import Activation

pytestmark = pytest.mark.django_db


def test_numbers_go_on_within_the_year_and_begin_again_with_the_next(city):
    for number in ("EM2025-0007", "EB2025-0009", "EM2024-0031"):
        one = example(Activation, 0)
        one.key, one.number, one.incident = f"a-{number}", number, None
        Activation.objects.bulk_create([one])

    assert next_numbers(Activation, "EM", 2, on=date(2025, 6, 2), digits=4) == ["EM2025-0008", "EM2025-0009"]
    assert next_numbers(Activation, "EM", on=date(2026, 1, 1)) == ["EM2026-00001"]


def test_numbers_go_on_in_order_when_their_digits_are_used_up(city):
    def entered(number: str) -> None:
        one = example(Activation, 0)
        one.key, one.number, one.incident = f"a-{number}", number, None
        Activation.objects.bulk_create([one])

    entered("EM2025-9998")
    given = next_numbers(Activation, "EM", 3, on=date(2025, 6, 2), digits=4)
    for number in given:
        entered(number)

    assert given == ["EM2025-9999", "EM2025-A10000", "EM2025-A10001"]
    assert given == sorted(given)
    assert next_numbers(Activation, "EM", on=date(2025, 6, 3), digits=4) == ["EM2025-A10002"]
    entered("EM2025-A99999")
    assert next_numbers(Activation, "EM", on=date(2025, 6, 3), digits=4) == ["EM2025-B100000"]

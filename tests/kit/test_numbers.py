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

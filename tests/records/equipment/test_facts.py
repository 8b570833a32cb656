"""What equipment tells the indicators: what is in date without anybody writing it, and how fast rescuers came."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.records.equipment.world import HOUSE, entered, inspected

from banyan.base.facts import actions as facts
from banyan.insight.indicators import queries as indicators
from banyan.records.equipment import actions
from banyan.records.equipment.models import Rescue

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 8)


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path


def value(key: str, on: date) -> tuple[int, float]:
    (row,) = indicators.show(key=key, on=on).rows
    return row["n"], row["value"]


def test_the_share_in_date_falls_by_itself_when_a_month_has_passed(city):
    inspected(entered(city, on=DAY), date(2024, 5, 20))
    entered(city, on=DAY, code="31103500120200002", certificate="梯11闽A00002(20)")  # never inspected
    facts.collect()

    assert value("equipment_in_date", date(2025, 5, 31)) == (1, 0.5)
    assert value("equipment_in_date", date(2025, 6, 1)) == (0, 0.0)


def test_an_inspection_after_its_last_day_was_not_in_time(city):
    elevator = inspected(entered(city, on=DAY), date(2024, 5, 20))  # due since 2021
    inspected(elevator, date(2025, 5, 31), what="self_test")
    facts.collect()

    assert value("equipment_inspected_in_time", date(2024, 12, 31)) == (1, 0.0)
    assert value("equipment_inspected_in_time", date(2025, 6, 2)) == (1, 1.0)


@pytest.mark.parametrize(
    ("minutes", "middle", "in_time"), [([12, 31, 90], 31, 1 / 3), ([12, 17, 20, 40], 18.5, 0.75)]
)
def test_the_median_of_the_minutes_is_the_middle_one(city, minutes, middle, in_time):
    elevator = entered(city, on=DAY)
    rescues = []
    for number, taken in enumerate(minutes):
        called_at = datetime(2024, 5, 6 + number, 2, tzinfo=UTC)
        rescues.append(
            Rescue(equipment=elevator, called_at=called_at, arrived_at=called_at + timedelta(minutes=taken))
        )
    rescues.append(Rescue(equipment=elevator, called_at=datetime(2024, 5, 20, 2, tzinfo=UTC)))  # nobody came yet
    actions.call_rescues(rescues=rescues, by=HOUSE, on=date(2024, 5, 21))
    facts.collect()

    assert value("rescue_arrival_minutes", date(2024, 12, 31)) == (len(minutes), middle)
    assert value("rescue_arrived_in_time", date(2024, 12, 31)) == (len(minutes), pytest.approx(in_time))

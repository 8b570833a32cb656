"""Records made in bulk are the records that the model makes."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

from banyan.kit import bulk
from banyan.kit.events import state_of
from banyan.records.inspection.queries import ItemResult, Task


def test_a_made_record_equals_a_constructed_one() -> None:
    values = {"item": "铅(以Pb计)", "limit": "≤0.5", "value": "0.2", "order": 3, "result_id": "r-1"}

    made, constructed = bulk.maker(ItemResult)(**values), ItemResult(**values)

    assert state_of(made) == state_of(constructed)
    assert made._state.adding
    assert made._state.db is None


def test_made_records_share_no_default() -> None:
    make = bulk.maker(Task)

    one, other = make(key="t-1"), make(key="t-2")
    one.samplers.append("sampler")

    assert other.samplers == []


def test_a_name_that_is_no_stored_field_is_refused() -> None:
    with pytest.raises(TypeError, match="stores no county"):
        bulk.maker(Task)(county="gulou")


@pytest.mark.django_db
def test_loaded_records_are_as_django_loads_them(city) -> None:
    queryset = city.fuzhou._meta.model.objects.order_by("pk")

    quick, usual = bulk.loaded(queryset), list(queryset)

    assert quick == usual
    values = [[getattr(one, field.attname) for field in one._meta.concrete_fields] for one in usual]
    assert [[getattr(one, field.attname) for field in one._meta.concrete_fields] for one in quick] == values
    assert all(not one._state.adding and one._state.db == "default" for one in quick)
    assert quick[-1].parent == usual[-1].parent


@pytest.mark.django_db
def test_rows_are_found_by_thousands_of_texts_at_once(city) -> None:
    model = city.fuzhou._meta.model
    keys = list(model.objects.values_list("key", flat=True))
    strangers = [f"none'{number}" for number in range(2 * bulk.TEXTS)]

    found = bulk.rows_in(model, "key", [*strangers, *keys, *strangers], ("name", "key"))

    assert sorted(found) == sorted(model.objects.values_list("name", "key"))
    assert bulk.rows_in(model, "key", [], ("name",)) == []


@pytest.mark.django_db
def test_an_instant_is_handed_over_as_django_does() -> None:
    instant = bulk.instants()
    zone = timezone(timedelta(hours=8))

    for value in (datetime(2025, 5, 1, 8, tzinfo=zone), datetime(1999, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)):
        usual = connection.ops.adapt_datetimefield_value(value)
        assert instant(value) == usual

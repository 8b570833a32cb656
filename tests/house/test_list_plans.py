"""How the databases answer the long lists: in the order of an index, never by gathering and sorting the table."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.house.conftest import rooms_nouns

from banyan.kit.office.rows import named_with

pytestmark = pytest.mark.django_db

SAMPLES, RESULTS, TASKS = (f"/office/inspection/{noun}/" for noun in ("sample", "result", "task"))
IN_ORDER_OF = {
    SAMPLES: "sample_day_key",
    f"{SAMPLES}?conclusion__exact=failed": "sample_conclusion_day",
    f"{SAMPLES}?state__exact=closed": "sample_state_day",
    f"{SAMPLES}?scheme__exact=food_supervision": "sample_day_key",
    RESULTS: "result_day_key",
    TASKS: "task_day_key",
}

OTHER_INDEXES = """
    SELECT indexname FROM pg_indexes
    WHERE tablename = (SELECT tablename FROM pg_indexes WHERE indexname = %s) AND indexname <> %s
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def question_of_the_page(browser, address: str) -> str:
    """The question that finds the keys of the page's rows."""
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    sought = ('AS "pk"', 'FROM "inspection_', "ORDER BY")
    return next(one["sql"] for one in asked.captured_queries if all(word in one["sql"] for word in sought))


def plan_of(question: str, index: str) -> str:
    """What the database means to do. PostgreSQL finds every way through a small table equally good, so it is asked
    to prefer an index and is left only the one that should serve.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {question}")
            return "\n".join(row[3] for row in cursor.fetchall())
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(OTHER_INDEXES, [index, index])
        for (other,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{other}"')
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {question}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("person", ["planner", "officer_gulou"])
@pytest.mark.parametrize("address", IN_ORDER_OF)
def test_a_long_list_is_read_in_the_order_of_an_index(twins, person, address):
    index = IN_ORDER_OF[address]
    plan = plan_of(question_of_the_page(twins.browser(person), address), index)

    assert index in plan, plan
    assert not {"TEMP", "Sort"} & set(plan.split()), plan


def test_the_name_of_a_record_asks_nothing_once_what_it_is_named_by_is_read(twins):
    asking = {}
    for model in rooms_nouns():
        record = model._default_manager.select_related(*named_with(model)).order_by("pk").first()
        with CaptureQueriesContext(connection) as asked:
            str(record)
        if len(asked):
            asking[model.__name__] = len(asked)

    assert asking == {}

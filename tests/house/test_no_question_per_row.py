"""No page asks the database once per row: every address, list and record is asked again with three times the rows.

The walk goes over the addresses of `rights_matrix.txt`, which holds a line for every route there is, and over the
page of a record of every noun that has a screen. What it finds is tried on a question per row that is planted.
"""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.house.conftest import depth, example, rooms_nouns
from tests.house.test_rights_matrix import MATRIX

from banyan.kit import recent, rights
from banyan.kit.models import Person
from banyan.kit.office import office, rows
from banyan.kit.office.panels import link
from banyan.records.inspection.queries import Result

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

READERS = ("planner", "administrator", "auditor", "anonymous")
TIMES, MANY = 3, 1000
# A few nouns (an objection, a plan's line of a class) are there once for the records that they hang on; not these.
LONG = {
    *("inspection.sample", "inspection.result", "inspection.task", "registry.organisation", "registry.product"),
    *("plans.plan", "plans.draw", "registry.region", "registry.park", "registry.product_class"),
}


def addresses(twins) -> dict[str, str]:
    """Every address that somebody gets an answer from, and who asks for it: the first who may."""
    found = {}
    for address, answers in MATRIX.items():
        if who := next((one for one in READERS if answers[one] <= 200), None):
            found[address] = who
    for model in office._registry:
        record = model._default_manager.order_by("pk").first()
        who = next(
            (one for one in READERS[:-1] if rights.has(getattr(twins.people, one), rights.view_right(model))), ""
        )
        if record is not None and who and (page := link(record)):
            found[page] = who
    return found


def questions(twins, pages: dict[str, str]) -> dict[str, int]:
    """How many questions each page puts when nothing of it is remembered but figures."""
    found = {}
    for address, who in pages.items():
        for _turn in range(2):  # the first visit makes the figures
            recent.forget()
            with CaptureQueriesContext(connection) as asked:
                answer = twins.browser(who).get(address)
                if answer.streaming:
                    b"".join(answer.streaming_content)
        if answer.status_code == 200:
            found[address] = len(asked)
    return found


def multiply() -> dict[str, str]:
    """Three times as many rows of every noun, hung on the same records; the nouns that cannot be more."""
    alone: dict[str, str] = {}
    for model in sorted(rooms_nouns(), key=depth):
        for turn in range((TIMES - 1) * model._default_manager.count()):
            row = example(model, turn % 2)
            row.pk = f"{model._meta.model_name}-more-{turn}"
            for field in model._meta.concrete_fields:
                if field.unique and not field.primary_key and not field.is_relation:
                    number = isinstance(field, models.IntegerField)
                    setattr(row, field.attname, MANY + turn if number else f"{field.name}-more-{turn}")
            if model is Result:  # a sample has one
                row.sample_id = f"sample-more-{turn}"
            try:
                with transaction.atomic():
                    model._default_manager.bulk_create([row])
            except IntegrityError as e:
                alone[model.noun] = str(e)
    return alone


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, tuple[int, int | None]]:
    """The pages that put more questions than before, with both numbers."""
    return {page: (count, after.get(page)) for page, count in before.items() if after.get(page, count + 1) > count}


@pytest.fixture(scope="module")
def walked(twins, django_db_blocker):
    with django_db_blocker.unblock():
        pages = addresses(twins)
        before = questions(twins, pages)
        alone = multiply()
        yield pages, before, alone


def test_the_walk_goes_over_every_list_and_has_more_rows_to_show(walked):
    pages, before, alone = walked

    lists = {
        reverse(f"office:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in office._registry
    }
    assert lists <= pages.keys()
    assert len(before) > 100
    assert not alone.keys() & LONG, alone
    assert len(alone) < len(rooms_nouns()) / 2


def test_more_rows_are_no_more_questions_on_any_page(twins, walked):
    pages, before, _alone = walked

    assert grown(before, questions(twins, pages)) == {}


def test_a_planted_question_per_row_is_found(twins, walked, monkeypatch):
    pages, before, _alone = walked
    lists = {
        page: who for page, who in pages.items() if page in ("/office/inspection/sample/", "/office/plans/draw/")
    }
    cells_of = rows._column

    def asking(listing, name, head):
        write = cells_of(listing, name, head)

        def cell(record):
            Person.objects.filter(username=str(record)).exists()
            return write(record)

        return cell

    monkeypatch.setattr(rows, "_column", asking)

    assert grown({page: before[page] for page in lists}, questions(twins, lists)).keys() == lists.keys()

"""Two imports at once that hold the same rows: each row is taken in once, whichever comes first."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from tests.edge.intake.conftest import FAILED, PASSED, table

from banyan.edge.intake import actions, queries
from banyan.edge.intake.actions import running
from banyan.edge.intake.models import Import
from banyan.kit import events, rights
from banyan.records.inspection.models import Sample

ROWS = [PASSED | {"批号": f"L{number}"} for number in range(60)] + [FAILED]


@pytest.mark.django_db(transaction=True)
def test_the_same_rows_from_two_offices_at_once_are_entered_once(city, tmp_path, monkeypatch):
    """On PostgreSQL in two connections at once; SQLite has one writer, so there one comes after the other."""
    monkeypatch.setattr(running, "BATCH", 7)
    paths = [tmp_path / "one.csv", tmp_path / "other.csv"]
    for path, rows in zip(paths, (ROWS, ROWS[::-1]), strict=True):
        path.write_bytes(table(rows).read())
    mapping = queries.mapping_named("cn-food-spotcheck", into="inspection")
    together = threading.Barrier(2 if connection.vendor == "postgresql" else 1, timeout=60)
    answers, troubles = [], []

    def take_in(path):
        try:
            sources = queries.sources_of([path])
            together.wait()
            record = actions.import_files(
                mapping=mapping, sources=sources, by=rights.System("test"), on=date(2025, 6, 2)
            )
            answers.append(queries.answer_of(record))
        except BaseException as error:
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take_in, args=[path]) for path in paths]
    if connection.vendor == "postgresql":
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
    else:
        for path in paths:
            take_in(path)

    assert not troubles
    assert [one["read"] for one in answers] == [61, 61]
    assert sum(one["accepted"] for one in answers) == sum(one["unchanged"] for one in answers) == 61
    assert Sample.objects.count() == sum(one["samples"] for one in answers) == 61
    assert sorted(Import.objects.values_list("number", "state")) == [(1, "done"), (2, "done")]
    assert list(events.faults()) == []

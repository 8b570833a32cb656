"""Every indicator says the same on Spark as on DuckDB: the same expressions, the same figures, the same facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from tests.base.facts.conftest import FIRST_DAY, World
from tests.insight.indicators.test_slow_version import LAST_DAY, Life

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.insight.indicators import queries
from banyan.kit import clock, engine

pytestmark = pytest.mark.cluster

OF_ENGINE = ("engine", "key")  # what a receipt says of where it was made; all else must be equal


@pytest.fixture
def on_spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A switch to Spark for what follows, a session of this machine's two cores."""

    def switch() -> None:
        from pyspark.sql import SparkSession

        local = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "1g",
                 "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1"}  # fmt: skip
        SparkSession.builder.master("local[2]").config(map=local).getOrCreate()
        monkeypatch.setattr(settings, "BANYAN_ENGINE", "spark")
        engine.leave()

    yield switch
    monkeypatch.undo()
    engine.leave()


def asked() -> Mapping[tuple[Any, ...], Any]:
    """Every indicator in force, whole, by each of its dimensions and by two at once, as known on two days."""
    book = policy.load(settings.BANYAN_PACKS)
    told = {}
    for entry in book.entries("indicator"):
        if not entry.holds(LAST_DAY) or not queries.is_recorded(entry):
            continue
        by = book.indicator(entry.key, on=LAST_DAY).by
        for known_on in (LAST_DAY, FIRST_DAY + timedelta(days=12)):
            for bys in ([(), *((name,) for name in by)], [tuple(by[:2])])[: 2 if known_on == LAST_DAY else 1]:
                for figures in queries.show_many(key=entry.key, on=LAST_DAY, known_on=known_on, bys=bys):
                    told[entry.key, known_on, figures.by] = figures
    return told


def test_every_indicator_is_equal_on_duckdb_and_on_spark(world: World, on_spark: Any) -> None:
    Life(world, 4, a_day=60).live()
    facts.collect()

    with clock.fixed_at(LAST_DAY):
        on_duckdb = asked()
        on_spark()
        there = asked()

    assert engine.name().startswith("pyspark")
    assert set(there) == set(on_duckdb)
    assert len(there) > 100
    for key, figures in there.items():
        wanted = on_duckdb[key]
        assert "pyspark" in figures.receipt["engine"]
        assert {n: v for n, v in figures.receipt.items() if n not in OF_ENGINE} == {
            n: v for n, v in wanted.receipt.items() if n not in OF_ENGINE
        }, key
        assert len(figures.rows) == len(wanted.rows), key
        for row, other in zip(figures.rows, wanted.rows, strict=True):
            assert list(row) == list(other), key
            for name, value in row.items():
                close = pytest.approx(other[name], rel=1e-12) if isinstance(value, float) else other[name]
                assert value == close, (key, name)

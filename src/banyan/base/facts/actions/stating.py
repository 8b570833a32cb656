"""What versions would say as facts, before they are stored; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from banyan.base.facts.actions.collecting import map_versions, table_of_versions
from banyan.base.facts.facts import kinds
from banyan.kit import engine


class Said(NamedTuple):
    """When and where a fact lies (in the township where one is named), and a hash of all that it says."""

    day: date | None
    place: str | None
    all: int


def stated(name: str, states: Sequence[tuple[str, str]]) -> dict[str, Said]:
    """What (key, state) pairs would say as facts of a kind, by the fact's key; what does not hold is left out."""
    count = len(states)
    keys, told = ([text.encode() for text in column] for column in zip(*states, strict=True)) if states else ((), ())
    versions = table_of_versions(range(count), keys, [0] * count, [b"2000-01-01 00:00:00"] * count, told)
    sql = engine.cursor()
    try:
        map_versions(sql, kinds()[name], versions)
        rows = sql.execute(
            "SELECT key, happened_on, coalesce(township, county), said FROM mapped WHERE holds"
        ).fetchall()
    finally:
        sql.execute("DROP TABLE IF EXISTS mapped")
    return {key: Said(*said) for key, *said in rows}

"""The oracle folder of early warning: series by name, and rows of a table by case."""

from __future__ import annotations

from collections import defaultdict

import pytest

FOLDER = "oracles/early_warning"


@pytest.fixture
def oracle_series(shared_rows) -> dict[str, dict]:
    """Counts, population, dates and values a year of each series."""
    series: dict[str, dict] = defaultdict(lambda: {"counts": [], "population": [], "dates": []})
    for row in shared_rows(f"{FOLDER}/series.csv"):
        held = series[row["series"]]
        held["counts"].append(float(row["observed"]))
        held["population"].append(float(row["population"] or 1))
        held["dates"].append(row["date"])
        held["period"] = int(row["freq"])
    return dict(series)


@pytest.fixture
def oracle_rows(shared_rows):
    """Return the rows of a table by case."""

    def read(table: str) -> dict[str, list[dict[str, str]]]:
        cases = defaultdict(list)
        for row in shared_rows(f"{FOLDER}/{table}.csv"):
            cases[row["case"]].append(row)
        return dict(cases)

    return read

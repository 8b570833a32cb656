"""On real published rows nearly every failing value is found to fail again, and none is found to pass."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from banyan.science.limits import CANNOT, CONFORMS, FAILS, judge_rows

SHARED = Path(os.environ.get("BANYAN_SHARED") or Path(__file__).resolve().parents[4] / "shared")
FILES = sorted((SHARED / "data" / "cn-food-spotcheck-2015-2021").glob("*.csv"))

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason="the reference data is not beside the project"),
]


def rows_with_values():
    for path in FILES:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from (row for row in csv.DictReader(lines) if row["检测结果"].strip())


def judged(rows):
    return judge_rows(
        items=[row["检测项目"] for row in rows],
        limits=[row["限量值"] for row in rows],
        results=[row["检测结果"] for row in rows],
        units=[row["单位"] for row in rows],
    )


def test_domestic_failures_are_reached_again_from_result_and_limit():
    rows = [row for row in rows_with_values() if row["判定"] == "不合格"]

    outcomes = judged(rows)

    for row, outcome, reason in zip(rows, outcomes.outcome, outcomes.reason, strict=True):
        if outcome != FAILS:
            print(f"{reason}: {row['检测项目']} | {row['检测结果']} | {row['限量值']}")
    print(f"domestic failing rows with a value: {len(rows)}; {outcomes.counts}")
    assert len(rows) == 268
    assert outcomes.counts[FAILS, ""] >= 252
    assert (CONFORMS, "") not in outcomes.counts


def test_every_row_with_a_number_on_both_sides_is_decided():
    rows = list(rows_with_values())

    outcomes = judged(rows)

    by_outcome = Counter(outcomes.outcome.tolist())
    print(f"all rows with a value: {len(rows)}; {by_outcome}; {outcomes.counts}")
    assert len(rows) == 332
    assert by_outcome[FAILS] >= 295
    assert by_outcome[CONFORMS] == 0
    undecided = {reason for outcome, reason in outcomes.counts if outcome == CANNOT}
    assert undecided <= {
        "no_limit",
        "no_direction",
        "limit_in_words",
        "result_in_words",
        "result_is_verdict",
        "beyond_bound",
    }

"""Re-judging: what an item's own limit says of its value, beside what the laboratory wrote."""

from __future__ import annotations

from collections.abc import Sequence

from banyan.records.inspection.models import Conclusion, ItemResult
from banyan.science import limits

PASSED: dict[str, bool] = {Conclusion.PASSED: True, Conclusion.FAILED: False}


def rejudge(items: Sequence[ItemResult]) -> None:
    """Set `rejudged` and its reason on items, in place. What the laboratory concluded is never changed."""
    known: dict[tuple[str, str, str, str], limits.Judgement] = {}
    for item in items:
        row = (item.item, item.limit, item.value, item.unit)
        judged = known.get(row)
        if judged is None:
            judged = known[row] = limits.judge_row(item=row[0], limit=row[1], result=row[2], unit=row[3])
        item.rejudged = limits.compare(passed=PASSED.get(item.conclusion), outcome=judged.outcome)
        item.rejudged_reason = judged.reason

"""Legal limits and test results as printed, read and judged again; where nothing follows, the reason why."""

from banyan.science.limits.judging import (
    AGREES,
    CANNOT,
    CONFORMS,
    DIFFERS,
    FAILS,
    REASONS,
    Judgement,
    Judgements,
    compare,
    judge,
    judge_row,
    judge_rows,
)
from banyan.science.limits.quantities import is_unit
from banyan.science.limits.rows import Item, split_items

__all__ = [
    "AGREES",
    "CANNOT",
    "CONFORMS",
    "DIFFERS",
    "FAILS",
    "REASONS",
    "Item",
    "Judgement",
    "Judgements",
    "compare",
    "is_unit",
    "judge",
    "judge_row",
    "judge_rows",
    "split_items",
]

"""Takes a row of a notice apart: several items in one cell, limit and unit printed behind the item's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from banyan.science.limits.expressions import read_limit
from banyan.science.limits.quantities import read_unit


@dataclass(frozen=True, slots=True)
class Item:
    """One tested item of a row, still as text; `problem` is set where result and item could not be paired."""

    name: str
    limit: str
    result: str
    unit: str
    problem: str = ""


_OPENING, _CLOSING = "(（", ")）"


@lru_cache(maxsize=16384)
def split_items(name: str, limit: str, result: str, unit: str = "") -> tuple[Item, ...]:
    """
    The items of one row.

    Notes
    -----
    Notices print ``苯甲酸（不得使用）;山梨酸（≤1.0g/kg）`` with ``1.45g/kg;1.10g/kg``: names and results are
    paired by position where both have the same number of parts. Semicolons inside one item separate the
    values of a germ plan. A limit in its own column counts; otherwise the last bracket of the name is the
    limit if it reads as one.
    """
    names = [part.strip() for part in _split_outside_brackets(name) if part.strip()] or [name.strip()]
    if len(names) == 1:
        return (_item(names[0], limit, result, unit),)
    names = [re.sub(rf"^{place}[.、．](?=\D|\d+-)", "", part) for place, part in enumerate(names, start=1)]
    limits = _paired(limit, len(names)) or [limit.strip()] * len(names)
    results = _paired(result, len(names))
    if results is None:
        problem = "results_not_paired" if result.strip() else ""
        return tuple(_item(*pair, result.strip(), unit, problem) for pair in zip(names, limits, strict=True))
    return tuple(_item(*three, unit) for three in zip(names, limits, results, strict=True))


def _item(name: str, limit: str, result: str, unit: str, problem: str = "") -> Item:
    """An item whose name is freed of the limit and unit printed behind it."""
    found_limit, found_unit = limit.strip(), unit.strip()
    while True:
        head, bracket = _last_bracket(name)
        if not head or not bracket:
            break
        if not found_limit and _reads_as_limit(bracket):
            name, found_limit = head, bracket
        elif not found_unit and _reads_as_unit(bracket):
            name, found_unit = head, bracket
        else:
            break
    return Item(name, found_limit, result.strip(), found_unit, problem)


def _reads_as_limit(text: str) -> bool:
    return not read_limit(text).problem


def _reads_as_unit(text: str) -> bool:
    unit = read_unit(text)
    return unit is not None and unit.known


def _paired(text: str, count: int) -> list[str] | None:
    for separators in (";", ";；"):
        parts = _split_outside_brackets(text, separators)
        if len(parts) == count:
            return [part.strip() for part in parts]
    return None


def _split_outside_brackets(text: str, separators: str = ";；") -> list[str]:
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth = max(0, depth - 1)
        elif sign in separators and not depth:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _last_bracket(name: str) -> tuple[str, str]:
    """What stands before and inside the bracket that ends the name; the whole name and "" when none does."""
    name = name.strip()
    if not name or name[-1] not in _CLOSING:
        return name, ""
    depth = 0
    for place in range(len(name) - 1, -1, -1):
        depth += (name[place] in _CLOSING) - (name[place] in _OPENING)
        if not depth:
            return name[:place].strip(), name[place + 1 : -1].strip()
    return name, ""

"""Scores: what an assessment gives each county at each end of a quarter, by the rule in force and by the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from banyan import policy
from banyan.edge.rules.queries import hiding
from banyan.insight.indicators import queries as indicators
from banyan.policy import periods

Books = tuple[policy.Book, policy.Book]


def changes(
    books: Books, rule: str, first: date, last: date, tell: Callable[[int, int], None]
) -> dict[str, Any]:  # fmt: skip
    """The scores, grades and places that changed weights, or points for values, give otherwise."""
    return scored(books, [rule], periods.ends_between(first, last), tell)


def that_weigh(books: Books, rule: str) -> list[str]:
    """The assessments whose scores may change: those that weigh an indicator, or all where a value changes."""
    kind = books[0].entry(rule).kind
    entries = books[0].entries("assessment")
    return [one.key for one in entries if kind == "parameter" or ("indicator", rule) in one.links()]


def scored(
    books: Books, keys: Sequence[str], days: Sequence[date],
    tell: Callable[[int, int], None] = lambda _done, _steps: None,
    *, guard: hiding.Guard | None = None, held: Mapping[date, Mapping[str, set[Any]]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The scores of some assessments on some days that the two books give otherwise.

    Scores rest on figures: one that would rest on what is hidden (`guard`), or on the figure of a unit that the
    preview may not tell (`held`), is not told; nor are places then, which would bound it.
    """
    lines: list[dict[str, Any]] = []
    asked = 0
    for place, day in enumerate(days):
        for at, key in enumerate(keys):
            tell(place * len(keys) + at, len(days) * len(keys))
            both = [_by_unit(book, key, day) for book in (books[0], guard.by(day) if guard else books[1])]
            real = _by_unit(books[1], key, day) if guard and guard.is_laxer(day) else both[1]
            units = list(dict.fromkeys([*both[0], *both[1], *real]))
            told_not = set((held or {}).get(day, {}).get(_of(books, key), ()))
            told_not |= {unit for unit in units if _score_of(both[1], unit) != _score_of(real, unit)}
            asked += len(units)
            for unit in units:
                before, after = (one.get(unit) for one in both)
                if told_not:
                    after = _untold(after, before, whole=unit in told_not)
                if before != after:
                    lines.append({"assessment": key, "on": day.isoformat(), "by": _of(books, key), "unit": unit,
                                  "before": before, "after": after,
                                  "hides": hiding.WITHHELD if unit in told_not else None})  # fmt: skip
    tell(len(days) * len(keys), len(days) * len(keys))
    grades = [[one["grade"] if one else None for one in (line["before"], line["after"])]
              for line in lines if not line["hides"]]  # fmt: skip
    return {
        "lines": {"scores": lines},
        "counts": {"scores": {"asked": asked, "changed": len(lines), "periods": len(days),
                              "grades": sum(before != after for before, after in grades)}},
        "whom": {by: sorted({line["unit"] for line in lines if line["by"] == by}) for by in ("county", "park")},
    }  # fmt: skip


def _score_of(scores: dict[str, dict[str, Any]], unit: str) -> float | None:
    return scores[unit]["score"] if unit in scores else None


def _untold(after: dict[str, Any] | None, before: dict[str, Any] | None, *, whole: bool) -> dict[str, Any] | None:
    """A score of which nothing is told, or not its place: that stays as it was where nothing else changes."""
    if whole:
        return {"score": None, "grade": None, "place": None}
    if after and before and (after["score"], after["grade"]) == (before["score"], before["grade"]):
        return before
    return after and {**after, "place": None}


def _of(books: Books, key: str) -> str:
    assessment: Any = books[0].entry(key)
    return str(assessment.of)


def _by_unit(book: policy.Book, key: str, day: date) -> dict[str, dict[str, Any]]:
    """Score, grade and place of each unit; nothing before the assessment held."""
    entry: Any = book.entry(key)
    if not entry.holds(day):
        return {}
    with policy.trying(book):
        found = indicators.scores(assessment=entry.on(day), on=day, anew=True)
    return {
        one.unit: {"score": None if one.score is None else round(one.score, 2), "grade": one.grade,
                   "place": place if one.score is not None else None}
        for place, one in enumerate(found, start=1)
    }  # fmt: skip

"""Verdicts, figures, scores of each quarter, of city, counties, parks, by the rule in force and by the draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from banyan import policy
from banyan.edge.rules.queries.weighed import scored, that_weigh
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock
from banyan.policy import periods

DIMENSIONS = ("county", "park")
SHOWN = ("n", "value", "low", "high", "suppressed")
Books = tuple[policy.Book, policy.Book]


def changes(
    books: Books, rule: str, first: date, last: date, tell: Callable[[int, int], None]
) -> dict[str, Any]:  # fmt: skip
    """The verdicts and figures that a changed target, indicator or value gives otherwise."""
    targets = _targets(books, rule)
    keys = _indicators(books, rule, targets)
    days = periods.ends_between(first, last)
    verdicts, figures, asked, firms = [], [], {"verdicts": 0, "figures": 0}, set[str]()
    for place, day in enumerate(days):
        for at, key in enumerate(keys):
            tell(place * len(keys) + at, len(days) * len(keys))
            both = [_asked(book, key, day) for book in books]
            for by in [by for by in both[0] if by in both[1]]:
                before, after = (one[by] for one in both)
                figures += list(_other_figures(key, day, by, before, after, asked))
                judged = [_judged(book, one, targets) for book, one in zip(books, (before, after), strict=True)]
                told = list(_other_verdicts(key, day, by, before, after, judged, asked))
                verdicts += told
                if told:
                    firms |= _firms(books, (before, after), by, told)
    weighed = scored(books, that_weigh(books, rule), days)
    units = {(line["by"], line["unit"]) for line in (*verdicts, *weighed["lines"]["scores"]) if line["by"]}
    return {
        "lines": {"verdicts": verdicts, "figures": figures, **weighed["lines"]},
        "counts": {"periods": len(days), "indicators": len(keys), "targets": len(targets),
                   "verdicts": {"asked": asked["verdicts"], "changed": len(verdicts)},
                   "figures": {"asked": asked["figures"], "changed": len(figures)}, **weighed["counts"]},
        "whom": {"county": sorted(unit for by, unit in units if by == "county" and unit),
                 "park": sorted(unit for by, unit in units if by == "park" and unit), "firms": len(firms)},
    }  # fmt: skip


def _targets(books: Books, rule: str) -> list[str]:
    """The targets whose verdicts may change: the one drafted, or those that rest on what is drafted."""
    kind = books[0].entry(rule).kind
    if kind == "target":
        return [rule]
    found: Any = books[0].entries("target")
    return [one.key for one in found if kind == "parameter" or ("indicator", rule) in one.links()]


def _indicators(books: Books, rule: str, targets: Sequence[str]) -> list[str]:
    """The indicators to be asked, those only whose facts are recorded here."""
    kind = books[0].entry(rule).kind
    if kind == "parameter":
        wanted: list[str] = [one.key for one in books[0].entries("indicator")]
    else:
        named = [link for book in books for key in targets for link in book.entry(key).links()]
        wanted = [key for kind_of, key in named if kind_of == "indicator"]
        wanted = [rule, *wanted] if kind == "indicator" else wanted
    return [
        key for key in dict.fromkeys(wanted)
        if all(indicators.is_recorded(book.indicator(key)) for book in books)
    ]  # fmt: skip


def _asked(book: policy.Book, key: str, on: date) -> dict[str, indicators.Figures]:
    """The figures by one book: of the city under "", by county, by park; nothing before the indicator held."""
    entry = book.indicator(key)
    if not entry.holds(on):
        return {}
    bys = ["", *(by for by in DIMENSIONS if by in entry.on(on).by)]
    with policy.trying(book):
        found = indicators.show_many(key=key, on=on, known_on=clock.today(), bys=[(by,) if by else () for by in bys])
    return dict(zip(bys, found, strict=True))


def _rows(figures: indicators.Figures, by: str) -> dict[str | None, dict[str, Any]]:
    return {row[by] if by else "": row for row in figures.rows}


def _other_figures(
    key: str, day: date, by: str, before: indicators.Figures, after: indicators.Figures, asked: dict[str, int]
) -> Iterator[dict[str, Any]]:
    """The rows whose numbers differ, each before and after."""
    rows = _rows(before, by), _rows(after, by)
    for unit in dict.fromkeys([*rows[0], *rows[1]]):
        asked["figures"] += 1
        told = [{name: one[name] for name in SHOWN} if (one := row.get(unit)) else None for row in rows]
        if told[0] != told[1]:
            values = [one["value"] if one else None for one in told]
            change = values[1] - values[0] if None not in values else None
            yield {
                "indicator": key, "on": day.isoformat(), "by": by, "unit": unit, "before": told[0], "after": told[1],
                "change": None if change is None else round(change, 10),
            }  # fmt: skip


def _judged(
    book: policy.Book, figures: indicators.Figures, targets: Sequence[str]
) -> dict[tuple[str, int], Callable[[Any], Any]]:
    """For each comparison of a target with these figures, what judges one of their rows."""
    with policy.trying(book):
        indicator = book.indicator(figures.key, on=figures.on)
        goals = indicators.goals(indicator, book=book, on=figures.on, known_on=figures.known_on)
    places: dict[str, int] = {}
    found: dict[tuple[str, int], Callable[[Any], Any]] = {}
    for goal in goals:
        if goal.target.key in targets:
            place = places[goal.target.key] = places.get(goal.target.key, -1) + 1
            found[goal.target.key, place] = partial(_verdict, goal)
    return found


def _verdict(goal: indicators.Goal, row: dict[str, Any]) -> str:
    if row["suppressed"]:
        return "hidden"
    return goal.part.verdict(low=row["low"], high=row["high"], reference=goal.reference)


def _other_verdicts(
    key: str, day: date, by: str, before: indicators.Figures, after: indicators.Figures, judged: Any,
    asked: dict[str, int],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    rows = _rows(before, by), _rows(after, by)
    for target, place in dict.fromkeys([*judged[0], *judged[1]]):
        for unit in dict.fromkeys([*rows[0], *rows[1]]):
            asked["verdicts"] += 1
            said = [
                judges[target, place](row[unit]) if (target, place) in judges and unit in row else None
                for judges, row in zip(judged, rows, strict=True)
            ]
            if said[0] != said[1]:
                row = rows[1].get(unit) or rows[0][unit]
                yield {
                    "target": target, "indicator": key, "on": day.isoformat(), "by": by, "unit": unit,
                    "before": said[0], "after": said[1],
                    **{name: row[name] for name in ("n", "value", "low", "high")},
                }  # fmt: skip


def _firms(books: Books, both: Sequence[indicators.Figures], by: str, told: Sequence[dict[str, Any]]) -> set[str]:
    """The firms whose facts stand in the rows that are judged otherwise."""
    found = set[str]()
    where = {by: tuple(line["unit"] for line in told if line["unit"])} if by else {}
    for book, figures in zip(books, both, strict=True):
        with policy.trying(book):
            found |= indicators.firms_counted(figures, where=where)
    return found

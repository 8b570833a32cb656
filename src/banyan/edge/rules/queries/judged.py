"""Verdicts, figures, scores of each quarter, of city, counties, parks, by the rule in force and by the draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from banyan import policy
from banyan.edge.rules.queries import hiding
from banyan.edge.rules.queries.weighed import scored, that_weigh
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock
from banyan.policy import periods

DIMENSIONS = ("county", "park")
Books = tuple[policy.Book, policy.Book]


def changes(
    books: Books, rule: str, first: date, last: date, tell: Callable[[int, int], None]
) -> dict[str, Any]:  # fmt: skip
    """The verdicts and figures that a changed target, indicator or value gives otherwise."""
    targets = _targets(books, rule)
    keys = _indicators(books, rule, targets)
    days = periods.ends_between(first, last)
    guard, held = hiding.guard(books, rule), dict[date, dict[str, set[Any]]]()
    verdicts, figures, asked, firms = [], [], {"verdicts": 0, "figures": 0}, set[str]()
    for place, day in enumerate(days):
        for at, key in enumerate(keys):
            tell(place * len(keys) + at, len(days) * len(keys))
            both = [_asked(book, key, day) for book in (books[0], guard.by(day))]
            real = _asked(books[1], key, day) if guard.is_laxer(day) else both[1]
            bys = [by for by in both[0] if by in both[1]]
            close = hiding.too_close(books, key, day, bys) if key == rule and bys else {}
            for by in bys:
                before, after = (one[by] for one in both)
                rows = [_rows(one, by) for one in (before, after, real[by])]
                states = hiding.states(rows[0], rows[1], rows[2], close.get(by, frozenset()))
                if key == rule:
                    held.setdefault(day, {})[by] = {
                        unit for unit, state in states.items() if state != hiding.BOTH_HIDDEN
                    }
                figures += list(_other_figures(key, day, by, rows, states, asked))
                judged = [_judged(book, one, targets) for book, one in zip(books, (before, after), strict=True)]
                told = list(_other_verdicts(key, day, by, rows, states, judged, asked))
                verdicts += told
                if open_lines := [line for line in told if line["hides"] is None]:
                    firms |= _firms((books[0], guard.by(day)), (before, after), by, open_lines)
    weighed = scored(books, that_weigh(books, rule), days, guard=guard, held=held)
    units = {(line["by"], line["unit"]) for line in (*verdicts, *weighed["lines"]["scores"]) if line["by"]}
    return {
        "lines": {"verdicts": verdicts, "figures": figures, **weighed["lines"]},
        "counts": {"periods": len(days), "indicators": len(keys), "targets": len(targets),
                   "verdicts": {"asked": asked["verdicts"], "changed": len(verdicts)},
                   "figures": {"asked": asked["figures"], "changed": len(figures),
                               **{state: sum(line["hides"] == state for line in figures)
                                  for state in (hiding.VISIBLE, hiding.HIDDEN, hiding.WITHHELD)}},
                   **weighed["counts"]},
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
    key: str, day: date, by: str, rows: Sequence[dict[Any, Any]], states: dict[Any, str], asked: dict[str, int]
) -> Iterator[dict[str, Any]]:
    """The rows whose numbers differ, each before and after; of what either rule hides, only that it does."""
    for unit in dict.fromkeys([*rows[0], *rows[1]]):
        asked["figures"] += 1
        state = states.get(unit)
        told = [
            hiding.masked(row.get(unit), state, is_after=is_after)
            for row, is_after in zip(rows[:2], (False, True), strict=True)
        ]
        if told[0] != told[1]:
            values = [one["value"] if one else None for one in told]
            change = values[1] - values[0] if None not in values else None
            yield {
                "indicator": key, "on": day.isoformat(), "by": by, "unit": unit, "before": told[0], "after": told[1],
                "change": None if change is None else round(change, 10), "hides": state,
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
    key: str, day: date, by: str, rows: Sequence[dict[Any, Any]], states: dict[Any, str], judged: Any,
    asked: dict[str, int],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """The rows that a target judges otherwise; what either rule hides is not judged, its numbers are not told."""
    for target, place in dict.fromkeys([*judged[0], *judged[1]]):
        for unit in dict.fromkeys([*rows[0], *rows[1]]):
            asked["verdicts"] += 1
            state = states.get(unit)
            said = [
                judges[target, place](row[unit]) if (target, place) in judges and unit in row else None
                for judges, row in zip(judged, rows[:2], strict=True)
            ]
            if state is not None:
                said = [said[0] if state == hiding.WITHHELD else "hidden", "hidden"]
                said = {hiding.VISIBLE: ["hidden", "visible"], hiding.HIDDEN: ["visible", "hidden"]}.get(state, said)
            if said[0] != said[1]:
                row = rows[1].get(unit) or rows[0][unit]
                yield {
                    "target": target, "indicator": key, "on": day.isoformat(), "by": by, "unit": unit,
                    "before": said[0], "after": said[1], "hides": state,
                    **{name: row[name] if state is None else None for name in hiding.NUMBERS},
                }  # fmt: skip


def _firms(books: Books, both: Sequence[indicators.Figures], by: str, told: Sequence[dict[str, Any]]) -> set[str]:
    """The firms whose facts stand in the rows that are judged otherwise."""
    found = set[str]()
    where = {by: tuple(line["unit"] for line in told if line["unit"])} if by else {}
    for book, figures in zip(books, both, strict=True):
        with policy.trying(book):
            found |= indicators.firms_counted(figures, where=where)
    return found

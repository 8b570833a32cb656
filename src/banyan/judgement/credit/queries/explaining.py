"""One firm explained: each point with its record and article, and what would lift the grade.

The findings of one firm are few: they are read once and weighed in plain Python, for as many days as are asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.judgement.credit.queries.findings import findings, rules_of
from banyan.judgement.credit.queries.weighing import scale_on
from banyan.kit import clock, engine, terms
from banyan.kit.refusals import Refused

LONGEST_LOOK = 3 * 366
"""How far ahead a page looks for the days on which a grade changes by itself."""
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Line:
    """One finding: what it cost when it began and costs on the day, from when until when, by which article of which
    rule, by which record (`source` is its version), and the grade that the firm would have without it.

    `found_at` is the key of the firm that was merged into this one, where it is that firm's; else it is empty.
    """

    rule: str
    title: str
    written: str
    is_confirmed: bool
    begins: date
    ends: date
    points: Decimal
    now: Decimal
    evenly: bool
    kind: str
    record: str
    source: int
    counts_from: date
    found_at: str = ""
    without: str = ""

    @property
    def lifts(self) -> Decimal:
        """What the finding does to the score on the day: below 0 for what costs."""
        return -self.now

    @property
    def lifted(self) -> Decimal:
        """What it did to the score when it began."""
        return -self.points


@dataclass(frozen=True)
class Ahead:
    """A day on which the grade changes by itself, if nothing is found, withdrawn or renewed until then.

    `because` names the rule of what begins to count on it, such as a licence that ends.
    """

    on: date
    grade: str
    title: str
    score: Decimal
    because: str = ""


@dataclass(frozen=True)
class Explained:
    """Score and grade of a firm on a day, as known on another, with all that makes them."""

    firm: str
    on: date
    known_on: date
    grade: str
    title: str
    score: Decimal
    start: Decimal
    points: Decimal
    worst: Decimal
    lines: tuple[Line, ...]
    ahead: tuple[Ahead, ...]
    packs: str
    is_confirmed: bool
    written: str

    @property
    def merged(self) -> list[str]:
        """The keys of the merged firms for which this one answers with a line."""
        return sorted({line.found_at for line in self.lines} - {""})


def explained(
    *, firm: str, on: date, known_on: date | None = None, book: policy.Book | None = None, look_ahead: bool = True
) -> Explained:
    """Why a firm has its grade on a day. Raises Refused where no scale held on that day."""
    book = book or policy.load(settings.BANYAN_PACKS)
    scale = scale_on(book, on)
    if scale is None:
        raise Refused(
            _("The credit of a firm on %(day)s was asked for.") % {"day": on},
            _("No scale of grades was in force on that day."),
            _("Choose a later day."), code="no-scale",
        )  # fmt: skip
    rows = [row for row in _rows(firm, book) if _was_known(row, known_on)]
    lapses = {rule.key for rule in rules_of(book) if rule.dated == "lapsed"}
    rows = _apart_from_renewed(rows, lapses, on)
    counted = list(_counting(rows, on))
    points, worst = _sums([now for _row, now in counted])
    band = scale.band(points, worst)
    language = get_language() or "zh"
    return Explained(
        firm=firm, on=on, known_on=known_on or clock.today(), grade=band.grade,
        title=band.title.in_language(language), score=scale.score(points), start=Decimal(scale.start), points=points,
        worst=worst, lines=tuple(_lines(counted, scale, book)),
        ahead=tuple(_ahead(rows, scale, on, band.grade, language, book)) if look_ahead else (),
        packs=book.hash, is_confirmed=scale.is_confirmed, written=terms.cited(scale.reference),
    )  # fmt: skip


def _rows(firm: str, book: policy.Book) -> list[dict[str, Any]]:
    """All findings of a firm that were ever told."""
    if not rules_of(book):
        return []
    table = engine.answer(
        "findings of a firm",
        findings(book),
        lambda told, values: told.filter(told.organisation.isin(values["firm"])),
        {"firm": (firm,)},
    )
    return sorted(table.to_pylist(), key=lambda row: (row["begins"], row["fact"], row["rule"]))


def _was_known(row: dict[str, Any], known_on: date | None) -> bool:
    if known_on is None:
        return row["until"] is None
    end: datetime = clock.end_of_day(known_on).astimezone(UTC).replace(tzinfo=None)
    return row["known_at"] <= end and (row["until"] is None or row["until"] > end)


def _apart_from_renewed(rows: Sequence[dict[str, Any]], lapses: set[str], on: date) -> list[dict[str, Any]]:
    """The findings without those of a licence that a later one follows, as they had begun by a day."""
    last: dict[Any, tuple[date, int]] = {}
    for row in rows:
        if row["rule"] in lapses and row["happened_on"] <= on:
            of = (row["rule"], row["item"], row["product"])
            last[of] = max(last.get(of, (date.min, 0)), (row["covered"], row["fact"]))
    return [
        row for row in rows
        if row["rule"] not in lapses
        or last.get((row["rule"], row["item"], row["product"])) == (row["covered"], row["fact"])
    ]  # fmt: skip


def _counting(rows: Sequence[dict[str, Any]], on: date) -> Iterator[tuple[dict[str, Any], int]]:
    """The findings that count on a day, with what each costs on it in hundredths."""
    for row in rows:
        if row["counts_from"] <= on < row["ends"]:
            left, term = (row["ends"] - on).days, (row["ends"] - row["begins"]).days
            yield row, row["points"] * left // term if row["evenly"] else row["points"]


def _sums(costs: Sequence[int]) -> tuple[Decimal, Decimal]:
    """All points, and the worst single finding's."""
    return Decimal(sum(costs)) / HUNDRED, Decimal(max([*costs, 0])) / HUNDRED


def _lines(counted: Sequence[tuple[dict[str, Any], int]], scale: Any, book: policy.Book) -> Iterator[Line]:
    """The findings, the most expensive first, each by its rule as it was worded on the day of the finding."""
    language = get_language() or "zh"
    costs = [now for _row, now in counted]
    for place, (row, now) in sorted(enumerate(counted), key=lambda one: (-one[1][1], one[1][0]["begins"])):
        rule: Any = book.entry(row["rule"])
        item = rule.at(row["begins"]).item
        yield Line(
            rule=rule.key, title=rule.title.in_language(language), written=terms.cited(rule.reference_of(item)),
            is_confirmed=rule.confidence_of(item) == "verified", begins=row["begins"], ends=row["ends"],
            points=Decimal(row["points"]) / HUNDRED, now=Decimal(now) / HUNDRED, evenly=row["evenly"],
            kind=row["kind"], record=row["key"], source=row["source"],
            without=scale.band(*_sums(costs[:place] + costs[place + 1 :])).grade, counts_from=row["counts_from"],
            found_at=row["found_at"] if row["found_at"] != row["organisation"] else "",
        )  # fmt: skip


def _ahead(
    rows: Sequence[dict[str, Any]], scale: Any, on: date, grade: str, language: str, book: policy.Book
) -> Iterator[Ahead]:
    """The days after this one on which the grade changes by itself, until nothing counts any more."""
    if not rows:
        return
    last = min(max(row["ends"] for row in rows), on + timedelta(days=LONGEST_LOOK)).toordinal()
    days = np.arange(on.toordinal() + 1, last + 1)
    begins, counts_from, ends = (
        np.array([[row[name].toordinal()] for row in rows]) for name in ("begins", "counts_from", "ends")
    )
    points, evenly = (np.array([[row[name]] for row in rows]) for name in ("points", "evenly"))
    costs = np.where(evenly, points * (ends - days) // (ends - begins), points)
    costs = np.where((counts_from <= days) & (days < ends), costs, 0)
    for day, sum_, worst in zip(days.tolist(), costs.sum(axis=0).tolist(), costs.max(axis=0).tolist(), strict=True):
        band = scale.band(Decimal(sum_) / HUNDRED, Decimal(max(worst, 0)) / HUNDRED)
        if band.grade != grade:
            grade = band.grade
            score = scale.score(Decimal(sum_) / HUNDRED)
            then = date.fromordinal(day)
            rule = next((row["rule"] for row in rows if row["counts_from"] == then), None)
            because = book.entry(rule).title.in_language(language) if rule else ""
            yield Ahead(then, grade, band.title.in_language(language), score, because)


def good_deeds(*, on: date, book: policy.Book | None = None) -> list[tuple[str, str, Decimal]]:
    """The rules by which a firm's own deeds bring points back: key, title, points."""
    book = book or policy.load(settings.BANYAN_PACKS)
    found = []
    for rule in rules_of(book):
        if rule.holds(on) and not rule.understood():
            item = rule.at(on).item
            brought = -item.points.amount({}) * Decimal(item.weight)
            if brought > 0:
                found.append((rule.key, rule.title.in_language(get_language() or "zh"), brought))
    return found


def records_of(lines: Sequence[Line]) -> dict[int, tuple[str, str]]:
    """The noun and key of the record behind each line, by the line's version."""
    return facts.records_behind([line.source for line in lines])


def was_changed_since(objection: Any) -> bool:
    """Whether the record behind an objection was written since the version that it objects to."""
    return facts.newest_version(objection.record_noun, objection.record_key) > objection.version

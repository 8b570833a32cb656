"""What a preview keeps to itself: no figure that the rule in force hides, or the draft, or that both together tell.

A draft is tried by whoever may draft, before anybody adopted it: so it opens nothing. What would become visible, or
be hidden, is said; its value never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from banyan import policy
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock
from banyan.policy import amending

Books = tuple[policy.Book, policy.Book]
SMALLEST = ("disclosure.smallest_count", "disclosure.smallest_growth")
WORDS_ONLY = frozenset({"says", "method", "reference_figure", "shows_small_counts"})
"""What a draft of an indicator may change without counting anything else."""
VISIBLE, HIDDEN, BOTH_HIDDEN, WITHHELD = "would_become_visible", "would_be_hidden", "hidden", "withheld"
NUMBERS = ("n", "value", "low", "high")


@dataclass(frozen=True)
class Guard:
    """The draft as it may be shown: by no laxer rule of disclosure than the one in force."""

    books: Books
    rule: str
    careful: policy.Book
    """The draft, but for what it says of disclosure where that is laxer than in force."""

    def by(self, day: date) -> policy.Book:
        """The book by which the draft's side is shown for a day."""
        if self.rule not in SMALLEST:
            return self.careful
        before, after = (float(book.value(self.rule, on=day).value) for book in self.books)
        return self.books[0] if after < before else self.books[1]

    def is_laxer(self, day: date) -> bool:
        """Whether the draft itself would show more on a day than may be shown of it."""
        return self.by(day) is not self.books[1]


def guard(books: Books, rule: str) -> Guard:
    """What guards the previews of a rule's draft.

    That small counts of an indicator are public is said of what the rule in force counts: a draft that counts other
    things, or says it anew, is shown without.
    """
    before, after = (book.entry(rule) for book in books)
    careful = books[1]
    if after.kind == "indicator" and getattr(after, "shows_small_counts", None):
        said, drafted = (amending.definition(one, clock.today()) for one in (before, after))
        counted = [
            {name: one for name, one in fields.items() if name not in WORDS_ONLY} for fields in (said, drafted)
        ]
        if not said.get("shows_small_counts") or counted[0] != counted[1]:
            drafted.pop("shows_small_counts")
            careful = amending.as_if(books[0], rule, amending.written(drafted))
    return Guard(books, rule, careful)


def states(
    before: Mapping[Any, Any], after: Mapping[Any, Any], real: Mapping[Any, Any], close: frozenset[Any]
) -> dict[Any, str]:  # fmt: skip
    """Why a unit is not shown on both sides; rows by unit: in force, of the draft as guarded, as drafted."""
    found = {}
    for unit in dict.fromkeys([*before, *after]):
        was, shown, will = (unit in rows and bool(rows[unit]["suppressed"]) for rows in (before, after, real))
        if was and (will or unit not in real):
            found[unit] = BOTH_HIDDEN
        elif was or (will and unit in before):
            found[unit] = VISIBLE if was else HIDDEN
        elif will or shown or unit in close:
            found[unit] = WITHHELD
    return found


def masked(row: Mapping[str, Any] | None, state: str | None, *, is_after: bool) -> dict[str, Any] | None:
    """The numbers of a row, or none of them where its state forbids; `suppressed` says what would be seen of it."""
    if state is None or (state == WITHHELD and not is_after):
        return None if row is None else {name: row[name] for name in (*NUMBERS, "suppressed")}
    is_shown = state == (VISIBLE if is_after else HIDDEN)
    return {**dict.fromkeys(NUMBERS), "suppressed": not is_shown}


def too_close(
    books: Books, key: str, on: date, bys: Sequence[str]
) -> dict[str, frozenset[Any]]:  # fmt: skip
    """By breakdown, the units of which the draft counts so few more or fewer that the difference would tell them.

    The differences are judged as counts are: with what has to be hidden beside them, and within counties by their
    parks. The whole city is judged too, for a draft may count one firm only.
    """
    both = [book.indicator(key, on=on) for book in books]
    if _counted(both[0]) == _counted(both[1]):
        return {}
    read: dict[tuple[str, ...], list[Any]] = {}

    def counts_of(names: Sequence[str]) -> list[Any]:
        by = tuple(name for name in names if name)
        if by not in read:
            found = []
            for book, indicator in zip(books, both, strict=True):
                with policy.trying(book):
                    (one,) = indicators.measure_many(indicator, on=on, known_on=clock.today(), bys=(by,))
                found.append(one)
            read[by] = found
        return read[by]

    def apart(names: Sequence[str]) -> Any:
        return _apart(*counts_of(names))

    judged = both[1].model_copy(update={"shows_small_counts": None})
    found = {}
    for by in bys:
        whole = {} if by else {"": ""}
        few = set[Any]()
        for one in [apart((by,)), *([counts_of(())[1]] if not by else [])]:
            groups = tuple(group | whole for group in one.groups)
            hidden = indicators.too_small(
                judged, replace(one, groups=groups), by=(by,), where={}, book=books[0], on=on, table_of=apart
            )
            few |= {group[by] for group, is_small in zip(groups, hidden, strict=True) if is_small}
        found[by] = frozenset(few)
    return found


def _counted(indicator: Any) -> dict[str, Any]:
    left_out = WORDS_ONLY | {"key", "title", "status", "reference", "since", "until", "former", "version", "origin",
                             "confidence", "note", "is_estimate", "pack"}  # fmt: skip
    return indicator.model_dump(exclude=left_out)  # type: ignore[no-any-return]


def _apart(one: Any, other: Any) -> Any:
    """By how many two counts of the same breakdown lie apart, group by group."""
    sides = [
        {tuple(group.items()): n for group, n in zip(each.groups, np.nan_to_num(each.n), strict=True)}
        for each in (one, other)
    ]
    groups = dict.fromkeys([*sides[0], *sides[1]])
    n = np.array([abs(sides[0].get(group, 0.0) - sides[1].get(group, 0.0)) for group in groups], dtype=float)
    return replace(one, groups=tuple(dict(group) for group in groups), n=n)

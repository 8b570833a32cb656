"""Whether the units agree: what each firm states, how it adds up, and what the trace saw at that firm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit.amounts import said
from banyan.response.recall.models import TALLIES, Holding, Recall, Scope

UNSTATED, DIFFERS, LEFT, NO_SCOPE, NOT_ALL = "unstated", "differs", "left", "no_scope", "not_all"


@dataclass(frozen=True)
class Difference:
    """One reason why the units of a recall do not agree: at whom, which count, and the two numbers."""

    holder: str
    kind: str
    tally: str = ""
    stated: Decimal | None = None
    traced: Decimal | None = None
    key: str = ""

    @property
    def by(self) -> Decimal:
        """What was stated less what was traced."""
        return (self.stated or Decimal(0)) - (self.traced or Decimal(0))

    @property
    def sentence(self) -> str:
        """The difference in words."""
        given = {
            "holder": self.holder, "tally": TALLIES.get(self.tally, ""), "stated": said(self.stated),
            "traced": said(self.traced), "by": said(abs(self.by)),
        }  # fmt: skip
        if self.kind == NO_SCOPE:
            return _("the scope was not frozen, so nobody knows which units count")
        if self.kind == NOT_ALL:
            return _("%(holder)s: %(stated)s made as stated, %(traced)s recalled by the scope") % given
        if self.kind == UNSTATED:
            return _("%(holder)s has not stated its units") % given
        if self.kind == DIFFERS:
            return _("%(holder)s: %(tally)s %(stated)s as stated, %(traced)s by the trace, %(by)s apart") % given
        if self.stated is not None and self.stated < 0:
            return _("%(holder)s: %(by)s more went out than came in") % given
        return _("%(holder)s: %(by)s still lie there") % given


def holdings_of(recall: Recall) -> list[Holding]:
    """What each firm holds of a recall, the maker first."""
    return list(Holding.objects.filter(recall=recall, withdrawn_on=None).select_related("party", "county"))


def differences(recall: Recall, holdings: Sequence[Holding] | None = None) -> list[Difference]:
    """Why the units do not agree, holder by holder; nothing where they do.

    A holder's units agree when it stated them, when each count equals what the trace saw there (a count that the
    trace never saw and the firm states as nothing is no difference), and when nothing is left over. What
    makers state as made is what a stated scope recalls.
    """
    rows = holdings_of(recall) if holdings is None else holdings
    found = [] if rows else [Difference("", NO_SCOPE)]
    for holding in rows:
        found += differences_at(holding)
    makers = [row for row in rows if row.is_maker and row.stated_on]
    made = sum((row.stated.get("made", Decimal(0)) for row in makers), Decimal(0))
    if makers and recall.recalled is not None and not any(row.traced_on for row in rows) and made != recall.recalled:
        found.append(Difference(makers[0].title, NOT_ALL, "made", made, recall.recalled, makers[0].pk))
    return found


def differences_at(holding: Holding) -> Iterator[Difference]:
    """Why the units of one holder do not agree."""
    name, key = holding.title, holding.pk
    if holding.stated_on is None:
        yield Difference(name, UNSTATED, key=key)
        return
    stated = holding.stated
    if holding.traced_on is not None:
        for tally in TALLIES:
            ours, theirs = stated.get(tally, Decimal(0)), Decimal(holding.traced.get(tally, 0))
            if ours != theirs:
                yield Difference(name, DIFFERS, tally, ours, theirs, key)
    if holding.left_over:
        yield Difference(name, LEFT, stated=holding.left_over, key=key)


@dataclass(frozen=True)
class Totals:
    """The units of a recall over all holders, each count kept apart, and how far the recall has come.

    Only counts in the unit of the recall are added up: what was made of its goods and is counted otherwise stands at
    its holders.
    """

    counts: dict[str, Decimal]
    reached: int
    recalled: Decimal | None

    @property
    def settled(self) -> Decimal:
        """Units corrected or destroyed."""
        return self.counts["corrected"] + self.counts["destroyed"]

    @property
    def completion(self) -> float | None:
        """Units corrected or destroyed over units recalled; None where nothing is known to be recalled."""
        return float(self.settled / self.recalled) if self.recalled else None


def totals(recall: Recall, holdings: Sequence[Holding] | None = None) -> Totals:
    """What the firms stated together. Units handed on are counted at each hand: only what ends is added up once."""
    held = holdings_of(recall) if holdings is None else holdings
    rows = [row for row in held if row.unit == recall.unit]
    counts = {name: sum((row.stated.get(name, Decimal(0)) for row in rows), Decimal(0)) for name in TALLIES}
    return Totals(counts, sum(row.reached or 0 for row in rows), recall.recalled)


def table(holdings: Sequence[Holding]) -> list[dict[str, Any]]:
    """What is stated and traced, holder by holder, for the page and the paper."""
    return [
        {
            "holding": row,
            "cells": [
                {"stated": said(row.stated.get(name)),
                 "traced": said(Decimal(row.traced.get(name, 0))) if row.traced_on else "—",
                 "differs": row.traced_on is not None and row.stated_on is not None
                 and row.stated.get(name, Decimal(0)) != Decimal(row.traced.get(name, 0))}
                for name in TALLIES
            ],
            "left": said(row.left_over) if row.stated_on else "—",
            "is_left": bool(row.stated_on and row.left_over),
        }
        for row in holdings
    ]  # fmt: skip


MOST_LINES = 200


def lines_of_scope(scope: Scope) -> list[dict[str, Any]]:
    """The first lines of a frozen scope as a table: what was reached, how deep, at whom, how many units."""
    rows = [
        {"url": "", "cells": [identifier, depth, holder, units]}
        for identifier, _kind, depth, _key, holder, _county, units in scope.lines[:MOST_LINES]
    ]
    heads = (_("thing"), _("steps from the source"), _("holder"), _("units"))
    more = len(scope.lines) > MOST_LINES
    return [{"title": _("Things reached"), "heads": heads, "rows": rows, "more": more}] if rows else []

"""Successors: what counts against a firm that was merged counts for the firm that took it up, from that day on.

Whether it does is a rule of the packs. A merger that is undone takes nothing over any more; as known before, it did.
Honours and other good deeds stay with the firm that earned them, and a licence ends with the firm that held it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from banyan import policy
from banyan.base.facts import queries as facts

ANSWERS = "credit.successor_answers"
MERGED = "registry.firm_merged"
NEVER = datetime(9000, 1, 1)


@dataclass(frozen=True)
class Succession:
    """A firm and one that took it up, by one merger or by several: from which day, as known from when until when."""

    firm: str
    successor: str
    merged_on: date
    told_at: datetime
    ended_at: datetime


COLUMNS = {"firm": "string", "successor": "string", "merged_on": "date", "told_at": "timestamp",
           "ended_at": "timestamp"}  # fmt: skip


def rule_of(book: policy.Book) -> Any:
    """The rule that says whether a successor answers; None where no pack has one."""
    try:
        return book.entry(ANSWERS)
    except policy.UnknownEntry:
        return None


def successor_answers(book: policy.Book, *, on: date) -> bool:
    """Whether a firm that takes up another on a day answers for what counts against that one."""
    rule = rule_of(book)
    return rule is not None and rule.holds(on) and bool(rule.value_on(on).value)


def with_taken_over(table: Any, book: policy.Book) -> Any:
    """Findings, and those against merged firms once more for each firm that answers for them."""
    import ibis
    import pyarrow as pa

    found = [asdict(one) for one in successions(book)]
    if not found:
        return table
    mergers = ibis.memtable(pa.Table.from_pylist(found, schema=ibis.schema(COLUMNS).to_pyarrow()))
    against = table.filter(table.points > 0, table.covered.isnull())
    both = against.join(mergers, against.organisation == mergers.firm)
    never = ibis.literal(NEVER, type="timestamp")
    taken = both.mutate(
        organisation=both.successor, counts_from=ibis.greatest(both.begins, both.merged_on),
        known_at=ibis.greatest(both.known_at, both.told_at),
        until=ibis.least(both["until"].coalesce(never), both.ended_at).nullif(never),
    )  # fmt: skip
    return ibis.union(table, taken.select(*table.columns).cast(table.schema()))


def successions(book: policy.Book) -> Iterator[Succession]:
    """Every firm that ever answered for another, by the rule in force on the day of the merger."""
    if rule_of(book) is None:
        return
    told = facts.history([MERGED]).select("organisation", "counterparty", "happened_on", "known_at", "until")
    by_firm: dict[str, list[Succession]] = {}
    for row in told.to_pyarrow().to_pylist():
        if successor_answers(book, on=row["happened_on"]):
            one = Succession(row["organisation"], row["counterparty"], row["happened_on"], row["known_at"],
                             row["until"] or NEVER)  # fmt: skip
            by_firm.setdefault(one.firm, []).append(one)
    for firm in sorted(by_firm):
        for one in by_firm[firm]:
            yield from _onwards(one, by_firm, {firm})


def _onwards(one: Succession, by_firm: Mapping[str, list[Succession]], before: set[str]) -> Iterator[Succession]:
    """A succession, and those that follow as its successor was merged itself."""
    if one.successor in before or one.told_at >= one.ended_at:
        return
    yield one
    for later in by_firm.get(one.successor, ()):
        whole = replace(
            later, firm=one.firm, merged_on=max(one.merged_on, later.merged_on),
            told_at=max(one.told_at, later.told_at), ended_at=min(one.ended_at, later.ended_at),
        )  # fmt: skip
        yield from _onwards(whole, by_firm, {*before, one.successor})

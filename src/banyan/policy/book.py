"""The book: every entry of the packs that were loaded, ready to be asked."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeVar, get_args

from banyan.policy.cases import LocatedCase
from banyan.policy.entries import Entry, Name, Status, Strict, Text, Words
from banyan.policy.errors import UnknownEntry
from banyan.policy.kinds import KINDS
from banyan.policy.kinds.clause import Clause
from banyan.policy.kinds.deadline import Deadline, DeadlineEntry
from banyan.policy.kinds.indicator import Indicator
from banyan.policy.kinds.parameter import Parameter, Value
from banyan.policy.kinds.role import Role
from banyan.policy.kinds.table import Row, Table
from banyan.policy.kinds.target import Target
from banyan.policy.mappings.model import Mapping as FileMapping

Kind = TypeVar("Kind", bound=Entry)
Content = TypeVar("Content")


class ReportWords(Strict):
    """What a report of the city's figures is called, what it counts, and how, before what holds in every city."""

    title: Words
    counted: Words  # such as batches
    method: tuple[Words, ...] = ()


class Manifest(Strict):
    """What a pack says of itself in `pack.yaml`."""

    title: Words
    level: Literal["house", "nation", "province", "city"]
    place: Words
    region: Text | None = None
    timezone: Text | None = None  # the clock of the place, a name such as Asia/Shanghai
    language: Literal["zh-hans", "en"] | None = None  # of pages and commands that are asked in none we speak
    district: Words | None = None  # what a unit of the level county is called there
    maker: Words | None = None  # what a firm is called there that answers for what is counted
    report: ReportWords | None = None
    overview: tuple[Name, ...] = ()  # indicators that the cockpit and the report open with, the map's one first
    note: Words | None = None


class CitedDocument(Strict):
    """A text that entries refer to: a law, an order, a policy, a standard, or our own rules."""

    id: Name
    kind: Literal["law", "order", "policy", "standard", "own", "statistics"]
    number: str
    title: Words
    issuer: Words
    since: dt.date | None
    until: dt.date | None
    confidence: Literal["verified", "recalled"]


@dataclass(frozen=True)
class ClauseLine:
    """A clause with what hangs on it: its targets, its indicators, who answers for it."""

    clause: Clause
    targets: tuple[Target, ...]
    indicators: tuple[Indicator, ...]

    @property
    def key(self) -> str:
        return self.clause.key

    @property
    def number(self) -> str:
        return self.clause.number

    @property
    def title(self) -> Words:
        return self.clause.title

    @property
    def department(self) -> str:
        return self.clause.department

    @property
    def needs(self) -> tuple[Words, ...]:
        """The records that are still missing: the clause's own, and those of its targets."""
        own = (self.clause.needs,) if self.clause.needs else ()
        return own + tuple(target.needs for target in self.targets if target.needs)


@dataclass(frozen=True)
class Book:
    """All that the loaded packs say. `hash` changes when any rule of them changes.

    `adopted` names the days of each entry's definitions that were adopted since the packs were written.
    """

    names: tuple[str, ...]
    hash: str
    manifests: Mapping[str, Manifest]
    documents: Mapping[str, CitedDocument]
    cases: tuple[LocatedCase, ...] = field(repr=False)
    _entries: Mapping[str, Entry] = field(repr=False)
    adopted: Mapping[str, tuple[dt.date, ...]] = field(default_factory=dict, repr=False)

    @property
    def short_hash(self) -> str:
        """The first twelve digits, for people."""
        return self.hash[:12]

    def entry(self, key: str) -> Entry:
        """The entry with this key. Raises UnknownEntry with the nearest keys."""
        found = self._entries.get(key)
        if found is None:
            near = difflib.get_close_matches(key, self._entries, n=3)
            hint = f"Did you mean {', '.join(near)}?" if near else "List the keys with `banyan pack list`."
            raise UnknownEntry(
                asked=f"The entry {key!r} was asked for",
                prevents=f"the packs {', '.join(self.names)} have no such key.",
                instead=hint,
            )
        return found

    def entries(self, kind: str | None = None, status: Status | None = "in_force") -> tuple[Entry, ...]:
        """Entries of a kind (or all) with a status (or, with None, any), in the order of the packs."""
        if kind is not None and kind not in KINDS:
            raise ValueError(f"kind is {kind!r}; kinds are {', '.join(sorted(KINDS))}.")
        return tuple(
            entry
            for entry in self._entries.values()
            if (kind is None or entry.kind == kind) and (status is None or entry.status == status)
        )

    def _of_kind(self, key: str, kind: type[Kind]) -> Kind:
        found = self.entry(key)
        if not isinstance(found, kind):
            wanted = get_args(kind.model_fields["kind"].annotation)[0]
            raise UnknownEntry(
                asked=f"{key!r} was asked for as {wanted}",
                prevents=f"it is a {found.kind}.",
                instead="Ask for it by its own kind.",
                where=str(found.origin.path),
            )
        return found

    def value(self, key: str, *, on: dt.date) -> Value:
        """A parameter's value on a day. Raises NotInForce when it had none."""
        return self._of_kind(key, Parameter).value_on(on)

    def table(self, key: str, *, on: dt.date) -> tuple[Row, ...]:
        """The rows of a table as they were in force on a day."""
        return self._of_kind(key, Table).rows_on(on)

    def deadline(self, key: str, *, on: dt.date) -> Deadline:
        """A term as worded on a day; ask it `.due(start)`."""
        return self._of_kind(key, DeadlineEntry).on_day(on)

    def indicator(self, key: str, *, on: dt.date | None = None) -> Indicator:
        """An indicator; with `on`, as it was defined on that day."""
        found = self._of_kind(key, Indicator)
        return found.on(on) if on else found

    def target(self, key: str, *, on: dt.date | None = None) -> Target:
        """A target; with `on`, as it was set on that day."""
        found = self._of_kind(key, Target)
        return found.on(on) if on else found

    def overview(self) -> tuple[str, ...]:
        """The indicators that the cockpit and the report open with, the map's first, as the highest pack says."""
        return next((one.overview for one in self._highest_first() if one.overview), ())

    def district(self) -> Words | None:
        """What a unit of the level county is called, where the highest pack that says so calls it otherwise."""
        return next((one.district for one in self._highest_first() if one.district), None)

    def maker(self) -> Words | None:
        """What a firm that answers for what is counted is called, where the highest pack that says so has a word."""
        return next((one.maker for one in self._highest_first() if one.maker), None)

    def levels(self) -> frozenset[str]:
        """Whose rules the packs hold: the house's, a nation's, a province's, a city's."""
        return frozenset(one.level for one in self.manifests.values())

    def report(self) -> ReportWords:
        """The words of the report, as the highest pack that has some says. Raises UnknownEntry where none has."""
        for one in self._highest_first():
            if one.report:
                return one.report
        raise UnknownEntry(
            asked="The words of a report were asked for",
            prevents=f"none of the packs {', '.join(self.names)} has `report` in its pack.yaml.",
            instead="Read the pack house too, or write them.",
        )

    def region(self) -> str:
        """The path of the city's own region, as the highest pack that has one says; empty where none does."""
        return next((one.region for one in self._highest_first() if one.region), "")

    def _highest_first(self) -> list[Manifest]:
        return [self.manifests[name] for name in reversed(self.names)]

    def role(self, name: str) -> Role:
        """A role by its name."""
        return self._of_kind(name, Role)

    def mapping(self, key: str) -> FileMapping:
        """A mapping of an office's file."""
        return self._of_kind(key, FileMapping)

    def clauses(self) -> tuple[ClauseLine, ...]:
        """The clauses in force, in the order of their numbers, each with what hangs on it."""
        clauses = [entry for entry in self.entries("clause") if isinstance(entry, Clause)]
        return tuple(self._line(clause) for clause in sorted(clauses, key=lambda clause: clause.order))

    def clause(self, key: str) -> ClauseLine:
        """One clause with what hangs on it."""
        return self._line(self._of_kind(key, Clause))

    def _line(self, clause: Clause) -> ClauseLine:
        document = clause.reference.document if clause.reference else None
        targets = tuple(
            entry
            for entry in self.entries("target")
            if isinstance(entry, Target) and entry.clause == clause.number and document in entry.documents()
        )
        keys = [part.indicator for target in targets for part in target.parts]
        keys += [key for key in clause.indicators if key not in keys]
        return ClauseLine(clause, targets, tuple(self.indicator(key) for key in dict.fromkeys(keys)))


def frozen(mapping: dict[str, Content]) -> Mapping[str, Content]:
    """A view of a mapping that cannot be written to."""
    return MappingProxyType(dict(mapping))

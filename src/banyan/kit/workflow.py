"""One frozen table of states and verbs per noun: what may be done when, and what it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit import titles
from banyan.kit.refusals import Refused


class NotNow(Refused):
    """The verb is not allowed in the record's present state."""

    code = "not-now"


@dataclass(frozen=True)
class Move:
    """A verb: the states it starts from and the states it may lead to."""

    name: str
    label: Any
    start: frozenset[str]
    to: frozenset[str]


@dataclass(frozen=True)
class Workflow:
    """The states of a noun with their labels, and the moves between them."""

    noun: str
    states: Mapping[str, Any]
    moves: Mapping[str, Move] = field(default_factory=dict)
    written: Any = ""

    def __post_init__(self) -> None:
        known = set(self.states)
        for move in self.moves.values():
            if strangers := (move.start | move.to) - known:
                raise ValueError(f"{self.noun}: {move.name} names unknown states {sorted(strangers)}")

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """States with labels, as a model field takes them."""
        return list(self.states.items())

    def allowed(self, state: str) -> tuple[Move, ...]:
        """The moves that a record in a state allows."""
        return tuple(move for move in self.moves.values() if state in move.start)

    def demand(self, record: Any, name: str) -> Move:
        """The move itself, or `NotNow` in words when the record's state does not allow it."""
        move = self.moves[name]
        if record.state not in move.start:
            can = titles.listed(other.label for other in self.allowed(record.state)) or _("nothing more")
            raise NotNow(
                _("%(verb)s was asked for %(record)s.") % {"verb": move.label, "record": record},
                _("Its state is “%(state)s”.") % {"state": self.states[record.state]},
                _("What can be done now: %(can)s.") % {"can": can},
                str(self.written),
            )
        return move

    def move(self, record: Any, name: str, to: str | None = None) -> None:
        """Set the record's new state after `demand`. `to` chooses where a move may lead to several states."""
        move = self.demand(record, name)
        target = to or next(iter(move.to))
        if target not in move.to:
            raise ValueError(f"{self.noun}: {name} cannot lead to {target}")
        record.state = target


def workflow(noun: str, states: Mapping[str, Any], *moves: tuple[str, Any, str, str], written: Any = "") -> Workflow:
    """Build a workflow from lines (verb, label, "start start", "to to")."""
    table = {
        name: Move(name, label, frozenset(start.split()), frozenset(to.split())) for name, label, start, to in moves
    }
    return Workflow(noun, states, table, written)

"""Buttons: which verbs a screen offers, and to whom, in which state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from banyan.kit import rights
from banyan.kit.office.forms import VerbForm
from banyan.kit.scope import lies_within
from banyan.kit.verbs import Verb
from banyan.kit.workflow import Workflow

EACH = "each"
BY_FORM = "form"


@dataclass(frozen=True)
class Button:
    """A verb as a screen offers it.

    `record` is the verb's parameter for the record of the page (the noun's own name where it is empty; with
    BY_FORM the form alone says what goes to the verb). `move` names the move of the noun's workflow that must be
    allowed; `when` is any further condition on it, `who` one on the record and the person. `where` is "record", or
    "list" for a verb that makes a record. `bulk` offers the verb on a selection: "each" calls it once per record, any
    other word is the parameter that takes the list (a list of one, on a record's page). `noun` is for `panels.py`,
    where a room adds a button to another room's page.
    """

    verb: Callable[..., Any]
    label: Any = ""
    form: type[VerbForm] = VerbForm
    record: str = ""
    move: str = ""
    when: Callable[[Any], object] | None = None
    who: Callable[[Any, Any], object] | None = None
    where: str = "record"
    bulk: str = ""
    icon: str = ""
    variant: str = "default"
    noun: str = ""

    @property
    def name(self) -> str:
        """The name of the verb, as it stands in addresses."""
        return self.verb.__name__

    @property
    def declared(self) -> Verb:
        """What the verb declares of itself: its event and the right it needs."""
        return self.verb.verb  # type: ignore[attr-defined]

    def title(self, flow: Workflow | None) -> Any:
        """The label, or else that of the workflow's move."""
        if self.label or flow is None or not self.move:
            return self.label or self.name
        return flow.moves[self.move].label

    def is_open(self, record: Any, flow: Workflow | None) -> bool:
        """Whether the record's own state allows the verb, whoever asks."""
        if flow is not None and self.move and record.state not in flow.moves[self.move].start:
            return False
        return self.when is None or bool(self.when(record))


def offered(buttons: Iterable[Button], record: Any, person: Any, flow: Workflow | None) -> list[Button]:
    """The buttons for one record: its state allows the verb, and it lies within the person's right."""
    found, known = [], {}
    for button in buttons:
        if button.where != "record" or getattr(record, "withdrawn_on", None) or not button.is_open(record, flow):
            continue
        if button.who is not None and not button.who(record, person):
            continue
        if (right := rights.needed(type(record), button.declared.right)) not in known:
            known[right] = lies_within(record, person, right=right)
        if known[right] and rights.has(person, button.declared.right):
            found.append(button)
    return found

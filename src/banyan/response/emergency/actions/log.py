"""Verbs of the command log: entries are added, and corrected by further entries; nothing changes one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import clock
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.emergency.models import Activation, Entry
from banyan.response.emergency.models.activations import told_in_words
from banyan.response.emergency.queries.log import next_number

COMMAND = "emergency.command"


@verb("emergency.log.written", right=COMMAND, title=gettext_lazy("Entry of the command log"))
def write_entry(deed: Deed, *, activation: Activation, kind: str, text: str, at: datetime | None = None) -> Entry:
    """Add an entry to the command log, of now or of a moment before. Refused once the review is closed."""
    demand_open(activation, _("An entry of the command log"))
    return enter(deed, activation, kind=kind, text=text, at=at)


@verb("emergency.log.corrected", right=COMMAND, title=gettext_lazy("Entry of the command log corrected"))
def correct_entry(deed: Deed, *, entry: Entry, text: str) -> Entry:
    """Add an entry that corrects another, which stays as it is."""
    demand_open(entry.activation, _("A correction of the command log"))
    return enter(deed, entry.activation, kind=Entry.Kind.CORRECTION, text=text, corrects=entry)


def enter(
    deed: Deed, activation: Activation, *, text: str, kind: str = Entry.Kind.DEED, at: datetime | None = None,
    corrects: Entry | None = None, told: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """Add an entry to the log within another verb's deed."""
    now = clock.now()
    asked = _("An entry of the command log was to be written.")
    if not text.strip():
        raise Refused(asked, _("It says nothing."), _("Write what was ordered, reported or decided."), code="empty")
    if at is not None and at > now:
        raise Refused(asked, _("Its moment has not come."), _("Enter when it happened."), code="future-day")
    deed.hold()
    number = next_number(activation)
    return deed.add(
        Entry(
            key=f"{activation.pk}.{number}", activation=activation, county_id=activation.county_id,
            is_drill=activation.is_drill, number=number, kind=kind, at=at or now, entered_at=now,
            entered_by=deed.by if getattr(deed.by, "pk", None) else None, text=text.strip(), corrects=corrects,
            told=told,
        )
    )  # fmt: skip


def note(
    deed: Deed, activation: Activation, words: str, *, more: Iterable[str] = (), at: datetime | None = None,
    **given: Any,
) -> None:  # fmt: skip
    """Write what the system says of a deed: `words` in English, marked for translation; `more` as people wrote it.

    The log is in the language of the city, whoever pressed the button in which; pages in another read its parts.
    """
    told = {"words": words, "given": given, "more": [one.strip() for one in more if one.strip()]}
    with translation.override(settings.LANGUAGE_CODE):
        text = told_in_words(told)
    enter(deed, activation, text=text, told=told, at=at)


def demand_open(activation: Activation, what: str) -> None:
    """Refuse what would be added to an activation whose review is closed."""
    if activation.state == "reviewed":
        raise Refused(
            _("%(what)s of %(activation)s was asked for.") % {"what": what, "activation": activation},
            _("Its review is closed."),
            _("Write what came to light since into the next review."),
            code="not-now",
        )


def demand_active(activation: Activation, what: str) -> None:
    """Refuse what only a response under way can do."""
    if activation.state != "active":
        raise Refused(
            _("%(what)s of %(activation)s was asked for.") % {"what": what, "activation": activation},
            _("The response has ended."),
            _("Activate the plan again if it goes on."),
            code="not-now",
        )

"""What is sealed, opened for those who need it; whoever opens it is noted. And the words as a firm may read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit import people, privacy, readings, rights
from banyan.kit.refusals import NotAllowed
from banyan.kit.scope import scoped
from banyan.response.complaints.models import Complaint, Message, Note

PERSONAL = "complaints.personal"
MOST_OF_A_CALLER = 500


@dataclass(frozen=True)
class OpenNote:
    """A note in plain words."""

    note: Note
    by: str
    words: str
    file_name: str


@dataclass(frozen=True)
class Opened:
    """A message in plain words with its photographs and notes."""

    message: Message
    name: str
    telephone: str
    contact: str
    words: str
    photos: list[Any]
    notes: list[OpenNote]


def opened(complaint: Complaint, *, person: Any) -> Opened:
    """All that is sealed of a matter, for one who handles it. The reading is noted. Raises NotAllowed."""
    demand_handler(complaint, person)
    message = complaint.message
    readings.note(person=person, under=subject_of(complaint))
    notes = list(message.notes.filter(withdrawn_on=None).order_by("written_at", "key"))
    names = people.names_of([one.written_by for one in notes if one.written_by])
    return Opened(
        message=message, name=plain(message, "name"), telephone=plain(message, "telephone"),
        contact=plain(message, "contact"), words=plain(message, "words"),
        photos=list(message.photos.filter(withdrawn_on=None)),
        notes=[OpenNote(one, names.get(one.written_by, ""), plain(one, "words"), plain(one, "file_name"))
               for one in notes],
    )  # fmt: skip


def demand_handler(complaint: Complaint, person: Any) -> None:
    """Refuse whoever has no right to the personal data of a matter."""
    rights.demand(person, PERSONAL)
    if not scoped(Complaint, person, right=PERSONAL).filter(pk=complaint.pk).exists():
        raise NotAllowed(
            _("The personal data of %(complaint)s were asked for.") % {"complaint": complaint},
            _("It lies outside your office."),
            _("Ask the office that handles it."),
        )


def subject_of(complaint: Complaint) -> str:
    """The statement under which readings of a matter are noted."""
    return f"{Message.noun}:{complaint.message_id}"


def masked(complaint: Complaint) -> dict[str, str]:
    """Who sent a message, as lists and pages show it: the family name, some digits of the telephone."""
    message = complaint.message
    return {
        "name": privacy.mask(plain(message, "name")), "telephone": privacy.mask_number(plain(message, "telephone")),
    }  # fmt: skip


def messages_by_telephone(number: str) -> list[str]:
    """The keys of the messages that came from a telephone number, the latest first, found by its mark alone."""
    found = Message.objects.filter(mark=privacy.mark_of(number), withdrawn_on=None).order_by("-received_at", "key")
    return list(found.values_list("pk", flat=True)[:MOST_OF_A_CALLER])


def words_for_firm(complaint: Complaint) -> str:
    """What happened, without the sender's name and without numbers and addresses that tell who it was."""
    message = complaint.message
    names = [plain(message, name) for name in ("name", "telephone", "contact")]
    return privacy.screened(plain(message, "words"), names=names)


def plain(record: Any, name: str) -> str:
    """A sealed field in plain words; nothing once it was purged."""
    return privacy.unseal(subject=privacy.subject_of(record), token=getattr(record, name)) or ""


def telling(complaint: Complaint, text: str) -> list[str]:
    """What a text that is to be published tells of the sender: names and numbers that stand in it."""
    message = complaint.message
    own = [plain(message, name).strip() for name in ("name", "telephone", "contact")]
    found = [privacy.mask(one) for one in own if one and one in text]
    return found + ["***"] * (privacy.screened(text) != text)

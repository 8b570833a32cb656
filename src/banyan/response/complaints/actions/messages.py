"""Verbs of messages: taken in by any channel, one or many; a photograph loses its place; who follows gets a secret.

Bulk verb: `file_messages(filings=…)` gives the complaints and reports.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import check_gtin, product_by_gtin
from banyan.kit import bulk, clock, privacy
from banyan.kit.keys import fresh
from banyan.kit.pictures import MOST_BYTES, NoPicture, examined, without_place
from banyan.kit.refusals import Refused
from banyan.kit.texts import legible
from banyan.kit.verbs import Deed, verb
from banyan.response.complaints.models import Complaint, Message, Note, Photo, Track
from banyan.response.complaints.models.complaints import COMPLAINT_FLOW
from banyan.response.complaints.queries import classifying, naming, numbers, public, terms
from banyan.science import text_classes

MOST_WORDS = 5_000
MOST_PHOTOS = 3
PERSONAL = ("name", "telephone", "contact", "words", "mark", "secret")
SECRET_BYTES = 24
SURE = 0.6
"""From this confidence on a suggested class is taken for the matter until a person says otherwise."""


@dataclass
class Filing:
    """A message as it is taken in: what was said by whom, the matter's fields, its tracks, its photographs.

    `key` is that of its first matter where the caller gives one, `ended_on` the day on which another closed it.
    """

    message: Message
    matter: dict[str, Any] = field(default_factory=dict)
    tracks: Sequence[str] = (Track.COMPLAINT,)
    photos: Sequence[Any] = ()
    key: str = ""
    ended_on: date | None = None


class TakenAlready(Refused):
    """A form was sent again; `message` is what was taken of it, `is_same` whether it says the same as then."""

    code = "taken-already"

    def __init__(self, message: Message, *, is_same: bool) -> None:
        self.message, self.is_same = message, is_same
        number = ", ".join(message.tracks.order_by("number").values_list("number", flat=True))
        said = (
            _("This form was sent before and was taken as number %(number)s."),
            _("Nothing is lost and nothing needs to be sent. Its secret address stands on the page that was shown "
              "then and cannot be told again; without it, ask by telephone with the number."),
        ) if is_same else (
            _("This form was sent before and was taken as number %(number)s; what it says now is different."),
            _("Press “Send” once more if this is to be a message of its own. All that you wrote is kept here."),
        )  # fmt: skip
        super().__init__(_("A message was to be sent."), said[0] % {"number": number}, said[1])


@verb("complaints.message.filed", right="complaints.enter", title=gettext_lazy("Message taken in"))
def file_message(deed: Deed, *, filing: Filing) -> Complaint:
    """Take in one message. Gives its complaint or, where it is a report alone, its report, with the secret told once.

    Where the message brings its key and its secret, it is taken once: whoever sends it again gets TakenAlready.
    Raises Refused for words that are missing or too long, a wrong bar code, and a file that is no picture we keep.
    """
    complaint = _file(deed, [filing], _examined(filing))[0]
    complaint.told_once = _("Told this once: number %(number)s; the sender follows it under %(address)s") % {
        "number": complaint.number, "address": reverse("complaint:progress", args=[complaint.token]),
    }  # fmt: skip
    return complaint


@verb("complaints.messages.filed", right="complaints.enter", title=gettext_lazy("Messages taken in"))
def file_messages(deed: Deed, *, filings: Sequence[Filing]) -> list[Complaint]:
    """Take in many messages, such as a file of a line; they come without photographs."""
    return _file(deed, filings, [])


@verb("complaints.messages.withdrawn", right="complaints.handle", title=gettext_lazy("Messages withdrawn"))
def withdraw_messages(deed: Deed, *, complaints: Sequence[Complaint]) -> Sequence[Complaint]:
    """Withdraw matters that were taken in by mistake, and destroy what tells who sent them and what they said."""
    terms.demand_reason(deed.reason, _("Withdrawing messages"))
    for one in complaints:
        one.withdrawn_on, one.withdrawn_reason = deed.on, deed.reason
        terms.stop_clock(one)
    deed.save_many(complaints, "withdrawn_on", "withdrawn_reason", *terms.CLOCK)
    others = Complaint.objects.filter(withdrawn_on=None).values("message")
    alone = Message.objects.filter(pk__in=[one.message_id for one in complaints], purged_on=None)
    destroy(deed, list(alone.exclude(pk__in=others)))
    return complaints


def destroy(deed: Deed, messages: Sequence[Message]) -> None:
    """Make who sent messages, their words, photographs and notes unreadable, within another verb's deed."""
    keys = [one.pk for one in messages]
    notes = list(Note.objects.filter(message__in=keys))
    photos = list(Photo.objects.filter(message__in=keys))
    for record in (*messages, *notes):
        privacy.purge(subject=privacy.subject_of(record))
    for file in (*(one.file for one in photos), *(one.file for one in notes if one.file)):
        file.storage.delete(file.name)
    for message in messages:
        for name in PERSONAL:
            setattr(message, name, "")
        message.purged_on = deed.on
    for note in notes:
        note.words = note.file_name = ""
        note.withdrawn_on, note.withdrawn_reason = deed.on, deed.reason
    for photo in photos:
        photo.withdrawn_on, photo.withdrawn_reason = deed.on, deed.reason
    deed.save_many(messages, *PERSONAL, "purged_on")
    deed.save_many(notes, "words", "file_name", "withdrawn_on", "withdrawn_reason")
    deed.save_many(photos, "withdrawn_on", "withdrawn_reason")


@verb("complaints.note.written", right="complaints.handle", title=gettext_lazy("Note written"))
def write_note(deed: Deed, *, complaint: Complaint, words: str, file: Any = None) -> Note:
    """Note something for colleagues, with a file if there is one. Neither side of the matter ever sees it."""
    note = Note(
        key=fresh("cn"), message_id=complaint.message_id, written_at=clock.now(), written_by=deed.by.username,
        words=_demand_words(words),
    )  # fmt: skip
    if file:
        content = _read(file)
        note.file_name, note.digest = str(file.name)[-160:], hashlib.sha256(content).hexdigest()
        _keep(note.file, note, content)
    return deed.add(note)


def add_words(deed: Deed, complaint: Complaint, words: str) -> Note:
    """Keep what the sender adds later, within another verb's deed."""
    note = Note(
        key=fresh("cn"), message_id=complaint.message_id, written_at=clock.now(), is_of_sender=True,
        words=_demand_words(words),
    )  # fmt: skip
    return deed.add(note)


def _file(deed: Deed, filings: Sequence[Filing], pictures: list[tuple[Any, bytes]]) -> list[Complaint]:
    if not filings:
        return []
    deed.hold()
    demand_not_taken(messages=[one.message for one in filings])
    messages = [_prepared(deed, one) for one in filings]
    texts = [f"{one.matter.get('product_name', '')} {one.message.words}" for one in filings]
    guesses = _Guessing(deed).of(texts, filings)
    asked = Counter(track for filing in filings for track in filing.tracks)
    given = {track: iter(numbers.next_numbers(track, count, on=deed.on)) for track, count in asked.items()}
    prints = [f"{text_classes.fingerprint(one.message.words):016x}" for one in filings]
    make = bulk.maker(Complaint)
    complaints = []
    for filing, message, guessed, mark in zip(filings, messages, guesses, prints, strict=True):
        for place, track in enumerate(filing.tracks):
            complaint = make(
                key=(filing.key if not place else "") or fresh("cc"), number=next(given[track]), track=str(track),
                message_id=message.pk, channel=message.channel,
                received_on=message.received_on, is_real_name=bool(message.name), prints=mark,
                clerks=[deed.by.username], **guessed,
            )  # fmt: skip
            terms.run_clock(complaint, terms.first_term(track), start=complaint.received_on)
            complaint.accept_by = complaint.due_on
            if filing.ended_on:
                _closed_elsewhere(complaint, filing.ended_on)
            complaints.append(complaint)
    deed.add_many(messages)
    deed.add_many(complaints)
    deed.add_many(_photos(messages[0], pictures))
    first = {one.message_id: one for one in reversed(complaints)}
    for message in messages:
        first[message.pk].token = message.token
    return [first[message.pk] for message in messages] if len(complaints) == len(messages) else complaints


def demand_not_taken(*, messages: Sequence[Message]) -> None:
    """Raise TakenAlready for a message that brings its key and its secret and was taken in before.

    In a deed that holds, nobody else takes anything in until it is done; before one it spares whoever sends it again
    what is asked of new messages only.
    """
    secrets_of = {one.pk: public.hash_of(one.token) for one in messages if one.token}
    if secrets_of and (earlier := Message.objects.filter(pk__in=list(secrets_of)).first()):
        raise TakenAlready(earlier, is_same=secrets_of[earlier.pk] == earlier.secret)


def _closed_elsewhere(complaint: Complaint, on: date) -> None:
    """A matter that another office had closed when it came: no term runs, and how it ended was not told."""
    terms.stop_clock(complaint)
    complaint.state, complaint.ended_on, complaint.told_on = "closed", on, on


class _Guessing:
    """Fills in what a message does not say of itself: product and firm by bar code, class, place, subject, office."""

    def __init__(self, deed: Deed) -> None:
        self.on = deed.on
        self.product, self.place = classifying.product_finder(), classifying.place_finder()
        self.by_city = naming.handled_by_city(on=deed.on)
        city, queue = naming.the_city(), naming.the_queue()
        self.city, self.queue = city.pk if city else None, queue.pk if queue else None

    def of(self, texts: Sequence[str], filings: Sequence[Filing]) -> list[dict[str, Any]]:
        found = classifying.subjects_of(texts, on=self.on)
        return [self._of(*one) for one in zip(texts, filings, found, strict=True)]

    def _of(self, text: str, filing: Filing, subject: classifying.Guess) -> dict[str, Any]:
        given = {name: value for name, value in filing.matter.items() if value not in (None, "")}
        guesses = {"subject": subject, "product": self.product(text), "place": self.place(text)}
        if code := given.get("gtin"):
            given["gtin"] = check_gtin(str(code)).zfill(14)
            if product := product_by_gtin(gtin=given["gtin"]):
                given.setdefault("product_id", product.pk)
                given.setdefault("product_name", product.name)
                given.setdefault("product_class_id", product.product_class_id)
        for name, guess in (("subject", subject), ("product_class_id", guesses["product"]),
                            ("county_id", guesses["place"])):  # fmt: skip
            if guess.confidence >= SURE:
                given.setdefault(name, guess.key)
        given["guesses"] = {name: [one.key, one.confidence] for name, one in guesses.items() if one.key}
        office = given.get("office_id") or naming.office_of(
            subject=given.get("subject", ""), county=given.get("county_id"), city=self.city, by_city=self.by_city
        )
        given["state"] = "routed" if office else "received"
        given["office_id"] = office or self.queue  # somebody must see it while its clock runs
        return given


def _prepared(deed: Deed, filing: Filing) -> Any:
    message = filing.message
    message.words = _demand_words(message.words)
    message.key = message.key or fresh("cm")
    message.received_at = message.received_at or clock.now()
    message.received_on = min(message.received_at.astimezone(clock.zone()).date(), deed.on)
    message.token = message.token or secrets.token_urlsafe(SECRET_BYTES)
    message.secret, message.mark = public.hash_of(message.token), privacy.mark_of(message.telephone)
    if not filing.tracks:
        raise Refused(
            _("A message was to be taken in."),
            _("It is neither a complaint nor a report."),
            _("Choose one, or both."),
            str(COMPLAINT_FLOW.written),
            code="track-missing",
        )
    return message


def _demand_words(words: str) -> str:
    words = legible(words).strip()
    asked = _("Words were to be kept.")
    if not words:
        raise Refused(asked, _("Nothing is said."), _("Say what happened, in a few sentences."), code="words-missing")
    if len(words) > MOST_WORDS:
        raise Refused(
            asked,
            _("They have %(count)d characters; %(most)d are taken.") % {"count": len(words), "most": MOST_WORDS},
            _("Say it shorter, and add the rest as a photograph or later."),
            code="words-too-long",
        )
    return words


def _read(file: Any) -> bytes:
    if file.size > MOST_BYTES:
        raise NoPicture(
            _("The file “%(name)s” was handed in.") % {"name": str(file.name)[-60:]},
            _("It has %(size)d MB; %(most)d are taken.") % {"size": file.size // 2**20, "most": MOST_BYTES // 2**20},
            _("Hand in a smaller copy."),
            code="file-too-large",
        )
    content: bytes = file.read()
    return content


def _examined(filing: Filing) -> list[tuple[Any, bytes]]:
    if len(filing.photos) > MOST_PHOTOS:
        raise Refused(
            _("%(count)d photographs were handed in.") % {"count": len(filing.photos)},
            _("%(most)d are taken.") % {"most": MOST_PHOTOS},
            _("Choose those that show it best."),
            code="too-many-photographs",
        )
    found = []
    for photo in filing.photos:
        content = _read(photo)
        found.append((examined(content, name=str(photo.name)[-60:]), without_place(content)))
    return found


def _photos(message: Message, pictures: list[tuple[Any, bytes]]) -> list[Photo]:
    photos = []
    for picture, content in pictures:
        digest = hashlib.sha256(content).hexdigest()
        photo = Photo(key=fresh("cp"), message=message, digest=digest, media_type=picture.media_type)
        _keep(photo.file, message, content)
        photos.append(photo)
    return photos


def _keep(field: Any, subject: Any, content: bytes) -> None:
    """Keep a file sealed under the key of the record that it belongs to, so that it ends with it."""
    sealed = privacy.sealed_content(subject=privacy.subject_of(subject), content=content)
    field.save(f"{fresh('cf')}.sealed", ContentFile(sealed), save=False)

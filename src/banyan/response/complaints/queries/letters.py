"""Letters of complaints and reports, to whoever sent the message and to the firm, each as the matter stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from banyan.kit.documents import FORMS, Document, Pairs, Paragraph, Signatures
from banyan.response.complaints.models import Complaint, Track
from banyan.response.complaints.queries import naming, opening, terms


@dataclass(frozen=True)
class Letter:
    """A letter: its title, on which condition there is one, what it says beside the matter, the term it cites."""

    title: Any
    when: Callable[[Complaint], object]
    says: Callable[[Complaint], tuple[list[tuple[str, Any]], list[str]]]
    term: str
    is_to_sender: bool = True


def _accepted(one: Complaint) -> tuple[list[tuple[str, Any]], list[str]]:
    return [(_("Accepted on"), one.accepted_on), (_("Mediation ends by"), one.mediate_by)], [
        _("Your complaint is accepted. The authority mediates between you and the firm; you may end it at any time.")
    ]


def _refused(one: Complaint) -> tuple[list[tuple[str, Any]], list[str]]:
    ground = naming.ground_in_words(one.ground, on=one.received_on)
    return [(_("Decided on"), one.ended_on), (_("Ground"), ground)], [
        _("Your complaint is not accepted, on the ground above."), one.decision,
    ]  # fmt: skip


def _materials(one: Complaint) -> tuple[list[tuple[str, Any]], list[str]]:
    return [(_("Asked on"), one.stopped_on)], [
        _("Something is missing before it can be decided whether your complaint is accepted:"), one.decision,
        _("Until it comes the term of the authority stands still."),
    ]  # fmt: skip


def _ended(one: Complaint) -> tuple[list[tuple[str, Any]], list[str]]:
    said = {
        "settled": _("You and the firm have come to an agreement."),
        "failed": _("No agreement was reached; the mediation has ended. You may go to arbitration or to court."),
        "given_up": _("You took the complaint back."),
    }.get(one.outcome, "")
    return [(_("Ended on"), one.ended_on)], [said, one.decision, _("If it is not solved, say so on your page.")]


def _checked(one: Complaint) -> tuple[list[tuple[str, Any]], list[str]]:
    said = _("A case was filed.") if one.outcome == "filed" else _("No case was filed.")
    return [(_("Decided on"), one.ended_on), (_("Case"), one.case_number)], [said, one.decision]


def _sent_to_firm(one: Complaint) -> tuple[list[tuple[str, Any]], list[str]]:
    return [(_("Sent on"), one.sent_to_firm_on), (_("Answer by"), one.answer_by)], [
        _("A consumer complains of the matter below. Answer by the day above what you found and what you offer."),
        opening.words_for_firm(one),
    ]  # fmt: skip


def _mediated(one: Complaint) -> tuple[list[tuple[str, Any]], list[str]]:
    return [(_("Accepted on"), one.accepted_on), (_("Mediation ends by"), one.mediate_by)], [
        _("The authority mediates in the matter below. Tell it whether you take part, and what you offer."),
        opening.words_for_firm(one),
    ]  # fmt: skip


def _copied(one: Complaint) -> tuple[list[tuple[str, Any]], list[str]]:
    return [(_("Sent on"), one.copied_on), (_("Comment by"), one.comment_by)], [
        _("This is to be published. You may comment until the day above; the comment is published with it."),
        one.public_words,
    ]  # fmt: skip


def _is_complaint(one: Complaint) -> bool:
    return one.track == Track.COMPLAINT


LETTERS: Mapping[str, Letter] = {
    "accepted": Letter(gettext_lazy("Notice that a complaint is accepted"), lambda one: one.accepted_on, _accepted,
                       terms.ACCEPT),
    "not-accepted": Letter(gettext_lazy("Notice that a complaint is not accepted"),
                           lambda one: one.outcome == "refused", _refused, terms.ACCEPT),
    "materials": Letter(gettext_lazy("Notice of what is missing"), lambda one: one.state == "supplement", _materials,
                        terms.ACCEPT),
    "end": Letter(gettext_lazy("Notice of the end of a complaint"),
                  lambda one: one.ended_on and one.outcome in ("settled", "failed", "given_up"), _ended,
                  terms.END_NOTICE),
    "report": Letter(gettext_lazy("Notice of what became of a report"),
                     lambda one: one.ended_on and one.outcome in ("filed", "not_filed"), _checked,
                     terms.REPORT_NOTICE),
    "to-firm": Letter(gettext_lazy("Complaint sent to the firm"),
                      lambda one: _is_complaint(one) and one.sent_to_firm_on, _sent_to_firm, terms.FIRM_ANSWERS,
                      False),
    "mediation": Letter(gettext_lazy("Notice of mediation to the firm"),
                        lambda one: _is_complaint(one) and one.accepted_on and one.shown_to_id, _mediated,
                        terms.MEDIATE, False),
    "copy": Letter(gettext_lazy("Copy before publication"), lambda one: one.copied_on, _copied, terms.FIRM_COMMENTS,
                   False),
}  # fmt: skip
"""Every letter by its name in addresses."""


def letters_of(complaint: Complaint, *, to_sender: bool) -> list[tuple[str, str]]:
    """The letters that can be written in a matter as it stands: (name in addresses, title).

    Those to the sender bear who that is, so they are left out unless asked for.
    """
    return [
        (name, str(letter.title))
        for name, letter in LETTERS.items()
        if (to_sender or not letter.is_to_sender) and letter.when(complaint)
    ]


def written(name: str, complaint: Complaint, *, form: str) -> tuple[bytes, str]:
    """A letter as a file, with its media type, in the language that is active. To the sender it opens who that is."""
    write, media_type = FORMS[form]
    return write(_document(LETTERS[name], complaint)), media_type


def _document(letter: Letter, one: Complaint) -> Document:
    pairs, paragraphs = letter.says(one)
    to = _addressed(one) if letter.is_to_sender else [(pgettext("letter", "To"), str(one.firm or one.firm_name))]
    matter = [
        *to, (_("Number"), one.number), (_("Received on"), one.received_on), (_("Product"), one.product_name),
        (_("Firm complained of"), str(one.firm or one.firm_name)), *pairs,
    ]  # fmt: skip
    cited = terms.written(one, letter.term)
    return Document(
        title=str(letter.title),
        number=_("No. %(number)s") % {"number": one.number},
        foot=f"{one.office or ''}",
        language="en" if (get_language() or "").startswith("en") else "zh",
        blocks=[
            Pairs([(name, str(value)) for name, value in matter if value not in ("", None)]),
            *(Paragraph(text) for text in paragraphs if text),
            *([Paragraph(_("Written in: %(where)s.") % {"where": cited}, True)] if cited else []),
            Signatures([_("Received by"), _("For the authority")]),
        ],
    )


def _addressed(one: Complaint) -> list[tuple[str, str]]:
    name, contact = (opening.plain(one.message, field) for field in ("name", "contact"))
    return [(pgettext("letter", "To"), name or _("whoever sent it, without a name")), (_("Address"), contact)]

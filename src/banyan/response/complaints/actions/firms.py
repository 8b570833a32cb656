"""Verbs of the firm's part: it answers first, its term may pass, its offer is taken or not; copy, comment, public.

Bulk verbs: `lapse_firms(complaints=…)`, `publish_complaints(complaints=…)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.complaints.actions.handling import ENDING, demand_track, end
from banyan.response.complaints.actions.messages import add_words
from banyan.response.complaints.models import COMPLAINT_FLOW, Complaint, Track
from banyan.response.complaints.queries import opening, terms

HANDLE, ANSWER, PUBLISH = "complaints.handle", "complaints.answer", "complaints.publish"
SHOWING = ("shown_to", "sent_to_firm_on", "answer_by")


@verb("complaints.firm.asked", right=HANDLE)
def offer_to_firm(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Let the firm answer first, in its own pages, by a day. The authority's own clock runs on."""
    demand_track(complaint, Track.COMPLAINT)
    _demand_firm(complaint)
    COMPLAINT_FLOW.move(complaint, "offer_to_firm")
    found = terms.due(complaint, terms.FIRM_ANSWERS, start=deed.on)
    complaint.shown_to, complaint.sent_to_firm_on = complaint.firm, deed.on
    complaint.answer_by, complaint.is_lapsed = found.on if found else None, False
    return deed.save(complaint, "state", "is_lapsed", *SHOWING)


@verb("complaints.firm.answered", right=ANSWER)
def answer(deed: Deed, *, complaint: Complaint, answer: str) -> Complaint:
    """Answer a complaint as the firm: what it says and what it offers."""
    COMPLAINT_FLOW.move(complaint, "answer")
    if not answer.strip():
        raise Refused(
            _("An answer to %(complaint)s was to be given.") % {"complaint": complaint},
            _("It says nothing."),
            _("Write what you found and what you offer."),
            code="words-missing",
        )
    complaint.answer, complaint.answered_on = answer.strip(), deed.on
    return deed.save(complaint, "state", "answer", "answered_on")


@verb("complaints.firms.lapsed", right=HANDLE, title=gettext_lazy("Firm did not answer in time"))
def lapse_firms(deed: Deed, *, complaints: Sequence[Complaint]) -> Sequence[Complaint]:
    """Record that firms let their term pass: the authority goes on."""
    for complaint in complaints:
        COMPLAINT_FLOW.demand(complaint, "lapse")
        if complaint.answer_by and deed.on <= complaint.answer_by:
            raise Refused(
                _("Going on with %(complaint)s without the firm was asked for.") % {"complaint": complaint},
                _("The firm may answer until %(day)s.") % {"day": complaint.answer_by},
                _("Wait for that day."),
                terms.written(complaint, terms.FIRM_ANSWERS),
                code="term-runs",
            )
        COMPLAINT_FLOW.move(complaint, "lapse")
        complaint.is_lapsed = True
    deed.save_many(complaints, "state", "is_lapsed")
    return complaints


@verb("complaints.offer.accepted", right=HANDLE, title=gettext_lazy("Offer of the firm accepted"))
def accept_offer(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Record that the sender is content with what the firm offers: settled between the two."""
    end(deed, complaint, "accept_offer")
    complaint.is_settled_by_firm = True
    return deed.save(complaint, "is_settled_by_firm", *ENDING)


@verb("complaints.offer.declined", right=HANDLE, title=gettext_lazy("Offer of the firm declined"))
def decline_offer(deed: Deed, *, complaint: Complaint, words: str = "") -> Complaint:
    """Record that the sender does not take what the firm offers: the authority goes on."""
    COMPLAINT_FLOW.move(complaint, "decline_offer")
    if words.strip():
        add_words(deed, complaint, words)
    return deed.save(complaint, "state")


# ---------------------------------------------------------------- publication


@verb("complaints.copy.sent", right=PUBLISH, title=gettext_lazy("Copy sent to the firm"))
def send_copy(deed: Deed, *, complaint: Complaint, public_words: str) -> Complaint:
    """Send the firm a copy of what is to be published; it may comment by a day. Refused where it tells the sender."""
    demand_track(complaint, Track.COMPLAINT)
    _demand_firm(complaint)
    asked = _("Sending the firm a copy of %(complaint)s was asked for.") % {"complaint": complaint}
    if complaint.state != "closed" or complaint.published_on:
        raise Refused(asked, _("It is not closed, or it is public already."), _("Close it first."), code="not-closed")
    if not public_words.strip():
        raise Refused(asked, _("Nothing is to be published."), _("Write it in two sentences."), code="words-missing")
    if told := opening.telling(complaint, public_words):
        raise Refused(
            asked,
            _("The words tell who the sender is: %(told)s.") % {"told": ", ".join(told)},
            _("Leave names, numbers and addresses out."),
            code="tells-sender",
        )
    found = terms.due(complaint, terms.FIRM_COMMENTS, start=deed.on)
    complaint.public_words, complaint.copied_on = public_words.strip(), deed.on
    complaint.shown_to, complaint.comment_by = complaint.firm, found.on if found else None
    return deed.save(complaint, "public_words", "copied_on", "shown_to", "comment_by")


@verb("complaints.firm.commented", right=ANSWER, title=gettext_lazy("Firm commented"))
def comment(deed: Deed, *, complaint: Complaint, comment: str) -> Complaint:
    """Comment as the firm on what is to be published. Refused once its term is over or it is public."""
    asked = _("A comment on %(complaint)s was to be given.") % {"complaint": complaint}
    if complaint.copied_on is None or complaint.published_on or (
        complaint.comment_by and deed.on > complaint.comment_by
    ):  # fmt: skip
        raise Refused(
            asked,
            _("No copy was sent, or the term ended, or it is public already."),
            _("Ask the office that handles it."),
            terms.written(complaint, terms.FIRM_COMMENTS),
            code="comment-late",
        )
    if not comment.strip():
        raise Refused(asked, _("It says nothing."), _("Write what the public should know."), code="words-missing")
    complaint.comment, complaint.commented_on = comment.strip(), deed.on
    return deed.save(complaint, "comment", "commented_on")


@verb("complaints.published", right=PUBLISH, title=gettext_lazy("Published"))
def publish_complaints(deed: Deed, *, complaints: Sequence[Complaint]) -> Sequence[Complaint]:
    """Publish closed complaints of which the firm got a copy, once it has commented or its term is over."""
    for complaint in complaints:
        if prevents := _unpublishable(complaint, on=deed.on):
            raise Refused(
                _("Publishing %(complaint)s was asked for.") % {"complaint": complaint},
                prevents,
                _("Close it, send the firm its copy, and wait for the comment or the end of the term."),
                terms.written(complaint, terms.FIRM_COMMENTS),
                code="not-publishable",
            )
        complaint.published_on, complaint.unpublished_on = deed.on, None
    deed.save_many(complaints, "published_on", "unpublished_on")
    return complaints


def _unpublishable(complaint: Complaint, *, on: date) -> str:
    """What prevents that a complaint is published; nothing where it may be."""
    if complaint.state != "closed":
        return _("It is not closed.")
    if complaint.copied_on is None:
        return _("The firm got no copy of what is to be published.")
    if complaint.commented_on is None and complaint.comment_by and on <= complaint.comment_by:
        return _("The firm may still comment until %(day)s.") % {"day": complaint.comment_by}
    return ""


@verb("complaints.unpublished", right=PUBLISH, title=gettext_lazy("Taken back from the public"))
def unpublish_complaint(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Take a published complaint back, with the reason: it is public no more."""
    terms.demand_reason(deed.reason, _("Taking a published complaint back"))
    complaint.unpublished_on = deed.on
    return deed.save(complaint, "unpublished_on")


def _demand_firm(complaint: Complaint) -> None:
    if complaint.firm_id is None:
        raise Refused(
            _("Turning to the firm about %(complaint)s was asked for.") % {"complaint": complaint},
            _("No registered firm is named."),
            _("Say which firm it is, or go on without it."),
            code="firm-missing",
        )

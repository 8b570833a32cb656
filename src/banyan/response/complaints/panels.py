"""What complaints show on other pages: of a firm with its rates, of a product; the sender, likenesses, work to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.kit import rights
from banyan.kit.documents import FORMS
from banyan.kit.office import Page, Panel, Todo, TodoItem, link
from banyan.kit.scope import scoped
from banyan.response.complaints import queries
from banyan.response.complaints.models import Complaint
from banyan.response.complaints.models.complaints import ENDED, OVER
from banyan.response.complaints.queries import classifying

SHOWN = 8


def complaints_of_firm(organisation: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """A firm's rates of the last two years, and its latest complaints as far as the person may see them."""
    rates = queries.rates_of(organisation, on=on)
    if not rates.received:
        return None
    return {"rates": rates, **_rows(scoped(Complaint, person).filter(firm=organisation, withdrawn_on=None))}


def complaints_of_product(product: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The latest complaints of a product, by its record or its bar code."""
    same = Q(product=product) | (Q(gtin=product.gtin) if product.gtin else Q())
    found = _rows(scoped(Complaint, person).filter(same, withdrawn_on=None))
    return found if found["rows"] else None


def sender(complaint: Complaint, *, person: Any, on: date) -> dict[str, Any] | None:
    """Who sent the message, masked, with the way to the whole; and the other track of the same message."""
    others = scoped(Complaint, person).filter(message=complaint.message_id).exclude(pk=complaint.pk)
    return {
        **queries.masked(complaint), "photos": complaint.message.photos.filter(withdrawn_on=None).count(),
        "notes": complaint.message.notes.filter(withdrawn_on=None).count(),
        "open": reverse("complaints:opened", args=[complaint.pk]),
        "others": [{"complaint": one, "url": link(one)} for one in others[:SHOWN]],
    }  # fmt: skip


def letters(complaint: Complaint, *, person: Any, on: date) -> dict[str, Any] | None:
    """The letters that can be written as the matter stands; those to the sender for those who handle it."""
    handles = rights.has(person, "complaints.personal")
    if not handles and not rights.has(person, "complaints.answer"):
        return None
    rows = [
        {"title": title,
         "files": [(form, reverse("complaints:letter", args=[complaint.pk, name, form])) for form in FORMS]}
        for name, title in queries.letters_of(complaint, to_sender=handles)
    ]  # fmt: skip
    return {"rows": rows} if rows else None


def for_firm(complaint: Complaint, *, person: Any, on: date) -> dict[str, Any] | None:
    """What the firm may read of a complaint that was sent to it."""
    if complaint.shown_to_id is None or rights.has(person, "complaints.personal"):
        return None
    return {"words": queries.words_for_firm(complaint)}


def suggested(complaint: Complaint, *, person: Any, on: date) -> dict[str, Any] | None:
    """What was suggested of a matter that nobody has classified yet, with how sure that is."""
    if complaint.is_classified or not complaint.guesses:
        return None
    rows = classifying.in_words(complaint.guesses)
    return {"rows": rows, "is_learnt": classifying.learned() is not None} if rows else None


def duplicates(complaint: Complaint, *, person: Any, on: date) -> dict[str, Any] | None:
    """The earlier matters that are likely the same."""
    if complaint.state not in ("received", "routed"):
        return None
    found = queries.likely_duplicates(complaint, person=person)
    rows = [
        {"complaint": one.complaint, "url": link(one.complaint), "score": one.score,
         "shares": [str(SHARED[name]) for name in one.shares]}
        for one in found
    ]  # fmt: skip
    return {"rows": rows} if rows else None


SHARED = {
    "words": _("like words"), "firm": _("same firm"), "product": _("same product"), "sender": _("same sender"),
    "days": _("near days"),
}  # fmt: skip


def _rows(found: Any) -> dict[str, Any]:
    rows = list(found.order_by("-received_on", "-key")[: SHOWN + 1])
    return {"rows": [{"complaint": one, "url": link(one)} for one in rows[:SHOWN]], "more": len(rows) > SHOWN}


# ---------------------------------------------------------------- work to do


def late(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What is late within the person's office, oldest term first; read in the order of the terms."""
    rows = Complaint.objects.within(person, on=on).filter(due_on__lt=on, withdrawn_on=None).exclude(state__in=OVER)
    return _items(rows.order_by("due_on", "key")[:limit], on=on)


def to_route(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Messages in the queue of the city that go to no office yet, or that came back from a wrong one."""
    return _items(_soonest(("received",), person=person, on=on, limit=limit), on=on)


def to_handle(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What an office is to accept, mediate or check next, the shortest term first."""
    return _items(_soonest(("routed", "mediation"), person=person, on=on, limit=limit), on=on)


def to_tell(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What has ended and of which the parties are not told yet, which are few at any time."""
    rows = queries.open_complaints().within(person, on=on).filter(state__in=ENDED)
    return _items(rows.order_by("due_on", "key")[:limit], on=on)


def _soonest(states: Sequence[str], *, person: Any, on: date, limit: int) -> list[Complaint]:
    """Of the matters in some states those with the shortest terms.

    Each state is asked by itself, so that an index has them in this order and only what is shown is read.
    """
    rows = Complaint.objects.within(person, on=on).filter(withdrawn_on=None).order_by("due_on", "key")
    found = [one for state in states for one in rows.filter(state=state)[:limit]]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.key))[:limit]


def to_answer(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What a firm is to answer first, or may comment on before it is published."""
    if not any(one.dimension == "organisation" for one in rights.reaches(person, "complaints.answer")):
        return []
    rows = scoped(Complaint, person).filter(
        Q(state="with_firm") | Q(copied_on__isnull=False, published_on=None, commented_on=None, comment_by__gte=on),
        withdrawn_on=None,
    )  # fmt: skip
    return [
        TodoItem(text=str(one), url=link(one), due_on=day, is_overdue=bool(day and day < on))
        for one in rows.order_by("received_on", "key")[:limit]
        for day in [one.answer_by if one.state == "with_firm" else one.comment_by]
    ]


def _items(records: Iterable[Complaint], *, on: date) -> list[TodoItem]:
    return [
        TodoItem(
            text=str(one), url=link(one), due_on=one.due_on, is_overdue=bool(one.due_on and one.due_on < on),
            note=str(one.get_state_display()),
        )
        for one in records
    ]  # fmt: skip


def listed(**filters: Any) -> str:
    """The address of the queue, filtered."""
    return f"{reverse('office:complaints_complaint_changelist')}?{urlencode(filters, doseq=True)}"


PANELS = (
    Panel("registry.organisation", _("Complaints"), "complaints/of_firm.html", complaints_of_firm,
          right="complaints.view", order=28),
    Panel("registry.product", _("Complaints"), "complaints/listed.html", complaints_of_product,
          right="complaints.view", order=28),
    Panel("complaints.complaint", _("Sender"), "complaints/sender.html", sender, right="complaints.personal",
          order=1),
    Panel("complaints.complaint", _("What happened"), "complaints/words.html", for_firm, right="complaints.answer",
          order=2),
    Panel("complaints.complaint", _("Letters"), "office/papers.html", letters, right="complaints.view", order=5),
    Panel("complaints.complaint", _("Likely the same"), "complaints/duplicates.html", duplicates,
          right="complaints.handle", order=3),
    Panel("complaints.complaint", _("Suggested classes"), "complaints/suggested.html", suggested,
          right="complaints.handle", order=4),
)  # fmt: skip

PAGES = (
    Page(_("Form for the public"), "complaint:tell", right="complaints.enter", icon="edit_square", group=_("Work"),
         order=62),
)  # fmt: skip

TODO = (
    Todo(_("Complaints: late"), late, "complaints.view", lambda on: listed(due_on_to=on - timedelta(days=1)),
         order=14),
    Todo(_("Complaints: to answer or comment"), to_answer, "complaints.answer",
         lambda on: listed(state__exact="with_firm"), order=17),
    Todo(_("Complaints: to route"), to_route, "complaints.handle", lambda on: listed(state__exact="received"),
         order=50),
    Todo(_("Complaints: to accept, mediate or check"), to_handle, "complaints.handle",
         lambda on: listed(state__exact=["routed", "mediation"]), order=51),
    Todo(_("Complaints: parties to be told"), to_tell, "complaints.handle",
         lambda on: listed(state__exact=list(ENDED)), order=52),
)  # fmt: skip

"""What lists show on other pages: a firm's listings, the public changes of one with their proofs, work to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.judgement.lists import queries
from banyan.judgement.lists.models import Listing
from banyan.kit.office import Panel, Todo, TodoItem, link
from banyan.kit.scope import scoped

SHOWN = 8
WAITING = ("proposed", "noticed", "hearing", "heard", "approved", "decided", "applied", "accepted")


def of_firm(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The listings of a firm, as far as the person may see them."""
    found = scoped(Listing, person).filter(organisation=record, withdrawn_on=None).order_by("-proposed_on", "key")
    rows = [{"record": one, "url": link(one), "list": queries.title_of(one, on=on)} for one in found[:SHOWN]]
    return {"rows": rows} if rows else None


def in_public(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The public changes of a listing, each with its entry in the public log."""
    changes = queries.changes_of(record)
    if not changes:
        return None
    return {"changes": changes, "is_public": queries.public_listing(record.number, on=on) is not None,
            "number": record.number}  # fmt: skip


def next_steps(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Listings whose next step somebody has to do, the shortest term first."""
    rows = scoped(Listing, person, right="lists.handle").filter(state__in=WAITING, withdrawn_on=None)
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=bool(one.due_on and one.due_on < on),
                 note=str(one.get_state_display()))
        for one in rows.select_related("organisation").order_by("due_on", "key")[:limit]
    ]  # fmt: skip


PANELS = (
    Panel("registry.organisation", _("Lists"), "lists/of_firm.html", of_firm, right="lists.view", order=7),
    Panel("lists.listing", _("In public"), "lists/in_public.html", in_public, right="lists.view", order=5),
)
TODO = (Todo(_("Listings: next steps"), next_steps, "lists.handle", order=19),)

"""Duties: firms' terms pass, what is late goes up a level, work changes hands, personal data end, classes are learnt.

`run_clocks(by=, on=)` is the room's part of the daily flow and may be repeated on a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.kit import terms, titles
from banyan.kit.duties import raise_a_level
from banyan.kit.models import Person
from banyan.kit.people import demand_able
from banyan.kit.verbs import Deed, verb
from banyan.response.complaints import queries
from banyan.response.complaints.actions.firms import lapse_firms
from banyan.response.complaints.actions.learning import learn_from_handlers
from banyan.response.complaints.actions.messages import destroy
from banyan.response.complaints.actions.routing import queue_complaints
from banyan.response.complaints.models import Complaint, Message
from banyan.response.complaints.queries.terms import KEPT_FOR

NOBODYS = titles.by_house(gettext_noop("No office had it."))
FIRM_SILENT = titles.by_house(gettext_noop("The firm's term is over."))

SUPERVISE = "complaints.supervise"


def run_clocks(*, by: Any, on: Any) -> dict[str, int]:
    """Let terms end as the rules say: firms that did not answer, late work, personal data whose time is over."""
    queued = 0
    while found := queries.without_office():  # taken in before the city's queue was their office
        done = queue_complaints(complaints=found, by=by, on=on, reason=NOBODYS)
        queued += done
        if not done:
            break
    silent = list(queries.past_answer(on=on))
    if silent:
        lapse_firms(complaints=silent, by=by, on=on, reason=FIRM_SILENT)
    late = list(queries.late(on=on))
    if late:
        raise_late(complaints=late, by=by, on=on, reason=titles.TERM_IS_OVER)
    years, written = terms.value(KEPT_FOR, on=on)
    purged = 0
    while years is not None and (messages := queries.messages_to_purge(on=on, years=years)):
        reason = _("Closed %(years)s years ago; personal data end (%(written)s).")
        purge_messages(messages=messages, by=by, on=on, reason=reason % {"years": years, "written": written})
        purged += len(messages)
    learnt = learn_from_handlers(on=on)
    return {
        "complaints queued": queued, "firms silent": len(silent), "complaints raised": len(late),
        "messages purged": purged, "subjects learnt from": learnt,
    }  # fmt: skip


@verb("complaints.late.raised", right=SUPERVISE, title=gettext_lazy("Raised a level, being late"))
def raise_late(deed: Deed, *, complaints: Sequence[Complaint]) -> int:
    """Give late matters to the next superior of their office, once per step."""
    raise_a_level(deed, complaints)
    return len(complaints)


@verb("complaints.work.reassigned", right="complaints.reassign")
def reassign(deed: Deed, *, complaints: Sequence[Complaint], to: Person) -> int:
    """Make somebody else answerable for matters."""
    demand_able(to, complaints, on=deed.on)
    for one in complaints:
        one.assignee = to
    deed.save_many(complaints, "assignee")
    return len(complaints)


@verb("complaints.messages.purged", right="complaints.purge", title=gettext_lazy("Personal data purged"))
def purge_messages(deed: Deed, *, messages: Sequence[Message]) -> int:
    """Destroy what tells who sent messages, their words, photographs and notes: unreadable everywhere from now on."""
    destroy(deed, messages)
    return len(messages)

"""Duties: notices stand when nobody objects, what is late goes up a level, and work changes hands.

`run_clocks(by=, on=)` is the room's part of the daily flow and may be repeated on a day. Bulk verbs:
`raise_late(leads=…, inquiries=…, recalls=…)`, `reassign(…, to=person)`, `hand_over_work(person=…, to=person)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from banyan.kit import titles
from banyan.kit.duties import raise_a_level
from banyan.kit.models import Person
from banyan.kit.people import demand_able
from banyan.kit.verbs import Deed, verb
from banyan.response.recall import queries
from banyan.response.recall.actions.recalls import let_notices_stand
from banyan.response.recall.models import Inquiry, Lead, Recall

SUPERVISE = "recall.supervise"


def run_clocks(*, by: Any, on: Any) -> dict[str, int]:
    """Let terms end as the rules say: notices that nobody contested stand, late work goes up a level."""
    standing = list(queries.notices_past_objection(on=on))
    if standing:
        let_notices_stand(recalls=standing, by=by, on=on, reason=titles.OBJECTIONS_ARE_OVER)
    late = {name: list(queries.late(model, on=on)) for name, model in NAMES.items()}
    raised = sum(map(len, late.values()))
    if raised:
        raise_late(**late, by=by, on=on, reason=titles.TERM_IS_OVER)
    return {"notices standing": len(standing), "recalls raised": raised}


NAMES = {"leads": Lead, "inquiries": Inquiry, "recalls": Recall}


@verb("recall.late.raised", right=SUPERVISE, title=gettext_lazy("Raised a level, being late"))
def raise_late(
    deed: Deed, *, leads: Sequence[Lead] = (), inquiries: Sequence[Inquiry] = (), recalls: Sequence[Recall] = ()
) -> int:
    """Give late leads, inquiries and recalls to the next superior of their county, once per step."""
    for rows in (leads, inquiries, recalls):
        raise_a_level(deed, rows)
    return len(leads) + len(inquiries) + len(recalls)


@verb("recall.work.reassigned", right="recall.reassign")
def reassign(
    deed: Deed, *, to: Person, leads: Sequence[Lead] = (), inquiries: Sequence[Inquiry] = (),
    recalls: Sequence[Recall] = (),
) -> int:  # fmt: skip
    """Make somebody else answerable for leads, inquiries and recalls."""
    for rows in (leads, inquiries, recalls):
        _give(deed, rows, to)
    return len(leads) + len(inquiries) + len(recalls)


@verb("recall.work.handed_over", right="recall.reassign")
def hand_over_work(deed: Deed, *, person: Person, to: Person) -> int:
    """Hand all open work of somebody on leave to somebody else."""
    count = 0
    for rows in queries.open_work_of(person).values():
        held = list(rows.within(deed.by, right=deed.right, on=deed.on).order_by("key"))
        _give(deed, held, to)
        count += len(held)
    return count


def _give(deed: Deed, rows: Sequence[Any], to: Person) -> None:
    if not rows:
        return
    demand_able(to, rows, on=deed.on)
    for row in rows:
        row.assignee = to
    deed.save_many(rows, "assignee")

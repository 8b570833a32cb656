"""Late entries: what a lock refused waits whole, and is entered by the verb itself once the period is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.insight.approval.models import LATE_FLOW, Approval, LateEntry
from banyan.kit import calls, keys, privacy, terms, waiting
from banyan.kit.locks import Call, Locked
from banyan.kit.models import Person
from banyan.kit.refusals import Refused
from banyan.kit.rights import System
from banyan.kit.verbs import REGISTRY, Deed, verb


def keep_late(refusal: Locked, call: Call) -> LateEntry:
    """Keep a call that a lock refused, in the name of who made it; everything it was given waits with it."""
    by = call.by if isinstance(call.by, System) else System(call.by.username)  # the verb's own right was enough
    return _keep(approval=refusal.place, call=call, by=by, on=call.on, reason=call.reason)  # type: ignore[no-any-return]


@verb("approval.late_entry.kept", right="approval.approve", title=gettext_lazy("Kept until the period is open"))
def _keep(deed: Deed, *, approval: Approval, call: Call) -> LateEntry:
    known = REGISTRY[call.event]
    return deed.add(  # type: ignore[no-any-return]
        LateEntry(
            key=keys.fresh("l"), approval=approval, event=call.event, subject=str(known.title or call.event)[:240],
            payload=call.told.text, records=call.told.records, files=[waiting.told(file) for file in call.told.files],
            asked_by=call.by.username, is_system=isinstance(call.by, System), asked_on=call.on, reason=call.reason,
        )
    )  # fmt: skip


@verb("approval.late_entry.entered", right="approval.approve", title=gettext_lazy("Late entry entered"))
def enter_late(deed: Deed, *, late: LateEntry) -> LateEntry:
    """Do the verb that waited, as the person who asked for it and on the day it was asked for.

    All that the verb demands is demanded again. Raises `Locked` while a period that it touches is approved.
    """
    LATE_FLOW.move(late, "enter_late")
    text = privacy.unseal(subject=privacy.subject_of(late), token=late.payload)
    by: Any = System(late.asked_by) if late.is_system else Person.objects.filter(username=late.asked_by).first()
    if text is None or by is None:
        raise Refused(
            _("Entering %(late)s was asked for.") % {"late": late},
            _("Who asked for it is no longer known here."),
            _("Decline it, and enter it anew."),
            code="asker-gone",
        )
    known = REGISTRY[late.event]
    reason = late.reason or _("Late entry of %(day)s") % {"day": late.asked_on}
    known.run(by=by, on=late.asked_on, reason=reason, **calls.given(text))
    late.decided_on, late.decision = deed.on, deed.reason
    return deed.save(late, "state", "decided_on", "decision")  # type: ignore[no-any-return]


def decline_all(*, late: Iterable[LateEntry], by: Any, on: date, reason: str) -> int:
    """Decline late entries that wait, whoever may decide on them: what asked for them was taken back; how many."""
    house = System(getattr(by, "username", ""))
    return len([decline_late(late=one, by=house, on=on, reason=reason) for one in late if one.state == "waiting"])


def sweep_files() -> int:
    """Remove the files of late entries that were entered, since the verb has kept its own; how many."""
    names = LateEntry.objects.exclude(state="entered").exclude(files=[]).values_list("files", flat=True)
    return waiting.sweep({one["digest"] for files in names for one in files})


@verb("approval.late_entry.declined", right="approval.approve", title=gettext_lazy("Late entry declined"))
def decline_late(deed: Deed, *, late: LateEntry) -> LateEntry:
    """Decline a late entry, with a reason that its asker can read; what was to be entered stays on record."""
    terms.demand_reason(deed.reason, _("Declining a late entry"))
    LATE_FLOW.move(late, "decline_late")
    late.decided_on, late.decision = deed.on, deed.reason
    return deed.save(late, "state", "decided_on", "decision")  # type: ignore[no-any-return]

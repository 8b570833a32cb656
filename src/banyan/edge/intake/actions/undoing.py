"""Withdraws what an import brought, batch by batch; what has been built upon since is kept and named."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from banyan.base.registry import actions as registry
from banyan.base.registry import queries as registered
from banyan.edge.intake.actions.naming import withdraw_names
from banyan.edge.intake.actions.running import alone, one_at_a_time
from banyan.edge.intake.models import Import, Statement
from banyan.edge.intake.queries.brought import additions_of, brought_by, built_upon, waiting_of
from banyan.insight.approval import actions as approving
from banyan.insight.approval import queries as approval
from banyan.kit import clock
from banyan.kit.rights import System
from banyan.kit.scope import scoped
from banyan.records.equipment import actions as equipment
from banyan.records.equipment.queries import Equipment
from banyan.records.inspection import actions as inspection
from banyan.records.inspection import queries as inspected
from banyan.response.complaints import actions as complaints
from banyan.response.complaints.queries import Complaint
from banyan.response.recall import actions as recall
from banyan.response.recall import queries as recalls

BATCH = 1000
KEPT_SHOWN = 500


def take_back(*, record: Import, by: Any, reason: str) -> Import:
    """Withdraw the records of an import and the items that it added to others; it goes on where it was cut off."""
    with alone(record):
        _decline_what_waits(record, by=by, reason=reason)
        after = ""
        while batch := brought_by(record, after=after, limit=BATCH):
            with transaction.atomic():
                one_at_a_time()
                kept = built_upon(record, batch)
                _withdraw(record, [key for key in batch if key not in kept], by=by, reason=reason)
                record.kept = [*record.kept, *kept.items()][:KEPT_SHOWN]
                record.counts["kept"] = record.counts.get("kept", 0) + len(kept)
                _moved(record)
            after = batch[-1]
        if record.into == Import.Into.INSPECTION:
            _take_additions_back(record, by=by, reason=reason)
            withdraw_names(record, by=System("intake"), on=clock.today(), reason=reason)
    return record


def _decline_what_waits(record: Import, *, by: Any, reason: str) -> None:
    """Decline the late entries of an import, and forget what their rows said: they may come again."""
    with transaction.atomic():
        one_at_a_time()
        for late in waiting_of(record).select_for_update(of=("self",)):
            keys = [one.pk for one in approval.given_of(late).get("samples", ())]
            approving.decline_all(late=[late], by=by, on=clock.today(), reason=reason)
            there = inspected.samples_seen(keys, person=System("intake"))
            said = Statement.objects.filter(record__in=keys, entered_by=record.number)
            said.exclude(content=0, record__in=list(there)).delete()  # a sample that was entered is withdrawn below
            record.counts["declined"] = record.counts.get("declined", 0) + late.records
        _moved(record)


def _withdraw(record: Import, keys: Sequence[str], *, by: Any, reason: str) -> None:
    """Withdraw records, and forget what their rows said, so that the same rows may come again."""
    on = clock.today()
    how = {"by": by, "on": on, "reason": reason}
    if record.into == Import.Into.INSPECTION:
        rows: list[Any] = list(inspected.samples_seen(keys, person=by).values())
        withdraw = partial(inspection.withdraw_samples, samples=rows)
    elif record.into == Import.Into.RECALL:
        rows = list(recalls.leads_of(by).filter(pk__in=keys))
        withdraw = partial(recall.withdraw_leads, leads=rows)
    elif record.into == Import.Into.COMPLAINTS:
        rows = list(scoped(Complaint, by).filter(pk__in=keys, withdrawn_on=None))
        withdraw = partial(complaints.withdraw_messages, complaints=rows)
    elif record.into == Import.Into.EQUIPMENT:
        rows = list(scoped(Equipment, by).filter(pk__in=keys, withdrawn_on=None))
        withdraw = partial(equipment.withdraw_equipment, equipment=rows)
    else:
        rows = list(registered.organisations(person=by, right="registry.edit").filter(pk__in=keys))
        withdraw = partial(registry.withdraw_organisations, organisations=rows)
    if rows:
        withdraw(**how)
    gone = [one.pk for one in rows]
    Statement.objects.filter(record__in=gone).delete()
    record.counts["withdrawn"] = record.counts.get("withdrawn", 0) + len(gone)


def _take_additions_back(record: Import, *, by: Any, reason: str) -> None:
    """Take back the items that the import added to samples of earlier ones."""
    for additions in additions_of(record, size=BATCH):
        with transaction.atomic():
            one_at_a_time()
            free = [one for one in additions if not one.is_built_upon]
            samples = inspected.samples_seen([one.sample for one in free], person=by)
            items = {one.sample: one.items for one in free if one.sample in samples}
            passed = {one.sample for one in free if one.passed_before}
            kept = [[one.sample, _("its result was changed later")] for one in additions if one.is_built_upon]
            record.kept = [*record.kept, *kept][:KEPT_SHOWN]
            if items:
                inspection.retract_items(
                    samples=list(samples.values()), items=items, passed=passed,
                    by=by, on=clock.today(), reason=reason,
                )  # fmt: skip
            Statement.objects.filter(record__in=list(items), entered_by=record.number).delete()
            record.counts["items_taken_back"] = record.counts.get("items_taken_back", 0) + sum(
                map(len, items.values())
            )
            _moved(record)


def _moved(record: Import) -> None:
    record.moved_at = clock.now()
    record.save(update_fields=["counts", "kept", "moved_at"])

"""Verbs on imports: begin, end, and stop one; each is an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Max

from banyan.base.registry import actions as registry
from banyan.base.registry import queries as registered
from banyan.edge.intake.actions.running import Tell, take_in
from banyan.edge.intake.models import FLOW, Import
from banyan.edge.intake.queries.files import Source, Survey, identity_of, survey
from banyan.edge.intake.queries.imports import begun
from banyan.edge.intake.queries.targets import target_of
from banyan.kit import clock, keys, rights
from banyan.kit.verbs import Deed, verb
from banyan.policy.mappings import Mapping

RIGHT = "intake.run"


@verb("intake.import.begun", right=RIGHT)
def begin_import(
    deed: Deed, *, mapping: Mapping, sources: Sequence[Source], rows: int = 0, state: str = "running"
) -> Import:
    """Enter an import of files by a mapping; its rows are taken in afterwards."""
    reaches = rights.reaches(deed.by, RIGHT, on=deed.on)
    everywhere = any(not reach.dimension for reach in reaches)
    last = Import.objects.aggregate(last=Max("number"))["last"] or 0
    record = Import(
        key=keys.fresh("i"), number=last + 1, into=mapping.into,
        mapping=mapping.key, identity=identity_of(sources, mapping), files=[one.described() for one in sources],
        on=deed.on, entered_by=deed.by.username, state=state, rows=rows, begun_at=clock.now(), moved_at=clock.now(),
        office_path="" if everywhere else next((one.path for one in reaches if one.dimension == "region"), ""),
    )  # fmt: skip
    return deed.add(record)


@verb("intake.import.finished", right=RIGHT)
def finish_import(deed: Deed, *, record: Import) -> Import:
    """Record that all rows of an import were read."""
    FLOW.move(record, "finish_import")
    record.finished_at = clock.now()
    return deed.save(record, "state", "finished_at")


def import_files(
    *, mapping: Mapping, sources: Sequence[Source], by: Any, on: date,
    surveyed: Callable[[Survey], None] | None = None, tell: Tell | None = None,
) -> Import:  # fmt: skip
    """
    Take files in from the first row to the last, or go on with the same files where an earlier try was cut off.

    Raises FormRefused or SheetRefused before anything is written where a file does not fit as a whole.
    """
    target_of(mapping, by=by, on=on)
    record = begun(identity=identity_of(sources, mapping))
    found = survey(sources, mapping, on=record.on if record else on)
    if surveyed:
        surveyed(found)
    if not registered.counties():
        registry.load_reference(by=rights.System("intake"), on=on)
    if record is None:
        record = begin_import(mapping=mapping, sources=sources, rows=found.rows, by=by, on=on)
    elif tell:
        tell(record.counts)
    record = take_in(record=record, sources=sources, mapping=mapping, columns=found.columns, by=by, tell=tell)
    return finish_import(record=record, by=by, on=on)

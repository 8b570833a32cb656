"""Verbs on imports: begin, confirm, stop, go on, undo, end; each is an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan.base.registry import actions as registry
from banyan.base.registry import queries as registered
from banyan.edge.intake.actions.naming import match_imported
from banyan.edge.intake.actions.running import Tell, forget_files, one_at_a_time, take_in
from banyan.edge.intake.models import FLOW, Import, nothing_counted
from banyan.edge.intake.queries.files import Source, Survey, identity_of, survey
from banyan.edge.intake.queries.imports import begun
from banyan.edge.intake.queries.targets import UNDOING, target_of
from banyan.kit import Refused, clock, keys, rights
from banyan.kit.verbs import Deed, verb
from banyan.policy.mappings import Mapping

RIGHT = "intake.run"


@verb("intake.import.begun", right=RIGHT, title=gettext_lazy("Import begun: file uploaded"))
def begin_import(
    deed: Deed, *, mapping: Mapping, sources: Sequence[Source], rows: int = 0, state: str = "running", key: str = ""
) -> Import:
    """Enter an import of files by a mapping; its rows are taken in afterwards."""
    one_at_a_time()  # numbers follow each other
    reaches = rights.reaches(deed.by, RIGHT, on=deed.on)
    everywhere = any(not reach.dimension for reach in reaches)
    last = Import.objects.aggregate(last=Max("number"))["last"] or 0
    record = Import(
        key=key or keys.fresh("i"), number=last + 1, into=mapping.into,
        mapping=mapping.key, identity=identity_of(sources, mapping), files=[one.described() for one in sources],
        on=deed.on, entered_by=deed.by.username, asked_by=deed.by.username, language=get_language() or "",
        state=state, rows=rows, begun_at=clock.now(), moved_at=clock.now(),
        office_path="" if everywhere else next((one.path for one in reaches if one.dimension == "region"), ""),
    )  # fmt: skip
    return deed.add(record)


@verb("intake.import.checked", right=RIGHT, title=gettext_lazy("Import checked"))
def check_import(deed: Deed, *, record: Import) -> Import:
    """Record that all rows were tried; nothing was entered, and the person now decides."""
    FLOW.move(record, "check_import")
    return deed.save(record, "state")


@verb("intake.import.confirmed", right=RIGHT, title=gettext_lazy("Import confirmed"))
def confirm_import(deed: Deed, *, record: Import) -> Import:
    """Let the background worker take the rows in. Raises Refused where no row would be accepted."""
    FLOW.demand(record, "confirm_import")
    if not record.found.get("counts", {}).get("accepted"):
        raise Refused(
            _("Import %(number)s was to be taken in.") % {"number": record.number},
            _("None of its rows would be accepted."),
            _("Mend the rows by the list of what is refused, and upload the file again."),
            code="nothing-to-take-in",
        )
    record.counts, record.position = nothing_counted(), []
    return _moved(deed, record, "confirm_import", "counts", "position")


@verb("intake.import.cancelled", right=RIGHT, title=gettext_lazy("Import cancelled"))
def cancel_import(deed: Deed, *, record: Import) -> Import:
    """Give an import up of which nothing was taken in. Raises Refused where something was."""
    FLOW.demand(record, "cancel_import")
    if record.position:
        raise Refused(
            _("Import %(number)s was to be cancelled.") % {"number": record.number},
            _("Some of its rows were taken in already."),
            _("Undo it instead; that withdraws what it brought."),
            code="begun-already",
        )
    transaction.on_commit(lambda: forget_files(record))
    return _moved(deed, record, "cancel_import")


@verb("intake.import.stopped", right=RIGHT, title=gettext_lazy("Import stopped by a fault"))
def stop_import(deed: Deed, *, record: Import) -> Import:
    """Stop an import after the batch at hand; what was taken in stays, and it can go on later."""
    return _moved(deed, record, "stop_import")


@verb("intake.import.resumed", right=RIGHT, title=gettext_lazy("Import resumed"))
def resume_import(deed: Deed, *, record: Import) -> Import:
    """Let a stopped import go on from where it was."""
    FLOW.move(record, "resume_import", "running" if record.found or record.position else "checking")
    record.trouble, record.asked_by = "", deed.by.username
    return deed.save(record, "state", "trouble", "asked_by")


@verb("intake.import.undoing_begun", right=RIGHT, title=gettext_lazy("Undoing of an import begun"))
def undo_import(deed: Deed, *, record: Import) -> Import:
    """Withdraw what an import brought, with a reason. What has been built upon since is kept and named."""
    rights.demand(deed.by, UNDOING[record.into], on=deed.on)
    if not deed.reason.strip():
        raise Refused(
            _("Import %(number)s was to be undone.") % {"number": record.number},
            _("No reason was given."),
            _("Say why; the reason stays with every record that is withdrawn."),
            code="reason-needed",
        )
    record.kept = []
    return _moved(deed, record, "undo_import", "kept")


@verb("intake.import.undone", right=RIGHT, title=gettext_lazy("Import undone"))
def finish_undoing(deed: Deed, *, record: Import) -> Import:
    """Record that all that could be withdrawn was."""
    FLOW.move(record, "finish_undoing")
    record.finished_at = clock.now()
    return deed.save(record, "state", "finished_at")


@verb("intake.import.finished", right=RIGHT, title=gettext_lazy("Import finished"))
def finish_import(deed: Deed, *, record: Import) -> Import:
    """Record that all rows of an import were read."""
    FLOW.move(record, "finish_import")
    record.finished_at = clock.now()
    return deed.save(record, "state", "finished_at")


def _moved(deed: Deed, record: Import, name: str, *fields: str) -> Import:
    """The import in its next state, with who asked for it."""
    FLOW.move(record, name)
    record.asked_by, record.moved_at = deed.by.username, clock.now()
    return deed.save(record, "state", "asked_by", "moved_at", *fields)


def load_places(*, on: date) -> None:
    """Load the counties of the packs into a registry that has none, for rows to lie in."""
    if not registered.counties():
        registry.load_reference(by=rights.System("intake"), on=on)


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
    load_places(on=on)
    if record is None:
        record = begin_import(mapping=mapping, sources=sources, rows=found.rows, by=by, on=on)
    elif tell:
        tell(record.counts)
    record = take_in(record=record, sources=sources, mapping=mapping, columns=found.columns, by=by, tell=tell)
    return match_imported(finish_import(record=record, by=by, on=on), on=on)

"""Uploads, and the work on an import in the background: check, take in, undo; it goes on after a kill."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import translation
from django.utils.translation import gettext as _

from banyan.edge.intake.actions import imports
from banyan.edge.intake.actions.checking import try_files
from banyan.edge.intake.actions.naming import match_imported
from banyan.edge.intake.actions.running import UnderWay, folder_of, forget_files, is_worked_at, take_in
from banyan.edge.intake.actions.undoing import take_back
from banyan.edge.intake.models import Import
from banyan.edge.intake.queries.files import FormRefused, Source, mapping_in_force, recognised, sources_of, survey
from banyan.edge.intake.queries.targets import target_of
from banyan.kit import Refused, clock, keys, rights
from banyan.kit.models import Event, Person

UNDER_WAY = ("checking", "running", "undoing")
MOST_FILES = 50
logger = logging.getLogger(__name__)


def upload(*, files: Sequence[UploadedFile], mapping: str, by: Any, on: date) -> Import:
    """
    Keep uploaded files as a new import that is then checked in the background; nothing is entered yet.

    Without the key of a mapping it is told from the columns. Raises FormRefused, SheetRefused and NotAllowed.
    """
    rights.demand(by, imports.RIGHT, on=on)
    if len(files) > MOST_FILES:
        raise FormRefused(
            _("%(count)d files were to be uploaded.") % {"count": len(files)},
            _("At most %(most)d are taken at once.") % {"most": MOST_FILES},
            _("Upload them in several goes."),
        )
    draft = Import(key=keys.fresh("i"))
    folder = folder_of(draft) / "files"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    try:
        sources = [_kept(file, folder / f"{place:03}") for place, file in enumerate(files)]
        rules = mapping_in_force(mapping) if mapping else recognised(sources, on=on)
        target_of(rules, by=by, on=on)
        record = imports.begin_import(mapping=rules, sources=sources, state="checking", key=draft.pk, by=by, on=on)
    except BaseException:
        _forget(folder)
        raise
    enqueue(record)
    return record


def enqueue(record: Import) -> None:
    """Hand an import to the background worker."""
    from banyan.edge.intake.tasks import work_on

    work_on.enqueue(record.pk)


def enqueue_unfinished() -> int:
    """Hand every import that no process works at to the worker again, as after a power failure; how many."""
    waiting = [one for one in Import.objects.filter(state__in=UNDER_WAY) if _is_kept(one) and not is_worked_at(one)]
    for record in waiting:
        enqueue(record)
    return len(waiting)


def go_on(*, key: str) -> Import:
    """Do what an import waits for, as the person who asked for it and in that person's language.

    Gives the import as it is then; what stopped it stands in `trouble`.
    """
    record = Import.objects.get(pk=key)
    by = Person.objects.filter(username=record.asked_by).first() or rights.System("intake")
    with translation.override(record.language or settings.LANGUAGE_CODE):
        try:
            _work(record, by)
        except UnderWay:
            logger.info("import %s is worked at by another process", record.number)
        except Refused as refusal:
            _stopped(record, refusal.sentence, by)
        except Exception:
            logger.exception("import %s failed", record.number)
            _stopped(record, _("This was our mistake; it was logged. Let it go on, or tell the administrator."), by)
            raise
    record.refresh_from_db()
    return record


def _work(record: Import, by: Any) -> None:
    if record.state == "undoing":
        record = take_back(record=record, by=by, reason=_reason_of(record))
        imports.finish_undoing(record=record, by=by, on=clock.today())
        return
    if record.state not in UNDER_WAY:
        return
    sources, mapping = kept_sources(record), mapping_in_force(record.mapping)
    imports.load_places(on=record.on)
    if record.state == "checking":
        if try_files(record=record, sources=sources, mapping=mapping, by=by):
            imports.check_import(record=record, by=by, on=clock.today())
        return
    columns = record.found.get("columns") or survey(sources, mapping, on=record.on).columns
    record = take_in(record=record, sources=sources, mapping=mapping, columns=columns, by=by)
    match_imported(imports.finish_import(record=record, by=by, on=clock.today()), on=clock.today())
    if target_of(mapping, by=by, on=record.on).is_personal:
        forget_files(record)


def kept_sources(record: Import) -> list[Source]:
    """The uploaded files of an import. Raises FormRefused where they are not kept here."""
    folder = folder_of(record) / "files"
    paths = sorted(folder.iterdir()) if folder.exists() else []
    if len(paths) != len(record.files):
        raise FormRefused(
            _("Import %(number)s was to go on.") % {"number": record.number},
            _("Its files were read by the command line and are not kept here."),
            _("Run the same command again; it goes on where it was."),
        )
    return [
        Source(path, file["name"], file["digest"], file["bytes"])
        for path, file in zip(paths, record.files, strict=True)
    ]


def _is_kept(record: Import) -> bool:
    return record.state == "undoing" or (folder_of(record) / "files").exists()


def _kept(file: UploadedFile, path: Path) -> Source:
    with path.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    source = sources_of([path])[0]
    return Source(path, Path(file.name).name, source.digest, source.size)


def _forget(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.parent.rmdir()


def _reason_of(record: Import) -> str:
    """The reason with which undoing was asked for."""
    asked = Event.objects.filter(name="intake.import.undoing_begun", subject=f"{Import.noun}:{record.pk}")
    return str(asked.order_by("-number").values_list("reason", flat=True)[0])


def _stopped(record: Import, trouble: str, by: Any) -> None:
    """Say on the import's page what stopped it; an undoing stays as it is, and may be asked for again."""
    Import.objects.filter(pk=record.pk).update(trouble=trouble, moved_at=clock.now())
    record.refresh_from_db()
    if record.state in ("checking", "running"):
        imports.stop_import(record=record, by=rights.System("intake"), on=clock.today())

"""Takes files in: batch by batch, each in one transaction with its records, its statements and the position."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from banyan.edge.intake.actions import leads, messages, organisations, samples, things
from banyan.edge.intake.models import Import, Statement
from banyan.edge.intake.queries.files import Line, Place, Source, lines
from banyan.edge.intake.queries.imports import file_names
from banyan.edge.intake.queries.sorting import REFUSED, Entry, Register, Sorted, Sorter, Sorting
from banyan.edge.intake.queries.targets import Target, target_of
from banyan.kit import Refused, bulk, clock
from banyan.kit.sheets import RejectsWriter
from banyan.policy.mappings import Accepted, Mapping

BATCH = 4000
ENTERING: dict[str, Any] = {
    "inspection": samples.Entering,
    "registry": organisations.Entering,
    "recall": leads.Entering,
    "complaints": messages.Entering,
    "equipment": things.Entering,
}
Tell = Callable[[dict[str, Any]], None]


class UnderWay(Refused):
    """Another process is at work on the same import."""

    code = "under-way"


def folder_of(record: Import) -> Path:
    """Where an import keeps its files: those uploaded, and the refused rows."""
    return Path(settings.BANYAN_DATA_DIR) / "imports" / record.pk


def forget_files(record: Import) -> None:
    """Remove the uploaded files of an import that need no longer be kept, since they tell of people."""
    shutil.rmtree(folder_of(record) / "files", ignore_errors=True)


def rejects_of(record: Import) -> Path:
    """The file of refused rows, complete once the import is done."""
    return folder_of(record) / "rejects.csv"


def take_in(
    *, record: Import, sources: Sequence[Source], mapping: Mapping, columns: Sequence[str], by: Any,
    tell: Tell | None = None,
) -> Import:  # fmt: skip
    """
    Take the rest of an import's rows in, from the position that its last batch left; call it again after a kill.

    Every row is read, and accepted, unchanged or refused. Raises UnderWay where another process does the same.
    """
    with alone(record):
        record = Import.objects.get(pk=record.pk)
        target = target_of(mapping, by=by, on=record.on)
        names = file_names(record.number, [source.name for source in sources])
        sorter = Sorter(mapping, number=record.number, ledger=Register(), gate=target, file_name=names)
        entering = ENTERING[record.into](record, target, files=[source.name for source in sources], by=by)
        rejects = _opened(record, columns)
        try:
            after = Place(*record.position) if record.position else None
            with closing(batches(lines(sources, mapping, on=record.on, after=after))) as every:
                for batch in every:
                    checked = [line._replace(fate=target.checked(line.fate)) for line in batch]
                    record = _enter(record, checked, sorter, entering, rejects, sources, target)
                    if tell:
                        tell(record.counts)
        finally:
            rejects.close()
    return record


def _enter(
    record: Import, batch: Sequence[Line], sorter: Sorter, entering: Any, rejects: RejectsWriter,
    sources: Sequence[Source], target: Target,
) -> Import:  # fmt: skip
    """One batch: all of it is in the database afterwards, with the new position, or nothing of it."""
    with transaction.atomic():
        one_at_a_time()
        present = Import.objects.select_for_update().get(pk=record.pk)
        if present.position != record.position or present.state != "running":
            raise _under_way(record)
        sorting = sorter.sort(batch)
        entered = entering.enter(sorting.lines, on=record.on, after=present.counts["records"])
        _keep(sorting)
        for one in sorting.lines:
            if one.lot == REFUSED:
                reject(rejects, one, sources, target)
        present.counts = counted(present.counts, sorting, entered)
        present.position, present.rejects_bytes = list(batch[-1].place), rejects.flush()
        present.moved_at = clock.now()
        present.save(update_fields=["counts", "position", "rejects_bytes", "moved_at"])
    return present


def one_at_a_time() -> None:
    """Let no other import write until this transaction ends, so that the next one's sorting sees what was taken in.

    SQLite has one writer anyway. Call it before anything else is locked, or two imports may wait for each other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Statement._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def reject(rejects: RejectsWriter, one: Sorted, sources: Sequence[Source], target: Target) -> None:
    """Write a refused row with its original cells, as far as they may be kept, and the reason in words."""
    line = one.line
    rejects.write(
        file=sources[line.place.file].name, sheet=line.sheet, number=line.place.row, columns=line.columns,
        cells=target.open_cells(line.columns, line.cells), code=one.fate.code, words=target.words_of(one.fate),
    )  # fmt: skip


def counted(before: dict[str, Any], sorting: Sorting, entered: Counter[str]) -> dict[str, Any]:
    """The counts of an import after one more batch: read = accepted + unchanged + refused, always."""
    counts: dict[str, Any] = {
        name: dict(value) if isinstance(value, dict) else value for name, value in before.items()
    }
    counts["read"] += len(sorting.lines)
    reasons, notes = Counter(counts["by_reason"]), Counter(counts["notes"])
    for one in sorting.lines:
        counts[one.lot] += 1
        if one.lot == REFUSED:
            reasons[one.fate.code] += 1
        elif isinstance(one.fate, Accepted):
            notes.update(one.fate.notes)
    for name, count in entered.items():
        if "." in name:
            group, member = name.split(".")
            counts.setdefault(group, {})
            counts[group][member] = counts[group].get(member, 0) + count
        else:
            counts[name] = counts.get(name, 0) + count
    counts["by_reason"], counts["notes"] = dict(reasons.most_common()), dict(notes.most_common())
    return counts


def _keep(sorting: Sorting) -> None:
    """Write the statements that a batch adds and changes."""
    bulk.insert_rows(Statement, Entry._fields, [tuple(entry) for entry in sorting.fresh.values()])
    if sorting.changed:
        table = connection.ops.quote_name(Statement._meta.db_table)
        rows = [(entry.seen_by, entry.verdict, entry.digest) for entry in sorting.changed.values()]
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET seen_by = %s, verdict = %s WHERE digest = %s", rows)  # noqa: S608


def _opened(record: Import, columns: Sequence[str]) -> RejectsWriter:
    """The rejects file as the last batch that was kept left it: what a killed one wrote behind that is cut off."""
    path = rejects_of(record)
    if record.rejects_bytes:
        os.truncate(path, record.rejects_bytes)
    elif path.exists():
        path.unlink()
    return RejectsWriter(path, columns=columns, append=bool(record.rejects_bytes))


@contextmanager
def alone(record: Import) -> Iterator[None]:
    """Hold an import for this process; the hold ends with the process, however it ends. Raises UnderWay."""
    folder = folder_of(record)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _under_way(record) from None
        yield


def is_worked_at(record: Import) -> bool:
    """Whether a process holds the import now."""
    try:
        with alone(record):
            return False
    except UnderWay:
        return True


def _under_way(record: Import) -> UnderWay:
    return UnderWay(
        _("Import %(number)s was to go on.") % {"number": record.number},
        _("Another process is at work on it, or it was ended meanwhile."),
        _("Wait until it is done; its page shows how far it is."),
    )


def batches(rows: Iterator[Line]) -> Generator[list[Line], None, None]:
    """
    Rows by the thousand, each batch for one transaction.

    Python looks for lost circles of objects between batches only: within one it would walk over the same thousands
    of rows again and again, which took a third of the time.
    """
    was_on = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        while batch := list(islice(rows, BATCH)):
            yield batch
            gc.collect()
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()

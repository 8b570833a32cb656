"""Screenings: a file of codes is kept, looked up block by block in the background, and the result frozen."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan.edge.vouching import queries
from banyan.edge.vouching.models import FLOW, Screening
from banyan.judgement.access import actions as access
from banyan.judgement.access import queries as purposes
from banyan.kit import clock, keys, rights
from banyan.kit.durable import digest_of, held, write_durably
from banyan.kit.models import Person
from banyan.kit.numbers import next_numbers
from banyan.kit.refusals import Refused
from banyan.kit.sheets import guarded
from banyan.kit.verbs import Deed, verb

SCREEN = "vouching.screen"
CODES, RESULT, LOCK = "codes.jsonl", "result.csv", "lock"
logger = logging.getLogger(__name__)
Tell = Callable[[int], None]


def folder_of(record: Screening) -> Path:
    """Where a screening keeps its codes and its result."""
    return Path(settings.BANYAN_DATA_DIR) / "screenings" / record.pk


def upload(
    *, chunks: Iterable[bytes], name: str, purpose: str, by: Any, on: date, on_behalf: str = ""
) -> Screening:  # fmt: skip
    """Keep a file of codes as a new screening, which the background worker then makes.

    Raises PurposeNeeded, SheetRefused and NotScreened.
    """
    record = _kept(chunks=chunks, name=name, purpose=purpose, by=by, on=on, on_behalf=on_behalf)
    enqueue(record)
    return record


def screen_now(
    *, chunks: Iterable[bytes], name: str, purpose: str, by: Any, on: date, on_behalf: str = "",
    tell: Tell | None = None,
) -> Screening:  # fmt: skip
    """The same, made at once: for the command line."""
    record = _kept(chunks=chunks, name=name, purpose=purpose, by=by, on=on, on_behalf=on_behalf)
    return go_on(key=record.pk, by=by, tell=tell)


def enqueue(record: Screening) -> None:
    """Hand a screening to the background worker."""
    from banyan.edge.vouching.tasks import screen

    screen.enqueue(record.pk)


def enqueue_unfinished() -> int:
    """Hand every screening that is under way to the worker again, as after a power failure; how many."""
    waiting = list(Screening.objects.filter(state="waiting"))
    for record in waiting:
        enqueue(record)
    return len(waiting)


def _kept(*, chunks: Iterable[bytes], name: str, purpose: str, by: Any, on: date, on_behalf: str) -> Screening:
    rights.demand(by, SCREEN, on=on)
    stated = purposes.purpose_for(purpose, person=by, on=on)
    name = Path(name.replace("\0", "")).name[-160:] or "codes.csv"
    draft = Screening(key=keys.fresh("vs"))
    folder = folder_of(draft)
    folder.mkdir(parents=True)
    try:
        digest = _write(folder / "upload", chunks, name)
        rows = _write_codes(folder / CODES, queries.codes_in(folder / "upload", file=name))
        (folder / "upload").unlink()
        return begin_screening(
            key=draft.pk, stated=stated, on_behalf=on_behalf, file=name, digest=digest, rows=rows, by=by, on=on
        )
    except BaseException:
        shutil.rmtree(folder)
        raise


def _write(path: Path, chunks: Iterable[bytes], name: str) -> str:
    told, size = hashlib.sha256(), 0
    with path.open("wb") as kept:
        for chunk in chunks:
            size += len(chunk)
            if size > queries.MOST_BYTES:
                raise queries.NotScreened(
                    _("The codes of “%(file)s” were to be screened.") % {"file": name},
                    _("It has more than %(most)s MB.") % {"most": queries.MOST_BYTES // 2**20},
                    _("Send the column of codes alone, or split it into several files."),
                )  # fmt: skip
            told.update(chunk)
            kept.write(chunk)
    return told.hexdigest()


def _write_codes(path: Path, codes: Iterator[tuple[int, str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as kept:
        for row, given in codes:
            kept.write(json.dumps([row, given[:60]], ensure_ascii=False) + "\n")
            count += 1
    return count


@verb("vouching.screening.begun", right=SCREEN, title=gettext_lazy("Screening begun"))
def begin_screening(
    deed: Deed, *, key: str, stated: purposes.Purpose, on_behalf: str, file: str, digest: str, rows: int
) -> Screening:
    """Enter a screening of a file whose codes were read."""
    access.demand_short(on_behalf)
    reaches = rights.reaches(deed.by, SCREEN, on=deed.on)
    return deed.add(
        Screening(
            key=key, number=next_numbers(Screening, "VS", on=deed.on)[0], asked_by=deed.by.username,
            office_path=next((one.path for one in reaches if one.dimension == "region"), ""),
            on_behalf=on_behalf.strip(), purpose=stated.key, basis=stated.basis[:200], file=file, file_digest=digest,
            rows=rows, on=deed.on, known_at=clock.now(), moved_at=clock.now(), language=get_language() or "",
        )
    )  # fmt: skip


def go_on(*, key: str, by: Any = None, tell: Tell | None = None) -> Screening:
    """Make a screening that was asked for, as whoever asked; what stopped it stands in `trouble`.

    One that was killed begins anew: its result comes whole or not at all, and what was read twice is kept twice.
    """
    record = Screening.objects.get(pk=key)
    person = by or Person.objects.filter(username=record.asked_by).first() or rights.System(record.asked_by)
    with held(folder_of(record) / LOCK), translation.override(record.language or settings.LANGUAGE_CODE):
        record.refresh_from_db()
        if record.state != "waiting":
            return record
        try:
            counts = _screen(record, person, tell)
        except Refused as refusal:
            return _stopped(record, refusal.sentence, person)
        except Exception:
            logger.exception("screening %s failed", record.number)
            _stopped(record, _("This was our mistake; it was logged. Screen the file again."), person)
            raise
        path = folder_of(record) / RESULT
        return finish_screening(
            record=record, counts=counts, digest=digest_of(path), size=path.stat().st_size,
            by=rights.System(record.asked_by), on=clock.today(),
        )  # fmt: skip


def _screen(record: Screening, person: Any, tell: Tell | None) -> dict[str, int]:
    stated = purposes.purpose_for(record.purpose, person=person, on=record.on)
    screener = queries.Screener(person=person, purpose=stated, on=record.on)
    counts: Counter[str] = Counter()
    known_at = record.known_at.astimezone(clock.zone()).isoformat(timespec="seconds")
    words = {name: str(said) for name, said in queries.OUTCOMES.items()}

    def fill(to: Path) -> None:
        done = 0
        with to.open("w", encoding="utf-8-sig", newline="") as file, (folder_of(record) / CODES).open() as codes:
            table = csv.writer(file, lineterminator="\r\n")
            table.writerow(queries.COLUMNS)
            for block in screener.blocks((row, given) for row, given in map(json.loads, codes)):
                for one in block:
                    table.writerow((
                        one.row, guarded(one.given), guarded(one.code), one.outcome, words[one.outcome], one.firm,
                        guarded(one.name), guarded(one.merged_into), *one[7:], known_at,
                    ))  # fmt: skip
                counts.update(one.outcome for one in block)
                done += len(block)
                with transaction.atomic():
                    access.note(
                        person=person, purpose=stated, read=screener.read, what="grade", on_behalf=record.on_behalf,
                        run=record.number,
                    )  # fmt: skip
                    Screening.objects.filter(pk=record.pk).update(done=done, moved_at=clock.now())
                if tell:
                    tell(done)

    write_durably(folder_of(record) / RESULT, fill)
    return dict(counts)


@verb("vouching.screening.finished", right=SCREEN, title=gettext_lazy("Screening done, result frozen"))
def finish_screening(deed: Deed, *, record: Screening, counts: dict[str, int], digest: str, size: int) -> Screening:
    """Freeze the result of a screening: its digest stands in the chain of events, and tonight in the public log."""
    FLOW.move(record, "finish_screening")
    record.counts, record.result_digest, record.result_bytes = counts, digest, size
    return deed.save(record, "state", "counts", "result_digest", "result_bytes")


@verb("vouching.screening.stopped", right=SCREEN, title=gettext_lazy("Screening stopped"))
def stop_screening(deed: Deed, *, record: Screening) -> Screening:
    """Stop a screening by what came in its way."""
    FLOW.move(record, "stop_screening")
    return deed.save(record, "state")


def _stopped(record: Screening, trouble: str, person: Any) -> Screening:
    Screening.objects.filter(pk=record.pk).update(trouble=trouble, moved_at=clock.now())
    record.refresh_from_db()
    return stop_screening(record=record, by=rights.System(person.username), on=clock.today(), reason=trouble)


def result_of(record: Screening) -> io.BufferedReader:
    """The frozen result, opened once it was seen to be what was frozen. Raises Refused."""
    path = folder_of(record) / RESULT
    asked = _("The result of screening %(number)s was asked for.") % {"number": record.number}
    if record.state != "done":
        raise Refused(
            asked, _("It is not done."), _("Wait until it is; its page shows how far it is."), code="not-done"
        )
    if not path.exists() or digest_of(path) != record.result_digest:
        raise Refused(
            asked, _("The file is no longer what was frozen: its digest differs."),
            _("Tell the administrator; the copy that you took then still answers to the digest of the receipt."),
            code="evidence-altered",
        )  # fmt: skip
    return path.open("rb")

"""Reads and checks a document without a lock, then keeps it whole or in its right parts in one transaction."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan import epcis
from banyan.base.registry.queries import Organisation
from banyan.kit import Refused, clock, keys, rights
from banyan.kit.verbs import verb
from banyan.records.masterdata import actions as masterdata
from banyan.records.traceability.actions.preparing import Prepared, prepared
from banyan.records.traceability.actions.storing import Contradicted, Keeper
from banyan.records.traceability.models import CaptureJob

CAPTURE = "traceability.capture"
CHUNK = 500  # events that are held in memory at once
HELD_IN_MEMORY = 16 * 2**20
PROBLEMS_KEPT = 200
OnError = CaptureJob.OnError


class WrongDocument(Refused):
    """The document cannot be captured at all: whole, since it is none, or since it is too large."""

    code = "wrong-document"
    status = 400


class _Spool:
    """Prepared events on their way to the database: the last chunk in memory, those before it in a file."""

    def __init__(self) -> None:
        self._file: Any = SpooledTemporaryFile(max_size=HELD_IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self._chunk: list[Prepared] = []
        self._written = 0

    def add(self, one: Prepared) -> None:
        if len(self._chunk) == CHUNK:
            pickle.dump(self._chunk, self._file, pickle.HIGHEST_PROTOCOL)
            self._chunk = []
            self._written += 1
        self._chunk.append(one)

    def chunks(self) -> Iterator[list[Prepared]]:
        self._file.seek(0)
        for _chunk in range(self._written):
            yield pickle.load(self._file)  # noqa: S301 - written by this process a moment ago
        yield self._chunk

    def close(self) -> None:
        self._file.close()


def capture(
    *, stream: BinaryIO | bytes, media_type: str, by: Any, organisation: Organisation, on: date,
    on_error: str = OnError.ROLLBACK, limit: int = epcis.BYTES_OF_A_DOCUMENT, key: str = "",
) -> CaptureJob:  # fmt: skip
    """
    Capture a document of EPCIS for an organisation: its job tells what was kept, what was known, what is wrong.

    With `on_error` "rollback" one wrong event keeps all out, with "proceed" the right ones are kept; either way in
    one transaction, so that a job is there only with its events. An event that is known is unchanged, whoever sends
    it again; one of a known eventID that says otherwise is wrong. What is no document raises WrongDocument, a person
    without the right or outside the organisation NotAllowed.
    """
    rights.demand(by, CAPTURE, on=on)
    job = CaptureJob(
        key=key or keys.fresh("cap"), organisation=organisation, username=by.username,
        media_type=media_type.partition(";")[0].strip()[:60], on_error=on_error, started_at=clock.now(),
    )  # fmt: skip
    spool = _Spool()
    told: list[Any] = []
    try:
        wrong = _read(stream, media_type, limit, spool, told, enough=on_error == OnError.ROLLBACK)
        if wrong.said and (on_error == OnError.ROLLBACK or wrong.whole):
            return _refuse(job=job, wrong=wrong, by=by, on=on)
        try:
            return _keep(job=job, chunks=spool.chunks, wrong=wrong, told=told, by=by, on=on)
        except Contradicted as found:
            return _refuse(job=_again(job), wrong=Wrong().with_all(found.problems), by=by, on=on)
    finally:
        spool.close()


@verb("traceability.events.loaded", right=CAPTURE, title=gettext_lazy("Events loaded"))
def load(deed: Any, *, organisation: Organisation, events: Iterable[Prepared], media_type: str = "") -> CaptureJob:
    """
    Keep events that were prepared before, for a move from another repository or the demonstration.

    It does what `capture` does after the document was read, for millions of events in one job. Any contradiction with
    a known event keeps all out.
    """
    now = clock.now()
    job = CaptureJob(
        key=keys.fresh("cap"), organisation=organisation, username=deed.by.username, media_type=media_type,
        started_at=now,
    )  # fmt: skip
    return _kept(deed, job, _in_chunks(events), Wrong())


@dataclass
class Wrong:
    """What is wrong with a document: the first problems by their words, the others by number only."""

    said: list[dict[str, str]] = field(default_factory=list)
    events: int = 0
    whole: bool = False  # the document itself

    def add(self, problems: Iterable[epcis.Problem], *, of_event: bool) -> None:
        """Take the problems of one event, or of what stands around the events."""
        before = len(self.said)
        told = ({"path": path, "says": says} for path, says in problems)
        self.said += islice(told, PROBLEMS_KEPT - before)
        self.events += of_event
        self.whole = self.whole or not of_event

    def with_all(self, problems: Iterable[tuple[int | None, dict[str, str]]]) -> Wrong:
        """This and what was found with the place of each event."""
        listed = list(problems)
        said = [*self.said, *(said for _place, said in listed)][:PROBLEMS_KEPT]
        return Wrong(said, self.events + len({place for place, _said in listed}), self.whole)


def _read(
    stream: BinaryIO | bytes, media_type: str, limit: int, spool: _Spool, told: list[Any], *, enough: bool
) -> Wrong:  # fmt: skip
    """
    Read the document into the spool and its master data into `told`, and tell what is wrong; with `enough` no further
    than problems are told.
    """
    wrong = Wrong()
    count = 0
    try:
        document = epcis.read(stream, media_type, limit=limit)
        for one in epcis.examine(document):
            count += 1
            if one.problems:
                wrong.add(one.problems, of_event=True)
                if enough and len(wrong.said) == PROBLEMS_KEPT:
                    return wrong
            elif not (enough and wrong.said):  # of what is refused anyhow nothing is kept
                spool.add(prepared(one.index, one.event, one.hash, one.things))
        if around := epcis.around(document):
            wrong.add(around, of_event=False)
        elif document.header:
            told += document.header.get("epcisMasterData", {}).get("vocabularyList") or ()
    except epcis.Unreadable as broken:
        if not count and not isinstance(broken, epcis.TooLarge):
            raise WrongDocument(
                _("A document of events was sent."), str(broken), _("Send EPCIS 2.0 as JSON or XML, or 1.2 as XML."),
                "GS1 EPCIS 2.0",
            ) from broken  # fmt: skip
        wrong.add([broken.problem], of_event=False)
    return wrong


@verb("traceability.document.captured", right=CAPTURE, title=gettext_lazy("Document captured"))
def _keep(deed: Any, *, job: CaptureJob, chunks: Any, wrong: Wrong, told: list[Any]) -> CaptureJob:
    return _kept(deed, job, chunks(), wrong, told)


def _kept(
    deed: Any, job: CaptureJob, chunks: Iterable[list[Prepared]], wrong: Wrong, told: Sequence[Any] = ()
) -> CaptureJob:  # fmt: skip
    """Number and insert the events under the lock of the chain, then the job with what became of them."""
    deed.hold()
    keeper = Keeper(job, on=deed.on)
    for chunk in chunks:
        keeper.keep(chunk)
    if keeper.problems and job.on_error == OnError.ROLLBACK:
        raise Contradicted(keeper.problems)
    _finish(job, wrong.with_all(keeper.problems))
    job.success = True
    job.stored, job.unchanged = keeper.stored, keeper.unchanged
    job.digest, job.days = keeper.digest, keeper.days
    if told:
        job.described = masterdata.tell(
            deed, organisation=job.organisation, vocabularies=told, capture=job.key, partners=keeper.shared,
            holders_of=keeper.holders_of,
        )  # fmt: skip
    return deed.add(job)


@verb("traceability.document.refused", right=CAPTURE, title=gettext_lazy("Document refused"))
def _refuse(deed: Any, *, job: CaptureJob, wrong: Wrong) -> CaptureJob:
    _finish(job, wrong)
    return deed.add(job)


def _finish(job: CaptureJob, wrong: Wrong) -> None:
    job.finished_at = clock.now()
    job.refused, job.problems = wrong.events, wrong.said


def _again(job: CaptureJob) -> CaptureJob:
    """The job as it was before a transaction that came to nothing."""
    return CaptureJob(
        key=job.key, organisation=job.organisation, username=job.username, media_type=job.media_type,
        on_error=job.on_error, started_at=job.started_at,
    )  # fmt: skip


def _in_chunks(events: Iterable[Prepared]) -> Iterator[list[Prepared]]:
    chunk: list[Prepared] = []
    for one in events:
        chunk.append(one)
        if len(chunk) == 10 * CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk

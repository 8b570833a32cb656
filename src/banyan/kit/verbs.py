"""Verbs: the only way to write. Each is atomic, checks rights, writes one event and a version per record."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from banyan.kit import bulk, events, locks, privacy, rights
from banyan.kit.models import Event, Record
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.kit.scope import scoped
from banyan.kit.terms import demand_reason
from banyan.kit.texts import legible
from banyan.kit.workflow import Workflow

BATCH = 2000

_together: ContextVar[bool] = ContextVar("together", default=False)


@contextmanager
def together() -> Iterator[None]:
    """Let the verbs of a block share one transaction: where one fails, none of them was.

    Storing them costs less, since the pages before each are not kept. Whoever goes on after a refusal wraps that verb
    in a transaction of its own. Only for what is built anew when it fails: `banyan.demo` alone calls this.
    """
    token = _together.set(True)
    try:
        with transaction.atomic():
            yield
    finally:
        _together.reset(token)


@dataclass(frozen=True)
class Verb:
    """What is known of a verb without calling it: for rights, for the matrix, for the event list."""

    event: str
    right: str
    run: Callable[..., Any]
    title: Any = ""


REGISTRY: dict[str, Verb] = {}


class Deed:
    """What one call of a verb does: collects the records it writes, then closes with event and versions."""

    def __init__(self, *, event: str, by: Any, on: date, reason: str, right: str = "", lawful: bool = False):
        self.event_name, self.by, self.on, self.reason, self.right = event, by, on, reason, right
        self.lawful = lawful
        self.subject = ""
        self.event: Event | None = None
        self._versions: list[tuple[str, str, str]] = []
        self._before: dict[str, Any] = {}
        self._after: dict[str, Any] = {}

    def add(self, record: Record) -> Any:
        """Insert one record."""
        privacy.seal_fields([record])
        record.save(force_insert=True)
        self._demand_within([record])
        self._after[privacy.subject_of(record)] = events.state_of(record)
        self._keep(record)
        return record

    def save(self, record: Record, *fields: str) -> Any:
        """Update the named fields of one record (all fields when none is named)."""
        privacy.seal_fields([record])
        before = events.state_of(type(record)._default_manager.get(pk=record.pk))
        record.save(force_update=True, update_fields=fields or None)
        after = events.state_of(record)
        changed = [name for name, value in before.items() if after[name] != value]
        self._before[privacy.subject_of(record)] = {name: before[name] for name in changed}
        self._after[privacy.subject_of(record)] = {name: after[name] for name in changed}
        self._keep(record)
        return record

    def add_many(self, records: Sequence[Any]) -> Sequence[Any]:
        """Insert many records of one noun in batches, each with its version."""
        if records:
            privacy.seal_fields(records)
            bulk.insert(records)
            self._demand_within(records)
            self._keep(*records)
        return records

    def save_many(self, records: Sequence[Any], *fields: str) -> Sequence[Any]:
        """Update the named fields of many records of one noun, each with its version."""
        if records:
            privacy.seal_fields(records)
            bulk.update(records, fields)
            self._keep(*records)
        return records

    def restate(self, records: Sequence[Any]) -> None:
        """Write a version of records that did not change themselves, but whose version shows what did."""
        self._keep(*records)

    def settle(self, record: Any, flow: Workflow, move: str, **fields: Any) -> Any:
        """Let a record make a move that needs a reason, with the fields that keep who settled what and why."""
        demand_reason(self.reason, flow.moves[move].label)
        flow.move(record, move)
        for name, value in fields.items():
            setattr(record, name, value)
        return self.save(record, "state", *fields)

    def locked(self, records: Sequence[Any]) -> Sequence[Any]:
        """Records that a verb reached through others: as they are now, locked, and within the person's rights."""
        if not records or isinstance(self.by, rights.System):
            return records
        return _locked(type(records[0]), [one.pk for one in records], self.by, self.right, self.on)

    def tell(self, subject: str, **told: Any) -> None:
        """Say in the event itself what was done, where no record shows it."""
        self.subject, self._after[subject] = subject, told

    def withdraw(self, record: Record) -> Any:
        """Withdraw a record: it stays, with the day and the reason, and no longer counts."""
        record.withdrawn_on, record.withdrawn_reason = self.on, self.reason
        return self.save(record, "withdrawn_on", "withdrawn_reason")

    def _demand_within(self, records: Sequence[Any]) -> None:
        """What a person enters must lie within that person's office; the transaction ends otherwise."""
        if isinstance(self.by, rights.System) or not records[0].reach:
            return
        model, keys = type(records[0]), [record.pk for record in records]
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            inside = scoped(model, self.by, right=self.right, on=self.on).filter(pk__in=part)
            if inside.count() < len(set(part)):
                raise NotAllowed(
                    _("A record was to be entered: %(what)s.") % {"what": model._meta.verbose_name},
                    _("It lies outside your office, or no place is named that would show where it lies."),
                    _("Name the county, or ask the office that it belongs to."),
                )

    def close(self) -> None:
        single = len(self._versions) == 1
        if single and not self.subject:
            self.subject = "{}:{}".format(*self._versions[0][:2])
        self.event = events.write(
            name=self.event_name,
            by=getattr(self.by, "username", ""),
            on=self.on,
            reason=self.reason,
            subject=self.subject,
            before=events.canonical(self._before).decode() if self._before else "",
            after=events.canonical(self._after).decode() if self._after else "",
            versions=self._versions,
            lawful=self.lawful,
        )

    def hold(self) -> None:
        """Let no other verb write from here to the end: for a deed that closes what others write."""
        events.hold()

    def _keep(self, *records: Record) -> None:
        if not records:
            return
        model = type(records[0])
        noun, key = model.noun, model._meta.pk.attname
        tells_more = getattr(model, "version_extra", Record.version_extra) is not Record.version_extra
        nothing: dict[str, Any] = {}
        self._versions += [
            (
                noun,
                str(record.__dict__[key]),
                events.version_text(record, record.version_extra() if tells_more else nothing),
            )
            for record in records
        ]


def verb(
    event: str, *, right: str, title: Any = "", names: Collection[str] = (), lawful: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function a verb: `name(deed, *, record, …)` is then called `name(record=…, by=…, on=…, reason=…)`.

    Everything it writes goes through the deed, in one transaction with its event. Records handed in by a
    person are read again under lock, within that person's rights, so a stale page cannot undo a colleague.
    `title` is what the timeline calls it where no button does. `names` are the parameters whose records the deed only
    names and does not change (the laboratory that a sample goes to): they may lie outside the person's office.
    `lawful` is a verb that the law orders whatever was approved (an objection upheld): no lock stops it.
    Where a lock does and it was asked for, the call is kept as a request and that is the result (`locks.asking`).
    """

    def wrap(write: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(write)
        def run(*, by: Any, on: date, reason: str = "", **given: Any) -> Any:
            rights.demand(by, right, on=on)
            reason = legible(reason)
            call = locks.noted(event, by=by, on=on, reason=reason, given=given)
            try:
                with transaction.atomic(savepoint=not _together.get()):
                    fresh = given
                    if not isinstance(by, rights.System):
                        fresh = {
                            name: value if name in names else _fresh(value, by, right, on)
                            for name, value in given.items()
                        }
                    deed = Deed(event=event, by=by, on=on, reason=reason, right=right, lawful=lawful)
                    result = write(deed, **fresh)
                    deed.close()
            except locks.Locked as refusal:
                return locks.kept(refusal, call)
            return result

        run.verb = REGISTRY[event] = Verb(event, right, run, title)  # type: ignore[attr-defined]
        return run

    return wrap


def _fresh(value: Any, by: Any, right: str, on: date) -> Any:
    """A record (or list of records) as it is now, locked, and within the person's rights; new ones as given."""
    if isinstance(value, Record):
        return value if value._state.adding else _locked(type(value), [value.pk], by, right, on)[0]
    if isinstance(value, list | tuple) and value and all(isinstance(one, Record) for one in value):
        if all(one._state.adding for one in value):
            return value
        return _locked(type(value[0]), [one.pk for one in value], by, right, on)
    return value


def _locked(model: type[Record], keys: list[str], by: Any, right: str, on: date) -> list[Any]:
    if not model.reach and not model.noun:
        raise TypeError(f"{model.__name__} declares no noun")
    found: dict[str, Any] = {}
    needed = rights.needed(model, right)
    for start in range(0, len(keys), BATCH):
        part = model.objects.filter(pk__in=keys[start : start + BATCH]).within(by, right=needed, on=on)
        found |= {one.pk: one for one in part.select_for_update(of=("self",)).order_by("pk")}
    missing = [key for key in keys if key not in found]
    if missing:
        raise NotFound(
            _("“%(key)s” was asked for.") % {"key": missing[0]},
            _("There is no such record within what you may change."),
            _("Go back to the list; it shows what lies within your office."),
        )
    return [found[key] for key in keys]


def keys_of(records: Iterable[Record]) -> list[str]:
    """The keys of records, in order."""
    return [record.pk for record in records]

"""The public log by API, open to everyone: its newest head, its entries, and proofs for both."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from banyan.kit import log
from banyan.kit.api import Limit, Problem
from banyan.kit.models import LogEntry
from banyan.kit.refusals import BadRequest, NotFound

router = Router(tags=["log"])
ERRORS: dict[int, Any] = {400: Problem, 404: Problem}
Size = Annotated[int, Query(ge=0)]


class HeadOut(Schema):
    """The signed root of the log when it had `size` entries.

    It holds the public ones of the house's events up to number `event`, recorded at `until` (both null in heads from
    before this was told): an entry that comes later stands behind both.
    """

    size: int
    root: str
    at: str
    event: int | None
    until: str | None
    signature: str


class KeyOut(Schema):
    """A public key (Ed25519, hexadecimal) that signs the heads of more than `after` entries, until the next one."""

    key: str
    after: int
    on: str


class LogOut(Schema):
    """The newest head, null while the log is empty, the key that signed it, and all keys that signed heads."""

    key: str
    keys: list[KeyOut]
    head: HeadOut | None


class LogEntryOut(Schema):
    """A leaf: SHA-256 of 0x00, the salt's bytes and the content's."""

    number: int
    salt: str
    content: str


class EntriesOut(Schema):
    """Entries in their order."""

    items: list[LogEntryOut]


class ProofOut(Schema):
    """One entry with the path to the root of the newest head (RFC 9162, 2.1.3)."""

    key: str
    head: HeadOut
    entry: LogEntryOut
    path: list[str]


class ConsistencyOut(Schema):
    """What shows that the log only grew between two sizes (RFC 9162, 2.1.4)."""

    old: int
    new: int
    path: list[str]


@router.get("/log", auth=None, response={200: LogOut, **ERRORS})
def show_log(request: HttpRequest) -> dict[str, Any]:
    """The newest signed head of the public log, its key, and the keys before it."""
    newest = log.head()
    return {"key": log.shown_key(), "keys": log.told_keys(), "head": log.told(newest) if newest else None}


@router.get("/log/entries", auth=None, response={200: EntriesOut, **ERRORS})
def list_log_entries(request: HttpRequest, start: Size = 0, limit: Limit = 100) -> dict[str, Any]:
    """Entries of the public log in their order, from a number on."""
    rows = LogEntry.objects.filter(number__gte=start).order_by("number")[:limit]
    return {"items": [log.shown(one) for one in rows]}


@router.get("/log/entries/{int:number}/proof", auth=None, response={200: ProofOut, **ERRORS})
def show_log_proof(request: HttpRequest, number: int) -> dict[str, Any]:
    """An entry with its path to the newest head."""
    entry = LogEntry.objects.filter(number=number).first()
    proof = log.proof_of(entry) if entry else None
    if proof is None:
        raise NotFound(
            _("Entry %(number)s of the public log was asked for.") % {"number": number},
            _("There is no such entry."),
            _("Entries are counted from 0; the head says how many there are."),
        )
    return proof


@router.get("/log/consistency", auth=None, response={200: ConsistencyOut, **ERRORS})
def show_log_consistency(request: HttpRequest, old: Size, new: Size) -> dict[str, Any]:
    """What shows that the log of `new` entries only adds to that of `old`."""
    newest = log.head()
    most = newest.size if newest else 0
    if not 0 < old <= new <= most:
        raise BadRequest(
            _("The log of %(new)s entries was to be compared with that of %(old)s.") % {"new": new, "old": old},
            _("The log has %(most)s entries.") % {"most": most},
            _("Give two sizes from 1 up to that, the older one first."),
        )
    return {"old": old, "new": new, "path": log.consistency(old, new)}

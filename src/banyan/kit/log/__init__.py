"""The public log: chosen events as salted leaves of a Merkle tree (RFC 9162), signed heads, and proofs.

Which events are public says the table `log.public_events` of the packs. A leaf binds an event by its digest and by
the hash of the chain, and names no person; its salt keeps an entry that is hidden one day from being guessed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy

from banyan.kit import bulk, clock, events, privacy, terms
from banyan.kit.events import canonical
from banyan.kit.log import tree, verify
from banyan.kit.models import ChainHead, Event, LogEntry, LogHead, LogKey, LogNode
from banyan.kit.rights import System
from banyan.kit.verbs import Deed, verb

PUBLIC = "log.public_events"
KEY, CHANGED = verify.KEY, verify.CHANGED
KEY_FILE = "log.key"
BATCH = 2000
SALT = 16
REMEDY = (
    "put the log.key (or BANYAN_LOG_KEY) of the city that signed it in place, see docs/how-to/back-up-and-move.md"
)
SCRIPT = Path(__file__).parent / "verify.py"


def extend(*, on: date, cut: int) -> dict[str, int]:
    """The daily step: append the public events up to number `cut` that are not held yet; sign what it holds.

    Where the installation's key is not the one that signed last, that is an event, and public, before it signs.
    """
    names = {*terms.column(PUBLIC, "event", on=on), CHANGED}
    appended = 0
    with transaction.atomic():
        list(ChainHead.objects.select_for_update())  # one at a time
        cut = max(cut, _settle_key(on))
        last, newest = LogEntry.objects.order_by("-number").first(), head()
        number, event = (last.number + 1, last.event) if last else (0, 0)
        event = max(event, (newest and newest.event) or 0)
        found = Event.objects.filter(name__in=names, number__gt=event, number__lte=cut).order_by("number")
        batch: list[LogEntry] = []
        for one in found.iterator(chunk_size=BATCH):
            batch.append(_entry_of(one, number + len(batch)))
            if len(batch) == BATCH:
                _append(batch)
                number, appended, batch = number + len(batch), appended + len(batch), []
        _append(batch)
        number, appended = number + len(batch), appended + len(batch)
        if appended or (newest and cut > (newest.event or 0)):
            _sign(number, cut)
    return {"appended": appended, "entries": number}


def head(size: int | None = None) -> LogHead | None:
    """The newest signed head, or that of a size; None where there is none."""
    heads = LogHead.objects.order_by("-size")
    return (heads if size is None else heads.filter(size=size)).first()


def public_key() -> str:
    """The key that this installation signs heads with, as 64 hexadecimal digits."""
    raw = _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return raw.hex()


def noted_keys() -> list[LogKey]:
    """The public keys that signed heads, in their order; none for a log that was never signed."""
    return list(LogKey.objects.order_by("after"))


def key_of(size: int, held: Sequence[LogKey] | None = None) -> str:
    """The key that signed the head of a size; that of this installation where none was noted yet."""
    noted = [one.key for one in (noted_keys() if held is None else held) if one.after < size]
    return noted[-1] if noted else public_key()


def shown_key() -> str:
    """The key of the newest head: the one that outsiders check it by."""
    newest = head()
    return key_of(newest.size) if newest else public_key()


def told_keys() -> list[dict[str, Any]]:
    """The keys as they are published."""
    return [{"key": one.key, "after": one.after, "on": one.on.isoformat()} for one in noted_keys()]


def note_key() -> None:
    """Note the first key of a log whose heads were signed before keys were noted, while it is still here."""
    newest = head()
    if newest and not LogKey.objects.exists() and _is_signed(newest, public_key()):
        bulk.insert([LogKey(after=0, key=public_key(), on=clock.today())])


@verb(CHANGED, right="events.seal", title=gettext_lazy("Key of the public log changed"))
def change_key(deed: Deed, *, key: str, after: int) -> None:
    """Let heads of more than `after` entries be signed by another key: the one before is not here any more."""
    bulk.insert([LogKey(after=after, key=key, on=deed.on)])
    deed.tell(f"{KEY}:{key}", after=after)


def inclusion(number: int, size: int) -> list[str]:
    """The path from an entry to the root of the first `size` entries. Raises ValueError where there is none."""
    return _proof(lambda node: tree.inclusion(number, size, node))


def consistency(old: int, new: int) -> list[str]:
    """What shows that the log of `new` entries adds to that of `old`. Raises ValueError for sizes that cannot be."""
    return _proof(lambda node: tree.consistency(old, new, node))


def proof_of(entry: LogEntry) -> dict[str, Any] | None:
    """All that an outsider needs to check one entry, as one file; None until a head holds it."""
    newest = head()
    if newest is None or newest.size <= entry.number:
        return None
    return {
        "key": key_of(newest.size), "head": told(newest), "entry": shown(entry),
        "path": inclusion(entry.number, newest.size),
    }  # fmt: skip


def told(one: LogHead) -> dict[str, Any]:
    """A head as it is published."""
    until = one.until and one.until.astimezone(UTC).isoformat()
    return {
        "size": one.size, "root": one.root, "at": one.at.astimezone(UTC).isoformat(),
        "event": one.event, "until": until, "signature": one.signature,
    }  # fmt: skip


def shown(entry: LogEntry) -> dict[str, Any]:
    """An entry as it is published: salt and content give its leaf."""
    return {"number": entry.number, "salt": entry.salt, "content": entry.content}


def script() -> str:
    """The outsider's script, of the standard library alone."""
    return SCRIPT.read_text(encoding="utf-8")


def faults() -> Iterator[str]:
    """Recompute the log from the events, batch by batch: what was altered, deleted, put in, signed by another key.

    Each head is judged by the key of its time; a key that no event tells of is a fault.
    """
    heads = {one.size: one for one in LogHead.objects.order_by("size")}
    size, peaks = 0, list[bytes]()
    while batch := list(LogEntry.objects.filter(number__gte=size).order_by("number")[:BATCH]):
        said = Event.objects.in_bulk([one.event for one in batch])
        for entry in batch:
            if entry.number != size:
                yield f"entry {size} is missing"
                return
            event = said.get(entry.event)
            if event is None:
                yield f"entry {size}: its event {entry.event} is gone"
            elif entry.content != _content_of(event):
                yield f"entry {size}: it does not say what event {entry.event} says"
            tree.append(peaks, size, _leaf_of(entry))
            size += 1
            if size in heads and tree.folded(peaks).hex() != heads[size].root:
                yield f"the head of {size} entries: the entries do not give its root"
    held = noted_keys()
    for one in heads.values():
        if one.size > size:
            yield f"the head of {one.size} entries: only {size} are left"
        if not _is_signed(one, key := key_of(one.size, held)):
            yield f"the head of {one.size} entries: it is not signed by the key of its time, {key[:16]}…; {REMEDY}"
    told_of = set(Event.objects.filter(name=CHANGED).values_list("subject", flat=True))
    for noted in held:
        if noted.after and f"{KEY}:{noted.key}" not in told_of:
            yield f"the key {noted.key[:16]}… of heads after {noted.after} entries: no event tells of it"


def _entry_of(event: Event, number: int) -> LogEntry:
    return LogEntry(number=number, event=event.number, salt=os.urandom(SALT).hex(), content=_content_of(event))


def _content_of(event: Event) -> str:
    """What a leaf says of an event: what, when, on what, and the hashes that bind the rest; no person, no reason."""
    return canonical(
        {
            "event": event.number, "name": event.name, "on": event.on, "at": event.at.astimezone(UTC).isoformat(),
            "subject": event.subject, "rows": event.rows, "digest": event.digest, "hash": event.hash,
        }
    ).decode()  # fmt: skip


def _leaf_of(entry: LogEntry) -> bytes:
    return tree.leaf_hash(bytes.fromhex(entry.salt) + entry.content.encode())


def _append(entries: list[LogEntry]) -> None:
    if not entries:
        return
    leaves = map(_leaf_of, entries)
    nodes = [
        LogNode(place=f"{level}/{index}", hash=hash_.hex())
        for level, index, hash_ in tree.grown(entries[0].number, leaves, _stored)
    ]
    bulk.insert(entries)
    bulk.insert(nodes)


def _settle_key(on: date) -> int:
    """See to it that the key of this installation is noted before it signs. Returns the event of a change, else 0."""
    note_key()
    newest, held = head(), noted_keys()
    if newest is None or (held and held[-1].key == public_key()):
        return 0
    change_key(key=public_key(), after=newest.size, by=System("daily"), on=on)
    return events.last_number()


def _is_signed(one: LogHead, key: str) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(one.signature), verify.message_of(told(one)))
    except InvalidSignature:
        return False
    return True


def _sign(size: int, cut: int) -> None:
    """Sign the tree of so many entries as holding the public events up to number `cut`."""
    if not LogKey.objects.exists():
        bulk.insert([LogKey(after=0, key=public_key(), on=clock.today())])
    held = Event.objects.filter(number__lte=cut).order_by("-number").first()
    one = LogHead(size=size, root=tree.root(size, _stored).hex(), at=clock.now())
    if held:
        one.event, one.until, one.at = held.number, held.at, max(one.at, held.at)
    one.signature = _key().sign(verify.message_of(told(one))).hex()
    one.save()


def _stored(level: int, index: int) -> bytes:
    return bytes.fromhex(LogNode.objects.values_list("hash", flat=True).get(place=f"{level}/{index}"))


def _proof(make: Callable[[tree.Node], list[bytes]]) -> list[str]:
    """A proof with one read of all the nodes that it needs: they are first asked for by place, then by hash."""
    needed: list[str] = []

    def noted(level: int, index: int) -> bytes:
        needed.append(f"{level}/{index}")
        return b""

    make(noted)
    found = dict(LogNode.objects.filter(place__in=needed).values_list("place", "hash"))
    return [step.hex() for step in make(lambda level, index: bytes.fromhex(found[f"{level}/{index}"]))]


def _key() -> Ed25519PrivateKey:
    """The installation's key for heads: from the environment, else a file that only its owner may read."""
    raw = privacy.key_from(os.environ.get("BANYAN_LOG_KEY", ""), Path(settings.BANYAN_DATA_DIR) / KEY_FILE)
    return Ed25519PrivateKey.from_private_bytes(raw)

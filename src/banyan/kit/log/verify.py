"""Watch the public log of a city from outside; needs nothing but Python 3.9.

    python verify.py https://city.example              every entry, every head, the tree
    python verify.py https://city.example log.state    … and that it only added to what this file remembers
    python verify.py proof.json log.state              a proof from an entry's page, by the keys remembered
    python verify.py proof.json https://city.example   … by the keys that the city shows now, and its log of now
    python verify.py proof.json                        … by the key in the proof itself, which is printed: compare it

It ends with 0 where all holds, with 1 and FAULT where something does not, with 3 where nothing could be asked.

The first run remembers the city's public key and the newest signed head in the state file. A later run fails where an
entry was deleted, altered, put in between or dated back: the new tree no longer grows out of the one remembered, or
an entry that is new stands before what the head remembered was signed to hold.

A city that lost its key signs with another. That is accepted, and printed, only where the key remembered is still
shown among the keys, the tree grows out of the head remembered, and an entry behind it tells of the change.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import sys
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any

HEAD, FIRST_HEAD = "banyan log head 2", "banyan log head 1"
KEY, CHANGED = "log.key", "log.key.changed"


def leaf_hash(entry: Any) -> bytes:
    data = bytes.fromhex(entry["salt"]) + entry["content"].encode()
    return hashlib.sha256(b"\x00" + data).digest()


def join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root by the definition of RFC 9162, 2.1.1: halves of the list, down to its leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    stack: list[bytes] = []
    for number, leaf in enumerate(leaves):
        stack.append(leaf)
        while number % 2:
            right, left = stack.pop(), stack.pop()
            stack.append(join(left, right))
            number //= 2
    while len(stack) > 1:
        right, left = stack.pop(), stack.pop()
        stack.append(join(left, right))
    return stack[0]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = join(step, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = join(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162, 2.1.4.2."""
    if old == new:
        return not path and old_root == new_root
    if not path:
        return False
    if not old & (old - 1):
        path = [old_root, *path]
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            first, second = join(step, first), join(step, second)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            second = join(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, new_root)


# ---------------------------------------------------------------- Ed25519, verification alone (RFC 8032, 5.1.7)

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def add(a: Point, b: Point) -> Point:
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = y - x, z - t, z + t, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def point_of(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (x if x % 2 == sign else P - x), y, 1, (x if x % 2 == sign else P - x) * y % P


BASE: Any = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    if len(key) != 32 or len(signature) != 64:
        return False
    public, first = point_of(key), point_of(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if public is None or first is None or number >= Q:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = times(number, BASE), add(first, times(challenge, public))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# ---------------------------------------------------------------- what is checked


class Fault(Exception):
    """What does not hold."""


class Unasked(Exception):
    """What could not be asked or read: nothing is known of the log."""


def demand(holds: object, what: str) -> None:
    if not holds:
        raise Fault(what)


def message_of(head: Any) -> bytes:
    """What is signed; a head from before heads said what they hold has no `event` and no `until`."""
    said = [str(head["size"]), head["root"], head["at"]]
    if head.get("until") is None:
        return "\n".join([FIRST_HEAD, *said]).encode()
    return "\n".join([HEAD, *said, str(head["event"]), head["until"]]).encode()


def check_head(head: Any, key: str) -> None:
    signed = is_signed(bytes.fromhex(key), message_of(head), bytes.fromhex(head["signature"]))
    demand(signed, f"the head of {head['size']} entries is not signed by the key")


def check_proof(proof: Any, keys: Sequence[str] | None = None) -> str:
    """A proof as a file: one entry, its path, and the head that it belongs to, signed by one of the keys.

    Without keys the proof's own is taken, and the answer says so: whoever forges a proof brings a key as well.
    """
    head, entry = proof["head"], proof["entry"]
    demand(
        keys is None or proof["key"] in keys, f"the proof is signed by {proof['key']}, which is no key of the city"
    )
    check_head(head, proof["key"])
    path = [bytes.fromhex(step) for step in proof["path"]]
    held = is_included(leaf_hash(entry), entry["number"], head["size"], path, bytes.fromhex(head["root"]))
    demand(held, f"entry {entry['number']} is not in the tree of the head")
    said = f"entry {entry['number']} is in the log of {head['size']} entries, signed at {head['at']}"
    if keys is not None:
        return said
    own = f"by a key that the proof brought itself: {proof['key']}"
    return f"{said}\n{own}\nIt proves nothing until you find that key at /log/."


def check_log(read: Callable[[str], Any], state: Any) -> dict[str, Any]:
    """Everything that a log shows, against what was remembered of it; gives what is to be remembered now."""
    now = read("log")
    key, head, before = now["key"], now["head"], state.get("head")
    others = keys_since(now, state)
    demand(others is not None, "the key is not the one remembered")
    known = [*state.get("keys", [state["key"]] if "key" in state else []), *(others or ())] or [key]
    if head is None:
        demand(not before, "entries were deleted: the log is empty, and was not before")
        return {"key": key, "keys": known, "head": None}
    check_head(head, key)
    if before:
        check_growth(read, before, head)
    leaves: list[bytes] = []
    told: set[str] = set()
    at = ""
    while len(leaves) < head["size"]:
        entries = read(f"log/entries?start={len(leaves)}&limit=500")["items"][: head["size"] - len(leaves)]
        demand(entries, f"entry {len(leaves)} is not shown")
        for entry in entries:
            demand(entry["number"] == len(leaves), f"entry {len(leaves)} is not shown")
            content = json.loads(entry["content"])
            said = content["at"]
            if before and entry["number"] == before["size"]:
                at = max(at, before.get("until") or before["last"])
            if before and entry["number"] >= before["size"]:
                held = before.get("event") or 0
                demand(content["event"] > held, f"entry {entry['number']} is put in: the head before held its time")
            if before and entry["number"] >= before["size"] and content.get("name") == CHANGED:
                told.add(content["subject"])
            demand(said >= at, f"entry {entry['number']} is dated back: {said} stands behind {at}")
            at = said
            leaves.append(leaf_hash(entry))
    demand(root_of(leaves).hex() == head["root"], "the entries shown do not give the root that was signed")
    for one in others or ():
        demand(f"{KEY}:{one}" in told, f"the key changed to {one}, and no entry tells of it")
    return {"key": key, "keys": known, "head": dict(head, last=at)}


def keys_since(now: Any, state: Any) -> list[str] | None:
    """The keys that followed on the one remembered, down to that of now; None where they do not follow on it."""
    known, before = state.get("key", now["key"]), state.get("head")
    if known == now["key"]:
        return []
    shown = now.get("keys", [])
    places = [place for place, one in enumerate(shown) if one["key"] == known]
    since = shown[places[-1] + 1 :] if places else []
    if not before or not since or since[-1]["key"] != now["key"] or since[0]["after"] < before["size"]:
        return None
    return [one["key"] for one in since]


def check_growth(read: Callable[[str], Any], before: Any, head: Any) -> None:
    """That the log of now only adds to the one remembered."""
    old, new = before["size"], head["size"]
    demand(new >= old, f"entries were deleted: {new} of {old} are left")
    for name in ("at", "until", "event"):
        was, now = before.get(name), head.get(name)
        demand(not was or (now and now >= was), f"the head is dated back: {name} is {now}, and was {was}")
    path = [bytes.fromhex(step) for step in read(f"log/consistency?old={old}&new={new}")["path"]]
    grew = is_consistent(old, new, path, bytes.fromhex(before["root"]), bytes.fromhex(head["root"]))
    demand(grew, f"the log does not grow out of the {old} entries remembered: one was altered, deleted or put in")


def reader(city: str) -> Callable[[str], Any]:
    """What asks the API of a city."""

    def read(address: str) -> Any:
        address = city.rstrip("/") + "/api/v1/" + address
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - http or https, see is_city
                found = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unasked(f"{address} could not be asked: {error}") from error
        try:
            return json.loads(found)
        except ValueError as error:
            raise Fault(f"{address} answers what is no JSON") from error

    return read


def is_city(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def opened(path: str, what: str) -> Any:
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError) as error:
        raise Unasked(f"{path} could not be read as {what}: {error}") from error
    if not isinstance(found, dict):
        raise Unasked(f"{path} could not be read as {what}")
    return found


def kept(path: str, state: Any) -> None:
    """Write what is to be remembered: whole, or not at all."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(path + ".part", path)


def judge_proof(path: str, against: str | None) -> None:
    proof = opened(path, "a proof")
    keys = None
    if against and is_city(against):
        read = reader(against)
        now = read("log")
        keys = [one["key"] for one in now["keys"]] or [now["key"]]
        said = check_proof(proof, keys)
        demand(now["head"], "the log of the city is empty")
        check_growth(read, {"size": proof["head"]["size"], "root": proof["head"]["root"]}, now["head"])
    else:
        state = opened(against, "what was remembered") if against else {}
        keys = state.get("keys") or ([state["key"]] if against else None)
        said = check_proof(proof, keys)
    print(said)


def judge_city(city: str, remembered: str | None) -> None:
    state = opened(remembered, "what was remembered") if remembered and os.path.exists(remembered) else {}
    found = check_log(reader(city), state)
    if remembered:
        kept(remembered, found)
    head = found["head"]
    if state.get("key", found["key"]) != found["key"]:
        print(f"THE KEY CHANGED from {state['key']} to {found['key']}. The log grew out of what was remembered and")
        print("tells of the change itself; ask the city by another way whether it lost its key, and why.")
    print(f"{head['size']} entries, the log holds" if head else "the log is empty")


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    source, beside = arguments[0], arguments[1] if len(arguments) == 2 else None
    try:
        (judge_city if is_city(source) else judge_proof)(source, beside)
    except Fault as fault:
        print(f"FAULT: {fault}")
        return 1
    except Unasked as unasked:
        print(unasked)
        return 3
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        print(f"FAULT: not what a log or a proof says: {type(error).__name__} {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

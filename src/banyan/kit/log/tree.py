"""The Merkle tree of RFC 9162 over leaves that are only ever appended: root, inclusion, consistency.

Nodes are asked for by (level, index) and only where their subtree is complete: once made they never change. A proof
in a tree of n leaves reads about log2(n) of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

Node = Callable[[int, int], bytes]  # the hash of the complete subtree of 2**level leaves from index * 2**level on
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def join(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(size: int, node: Node) -> bytes:
    """The hash of the tree of the first `size` leaves."""
    return _span(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The path from a leaf to the root of the first `size` leaves (2.1.3.1). Raises ValueError outside of them."""
    if not 0 <= index < size:
        raise ValueError(f"index is {index}; the tree has the leaves 0 to {size - 1}.")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_span(middle, high, node))
            high = middle
        else:
            path.append(_span(low, middle, node))
            low = middle
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """What shows that the tree of `new` leaves adds to that of `old` (2.1.4.1). Raises ValueError for old > new."""
    if not 0 < old <= new:
        raise ValueError(f"old is {old} and new is {new}; the older has at least one leaf and no more than the new.")
    low, high, path, whole = 0, new, [], True
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_span(middle, high, node))
            high = middle
        else:
            path.append(_span(low, middle, node))
            low, whole = middle, False
    return ([] if whole else [_span(low, high, node)]) + path[::-1]


def grown(size: int, leaves: Iterable[bytes], node: Node) -> Iterator[tuple[int, int, bytes]]:
    """The nodes (level, index, hash) that become complete when leaf hashes are appended to `size` leaves."""
    fresh: dict[tuple[int, int], bytes] = {}
    for index, above in enumerate(leaves, start=size):
        level, place = 0, index
        while True:
            fresh[level, place] = above
            yield level, place, above
            if not place % 2:
                break
            before = fresh.pop((level, place - 1), None) or node(level, place - 1)
            above, level, place = join(before, above), level + 1, place // 2


def append(peaks: list[bytes], size: int, leaf: bytes) -> None:
    """Append a leaf hash to a tree of `size` leaves that is known by its complete subtrees from the left alone."""
    while size % 2:
        leaf, size = join(peaks.pop(), leaf), size // 2
    peaks.append(leaf)


def folded(peaks: list[bytes]) -> bytes:
    """The root of a tree that is known by its complete subtrees."""
    found = peaks[-1] if peaks else EMPTY
    for left in reversed(peaks[:-1]):
        found = join(left, found)
    return found


def _span(low: int, high: int, node: Node) -> bytes:
    size = high - low
    if not size & (size - 1) and not low % size:
        return node(size.bit_length() - 1, low // size)
    middle = low + _split(size)
    return join(_span(low, middle, node), _span(middle, high, node))


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)

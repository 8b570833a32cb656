"""Texts as counts of their pieces, found by hashing; and fingerprints by which near-copies are known."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from scipy.sparse import csr_array

WIDTH = 2**16
LONGEST = 3
MOST = 2_000  # characters of a text that are looked at
BITS = 64


def pieces(texts: Sequence[str], *, width: int = WIDTH, longest: int = LONGEST) -> csr_array:
    """
    Count the pieces of one to `longest` characters in each text.

    Chinese needs no words cut for this, and a misspelt word still shares most of its pieces. Spaces and case do not
    count. A piece stands in the column that its CRC-32 names, so there is no list of words to keep.

    Parameters
    ----------
    texts : sequence of str
    width : int
        How many columns there are; two pieces in one column are counted together.
    longest : int
        The length of the longest piece.

    Returns
    -------
    csr_array
        One row per text, one column per hash, of counts.

    Raises
    ------
    ValueError
        For a width or a length below 1.

    Examples
    --------
    >>> from banyan.science.text_classes import pieces
    >>> rows = pieces(["发霉", "发霉 发霉"], longest=2)
    >>> rows.sum(axis=1).tolist()
    [3, 7]
    """
    if width < 1 or longest < 1:
        raise ValueError(f"width is {width} and longest is {longest}; both must be at least 1.")
    starts, columns = [0], []
    for text in texts:
        plain = _plain(text)
        for length in range(1, longest + 1):
            columns += [crc32(plain[at : at + length].encode()) % width for at in range(len(plain) - length + 1)]
        starts.append(len(columns))
    rows = csr_array(
        (np.ones(len(columns), dtype=np.int64), np.array(columns, dtype=np.int64), np.array(starts, dtype=np.int64)),
        shape=(len(texts), width),
    )
    rows.sum_duplicates()
    return rows


def fingerprint(text: str) -> int:
    """
    A number of 64 bits that is nearly the same for nearly the same text.

    Parameters
    ----------
    text : str

    Returns
    -------
    int
        Each bit says which way most of the text's pieces of three characters vote; 0 for a text without any.

    References
    ----------
    Charikar, M. (2002): Similarity estimation techniques from rounding algorithms. STOC '02, 380-388.

    Examples
    --------
    >>> from banyan.science.text_classes import fingerprint
    >>> fingerprint("大米发霉变质") == fingerprint("大米 发霉变质")
    True
    """
    plain = _plain(text)
    seen = {plain[at : at + LONGEST] for at in range(len(plain) - LONGEST + 1)}
    if not seen:
        return 0
    hashes = b"".join(hashlib.blake2b(piece.encode(), digest_size=BITS // 8).digest() for piece in seen)
    bits = np.unpackbits(np.frombuffer(hashes, dtype=np.uint8).reshape(len(seen), BITS // 8), axis=1)
    votes = 2 * bits.sum(axis=0, dtype=np.int64) > len(seen)
    return int.from_bytes(np.packbits(votes).tobytes())


def distance(first: int, second: int) -> int:
    """
    How many bits of two fingerprints differ: about 32 for unlike texts, a few for near-copies.

    Parameters
    ----------
    first, second : int
        Fingerprints.

    Returns
    -------
    int

    Examples
    --------
    >>> from banyan.science.text_classes import distance
    >>> distance(0b1010, 0b0110)
    2
    """
    return (first ^ second).bit_count()


def _plain(text: str) -> str:
    return "".join(text[:MOST].split()).casefold()

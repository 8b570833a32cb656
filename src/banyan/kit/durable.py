"""Writes files so that a crash or power loss leaves either the whole file or none, and by one process at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def write_durably(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a hidden file beside `path`, flush it to the disk, then rename and flush the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.part")
    write(hidden)
    _flush(hidden, os.O_RDWR)
    hidden.rename(path)
    _flush(path.parent, os.O_RDONLY | os.O_DIRECTORY)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock that a file stands for; wait while another process or thread holds it. A death lets go of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def digest_of(path: Path | str) -> str:
    """The SHA-256 of a file, read in pieces."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

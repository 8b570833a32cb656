"""Answers that are made once for all processes of an installation: kept in memory, and beside the facts on disk."""

from __future__ import annotations

import functools
import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import error as ZlibError

from django.core.cache import caches

import banyan

NEAR, SHARED = "default", "shared"
DAY = 24 * 3600


def kept(key: str, make: Callable[[], Any]) -> Any:
    """What was made for a key, by this process or another; made now where nobody has. `key` names all it rests on.

    What an older version of the software kept is never read.
    """
    name = f"{build()}-{key}"
    found = caches[NEAR].get(name)
    if found is None:
        found = _from_others(name)
        if found is None:
            found = make()
            caches[SHARED].set(name, found, DAY)
        caches[NEAR].set(name, found, DAY)
    return found


def _from_others(name: str) -> Any:
    """What another process kept; None where nobody did, or where its file cannot be read."""
    try:
        return caches[SHARED].get(name)
    except (pickle.UnpicklingError, ZlibError, EOFError, AttributeError, ImportError, OSError):
        return None


@functools.cache
def build() -> str:
    """A short name for the software as it stands: changes with any file of it."""
    root = Path(banyan.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.suffix in (".py", ".html", ".mo", ".yaml", ".csv"))
    stamps = [(str(path.relative_to(root)), (about := path.stat()).st_mtime_ns, about.st_size) for path in files]
    return hashlib.sha256(repr(stamps).encode()).hexdigest()[:12]

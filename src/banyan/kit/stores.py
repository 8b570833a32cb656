"""Files that never change once they are written, in a folder or in an object store that fsspec knows by its URL."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from banyan.kit.durable import digest_of, write_durably


class Store:
    """Files by their names under one place: an absolute folder, or a URL such as s3://bucket/facts."""

    def __init__(self, place: str) -> None:
        self.place = place.rstrip("/")

    @property
    def is_remote(self) -> bool:
        """Whether an object store keeps the files."""
        return "://" in self.place

    def address(self, name: str) -> str:
        """The name as the engines open it."""
        return f"{self.place}/{name}"

    def write(self, name: str, fill: Callable[[Path], object]) -> str:
        """Let `fill` write a local file, and keep it under a name: whole or not at all. Returns its SHA-256.

        An object store takes an upload over only when the last byte of it has come.
        """
        if not self.is_remote:
            path = Path(self.address(name))
            write_durably(path, fill)
            return digest_of(path)
        with tempfile.TemporaryDirectory(prefix="banyan-") as folder:
            path = Path(folder) / "file"
            fill(path)
            self._filesystem.put_file(str(path), self.address(name))
            return digest_of(path)

    def fetch(self, name: str, path: Path) -> None:
        """Copy a file of the store to a local path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._filesystem.get_file(self.address(name), str(path))

    def digest(self, name: str) -> str:
        """The SHA-256 of a file, read in pieces. Raises OSError where it cannot be read."""
        if not self.is_remote:
            return digest_of(self.address(name))
        with self._filesystem.open(self.address(name), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def names(self) -> Iterator[str]:
        """The names of all files there are, unfinished ones included."""
        if not self.is_remote:
            paths = (Path(at, name) for at, _folders, names in os.walk(self.place) for name in names)
            yield from (str(path.relative_to(self.place)) for path in paths)
            return
        root = self._filesystem._strip_protocol(self.place)
        self._filesystem.invalidate_cache()
        for path in self._filesystem.find(root):
            yield path.removeprefix(root).lstrip("/")

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        if not self.is_remote:
            Path(self.address(name)).unlink(missing_ok=True)
            return
        try:
            self._filesystem.rm_file(self.address(name))
        except FileNotFoundError:
            return

    @property
    def _filesystem(self) -> Any:
        return filesystem(self.place)


@lru_cache(maxsize=4)
def filesystem(place: str) -> Any:
    """What fsspec opens a place with. S3 is spoken by Arrow, which finds keys and endpoint where AWS's tools do
    (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL); s3fs does not go with the other pins.
    """
    if place.startswith("s3://"):
        from fsspec.implementations.arrow import ArrowFSWrapper
        from pyarrow.fs import S3FileSystem

        return ArrowFSWrapper(S3FileSystem(endpoint_override=os.environ.get("AWS_ENDPOINT_URL")))
    import fsspec

    return fsspec.url_to_fs(place)[0]

"""What can go wrong when a pack is read or asked, in words that say what to do."""

from __future__ import annotations

from pathlib import Path


class PolicyError(Exception):
    """Base of all foreseen errors of the policy floor.

    The four parts are kept apart, so that a page can show each in its place: what was
    ``asked``, what ``prevents`` it, what to do ``instead``, ``where`` it is written.
    """

    def __init__(self, *, asked: str, prevents: str, instead: str, where: str = "") -> None:
        self.asked, self.prevents, self.instead, self.where = asked, prevents, instead, where
        super().__init__(self._text())

    def _text(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.asked}: {self.prevents} {self.instead}{place}"


class PackRefused(PolicyError):
    """A pack cannot be used; names the file, the line where known, and the entry."""

    def __init__(
        self,
        *,
        path: Path | str,
        prevents: str,
        instead: str,
        key: str | None = None,
        line: int | None = None,
    ) -> None:
        self.path, self.key, self.line = Path(path), key, line
        where = f"{path}, line {line}" if line else str(path)
        asked = f"Entry {key!r} was to be read" if key else f"File {Path(path).name!r} was to be read"
        super().__init__(asked=asked, prevents=prevents, instead=instead, where=where)


class UnknownEntry(PolicyError):
    """No entry has this key, or it is of another kind than asked for."""


class NotInForce(PolicyError):
    """The entry exists, but nothing of it was in force on the day asked about."""

"""What a question to the data gives back for each thing that it is true of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Seen:
    """What a rule is true of: a record, or a county and what it has not; with what was seen.

    `detail` is what an explanation speaks of; `around` is with what it was compared, which moves as other data come.
    """

    noun: str
    record: str
    subject: str
    county: str | None
    laboratory: str | None = None
    part: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    around: Mapping[str, Any] = field(default_factory=dict)

    def differs(self, told: Mapping[str, Any]) -> bool:
        """Whether an earlier finding of the same told something else of it than is seen now."""
        return any(told.get(name) != value for name, value in self.detail.items())

"""The small forms of decisions on late entries."""

from __future__ import annotations

from banyan.kit.office import VerbForm


class NeedsReason(VerbForm):
    needs_reason = True

"""The small form of a decision on an alert."""

from __future__ import annotations

from banyan.kit.office import VerbForm


class NeedsReason(VerbForm):
    needs_reason = True

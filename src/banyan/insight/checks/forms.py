"""The small form of an answer to a finding."""

from __future__ import annotations

from banyan.kit.office import VerbForm


class NeedsReason(VerbForm):
    needs_reason = True

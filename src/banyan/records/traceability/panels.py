"""What traceability shows on record pages: what was read under a stated purpose, to auditors."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.kit import readings
from banyan.kit.office import Panel

SHOWN = 10


def readings_under(purpose: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The latest readings under a purpose, and where all of them stand."""
    under = f"{purpose.noun}:{purpose.pk}"
    rows = list(readings.under(under)[: SHOWN + 1])
    if not rows:
        return None
    more = f"{reverse('office:kit_reading_changelist')}?q={under}" if len(rows) > SHOWN else ""
    return {"rows": rows[:SHOWN], "more": more}


PANELS = (
    Panel("traceability.purpose", _("What was read under it"), "traceability/readings.html", readings_under,
          right="events.view"),
)  # fmt: skip

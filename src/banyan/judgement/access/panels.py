"""What access shows on a firm's page: who may read its credit file, who did, and how often."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.judgement.access import queries
from banyan.judgement.access.models import Access, Consent
from banyan.kit.office import Panel, link
from banyan.kit.scope import scoped

SHOWN = 6


def of_firm(firm: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """Consents of a firm that hold, the latest readings, and their counts by client."""
    consents = scoped(Consent, person).filter(organisation=firm, state="given", until_on__gte=on, withdrawn_on=None)
    held = [{"record": one, "url": link(one)} for one in consents.order_by("until_on", "key")[:SHOWN]]
    readings = scoped(Access, person).filter(organisation=firm)
    latest = list(readings.order_by("-pk")[:SHOWN])
    titles = {one.key: one.title for one in queries.purposes()}
    counts = [one | {"title": titles.get(one["purpose"], one["purpose"])} for one in queries.by_client(readings)]
    is_own = queries.is_own(person, firm.pk)
    if not held and not latest and not is_own:
        return None
    rows = [{"one": one, "purpose": titles.get(one.purpose, one.purpose), "what": Access.WHAT.get(one.what, one.what)}
            for one in latest]  # fmt: skip
    return {"firm": firm, "held": held, "rows": rows, "counts": counts[:SHOWN], "is_own": is_own}


PANELS = (
    Panel("registry.organisation", _("Who read the credit file"), "access/of_firm.html", of_firm,
          right="access.view", order=6),
)  # fmt: skip

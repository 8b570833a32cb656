"""What the office sees of the public's pages beside its own records: the code that leads to a pack's page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan import epcis
from banyan.kit.office import Panel


def code(thing: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The picture of the code and the address that it holds; None for what is no pack."""
    if not thing.gtin:
        return None
    path = thing.epc.removeprefix(epcis.DOMAIN)
    return {"path": path, "picture": f"/qr{path}"} if path.startswith("/01/") else None


PANELS = (Panel("traceability.thing", _("Code for the label"), "portal/code.html", code, right="traceability.view"),)

"""What the office sees of the public's pages beside its own records: the codes that lead to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan import epcis
from banyan.kit.office import Panel


def code(thing: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The picture of the code and the address that it holds; None for what is no pack."""
    if not thing.gtin:
        return None
    path = thing.epc.removeprefix(epcis.DOMAIN)
    if not path.startswith("/01/"):
        return None
    return {"path": path, "picture": f"/qr{path}", "says": gettext("The public page of this pack")}


def equipment_code(equipment: Any, *, person: Any, on: date) -> dict[str, Any]:
    """The picture of the code to put up at a piece of equipment."""
    path, picture = (reverse(f"portal:{name}", args=[equipment.code]) for name in ("equipment", "equipment_code"))
    return {"path": path, "picture": picture, "says": gettext("The public page of this equipment")}


PANELS = (
    Panel("traceability.thing", _("Code for the label"), "portal/code.html", code, right="traceability.view"),
    Panel("equipment.equipment", _("Code for the label"), "portal/code.html", equipment_code, right="equipment.view"),
)

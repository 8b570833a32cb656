"""Where the trace stands in the office: its page, and what is told of the goods of a firm and of a product."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.edge.traces import queries
from banyan.kit.office import Page, Panel
from banyan.records.traceability.queries import NoPurpose


def goods_of_firm(organisation: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The latest events at a firm, the lots they name, and what is missing in their chains."""
    return _told(person=person, organisation=organisation.pk)


def goods_of_product(product: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The same of a product, by its bar code."""
    return _told(person=person, product=product.pk)


def _told(**asked: Any) -> dict[str, Any] | None:
    try:
        found = queries.recent_goods(**asked)
    except NoPurpose:
        return {"needs_purpose": True, "state": reverse("office:traceability_purpose_changelist")}
    if found is None:
        return None
    page = reverse("traces:trace")
    lots = [
        {"lot": one, "forward": f"{page}?{urlencode({'epc': one.epc, 'direction': 'forward'})}",
         "backward": f"{page}?{urlencode({'epc': one.epc, 'direction': 'backward'})}"}
        for one in found.lots
    ]  # fmt: skip
    return {"found": found, "lots": lots}


PANELS = (
    Panel("registry.organisation", _("Goods, as events tell"), "traces/goods.html", goods_of_firm,
          right="traceability.view", order=40),
    Panel("registry.product", _("Goods, as events tell"), "traces/goods.html", goods_of_product,
          right="traceability.view", order=40),
)  # fmt: skip

PAGES = (
    Page(_("Trace goods"), "traces:trace", right="traceability.view", icon="account_tree", group=_("The city"),
         order=45),
)  # fmt: skip

"""What vouching shows elsewhere: a screening's receipt, a credential's file and code, a firm's credentials."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.edge.vouching import queries
from banyan.edge.vouching.models import Credential
from banyan.judgement.access import queries as access
from banyan.kit.office import Page, Panel, link
from banyan.kit.scope import scoped

SHOWN = 5
VIEW, SCREEN = "vouching.view", "vouching.screen"


def receipt(record: Any, *, person: Any, on: date) -> dict[str, Any]:
    """How far a screening is, and what proves its result."""
    return {"record": record, "evidence": queries.evidence_of(record)}


def carried(record: Any, *, person: Any, on: date) -> dict[str, Any]:
    """A credential as file and as code, with what verifies it."""
    return {"record": record, "picture": queries.picture(record), "list": record.status_list}


def of_firm(firm: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The credentials that a firm took last, and the way to take another one."""
    found = scoped(Credential, person).filter(organisation=firm).order_by("-number")[:SHOWN]
    rows = [{"record": one, "url": link(one)} for one in found]
    is_own = access.is_own(person, firm.pk)
    return {"firm": firm, "rows": rows, "is_own": is_own} if rows or is_own else None


PAGES = (
    Page(_("Screen codes"), "vouching:new", right=SCREEN, icon="fact_check", group=_("Quality credit"), order=48),
)  # fmt: skip
PANELS = (
    Panel("vouching.screening", _("Result and receipt"), "vouching/receipt.html", receipt, right=VIEW, order=4),
    Panel("vouching.credential", _("To take along"), "vouching/credential.html", carried, right=VIEW, order=4),
    Panel("registry.organisation", _("Credentials of status"), "vouching/of_firm.html", of_firm, right=VIEW, order=8),
)

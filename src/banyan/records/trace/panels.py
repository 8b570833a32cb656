"""Where the trace stands in the office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Page

PAGES = (
    Page(_("Trace goods"), "trace:trace", right="traceability.view", icon="account_tree", group=_("The city"),
         order=45),
)  # fmt: skip

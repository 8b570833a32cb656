"""The page of the order of inspections in the office's side bar."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Page

PAGES = (
    Page(
        _("Order by risk"),
        "risk:order",
        right="alerts.view",
        icon="low_priority",
        group=_("Plans and draws"),
        order=60,
    ),
)

"""The reports' page in the office's side bar."""

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Page

PAGES = (
    Page(_("Reports"), "reports:reports", right="indicators.view", icon="article", group=_("The city"), order=40),
)

"""The cockpit's pages in the office's side bar."""

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Page

CITY = _("The city")
RIGHT = "indicators.view"

PAGES = (
    Page(_("Cockpit"), "cockpit:home", right=RIGHT, icon="dashboard", group=CITY, order=10),
    Page(_("Clauses and targets"), "cockpit:clauses", right=RIGHT, icon="gavel", group=CITY, order=20),
    Page(_("Indicators"), "cockpit:indicators", right=RIGHT, icon="monitoring", group=CITY, order=30),
)

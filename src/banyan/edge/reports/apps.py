"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "banyan.edge.reports"
    label = "reports"
    verbose_name = _("Reports")

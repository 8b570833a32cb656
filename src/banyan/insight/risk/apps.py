"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskConfig(AppConfig):
    name = "banyan.insight.risk"
    label = "risk"
    verbose_name = _("Risk")

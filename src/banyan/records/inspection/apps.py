"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionConfig(AppConfig):
    name = "banyan.records.inspection"
    label = "inspection"
    verbose_name = _("Spot checks")

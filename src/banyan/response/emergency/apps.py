"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmergencyConfig(AppConfig):
    name = "banyan.response.emergency"
    label = "emergency"
    verbose_name = _("Emergencies")

"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "banyan.edge.portal"
    label = "portal"
    verbose_name = _("Portal")

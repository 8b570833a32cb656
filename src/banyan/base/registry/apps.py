"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "banyan.base.registry"
    label = "registry"
    verbose_name = _("Registry")

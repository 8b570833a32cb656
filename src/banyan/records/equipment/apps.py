"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EquipmentConfig(AppConfig):
    name = "banyan.records.equipment"
    label = "equipment"
    verbose_name = _("Special equipment")

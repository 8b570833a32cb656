"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "banyan.records.plans"
    label = "plans"
    verbose_name = _("Plans and draws")

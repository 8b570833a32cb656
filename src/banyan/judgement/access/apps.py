"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "banyan.judgement.access"
    label = "access"
    verbose_name = _("Access to credit")

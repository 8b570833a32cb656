"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecallConfig(AppConfig):
    name = "banyan.response.recall"
    label = "recall"
    verbose_name = _("Recalls")

"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "banyan.edge.intake"
    label = "intake"
    verbose_name = _("Intake of files")

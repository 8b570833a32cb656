"""Starts kit: the site's day, when this installation is a demonstration."""

from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KitConfig(AppConfig):
    name = "banyan.kit"
    label = "kit"
    verbose_name = _("People and records of work")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings

        from banyan.kit import clock

        clock.read_demonstration_day(Path(settings.BANYAN_DATA_DIR))

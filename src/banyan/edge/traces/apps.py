"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TracesConfig(AppConfig):
    name = "banyan.edge.traces"
    label = "traces"
    verbose_name = _("Traces")

"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TraceConfig(AppConfig):
    name = "banyan.records.trace"
    label = "trace"
    verbose_name = _("Trace")

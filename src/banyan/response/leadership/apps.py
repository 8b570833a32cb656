"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadershipConfig(AppConfig):
    name = "banyan.response.leadership"
    label = "leadership"
    verbose_name = _("Regional supervision")

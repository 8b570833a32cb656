"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "banyan.response.casework"
    label = "casework"
    verbose_name = _("Cases")

"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "banyan.base.matching"
    label = "matching"
    verbose_name = _("Names without a code")

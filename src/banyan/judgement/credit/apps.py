"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditConfig(AppConfig):
    name = "banyan.judgement.credit"
    label = "credit"
    verbose_name = _("Quality credit")

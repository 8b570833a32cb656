"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "banyan.edge.exchange"
    label = "exchange"
    verbose_name = _("Exchange")

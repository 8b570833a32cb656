"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EpcisConfig(AppConfig):
    name = "banyan.edge.epcis"
    label = "epcis"
    verbose_name = _("Interface for events (EPCIS)")
    scopes = {
        "epcis:capture": _("sending events (EPCIS)"),
        "epcis:query": _("reading events, keeping queries and subscribing (EPCIS)"),
    }

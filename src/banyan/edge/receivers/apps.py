"""Names the room for Django, and what machines of receivers may be let in for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceiversConfig(AppConfig):
    name = "banyan.edge.receivers"
    label = "receivers"
    verbose_name = _("Receivers of changes")
    scopes = {
        "exchange:changes": _("reading what changed, as a receiver"),
        "exchange:receipts": _("giving receipts and reporting copies, as a receiver"),
    }

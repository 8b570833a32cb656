"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VouchingConfig(AppConfig):
    name = "banyan.edge.vouching"
    label = "vouching"
    verbose_name = _("Screenings and credentials")

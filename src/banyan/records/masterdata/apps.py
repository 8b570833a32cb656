"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MasterDataConfig(AppConfig):
    name = "banyan.records.masterdata"
    label = "masterdata"
    verbose_name = _("Master data")

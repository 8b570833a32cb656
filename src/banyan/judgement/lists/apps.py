"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "banyan.judgement.lists"
    label = "lists"
    verbose_name = _("Lists of firms")

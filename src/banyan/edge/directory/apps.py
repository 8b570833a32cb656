"""The app of the directory."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Lets everyone look firms up."""

    name = "banyan.edge.directory"
    verbose_name = _("directory")

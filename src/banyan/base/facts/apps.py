"""Names the room for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactsConfig(AppConfig):
    name = "banyan.base.facts"
    label = "facts"
    verbose_name = _("Facts")

    def ready(self) -> None:
        """Let kinds of facts be told by their titles."""
        from banyan.base.facts.facts import kinds
        from banyan.kit import titles

        titles.SAID_BY["fact"] = lambda key: str(kinds()[key].title) if key in kinds() else key

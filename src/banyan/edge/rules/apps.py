"""Names the room for Django, and lets every process know what was adopted."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    name = "banyan.edge.rules"
    label = "rules"
    verbose_name = _("Rules")

    def ready(self) -> None:
        from django_tasks.signals import task_started

        from banyan.kit import layer

        layer.comes_from(_adopted)
        task_started.connect(_look, dispatch_uid="rules in force")


def _adopted() -> Any:
    """What was adopted; every command asks, so nothing more is loaded where nothing was."""
    from banyan.edge.rules.models import Draft

    if not Draft.objects.filter(state="adopted", withdrawn_on=None).exists():
        return ()
    from banyan.edge.rules import queries

    return queries.amendments()


def _look(**_told: Any) -> None:
    """The background worker lives long: it looks before each piece of work."""
    from banyan.kit import layer

    layer.refresh_in_time()

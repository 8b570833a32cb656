"""Names the room for Django, and sets the guard before the doors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalConfig(AppConfig):
    name = "banyan.insight.approval"
    label = "approval"
    verbose_name = _("Approval")

    def ready(self) -> None:
        from banyan.insight.approval.actions import keep_late
        from banyan.insight.approval.queries import refusal_of
        from banyan.kit import locks

        locks.KEEPERS.append(locks.Keeper(refusal_of, keep_late))

"""The office's screen of credit grades."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.judgement.credit.models import Grade
from banyan.kit.office import Screen, register


@register(Grade)
class GradeScreen(Screen):
    list_display = ("organisation", "grade", "before", "score", "since_on")
    filters = ("grade", "since_on")
    finds_by = ("organisation", "pk")
    icon = "workspace_premium"
    empty = _("No firm within your office has a finding that costs points.")
    fields = ("organisation", ("grade", "before"), ("score", "since_on"))

"""The office's screens of credit grades and of objections to lines of credit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banyan.judgement.access import actions as access
from banyan.judgement.credit import actions, forms
from banyan.judgement.credit.models import OBJECTION_FLOW, Grade, Objection
from banyan.kit.office import Button, Screen, register


@register(Grade)
class GradeScreen(Screen):
    list_display = ("organisation", "grade", "before", "score", "since_on")
    filters = ("grade", "since_on")
    finds_by = ("organisation", "pk")
    icon = "workspace_premium"
    empty = _("No firm within your office has a finding that costs points.")
    fields = ("organisation", ("grade", "before"), ("score", "since_on"))

    def shown(self, request: HttpRequest, keys: Iterable[Any]) -> None:
        """Keep that the grades of firms were read, on duty as office pages are."""
        firms = Grade.objects.filter(pk__in=keys).values_list("organisation_id", flat=True)
        access.note_listed_on_duty(person=request.user, firms=firms, what="grade")


@register(Objection)
class ObjectionScreen(Screen):
    list_display = ("organisation", "record_key", "rule", "objected_on", "due_on", "state")
    filters = ("state", "objected_on", "due_on")
    finds_by = ("organisation", "record_key", "pk")
    icon = "rate_review"
    flow = OBJECTION_FLOW
    empty = _("No firm within your office has objected to a line of its credit.")
    fields = ("organisation", "rule", ("record_noun", "record_key"), "words", ("objected_on", "due_on"), "answer",
              ("answered_on", "answered_by"))  # fmt: skip
    buttons = (
        Button(actions.object_line, _("Object to a line"), forms.ObjectLine, where="list", icon="rate_review"),
        Button(actions.uphold_objection, form=forms.NeedsReason, move="uphold_objection", icon="check",
               variant="primary"),
        Button(actions.refuse_objection, form=forms.NeedsReason, move="refuse_objection", icon="close"),
    )  # fmt: skip

"""Screens of field work: tasks, and the pictures and papers of a visit."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from banyan.kit import clock
from banyan.kit.office import BY_FORM, Button, Inline, PaperScreen, Screen, register
from banyan.records.inspection import actions, forms, queries
from banyan.records.inspection.models import TASK_FLOW, Evidence, Sample, Task
from banyan.records.inspection.queries import papers


class Papers(PaperScreen):
    """A screen whose records have papers of spot checks."""

    papers = papers


class Acts(Papers):
    """A screen of tasks or samples: it says whose move it is."""

    def next_move(self, record: Any) -> str:
        if record.withdrawn_on or not (mover := queries.mover(record)):
            return ""
        said = _("To move: %(mover)s") % {"mover": mover}
        if record.due_on is None:
            return str(said)
        late = record.due_on < clock.today()
        return f"{said} · " + (_("overdue since %(day)s") if late else _("by %(day)s")) % {"day": record.due_on}


class SamplesInline(Inline):
    model = Sample
    fk_name = "task"
    fields = ("number", "product_name", "sampled_on", "state", "conclusion")


class EvidenceInline(Inline):
    model = Evidence
    fields = ("name", "kind", "taken_on", "size", "digest")
    ordering = ("key",)


@register(Task)
class TaskScreen(Acts):
    list_display = ("key", "organisation", "product_class", "county", "drawn", "state", "assignee", "due_on")
    filters = ("state", "county", "product_class", "drawn", "scheme", "planned_on", "due_on")
    finds_by = ("organisation", "product_class", "pk")
    icon = "assignment"
    flow = TASK_FLOW
    ordering = ("-planned_on", "key")
    empty = _("No task lies within your office.")
    fieldsets = (
        (None, {"fields": (("organisation", "county"), ("product_class", "product"), ("line", "draw"),
                           ("scheme", "level"), ("authority", "organiser"))}),
        (_("How drawn"), {"fields": (("drawn", "is_emergency"), ("stratum", "weight"), "follows")}),
        (_("Whose move"), {"fields": (("assignee", "due_on"), ("due_rule", "escalated_on"),
                                      ("samplers", "laboratory"))}),
        (_("What happened"), {"fields": (("planned_on", "notified_on", "visited_on"), ("not_sampled_reason", "case"),
                                         "proof", ("note", "witness"))}),
    )  # fmt: skip
    inlines = (SamplesInline, EvidenceInline)
    buttons = (
        Button(actions.plan_tasks, _("Plan a task"), forms.PlanTask, where="list"),
        Button(
            actions.hand_over_work, _("Hand over somebody's work"), forms.HandOverWork, where="list", icon="move_up"
        ),
        Button(actions.assign_samplers, _("Assign samplers"), forms.AssignSamplers, move="notify", icon="group"),
        Button(actions.notify_tasks, move="notify", bulk="tasks", icon="campaign"),
        Button(
            actions.take_samples, form=forms.TakeSample, record=BY_FORM, move="take_sample", icon="inventory",
            variant="primary",
        ),
        Button(
            actions.record_not_sampled, form=forms.NotSampled, move="record_not_sampled", bulk="tasks", icon="block"
        ),
        Button(
            actions.accept_proof, _("Accept proof of a check from above"), forms.AcceptProof,
            move="record_not_sampled", icon="verified",
        ),
        Button(
            actions.record_refusals, form=forms.RecordRefusal, move="record_refusal", bulk="tasks", icon="front_hand"
        ),
        Button(
            actions.visit_again, form=forms.NeedsReason, move="visit_again", bulk="tasks", icon="undo",
        ),
        Button(actions.open_refusal_case, form=forms.CaseNumber, move="open_refusal_case", icon="gavel"),
        Button(actions.add_evidence, _("Add pictures or papers"), forms.AddEvidence, icon="add_a_photo"),
        Button(actions.reassign, _("Reassign"), forms.Reassign, when=queries.whose_move, bulk="tasks",
               icon="swap_horiz"),
        Button(actions.cancel_tasks, form=forms.NeedsReason, move="cancel_task", bulk="tasks", variant="danger"),
    )  # fmt: skip


@register(Evidence)
class EvidenceScreen(Screen):
    list_display = ("name", "kind", "sample", "task", "taken_on", "size")
    filters = ("kind", "taken_on")
    finds_by = ("name", "sample__number", "pk")
    icon = "photo_library"
    ordering = ("-taken_on", "key")
    empty = _("No picture or paper lies within your office.")
    fields = (("name", "kind"), ("sample", "task"), ("taken_on", "media_type", "size"), "digest",
              ("latitude", "longitude"))  # fmt: skip
    buttons = (Button(actions.withdraw_evidence, _("Withdraw"), forms.NeedsReason, variant="danger"),)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<path:key>/file/", view, name="inspection_evidence_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, key: str) -> FileResponse:
        """The file itself, to those who may see its record; never shown as a page of ours."""
        found = self.get_queryset(request).filter(pk=key).first() if self.has_view_permission(request) else None
        if found is None or not found.file.storage.exists(found.file.name):
            raise Http404(key)
        answer = FileResponse(found.file.open("rb"), content_type=found.media_type)
        answer["Content-Disposition"] = content_disposition_header(found.media_type == "application/pdf", found.name)
        answer["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; sandbox"
        return answer

"""Screens of tasks, interviews and commitments."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, PaperScreen, Screen, register
from banyan.response.leadership import actions, forms, queries
from banyan.response.leadership.models import INTERVIEW_FLOW, TASK_FLOW, Commitment, Interview, Task


@register(Task)
class TaskScreen(Screen):
    list_display = ("title", "of_programme", "county", "product_class", "assignee", "set_on", "due_on", "state")
    filters = ("state", "county", "product_class", "assignee", "set_on", "due_on")
    finds_by = ("title", "pk")
    icon = "task_alt"
    flow = TASK_FLOW
    empty = _("No task of supervision lies within your office.")
    fields = (("title", "of_programme"), "asked", ("county", "product_class"), ("assignee", "due_on"),
              ("set_on", "set_by"), "result", ("reported_on", "reported_by"), ("escalated_on", "superior"),
              "ended_on")  # fmt: skip
    readonly_fields = ("of_programme",)
    buttons = (
        Button(actions.set_tasks, _("Set a task"), forms.SetTask, where="list", icon="add", record="tasks"),
        Button(actions.report_tasks, form=forms.ReportTask, move="report_tasks", bulk="tasks", icon="task",
               variant="primary"),
        Button(actions.accept_tasks, move="accept_tasks", bulk="tasks", icon="done_all", variant="primary"),
        Button(actions.return_task, form=forms.NeedsReason, move="return_task", icon="undo"),
        Button(actions.drop_task, form=forms.NeedsReason, move="drop_task", icon="close"),
    )  # fmt: skip

    @admin.display(description=_("programme"), ordering="programme")
    def of_programme(self, task: Task) -> str:
        return queries.programme(task.programme)


@register(Interview)
class InterviewScreen(PaperScreen):
    papers = queries
    list_display = ("number", "called", "due_on", "state", "trigger", "county", "interview_on", "held_on")
    ordering = (F("due_on").asc(nulls_last=True), "-noticed_on", "key")
    filters = ("state", "trigger", "county", "interview_on", "due_on")
    finds_by = ("number", "party", "pk")
    icon = "record_voice_over"
    flow = INTERVIEW_FLOW
    empty = _("No interview lies within your office.")
    fields = (("trigger", "called"), ("party", "county"), "topic", ("noticed_on", "interview_on"),
              ("held_on", "held_by"), "attended", "minutes", ("due_on", "concluded_on"))  # fmt: skip
    buttons = (
        Button(actions.call_interview, _("Call an interview"), forms.CallInterview, where="list", icon="add"),
        Button(actions.hold_interview, form=forms.HoldInterview, move="hold_interview", icon="forum",
               variant="primary"),
        Button(actions.cancel_interview, form=forms.NeedsReason, move="cancel_interview", icon="close"),
    )  # fmt: skip


@register(Commitment)
class CommitmentScreen(Screen):
    list_display = ("interview", "text", "by_on", "checked_on", "is_kept")
    filters = ("by_on", "checked_on", "is_kept")
    finds_by = ("interview__number", "pk")
    icon = "handshake"
    empty = _("No commitment lies within your office.")
    fields = ("interview", "text", "by_on", ("checked_on", "checked_by"), "is_kept", "found")
    buttons = (
        Button(actions.check_commitment, _("Record the check"), forms.CheckCommitment, icon="fact_check",
               when=lambda one: one.checked_on is None, variant="primary"),
    )  # fmt: skip

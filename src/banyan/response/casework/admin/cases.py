"""The screen of cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from banyan.kit import amounts, clock
from banyan.kit.office import Button, Inline, Screen, files_of, register
from banyan.response.casework import actions, forms, queries
from banyan.response.casework.admin.clues import CLOCK, MATTER, DutiesInline
from banyan.response.casework.models import CASE_FLOW, Case, Clue, Evidence, Paper, Remedy, Transfer
from banyan.response.casework.queries import papers, terms


class CluesInline(Inline):
    model = Clue
    fk_name = "case"
    fields = ("number", "cause", "title", "received_on", "state")


class EvidenceInline(Inline):
    model = Evidence
    fields = ("number", "kind", "title", "taken_on", "taken_by", "digest", "hold_until", "withdrawn_on")


class PapersInline(Inline):
    model = Paper
    fields = ("number", "title", "made_on", "made_by")
    ordering = ("made_on", "key")

    def files(self, row: Paper) -> Sequence[tuple[str, str]]:
        return [one for _title, files in files_of(row, papers) for one in files]


class TransfersInline(Inline):
    model = Transfer
    fields = ("proposed_on", "state", "amount", "threshold", "police", "sent_on", "receipted_on", "copied_on")


class RemediesInline(Inline):
    model = Remedy
    fields = ("kind", "authority", "asked_on", "ask_by", "end", "ended_on", "fine_before", "fine_after")


def runs(case: Case) -> bool:
    return case.suspended_on is None


def is_stopped(case: Case) -> bool:
    return case.suspended_on is not None and case.state != "hearing"


@register(Case)
class CaseScreen(Screen):
    list_display = ("number", "title", "party_name", "cause", "county", "filed_on", "assignee", "state", "due_on")
    filters = (
        "state",
        "outcome",
        "cause",
        "procedure",
        "county",
        "product_class",
        "filed_on",
        "decided_on",
        "due_on",
    )
    finds_by = ("number", "party", "pk")
    search_help_text = _("Beginning of the number, or the party by name, pinyin or code")
    icon = "gavel"
    flow = CASE_FLOW
    empty = _("No case lies within your office.")
    export_fields = (
        "number", "cause", "title", "party", "party_name", "product_name", "lots", "county", "filed_on", "decide_by",
        "outcome", "decided_on", "fine", "confiscated", "paid", "served_on", "published_on", "closed_on", "state",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("cause", *MATTER, ("filed_on", "rules_on", "procedure"), ("second_officer", "decide_by"),
                           ("extended_on", "days_stopped"), ("suspended_on", "suspended"))}),
        (_("Whose move"), {"fields": CLOCK}),
        (_("Investigation and review"), {"fields": ("findings", ("concluded_on", "concluded_by"), "opinion",
                                                    ("reviewed_on", "reviewed_by"))}),
        (_("Penalty"), {"fields": (("breach_said", "step_said"), ("goods_value", "sales"),
                                   ("fine_proposed", "fine"), ("range_said", "confiscated"), "grounds",
                                   ("announced_on", "state_by"), ("stated_on", "statement"),
                                   ("hearing_on", "hearing_by"), "hearing_record",
                                   ("outcome", "decided_on", "decided_by"))}),
        (_("Carrying out"), {"fields": (("served_on", "manner"), ("pay_by", "owed"), ("paid", "paid_on", "surcharge"),
                                        ("publish_by", "published_on", "public_until"), "closed_on")}),
    )  # fmt: skip
    readonly_fields = ("suspended", "breach_said", "step_said", "range_said", "owed")
    inlines = (DutiesInline, EvidenceInline, PapersInline, TransfersInline, RemediesInline, CluesInline)
    buttons = (
        Button(actions.penalise_on_spot, _("Penalty on the spot"), forms.OnSpot, where="list", icon="bolt"),
        Button(actions.add_evidence, _("Add evidence"), forms.AddEvidence, icon="add_a_photo",
               when=lambda one: one.state != "closed"),
        Button(actions.note_evidence, _("Note the hash of evidence"), forms.NoteEvidence, icon="tag",
               when=lambda one: one.state != "closed"),
        Button(actions.conclude_investigation, form=forms.Findings, move="conclude_investigation", icon="fact_check",
               variant="primary", when=runs),
        Button(actions.pass_review, form=forms.Opinion, move="pass_review", icon="balance", variant="primary"),
        Button(actions.return_file, form=forms.Opinion, move="return_file", icon="undo"),
        Button(actions.announce_penalty, form=forms.AnnouncePenalty, move="announce_penalty", icon="campaign",
               variant="primary", when=runs),
        Button(actions.record_statement, form=forms.Statement, move="record_statement", icon="record_voice_over"),
        Button(actions.call_hearing, form=forms.CallHearing, move="call_hearing", icon="groups"),
        Button(actions.hold_hearing, form=forms.HoldHearing, move="hold_hearing", icon="forum", variant="primary"),
        Button(actions.decide_penalty, form=forms.DecidePenalty, move="decide_penalty", icon="gavel",
               variant="primary", when=runs),
        Button(actions.drop_case, form=forms.DropCase, move="drop_case", icon="do_not_disturb_on", when=runs),
        Button(actions.serve_decision, form=forms.ServeDecision, move="serve_decision", icon="mail",
               variant="primary"),
        Button(actions.record_payment, form=forms.RecordPayment, move="record_payment", icon="payments",
               variant="primary"),
        Button(actions.demand_payment, move="demand_payment", icon="notification_important"),
        Button(actions.enforce_payment, move="enforce_payment", icon="account_balance"),
        Button(actions.publish_penalty, _("Publish the penalty"), icon="public",
               when=queries.is_publishable),
        Button(actions.ask_remedy, form=forms.AskRemedy, move="ask_remedy", icon="balance",
               when=lambda one: one.outcome == "penalty"),
        Button(actions.close_case, move="close_case", icon="done_all", variant="primary"),
        Button(actions.extend_decision, form=forms.NeedsReason, move="extend_decision", icon="more_time",
               when=lambda one: one.extended_on is None),
        Button(actions.suspend_case, form=forms.SuspendCase, move="suspend_case", icon="pause", when=runs),
        Button(actions.resume_case, move="resume_case", icon="play_arrow", when=is_stopped),
        Button(actions.propose_transfer, form=forms.ProposeTransfer, move="propose_transfer", icon="local_police"),
        Button(actions.issue_paper, _("Make a paper"), forms.IssuePaper, icon="description"),
        Button(actions.reassign_cases, _("Reassign"), forms.Reassign, bulk="cases", icon="swap_horiz",
               when=lambda one: one.state != "closed"),
        Button(actions.recuse, _("Pass on because of a tie"), bulk="cases", icon="link_off",
               when=lambda one: one.state != "closed"),
    )  # fmt: skip

    @admin.display(description=_("clock stopped for"))
    def suspended(self, case: Case) -> str:
        return terms.title_of("stops", case.suspended_for, on=case.rules_on) if case.suspended_for else "—"

    @admin.display(description=_("breach"))
    def breach_said(self, case: Case) -> str:
        return terms.title_of("breaches", case.breach, on=case.rules_on) if case.breach else "—"

    @admin.display(description=_("step of discretion"))
    def step_said(self, case: Case) -> str:
        return terms.title_of("discretion", case.step, on=case.rules_on) if case.step else "—"

    @admin.display(description=_("range of the fine"))
    def range_said(self, case: Case) -> str:
        """The range of the breach, and the part of it that the step leaves."""
        found = queries.range_of(case.breach, case.step, goods_value=case.goods_value, on=case.rules_on)
        if found is None:
            return "—"
        words = _("%(least)s to %(most)s, in this step %(low)s to %(high)s (%(where)s)")
        said = {name: amounts.said(getattr(found, name)) for name in ("least", "most", "low", "high")}
        return str(words) % {**said, "where": found.written}

    @admin.display(description=_("owed today"))
    def owed(self, case: Case) -> str:
        return str(queries.owed(case, on=clock.today())) if case.served_on else "—"

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)

"""The office's screens of plans and draws."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.queries import names_of
from banyan.kit import titles
from banyan.kit.office import Button, Inline, Screen, register
from banyan.kit.people import names_of as names_of_people
from banyan.records.plans import actions, forms
from banyan.records.plans.models import DRAW_FLOW, PLAN_FLOW, Draw, FrameUnit, Plan, PlanLine, Quota, Tie


class LinesInline(Inline):
    model = PlanLine
    fields = ("risk_rank", "product_class", "risk_score", "batches", "cost_per_batch", "rules_published_on")
    ordering = ("risk_rank",)
    per_page = 50


class QuotasInline(Inline):
    model = Quota
    fields = ("county", "batches")
    ordering = ("county",)


class DrawsInline(Inline):
    model = Draw
    fields = ("key", "state", "committed_at", "frozen_at", "drawn_at")


class UnitsInline(Inline):
    model = FrameUnit
    fields = ("unit", "order", "role", "county", "stratum", "measure", "probability", "samplers")
    ordering = ("-is_drawn", "-role", "order", "unit")  # the firms drawn, the other firms, the samplers
    per_page = 25
    is_compact = True
    show_change_link = False

    def prepare(self, rows: list[Any]) -> None:
        """Firms, samplers and strata by their names."""
        firms = names_of({("organisation", one.unit) for one in rows if one.role == FrameUnit.Role.SUBJECT})
        people = names_of_people(
            {name for one in rows for name in one.samplers}
            | {one.unit for one in rows if one.role == FrameUnit.Role.SAMPLER}
        )
        strata = names_of({("county", one.stratum) for one in rows})
        for one in rows:
            one.samplers = titles.listed(people[name] for name in one.samplers)
            one.unit = firms.get(("organisation", one.unit)) or people.get(one.unit, one.unit)
            one.stratum = strata.get(("county", one.stratum), one.stratum)


def is_draft(record: Plan | PlanLine | Quota) -> bool:
    if isinstance(record, Quota):
        return record.line.plan.state == "draft"
    return (record.plan if isinstance(record, PlanLine) else record).state == "draft"


def is_lasting(tie: Tie) -> bool:
    return tie.until_on is None


def is_open(line: PlanLine) -> bool:
    return line.plan.state == "published"


@register(Plan)
class PlanScreen(Screen):
    list_display = (
        "title",
        "year",
        "scheme",
        "level",
        "region",
        "state",
        "published_on",
        "cost_planned",
        "cost_spent",
    )
    filters = ("year", "scheme", "level", "state", "region")
    finds_by = ("title", "pk")
    icon = "event_note"
    flow = PLAN_FLOW
    empty = _("No plan of your office was drafted yet.")
    fields = (("title", "year"), ("scheme", "level"), ("region", "authority"), ("state", "published_on"),
              ("cost_planned", "cost_spent"))  # fmt: skip
    inlines = (LinesInline,)
    buttons = (
        Button(actions.draft_plan, _("Draft a plan"), forms.DraftPlan, where="list"),
        Button(actions.propose_lines, _("Propose lines by risk"), forms.ProposeLines, when=is_draft, icon="insights"),
        Button(actions.add_line, _("Add a product"), forms.AddLine, when=is_draft, icon="add"),
        Button(actions.publish_plans, move="publish_plan", bulk="plans", icon="campaign"),
        Button(actions.close_plan, move="close_plan", icon="lock"),
        Button(actions.cancel_plan, form=forms.NeedsReason, move="cancel_plan", variant="danger"),
    )


@register(PlanLine)
class PlanLineScreen(Screen):
    list_display = ("product_class", "plan", "risk_rank", "risk_score", "batches", "rules_published_on", "cost_spent")
    filters = ("plan", "product_class", "rules_published_on")
    finds_by = ("product_class__name", "plan__title", "pk")
    icon = "checklist"
    empty = _("No plan of your office has a line yet.")
    fields = (("plan", "product_class"), ("risk_rank", "risk_score"), "risk_reasons", ("batches", "random_share"),
              ("rules", "rules_published_on"), ("cost_per_batch", "cost_spent"))  # fmt: skip
    inlines = (QuotasInline, DrawsInline)
    buttons = (
        Button(actions.change_line, _("Change"), forms.ChangeLine, record="line", when=is_draft, icon="edit"),
        Button(actions.publish_rules, _("Publish rules"), forms.PublishRules, bulk="lines", icon="menu_book"),
        Button(actions.commit_draw, _("Begin a draw"), record="line", when=is_open, icon="casino"),
        Button(actions.record_cost, _("Record a cost"), forms.RecordCost, record="line", icon="payments"),
        Button(
            actions.withdraw_line, _("Withdraw"), forms.NeedsReason, record="line", when=is_draft, variant="danger"
        ),
    )


@register(Quota)
class QuotaScreen(Screen):
    list_display = ("line", "county", "batches")
    filters = ("county", "line")
    finds_by = ("line__product_class__name", "line__plan__title")
    icon = "pin_drop"
    empty = _("No quota falls to your office.")
    fields = ("line", ("county", "batches"))
    buttons = (Button(actions.change_quota, _("Change"), forms.ChangeQuota, when=is_draft, icon="edit"),)


@register(Draw)
class DrawScreen(Screen):
    list_display = ("key", "line", "state", "committed_at", "frozen_at", "drawn_at")
    filters = ("state", "line")
    finds_by = ("line__product_class__name", "line__plan__title", "pk")
    icon = "casino"
    flow = DRAW_FLOW
    ordering = ("-committed_at",)
    empty = _("No draw was begun in your office yet. It is begun on a line of a published plan.")
    fields = (("line", "state"), "algorithm", "commitment", ("committed_at", "frozen_at", "drawn_at"),
              "frame_digest", "seed", "beacon", "result_digest")  # fmt: skip
    inlines = (UnitsInline,)
    buttons = (
        Button(actions.freeze_frame, form=forms.FreezeFrame, move="freeze_frame", icon="ac_unit"),
        Button(actions.draw_units, form=forms.DrawUnits, move="draw_units", icon="casino"),
        Button(actions.cancel_draw, form=forms.NeedsReason, move="cancel_draw", variant="danger"),
    )


@register(Tie)
class TieScreen(Screen):
    list_display = ("username", "organisation", "what", "from_on", "until_on")
    filters = ("organisation", "until_on")
    finds_by = ("username",)
    icon = "link_off"
    empty = _("Nobody has declared an interest in a firm of your office.")
    fields = (("username", "organisation"), "what", ("from_on", "until_on"))
    buttons = (
        Button(actions.declare_tie, _("Declare an interest"), forms.DeclareTie, where="list"),
        Button(
            actions.end_tie,
            pgettext_lazy("tie", "Record its end"),
            forms.EndTie,
            when=is_lasting,
            icon="event_busy",
        ),
    )

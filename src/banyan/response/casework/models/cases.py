"""The case: its states, whom it concerns, the fine with its range, and the days that its clocks count by."""

from __future__ import annotations

import functools
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.kit import people
from banyan.kit.workflow import workflow
from banyan.response.casework.models.clues import WRITTEN, Matter

OPEN_BEFORE_DECISION = "filed investigated reviewed announced hearing heard"
CONTESTABLE = "served demanded fulfilled closed"

CASE_FLOW = workflow(
    "casework.case",
    {
        "filed": _("case filed"),
        "investigated": _("investigated, under legal review"),
        "reviewed": _("legal review passed"),
        "announced": _("penalty announced"),
        "hearing": _("hearing called"),
        "heard": _("hearing held"),
        "decided": pgettext_lazy("case", "decided"),
        "served": _("served"),
        "demanded": _("payment demanded"),
        "fulfilled": _("paid or enforced"),
        "dropped": _("no penalty"),
        "transferred": _("with the police"),
        "closed": _("closed"),
    },
    ("conclude_investigation", _("Conclude the investigation"), "filed", "investigated"),
    ("return_file", _("Return the file"), "investigated", "filed"),
    ("pass_review", _("Pass the legal review"), "investigated", "reviewed"),
    ("announce_penalty", _("Announce the penalty"), "reviewed", "announced"),
    ("record_statement", _("Record the party's statement"), "announced", "announced"),
    ("call_hearing", _("Call a hearing"), "announced", "hearing"),
    ("hold_hearing", _("Record the hearing"), "hearing", "heard"),
    ("decide_penalty", _("Decide the penalty"), "announced heard", "decided"),
    ("drop_case", _("Decide: no penalty"), OPEN_BEFORE_DECISION, "dropped"),
    ("serve_decision", _("Record the service of the decision"), "decided", "served"),
    ("record_payment", _("Record a payment"), "served demanded", "served demanded fulfilled"),
    ("demand_payment", _("Demand payment"), "served", "demanded"),
    ("enforce_payment", _("Record the enforcement by the court"), "demanded", "fulfilled"),
    ("close_case", _("Close the case"), "fulfilled dropped transferred", "closed"),
    ("extend_decision", _("Extend the term to decide"), OPEN_BEFORE_DECISION, OPEN_BEFORE_DECISION),
    ("suspend_case", _("Stop the clock"), OPEN_BEFORE_DECISION, OPEN_BEFORE_DECISION),
    ("resume_case", _("Let the clock run again"), OPEN_BEFORE_DECISION, OPEN_BEFORE_DECISION),
    ("propose_transfer", _("Propose the transfer to the police"), OPEN_BEFORE_DECISION, OPEN_BEFORE_DECISION),
    ("hand_over", _("Hand the case to the police"), OPEN_BEFORE_DECISION, "transferred"),
    ("take_back", _("Take the case back"), "transferred", "filed"),
    ("ask_remedy", _("Record a reconsideration or lawsuit"), CONTESTABLE, CONTESTABLE),
    ("lose_penalty", _("Record that the penalty was quashed"), CONTESTABLE, "dropped"),
    written=WRITTEN,
)


def _title(table: str, key: str) -> str:
    """What a row of one of the room's tables is called today; the key itself where the packs know no such row."""
    from banyan.kit import clock
    from banyan.response.casework.queries import terms

    return terms.title_of(table, key, on=clock.today()) if key else ""


class Outcome(models.TextChoices):
    """What a case came to."""

    PENALTY = "penalty", _("penalty")
    MINOR = "minor", _("no penalty: minor and put right")
    FIRST = "first", _("no penalty: first time, slight harm, put right")
    NO_FAULT = "no_fault", _("no penalty: no fault of the party")
    NO_BREACH = "no_breach", _("no breach proved")
    POLICE = "police", _("handed to the police")
    QUASHED = "quashed", _("penalty quashed")


class Procedure(models.TextChoices):
    """How a penalty comes about."""

    ORDINARY = "ordinary", _("ordinary procedure")
    SIMPLE = "simple", _("on the spot")


class Case(Matter):
    """One matter under the procedure of penalties, by the edition of the rules that held on the day it was filed."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=14, choices=CASE_FLOW.choices, default="filed")
    procedure = models.CharField(_("procedure"), max_length=10, choices=Procedure, default=Procedure.ORDINARY)
    filed_on = models.DateField(_("case filed on"))
    rules_on = models.DateField(_("by the rules of"))
    second_officer = models.CharField(_("second officer"), max_length=150, blank=True)
    decide_by = models.DateField(_("decide by"), null=True, blank=True)
    extended_on = models.DateField(_("term extended on"), null=True, blank=True)
    suspended_on = models.DateField(_("clock stopped on"), null=True, blank=True)
    suspended_for = models.CharField(_("clock stopped for"), max_length=30, blank=True)
    days_stopped = models.PositiveIntegerField(_("days that did not count"), default=0)
    findings = models.TextField(_("what the investigation found"), blank=True)
    concluded_on = models.DateField(_("investigation concluded on"), null=True, blank=True)
    concluded_by = models.CharField(_("investigated by"), max_length=150, blank=True)
    reviewed_on = models.DateField(pgettext_lazy("legal review", "reviewed on"), null=True, blank=True)
    reviewed_by = models.CharField(pgettext_lazy("legal review", "reviewed by"), max_length=150, blank=True)
    opinion = models.TextField(_("opinion of the legal review"), blank=True)
    breach = models.CharField(_("breach"), max_length=40, blank=True)
    step = models.CharField(_("step of discretion"), max_length=12, blank=True)
    goods_value = models.DecimalField(_("value of the goods"), max_digits=16, decimal_places=2, null=True, blank=True)
    sales = models.DecimalField(_("sales"), max_digits=16, decimal_places=2, null=True, blank=True)
    fine_proposed = models.DecimalField(_("fine announced"), max_digits=16, decimal_places=2, null=True, blank=True)
    fine = models.DecimalField(_("fine"), max_digits=16, decimal_places=2, null=True, blank=True)
    fine_position = models.FloatField(_("place of the fine in its range"), null=True, blank=True)
    confiscated = models.DecimalField(_("confiscated"), max_digits=16, decimal_places=2, null=True, blank=True)
    grounds = models.TextField(_("grounds of the penalty"), blank=True)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    state_by = models.DateField(_("statement or request for a hearing until"), null=True, blank=True)
    statement = models.TextField(_("statement of the party"), blank=True)
    stated_on = models.DateField(_("party stated on"), null=True, blank=True)
    hearing_on = models.DateField(_("hearing on"), null=True, blank=True)
    hearing_by = models.CharField(_("hearing held by"), max_length=150, blank=True)
    hearing_record = models.TextField(_("record of the hearing"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    served_on = models.DateField(_("served on"), null=True, blank=True)
    manner = models.CharField(_("manner of service"), max_length=60, blank=True)
    pay_by = models.DateField(_("pay by"), null=True, blank=True)
    paid = models.DecimalField(_("paid"), max_digits=16, decimal_places=2, default=0)
    surcharge = models.DecimalField(_("surcharge for late payment"), max_digits=16, decimal_places=2, default=0)
    paid_on = models.DateField(_("last paid on"), null=True, blank=True)
    publish_by = models.DateField(_("publish by"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    public_until = models.DateField(_("public until"), null=True, blank=True)
    closed_on = models.DateField(_("case closed on"), null=True, blank=True)

    noun: ClassVar[str] = "casework.case"
    spoken: ClassVar = {
        "breach": functools.partial(_title, "breaches"), "step": functools.partial(_title, "discretion"),
        "suspended_for": functools.partial(_title, "stops"), "concluded_by": people.named,
        "reviewed_by": people.named, "hearing_by": people.named, "decided_by": people.named,
    }  # fmt: skip
    reach: ClassVar = {"region": ("county__path",)}
    named_by: ClassVar = ("party",)

    class Meta(Matter.Meta):
        abstract = False
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-filed_on", "key")
        indexes = (
            models.Index(fields=["-filed_on", "key"], name="case_newest"),
            models.Index(fields=["state", "due_on"], name="case_state_due"),
            models.Index(fields=["assignee", "state", "due_on"], name="case_assignee_state"),
            models.Index(fields=["county", "state", "filed_on"], name="case_county_state"),
            models.Index(fields=["breach", "step", "fine_position"], name="case_like"),
            models.Index(
                fields=["-published_on", "key"],
                name="case_public",
                condition=models.Q(published_on__isnull=False, withdrawn_on__isnull=True),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(decided_on__isnull=True, outcome="")
                | models.Q(decided_on__isnull=False) & ~models.Q(outcome=""), name="case_decided_with_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(suspended_on__isnull=True, suspended_for="")
                | models.Q(suspended_on__isnull=False) & ~models.Q(suspended_for=""), name="case_stopped_why",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

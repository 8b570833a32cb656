"""Complaints and reports: the goods and the firm, who handles them, their clock, and what came of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, Product, ProductClass, Region
from banyan.kit import clock
from banyan.kit.models import Timed
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow
from banyan.response.complaints.models.messages import Channel, Message


def subject_name(key: str) -> str:
    """A subject by its name in the packs of today."""
    from banyan.response.complaints.queries.naming import subject_in_words

    return subject_in_words(key)


def ground_name(key: str) -> str:
    """A ground by its words in the packs of today; the record's page says them in the edition of its day."""
    from banyan.response.complaints.queries.naming import ground_in_words

    return ground_in_words(key, on=clock.today())


def outcome_name(state: str) -> str:
    """The state in which one ended, in words."""
    return str(COMPLAINT_FLOW.states.get(state, state))


WRITTEN = _("SAMR orders 20 and 121")

OPEN = ("received", "routed", "supplement", "with_firm", "answered", "mediation")
"""States in which something still follows; those that wait for the notice of the end are closed by it."""

ENDED = ("settled", "failed", "refused", "filed", "not_filed", "given_up")

OVER = ("closed", "joined")
"""States in which nothing follows."""

COMPLAINT_FLOW = workflow(
    "complaints.complaint",
    {
        "received": pgettext_lazy("complaint", "received"),
        "routed": _("with an office"),
        "supplement": _("materials asked for"),
        "with_firm": _("with the firm"),
        "answered": _("firm has answered"),
        "mediation": _("accepted, in mediation"),
        "settled": _("settled"),
        "failed": _("mediation ended without agreement"),
        "refused": _("not accepted"),
        "filed": _("case filed"),
        "not_filed": _("no case filed"),
        "given_up": _("given up by the sender"),
        "joined": _("joined to an earlier one"),
        "closed": _("closed"),
    },
    ("route", _("Route"), "received routed", "routed"),
    ("return_route", _("Return: wrong office"), "routed", "received"),
    ("ask_materials", _("Ask for materials"), "received routed", "supplement"),
    ("take_materials", _("Record that the materials came"), "supplement", "received routed"),
    ("offer_to_firm", _("Send to the firm first"), "routed", "with_firm"),
    ("answer", _("Answer"), "with_firm", "answered"),
    ("lapse", _("Record that the firm did not answer"), "with_firm", "routed"),
    ("accept_offer", _("Record that the offer is accepted"), "answered", "settled"),
    ("decline_offer", _("Record that the offer is declined"), "answered", "routed"),
    ("accept", _("Accept"), "received routed", "mediation"),
    ("refuse", _("Do not accept"), "received routed", "refused"),
    ("stop_for_test", _("Stop the clock for a test"), "mediation", "mediation"),
    ("resume", _("Let the clock run again"), "mediation", "mediation"),
    ("settle", _("Record the settlement"), "mediation", "settled"),
    ("end_mediation", _("End mediation without agreement"), "mediation", "failed"),
    ("extend_check", _("Extend the term of the check"), "routed", "routed"),
    ("file_case", _("Record that a case was filed"), "received routed", "filed"),
    ("file_no_case", _("Record that no case is filed"), "received routed", "not_filed"),
    ("give_up", _("Record that the sender gives up"), "received routed supplement with_firm answered mediation",
     "given_up"),
    ("join", _("Join to an earlier one"), "received routed", "joined"),
    ("close", _("Record that the parties were told"), " ".join(ENDED), "closed"),
    ("say_not_solved", _("Not solved: open again"), "settled failed refused closed", "received routed"),
    written=WRITTEN,
)  # fmt: skip


class Track(models.TextChoices):
    """What a message asks for: a dispute to be mediated, or a breach to be looked into."""

    COMPLAINT = "complaint", _("complaint")
    REPORT = "report", _("report of a breach")


class Complaint(Timed):
    """One matter of a message: a complaint (a consumer dispute) or a report (a clue of a breach), tracked apart.

    A firm sees it only once it was `shown_to` the firm, and a report is shown to none.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    track = models.CharField(_("track"), max_length=10, choices=Track, default=Track.COMPLAINT)
    message = models.ForeignKey(Message, models.PROTECT, related_name="tracks", verbose_name=_("message"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    source_number = models.CharField(_("number at the source"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=COMPLAINT_FLOW.choices, default="received")
    received_on = models.DateField(_("message received on"))
    is_real_name = models.BooleanField(_("name was given"), default=False)

    product_name = models.CharField(_("product or service"), max_length=240, blank=True)
    gtin = models.CharField(_("bar code (GTIN)"), max_length=14, blank=True, db_index=True)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product in the registry")
    )
    product_class = models.ForeignKey(
        ProductClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product class")
    )
    firm = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("firm complained of")
    )
    firm_name = models.CharField(_("firm as stated"), max_length=240, blank=True)
    place = models.CharField(_("place of purchase or event"), max_length=240, blank=True)
    bought_on = models.DateField(_("bought or happened on"), null=True, blank=True)
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT)
    subject = models.CharField(_("subject of the message"), max_length=20, blank=True)
    is_classified = models.BooleanField(_("class confirmed by a person"), default=False)
    guesses = models.JSONField(_("classes suggested"), default=dict, blank=True)
    prints = models.CharField(_("fingerprint of the words"), max_length=32, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name=_("joined to")
    )

    clerks = models.JSONField(_("entered by"), default=list, blank=True)
    office = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office that handles it")
    )
    times_returned = models.PositiveSmallIntegerField(_("times returned from a wrong office"), default=0)
    accept_by = models.DateField(pgettext_lazy("complaint", "to be decided by"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    mediate_by = models.DateField(_("to be mediated by"), null=True, blank=True)
    stopped_on = models.DateField(_("clock stopped on"), null=True, blank=True)
    ground = models.CharField(_("ground"), max_length=20, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, blank=True)
    told_on = models.DateField(_("parties told on"), null=True, blank=True)
    decision = models.TextField(_("what the parties were told"), blank=True)
    case_number = models.CharField(_("number of the case"), max_length=40, blank=True)
    times_not_solved = models.PositiveSmallIntegerField(_("times not solved"), default=0)
    not_solved_on = models.DateField(_("last said to be not solved on"), null=True, blank=True)

    shown_to = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shown to the firm")
    )
    sent_to_firm_on = models.DateField(_("sent to the firm on"), null=True, blank=True)
    answer_by = models.DateField(_("firm answers by"), null=True, blank=True)
    answered_on = models.DateField(_("firm answered on"), null=True, blank=True)
    answer = models.TextField(_("firm's answer"), blank=True)
    is_lapsed = models.BooleanField(_("firm let its term pass"), default=False)
    is_settled_by_firm = models.BooleanField(_("settled with the firm itself"), default=False)

    copied_on = models.DateField(_("copy sent to the firm on"), null=True, blank=True)
    comment_by = models.DateField(_("firm comments by"), null=True, blank=True)
    commented_on = models.DateField(_("firm commented on"), null=True, blank=True)
    comment = models.TextField(_("firm's comment"), blank=True)
    public_words = models.TextField(_("what is published"), blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True, db_index=True)
    unpublished_on = models.DateField(_("taken back on"), null=True, blank=True)

    noun: ClassVar[str] = "complaints.complaint"
    token = ""  # the secret of its message, told once
    told_once = ""
    reach: ClassVar = {"region": ("office__path",), "organisation": ("shown_to_id",)}
    named_by: ClassVar = ("firm",)
    names_people: ClassVar = {"complaints.enter": ("clerks",)}
    spoken: ClassVar = {"subject": subject_name, "ground": ground_name, "outcome": outcome_name}

    class Meta(Timed.Meta):
        abstract = False
        verbose_name = _("complaint or report")
        verbose_name_plural = _("complaints and reports")
        ordering = ("-received_on", "-key")
        indexes = (
            models.Index(fields=["state", "due_on", "key"], name="complaint_state_due"),
            models.Index(fields=["-received_on", "-key"], name="complaint_received"),
            models.Index(fields=["firm", "received_on"], name="complaint_firm_received"),
            models.Index(fields=["source_number"], name="complaint_source"),
            models.Index(fields=["state", "-received_on", "-key"], name="complaint_state_received"),
            models.Index(fields=["office", "-received_on", "-key"], name="complaint_office_received"),
            models.Index(fields=["firm_name"], name="complaint_firm_name"),
            models.Index(fields=["due_on", "key"], name="complaint_due"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(shown_to__isnull=True) | models.Q(track="complaint"),
                name="report_is_shown_to_no_firm",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.product_name or self.firm_name}".strip()

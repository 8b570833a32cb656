"""Alerts with what was seen and expected, and up to which week each rule has watched."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.base.registry.queries import Organisation, ProductClass, Region
from banyan.kit import titles
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow

ALERT_FLOW = workflow(
    "alerts.alert",
    {"open": _("open"), "watched": _("kept an eye on"), "investigated": _("under investigation"),
     "confirmed": _("confirmed"), "dismissed": _("dismissed")},
    ("investigate", _("Investigate"), "open watched", "investigated"),
    ("keep_an_eye_on", _("Keep an eye on it"), "open", "watched"),
    ("confirm", _("Confirm"), "investigated", "confirmed"),
    ("dismiss", _("Dismiss"), "open watched investigated", "dismissed"),
    written=_("the house's own rules, alerts"),
)  # fmt: skip


NONE = "—"


class Alert(Record):
    """A warning that facts gave by a rule: who or what it concerns, since when, and how surprising it is."""

    rule = models.CharField(_("rule"), max_length=120, db_index=True)
    grade = models.CharField(
        _("grade"), max_length=8,
        choices=[("notice", _("notice")), ("warning", _("warning")), ("serious", _("serious"))],
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=12, choices=ALERT_FLOW.choices, default="open", db_index=True)
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=DISTRICT)
    product = models.ForeignKey(ProductClass, models.PROTECT, null=True, blank=True, verbose_name=_("product"))
    laboratory = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="alerts_as_laboratory",
        verbose_name=_("laboratory"),
    )  # fmt: skip
    seller = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="alerts_as_seller", verbose_name=_("seller")
    )
    item = models.CharField(_("item"), max_length=200, blank=True)
    counties = models.JSONField(_("counties"), default=list)
    zone = models.ManyToManyField(Region, related_name="alerts_of_zone", verbose_name=_("counties"))
    from_on = models.DateField(_("facts from"))
    begun_on = models.DateField(_("counts against it since"), null=True, blank=True)
    noticed_on = models.DateField(_("noticed on"), db_index=True)
    known_on = models.DateField(_("as known on"))
    observed = models.FloatField(_("observed"))
    expected = models.FloatField(_("expected"))
    bound = models.FloatField(_("bound"), null=True, blank=True)
    n = models.PositiveIntegerField(_("n"))
    p_value = models.FloatField(_("adjusted p-value"))
    score = models.FloatField(_("score"))
    parts = models.JSONField(_("parts of the score"), default=dict)
    receipt = models.JSONField(_("receipt"), default=dict)
    due_on = models.DateField(_("to be decided by"), null=True, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("officer in charge"),
    )  # fmt: skip
    reason = models.TextField(_("reason of the decision"), blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)

    noun: ClassVar[str] = "alerts.alert"
    reach: ClassVar = {"region": ("county__path", "zone__path")}
    named_by: ClassVar = ("county", "product", "laboratory", "seller")
    spoken: ClassVar = {
        "bound": lambda bound: NONE if bound is None else bound,
        "receipt": lambda receipt: receipt.get("method", ""),
        "parts": lambda parts: ", ".join(f"{name} {value:.1f}" for name, value in parts.items()),
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("-noticed_on", "-score", "key")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(begun_on=None) | models.Q(begun_on__lte=models.F("noticed_on")),
                name="alert_begun_before_noticed",
            ),
        )

    def __str__(self) -> str:
        whom = (self.product, self.item) if self.product_id else (self.laboratory or self.seller or self.county,)
        return titles.paired(self.title, " · ".join(str(one) for one in whom if one))

    @property
    def title(self) -> str:
        """What the rule is called, in the language of the page."""
        entry: Any = policy.load(settings.BANYAN_PACKS).entries("alert_rule")
        found = next((one.title.in_language(get_language() or "zh") for one in entry if one.key == self.rule), "")
        return found or self.rule

    @property
    def counted_in(self) -> list[str]:
        """The counties that the alert's numbers are of: its last finding's. Earlier findings may lie in others."""
        found: list[str] = self.receipt.get("counties", self.counties)
        return found

    @property
    def subject(self) -> str:
        """Whom or what the alert concerns; a county where it is one alone."""
        county = self.county if len(self.counted_in) < 2 else None
        parts = (self.product, self.item, self.laboratory, self.seller, county)
        return " · ".join(str(one) for one in parts if one)

    @property
    def explanation(self) -> str:
        """The alert in one sentence, with its numbers; empty where no method gave them."""
        if (method := self.receipt.get("method")) not in SENTENCES:
            return ""
        if method == "scan" and len(self.counted_in) == 1:
            method = "funnel"  # one county against its like: no neighbours to speak of
        numbers = {
            "subject": self.subject, "observed": plain(self.observed), "expected": plain(self.expected),
            "bound": plain(self.bound), "n": self.n, "from": self.from_on, "until": self.known_on,
            "counties": len(self.counted_in), "p": self.chance,
        }  # fmt: skip
        return str(SENTENCES[method]) % numbers

    @property
    def chance(self) -> str:
        """The adjusted p-value as a person reads it."""
        return "< 0.0001" if self.p_value < 0.0001 else f"{self.p_value:.2g}"

    @property
    def seen(self) -> str:
        """What was observed, as a person reads it; days are told as such."""
        if self.receipt.get("method") == "reporting_delay":
            return ngettext("%(days)s day", "%(days)s days", round(self.observed)) % {"days": plain(self.observed)}
        return plain(self.observed)

    @property
    def days_until_noticed(self) -> int | None:
        """How long after the first day that counts against its subject it was noticed; None where none is known."""
        return (self.noticed_on - self.begun_on).days if self.begun_on else None

    @property
    def expected_range(self) -> str:
        """What was expected, and the bound that chance hardly ever passes, as a person reads it; a dash for none."""
        if self.bound is None:
            return f"{plain(self.expected)} ({NONE})"
        is_low = self.observed < self.expected
        words = _("%(expected)s (at least %(bound)s)") if is_low else _("%(expected)s (at most %(bound)s)")
        return str(words) % {"expected": plain(self.expected), "bound": plain(self.bound)}


def plain(number: float | None) -> str:
    """A number as a person reads it: one decimal where it says something, none from ten on; a dash for none."""
    if number is None:
        return NONE
    return f"{number:.1f}".removesuffix(".0") if abs(number) < 10 else f"{number:.0f}"


_MORE_THAN_BEFORE = _(
    "%(subject)s: %(observed)s of %(n)s samples failed between %(from)s and %(until)s, where %(expected)s were "
    "expected by its own past and %(bound)s is the bound."
)
SENTENCES = {
    "farrington_flexible": _(
        "%(subject)s: %(observed)s of %(n)s samples failed between %(from)s and %(until)s, where %(expected)s were "
        "expected by its own past and season and %(bound)s is the bound."
    ),
    "cusum": _MORE_THAN_BEFORE,
    "rate": _MORE_THAN_BEFORE,
    "scan": _(
        "%(subject)s: %(observed)s of %(n)s samples from %(counties)s neighbouring counties failed between %(from)s "
        "and %(until)s, where %(expected)s were expected and %(bound)s is the bound."
    ),
    "funnel": _(
        "%(subject)s: %(observed)s of %(n)s samples failed between %(from)s and %(until)s, where %(expected)s were "
        "expected of the same products elsewhere and %(bound)s is the bound."
    ),
    "near_limit": _(
        "%(subject)s: in %(observed)s of %(n)s tests between %(from)s and %(until)s a value lay just below its "
        "limit, where %(expected)s such tests were expected and %(bound)s is the bound."
    ),
    **dict.fromkeys(
        ("count_farrington_flexible", "count_cusum", "count_rate"),
        _(
            "%(subject)s: %(observed)s records between %(from)s and %(until)s, where %(expected)s were expected by "
            "its own past and by how many there are of all, and %(bound)s is the bound."
        ),
    ),
    "alike": _(
        "%(subject)s: %(observed)s of %(n)s tests between %(from)s and %(until)s repeat the values of an earlier "
        "test of another maker's goods, where %(expected)s were expected. Not their number alone alarms but how "
        "closely they agree: adjusted p-value %(p)s."
    ),
    "reporting_delay": _(
        "%(subject)s: %(n)s results became known between %(from)s and %(until)s after %(observed)s days on average, "
        "where %(expected)s were usual and %(bound)s is the bound."
    ),
}


class WatchedUpTo(models.Model):
    """The last week that a rule has judged: derived, and dropped with the alerts when all is judged anew."""

    rule = models.CharField(_("rule"), max_length=120, primary_key=True)
    week = models.DateField(_("week"))

    noun: ClassVar[str] = "alerts.watched"

    class Meta:
        verbose_name = _("week watched")
        verbose_name_plural = _("weeks watched")

    def __str__(self) -> str:
        return f"{self.rule} {self.week}"

"""What alerts show: what waits for a decision, and on an alert's own page its sentence and records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.insight.alerts import queries
from banyan.kit import charts
from banyan.kit.office import Panel, Todo, TodoItem, link
from banyan.kit.terms import DISTRICT

SHOWN = 30
_ABOVE = _("the first week above what was expected")
BEGINNINGS = {
    "scan": _("the first failure"), "near_limit": _("the first test with a value just below its limit"),
    "alike": _("the first test that repeats another"),
    "reporting_delay": _("the day on which the first late result became known"),
    **{f"{measure}{method}": _ABOVE for measure in ("", "count_") for method in queries.OWN_PAST},
}  # fmt: skip
"""What happened on the day on which an alert began, by the method that told it."""


def waiting(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Alerts nobody has decided on: those given to the person first, then the highest score."""
    rows = queries.undecided(person).select_related("officer").order_by(queries.own_first(person), "-score", "key")
    return [
        TodoItem(
            text=str(one),
            url=link(one),
            note=" · ".join(filter(None, (str(one.get_grade_display()), str(one.officer or "")))),
            due_on=one.due_on,
            is_overdue=bool(one.due_on and one.due_on < on),
        )
        for one in rows[:limit]
    ]


def explained(alert: Any, *, person: Any, on: date) -> dict[str, Any]:
    """The alert in one sentence, its series with the bound, who decides by when, its receipt and the records."""
    rule, receipt = queries.rule_of(alert), alert.receipt
    method = receipt.get("method", "")
    fallback = queries.fallback_of(rule, method, receipt.get("history", 0)) if rule else ""
    rows = [one | {"from": one["from"].isoformat()} for one in queries.series_of(alert)]
    counted_in = queries.names_of_counties(alert.counted_in)
    records = queries.in_words(queries.records_behind(alert, limit=SHOWN), person=person)
    is_count = bool(rule and rule.measure == "count")
    last_days = (alert.known_on - date.fromisoformat(rows[-1]["from"])).days + 1 if rows else 0
    titles = {"x": _("four weeks from"), "observed": _("observed"), "expected": _("expected"), "bound": _("bound"),
              "n": _("n")}  # fmt: skip
    words = {name: str(title) for name, title in titles.items()}
    then, now = (queries.as_known(alert, on=day) for day in (alert.known_on, on))
    return {
        "then": then, "now": now, "parts": queries.parts_in_words(alert.parts, on=alert.known_on),
        "alert": alert, "receipt": receipt, "rule": rule, "fallback": fallback,
        "began": BEGINNINGS[method] if alert.begun_on else "", "method": method,
        "is_own_past": bool(rule and rule.method in queries.OWN_PAST),
        "is_count": is_count, "is_delay": method == "reporting_delay",
        "is_joined": alert.known_on > alert.noticed_on, "others": queries.told_with(alert, person),
        "records": records, "district": DISTRICT, "is_part": len(records) < receipt.get("facts", 0),
        "without_items": not any(one["item"] for one in records),
        "series": [one for one in rows if one["n"] or is_count],
        "counties": queries.names_of_counties(alert.counties), "on": on,
        "counted_in": counted_in if len(counted_in) < len(alert.counties) else [],
        "last_days": last_days if last_days < queries.STEP_DAYS else 0,
        "chart": charts.counts(rows, x="from", titles=words) if any(one["n"] for one in rows) else None,
        "waits": alert.state == "open", "is_overdue": bool(alert.due_on and alert.due_on < on),
    }  # fmt: skip


PANELS = (Panel("alerts.alert", _("Why this alert"), "alerts/why.html", explained, right="alerts.view", order=5),)
TODO = (
    Todo(_("What the facts warn of"), waiting, right="alerts.decide", order=15,
         more=lambda on: reverse("office:alerts_alert_changelist")),
)  # fmt: skip

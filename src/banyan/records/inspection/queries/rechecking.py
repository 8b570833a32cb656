"""Re-checking: when a second re-check may come, and the test report that every re-check has of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from banyan.kit import Refused
from banyan.records.inspection.models import CORRECTION_FLOW, Correction

CHECKED_BEFORE = ("recheck_failed", "closure_ordered")
"""States after a re-check: the next one has a day and a report of its own."""
PART = 2000


def reports_before(corrections: Sequence[Correction]) -> dict[str, str]:
    """The number of the last report of those that were re-checked before, as the database has it."""
    keys = [one.pk for one in corrections if one.state in CHECKED_BEFORE]
    found: dict[str, str] = {}
    for start in range(0, len(keys), PART):
        rows = Correction.objects.filter(pk__in=keys[start : start + PART])
        found |= dict(rows.values_list("pk", "recheck_report"))
    return found


def demand_report(correction: Correction, number: str, *, before: str) -> None:
    """Refuse a re-check without a test report, or with the report of the one `before`."""
    if not number or number == before:
        raise Refused(
            _("Recording a re-check of %(correction)s was asked for.") % {"correction": correction},
            _("It is not said which test report shows it; every re-check has one of its own."),
            _("Enter the number of the report on the goods that were checked again."),
            CORRECTION_FLOW.written,
            code="report-missing",
        )


def demand_window(correction: Correction, day: date) -> None:
    """Refuse a second re-check before its window opens."""
    if correction.state != "recheck_failed":
        return
    if correction.second_recheck_from and day < correction.second_recheck_from:
        raise Refused(
            _("A second re-check of %(correction)s on %(day)s was asked for.")
            % {"correction": correction, "day": day},
            _("It may be made from %(first)s to %(last)s.")
            % {"first": correction.second_recheck_from, "last": correction.second_recheck_by},
            _("Wait for that window."),
            _("SAMR order 18, art. 48"),
            code="window-not-open",
        )

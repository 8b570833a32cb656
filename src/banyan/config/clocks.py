"""What the calendar does by itself: terms end, late work goes up a level, personal data end by rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from banyan.base.registry import actions as registry
from banyan.base.registry.queries import closed_with_personal_data
from banyan.edge.intake import actions as intake
from banyan.edge.receivers import actions as receivers
from banyan.edge.vouching import actions as vouching
from banyan.insight.approval import actions as approval
from banyan.judgement.access import actions as access
from banyan.judgement.lists import actions as lists
from banyan.kit import readings, terms, visits
from banyan.kit.rights import System
from banyan.records.equipment import actions as equipment
from banyan.records.inspection import actions as inspection
from banyan.response.casework import actions as casework
from banyan.response.complaints import actions as complaints
from banyan.response.emergency import actions as emergency
from banyan.response.leadership import actions as leadership
from banyan.response.recall import actions as recall

KEPT_FOR = "disclosure.years_personal_data_outlive_a_firm"


def run(*, on: date, cut: int | None = None) -> dict[str, Any]:
    """The daily step. What it did once needs doing no more, so a repeat or a new start after a kill changes nothing.

    Publicity ends without a step: public answers ask for what is public today.
    """
    by = System("daily")
    done: dict[str, Any] = dict(inspection.run_clocks(by=by, on=on)) | recall.run_clocks(by=by, on=on)
    done |= equipment.run_clocks(by=by, on=on) | complaints.run_clocks(by=by, on=on)
    done |= casework.run_clocks(by=by, on=on) | emergency.run_clocks(by=by, on=on)
    done |= leadership.run_clocks(by=by, on=on) | lists.run_clocks(by=by, on=on)
    done |= receivers.run_clocks(by=by, on=on) | intake.run_clocks(on=on)
    done |= access.run_clocks(by=by, on=on) | vouching.run_clocks(by=by, on=on)
    done["readings sealed"] = done.get("readings sealed", 0) + readings.run_clocks(by=by, on=on)
    approval.sweep_files()
    done |= visits.run_clocks(by=by, on=on)
    with translation.override(settings.LANGUAGE_CODE):  # the reason stays in the log, whatever the command speaks
        years, written = terms.value(KEPT_FOR, on=on)
        reason = _("The firm closed %(years)s years ago; its personal data end (%(written)s).") % {
            "years": years, "written": written,
        }  # fmt: skip
    if years is None:  # no rule lets them end on this day
        return done | {"purged": 0}
    firms = closed_with_personal_data(by=_years_before(on, years))
    for firm in firms:
        registry.purge_personal_data(organisation=firm, by=by, on=on, reason=reason)
    return done | {"purged": len(firms)}


def _years_before(day: date, years: int) -> date:
    month, number = (3, 1) if (day.month, day.day) == (2, 29) else (day.month, day.day)
    return date(day.year - years, month, number)

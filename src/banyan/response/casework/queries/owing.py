"""What a party owes on a day, with the surcharge for late days, and for how long its penalty stays public."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from banyan.kit.terms import value
from banyan.response.casework.models import Outcome
from banyan.response.casework.queries.discretion import CENT
from banyan.response.casework.queries.terms import due


def surcharge_on(case: Any, *, on: date) -> Decimal:
    """The surcharge by a day: a share of the fine for each day after the last one to pay, at most the fine itself.

    What was once counted stays: a payment does not undo the days before it.
    """
    if case.pay_by is None or not case.fine or on <= case.pay_by:
        return Decimal(case.surcharge)
    share, _where = value("casework.surcharge_daily", on=case.rules_on)
    days = (on - case.pay_by).days
    return max(Decimal(case.surcharge), min(case.fine, case.fine * Decimal(share or 0) * days).quantize(CENT))


def owed(case: Any, *, on: date) -> Decimal:
    """What is still owed on a day: fine, confiscated gains and surcharge, less what was paid."""
    whole = (case.fine or Decimal(0)) + (case.confiscated or Decimal(0)) + surcharge_on(case, on=on)
    return max(whole - case.paid, Decimal(0)).quantize(CENT)


def is_publishable(case: Any) -> bool:
    """Whether a penalty is to be published and is not yet; a warning alone is none that is published."""
    return case.outcome == Outcome.PENALTY and case.published_on is None and bool(case.fine or case.confiscated)


def public_term(case: Any, *, on: date) -> str:
    """The term for which a penalty stays public: short for a small lenient fine, long under a severe step."""
    most, _where = value("casework.minor_fine", on=on)
    is_minor = most is not None and case.step in ("mitigated", "lenient") and (case.fine or 0) <= most
    if is_minor:
        return "casework.public_minor"
    if case.step == "severe" and due("casework.public_serious", start=on) is not None:
        return "casework.public_serious"
    return "casework.public_general"

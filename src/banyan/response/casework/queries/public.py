"""The penalties that are public on a day: published, and not past the end of their term."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from banyan.kit import clock
from banyan.response.casework.models import Case


def public_penalties(*, on: date | None = None) -> Any:
    """The cases whose penalty is public on a day, the latest first."""
    day = on or clock.today()
    found = Case.objects.filter(published_on__lte=day, outcome="penalty", withdrawn_on=None)
    return found.filter(Q(public_until__isnull=True) | Q(public_until__gte=day)).order_by("-published_on", "key")

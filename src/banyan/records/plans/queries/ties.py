"""Ties: which samplers are barred from which firms on a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import Q

from banyan.records.plans.models import Tie


def ties_of(usernames: set[str], *, on: date) -> dict[str, set[str]]:
    """The firms that each sampler is tied to on a day."""
    found: dict[str, set[str]] = defaultdict(set)
    ties = Tie.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on), from_on__lte=on, username__in=usernames, withdrawn_on=None
    )
    for name, firm in ties.values_list("username", "organisation_id"):
        found[name].add(firm)
    return found

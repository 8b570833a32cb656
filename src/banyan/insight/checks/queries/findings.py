"""Reads of findings: those that a person may see, how many are open by county, and the record behind one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.admin.utils import quote
from django.db.models import Count
from django.urls import NoReverseMatch, reverse

from banyan import policy
from banyan.insight.checks.models import Finding
from banyan.kit.scope import scoped


def findings_of(person: Any) -> Any:
    """The findings that a person may see."""
    return scoped(Finding, person).filter(withdrawn_on=None).select_related("county", "laboratory")


def open_counts(person: Any) -> dict[str, int]:
    """How many findings are open, by the key of the county."""
    rows = findings_of(person).filter(state="open").order_by().values_list("county_id")
    return dict(rows.annotate(Count("pk")))


def standing_in_parts(*, size: int) -> Iterator[list[str]]:
    """The keys of the findings that are not mended, some thousand at a time."""
    rows, last = Finding.objects.filter(withdrawn_on=None).exclude(state="mended").order_by("pk"), ""
    while part := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:size]):
        yield part
        if len(part) < size:
            return
        last = part[-1]


def rules_on(day: date) -> list[Any]:
    """The checks in force on a day, each as it was worded then."""
    entries: Any = policy.load(settings.BANYAN_PACKS).entries("check")
    return [one.on(day) for one in entries if one.holds(day)]


def record_behind(finding: Finding) -> str:
    """The address of the record behind a finding; empty where it concerns none or where it has no page."""
    if not finding.record_noun:
        return ""
    name = finding.record_noun.replace(".", "_")
    try:
        return reverse(f"office:{name}_change", args=[quote(finding.record_key)])
    except NoReverseMatch:
        return ""

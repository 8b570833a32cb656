"""Words of the packs for the codes that records hold: kinds of emergencies, steps of plans, roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import clock, terms, titles

KINDS, STEPS = "emergency.kinds", "emergency.steps"


def kind_in_words(code: str) -> str:
    """A kind of emergency as people call it."""
    return _said(KINDS, "kind", code)


def step_in_words(code: str) -> str:
    """A step of a plan as people call it."""
    return _said(STEPS, "step", code)


def role_in_words(code: str) -> str:
    """A role by its title; the code itself where no pack knows it."""
    try:
        entry = policy.load(settings.BANYAN_PACKS).entry(code)
    except policy.PolicyError:
        return code
    return entry.title.in_language(get_language() or settings.LANGUAGE_CODE)


def roles_in_words(codes: Iterable[str]) -> str:
    """Several roles by their titles."""
    return titles.listed(role_in_words(code) for code in codes)


def rule_in_words(key: str) -> str:
    """A rule by where it is written today; whether it is confirmed is said too."""
    try:
        entry: Any = policy.load(settings.BANYAN_PACKS).entry(key)
        present, _since, _until = entry.at(clock.today())
    except policy.PolicyError:
        return ""
    confirmed = "" if entry.confidence_of(present) == "verified" else _("recalled, not confirmed")
    return " · ".join(part for part in (terms.cited(entry.reference_of(present)), confirmed) if part)


def _said(table: str, column: str, code: str) -> str:
    """What a pack's table calls a code today; the code itself where it does not know it."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return next((str(row[language]) for row in terms.rows(table, on=clock.today()) if row[column] == code), code)

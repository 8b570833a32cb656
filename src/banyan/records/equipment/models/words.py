"""Words of the packs for the codes that records hold: varieties, jobs of operators, levels of incidents, rules."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import clock, terms

VARIETIES, JOBS, LEVELS = "equipment.varieties", "equipment.jobs", "equipment.incident_levels"


def variety_in_words(code: str) -> str:
    """A variety as people call it."""
    return _said(VARIETIES, "variety", code)


def job_in_words(code: str) -> str:
    """An operator's job, with its code: “N1 forklift driver”."""
    said = _said(JOBS, "job", code)
    return said if said == code else f"{code} {said}"


def level_in_words(code: str) -> str:
    """The level of an incident as people call it; an incident may lie below all of them."""
    return _said(LEVELS, "level", code) if code else _("below the levels")


def rule_in_words(key: str) -> str:
    """A rule by its title and where it is written today; whether it is confirmed is said too."""
    if not key:
        return ""
    try:
        entry = policy.load(settings.BANYAN_PACKS).entry(key)
        present, _since, _until = entry.at(clock.today())  # type: ignore[attr-defined]
    except policy.PolicyError:
        return key
    said = [entry.title.in_language(get_language() or settings.LANGUAGE_CODE)]
    said.append(terms.cited(entry.reference_of(present)))  # type: ignore[attr-defined]
    if entry.confidence_of(present) != "verified":  # type: ignore[attr-defined]
        said.append(_("recalled, not confirmed"))
    return " · ".join(part for part in said if part)


def _said(table: str, column: str, code: str) -> str:
    """What a pack's table calls a code today; the code itself where it does not know it."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return next((str(row[language]) for row in terms.rows(table, on=clock.today()) if row[column] == code), code)

"""Terms and tables of cases, each by the edition of the rules that held on the day the case was filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import terms
from banyan.kit.terms import demand_order, demand_reason, written

__all__ = [
    "STEPS",
    "demand_order",
    "demand_reason",
    "due",
    "row",
    "rows",
    "said",
    "spoken",
    "step_of",
    "title_of",
    "written",
]

DECIDE = "casework.decide"
STEPS: dict[str, tuple[str, str]] = {
    "filed": ("investigate", DECIDE),
    "investigated": ("review", "casework.review"),
    "reviewed": ("announce", DECIDE),
    "announced": ("decide", DECIDE),
    "hearing": ("decide", DECIDE),
    "heard": ("decide", DECIDE),
    "decided": ("serve", "casework.serve"),
    "served": ("collect", "casework.pay"),
    "demanded": ("enforce", "casework.demand"),
    "fulfilled": ("close", "casework.close"),
    "dropped": ("close", "casework.close"),
}
"""What has to be done in a state, under which term. That to decide counts from the filing, others from the step."""

RIGHTS = {"review": "casework.review", "announce": "casework.handle", "decide": "casework.decide"}
"""Whose duty a task is where it is not that of the officer in charge."""


def step_of(case: Any) -> tuple[str, str]:
    """The task and term of a case's state; empty where nothing follows."""
    return STEPS.get(case.state, ("", ""))


def due(key: str, *, start: date, rules_on: date | None = None, extended: bool = False) -> policy.Due | None:
    """The end of a term that begins on a day, by the edition of a day; None where none was in force."""
    try:
        found = policy.load(settings.BANYAN_PACKS).deadline(key, on=rules_on or start)
    except policy.NotInForce:
        return None
    return found.due(start, extended=extended and found.term.extension is not None)


def spoken(key: str, *, on: date) -> str:
    """A term in words by the edition of a day: what it is for, how long, where it is written; "" without one."""
    try:
        found = policy.load(settings.BANYAN_PACKS).deadline(key, on=on)
    except policy.NotInForce:
        return ""
    language = get_language() or settings.LANGUAGE_CODE
    title, says = (one.in_language(language) for one in (found.entry.title, found.says))
    where = terms.cited(found.reference)
    recalled = "" if found.is_confirmed else f" ({_('unconfirmed')})"
    return _("%(term)s: %(says)s, by %(where)s") % {"term": title, "says": says, "where": where} + recalled


def rows(table: str, *, on: date) -> tuple[Mapping[str, Any], ...]:
    """The rows of one of the room's tables, by its short name."""
    return terms.rows(f"casework.{table}", on=on)


def row(table: str, key: str, *, on: date) -> Mapping[str, Any] | None:
    """The row of a table whose first column has a value; None where there is none."""
    found = rows(table, on=on)
    return next((one for one in found if next(iter(one.values())) == key), None)


def said(line: Mapping[str, Any], stem: str = "") -> str:
    """What a row is called, in the language of the page."""
    language = "zh" if (get_language() or settings.LANGUAGE_CODE).startswith("zh") else "en"
    return str(line[f"{stem}_{language}" if stem else language])


def title_of(table: str, key: str, *, on: date) -> str:
    """The title of a row by its key; the key itself where the edition has no such row."""
    found = row(table, key, on=on)
    return said(found) if found else key

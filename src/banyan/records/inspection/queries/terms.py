"""Terms: which written term runs after a step, when it ends, and what the rules say on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import Refused
from banyan.records.inspection.models import Scheme

CLOCK = ("due_on", "due_rule", "is_due_provisional", "escalated_on")
"""The fields that `run_clock` and `stop_clock` set on a task or sample."""

TERMS = {
    "repeat": {"product": "spot_check.no_repeat_window"},
    "ship": {"food": "food_sampling.ship"},
    "report": {"food": "food_sampling.report"},
    "serve": {"food": "food_sampling.serve"},
    "notify": {},
    "objection": {"product": "spot_check.objection", "food": "food_sampling.objection"},
    "retest_request": {"product": "spot_check.objection", "food": "food_sampling.retest_request"},
    "decide": {"food": "food_sampling.retest_accept"},
    "formalities": {"product": "spot_check.retest_formalities"},
    "retest_laboratory": {"product": "spot_check.retest_laboratory", "food": "food_sampling.retest_laboratory"},
    "retest_result": {"food": "food_sampling.retest_result"},
    "correct": {"product": "spot_check.correct"},
    "recheck": {"product": "spot_check.recheck"},
    "disposal": {"food": "food_sampling.disposal"},
    "second_recheck": {"product": "spot_check.second_recheck"},
    "spare_passed": {"food": "food_sampling.keep_spare_passed"},
    "spare_failed": {"food": "food_sampling.keep_spare_failed"},
}

FAMILIES = {
    Scheme.PRODUCT_SUPERVISION: "product",
    Scheme.FOOD_SUPERVISION: "food",
    Scheme.FOOD_EVALUATION: "food",
}


def rule_of(*, scheme: str, step: str) -> str:
    """The key of the term that runs after a step of a scheme; empty where no text sets one."""
    return TERMS[step].get(FAMILIES.get(scheme, ""), "")  # type: ignore[call-overload]


def due(*, scheme: str, step: str, start: date) -> policy.Due | None:
    """The end of the term that a step sets going on a day, by the rule then in force; None without a rule."""
    key = rule_of(scheme=scheme, step=step)
    return _due(settings.BANYAN_PACKS, key, start) if key else None


def opens(*, scheme: str, step: str, start: date) -> policy.Due | None:
    """The first day of a window that a step sets going; None where the rules know no window."""
    key = rule_of(scheme=scheme, step=step)
    try:
        return policy.load(settings.BANYAN_PACKS).deadline(key, on=start).opens(start) if key else None
    except policy.NotInForce:
        return None


def written(*, scheme: str, step: str, on: date) -> str:
    """Where a term is written, for the end of a refusal."""
    key = rule_of(scheme=scheme, step=step)
    if not key:
        return ""
    try:
        reference = policy.load(settings.BANYAN_PACKS).deadline(key, on=on).reference
    except policy.NotInForce:
        return ""
    return cited(reference)


def cited(reference: policy.Reference | None) -> str:
    """A reference as text: the document's title and the clause."""
    if reference is None:
        return ""
    document = policy.load(settings.BANYAN_PACKS).documents[reference.document]
    article = _("art. %(clause)s") % {"clause": reference.clause} if reference.clause else ""
    return ", ".join(part for part in (document.title.in_language(_language()), article) if part)


def value(key: str, *, on: date) -> tuple[Any, str]:
    """A decreed value on a day and where it is written; None and nothing where none was in force."""
    try:
        found = policy.load(settings.BANYAN_PACKS).value(key, on=on)
    except policy.NotInForce:
        return None, ""
    return found.value, cited(found.reference)


def words(key: str, *, on: date) -> tuple[str, ...]:
    """The words that a rule names on a day, as a table of one column `word`; none where none were in force."""
    try:
        return tuple(str(row["word"]) for row in policy.load(settings.BANYAN_PACKS).table(key, on=on))
    except policy.NotInForce:
        return ()


def run_clock(act: Any, step: str, *, start: date) -> None:
    """Set the term that now runs for a task or sample; a term that went up a level comes down with the step."""
    found = due(scheme=act.scheme, step=step, start=start)
    act.due_on = found.on if found else None
    act.due_rule = rule_of(scheme=act.scheme, step=step) if found else ""
    act.is_due_provisional = bool(found and found.provisional)
    act.escalated_on = None


def stop_clock(act: Any) -> None:
    """Nothing is due any more for a task or sample."""
    act.due_on, act.due_rule, act.is_due_provisional, act.escalated_on = None, "", False, None


def demand_order(*, what: Any, of: Any, day: date, earliest: date | None, latest: date) -> None:
    """Refuse a step (`what`, a noun) of a record that is dated in the future, or before the one that comes first."""
    if day > latest:
        raise Refused(
            _("%(what)s of %(record)s was dated %(day)s.") % {"what": what, "record": of, "day": day},
            _("That day has not come."),
            _("Enter the day on which it was done."),
            code="future-day",
        )
    if earliest is not None and day < earliest:
        raise Refused(
            _("%(what)s of %(record)s was dated %(day)s.") % {"what": what, "record": of, "day": day},
            _("The step before it was done on %(earliest)s.") % {"earliest": earliest},
            _("Correct the day, or amend the earlier step with a reason."),
            code="wrong-order",
        )


def demand_reason(reason: str, what: Any) -> None:
    """Refuse a deed that needs a reason and has none."""
    if not reason.strip():
        raise Refused(
            _("%(what)s was asked for.") % {"what": what},
            _("It needs a reason."),
            _("Say why, in a sentence that a reader in ten years understands."),
            code="reason-missing",
        )


def one_day_later(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


def names(records: Iterable[Any], most: int = 3) -> str:
    """The first few records by name, for a refusal about a whole list."""
    shown = [str(record) for record in records]
    rest = f" … (+{len(shown) - most})" if len(shown) > most else ""
    return "; ".join(shown[:most]) + rest


@lru_cache(maxsize=50_000)
def _due(packs: tuple[str, ...], key: str, start: date) -> policy.Due | None:
    try:
        return policy.load(packs).deadline(key, on=start).due(start)
    except policy.NotInForce:
        return None


def _language() -> str:
    from django.utils.translation import get_language

    return get_language() or settings.LANGUAGE_CODE

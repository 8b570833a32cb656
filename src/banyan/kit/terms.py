"""Rules as verbs ask for them: terms and values of the packs in force on a day, and where they are written."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import clock, titles
from banyan.kit.refusals import Refused
from banyan.policy import calendar

CLOCK = ("due_on", "due_rule", "is_due_provisional", "escalated_on")
"""The fields that `set_clock` and `stop_clock` set on a record whose next step has a term."""

YEARS_BACK, YEARS_AHEAD = 5, 3
"""How far back a matter may be dated that is entered today, and how far ahead a day may be set by which to act."""

NEAREST = 3
"""How many keys a mistyped one is told."""


class RuleMissing(Refused):
    """The packs of this city have no entry for a rule that is to be applied."""

    code = "rule-missing"


def _no_rule(key: str) -> RuleMissing:
    return RuleMissing(
        _("The rule %(key)s was to be applied.") % {"key": key},
        _("The packs of this city have no such entry: %(packs)s.")
        % {"packs": ", ".join(policy.load(settings.BANYAN_PACKS).names)},
        _("Write the entry into a pack of the city, or read a pack that has it too (BANYAN_PACKS)."),
    )


def _deadline(key: str, *, on: date) -> Any:
    """The rule of a term as it stands on a day. Raises RuleMissing where no pack knows it."""
    try:
        return policy.load(settings.BANYAN_PACKS).deadline(key, on=on)
    except policy.UnknownEntry as error:
        raise _no_rule(key) from error


def set_clock(act: Any, rule: str, found: policy.Due | None) -> None:
    """Let the end of a term run for a record; what went up a level with the step before comes down."""
    act.due_on, act.due_rule = (found.on, rule) if found else (None, "")
    act.is_due_provisional, act.escalated_on = bool(found and found.provisional), None


def stop_clock(act: Any) -> None:
    """Nothing is due any more for a record."""
    set_clock(act, "", None)


def due(key: str, *, start: date, under: date | None = None) -> policy.Due | None:
    """The end of the term that begins on a day, by the rule then in force; None where none was. Raises RuleMissing.

    `under` is the day whose rule holds where that is another one: an open case keeps the edition it began under.
    """
    return _due(policy.load(settings.BANYAN_PACKS).hash, key, start, under or start)


def extended(key: str, *, start: date) -> policy.Due | None:
    """The end of a term that begins on a day, with the extension that its rule allows; None where it allows none."""
    found = _deadline(key, on=start)
    return found.due(start, extended=True) if found.term.extension else None


def resumed(key: str, last: date, *, under: date, stopped: date, on: date) -> policy.Due:
    """The end of a term that stood still from one day to another: as many days later as it stood, in its own unit."""
    if _deadline(key, on=under).unit == "workday":
        found = calendar.count_working_days(last, calendar.working_days_between(stopped, on))
    else:
        found = calendar.first_working_day(last + (on - stopped))
    return policy.Due(found.on, found.provisional, "", "")


def opens(key: str, *, start: date) -> policy.Due | None:
    """The first day of a window that begins to count on a day; None where no such rule was in force."""
    try:
        return _deadline(key, on=start).opens(start)
    except policy.NotInForce:
        return None


def value(key: str, *, on: date) -> tuple[Any, str]:
    """A decreed value on a day and where it is written; None where none was in force. Raises RuleMissing."""
    try:
        found = policy.load(settings.BANYAN_PACKS).value(key, on=on)
    except policy.NotInForce:
        return None, ""
    except policy.UnknownEntry as error:
        raise _no_rule(key) from error
    return found.value, cited(found.reference)


def rows(key: str, *, on: date) -> tuple[Mapping[str, Any], ...]:
    """The rows of a decreed table; nothing where no edition was in force, or where no pack has such a table."""
    try:
        return policy.load(settings.BANYAN_PACKS).table(key, on=on)
    except (policy.NotInForce, policy.UnknownEntry):
        return ()


def column(key: str, name: str, *, on: date) -> tuple[str, ...]:
    """One column of a decreed table as texts; nothing where no edition was in force."""
    return tuple(str(row[name]) for row in rows(key, on=on))


def district() -> str:
    """What a unit of the level county is called: the packs' word, or the county."""
    return _said(policy.load(settings.BANYAN_PACKS).district()) or _("county")


def maker() -> str:
    """What a firm that answers for what is counted is called: the packs' word, or the maker."""
    return _said(policy.load(settings.BANYAN_PACKS).maker()) or _("maker")


def _said(words: Any) -> str:
    """Words of the packs in the language of the page; "" for none."""
    return str(words.in_language(get_language() or settings.LANGUAGE_CODE)) if words else ""


DISTRICT: Any = lazy(district, str)()
"""The same for names of fields and heads of columns: said when it is shown."""


def of_district(words: Any) -> Any:
    """Words with `%(unit)s` in them for such a unit, said when they are shown."""
    return lazy(lambda: str(words) % {"unit": district()}, str)()


def written(key: str, *, on: date) -> str:
    """Where a term is written, for the end of a refusal; nothing where it was not in force."""
    try:
        return cited(_deadline(key, on=on).reference)
    except policy.NotInForce:
        return ""


def out_of_force(entry: Any, *, on: date) -> tuple[str, str]:
    """For a refusal: what prevents an answer on a day of which an entry says nothing, and what to ask for instead."""
    if entry.status == "draft":
        return _("It is a draft, and a draft is never computed."), _("Ask for it once its pack puts it in force.")
    if entry.first and on < entry.first:
        return _("It holds from %(day)s.") % {"day": entry.first}, _("Ask for that day or a later one.")
    return _("It held until %(day)s.") % {"day": entry.until}, _("Ask for that day or an earlier one.")


def nearest(key: str, known: Collection[str], *, command: str, address: str) -> str:
    """For a refusal of a key that nothing has: the nearest ones that there are, and what lists them all."""
    near, listed = difflib.get_close_matches(key, known, n=NEAREST), {"command": command, "address": address}
    if not near:
        return _("`%(command)s` and %(address)s list them all.") % listed
    return _("Nearest to it are: %(near)s. `%(command)s` and %(address)s list them all.") % {
        "near": titles.listed(near), **listed,
    }  # fmt: skip


def spoken(key: str, *, on: date | None = None) -> str:
    """A term in words: what it is for, how long it is by the wording of a day (today), where it is written."""
    if not key:
        return ""
    try:
        found = _deadline(key, on=on or clock.today())
    except policy.PolicyError:
        return key
    language = get_language() or settings.LANGUAGE_CODE
    return _("%(term)s: %(says)s, by %(where)s") % {
        "term": found.entry.title.in_language(language), "says": found.says.in_language(language),
        "where": cited(found.reference),
    }  # fmt: skip


def cited(reference: policy.Reference | None) -> str:
    """A reference as text: the document's title and its article; a heading of rules of our own is no article."""
    if reference is None:
        return ""
    document = policy.load(settings.BANYAN_PACKS).documents[reference.document]
    number = article_of(reference)
    article = _("art. %(clause)s") % {"clause": number} if number else ""
    title = document.title.in_language(get_language() or settings.LANGUAGE_CODE)
    return _("%(title)s, %(article)s") % {"title": title, "article": article} if article else title


def article_of(reference: policy.Reference | None) -> str:
    """The number of the article that a reference names; "" where it names a heading only."""
    clause = (reference.clause if reference else "") or ""
    return clause if any(letter.isdigit() for letter in clause) else ""


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


def demand_recent(*, what: Any, of: Any, day: date, on: date) -> None:
    """Refuse a record (`what`, a noun) dated so long ago that its term would be over before it was entered."""
    first = calendar.add_months(on, -12 * YEARS_BACK)
    if day < first:
        raise Refused(
            _("%(what)s of %(record)s was dated %(day)s.") % {"what": what, "record": of, "day": day},
            _("That is more than %(years)d years ago; the first day that can be entered is %(first)s.")
            % {"years": YEARS_BACK, "first": first},
            _("Correct the day; say in the text what lies further back."),
            code="long-past",
        )


def demand_near(*, asked: str, day: date, on: date) -> None:
    """Refuse a day to come that is set as a term and lies so far off that the duty would never be late."""
    last = calendar.add_months(on, 12 * YEARS_AHEAD)
    if day > last:
        raise Refused(
            asked,
            _("%(day)s is more than %(years)d years ahead; the last day that can be set is %(last)s.")
            % {"day": day, "years": YEARS_AHEAD, "last": last},
            _("Set an earlier day; it can be set anew when it has come."),
            code="far-day",
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


def demand_late(act: Any, *, on: date) -> None:
    """Refuse to raise by a level what is not late on a day, or went up already since its last step."""
    if act.due_on is None or act.due_on >= on or act.escalated_on is not None:
        raise Refused(
            _("Raising %(act)s by a level was asked for.") % {"act": act},
            _("It is not late, or it went up already."),
            _("Wait until its term is over."),
            code="not-late",
        )


@lru_cache(maxsize=50_000)
def _due(_rules: str, key: str, start: date, under: date) -> policy.Due | None:
    try:
        return _deadline(key, on=under).due(start)
    except policy.NotInForce:
        return None

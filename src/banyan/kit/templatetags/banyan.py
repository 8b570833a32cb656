"""Filters and tags for numbers, verdicts, charts and the words of packs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan.kit import amounts, charts, clock, terms, titles

register = template.Library()

NOTHING = "–"
SIGNS = {"met": "✓", "not met": "✕", "cannot be told": "?", "reference missing": "–", "not published": "–",
         "record missing": "–"}  # fmt: skip


VERDICTS = {
    "met": gettext_lazy("met"),
    "not met": gettext_lazy("not met"),
    "cannot be told": gettext_lazy("cannot be told"),
    "reference missing": gettext_lazy("reference missing"),
    "not published": gettext_lazy("not published"),
    "record missing": gettext_lazy("record missing"),
}


@register.simple_tag
def district() -> str:
    """What a unit of the level county is called, as a heading."""
    return capfirst(terms.district())


@register.simple_tag
def colon() -> str:
    """The colon between a heading and what it heads, as the language of the page sets it."""
    return ": " if (get_language() or "").startswith("en") else "："


@register.filter
def percent(value: Any, digits: int | None = None) -> str:
    """0.93167 as 93.2%, 0.02728 as 2.73%: three digits that tell something; a dash where there is nothing."""
    if value in (None, ""):
        return NOTHING
    if digits is None:
        digits = 2 if 0 < abs(value) < 0.09995 else 1
    return f"{number_format(round(value * 100, digits), decimal_pos=digits)}%"


@register.filter
def points(value: Any) -> str:
    """A difference of two shares in percentage points, with its sign: -0.588 as −58.8."""
    if value in (None, ""):
        return NOTHING
    rounded = round(value * 100, 1)
    sign_of = "−" if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign_of}{number_format(abs(rounded), decimal_pos=1)}"


@register.filter
def interval_of(level: Any) -> str:
    """The head of a column of intervals, with their level where they have one."""
    return _("%(level)s interval") % {"level": percent(level, 0)} if level else _("interval")


@register.filter
def likely(value: Any) -> str:
    """A probability in per cent; what is not certain is never rounded to certainty."""
    if value in (None, ""):
        return NOTHING
    if 0 < value < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= value < 1 else percent(value, 0)


@register.filter
def sign(op: str) -> str:
    """A comparison as people write it."""
    return {">=": "≥", "<=": "≤"}.get(op, op)


@register.filter
def whole(value: Any) -> str:
    """A count with separators; a dash where there is nothing."""
    return NOTHING if value in (None, "") else number_format(round(value), decimal_pos=0, force_grouping=True)


@register.filter
def signed(value: Any) -> str:
    """A number with its sign, and no more digits than it has (two at most): +5, −7.93, 0."""
    rounded = round(value, 2)
    text = number_format(abs(rounded), decimal_pos=2, force_grouping=True).rstrip("0").rstrip(".")
    return f"{'−' if rounded < 0 else '+' if rounded > 0 else ''}{text}"


@register.filter
def units(value: Any) -> str:
    """An amount of goods: thousands apart, without idle zeros."""
    return amounts.said(value)


@register.filter
def amount(value: Any, measure: str = "rate") -> str:
    """A figure in the form of its measure: rates, shares and growth in per cent, counts as whole numbers."""
    if measure in ("rate", "share", "growth", "ratio"):
        return percent(value)
    if measure in ("mean", "median", "per"):
        return NOTHING if value in (None, "") else number_format(round(value, 1), force_grouping=True)
    return whole(value)


@register.simple_tag
def title_of_publication(publication: Any) -> str:
    """A publication by the title it was given, on English pages by the day that its figures are for."""
    if not (get_language() or "").startswith("en"):
        return str(publication.title)
    return _("Figures for %(day)s, as known on %(known)s") % {"day": publication.on, "known": publication.known_on}


@register.filter
def moment(value: str) -> str:
    """An instant that a signed text writes out in full, as a clock of the city shows it."""
    return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")


@register.filter
def words(value: Any) -> str:
    """A pack's words (or a row with zh and en) in the language of the page."""
    if value is None:
        return ""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return str(value[language] if isinstance(value, Mapping) else getattr(value, language))


@register.filter
def titled(key: str) -> str:
    """An entry of the packs by its title; what they know no longer by its key."""
    return titles.title(key)


@register.filter
def method(key: str) -> str:
    """A method of an interval or estimate in words."""
    return titles.method(key)


@register.filter
def fact(key: str) -> str:
    """A kind of fact in the words of the room that declares it."""
    return titles.said("fact", key)


@register.filter
def document(key: str) -> str:
    """A document by its title; what the packs do not cite by its key."""
    return titles.document(key)


@register.filter
def verdict(value: str | None) -> SafeString | str:
    """A verdict as a mark with sign and words."""
    if not value:
        return ""
    return format_html(
        '<span class="verdict {}"><span aria-hidden="true">{}</span>{}</span>',
        value.replace(" ", "-"), SIGNS[value], VERDICTS[value],
    )  # fmt: skip


@register.filter
def verdict_words(value: str | None) -> str:
    """A verdict in words only."""
    return str(VERDICTS.get(value or "", ""))


@register.filter
def scaled(value: Any, low: float = 0.5) -> str:
    """Where a rate stands between `low` and 1, in per cent of a bar's width."""
    return "0" if value in (None, "") else f"{max(0.0, min(1.0, (value - low) / (1 - low))) * 100:.1f}"


@register.simple_tag
def today() -> Any:
    """The site's day."""
    return clock.today()


@register.simple_tag
def is_demonstration() -> bool:
    """Whether this is the demonstration city."""
    return clock.is_demonstration()


@register.inclusion_tag("banyan/chart.html")
def chart(specification: Mapping[str, Any] | None, title: str) -> dict[str, Any]:
    """A chart with its title for those who cannot see it; nothing where there is no specification."""
    return {
        "specification": specification,
        "title": title,
        "name": f"chart-{charts.digest(specification)}" if specification else "",
    }

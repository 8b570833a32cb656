"""Words for figures: names of groups, of dimensions, of axes, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import facts
from banyan.base.registry import queries as registry
from banyan.insight.indicators.queries.figures import Figures
from banyan.kit import terms


def rows_with_names(figures: Figures) -> list[dict[str, Any]]:
    """The rows of figures, each with a label in the language of the page."""
    names = registry.names_of({(name, row[name]) for row in figures.rows for name in figures.by})
    return [
        {**row, "label": " · ".join(label(name, row[name], names) for name in figures.by) or _("whole city")}
        for row in figures.rows
    ]


def label(dimension: str, code: str | None, names: Mapping[tuple[str, str | None], str]) -> str:
    """The words for one group of a dimension."""
    if code is None:
        return _("not stated")
    return names.get((dimension, code)) or str(facts.labels().get(dimension, {}).get(code, code))


def overview() -> tuple[str, ...]:
    """The indicators that the cockpit and the report open with, the map's first, as the packs say."""
    return policy.load(settings.BANYAN_PACKS).overview()


def dimension_words() -> dict[str, str]:
    """The words for the dimensions."""
    unit = {"unit": terms.district()}
    return {
        "county": _("%(unit)s where found") % unit, "origin_county": _("%(unit)s where made") % unit,
        "industry": _("industry"), "product": _("product class"), "park": _("park"), "size": _("size of firm"),
        "stage": _("where in the chain"), "laboratory": _("laboratory"), "organisation": terms.maker(),
        "counterparty": _("seller"), "item": _("item"), "drawn": _("how drawn"), "level": _("level"),
        "stratum": _("stratum"), "cause": _("first lead"), "basis": _("basis"), "regime": _("regime"),
    }  # fmt: skip


def with_groups(publications: Iterable[Any]) -> list[Any]:
    """Publications with the words of what each is broken down by (`groups`, "" for a single figure)."""
    words, found = dimension_words(), list(publications)
    for publication in found:
        publication.groups = " · ".join(words.get(name, name) for name in publication.by)
    return found


def chart_titles() -> dict[str, str]:
    """The words of axes and tooltips."""
    return {
        "x": _("group"), "value": _("rate"), "low": _("lower limit"), "high": _("upper limit"), "n": _("n"),
        "target": _("target"), "shrunk": _("shrunken rate"),
    }  # fmt: skip


def warnings_in_words(figures: Figures) -> Iterator[str]:
    """What is to be borne in mind with figures; stored in English, said in the language of the page."""
    known = (
        (r"(?P<count>\d+) facts without a design weight are left out",
         _("%(count)s facts without a design weight are left out")),
        (r"(?P<count>\d+) of (?P<all>\d+) rates: (?P<what>.+)", _("%(count)s of %(all)s rates: %(what)s")),
        (r"(?P<count>\d+) strata with one primary unit \((?P<names>.*)\): treated by lonely='(?P<way>\w+)'",
         _("%(count)s strata with one primary unit (%(names)s): treated by the method “%(way)s”")),
    )  # fmt: skip
    for text in figures.warnings:
        for pattern, words in known:
            if found := re.fullmatch(pattern, text):
                yield words % {name: _(part) for name, part in found.groupdict().items()}
                break
        else:
            yield _(text)


def in_language(words: Any) -> str:
    """A pack's words in the language of the page."""
    return words.en if (get_language() or "").startswith("en") else words.zh

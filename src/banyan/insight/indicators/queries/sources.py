"""From a figure back to the records: the facts it counted, and the record and version behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.insight.indicators.queries.figures import Figures
from banyan.insight.indicators.queries.windows import conditions, standing
from banyan.kit.models import Version

PAGE = 100


def records_behind(
    figures: Figures,
    *,
    where: Mapping[str, Sequence[str]] | None = None,
    passed: bool | None = None,
    start: int = 0,
    limit: int = PAGE,
) -> dict[str, Any]:
    """The records that a figure counted, in the order of their days, as known when the figure was.

    Each has its noun, key, the number of its version, its day and whether it passed. `where` narrows to a row.
    """
    told = _counted(figures, where or {})
    if passed is not None:
        told = told.filter(told.passed == passed)
    total = int(told.count().to_pyarrow().as_py())
    page = (
        told.order_by([told.happened_on.desc(), told.fact])
        .select("key", "source", "happened_on", "passed", "county", "organisation", "product")
        .limit(limit, offset=start)
        .to_pyarrow()
        .to_pylist()
    )
    versions = Version.objects.filter(id__in=[line["source"] for line in page]).values_list("id", "noun", "key")
    named = {version: (noun, key) for version, noun, key in versions}
    for line in page:
        line["noun"], line["key"] = named.get(line["source"], (None, None))
        line["version"] = line.pop("source")
    return {"total": total, "start": start, "records": page}


def firms_counted(figures: Figures, *, where: Mapping[str, Sequence[str]]) -> set[str]:
    """The organisations whose facts a figure counted, or some of its rows."""
    told = _counted(figures, where)
    named = told.filter(told.organisation.notnull()).select("organisation").distinct()
    return set(named.to_pyarrow()["organisation"].to_pylist())


def _counted(figures: Figures, where: Mapping[str, Sequence[str]]) -> Any:
    """The facts that a figure counted, as known when the figure was."""
    book = policy.load(settings.BANYAN_PACKS)
    indicator = book.indicator(figures.key, on=figures.on)
    since = date.fromisoformat(figures.receipt["since"])
    years = range(max(since.year, 1900), figures.on.year + 1)
    told = facts.facts(indicator.fact_kinds, known_on=figures.known_on, years=years)
    if indicator.stands_by:
        told = standing(told, indicator.stands_by, on=figures.on)
    else:
        told = told.filter((told.happened_on >= since) & (told.happened_on <= figures.on))
    asked = {**figures.where, **where}
    return conditions(told, [one for one in indicator.filters if one.column != "kind"], asked)

"""From a figure back to the records: the facts it counted, and the record and version behind each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.base.facts.queries import conditions, standing
from banyan.insight.indicators.queries.figures import Figures, demand_dimensions
from banyan.insight.indicators.queries.judging import hides_part
from banyan.insight.indicators.queries.measuring import measure
from banyan.kit.scope import every_one_within
from banyan.policy.kinds.indicator import Indicator

PAGE = 100


def records_behind(
    figures: Figures,
    *,
    person: Any,
    where: Mapping[str, Sequence[str]] | None = None,
    passed: bool | None = None,
    start: int = 0,
    limit: int = PAGE,
) -> dict[str, Any]:
    """The records that a figure counted, in the order of their days, as known when the figure was.

    Each has its noun, key, the number of its version, its day and whether it passed. `where` narrows to a row.
    Behind a part whose figure is hidden, who may not read each of them is told none, nor how many (`total` is None).
    """
    part = {**figures.where, **(where or {})}
    demand_dimensions(_indicator(figures), part.keys() - {"county"})  # to which an office limits every question
    told = _counted(figures, part)
    if _is_hidden(figures, part) and not every_one_within(_records(told), person):
        return {"total": None, "start": start, "records": []}
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
    named = facts.records_behind([line["source"] for line in page])
    for line in page:
        line["noun"], line["key"] = named.get(line["source"], (None, None))
        line["version"] = line.pop("source")
    return {"total": total, "start": start, "records": page}


def firms_counted(figures: Figures, *, where: Mapping[str, Sequence[str]]) -> set[str]:
    """The organisations whose facts a figure counted, or some of its rows."""
    told = _counted(figures, where)
    named = told.filter(told.organisation.notnull()).select("organisation").distinct()
    return set(named.to_pyarrow()["organisation"].to_pylist())


def _is_hidden(figures: Figures, part: Mapping[str, Sequence[str]]) -> bool:
    """Whether the figure of a part of what figures counted is hidden."""
    indicator, since = _indicator(figures), date.fromisoformat(figures.receipt["since"])
    days: dict[str, Any] = {"on": figures.on, "known_on": figures.known_on}
    days["since"] = None if since == date.min else since
    return hides_part(
        indicator, measure(indicator, where=part, **days), where=part, book=policy.load(settings.BANYAN_PACKS), **days
    )


def _records(told: Any) -> Iterator[tuple[str, str]]:
    """The records behind facts, by noun and key."""
    for batch in told.select("source").distinct().to_pyarrow().to_batches(max_chunksize=1000):
        yield from facts.records_behind(batch["source"].to_pylist()).values()


def _counted(figures: Figures, where: Mapping[str, Sequence[str]]) -> Any:
    """The facts that a figure counted, as known when the figure was."""
    indicator = _indicator(figures)
    since = date.fromisoformat(figures.receipt["since"])
    years = range(max(since.year, 1900), figures.on.year + 1)
    told = facts.facts(indicator.fact_kinds, known_on=figures.known_on, years=years)
    if indicator.stands_by:
        told = standing(told, indicator.stands_by, on=figures.on)
    else:
        told = told.filter((told.happened_on >= since) & (told.happened_on <= figures.on))
    asked = {**figures.where, **where}
    return conditions(told, [one for one in indicator.filters if one.column != "kind"], asked)


def _indicator(figures: Figures) -> Indicator:
    return policy.load(settings.BANYAN_PACKS).indicator(figures.key, on=figures.on)

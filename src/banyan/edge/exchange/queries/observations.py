"""The figures of an indicator as observations: by year and by quarter, whole and by each dimension."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.edge.exchange.queries import quarters
from banyan.edge.exchange.queries.structures import TOTAL, VERDICTS, Flow, code_of
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock
from banyan.kit.refusals import BadRequest
from banyan.policy import periods

ANY = frozenset("*")


@dataclass(frozen=True)
class Observation:
    """One figure: its code in each dimension, its period, its value, and its attributes that are known."""

    key: Mapping[str, str]
    period: str
    value: float | None
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Span:
    """A year or quarter, cut at today: its name, its days, and whether it is over."""

    name: str
    frequency: str
    first: date
    last: date
    is_over: bool


@dataclass(frozen=True)
class Key:
    """Which codes a data question wants in each dimension, in their order; `*` is any."""

    wanted: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, text: str, flow: Flow) -> Key:
        """A key as SDMX writes it: `A._T.gulou`, `*` for any, `+` between several. Raises BadRequest."""
        ids = [one.id for one in flow.dimensions]
        if text in ("", "*", "all"):
            return cls(dict.fromkeys(ids, ANY))
        parts = text.split(".")
        if len(parts) != len(ids):
            raise BadRequest(
                _("The key “%(key)s” was asked for.") % {"key": text},
                _("It has %(count)s parts, and the structure has %(needed)s dimensions.")
                % {"count": len(parts), "needed": len(ids)},
                _("Write a code or * for each of: %(names)s.") % {"names": ".".join(ids)},
            )
        return cls({id: frozenset(re.split(r"[+, ]", part)) if part else ANY
                    for id, part in zip(ids, parts, strict=True)})  # fmt: skip

    def takes(self, id: str, code: str) -> bool:
        """Whether a code of a dimension is wanted."""
        return self.wanted[id] == ANY or code in self.wanted[id]

    def breakdowns(self, flow: Flow) -> tuple[tuple[str, ...], ...]:
        """The breakdowns in which wanted observations can lie: the whole, and by one dimension each."""
        by = flow.indicator.by
        totals = {name for name in by if self.takes(name.upper(), TOTAL)}
        bys: list[tuple[str, ...]] = [()] if len(totals) == len(by) else []
        bys += [(name,) for name in by if totals >= set(by) - {name} and self.wanted[name.upper()] != {TOTAL}]
        return tuple(bys)


@dataclass(frozen=True)
class Spans:
    """Which periods a data question wants, as `c[TIME_PERIOD]` writes it: `ge:2024-Q1+le:2025`, or `2025`."""

    tests: tuple[tuple[str, date, date], ...] = ()
    names: frozenset[str] = frozenset()

    @classmethod
    def read(cls, text: str) -> Spans:
        """Raises BadRequest for a period or an operator that is not understood."""
        tests, names = [], set()
        for part in filter(None, re.split(r"[+, ]", text)):
            operator, colon, period = part.rpartition(":")
            if not colon or operator == "eq":
                first_last(period)
                names.add(period)
            elif operator in ("ge", "gt", "le", "lt"):
                tests.append((operator, *first_last(period)))
            else:
                raise BadRequest(
                    _("Periods were asked for by “%(text)s”.") % {"text": part},
                    _("The operator “%(name)s” is not known here.") % {"name": operator},
                    _("Use eq, ge, gt, le or lt, such as ge:2024-Q1+le:2025-Q4."),
                )
        return cls(tuple(tests), frozenset(names))

    def take(self, span: Span) -> bool:
        """Whether a year or quarter is wanted."""
        if self.names and span.name not in self.names:
            return False
        holds = {
            "ge": lambda first, last: span.first >= first, "gt": lambda first, last: span.first > last,
            "le": lambda first, last: span.first <= last and span.last <= last,
            "lt": lambda first, last: span.last < first,
        }  # fmt: skip
        return all(holds[operator](first, last) for operator, first, last in self.tests)


def first_last(text: str) -> tuple[date, date]:
    """The first and last day of a year, quarter, month or day. Raises BadRequest."""
    try:
        if len(text) == len("2025-11-30"):
            return date.fromisoformat(text), date.fromisoformat(text)
        return periods.first_last(text)
    except ValueError as error:
        raise BadRequest(
            _("The period “%(text)s” was asked for.") % {"text": text[:40]},
            _("That is no period."),
            _("Write a year (2025), a quarter (2025-Q4), a month (2025-11) or a day (2025-11-30)."),
        ) from error


def spans_of(flow: Flow) -> Iterator[Span]:
    """The years and quarters from the first fact, or the first day of the rule, to today, oldest first."""
    today = clock.today()
    told = facts.facts(flow.indicator.fact_kinds)
    first = told.happened_on.min().to_pyarrow().as_py()
    since = flow.indicator.since
    if first is None or first > today:
        return
    start = max(first, since) if since else first
    for year in range(start.year, today.year + 1):
        for frequency, names in (
            ("A", [str(year)]),
            ("Q", [periods.name_of(date(year, month, 1)) for month in (1, 4, 7, 10)]),
        ):
            for name in names:
                begins, ends = first_last(name)
                span = Span(name, frequency, begins, min(ends, today), ends <= today)
                if ends >= start and begins <= today:
                    yield span


def observations_of(
    flow: Flow, *, key: Key, spans: Spans, known_on: date, own: frozenset[str] | None
) -> tuple[list[Observation], list[indicators.Figures]]:
    """The wanted observations, and the figures that they come from, so that each receipt can be kept.

    A quarter of what is counted over a year counts its own days only; what has another window is shown as it
    stood at the quarter's end. Quarters that count their own days hide what their year would tell. With `own`,
    breakdowns hold these counties only; the whole city is open to all.
    """
    found, used = [], []
    for span, figures in _told(flow, key, spans, known_on, own):
        rows = [_observation(flow, figures, row, span) for row in figures.rows]
        wanted = [one for one in rows if all(key.takes(id, code) for id, code in one.key.items())]
        found += wanted
        used += [figures] if wanted else []
    return found, used


def published_observations(flow: Flow, *, key: Key, spans: Spans) -> list[Observation]:
    """What was last published of each year and quarter and is public today, as it was published.

    Figures that count from the beginning of a year are the year's, as far as they go; all others, published for the
    end of a quarter, are the quarter's too.
    """
    found: dict[tuple[tuple[str, ...], str], list[Observation]] = {}
    breakdowns = key.breakdowns(flow)
    for figures in indicators.published_figures(key=flow.indicator.key):
        if figures.by not in breakdowns:
            continue
        for span in _spans_told(flow, figures.on):
            if key.takes("FREQ", span.frequency) and spans.take(span) and (figures.by, span.name) not in found:
                rows = [_observation(flow, figures, row, span) for row in figures.rows]
                found[figures.by, span.name] = [
                    one for one in rows if all(key.takes(id, code) for id, code in one.key.items())
                ]
    return [one for observations in found.values() for one in observations]


def _spans_told(flow: Flow, on: date) -> Iterator[Span]:
    """The year that figures for a day speak of, and the quarter where they speak of one."""
    year = str(on.year)
    first, last = first_last(year)
    if flow.indicator.window != "calendar_quarter":
        yield Span(year, "A", first, on, on == last)
    if flow.indicator.window != "calendar_year":
        name = periods.name_of(on)
        first, last = first_last(name)
        if on == last or flow.indicator.window == "calendar_quarter":
            yield Span(name, "Q", first, on, on == last)


def _told(
    flow: Flow, key: Key, spans: Spans, known_on: date, own: frozenset[str] | None
) -> Iterator[tuple[Span, indicators.Figures]]:
    """The figures of each wanted year and quarter, by each breakdown."""
    bys = key.breakdowns(flow)
    is_of_years = flow.indicator.window == "calendar_year"
    adds_up = is_of_years and flow.indicator.measure != "growth"
    for _year, spans_in in groupby(spans_of(flow), key=lambda span: span.first.year):
        every = list(spans_in)
        wanted = [span for span in every if key.takes("FREQ", span.frequency) and spans.take(span)]
        known = [span for span in wanted if span.last <= known_on]
        asked = {span: _asked(flow, bys, span, known_on, own, adds_up=adds_up) for span in known}
        if is_of_years and any(span.frequency == "Q" for span in known):
            asked |= _beside_the_year(flow, bys, every, asked, known_on, own, adds_up=adds_up)
        for span in known:
            yield from ((span, figures) for figures in asked[span])


def _beside_the_year(
    flow: Flow, bys: Sequence[tuple[str, ...]], spans: Sequence[Span], asked: Mapping[Span, list[indicators.Figures]],
    known_on: date, own: frozenset[str] | None, *, adds_up: bool,
) -> dict[Span, list[indicators.Figures]]:  # fmt: skip
    """The quarters of a year, each breakdown hiding what it must beside the year, whatever of it was asked for."""
    if not any(bys) or flow.indicator.shows_small_counts:
        return {}
    of_year = [replace(span, last=min(span.last, known_on)) for span in spans if span.frequency == "A"]
    of_quarters = [span for span in spans if span.frequency == "Q" and span.last <= known_on]
    found = {
        span: list(asked.get(span) or _asked(flow, bys, span, known_on, own, adds_up=adds_up))
        for span in (*of_year, *of_quarters)
    }
    counts = {span: _counted(flow, figures, span, known_on) for span, figures in found.items()}
    for place, figures in enumerate(found[of_year[0]]):
        if figures.by:
            whole, *parts = [
                quarters.Part(found[span][place], counts[span][figures.by]) for span in (*of_year, *of_quarters)
            ]
            hidden = quarters.hide(whole, parts, on=known_on, is_running=not adds_up)
            for span, shown in zip(of_quarters, hidden, strict=True):
                found[span][place] = shown
    return {span: found[span] for span in of_quarters}


def _counted(
    flow: Flow, told: Sequence[indicators.Figures], span: Span, known_on: date
) -> dict[tuple[str, ...], Any]:
    """What each breakdown of some figures counts in a span's own days, hidden or not."""
    indicator = policy.load(settings.BANYAN_PACKS).indicator(flow.indicator.key, on=span.last)
    where = next((one.where for one in told if one.where), None)
    bys = [one.by for one in told if bool(one.where) == bool(where)]
    since = span.first if span.frequency == "Q" else None
    counts = indicators.measure_many(indicator, on=span.last, known_on=known_on, bys=bys, where=where, since=since)
    return dict(zip(bys, counts, strict=True))


def _asked(
    flow: Flow, bys: Sequence[tuple[str, ...]], span: Span, known_on: date, own: frozenset[str] | None, *,
    adds_up: bool,
) -> list[indicators.Figures]:  # fmt: skip
    since = span.first if span.frequency == "Q" and adds_up else None
    asked: dict[str, Any] = {"key": flow.indicator.key, "on": span.last, "known_on": known_on, "since": since}
    if own is None:
        return indicators.show_many(bys=bys, **asked) if bys else []
    found = [indicators.show(**asked)] if () in bys else []
    groups = [by for by in bys if by]
    if groups and "county" in flow.indicator.by:
        found += indicators.show_many(bys=groups, where={"county": tuple(sorted(own)) or ("-",)}, **asked)
    return found


def _observation(flow: Flow, figures: indicators.Figures, row: Mapping[str, Any], span: Span) -> Observation:
    groups = {name: code_of(row[name]) for name in figures.by}
    key = {"FREQ": span.frequency} | {name.upper(): groups.get(name, TOTAL) for name in flow.indicator.by}
    has_interval = row["low"] is not None and row["low"] != row["high"]
    receipt = figures.receipt
    attributes = {
        "OBS_STATUS": _status(flow, row, span), "CONF_STATUS": "C" if row["suppressed"] else "F",
        "LOWER_BOUND": row["low"] if has_interval else None, "UPPER_BOUND": row["high"] if has_interval else None,
        "CONF_LEVEL": receipt["level"] if has_interval else None, "N": row["n"], "PASSED": row["passed"],
        "REFUSED": row["refused"], "NOT_SAMPLED": row["not_sampled"],
        "VERDICT": VERDICTS.get(row["verdict"] or ""), "PROBABILITY_MET": row["probability_met"],
        "SINCE": None if receipt["since"] == date.min.isoformat() else receipt["since"],
        "UNTIL": figures.on, "KNOWN_ON": figures.known_on, "RULE_VERSION": receipt["rule_version"],
        "RECEIPT": figures.receipt_key, "METHOD": receipt["method"], "UNIT_MEASURE": flow.indicator.unit,
    }  # fmt: skip
    said = {name: str(value) for name, value in attributes.items() if value is not None}
    return Observation(key, span.name, row["value"], said)


def _status(flow: Flow, row: Mapping[str, Any], span: Span) -> str:
    if row["suppressed"]:
        return "Q"
    if row["value"] is None:
        return "M"
    return "P" if not span.is_over else "E" if flow.indicator.is_estimate else "A"

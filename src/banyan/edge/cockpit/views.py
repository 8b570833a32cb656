"""The cockpit's pages: each number stands with its interval, its verdict and its receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.base.registry import queries as registry
from banyan.edge.cockpit import actions, forms, queries
from banyan.insight.alerts import queries as alerts
from banyan.insight.indicators import actions as indicator_actions
from banyan.insight.indicators import queries as indicators_
from banyan.kit import Refused, charts, clock, rights
from banyan.kit.office import office, page_for, with_records
from banyan.kit.pages import knows, page_asked
from banyan.kit.titles import listed
from banyan.kit.workbooks import workbook

RIGHT = "indicators.view"
RUN = "runs.start"
PAGE, MOST_PAGE_DIGITS = 50, 9


def page(request: HttpRequest, template: str, title: Any, **context: Any) -> HttpResponse:
    """A template in the office's frame; a part of a page stands alone only where htmx asks for it."""
    if template.startswith("_") and not request.htmx:  # type: ignore[attr-defined]
        template, context = "part.html", {"part": f"cockpit/{template}", **context}
    frame = {**office.each_context(request), "title": title, "fresh": freshness_for(request.user)}
    return render(request, f"cockpit/{template}", {**frame, **context})


def freshness_for(person: Any) -> Callable[[], dict[str, Any]]:
    """What a page says of how fresh its figures are, found only where the page says it."""
    return lambda: {"is": facts.freshness(), "may_run": rights.has(person, RUN)}


@page_for(RIGHT)
@knows("on")
def home(request: HttpRequest) -> HttpResponse:
    """The city at a glance: counties, targets, what changed, what is late and whose move it is."""
    today, own = clock.today(), indicators_.own_counties(request.user)
    on = clock.asked_day(request.GET, "on") or today
    warned = alerts.overview(request.user, on=today)
    tiles = queries.tiles(on=on, own=own, alerts=warned["by_county"])
    return page(
        request,
        "home.html",
        _("Cockpit"),
        on=on,
        today=today,
        tiles=tiles,
        hides_small=queries.small_counts_rule(on)
        if any(tile["row"] and tile["row"]["suppressed"] for tile in tiles)
        else None,
        alerts=warned,
        first=next(map(_entry, indicators_.overview()), None),
        targets=queries.targets_drawn(on),
        changes=queries.changes(on=on),
        late=queries.late(request.user, on=today),
    )


@page_for(RIGHT)
@knows()
def clauses(request: HttpRequest) -> HttpResponse:
    """Every clause with its targets as they stand today."""
    today = clock.today()
    views = queries.clause_views(queries.lines_of(today), on=today)
    return page(request, "clauses.html", _("Clauses and targets"), clauses=views)


@page_for(RIGHT)
@knows()
def clause(request: HttpRequest, number: str) -> HttpResponse:
    """One clause: paraphrase, department, targets with live figures and receipts, what is missing."""
    today = clock.today()
    views = queries.clause_views(queries.lines_of(today), on=today)
    line = next((one for one in views if one.clause.number == number), None)
    if line is None:
        raise Http404
    return page(
        request, "clause.html", f"{line.clause.number} {indicators_.in_language(line.clause.title)}", line=line,
        rows=_figures_of(line.indicators), level=indicators_.confidence_level(clock.today()),
    )  # fmt: skip


@page_for(RIGHT)
@knows()
def indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator of the packs with today's figure."""
    entries: Any = policy.load(settings.BANYAN_PACKS).entries("indicator")
    level = indicators_.confidence_level(clock.today())
    return page(request, "indicators.html", _("Indicators"), rows=_figures_of(entries), level=level)


@page_for(RUN, methods=("GET", "HEAD", "POST"))
@knows()
def daily(request: HttpRequest) -> HttpResponse:
    """The daily flow: how fresh the figures are, the run that goes on step by step, and a button that starts one."""
    if request.method == "POST":
        try:
            actions.start_daily(by=request.user, on=clock.today())
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("cockpit:daily")
    fresh = facts.freshness()
    run = fresh.going or fresh.made
    template = "_daily.html" if request.htmx else "daily.html"  # type: ignore[attr-defined]
    steps = facts.steps_of(run) if run else []
    done = sum(step.seconds is not None and not step.error for step in steps)
    return page(request, template, _("Daily flow"), run=run, steps=steps, done=done)


@page_for(RIGHT)
@knows("on")
def scores(request: HttpRequest) -> HttpResponse:
    """The scores of every assessment in force: what each indicator brought each county, weighed."""
    today, own = clock.today(), indicators_.own_counties(request.user)
    on = clock.asked_day(request.GET, "on") or today
    return page(request, "scores.html", _("Scores"), on=on, today=today, tables=queries.scores_of(on=on, own=own))


@page_for(RIGHT)
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator: its meaning, its trend, its table by any dimension, and the ways to look further."""
    entry, asked, own = _asked(request, key, own=forms.TABLE)
    where = indicators_.within_reach(asked.where, request.user, by=asked.by)
    plain = not where and asked.is_today
    figures = (
        indicators_.computed(key=key, on=asked.on, known_on=asked.known_on, by=asked.by)
        if plain
        else facts.remembered(
            "show",
            (key, asked.on, asked.known_on, asked.by, sorted(where.items()), indicators_.reference_state()),
            lambda: indicator_actions.asked(
                key=key, on=asked.on, known_on=asked.known_on, by=asked.by, where=where
            ),
        )
    )  # fmt: skip
    whole = figures if not asked.by else _whole(key, asked, where, plain)
    trend = queries.trend_of(key=key, on=asked.on, known_on=asked.known_on, where=where)
    rows = indicators_.rows_with_names(figures)
    titles, threshold = indicators_.chart_titles(), figures.receipt["threshold"]
    words = indicators_.dimension_words()
    is_rate = entry.measure in ("rate", "share")
    context = {
        "warnings": list(indicators_.warnings_in_words(figures)),
        "entry": entry, "asked": asked, "latest": clock.today(), "figures": figures,
        "definitions": [entry.on(day) for day in entry.changes()], "defined": entry.on(asked.on),
        "redefined": queries.redefined(entry, trend),
        "days": f"on={asked.on}&known_at={asked.known_on}",
        "published": indicators_.as_published(key=key, published_by=asked.published_by)
        if asked.published_by else None,
        "whole": _only(whole), "is_limited": bool(where),
        "few": queries.few_samples(entry, _only(whole), where=where, on=asked.on),
        "trend": trend, "approved": queries.approved(entry, asked),
        "rows": rows[: queries.ROWS_AT_MOST], "hidden_rows": max(0, len(rows) - queries.ROWS_AT_MOST),
        "dimensions": [(name, words.get(name, name), asked.address(by=[name])) for name in entry.by],
        "trend_chart": charts.trend(
            trend, x="quarter", titles=titles if is_rate else titles | {"value": _("value")}, threshold=threshold,
            is_share=is_rate, in_percent=entry.measure in ("ratio", "growth"),
        ) if len(trend) > 1 else None,
        "table_chart": charts.intervals(
            [row for row in rows if row["value"] is not None][:40], label="label", titles=titles, threshold=threshold
        ) if asked.by and is_rate and len(rows) > 1 else None,
        "others": listed([_("the city"), *(words for _figure, words in queries.above_the_city())]),
        "counties": queries.counties_of(own), "units": [(name, words[name]) for name in queries.funnels_of(entry)],
        "hides_small": queries.small_counts_rule(asked.on)
        if asked.by and not entry.shows_small_counts and any(row["suppressed"] for row in rows) else None,
        "parks": queries.parks_of(own) if "park" in entry.by else (),
        "publications": indicators_.with_groups(
            indicators_.publications(published_by=asked.published_by).filter(indicator=key)[:8]
        ),
        "sold_and_made": queries.made_beside_sold(key=key, on=asked.on, known_on=asked.known_on, own=own)
        if is_rate and asked.is_today and not asked.where and {"county", "origin_county"} <= set(entry.by) else [],
    }  # fmt: skip
    return page(request, "indicator.html", indicators_.in_language(entry.title), **context)


@page_for(RIGHT)
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """One county or park beside the rest of its county and city, the province and the nation."""
    entry, asked, own = _asked(request, key, own=forms.DAYS, parts=("county", "park"))
    where = {name: queries.only_one(name, asked.where[name]) for name in ("county", "park") if asked.where.get(name)}
    county = where["county"][0] if "county" in where else ""
    if "park" in where:
        county = registry.county_of_park(key=where["park"][0]).pk
    if where and own is not None and county not in own:
        raise Http404
    lines = queries.comparison_of(key=key, where=where, on=asked.on, known_on=asked.known_on)
    figures = _kept(key, asked, where)
    return page(
        request, "_compare.html", _("Comparison"), entry=entry, lines=lines, figures=figures, is_whole=not where,
        about=queries.about(asked, where=where),
    )  # fmt: skip


@page_for(RIGHT)
def funnel(request: HttpRequest, key: str) -> HttpResponse:
    """Like units in a funnel, those that lie outside its limits, and the receipt of the facts behind them."""
    entry, asked, _own = _asked(request, key, own=(*forms.DAYS[:-1], "dimension", "_htmx"))
    known = queries.funnels_of(entry)
    dimension = request.GET.get("dimension", known[0])
    queries.demand_dimension(dimension, known)
    where = indicators_.within_reach(asked.where, request.user, by=("county",))
    figures = _kept(key, asked, where, by=(dimension,) if dimension in entry.by else ())
    found = facts.remembered(
        "funnel", (figures.receipt_key, dimension, sorted(where.items())),
        lambda: queries.funnel_of(figures, by=dimension, where=where),
    )  # fmt: skip
    return page(
        request, "_funnel.html", _("Who stands out"), entry=entry, funnel=found, figures=figures,
        about=queries.about(asked, where=where, by=dimension), least=queries.LEAST[dimension],
        hides_small=queries.small_counts_rule(asked.on)
        if figures.by and any(row["suppressed"] for row in figures.rows) else None,
    )  # fmt: skip


@page_for(RIGHT)
def last_year(request: HttpRequest, key: str) -> HttpResponse:
    """Each group beside the same window a year earlier, with significance and the receipts of both years."""
    entry, asked, _own = _asked(request, key, own=(*forms.DAYS[:-1], "dimension", "_htmx"))
    dimension = request.GET.get("dimension", "")
    if dimension:
        queries.demand_dimension(dimension, entry.by)
    by = (dimension,) if dimension else ()
    where = indicators_.within_reach(asked.where, request.user, by=by)
    earlier = indicators_.year_earlier(asked.on)
    years = [_kept(key, replace(asked, on=day), where, by=by) for day in (earlier, asked.on)]
    found = facts.remembered(
        "last-year", [one.receipt_key for one in years], lambda: queries.beside_last_year(years[1], years[0])
    )
    warnings = dict.fromkeys(text for one in years for text in indicators_.warnings_in_words(one))
    return page(
        request, "_last_year.html", _("Against last year"), entry=entry, **found, years=years, warnings=warnings,
        redefined=queries.is_redefined(entry, since=earlier, on=asked.on),
        about=queries.about(asked, where=where, by=dimension),
    )  # fmt: skip


@page_for(RIGHT)
def records(request: HttpRequest, key: str) -> HttpResponse:
    """The samples behind a figure, as far as the person may see them, each leading to its own page."""
    entry, asked, own = _asked(request, key, own=(*forms.DAYS[:-1], "passed", "page", "_htmx"))
    where = indicators_.within_reach(asked.where, request.user, by=("county",))
    figures = indicators_.show(key=key, on=asked.on, known_on=asked.known_on)
    passed = {"1": True, "0": False}.get(request.GET.get("passed", ""))
    asked_page = request.GET.get("page", "1")
    is_number = asked_page.isascii() and asked_page.isdigit() and len(asked_page) <= MOST_PAGE_DIGITS
    number = int(asked_page) if is_number else 0
    behind = indicators_.records_behind(
        figures, person=request.user, where=where, passed=passed, start=max(0, number - 1) * PAGE, limit=PAGE
    )
    page_asked(range(behind["total"] or 0), request.GET, size=PAGE)
    lines = with_records(behind["records"], person=request.user)
    context = {
        "entry": entry, "asked": asked, "lines": lines, "total": behind["total"], "number": number,
        "more": (behind["total"] or 0) > number * PAGE, "passed": request.GET.get("passed", ""),
        "limits": queries.where_in_words(where if own is None else asked.where),
        "tested": any("judged" in kind for kind in entry.fact_kinds),
    }  # fmt: skip
    return page(request, "records.html", _("Records behind the figure"), **context)


@page_for(RIGHT)
def table(request: HttpRequest, key: str) -> HttpResponse:
    """The table as a workbook, in the layout of the office's template: as known on a day, or as it was published."""
    entry, asked, _own = _asked(request, key, own=forms.TABLE)
    if asked.published_by:
        queries.demand_whole(asked.where, key=key, published_by=asked.published_by)
        figures = indicator_actions.published(key=key, published_by=asked.published_by, by=asked.by)
    else:
        where = indicators_.within_reach(asked.where, request.user, by=asked.by)
        figures = indicator_actions.asked(key=key, on=asked.on, known_on=asked.known_on, by=asked.by, where=where)
    layout, rows, values, titles = queries.sheet_of(entry, figures)
    content = workbook(layout, rows, values=values, titles=titles)
    answer = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="{key}-{asked.on}.xlsx"'
    return answer


@page_for(RIGHT)
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What a receipt key stands for: the figures, the rule, the method, the facts, and the way to the records."""
    figures = indicators_.rows_within_reach(indicator_actions.resolve(key=receipt), request.user)
    return page(
        request, "receipt.html", _("Receipt"), figures=figures, rows=indicators_.rows_with_names(figures),
        entry=policy.load(settings.BANYAN_PACKS).indicator(figures.key, on=figures.on),
        rules=queries.rules_of(figures),
    )  # fmt: skip


def _figures_of(entries: Sequence[Any]) -> list[dict[str, Any]]:
    """Indicators with what the daily flow computed of them today."""
    stored = indicators_.computed_all(on=clock.today())
    return [
        {"entry": entry, "figures": stored.get(entry.key), "row": _only(stored.get(entry.key))} for entry in entries
    ]


def _asked(
    request: HttpRequest, key: str, *, own: Sequence[str], parts: Sequence[str] | None = None
) -> tuple[Any, forms.Question, frozenset[str] | None]:
    """The indicator and what a page is asked of it: by its own parameters, limited to some dimensions' groups."""
    entry = _entry(key)
    dimensions = [name for name in entry.by if parts is None or name in parts]
    asked = forms.read(request.GET, dimensions=dimensions, own=own)
    queries.demand_groups(asked.where)
    return entry, asked, indicators_.own_counties(request.user)


def _kept(
    key: str, asked: forms.Question, where: Mapping[str, tuple[str, ...]], *, by: tuple[str, ...] = ()
) -> indicators_.Figures:
    """The figures that a comparison rests on, kept so that the receipt on its page leads back to them."""
    found: indicators_.Figures = facts.remembered(
        "asked", (key, sorted(where.items()), by, asked.on, asked.known_on, indicators_.reference_state()),
        lambda: indicator_actions.asked(key=key, on=asked.on, known_on=asked.known_on, by=by, where=where),
    )  # fmt: skip
    return found


def _entry(key: str) -> Any:
    try:
        return queries.entry_of(key, on=clock.today())
    except policy.PolicyError as error:
        raise Http404(str(error)) from error


def _whole(key: str, asked: forms.Question, where: dict[str, tuple[str, ...]], plain: bool) -> Any:
    if plain:
        return indicators_.computed(key=key, on=asked.on, known_on=asked.known_on)
    return indicators_.show(key=key, on=asked.on, known_on=asked.known_on, where=where)


def _only(figures: Any) -> dict[str, Any] | None:
    return figures.rows[0] if figures and figures.rows else None

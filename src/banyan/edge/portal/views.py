"""The public's pages, drawn from publications and packs only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from banyan import policy
from banyan.edge.portal import queries
from banyan.insight.indicators import queries as indicators
from banyan.kit import charts, clock
from banyan.kit import log as public_log
from banyan.kit.models import LogEntry
from banyan.kit.pages import knows


@require_safe
@knows()
def home(request: HttpRequest) -> HttpResponse:
    """How far the city is from what it promised, what was published last, and where to look further."""
    lines = indicators.published_target_lines(published_by=clock.today())
    context = {
        "lines": [line for line in lines if line.parts],
        "tally": queries.tally(lines),
        "publications": queries.titled(indicators.publications().filter(by=[])[:6]),
        "clauses": policy.load(settings.BANYAN_PACKS).clauses(),
    }
    return render(request, "portal/home.html", context)


@require_safe
@knows()
def clauses(request: HttpRequest) -> HttpResponse:
    """Every numbered clause of the policy, with its targets."""
    return render(
        request,
        "portal/clauses.html",
        {"section": "clauses", "clauses": queries.clause_lines(published_by=clock.today())},
    )


@require_safe
@knows()
def clause(request: HttpRequest, number: str) -> HttpResponse:
    """One clause: what it asks for, who answers for it, its targets with published figures, or what is missing."""
    found = next(
        (one for one in queries.clause_lines(published_by=clock.today()) if one.clause.number == number), None
    )
    if found is None:
        raise Http404
    return render(request, "portal/clause.html", {"section": "clauses", "line": found})


@require_safe
@knows("q", "kind")
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule of the packs by the article that orders it, with what it says today; searched by words."""
    text, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    if kind and kind not in queries.KINDS:
        raise Http404
    context = {
        "section": "rules", "q": text, "kind": kind,
        "documents": queries.rules(text=text, kind=kind, on=clock.today()),
        "kinds": [(name, words) for name, words in queries.kind_words().items() if name in queries.KINDS],
    }  # fmt: skip
    return render(request, "portal/rules.html", context)


@require_safe
@knows()
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """One rule: what it says from which day to which, where that is written, how sure it is, its cases."""
    try:
        entry: Any = policy.load(settings.BANYAN_PACKS).entry(key)
    except policy.UnknownEntry as error:
        raise Http404(str(error)) from error
    context = {
        "section": "rules", "entry": entry, "kind": queries.kind_words()[entry.kind],
        "spells": queries.spells(entry), "definition": queries.definition_of(entry), "cases": queries.cases_of(key),
        "table": queries.table_of(entry, on=clock.today()), "now": queries.in_force_now(entry, on=clock.today()),
        "is_english": (get_language() or "").startswith("en"),
        "pack": policy.load(settings.BANYAN_PACKS).manifests[entry.pack],
    }  # fmt: skip
    return render(request, "portal/rule.html", context)


@require_safe
@knows("published_by", "page")
def figures(request: HttpRequest) -> HttpResponse:
    """What was published by a day (today, if none is asked), newest first."""
    day = clock.asked_day(request.GET, "published_by") or clock.today()
    page = Paginator(indicators.publications(published_by=day), 20).get_page(request.GET.get("page"))
    page.object_list = queries.titled(page.object_list)
    context = {"section": "figures", "page": page, "published_by": day, "latest": clock.today()}
    return render(request, "portal/figures.html", context)


@require_safe
@knows()
def figure(request: HttpRequest, receipt: str) -> HttpResponse:
    """One publication: its table with intervals, its chart, and the receipt of its numbers."""
    publication = indicators.publications().filter(receipt=receipt).first()
    if publication is None:
        raise Http404
    shown = indicators.from_json(publication.figures)
    rows = indicators.rows_with_names(shown)
    context = {
        "section": "figures",
        "publication": publication,
        "figures": shown,
        "rows": rows,
        "indicator": policy.load(settings.BANYAN_PACKS).indicator(shown.key, on=shown.on),
        "chart": queries.chart_of(shown, rows),
    }
    return render(request, "portal/figure.html", context)


@require_safe
@knows("q")
def search(request: HttpRequest) -> HttpResponse:
    """Clauses, indicators and organisations that answer to a few characters, pinyin or a code."""
    text = request.GET.get("q", "").strip()[:60]
    found = queries.search(text, language=get_language() or "") if text else None
    return render(request, "portal/search.html", {"section": "search", "q": text, "found": found})


@require_safe
@knows("page")
def log(request: HttpRequest) -> HttpResponse:
    """The public log: its newest signed head, its entries, and how to watch it from outside."""
    page = Paginator(LogEntry.objects.order_by("-number"), 20).get_page(request.GET.get("page"))
    head = public_log.head()
    context = {
        "section": "log", "page": page, "entries": queries.entries_in_words(page),
        "head": head and public_log.told(head), "key": public_log.public_key(),
    }  # fmt: skip
    return render(request, "portal/log.html", context)


@require_safe
@knows()
def log_entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry of the public log with the proof that it is in it."""
    entry = get_object_or_404(LogEntry, number=number)
    (words,) = queries.entries_in_words([entry])
    context = {"section": "log", "entry": words, "proof": public_log.proof_of(entry)}
    return render(request, "portal/log_entry.html", context)


@require_safe
def log_script(request: HttpRequest) -> HttpResponse:
    """The script that watches the log from outside."""
    return HttpResponse(public_log.script(), content_type="text/x-python; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400, immutable=True)
def chart_script(request: HttpRequest) -> HttpResponse:
    """The script that draws charts in the browser, from the installed package."""
    return HttpResponse(charts.browser_bundle(), content_type="text/javascript; charset=utf-8")

"""The public's pages, from publications and packs only; an alert rule tells officers how good its alerts were."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from banyan import epcis, policy
from banyan.base.registry import queries as registry
from banyan.edge.portal import queries
from banyan.insight.alerts import queries as alerts
from banyan.insight.indicators import queries as indicators
from banyan.kit import charts, clock, pictures, rights
from banyan.kit import log as public_log
from banyan.kit.models import LogEntry
from banyan.kit.pages import demand_known, knows, page_asked
from banyan.records.equipment import queries as special_equipment
from banyan.response.casework import queries as casework
from banyan.response.emergency import queries as emergency
from banyan.response.recall import queries as recall_notices

FEED = 50


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
        "kinds": queries.kinds_there_are(),
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
        "section": "rules", "entry": entry, "kind": queries.KINDS[entry.kind],
        "spells": queries.spells(entry), "definition": queries.definition_of(entry), "cases": queries.cases_of(key),
        "table": queries.table_of(entry, on=clock.today()), "now": queries.in_force_now(entry, on=clock.today()),
        "is_english": (get_language() or "").startswith("en"),
        "pack": policy.load(settings.BANYAN_PACKS).manifests[entry.pack],
        **(_watching(entry, request.user) if entry.kind == "alert_rule" else {}),
        "may_be_drafted": entry.kind in policy.amending.AMENDED and entry.status == "in_force"
        and (not request.user.is_authenticated or rights.has(request.user, "rules.draft")),
    }  # fmt: skip
    return render(request, "portal/rule.html", context)


def _watching(entry: Any, person: Any) -> dict[str, Any]:
    """What an alert rule falls back on, and to who works with alerts how good those were that people decided on."""
    return {
        "rungs": alerts.ladder_of(entry), "least_history": entry.rungs[-1].history,
        "past": alerts.record_of_rule(entry.key, person) if rights.has(person, "alerts.view") else None,
    }  # fmt: skip


@require_safe
@knows("published_by", "page")
def figures(request: HttpRequest) -> HttpResponse:
    """What was published by a day (today, if none is asked), newest first."""
    day = clock.asked_day(request.GET, "published_by") or clock.today()
    page = page_asked(indicators.publications(published_by=day), request.GET, size=20)
    page.object_list = queries.titled(page.object_list)
    context = {"section": "figures", "page": page, "published_by": day, "latest": clock.today()}
    return render(request, "portal/figures.html", context)


@require_safe
@knows()
def figure(request: HttpRequest, receipt: str) -> HttpResponse:
    """One publication: its table with intervals, its chart, and the receipt of its numbers."""
    publication = indicators.publications().filter(receipt=receipt).first()
    if publication is None:
        if (gone := indicators.withdrawn(receipt)) is None:
            raise Http404
        newest = indicators.publications().filter(indicator=gone.indicator, by=gone.by).first()
        (named,) = queries.titled([gone])
        context = {"section": "figures", "publication": named, "newest": newest}
        return render(request, "portal/withdrawn.html", context, status=410)
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
@knows("q", "page")
def recalls(request: HttpRequest) -> HttpResponse:
    """The recall notices that stand today, found by product, brand, maker, lot or bar code."""
    text = request.GET.get("q", "").strip()[:60]
    page = page_asked(recall_notices.published_notices(text=text), request.GET, size=20)
    return render(request, "portal/recalls.html", {"section": "recalls", "q": text, "page": page})


@require_safe
@knows()
def recall(request: HttpRequest, number: str) -> HttpResponse:
    """One recall notice with its photograph; gone once it is withdrawn."""
    notice = recall_notices.notice_of(number)
    if notice is None:
        raise Http404
    lines = recall_notices.lines_of_notice(notice)
    return render(request, "portal/recall.html", {"section": "recalls", "notice": notice, "lines": lines})


@require_safe
@knows()
def recall_photo(request: HttpRequest, number: str) -> HttpResponse:
    """The photograph of a notice that stands."""
    notice = recall_notices.notice_of(number)
    if notice is None or not notice.photo.storage.exists(notice.photo.name):
        raise Http404
    with notice.photo.open("rb") as file:
        answer = HttpResponse(file.read(), content_type=notice.photo_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_safe
@knows("q", "page")
def penalties(request: HttpRequest) -> HttpResponse:
    """The penalties that are public today, found by firm, code, product or number; persons are masked."""
    text = request.GET.get("q", "").strip()[:60]
    page = page_asked(casework.public_penalties(text=text), request.GET, size=20)
    rows = [
        {
            "case": one,
            "party": casework.shown_party(one),
            "title": casework.shown_text(one, one.title),
            "fine": casework.money_said(one.fine),
        }
        for one in page
    ]
    return render(request, "portal/penalties.html", {"section": "penalties", "q": text, "page": page, "rows": rows})


@require_safe
@knows()
def penalty(request: HttpRequest, number: str) -> HttpResponse:
    """One public penalty; gone once its term is over or it was quashed."""
    case = casework.public_penalty(number)
    if case is None:
        raise Http404
    context = {"section": "penalties", "party": casework.shown_party(case), "lines": casework.lines_of_penalty(case)}
    return render(request, "portal/penalty.html", context)


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
    page = page_asked(LogEntry.objects.order_by("-number"), request.GET, size=20)
    head = public_log.head()
    context = {
        "section": "log", "page": page, "entries": queries.entries_in_words(page),
        "head": head and public_log.told(head), "key": public_log.shown_key(), "keys": public_log.noted_keys(),
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


# ---------------------------------------------------------------- a pack, by the code on it


@require_safe
def pack(request: HttpRequest, gtin: str, lot: str = "", serial: str = "") -> HttpResponse:
    """What a shopper who scanned a pack may know: what it is, who made it, recalls, samples, and its published way.

    The address is a GS1 Digital Link: a query may bring further numbers of GS1, which are read or passed over.
    """
    demand_known((name for name in request.GET if not (name.isdigit() and len(name) <= 4)), ("linkType", "lang"))
    found = queries.identified(gtin=gtin, lot=lot, serial=serial)
    product = registry.product_by_gtin(gtin=found.gtin)
    kind = request.GET.get("linkType", "")
    if kind in ("all", "linkset") or queries.LINKSET in request.headers.get("Accept", ""):
        title = str(product) if product else found.gtin
        content = queries.linkset(request.build_absolute_uri(request.path), title=title)
        return JsonResponse(content, content_type=queries.LINKSET)
    if kind and kind not in queries.LINK_TYPES:
        raise Http404(kind)
    context = {
        "found": found, "lot": lot, "serial": serial, "product": product,
        "county": registry.name_in_language(product.maker.county) if product and product.maker.county else "",
        "dates": queries.dates_of(request.GET, on=clock.today()),
        "recalls": queries.recalls_of(found, lot=lot),
        "certificates": registry.certificates_of_product(product=product, on=clock.today()) if product else (),
        "samples": queries.published_samples(product) if product else [],
        "way": queries.way_of(found) if lot or serial else None,
    }  # fmt: skip
    return render(request, "portal/pack.html", context)


@require_safe
@knows()
@cache_control(public=True, max_age=86400)
def pack_code(request: HttpRequest, gtin: str, lot: str = "", serial: str = "") -> HttpResponse:
    """The QR code to print on a pack, as a picture: it leads to the pack's public page."""
    found = queries.identified(gtin=gtin, lot=lot, serial=serial)
    address = epcis.link(found.canonical, request.build_absolute_uri("/"))
    return HttpResponse(pictures.code_picture(address), content_type="image/svg+xml")


# ---------------------------------------------------------------- special equipment, by the code on it


@require_safe
@knows("q")
def equipment_search(request: HttpRequest) -> HttpResponse:
    """Where somebody types the code or use registration number of an elevator or other special equipment."""
    text = request.GET.get("q", "").strip()[:40]
    if text and (found := special_equipment.by_code(text)):
        return redirect("portal:equipment", found.code)
    return render(request, "portal/equipment_search.html", {"section": "equipment", "q": text})


@require_safe
@knows()
def equipment(request: HttpRequest, code: str) -> HttpResponse:
    """State, last and next inspection of a piece of equipment, who answers for it and whom to call."""
    found = special_equipment.public_answer(code, on=clock.today())
    if found is None:
        raise Http404(code)
    return render(request, "portal/equipment.html", {"section": "equipment", "found": found})


@require_safe
@knows()
@cache_control(public=True, max_age=86400)
def equipment_code(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code to put up at the equipment, as a picture: it leads to the equipment's public page."""
    found = special_equipment.by_code(code)
    if found is None:
        raise Http404(code)
    address = request.build_absolute_uri(reverse("portal:equipment", args=[found.code]))
    return HttpResponse(pictures.code_picture(address), content_type="image/svg+xml")


# ---------------------------------------------------------------- bulletins of emergencies


@require_safe
@knows("page")
def alerts_of_now(request: HttpRequest) -> HttpResponse:
    """The bulletins that stand for everyone now; none of an exercise."""
    page = page_asked(emergency.public_bulletins(), request.GET, size=20)
    return render(request, "portal/alerts.html", {"section": "alerts", "page": page})


@require_safe
@knows()
def alert_feed(request: HttpRequest) -> HttpResponse:
    """The bulletins that stand as an Atom feed, each with its CAP message."""
    rows = list(emergency.public_bulletins()[:FEED])
    content = queries.feed_of(rows, address=request.build_absolute_uri)
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


@require_safe
@knows()
def alert(request: HttpRequest, number: str) -> HttpResponse:
    """One bulletin, also one that was updated or cancelled since; that is said first then."""
    bulletin = _bulletin(number)
    context = {
        "section": "alerts", "bulletin": bulletin, "lines": emergency.lines_of(bulletin),
        "later": emergency.later_of(bulletin), "has_ended": bulletin.expires_at <= clock.now(),
    }  # fmt: skip
    return render(request, "portal/alert.html", context)


@require_safe
@knows()
def alert_message(request: HttpRequest, number: str) -> HttpResponse:
    """One bulletin as CAP 1.2."""
    bulletin = _bulletin(number)
    page, photo = (reverse(f"portal:{name}", args=[number]) for name in ("alert", "alert_photo"))
    content = emergency.cap_of(bulletin, page=page, photo=photo if bulletin.photo else "")
    return HttpResponse(content, content_type=emergency.CAP)


@require_safe
@knows()
def alert_photo(request: HttpRequest, number: str) -> HttpResponse:
    """The photograph of a public bulletin."""
    bulletin = _bulletin(number)
    if not bulletin.photo or not bulletin.photo.storage.exists(bulletin.photo.name):
        raise Http404
    with bulletin.photo.open("rb") as file:
        answer = HttpResponse(file.read(), content_type=bulletin.photo_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _bulletin(number: str) -> emergency.Bulletin:
    if (found := emergency.public_bulletin(number)) is None:
        raise Http404(number)
    return found

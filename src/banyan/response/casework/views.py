"""Pages of cases: figures, fines that are unlike those of like cases, and the responsibility sheet of an officer."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.kit import clock, recent
from banyan.kit.attached import MOST_BYTES
from banyan.kit.documents import FORMS
from banyan.kit.models import Person
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.refusals import BadRequest, Refused
from banyan.kit.scope import scoped
from banyan.kit.texts import legible_form
from banyan.response.casework import actions, queries
from banyan.response.casework.queries import Case, Evidence

VIEW, HANDLE = "casework.view", "casework.handle"
SPAN = timedelta(days=365)


@page_for(VIEW)
@knows("from", "until")
def figures(request: HttpRequest) -> HttpResponse:
    """How old the open cases are, who is late by office, and what the cases decided in a span came to."""
    first, last = _span(request)
    asked = {"on": clock.today(), "first": first, "last": last}
    key = ("figures of cases", request.user.pk, *asked.values(), get_language())
    found = recent.made(key, partial(queries.figures, request.user, **asked))
    return _page(request, "casework/figures.html", _("Figures of cases"), {**found, "first": first, "last": last})


@page_for(VIEW)
@knows()
def unlike(request: HttpRequest) -> HttpResponse:
    """Decided cases whose fine lies far from those of like cases, to be reviewed."""
    key = ("unlike fines", request.user.pk, get_language())
    found = recent.made(key, partial(queries.unlike, request.user, on=clock.today()))
    return _page(request, "casework/unlike.html", _("Unlike fines"), found)


# ---------------------------------------------------------------- evidence on the spot, also without a connection


@page_for(HANDLE)
@knows()
def evidence(request: HttpRequest) -> HttpResponse:
    """The page that a device keeps: it hashes a file on the spot, and sends both once there is a connection."""
    context = {
        "title": _("Evidence on the spot"), "cases": queries.cases_for_evidence(request.user),
        "kinds": Evidence.Kind.choices, "most": MOST_BYTES,
    }  # fmt: skip
    return render(request, "casework/evidence.html", context)


@page_for(HANDLE)
@knows()
def evidence_script(request: HttpRequest) -> HttpResponse:
    """What hashes, keeps and sends."""
    return render(request, "casework/evidence.js", content_type="text/javascript; charset=utf-8")


@page_for(HANDLE)
@knows()
def evidence_worker(request: HttpRequest) -> HttpResponse:
    """What lets the page open without a connection."""
    return render(request, "casework/evidence_worker.js", content_type="text/javascript; charset=utf-8")


@page_for(HANDLE, methods=("POST",))
@knows()
def send_evidence(request: HttpRequest) -> JsonResponse:
    """Take in what a device has hashed and kept: the hash first, then its file. Sent again it changes nothing."""
    said, file = legible_form(request.POST), request.FILES.get("file")
    case = scoped(Case, request.user, right=HANDLE).filter(pk=said.get("case", ""), withdrawn_on=None).first()
    if case is None or file is None or said.get("kind") not in Evidence.Kind.values:
        raise Http404(said.get("case", ""))
    do: dict[str, Any] = {"by": request.user, "on": clock.today()}
    hashed_at = parse_datetime(said.get("hashed_at", ""))
    try:
        one = Evidence.objects.filter(case=case, digest=said.get("digest", "").lower(), withdrawn_on=None).first()
        if one is None:
            day = hashed_at.astimezone(clock.zone()).date() if hashed_at and hashed_at.tzinfo else clock.today()
            one = actions.note_evidence(
                case=case, kind=said["kind"], title=said.get("title", "")[:240], digest=said.get("digest", ""),
                taken_on=min(day, clock.today()), taken_by=str(request.user)[:150],
                place=said.get("place", "")[:240], hashed_at=hashed_at, **do,
            )  # fmt: skip
        if not one.file:
            one = actions.add_file(evidence=one, file=file, **do)
    except Refused as refusal:
        return JsonResponse({"detail": refusal.sentence}, status=refusal.status)
    return JsonResponse({"number": one.number, "case": case.number, "digest": one.digest})


# ---------------------------------------------------------------- officers


@page_for(VIEW)
@knows("from", "until")
def officers(request: HttpRequest) -> HttpResponse:
    """The officers with duties in a span: how many, how many late; each leads to its sheet."""
    first, last = _span(request)
    rows = queries.officers(request.user, first=first, last=last, on=clock.today())
    return _page(
        request, "casework/officers.html", _("Responsibility sheets"), {"rows": rows, "first": first, "last": last}
    )


@page_for(VIEW)
@knows("from", "until")
def sheet(request: HttpRequest, username: str) -> HttpResponse:
    """What one officer had to do in a span, by when it was done, and what was late."""
    found = _sheet(request, username)
    query = f"?from={found['first']}&until={found['last']}"
    return _page(
        request, "casework/sheet.html", _("Responsibility sheet"), {**found, "query": query, "forms": list(FORMS)}
    )


@page_for(VIEW)
@knows("from", "until")
def sheet_file(request: HttpRequest, username: str, form: str) -> HttpResponse:
    """The same sheet as a paper to be signed, as PDF or Word."""
    if form not in FORMS:
        raise Http404(form)
    found = _sheet(request, username)
    write, media_type = FORMS[form]
    answer = HttpResponse(write(queries.sheet_as_document(found)), content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, f"sheet-{username}-{found['last']}.{form}")
    return answer


def _sheet(request: HttpRequest, username: str) -> dict[str, Any]:
    first, last = _span(request)
    if (officer := Person.objects.filter(username=username).first()) is None:
        raise Http404(username)
    return queries.sheet(request.user, officer, first=first, last=last, on=clock.today())


def _span(request: HttpRequest) -> tuple[date, date]:
    """The span that an address asks for: by default the last year up to today."""
    last = clock.asked_day(request.GET, "until") or clock.today()
    first = clock.asked_day(request.GET, "from") or last - SPAN
    if first > last:
        raise BadRequest(
            _("A span from %(first)s until %(last)s was asked for.") % {"first": first, "last": last},
            _("It ends before it begins."),
            _("Turn the days around."),
        )
    return first, last


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {**office.each_context(request), "title": title, **context})

"""Pages of vouching: files of codes, their screenings and frozen results; a credential's file, what verifies it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banyan.edge.vouching import actions, forms, queries
from banyan.edge.vouching.models import FLOW, Credential
from banyan.edge.vouching.panels import SCREEN, VIEW
from banyan.judgement.access.queries import title_of
from banyan.kit import Refused, clock, credentials
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.scope import scoped


@page_for(SCREEN, methods=("GET", "HEAD", "POST"))
@knows()
def new(request: HttpRequest) -> HttpResponse:
    """The form of a screening, and the file itself."""
    form = forms.Screen(request.POST or None, request.FILES or None, person=request.user)
    refusal = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            record = actions.upload(
                chunks=file.chunks(), name=file.name, purpose=form.cleaned_data["purpose"], by=request.user,
                on_behalf=form.cleaned_data["on_behalf"], on=clock.today(),
            )  # fmt: skip
        except Refused as refused:
            refusal = refused
        else:
            return HttpResponseRedirect(reverse("vouching:screening", args=[record.number]))
    context = {
        "title": _("Screen codes"), "form": form, "refusal": refusal, "most_rows": queries.MOST_ROWS,
        "most_megabytes": queries.MOST_BYTES // 2**20,
    }  # fmt: skip
    status = refusal.status if refusal else 400 if request.method == "POST" else 200
    return render(request, "vouching/new.html", {**office.each_context(request), **context}, status=status)


@page_for(VIEW)
@knows()
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One screening: how far it is, what came of it, and what proves it."""
    record = queries.screening_of(request.user, number)
    counts = [(said, record.counts[name]) for name, said in queries.OUTCOMES.items() if record.counts.get(name)]
    context = {
        "title": _("Screening %(number)s") % {"number": record.number}, "record": record, "counts": counts,
        "state": FLOW.states[record.state], "is_working": record.state == "waiting",
        "purpose": title_of(record.purpose), "share": round(100 * record.done / record.rows) if record.rows else 0,
        "receipt": {"record": record, "evidence": queries.evidence_of(record)},
    }  # fmt: skip
    answer = render(request, "vouching/screening.html", {**office.each_context(request), **context})
    if request.headers.get("HX-Request") and not context["is_working"]:
        answer["HX-Refresh"] = "true"
    return answer


@page_for(VIEW)
@knows()
def result(request: HttpRequest, number: str) -> Any:
    """The frozen result, to the byte."""
    record = queries.screening_of(request.user, number)
    return result_file(record)


def result_file(record: Any) -> FileResponse:
    """The frozen result of a screening as a file."""
    return FileResponse(
        actions.result_of(record), as_attachment=True, filename=f"{record.number}.csv", content_type="text/csv"
    )


@page_for(VIEW)
@knows()
def credential_file(request: HttpRequest, key: str) -> HttpResponse:
    """A credential as a file that its firm takes along."""
    record: Any = scoped(Credential, request.user).filter(pk=key).first()
    if record is None:
        raise Http404
    answer = HttpResponse(record.token, content_type=credentials.MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{record.number}.jwt"'
    return answer


@require_safe
@knows()
def status(request: HttpRequest, number: int) -> HttpResponse:
    """A status list as it is now, signed: whoever holds a credential looks its place up in it."""
    told = queries.status_list(number)
    if told is None:
        raise Http404
    return HttpResponse(told, content_type=credentials.MEDIA_TYPE, headers={"Cache-Control": "no-cache"})


@require_safe
@knows()
def keys(request: HttpRequest) -> HttpResponse:
    """The public key that credentials and status lists are signed with."""
    return JsonResponse(credentials.key_set())


@require_safe
@knows()
def script(request: HttpRequest) -> HttpResponse:
    """The outsider's script."""
    return HttpResponse(credentials.script(), content_type="text/x-python; charset=utf-8")

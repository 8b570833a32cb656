"""Pages of intake: upload, what would become of the rows, progress, result, undo; and the list of all imports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.edge.intake import actions, forms, queries
from banyan.edge.intake.models import FLOW, Import
from banyan.kit import Refused, clock, people, rights
from banyan.kit.office import office, page_for
from banyan.kit.pages import demand_known, page_asked

RIGHT = "intake.run"
ROWS = 25
QUIET = timedelta(seconds=20)
VERBS = {
    "confirm_import": actions.confirm_import,
    "cancel_import": actions.cancel_import,
    "stop_import": actions.stop_import,
    "resume_import": actions.resume_import,
    "undo_import": actions.undo_import,
}
WORKING = ("checking", "running", "undoing")
WITH_WORK = ("confirm_import", "resume_import", "undo_import")


@page_for(RIGHT)
def imports(request: HttpRequest) -> HttpResponse:
    """All imports of the person's office, the latest first."""
    demand_known(request.GET, ("page",))
    page = page_asked(queries.imports_of(request.user), request.GET, size=ROWS)
    names = people.names_of({one.entered_by for one in page})
    context = {"title": _("Import files"), "page": page, "imports": [_row(one, names) for one in page]}
    return render(request, "intake/imports.html", {**office.each_context(request), **context})


@page_for(RIGHT, methods=("GET", "HEAD", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """The form of an upload, and the upload itself."""
    demand_known(request.GET, ())
    form = forms.Upload(request.POST or None, request.FILES or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            record = actions.upload(
                files=form.cleaned_data["files"], mapping=form.cleaned_data["mapping"], by=request.user,
                on=clock.today(),
            )  # fmt: skip
        except Refused as refused:
            refusal = refused
        else:
            return HttpResponseRedirect(reverse("intake:import", args=[record.number]))
    context = {
        "title": _("Import files"), "form": form, "refusal": refusal,
        "most": queries.most_megabytes(), "mappings": queries.mappings(),
    }  # fmt: skip
    status = refusal.status if refusal else 400 if request.method == "POST" else 200
    return render(request, "intake/new.html", {**office.each_context(request), **context}, status=status)


@page_for(RIGHT)
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One import: where it stands, what the check found, what came of it, and what may be done now."""
    demand_known(request.GET, ())
    record = queries.import_of(request.user, number=number)
    return _page(request, record)


@page_for(RIGHT, methods=("POST",))
def do(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Do one of the verbs of an import."""
    record = queries.import_of(request.user, number=number)
    if name == "work":
        actions.enqueue(record)
        return HttpResponseRedirect(reverse("intake:import", args=[number]))
    if name not in VERBS:
        raise Http404(name)
    try:
        record = VERBS[name](record=record, by=request.user, on=clock.today(), reason=request.POST.get("reason", ""))
    except Refused as refusal:
        return _page(request, record, refusal)
    if name in WITH_WORK:
        actions.enqueue(record)
    return HttpResponseRedirect(reverse("intake:import", args=[number]))


@page_for(RIGHT)
def rejects(request: HttpRequest, number: int) -> Any:
    """The refused rows with their reasons: of the check until rows were taken in, then of the intake itself."""
    record = queries.import_of(request.user, number=number)
    path = actions.rejects_of(record)
    path = path if record.position and path.exists() else path.with_name("check.csv")
    if not path.exists():
        raise Http404(path.name)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"rejects-{number}.csv", content_type="text/csv"
    )


def _page(request: HttpRequest, record: Import, refusal: Refused | None = None) -> HttpResponse:
    counts = record.counts if record.position else record.found.get("counts", {})
    is_working = record.state in WORKING
    is_left = is_working and clock.now() - record.moved_at > QUIET and not actions.is_worked_at(record)
    context = {
        "title": _("Import %(number)s") % {"number": record.number}, "record": record, "refusal": refusal,
        "by": people.named(record.entered_by), "mapping": queries.title_of(record),
        "state": FLOW.states[record.state], "is_working": is_working, "is_left": is_left,
        "can": {move.name for move in FLOW.allowed(record.state)} - _not_now(record),
        "counts": counts, "reasons": queries.reasons_of(counts, record.found.get("refused", {})),
        "preview": queries.preview_of(record), "notes": queries.notes_of(record, counts),
        "share": round(100 * record.counts["read"] / record.rows) if record.rows else None,
        "has_rejects": bool(counts.get("refused")), "waiting": _waiting(request, record) if record.position else None,
    }  # fmt: skip
    answer = render(
        request, "intake/import.html", {**office.each_context(request), **context},
        status=refusal.status if refusal else 200,
    )  # fmt: skip
    if request.headers.get("HX-Request") and not is_working:
        answer["HX-Refresh"] = "true"
    return answer


def _waiting(request: HttpRequest, record: Import) -> dict[str, Any]:
    """How many of the rows' records wait as late entries now, and where they are decided on."""
    count = queries.waiting_of(record).aggregate(count=Sum("records"))["count"] or 0
    may = count and rights.has(request.user, "approval.view")
    return {"count": count, "link": f"{reverse('office:approval_lateentry_changelist')}?state=waiting" if may else ""}


def _not_now(record: Import) -> set[str]:
    """What the state allows in general and this import does not."""
    if record.state != "stopped":
        return set()
    return {"cancel_import"} if record.position else {"undo_import"}


def _row(record: Import, names: Mapping[str, str]) -> dict[str, Any]:
    counts = record.counts if record.position else record.found.get("counts", record.counts)
    return {"record": record, "counts": counts, "state": FLOW.states[record.state], "files": queries.named(record),
            "by": names.get(record.entered_by, record.entered_by), "mapping": queries.title_of(record)}  # fmt: skip

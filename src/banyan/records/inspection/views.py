"""The laboratory's desk: what waits for a result, the template for it, and the filled file taken row by row."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from banyan.kit import Refused, clock, locks, rights, waiting
from banyan.kit.office import link, office, page_for
from banyan.kit.pages import demand_known, page_asked
from banyan.kit.refusals import BadRequest
from banyan.kit.scope import scoped
from banyan.records.inspection import actions, forms, queries
from banyan.records.inspection.models import ItemResult, Sample
from banyan.records.inspection.queries import sheets

RIGHT = "inspection.test"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SAMPLES = 2_000
SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def _desk(request: HttpRequest) -> HttpResponse:
    """The page of the desk: a filled file is read and shown first, and reported only once that is confirmed."""
    rights.demand(request.user, RIGHT)
    files = waiting.files_of(request)
    form = forms.LaboratoryBatch(request.POST or None, files or None)
    batch, refusal, is_sure = None, None, not {"report", "keep"}.isdisjoint(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            batch = _read(request, form.cleaned_data["file"])
            if is_sure and batch.results:
                _report(request, batch, reason=form.cleaned_data["file"].name)
        except Refused as refused:
            refusal = refused
    shown = batch.results if batch and not is_sure else []
    held = {"file": files.getlist("file")} if shown or isinstance(refusal, locks.Locked) else {}
    samples = _received(request)
    context = {
        "title": _("Laboratory desk"),
        "form": form,
        "refusal": refusal,
        "waiting": waiting.ticket(held) if held else "",
        "name_waiting": ", ".join(one.name for one in files.getlist("file")),
        "batch": batch,
        "refused": batch.refused[:SHOWN] if batch else [],
        "more_refused": max(0, len(batch.refused) - SHOWN) if batch else 0,
        "results": [
            {"result": one, "url": link(one.sample), "items": one._items, "doubts": _doubts(one)}  # type: ignore[attr-defined]
            for one in shown[:SHOWN]
        ],
        "more_results": max(0, len(shown) - SHOWN),
        "counted": len(shown),
        "doubtful": sum(any(_doubts(one)) for one in shown),
        "samples": [
            {"sample": one, "url": link(one), "is_overdue": bool(one.due_on and one.due_on < clock.today())}
            for one in samples[:SHOWN]
        ],
        "count": len(samples),
    }  # fmt: skip
    status = 409 if refusal else 422 if batch and batch.refused and not shown else 200
    return render(request, "inspection/desk.html", {**office.each_context(request), **context}, status=status)


desk = office.admin_view(_desk)


@page_for(RIGHT)
def template(request: HttpRequest) -> HttpResponse:
    """The spreadsheet to fill, with a row for each sample that waits."""
    answer = HttpResponse(sheets.template(_received(request)), content_type=SHEET)
    answer["Content-Disposition"] = f'attachment; filename="results-{clock.today()}.xlsx"'
    return answer


@page_for("inspection.view")
def rejudged(request: HttpRequest) -> HttpResponse:
    """Items whose own limit says otherwise than the laboratory; they are listed, and never changed."""
    demand_known(request.GET, ("outcome", "page"))
    counts = queries.rejudged_counts(request.user)
    outcome = request.GET.get("outcome", "differs")
    if outcome not in counts:
        raise BadRequest(
            _("The outcome “%(outcome)s” was asked for.") % {"outcome": outcome[:40]},
            _("There is no such outcome."),
            _("It is one of: %(known)s.") % {"known": ", ".join(counts)},
        )
    page = page_asked(queries.rejudged_items(request.user, outcome=outcome), request.GET, size=SHOWN)
    labels = dict(ItemResult.Rejudged.choices)
    context = {
        "title": _("Limits judged again"), "page": page, "outcome": outcome,
        "outcomes": [(name, labels[name], count) for name, count in counts.items()],
        "rows": [{"item": one, "sample": one.result.sample, "url": link(one.result.sample)} for one in page],
        "reasons": queries.rejudged_reasons(request.user) if outcome == "cannot" else (),
    }  # fmt: skip
    return render(request, "inspection/rejudged.html", {**office.each_context(request), **context})


def _received(request: HttpRequest) -> list[Sample]:
    """Samples at the person's laboratory that have no result yet."""
    rows = scoped(Sample, request.user, right=RIGHT).filter(state="received", withdrawn_on=None)
    return list(rows.order_by("due_on", "number")[:MOST_SAMPLES])


def _read(request: HttpRequest, upload: Any) -> sheets.Batch:
    """What a filled file holds, each item judged again by its limit; nothing is written."""
    rows = scoped(Sample, request.user, right=RIGHT).filter(state="received", withdrawn_on=None)
    with tempfile.NamedTemporaryFile(suffix=Path(upload.name).suffix[:8]) as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        samples = {sample.number: sample for sample in rows[:MOST_SAMPLES]}
        batch = sheets.read_results(Path(file.name), file=upload.name, samples=samples, on=clock.today())
    actions.rejudge([item for result in batch.results for item in result._items])  # type: ignore[attr-defined]
    return batch


def _doubts(result: Any) -> list[str]:
    """What a person should look at again before a result is reported; nothing of it stands in the way."""
    return [said for item in result._items for said in queries.doubts(item)]


def _report(request: HttpRequest, batch: sheets.Batch, *, reason: str) -> None:
    """Report the results of a file that was read, or keep them as a late entry where that was asked for."""
    with locks.asking() if "keep" in request.POST else nullcontext(locks.Asked()) as asked:
        actions.report_results(results=batch.results, by=request.user, on=clock.today(), reason=reason)
    count = len(batch.results)
    if asked.kept:
        said = ngettext("%(count)d result waits as a late entry until the period is open.",
                        "%(count)d results wait as a late entry until the period is open.", count)  # fmt: skip
        messages.warning(request, said % {"count": count})
        return
    messages.success(
        request, ngettext("%(count)d result was taken.", "%(count)d results were taken.", count) % {"count": count}
    )

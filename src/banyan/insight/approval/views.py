"""The desk of approval: how far each unit is in a period, and what the signed-in office may do there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.insight.approval import actions, queries
from banyan.insight.approval.models import level_in_words
from banyan.insight.checks import queries as checks
from banyan.kit import Refused, clock, rights
from banyan.kit.office import link, office, page_for
from banyan.kit.pages import knows

VERBS = {"approve": actions.approve, "approve_waiting": actions.approve, "unapprove": actions.unapprove}


@page_for("approval.view", methods=("GET", "HEAD", "POST"))
@knows("data", "period")
def desk(request: HttpRequest) -> HttpResponse:
    """The units of a period; the selected ones are approved or un-approved."""
    today, entries = clock.today(), queries.entries()
    if not entries:
        return _page(
            request,
            empty=_("The packs of this city name no data that are approved. An entry of kind “approval” in a pack "
                    "says which are, by which levels and how often."),
        )  # fmt: skip
    entry = queries.entry_of(request.GET.get("data") or entries[0].key)
    spans = entry.spans(on=today)
    if not spans:
        return _page(request, empty=_("No period has ended yet."))
    period = request.GET.get("period") or entry.name_of(_first_open(entry, spans)[0])
    first, last = queries.span_of(entry, period)
    refusal = None
    if request.method == "POST":
        refusal = _do(request, entry, period)
        if refusal is None:
            return HttpResponseRedirect(request.get_full_path())
    units = queries.rows_of(request.user, entry=entry, first=first, last=last, on=today)
    counts = queries.counts_by_unit(entry, first=first, last=last)
    kinds = queries.kinds_of(entry)
    open_findings = checks.open_counts(request.user) if rights.has(request.user, "checks.view") else {}
    rows = [_told(row, open_findings) | _held(kinds, counts.get(row.unit.pk, {})) for row in units]
    answer = _page(
        request, entry=entry, entries=[(one.key, queries.title_of(one)) for one in entries], period=period,
        periods=[(entry.name_of(one), queries.summary_of(entry, first=one, last=until)) for one, until in spans],
        summary=queries.summary_of(entry, first=first, last=last), data=queries.title_of(entry), refusal=refusal,
        kinds=kinds, rows=rows, may=any(row.may_approve or row.may_open for row in units),
        waiting=sum(row.may_approve for row in units), openable=any(row.may_open for row in units),
        chosen=request.POST.getlist("unit"), reason=request.POST.get("reason", ""), first=first, last=last,
        runs=last >= today,
    )  # fmt: skip
    answer.status_code = refusal.status if refusal else 200
    return answer


def _first_open(entry: Any, spans: Any) -> Any:
    """The oldest period that the city has not approved; the newest where it has approved all."""
    waiting = [one for one in spans if queries.summary_of(entry, first=one[0], last=one[1]).level != entry.levels[-1]]
    return waiting[-1] if waiting else spans[0]


def _do(request: HttpRequest, entry: Any, period: str) -> Refused | None:
    verb = VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        return Refused(
            _("The desk of approval was asked for something."), _("It is not said what is to be done."),
            _("Select units and press one of the buttons."), code="no-verb",
        )  # fmt: skip
    units, today = request.POST.getlist("unit"), clock.today()
    if request.POST["verb"] == "approve_waiting":
        first, last = queries.span_of(entry, period)
        rows = queries.rows_of(request.user, entry=entry, first=first, last=last, on=today)
        units = [row.unit.pk for row in rows if row.may_approve]
    try:
        done = verb(
            data=entry.key, period=period, units=units, by=request.user, on=today,
            reason=request.POST.get("reason", "").strip(),
        )  # fmt: skip
    except Refused as refusal:
        return refusal
    if verb is actions.unapprove:
        said = ngettext("%(count)d unit is open again.", "%(count)d units are open again.", len(done))
    else:
        said = ngettext(
            "Approved and locked for %(count)d unit.", "Approved and locked for %(count)d units.", len(done)
        )
    messages.success(request, said % {"count": len(done)})
    return None


def _told(row: queries.Row, open_findings: dict[str, int]) -> dict[str, Any]:
    stored = not row.approval._state.adding
    return {
        "row": row, "level": level_in_words(row.approval.level), "next": level_in_words(row.next) if row.next else "",
        "first_by": level_in_words(row.first_by),
        "link": link(row.approval) if stored else "", "findings": open_findings.get(row.unit.pk, 0),
    }  # fmt: skip


def _held(kinds: list[tuple[str, str]], counts: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """How many facts of each kind a unit has in the period, and how many of them failed."""
    return {"held": [counts.get(name, (0, 0)) for name, _title in kinds]}


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    frame = {**office.each_context(request), "title": _("Approval of data")}
    return render(request, "approval/desk.html", frame | context)

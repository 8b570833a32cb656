"""The pages of credit: why a firm has its grade and what would lift it, and how grades fall on groups of firms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.registry import queries as registry
from banyan.insight.indicators import queries as indicators
from banyan.judgement.access import actions as access
from banyan.judgement.access import queries as purposes
from banyan.judgement.credit import queries
from banyan.judgement.credit.panels import REVIEW, RIGHT, with_records
from banyan.kit import clock, recent, rights
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.refusals import BadRequest, NotFound, Refused
from banyan.kit.scope import scoped
from banyan.kit.terms import DISTRICT


@page_for(RIGHT)
@knows("on", "known_at", "purpose")
def why(request: HttpRequest, key: str) -> HttpResponse:
    """Score and grade of a firm on a day, as known on another: each point with its record and article."""
    own = purposes.is_own(request.user, key)
    firm = firm_of(request.user, key)
    purpose = request.GET.get("purpose") or purposes.ON_DUTY
    opened = access.open_file(person=request.user, firm=firm, what="explained", purpose=purpose)
    today = clock.today()
    on = clock.asked_day(request.GET, "on") or today
    known_at = clock.asked_day(request.GET, "known_at")
    context: dict[str, Any] = {
        "title": _("Quality credit of %(firm)s") % {"firm": firm}, "firm": firm, "on": on, "today": today,
        "known_at": known_at, "deeds": queries.good_deeds(on=on),
        "scale": queries.scale_on(policy.load(settings.BANYAN_PACKS), on), "SCALE": queries.SCALE,
        "opened": opened, "purposes": [] if own else purposes.purposes(for_="office"),
        "survivor": registry.survivor(organisation=firm) if firm.merged_into_id else None,
        "absorbed": absorbed_by(request.user, firm, by=min(on, known_at or on)), "ANSWERS": queries.ANSWERS,
    }  # fmt: skip
    try:
        told = queries.explained(firm=firm.pk, on=on, known_on=known_at)
    except Refused as refusal:
        context["refusal"] = refusal
    else:
        may_object = rights.has(request.user, "credit.object") and on == today
        access.note_merged(opened, person=request.user, firms=told.merged, what="explained")
        lines = with_records(told.lines, firm=firm.pk, person=request.user)
        context |= {"told": told, "may_object": may_object, "lines": lines}
    return render(request, "credit/why.html", {**office.each_context(request), **context})


def firm_of(person: Any, key: str) -> Any:
    """A firm that the person may see. Raises NotFound."""
    firm = scoped(registry.Organisation, person, right=RIGHT).filter(pk=key).first()
    if firm is None:
        raise NotFound(
            _("The credit of “%(key)s” was asked for.") % {"key": key[:60]},
            _("There is no such firm within your office."),
            _("Look for it in the list of organisations."),
        )
    return firm


def absorbed_by(person: Any, firm: Any, *, by: date) -> list[tuple[Any, bool, bool]]:
    """The firms that a firm took over by a day: each with whether the person may open its file, which stays its own,
    and whether what counts against it counts here too, as the rule of the day of its merger says."""
    firms = [one for one in registry.absorbed(organisation=firm) if one.closed_on and one.closed_on <= by]
    if not firms:
        return []
    seen = scoped(registry.Organisation, person, right=RIGHT).filter(pk__in=[one.pk for one in firms])
    within = set(seen.values_list("pk", flat=True))
    book = policy.load(settings.BANYAN_PACKS)
    return [(one, one.pk in within, queries.successor_answers(book, on=one.closed_on)) for one in firms]


@page_for(REVIEW)
@knows("on", "by")
def fairness(request: HttpRequest) -> HttpResponse:
    """How grades fall on firms of each size, county and trade."""
    today = clock.today()
    on = clock.asked_day(request.GET, "on") or today
    own = indicators.own_counties(request.user)
    told = recent.made(("fairness of credit", on, own, get_language()), lambda: queries.fairness(on=on, counties=own))
    context: dict[str, Any] = {
        "title": _("How grades fall on firms"),
        "on": on,
        "today": today,
        "told": told,
        "months": queries.LOOKED_BACK,
        "by": request.GET.get("by") or "county",
    }
    if told:
        names = registry.names_of({(by, one.unit) for by in queries.BY[1:] for one in told.groups[by] if one.unit})
        names |= {("size", str(key)): str(words) for key, words in registry.Organisation.Size.choices}
        heads = {"size": _("size"), "county": DISTRICT, "industry": _("trade")}
        if (by := context["by"]) not in heads:
            raise BadRequest(
                _("Groups by “%(by)s” were asked for.") % {"by": by[:40]},
                _("Grades are not grouped by it."), _("Choose one of the page."),
            )  # fmt: skip
        context |= {"choices": list(heads.items()), "head": heads[by]}
        context["rows"] = [
            (names.get((by, one.unit)) or _("not known"), one, shares(one, told.grades)) for one in told.groups[by]
        ]
        context["all"] = (_("all firms"), told.all, shares(told.all, told.grades))
    return render(request, "credit/fairness.html", {**office.each_context(request), **context})


def shares(group: queries.Group, grades: tuple[str, ...]) -> list[tuple[str, float]]:
    """Which share of a group's firms has each grade."""
    return [(grade, group.grades[grade] / group.firms if group.firms else 0.0) for grade in grades]

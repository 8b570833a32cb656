"""Penalties as everyone may read them: published, not past their term, with persons masked, and what came after."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from banyan.base.registry.queries import Organisation
from banyan.kit import amounts, clock, privacy, search
from banyan.response.casework.models import Case
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.owing import public_term


def public_penalties(*, text: str = "", on: date | None = None) -> Any:
    """The cases whose penalty is public on a day, the latest first; those of a firm, matter or number by a text."""
    day = on or clock.today()
    found = Case.objects.filter(published_on__lte=day, outcome="penalty", withdrawn_on=None)
    found = found.filter(Q(public_until__isnull=True) | Q(public_until__gte=day))
    found = search.narrowed(found, text=text, found_by={Case.noun: "pk", Organisation.noun: "party_id"})
    return found.select_related("party", "county").order_by("-published_on", "key")


def public_penalty(number: str) -> Case | None:
    """The case of a number whose penalty is public today; None once its term is over or it was quashed."""
    return public_penalties().filter(number=number).first()


def shown_party(case: Case) -> str:
    """The party as the public reads it: a firm by its registered name, a person by the family name alone."""
    return case.party.name if case.party else privacy.mask(case.party_name)


def shown_text(case: Case, text: str) -> str:
    """A text of a penalty without what tells of persons; a party that is no registered firm is masked in it too."""
    return privacy.screened(text, names=[] if case.party else [case.party_name])


def lines_of_penalty(case: Case) -> list[tuple[str, str]]:
    """What a public penalty says, line by line, with its name in words. What is only recalled is marked as such."""
    paper = case.papers.filter(template__in=("decision", "on_spot"), withdrawn_on=None).order_by("-key").first()
    breach = terms.row("breaches", case.breach, on=case.rules_on)
    until = f"{case.public_until} ({terms.spoken(public_term(case, on=case.published_on), on=case.published_on)})"
    lines = [
        (_("Number of the decision"), paper.number if paper else case.number),
        (_("Party"), shown_party(case)),
        (_("Unified social credit code"), _code(case)),
        (_("Matter"), shown_text(case, case.title)),
        (_("Breach"), terms.said(breach) if breach else ""),
        (_("Written in"), terms.said(breach, "written") if breach else ""),
        (_("Fine"), money_said(case.fine)), (_("Confiscated"), money_said(case.confiscated)),
        (_("Grounds of the penalty"), shown_text(case, case.grounds)),
        (_("Office in charge"), str(case.county or "")), (_("Decided on"), str(case.decided_on)),
        (_("Published on"), str(case.published_on)), (_("Public until"), until if case.public_until else ""),
        *((str(one.get_kind_display()), f"{one.authority} · {one.asked_on} · {one.get_end_display() or _('open')}")
          for one in case.remedies.filter(withdrawn_on=None).order_by("asked_on", "key")),
    ]  # fmt: skip
    return [(name, value) for name, value in lines if value]


def _code(case: Case) -> str:
    """The code of a firm; a sole trader's is left out, since it leads to a person."""
    party = case.party
    return party.uscc if party and party.uscc and party.kind != Organisation.Kind.SOLE_TRADER else ""


def money_said(amount: Any) -> str:
    return _("%(amount)s yuan") % {"amount": amounts.said(amount, places=amounts.MONEY)} if amount else ""

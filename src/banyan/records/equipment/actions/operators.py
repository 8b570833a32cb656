"""Verbs of operators: entered with their licences or found without, renewed, left. Bulk verb: `enter_operators`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.equipment.models import Operator
from banyan.records.equipment.queries.work import jobs

VALID = "equipment.licence"
LICENCE = ("licence", "licensed_on", "until_on", "until_rule")


@verb("equipment.operators.entered", right="equipment.answer", title=gettext_lazy("Operators entered"))
def enter_operators(deed: Deed, *, operators: Sequence[Operator]) -> Sequence[Operator]:
    """Enter people who operate equipment. One without a licence is entered without a number, and stays overdue."""
    known = jobs(on=deed.on)
    for one in operators:
        if one.job not in known:
            raise Refused(
                _("An operator of %(firm)s was to be entered.") % {"firm": one.employer},
                _("“%(job)s” is no job that the rules know.") % {"job": one.job},
                _("Choose one of: %(known)s.") % {"known": ", ".join(known) or "—"},
                code="wrong-job",
            )
        one.key, one.county_id = one.key or fresh("eo"), one.employer.county_id
        _license(deed, one)
    deed.add_many(operators)
    return operators


@verb("equipment.licence.renewed", right="equipment.answer")
def renew_licence(deed: Deed, *, operator: Operator, licence: str, licensed_on: date) -> Operator:
    """Record a new or renewed licence; how long it holds is reckoned by the rule in force when it was given."""
    operator.licence, operator.licensed_on, operator.until_on = licence, licensed_on, None
    _license(deed, operator)
    return deed.save(operator, *LICENCE)


@verb("equipment.operator.left", right="equipment.answer")
def record_leaving(deed: Deed, *, operator: Operator) -> Operator:
    """Record that somebody operates equipment here no more."""
    operator.left_on = deed.on
    return deed.save(operator, "left_on")


def _license(deed: Deed, one: Operator) -> None:
    """The last day of a licence by the rule, where the licence itself states none."""
    one.licence = one.licence.strip()
    if not one.licence:
        one.licensed_on, one.until_on, one.until_rule = None, None, ""
        return
    if one.licensed_on is None:
        raise Refused(
            _("Licence %(number)s was to be entered.") % {"number": one.licence},
            _("It is not said when it was given."),
            _("Copy the day from the licence."),
            code="day-missing",
        )
    terms.demand_order(what=gettext_lazy("The licence"), of=one, day=one.licensed_on, earliest=None, latest=deed.on)
    if one.until_on is None and (found := terms.due(VALID, start=one.licensed_on)):
        one.until_on, one.until_rule = found.on, VALID

"""The verb of the simple procedure: a small penalty that officers impose on the spot, within its limits."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Organisation
from banyan.kit import terms as kit_terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.terms import value
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.actions import acting
from banyan.response.casework.actions.clues import demand_two
from banyan.response.casework.actions.papers import issue
from banyan.response.casework.actions.penalties import PUBLISH, within
from banyan.response.casework.models import Case, Cause, Outcome, Procedure
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.numbers import number_of_case

LIMITS = {True: "casework.on_spot_person", False: "casework.on_spot_organisation"}


@verb("casework.penalty.on_spot", right="casework.handle", title=gettext_lazy("Penalty imposed on the spot"))
def penalise_on_spot(deed: Deed, *, case: Case) -> Case:
    """Impose a warning (no fine) or a small fine on the spot: decided, served and numbered at once.

    Raises Refused above the limit for persons or organisations, outside the range of the breach and step, without a
    second officer, a county or grounds.
    """
    case.county_id = case.county_id or (case.party.county_id if case.party else None)
    _demand_whole(case)
    acting.demand_untied(deed, [case])
    case.assignee_id = case.assignee_id or getattr(deed.by, "pk", None)
    demand_two(case, by=getattr(deed.by, "username", ""))
    fine = Decimal(case.fine or 0)
    case.key, case.cause, case.procedure = fresh("ca"), case.cause or Cause.INSPECTION, Procedure.SIMPLE
    case.filed_on = case.rules_on = case.decided_on = case.served_on = deed.on
    case.party_name = case.party_name or (case.party.name if case.party else "")
    _demand_small(deed, case, fine)
    if fine:
        found, case.fine = within(case, fine)
        case.fine_position = found.place(case.fine)
    case.outcome, case.decided_by, case.manner = (
        Outcome.PENALTY,
        getattr(deed.by, "username", ""),
        str(_("on the spot")),
    )
    paying = terms.due("casework.pay", start=deed.on)
    case.pay_by = paying.on if fine and paying else None
    case.state = "served" if fine else "fulfilled"
    deed.hold()
    case.number = number_of_case({}, case.county, on=deed.on)
    public = terms.due(PUBLISH, start=deed.on) if fine else None
    case.publish_by = public.on if public else None
    deed.add(case)
    acting.begin_duty_of_state(deed, case, acting.Desks(on=deed.on))
    if fine:
        deed.add(acting.new_duty(case, "publish", PUBLISH, public, on=deed.on, officer=case.assignee_id))
    deed.save(case, *kit_terms.CLOCK)
    issue(deed, case, "on_spot")
    deed.subject = f"{case.noun}:{case.pk}"
    return case


def _demand_whole(case: Case) -> None:
    if case.county_id is None or not case.title.strip() or not case.grounds.strip():
        raise Refused(
            _("A penalty on the spot was asked for."),
            _("The county, the matter or the grounds are missing."),
            _("Name the firm or the county, and say what was found and why it is punished."),
            code="penalty-incomplete",
        )


def _demand_small(deed: Deed, case: Case, fine: Decimal) -> None:
    """Refuse more than the limit of the simple procedure, which is lower for persons and sole traders."""
    is_person = case.party is None or case.party.kind == Organisation.Kind.SOLE_TRADER
    most, written = value(LIMITS[is_person], on=deed.on)
    if most is None or fine < 0 or fine > most:
        raise Refused(
            _("A fine of %(fine)s on the spot was asked for.") % {"fine": fine},
            _("On the spot at most %(most)s may be imposed on this party.") % {"most": most},
            _("File a case of the ordinary procedure."),
            written,
            code="above-limit",
        )

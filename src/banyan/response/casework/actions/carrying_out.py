"""Verbs after the decision: served, paid, demanded, enforced, published, closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import search
from banyan.kit import terms as kit_terms
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.actions import acting
from banyan.response.casework.actions.papers import issue
from banyan.response.casework.models import CASE_FLOW, Case
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.owing import is_publishable, owed, public_term, surcharge_on

PAY = "casework.pay"


@verb("casework.decision.served", right="casework.handle", title=gettext_lazy("Decision served"))
def serve_decision(deed: Deed, *, case: Case, manner: str, served_on: date | None = None) -> Case:
    """Record that the decision was served, and how: the term to pay begins."""
    acting.start(deed, case, "serve_decision")
    case.served_on, case.manner = served_on or deed.on, manner.strip()
    kit_terms.demand_order(
        what=gettext_lazy("The service"), of=case, day=case.served_on, earliest=case.decided_on, latest=deed.on
    )
    found = terms.due(PAY, start=case.served_on, rules_on=case.rules_on)
    case.pay_by = found.on if found else None
    issue(deed, case, "receipt")
    if owed(case, on=deed.on) == 0:
        case.state = "fulfilled"
    acting.finish(deed, case, "served_on", "manner", "pay_by")
    return case


@verb("casework.payment.recorded", right="casework.handle", title=gettext_lazy("Payment recorded"))
def record_payment(deed: Deed, *, case: Case, amount: Decimal, paid_on: date | None = None) -> Case:
    """Record a payment. Late days cost a surcharge, at most as much as the fine; the rest stays owed."""
    acting.begin(deed, CASE_FLOW, case, "record_payment")
    day = paid_on or deed.on
    kit_terms.demand_order(
        what=gettext_lazy("The payment"), of=case, day=day, earliest=case.paid_on or case.served_on, latest=deed.on
    )
    rest = owed(case, on=day)
    if not 0 < amount <= rest:
        raise Refused(
            _("A payment of %(amount)s in %(case)s was to be recorded.") % {"amount": amount, "case": case},
            _("%(rest)s is owed on %(day)s.") % {"rest": rest, "day": day},
            _("Enter what was paid; what was paid too much goes back."),
            kit_terms.written(PAY, on=case.rules_on),
            code="not-owed",
        )
    case.surcharge = surcharge_on(case, on=day)
    case.paid, case.paid_on = case.paid + amount, day
    fields = ("paid", "paid_on", "surcharge")
    if amount < rest:
        return deed.save(case, *fields)
    case.state = "fulfilled"
    return acting.finish(deed, case, *fields)


@verb("casework.payment.demanded", right="casework.handle", title=gettext_lazy("Payment demanded"))
def demand_payment(deed: Deed, *, case: Case) -> Case:
    """Demand what was not paid in time, by letter: after its term the court may be asked."""
    acting.start(deed, case, "demand_payment")
    if case.pay_by and deed.on <= case.pay_by:
        raise Refused(
            _("Demanding payment in %(case)s was asked for.") % {"case": case},
            _("The party may pay until %(day)s.") % {"day": case.pay_by},
            _("Wait for that day."),
            kit_terms.written(PAY, on=case.rules_on),
            code="term-runs",
        )
    issue(deed, case, "demand")
    return acting.finish(deed, case)


@verb("casework.payment.enforced", right="casework.handle", title=gettext_lazy("Enforced by the court"))
def enforce_payment(deed: Deed, *, case: Case) -> Case:
    """Record that the court has enforced what was owed."""
    acting.start(deed, case, "enforce_payment")
    if contested := case.remedies.filter(end="", withdrawn_on=None).first():
        raise Refused(
            _("Enforcing payment in %(case)s was to be recorded.") % {"case": case},
            _("%(remedy)s is still open, and no court enforces meanwhile.") % {"remedy": contested},
            _("Record its end first."),
            _("Administrative Compulsion Law, art. 53"),
            code="remedy-open",
        )
    case.surcharge = surcharge_on(case, on=deed.on)
    case.paid, case.paid_on = case.paid + owed(case, on=deed.on), deed.on
    return acting.finish(deed, case, "paid", "paid_on", "surcharge")


@verb("casework.penalty.published", right="casework.publish", title=gettext_lazy("Penalty published"))
def publish_penalty(deed: Deed, *, case: Case) -> Case:
    """Publish the penalty; it ends to be public by rule, without a step."""
    acting.demand_untied(deed, [case])
    if not is_publishable(case):
        raise Refused(
            _("Publishing %(case)s was asked for.") % {"case": case},
            _("It has no penalty or only a warning, or it is public already."),
            _("Look at its state."),
            kit_terms.written("casework.publish", on=case.rules_on),
            code="nothing-to-publish",
        )
    deed.subject = f"{case.noun}:{case.pk}"
    case.published_on = deed.on
    found = terms.due(public_term(case, on=deed.on), start=deed.on)
    case.public_until = found.on if found else None
    acting.end_duties(deed, case, ("publish",))
    index_penalties([case])
    return deed.save(case, "published_on", "public_until")


def index_penalties(cases: Iterable[Case]) -> None:
    """Make published penalties findable by product, registered firm and number. A person's name is none of them."""
    entries = []
    for case in cases:
        words = f"{case.product_name} {case.party.name if case.party else ''}"
        entries += [search.Entry(case.pk, words), search.Entry(case.pk, case.number, search.CODE)]
    search.index_many(noun=Case.noun, entries=entries)


@verb("casework.case.closed", right="casework.handle", title=gettext_lazy("Case closed"))
def close_case(deed: Deed, *, case: Case) -> Case:
    """Close a case whose decision is carried out, or that has no penalty. A penalty must be published first."""
    acting.start(deed, case, "close_case")
    if is_publishable(case):
        raise Refused(
            _("Closing %(case)s was asked for.") % {"case": case},
            _("Its penalty is not published."),
            _("Publish it first."),
            kit_terms.written("casework.publish", on=case.rules_on),
            code="not-published",
        )
    case.closed_on = deed.on
    issue(deed, case, "closing")
    return acting.finish(deed, case, "closed_on")

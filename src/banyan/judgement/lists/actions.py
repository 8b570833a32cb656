"""Verbs of lists: one for each step from the proposal to the removal; what the state does not allow is refused.

`run_clocks(by=, on=)` is the room's part of the daily flow: terms end, and what has lost its ground is removed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.base.registry.queries import Organisation
from banyan.judgement.lists import queries
from banyan.judgement.lists.models import LISTING_FLOW, Listing
from banyan.kit import titles
from banyan.kit.keys import fresh
from banyan.kit.numbers import next_numbers
from banyan.kit.refusals import Refused
from banyan.kit.terms import demand_reason, written
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.queries import Case, Outcome

PENALTY_QUASHED = titles.by_house(gettext_noop("The penalty that it rested on was quashed."))

HANDLE, APPROVE = "lists.handle", "lists.approve"
STATEMENT, FALSE = "lists.statement", "lists.false_application"


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """Remove the listings whose term has ended, and those whose penalty was withdrawn."""
    ended = [end_listing(listing=one, by=by, on=on) for one in queries.to_end(on=on)]
    gone = [annul_listing(listing=one, by=by, on=on, reason=PENALTY_QUASHED) for one in queries.without_ground()]
    return {"listings ended": len(ended), "listings annulled": len(gone)}


def _refused(listing: Listing, move: str, why: str, instead: str, *, code: str, rule: str = "", on: date) -> Refused:
    asked = _("%(verb)s was asked for %(record)s.") % {"verb": LISTING_FLOW.moves[move].label, "record": listing}
    return Refused(asked, why, instead, written(rule, on=on) if rule else str(LISTING_FLOW.written), code=code)


def _name(deed: Deed) -> str:
    return getattr(deed.by, "username", "")


@verb("lists.listing.proposed", right=HANDLE, title=gettext_lazy("Listing proposed"))
def propose_listing(
    deed: Deed, *, list: str, organisation: Organisation, cause: str, facts: str, case: Case | None = None
) -> Listing:
    """Propose to list a firm. The list of serious violations needs a penalty that was decided."""
    listing = Listing(
        key=fresh("ls"), list=list, organisation=organisation, case=case, cause=cause.strip(), facts=facts.strip(),
        county_id=case.county_id if case else organisation.county_id, proposed_on=deed.on, proposed_by=_name(deed),
    )  # fmt: skip
    asked = _("Listing %(firm)s was proposed.") % {"firm": organisation}
    kind = queries.kind_of(listing, on=deed.on)
    decided = case is not None and case.outcome == Outcome.PENALTY and case.withdrawn_on is None
    if (case is not None and (case.party_id != organisation.pk or not decided)) or (
        kind["needs_penalty"] and not decided
    ):
        raise Refused(
            asked, _("No penalty of this firm has been decided that it could rest on."),
            _("Name the case whose penalty it rests on, once that is decided."), str(LISTING_FLOW.written),
            code="no-penalty",
        )  # fmt: skip
    if not (listing.cause and listing.facts and listing.county_id):
        raise Refused(
            asked, _("It lacks its cause, its facts and grounds, or the office of the firm is not known."),
            _("Say what the firm did and where that is written."), str(LISTING_FLOW.written),
            code="listing-incomplete",
        )  # fmt: skip
    deed.hold()
    [listing.number] = next_numbers(Listing, "L", on=deed.on)
    return deed.add(listing)


@verb("lists.listing.noticed", right=HANDLE, title=gettext_lazy("Notice of a listing served"))
def give_notice(deed: Deed, *, listing: Listing) -> Listing:
    """Tell the firm facts, grounds and consequences: it may state its case, or ask for a hearing, until a day."""
    LISTING_FLOW.move(listing, "give_notice")
    listing.noticed_on = deed.on
    listing.state_by = listing.due_on = queries.due(STATEMENT, start=deed.on, on=deed.on)
    listing.due_rule = STATEMENT
    return deed.save(listing, "state", "noticed_on", "state_by", "due_on", "due_rule")


@verb("lists.listing.stated", right="lists.answer", title=gettext_lazy("Statement of the firm"))
def record_statement(deed: Deed, *, listing: Listing, statement: str) -> Listing:
    """Record what the firm says against its listing, as it is noticed."""
    LISTING_FLOW.move(listing, "record_statement")
    demand_reason(statement, LISTING_FLOW.moves["record_statement"].label)
    listing.statement, listing.stated_on = statement.strip(), deed.on
    return deed.save(listing, "state", "statement", "stated_on")


@verb("lists.hearing.called", right=HANDLE, title=gettext_lazy("Hearing called"))
def call_hearing(deed: Deed, *, listing: Listing, hearing_on: date) -> Listing:
    """Call a hearing that the firm asked for."""
    LISTING_FLOW.move(listing, "call_hearing")
    if hearing_on < deed.on:
        raise _refused(listing, "call_hearing", _("That day is over."), _("Choose a day to come."), code="past-day",
                       on=deed.on)  # fmt: skip
    listing.hearing_on = listing.due_on = hearing_on
    return deed.save(listing, "state", "hearing_on", "due_on")


@verb("lists.hearing.held", right=HANDLE, title=gettext_lazy("Hearing held"))
def hold_hearing(deed: Deed, *, listing: Listing, record: str) -> Listing:
    """Record the hearing."""
    LISTING_FLOW.move(listing, "hold_hearing")
    demand_reason(record, LISTING_FLOW.moves["hold_hearing"].label)
    listing.hearing_record, listing.heard_on = record.strip(), deed.on
    return deed.save(listing, "state", "hearing_record", "heard_on")


@verb("lists.listing.approved", right=APPROVE, title=gettext_lazy("Listing approved"))
def approve_listing(deed: Deed, *, listing: Listing) -> Listing:
    """Approve a listing, by another person than its proposer, once the firm has spoken or let its term pass."""
    LISTING_FLOW.demand(listing, "approve_listing")
    if _name(deed) == listing.proposed_by:
        raise _refused(listing, "approve_listing", _("You proposed it yourself."), _("Let somebody else do it."),
                       code="same-person", on=deed.on)  # fmt: skip
    if listing.state == "noticed" and listing.stated_on is None and (listing.state_by is None
                                                                     or deed.on <= listing.state_by):  # fmt: skip
        raise _refused(listing, "approve_listing", _("The firm may state its case until %(day)s.")
                       % {"day": listing.state_by}, _("Wait for its statement, or for the end of its term."),
                       code="term-runs", rule=STATEMENT, on=deed.on)  # fmt: skip
    LISTING_FLOW.move(listing, "approve_listing")
    listing.approved_on, listing.approved_by = deed.on, _name(deed)
    return deed.save(listing, "state", "approved_on", "approved_by")


@verb("lists.listing.decided", right=HANDLE, title=gettext_lazy("Listing decided"))
def decide_listing(deed: Deed, *, listing: Listing, conditions: str) -> Listing:
    """Decide to list the firm, with the conditions of its removal; the term to publish begins."""
    LISTING_FLOW.move(listing, "decide_listing")
    demand_reason(conditions, LISTING_FLOW.moves["decide_listing"].label)
    kind = queries.kind_of(listing, on=deed.on)
    listing.decided_on, listing.conditions = deed.on, conditions.strip()
    listing.due_rule = kind["publish"]
    listing.due_on = queries.due(kind["publish"], start=deed.on, on=deed.on)
    return deed.save(listing, "state", "decided_on", "conditions", "due_rule", "due_on")


@verb("lists.listing.dropped", right=HANDLE, title=gettext_lazy("Not listed"))
def drop_listing(deed: Deed, *, listing: Listing) -> Listing:
    """Decide not to list the firm, with the reason."""
    return deed.settle(listing, LISTING_FLOW, "drop_listing", due_on=None)


@verb("lists.listing.published", right="lists.publish", title=gettext_lazy("Listing published"))
def publish_listing(deed: Deed, *, listing: Listing) -> Listing:
    """Publish a listing: it is public from today until its term ends by itself."""
    LISTING_FLOW.move(listing, "publish_listing")
    kind = queries.kind_of(listing, on=deed.on)
    listing.published_on, listing.due_on, listing.due_rule = deed.on, None, ""
    listing.public_until = queries.due(kind["term"], start=deed.on, on=deed.on)
    return deed.save(listing, "state", "published_on", "public_until", "due_on", "due_rule")


@verb("lists.repair.applied", right="lists.answer", title=gettext_lazy("Repair applied for"))
def apply_repair(deed: Deed, *, listing: Listing, application: str) -> Listing:
    """Apply to be removed early: what was put right, and by which evidence."""
    LISTING_FLOW.demand(listing, "apply_repair")
    demand_reason(application, LISTING_FLOW.moves["apply_repair"].label)
    kind = queries.kind_of(listing, on=deed.on)
    early = queries.due(kind["early"], start=listing.published_on or deed.on, on=deed.on)
    earliest = max(filter(None, (early, listing.no_repair_until)), default=None)
    if earliest is not None and deed.on < earliest:
        raise _refused(listing, "apply_repair", _("It may be asked from %(day)s on.") % {"day": earliest},
                       _("Apply then; what was put right until that day counts."), code="too-early",
                       rule=kind["early"], on=deed.on)  # fmt: skip
    LISTING_FLOW.move(listing, "apply_repair")
    listing.application, listing.applied_on = application.strip(), deed.on
    return _clock(deed, listing, kind["accept"], "application", "applied_on")


@verb("lists.repair.accepted", right=HANDLE, title=gettext_lazy("Application for repair accepted"))
def accept_repair(deed: Deed, *, listing: Listing) -> Listing:
    """Accept an application: the clock to decide runs, by the rule in force today."""
    LISTING_FLOW.move(listing, "accept_repair")
    listing.accepted_on = deed.on
    return _clock(deed, listing, queries.kind_of(listing, on=deed.on)["decide"], "accepted_on")


def _clock(deed: Deed, listing: Listing, rule: str, *fields: str) -> Listing:
    """Save a listing whose next step is due by a rule."""
    listing.due_rule, listing.due_on = rule, queries.due(rule, start=deed.on, on=deed.on)
    return deed.save(listing, "state", "due_rule", "due_on", *fields)


@verb("lists.repair.returned", right=HANDLE, title=gettext_lazy("Application for repair not accepted"))
def return_repair(deed: Deed, *, listing: Listing) -> Listing:
    """Do not accept an application, with the reason; the firm may apply again."""
    return deed.settle(listing, LISTING_FLOW, "return_repair", due_on=None)


@verb("lists.repair.granted", right=APPROVE, title=gettext_lazy("Removed: credit repaired"))
def grant_repair(deed: Deed, *, listing: Listing) -> Listing:
    """Remove a listing early: the publicity ends today, and why stands in the reason."""
    return _remove(deed, listing, "grant_repair", Listing.End.REPAIRED)


@verb("lists.repair.refused", right=APPROVE, title=gettext_lazy("Repair refused"))
def refuse_repair(deed: Deed, *, listing: Listing) -> Listing:
    """Refuse a repair, with the reason."""
    return deed.settle(listing, LISTING_FLOW, "refuse_repair", due_on=None)


@verb("lists.listing.annulled", right=APPROVE, title=gettext_lazy("Removed: its ground is gone"), lawful=True)
def annul_listing(deed: Deed, *, listing: Listing) -> Listing:
    """Remove a listing whose penalty or decision was annulled or changed, with the reason."""
    return _remove(deed, listing, "annul_listing", Listing.End.ANNULLED)


@verb("lists.listing.ended", right=HANDLE, title=gettext_lazy("Removed: the term ended"))
def end_listing(deed: Deed, *, listing: Listing) -> Listing:
    """Remove a listing whose last public day is over."""
    LISTING_FLOW.demand(listing, "end_listing")
    if listing.public_until is None or listing.public_until >= deed.on:
        raise _refused(listing, "end_listing", _("Its term has not ended."), _("Wait, or decide on a repair."),
                       code="term-runs", on=deed.on)  # fmt: skip
    LISTING_FLOW.move(listing, "end_listing")
    listing.removed_on, listing.removed_for, listing.due_on = deed.on, Listing.End.TERM, None
    return deed.save(listing, "state", "removed_on", "removed_for", "due_on")


def _remove(deed: Deed, listing: Listing, move: str, end: Listing.End) -> Listing:
    return deed.settle(listing, LISTING_FLOW, move, removed_on=deed.on, removed_for=end, due_on=None)


@verb("lists.listing.restored", right=APPROVE, title=gettext_lazy("Listed again: the application was false"))
def restore_listing(deed: Deed, *, listing: Listing) -> Listing:
    """List a firm again whose repair rested on false papers: its term restarts, and it may not apply for years."""
    LISTING_FLOW.demand(listing, "restore_listing")
    if listing.removed_for != Listing.End.REPAIRED:
        raise _refused(
            listing, "restore_listing", _("It was not removed by a repair."),
            _("Propose a new listing where there is a new ground."), code="not-repaired", on=deed.on,
        )  # fmt: skip
    kind = queries.kind_of(listing, on=deed.on)
    return deed.settle(
        listing, LISTING_FLOW, "restore_listing", removed_on=None, removed_for="", published_on=deed.on,
        public_until=queries.due(kind["term"], start=deed.on, on=deed.on),
        no_repair_until=queries.due(FALSE, start=deed.on, on=deed.on),
    )  # fmt: skip

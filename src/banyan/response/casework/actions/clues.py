"""Verbs of clues: taken in by the daily flow, entered by officers, verified, filed, joined, declined.

Bulk verbs: `take_in_clues(clues=…)` and `enter_clues(clues=…)` give the clues, `decline_clues(clues=…)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.base.registry.queries import Region
from banyan.kit import terms as kit_terms
from banyan.kit import titles
from banyan.kit.keys import fresh
from banyan.kit.models import Person
from banyan.kit.refusals import Refused
from banyan.kit.rights import System
from banyan.kit.terms import CLOCK
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.queries import Correction, Sample
from banyan.response.casework.actions import acting
from banyan.response.casework.actions.carrying_out import index_penalties
from banyan.response.casework.actions.papers import issue
from banyan.response.casework.models import CASE_FLOW, CLUE_FLOW, Case, Clue
from banyan.response.casework.queries import sources, terms
from banyan.response.casework.queries.desks import Desks
from banyan.response.casework.queries.discretion import Range, range_of
from banyan.response.casework.queries.numbers import Series, number_of_case, number_of_clue
from banyan.response.casework.queries.owing import public_term

FOUND_BY_FLOW = titles.by_house(gettext_noop("Found by the daily flow."))

VERIFY = "casework.verify"
HANDLE = "casework.handle"
SHARED = (
    "cause", "source_noun", "source_key", "title", "party_id", "party_name", "product_class_id", "product_name",
    "lots", "county_id",
)  # fmt: skip


def take_in(*, on: date, cut: int | None = None) -> dict[str, int]:
    """The daily step: what was found becomes clues on desks. No case opens or closes by it; a repeat adds none."""
    with translation.override(settings.LANGUAGE_CODE):  # the titles stay in the records, whatever the command speaks
        found = sources.candidates(on=on)
        if found:
            take_in_clues(clues=found, by=System("daily"), on=on, reason=FOUND_BY_FLOW)
    return {"clues": len(found)}


@verb("casework.clues.taken_in", right="casework.enter", title=gettext_lazy("Clues taken in"))
def take_in_clues(deed: Deed, *, clues: Sequence[Clue]) -> Sequence[Clue]:
    """Take in clues that other rooms gave, each on a desk with its term to be verified."""
    return _entered(deed, clues)


@verb("casework.clues.entered", right="casework.enter", title=gettext_lazy("Clues entered"))
def enter_clues(deed: Deed, *, clues: Sequence[Clue]) -> Sequence[Clue]:
    """Enter clues: reports, what another authority hands over, what an inspection found."""
    return _entered(deed, clues)


@verb(
    "casework.clue.of_order", right="casework.enter", names=("correction",),
    title=gettext_lazy("Clue of an order to correct"),
)  # fmt: skip
def make_clue_of_order(deed: Deed, *, correction: Correction) -> Clue:
    """Make a clue of the order to correct that followed a failed sample. Raises Refused where there is one."""
    standing = Clue.objects.filter(
        source_noun=Sample.noun, source_key=correction.sample_id, withdrawn_on=None
    ).first()
    if standing is not None:
        raise Refused(
            _("A clue of %(order)s was asked for.") % {"order": correction},
            _("Clue %(number)s was made of it.") % {"number": standing.number},
            _("Go on with that one."),
            code="clue-twice",
        )
    return _entered(deed, [sources.clue_of_order(correction)])[0]


@verb("casework.clue.extended", right=HANDLE)
def extend_verification(deed: Deed, *, clue: Clue) -> Clue:
    """Extend the verification of a clue once, with the reason."""
    acting.begin(deed, CLUE_FLOW, clue, "extend_verification")
    kit_terms.demand_reason(deed.reason, CLUE_FLOW.moves["extend_verification"].label)
    if clue.extended_on is not None:
        raise Refused(
            _("Extending the verification of %(clue)s was asked for.") % {"clue": clue},
            _("It was extended on %(day)s already.") % {"day": clue.extended_on},
            _("Decide whether there is a case."),
            kit_terms.written(VERIFY, on=clue.received_on),
            code="extended-twice",
        )
    clue.extended_on = deed.on
    found = terms.due(VERIFY, start=clue.received_on, extended=True)
    kit_terms.set_clock(clue, VERIFY, found)
    (duty,) = acting.end_duties(deed, clue, ("verify",), end="void")
    deed.add(acting.new_duty(clue, "verify", VERIFY, found, on=duty.from_on, officer=duty.officer_id))
    return deed.save(clue, "extended_on", *CLOCK)


@verb("casework.case.filed", right=HANDLE, names=("officer",), title=gettext_lazy("Case filed"))
def file_case(deed: Deed, *, clue: Clue, second_officer: str, officer: Person | None = None) -> Case:
    """File a case of a clue: two officers, a number of the office's year, and the ninety days begin."""
    acting.begin(deed, CLUE_FLOW, clue, "file_case")
    office = clue.county
    if office is None:
        raise Refused(
            _("Filing a case of %(clue)s was asked for.") % {"clue": clue},
            _("No county is named, so no office would handle it."),
            _("Enter the clue again with its county."),
            code="office-missing",
        )
    desks = Desks(on=deed.on)
    chosen = officer.pk if officer else (clue.assignee_id or desks.pick(HANDLE, office.path, party=clue.party_id))
    case = Case(
        key=fresh("ca"), filed_on=deed.on, rules_on=deed.on, assignee_id=chosen,
        second_officer=second_officer.strip(),
        **{name: getattr(clue, name) for name in SHARED},
    )  # fmt: skip
    demand_two(case)
    deed.hold()
    case.number = number_of_case({}, office, on=deed.on)
    found = acting.due_of(case, terms.DECIDE, on=deed.on)
    case.decide_by = found.on if found else None
    kit_terms.set_clock(case, terms.DECIDE, found)
    deed.add(case)
    deed.add(acting.new_duty(case, "investigate", terms.DECIDE, found, on=deed.on, officer=chosen))
    _decided(deed, clue, "file_case", case)
    deed.save(clue, *DECIDED)
    issue(deed, case, "filing")
    deed.subject = f"{case.noun}:{case.pk}"
    return case


@verb("casework.clue.joined", right=HANDLE, names=("case",))
def join_clue(deed: Deed, *, clue: Clue, case: Case) -> Clue:
    """Join a clue to an open case of the same party."""
    acting.begin(deed, CLUE_FLOW, clue, "join_clue")
    if case.state in ("closed", "dropped", "transferred") or (clue.party_id and case.party_id != clue.party_id):
        raise Refused(
            _("Joining %(clue)s to %(case)s was asked for.") % {"clue": clue, "case": case},
            _("That case has ended, or it is about another firm."),
            _("File a case of its own."),
            code="not-the-same",
        )
    _decided(deed, clue, "join_clue", case)
    return deed.save(clue, *DECIDED)


@verb("casework.clues.declined", right=HANDLE)
def decline_clues(deed: Deed, *, clues: Sequence[Clue]) -> Sequence[Clue]:
    """File no case of clues, with the reason."""
    kit_terms.demand_reason(deed.reason, CLUE_FLOW.moves["decline_clues"].label)
    for clue in clues:
        acting.begin(deed, CLUE_FLOW, clue, "decline_clues")
        _decided(deed, clue, "decline_clues", None)
    deed.subject = ""
    deed.save_many(clues, *DECIDED)
    return clues


@verb("casework.cases.entered", right=HANDLE, title=gettext_lazy("Cases entered"))
def enter_cases(deed: Deed, *, cases: Sequence[Case]) -> Sequence[Case]:
    """Enter cases that another system handled so far, each in its state, with the duty of that state.

    Where a fine lies in its range, and until when a published penalty stays public, follow from what is entered.
    """
    deed.hold()
    series: Series = {}
    offices = {one.pk: one for one in Region.objects.filter(pk__in={case.county_id for case in cases})}
    desks, duties = Desks(on=deed.on), []
    for case in cases:
        case.key = case.key or fresh("ca")
        case.rules_on = case.rules_on or case.filed_on
        case.number = case.number or number_of_case(series, offices[case.county_id], on=case.filed_on)
        found = acting.due_of(case, terms.DECIDE, on=case.filed_on)
        case.decide_by = found.on if found else None
        if case.fine is not None and (within := _range(case)) is not None:
            case.fine_position = within.place(case.fine)
        if case.published_on and (
            public := terms.due(public_term(case, on=case.published_on), start=case.published_on)
        ):
            case.public_until = public.on
        task, rule = terms.step_of(case)
        if not task or case.state == "closed":
            continue
        case.assignee_id = case.assignee_id or desks.pick(HANDLE, offices[case.county_id].path, party=case.party_id)
        found = found if rule == terms.DECIDE else terms.due(rule, start=deed.on, rules_on=case.rules_on)
        kit_terms.set_clock(case, rule, found)
        duties.append(acting.new_duty(case, task, rule, found, on=case.filed_on, officer=case.assignee_id))
    deed.add_many(cases)
    deed.add_many(duties)
    index_penalties(case for case in cases if case.published_on)
    return cases


def _range(case: Case) -> Range | None:
    return range_of(case.breach, case.step, goods_value=case.goods_value, on=case.rules_on)


DECIDED = ("state", "case", "decided_on", "decided_by", *CLOCK)


def _decided(deed: Deed, clue: Clue, move: str, case: Case | None) -> None:
    CLUE_FLOW.move(clue, move)
    clue.case, clue.decided_on, clue.decided_by = case, deed.on, getattr(deed.by, "username", "")
    kit_terms.stop_clock(clue)
    acting.end_duties(deed, clue, ("verify",))


def _entered(deed: Deed, clues: Sequence[Clue]) -> Sequence[Clue]:
    if not clues:
        return clues
    deed.hold()
    series: Series = {}
    desks, duties = Desks(on=deed.on), []
    paths = dict(Region.objects.filter(pk__in={one.county_id for one in clues}).values_list("pk", "path"))
    for clue in clues:
        clue.title = clue.title.strip()
        if not clue.title:
            raise Refused(
                _("A clue was to be entered."),
                _("It does not say what the matter is."),
                _("Say in a few words what may be a breach."),
                code="matter-missing",
            )
        if clue.party and not clue.party_name:
            clue.party_name = clue.party.name
        clue.county_id = clue.county_id or (clue.party.county_id if clue.party else None)
        clue.received_on = clue.received_on or deed.on
        kit_terms.demand_order(
            what=gettext_lazy("The clue"), of=clue.title, day=clue.received_on, earliest=clue.happened_on,
            latest=deed.on,
        )  # fmt: skip
        kit_terms.demand_recent(what=gettext_lazy("The clue"), of=clue.title, day=clue.received_on, on=deed.on)
        clue.key = clue.key or fresh("cl")
        clue.number = clue.number or number_of_clue(series, on=deed.on)
        path = paths.get(clue.county_id or "", "") or (clue.county.path if clue.county else "")
        clue.assignee_id = clue.assignee_id or desks.pick(HANDLE, path, party=clue.party_id)
        found = terms.due(VERIFY, start=clue.received_on)
        kit_terms.set_clock(clue, VERIFY, found)
        duties.append(acting.new_duty(clue, "verify", VERIFY, found, on=clue.received_on, officer=clue.assignee_id))
    deed.add_many(clues)
    deed.add_many(duties)
    return clues


def demand_two(case: Case, *, by: str = "") -> None:
    """At least two officers handle a case: the one in charge, or who acts, and another."""
    first = by or Person.objects.filter(pk=case.assignee_id).values_list("username", flat=True).first() or ""
    if not case.second_officer or case.second_officer == first:
        raise Refused(
            _("%(move)s was asked for.") % {"move": CASE_FLOW.states["filed"]},
            _("At least two officers investigate, and no second one is named."),
            _("Name a second officer."),
            _("Administrative Penalty Law, art. 42"),
            code="second-officer-missing",
        )

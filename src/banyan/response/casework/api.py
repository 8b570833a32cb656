"""Cases over the API: public penalties for everyone, cases with duties and papers within what one may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from banyan.kit import rights
from banyan.kit.api import After, Limit, Page, Problem, one_of, page_of
from banyan.kit.refusals import NotFound
from banyan.kit.scope import scoped
from banyan.response.casework import queries
from banyan.response.casework.models import Case, Duty, Evidence, Paper, Remedy, Transfer
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.owing import public_term

router = Router(tags=["cases"])
OPEN: dict[int, Any] = dict.fromkeys((400, 404), Problem)
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class PenaltyOut(Schema):
    """A penalty that is public today. Persons are masked; `term` says by which rule it stays public, and how sure."""

    number: str
    party: str
    firm: str | None
    title: str
    product_name: str
    county: str | None
    breach: str
    breach_title: str
    written_in: str
    procedure: str
    fine: Decimal | None
    confiscated: Decimal | None
    grounds: str
    decided_on: date
    published_on: date
    public_until: date | None
    term: str


class CaseOut(Schema):
    """A case as it is today."""

    key: str
    number: str
    cause: str
    title: str
    party: str | None = Field(None, alias="party_id")
    party_name: str
    product_name: str
    lots: str
    county: str | None = Field(None, alias="county_id")
    procedure: str
    state: str
    filed_on: date
    decide_by: date | None
    due_on: date | None
    due_rule: str
    breach: str
    step: str
    fine: Decimal | None
    paid: Decimal
    outcome: str
    decided_on: date | None
    served_on: date | None
    published_on: date | None
    public_until: date | None
    closed_on: date | None


class DutyOut(Schema):
    """Who had to act by when, and did or did not."""

    task: str
    officer: str
    from_on: date
    due_on: date | None
    rule: str
    ended_on: date | None
    end: str
    raised_on: date | None
    raised_to: str

    @staticmethod
    def resolve_officer(duty: Any) -> str:
        return duty.officer.username if duty.officer else ""

    @staticmethod
    def resolve_raised_to(duty: Any) -> str:
        return duty.raised_to.username if duty.raised_to else ""


class CaseEvidenceOut(Schema):
    """A piece of evidence by its hash; the file is read in the office."""

    number: int
    kind: str
    title: str
    taken_on: date
    digest: str
    has_file: bool

    @staticmethod
    def resolve_has_file(evidence: Any) -> bool:
        return bool(evidence.file)


class PaperOut(Schema):
    """A numbered paper of the case with the rules that it cites."""

    number: str
    title: str
    made_on: date
    cited: list[str]


class TransferOut(Schema):
    """A transfer to the police with its steps."""

    state: str
    offence: str
    amount: Decimal | None
    threshold: Decimal | None
    proposed_on: date
    sent_on: date | None
    receipted_on: date | None
    copied_on: date | None
    answered_on: date | None


class RemedyOut(Schema):
    """A reconsideration or lawsuit against the penalty."""

    kind: str
    authority: str
    asked_on: date
    ask_by: date | None
    end: str
    ended_on: date | None
    fine_before: Decimal | None
    fine_after: Decimal | None


class CaseWhole(CaseOut):
    """A case with its chain of duties, evidence, papers, transfers and remedies."""

    duties: list[DutyOut]
    evidence: list[CaseEvidenceOut]
    papers: list[PaperOut]
    transfers: list[TransferOut]
    remedies: list[RemedyOut]


@router.get("/public/penalties", response={200: Page[PenaltyOut]} | OPEN, auth=None)
def list_public_penalties(request: HttpRequest, q: str = "", limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """The penalties that are public today, open to everyone; `q` finds by firm, its code, product or number."""
    rows = queries.public_penalties(text=q.strip()[:60]).marked()  # public by design
    return page_of(rows, _penalty, limit=limit, after=after)


@router.get("/public/penalties/{number}", response={200: PenaltyOut} | OPEN, auth=None)
def show_public_penalty(request: HttpRequest, number: str) -> dict[str, Any]:
    """One public penalty; 404 once its term is over or it was quashed."""
    if (case := queries.public_penalty(number)) is None:
        raise NotFound(
            _("The penalty “%(number)s” was asked for.") % {"number": number[:40]},
            _("No such penalty is public today."),
            _("See the list of those that are."),
        )
    return _penalty(case)


@router.get("/cases", response={200: Page[CaseOut]} | ERRORS)
def list_cases(
    request: HttpRequest, state: str = "", cause: str = "", outcome: str = "", party: str = "", limit: Limit = 50,
    after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Cases that you may see."""
    wanted = {"state": state, "cause": cause, "outcome": outcome, "party": party}
    rows = _seen(Case, request).filter(**{name: value for name, value in wanted.items() if value})
    return page_of(rows, lambda one: one, limit=limit, after=after)


@router.get("/cases/{key}", response={200: CaseWhole} | ERRORS)
def show_case(request: HttpRequest, key: str) -> dict[str, Any]:
    """One case with all that belongs to it."""
    case = one_of(_seen(Case, request), pk=key)
    whole = {field.attname: getattr(case, field.attname) for field in case._meta.concrete_fields}
    duties = _seen(Duty, request).filter(case=case).select_related("officer", "raised_to").order_by("from_on", "key")
    parts = {
        "evidence": (Evidence, "number"), "papers": (Paper, "made_on"), "transfers": (Transfer, "proposed_on"),
        "remedies": (Remedy, "asked_on"),
    }  # fmt: skip
    return whole | {
        "duties": list(duties),
        **{name: list(_seen(model, request).filter(case=case).order_by(order, "key"))
           for name, (model, order) in parts.items()},
    }  # fmt: skip


def _penalty(case: Case) -> dict[str, Any]:
    breach = terms.row("breaches", case.breach, on=case.rules_on)
    published_on: Any = case.published_on
    return {
        "number": case.number, "party": queries.shown_party(case), "firm": case.party_id,
        "title": queries.shown_text(case, case.title), "product_name": case.product_name, "county": case.county_id,
        "breach": case.breach, "breach_title": terms.said(breach) if breach else "",
        "written_in": terms.said(breach, "written") if breach else "", "procedure": case.procedure,
        "fine": case.fine, "confiscated": case.confiscated, "grounds": queries.shown_text(case, case.grounds),
        "decided_on": case.decided_on, "published_on": published_on, "public_until": case.public_until,
        "term": terms.spoken(public_term(case, on=published_on), on=published_on),
    }  # fmt: skip


def _seen(model: Any, request: HttpRequest) -> Any:
    rights.demand(request.user, rights.view_right(model))
    return scoped(model, request.user).filter(withdrawn_on=None)

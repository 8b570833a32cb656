"""Papers of cases: what each says when it is made, and the paper as a file, from what was kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from banyan.kit import titles
from banyan.kit.documents import FORMS, Document, Pairs, Paragraph, Signatures
from banyan.kit.terms import value
from banyan.response.casework.models import Case, Paper
from banyan.response.casework.queries import terms

Content = tuple[list[tuple[str, Any]], list[str], tuple[str, ...]]
"""What a paper says: names with values, sentences, and the keys of the terms that it cites."""


def filing(case: Case) -> Content:
    pairs = [(_("Cause"), case.get_cause_display()), (_("Filed on"), case.filed_on), (_("Decide by"), case.decide_by)]
    return pairs, [_("There is reason to suspect a breach; a case is filed.")], ("casework.verify", "casework.decide")


def hold(case: Case) -> Content:
    held = [one for one in case.evidence.filter(withdrawn_on=None).order_by("number") if one.hold_until]
    return [(_("Held until"), max((one.hold_until for one in held if one.hold_until), default=""))], [
        f"{one.number}. {one.title} · SHA-256 {one.digest}" for one in held
    ], ("casework.hold",)  # fmt: skip


def conclusion(case: Case) -> Content:
    listed = [
        titles.paired(
            f"{one.number}. {one.get_kind_display()}", f"{one.title} ({one.taken_on}) · SHA-256 {one.digest}"
        )
        for one in case.evidence.filter(withdrawn_on=None).order_by("number")
    ]
    return [(_("Concluded on"), case.concluded_on)], [case.findings, _("Evidence:"), *listed], ("casework.decide",)


def review(case: Case) -> Content:
    return [(pgettext("legal review", "Reviewed on"), case.reviewed_on)], [case.opinion], ("casework.review",)


def announcement(case: Case) -> Content:
    said = [
        case.grounds,
        _("You may state your case and defend yourself until %(day)s.") % {"day": case.state_by},
    ]
    least, where = value("casework.hearing_from_fine", on=case.rules_on)
    if least is not None and (case.fine_proposed or 0) >= least:
        said.append(_("You may ask for a hearing until the same day (%(where)s).") % {"where": where})
    return [*_breach(case), (_("Fine intended"), case.fine_proposed), (_("Confiscated"), case.confiscated)], said, (
        "casework.statement",
    )  # fmt: skip


def hearing(case: Case) -> Content:
    return [(_("Hearing on"), case.hearing_on)], [_("You asked for a hearing. It is held on the day above.")], (
        "casework.statement",
    )  # fmt: skip


def decision(case: Case) -> Content:
    said = [
        case.findings, case.grounds,
        _("Pay within the term below from the day on which you receive this decision; each day of delay costs a "
          "surcharge. Who does not accept it may ask for reconsideration or go to court."),
    ]  # fmt: skip
    return [*_breach(case), (_("Fine"), case.fine), (_("Confiscated"), case.confiscated),
            (_("Decided on"), case.decided_on)], said, ("casework.decide", "casework.pay")  # fmt: skip


def on_spot(case: Case) -> Content:
    said = [
        case.grounds, _("You were told what was found and why, and could state your case on the spot."),
        _("Who does not accept this decision may ask for reconsideration or go to court."),
    ]  # fmt: skip
    fine = (_("Fine"), case.fine) if case.fine else (_("Penalty"), _("warning"))
    pairs = [*_breach(case), fine, (_("Decided on"), case.decided_on), (_("Pay by"), case.pay_by)]
    return pairs, said, ("casework.pay",) if case.fine else ()


def no_penalty(case: Case) -> Content:
    return [(_("Outcome"), case.get_outcome_display()), (_("Decided on"), case.decided_on)], [case.grounds], (
        "casework.decide",
    )  # fmt: skip


def receipt(case: Case) -> Content:
    pairs = [(_("Served on"), case.served_on), (_("Manner of service"), case.manner), (_("Pay by"), case.pay_by)]
    return pairs, [], ("casework.serve", "casework.pay")


def demand(case: Case) -> Content:
    return [(_("Fine"), case.fine), (_("Pay by"), case.pay_by), (_("Paid"), case.paid)], [
        _("You have not paid within the term. Pay what is owed and the surcharge within the term below; otherwise "
          "the court will be asked to enforce it.")
    ], ("casework.demand",)  # fmt: skip


def transfer(case: Case) -> Content:
    one = case.transfers.filter(withdrawn_on=None).order_by("-proposed_on", "-key").first()
    pairs = [(_("Amount"), one.amount), (_("Threshold"), one.threshold), (_("Sent to"), one.police)] if one else []
    return pairs, [case.findings, _("The case may be a crime; it is handed over with its file and evidence.")], (
        "casework.transfer_decide", "casework.transfer_send",
    )  # fmt: skip


def closing(case: Case) -> Content:
    pairs = [(_("Outcome"), case.get_outcome_display()), (_("Fine"), case.fine), (_("Paid"), case.paid),
             (_("Published on"), case.published_on), (_("Closed on"), case.closed_on)]  # fmt: skip
    return pairs, [], ("casework.close",)


TEMPLATES: Mapping[str, Callable[[Case], Content]] = {
    "filing": filing, "hold": hold, "conclusion": conclusion, "review": review, "announcement": announcement,
    "hearing": hearing, "decision": decision, "on_spot": on_spot,
    "no_penalty": no_penalty, "receipt": receipt, "demand": demand,
    "transfer": transfer, "closing": closing,
}  # fmt: skip


def composed(case: Case, template: str) -> tuple[dict[str, Any], list[str]]:
    """What a paper of a case says now, and the rules that it cites, as it is kept."""
    pairs, paragraphs, cited = TEMPLATES[template](case)
    party = (
        f"{case.party} ({case.party.uscc})" if case.party and case.party.uscc else str(case.party or case.party_name)
    )
    known = [
        (_("Case"), case.number), (_("Party"), party), (_("Address"), case.party.address if case.party else ""),
        (_("Matter"), case.title), (_("Product"), case.product_name), (_("Lots"), case.lots), *pairs,
    ]  # fmt: skip
    body = {
        "pairs": [[name, str(one)] for name, one in known if one not in ("", None)],
        "paragraphs": [one for one in paragraphs if one],
    }
    rules = [said for key in cited if (said := terms.spoken(key, on=case.rules_on))]
    line = terms.row("breaches", case.breach, on=case.rules_on) if case.breach else None
    return body, [*([terms.said(line, "written")] if line else []), *rules]


def document(paper: Paper) -> Document:
    """A paper as it was made, ready to be written as Word or PDF."""
    return Document(
        title=paper.title,
        number=_("No. %(number)s") % {"number": paper.number},
        foot=f"{paper.office} · {paper.made_on}",
        blocks=[
            Pairs([(name, one) for name, one in paper.body["pairs"]]),
            *(Paragraph(text) for text in paper.body["paragraphs"]),
            *(
                [Paragraph(_("Written in: %(where)s.") % {"where": titles.strung(paper.cited)}, True)]
                if paper.cited
                else []
            ),
            Signatures([_("Received by"), _("For the authority")]),
        ],
    )


def papers_of(paper: Paper) -> list[tuple[str, str]]:
    """The one file of a paper: (name in addresses, title)."""
    return [(paper.template.replace("_", "-"), paper.title)]


def written(_name: str, paper: Paper, *, form: str) -> tuple[bytes, str]:
    """A paper as a file, with its media type."""
    write, media_type = FORMS[form]
    return write(document(paper)), media_type


def _breach(case: Case) -> list[tuple[str, Any]]:
    on: date = case.rules_on
    return [
        (_("Breach"), terms.title_of("breaches", case.breach, on=on)),
        (_("Value of the goods"), case.goods_value),
        (_("Step of discretion"), terms.title_of("discretion", case.step, on=on)),
    ]

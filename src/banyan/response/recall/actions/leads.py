"""Verbs of leads: entered by officers, by firms, by files and of failed samples; forwarded, joined, dismissed.

Bulk verbs: `enter_leads(leads=…)` and `take_in_notices(leads=…)` give the leads, `dismiss_leads(leads=…)`,
`withdraw_leads(leads=…)`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Organisation, Product
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.queries import Sample
from banyan.response.recall.actions import goods
from banyan.response.recall.models import LEAD_FLOW, Inquiry, Lead
from banyan.response.recall.models.leads import Source
from banyan.response.recall.queries import terms
from banyan.response.recall.queries.matching import pointing_here


@verb("recall.leads.entered", right="recall.enter", title=gettext_lazy("Leads entered"))
def enter_leads(deed: Deed, *, leads: Sequence[Lead]) -> Sequence[Lead]:
    """Enter leads. What may be a defect is to be investigated: the term to order that begins."""
    return _entered(deed, leads)


@verb("recall.notices.taken_in", right="recall.enter", title=gettext_lazy("Notices of authorities taken in"))
def take_in_notices(deed: Deed, *, leads: Sequence[Lead]) -> Sequence[Lead]:
    """Enter notices of other authorities as leads. No term runs until goods here are found to be concerned."""
    return _entered(deed, leads, is_judged=False)


@verb(
    "recall.lead.concerns", right="recall.decide", names=("product", "maker"),
    title=gettext_lazy("Lead found to concern goods here"),
)  # fmt: skip
def concern_goods(
    deed: Deed, *, lead: Lead, product: Product | None = None, maker: Organisation | None = None
) -> Lead:
    """Say which registered product, or which firm, a lead concerns: the term to order an investigation begins."""
    LEAD_FLOW.demand(lead, "concern_goods")
    if product is None and maker is None:
        raise Refused(
            _("Saying whom %(lead)s concerns was asked for.") % {"lead": lead},
            _("Neither a product nor a firm is named."),
            _("Choose one of the registry; or dismiss the lead where it concerns none."),
            code="goods-missing",
        )
    lead.product, lead.maker = product or lead.product, maker or (product.maker if product else lead.maker)
    lead.county = lead.maker.county if lead.maker else lead.county
    goods.complete(lead)
    terms.run_clock(lead, "order_investigation", start=deed.on)
    return deed.save(lead, *goods.SHARED, *terms.CLOCK)


@verb("recall.lead.reported", right="recall.answer", title=gettext_lazy("Defect reported by the firm"))
def report_defect(deed: Deed, *, lead: Lead) -> Lead:
    """Enter what a firm reports of its own goods, or of goods that it sold."""
    lead.source = Source.FIRM
    if lead.reporter_id is None:
        raise Refused(
            _("Reporting a defect was asked for."),
            _("It is not said which firm reports."),
            _("Choose the firm."),
            terms.written(lead, "report", on=deed.on),
            code="reporter-missing",
        )
    return _entered(deed, [lead])[0]


@verb("recall.lead.of_sample", right="recall.enter", names=("sample",), title=gettext_lazy("Lead of a failed sample"))
def make_lead_of_sample(deed: Deed, *, sample: Sample) -> Lead:
    """Make a lead of a sample that failed. Raises Refused where it did not, or where there is one."""
    asked = _("A lead of sample %(sample)s was asked for.") % {"sample": sample.number}
    if sample.conclusion != "failed" or sample.withdrawn_on:
        raise Refused(
            asked, _("It did not fail, or it was withdrawn."), _("Choose a sample that failed."), code="not-failed"
        )
    if standing := Lead.objects.filter(sample=sample, withdrawn_on=None).first():
        raise Refused(
            asked,
            _("Lead %(number)s was made of it.") % {"number": standing.number},
            _("Go on with that one."),
            code="lead-twice",
        )
    lead = Lead(
        source=Source.SPOT_CHECK, sample=sample, product_id=sample.product_id, product_name=sample.product_name,
        brand=sample.brand, model=sample.model[:160], lots=sample.lot, product_class_id=sample.product_class_id,
        maker_id=sample.maker_id, maker_name=sample.maker_name,
        county_id=sample.origin_county_id or sample.county_id, happened_on=sample.judged_on,
        is_grave=sample.grade == "serious", defect=_failed_items(sample),
    )  # fmt: skip
    return _entered(deed, [lead])[0]


@verb("recall.leads.dismissed", right="recall.decide")
def dismiss_leads(deed: Deed, *, leads: Sequence[Lead]) -> Sequence[Lead]:
    """Dismiss leads that point to no defect, with the reason."""
    terms.demand_reason(deed.reason, _("Dismissing a lead"))
    return _decided(deed, leads, "dismiss_lead")


@verb("recall.lead.forwarded", right="recall.decide")
def forward_lead(deed: Deed, *, lead: Lead, forwarded_to: str) -> Lead:
    """Forward a lead to the authority of the province in which the maker sits."""
    lead.forwarded_to = forwarded_to.strip()
    if not lead.forwarded_to:
        raise Refused(
            _("Forwarding %(lead)s was asked for.") % {"lead": lead},
            _("It is not said to whom."),
            _("Name the province's authority."),
            terms.written(lead, "forward", on=deed.on),
            code="addressee-missing",
        )
    return _decided(deed, [lead], "forward_lead")[0]


@verb("recall.lead.joined", right="recall.decide")
def join_inquiry(deed: Deed, *, lead: Lead, inquiry: Inquiry) -> Lead:
    """Join a lead to an inquiry that runs already, because it is about the same goods."""
    if inquiry.state not in ("ordered", "reported"):
        raise Refused(
            _("Joining %(lead)s to %(inquiry)s was asked for.") % {"lead": lead, "inquiry": inquiry},
            _("That inquiry is concluded."),
            _("Order a new investigation."),
            code="inquiry-concluded",
        )
    lead.inquiry = inquiry
    return _decided(deed, [lead], "join_inquiry")[0]


@verb("recall.leads.withdrawn", right="recall.decide")
def withdraw_leads(deed: Deed, *, leads: Sequence[Lead]) -> Sequence[Lead]:
    """Withdraw leads that were entered wrongly, with a reason; they stay and count no more."""
    terms.demand_reason(deed.reason, _("Withdrawing a lead"))
    for lead in leads:
        if lead.state != "received":
            LEAD_FLOW.demand(lead, "dismiss_lead")
        lead.withdrawn_on, lead.withdrawn_reason = deed.on, deed.reason
        terms.stop_clock(lead)
    deed.save_many(leads, "withdrawn_on", "withdrawn_reason", *terms.CLOCK)
    return leads


def _entered(deed: Deed, leads: Sequence[Lead], *, is_judged: bool = True) -> Sequence[Lead]:
    if not leads:
        return leads
    for lead in leads:
        goods.complete(lead)
        lead.received_on = lead.received_on or deed.on
        terms.demand_order(
            what=gettext_lazy("The lead"), of=lead.product_name, day=lead.received_on, earliest=lead.happened_on,
            latest=deed.on,
        )  # fmt: skip
        if is_judged:
            terms.demand_recent(what=gettext_lazy("The lead"), of=lead.product_name, day=lead.received_on, on=deed.on)
            terms.run_clock(lead, "order_investigation", start=lead.received_on)
    for place in pointing_here(leads):
        leads[place].is_likely = True
    goods.number(deed, leads)
    deed.add_many(leads)
    return leads


def _decided(deed: Deed, leads: Sequence[Lead], move: str) -> Sequence[Lead]:
    for lead in leads:
        LEAD_FLOW.move(lead, move)
        lead.decided_on = deed.on
        terms.stop_clock(lead)
    deed.save_many(leads, "state", "decided_on", "inquiry", "forwarded_to", *terms.CLOCK)
    return leads


def conclude_leads(deed: Deed, leads: Sequence[Lead], move: str) -> None:
    """Say in leads what their inquiry came to, within another verb's deed."""
    if leads:
        _decided(deed, leads, move)


def _failed_items(sample: Sample) -> str:
    """The items by which a sample failed, as the laboratory wrote them."""
    results = sample.results.filter(withdrawn_on=None).order_by("-reported_on", "-key")
    if (result := results.first()) is None:
        return ""
    failed = result.items.filter(conclusion="failed").order_by("order")[:12]
    return "; ".join(f"{one.item} {one.value} {one.unit} ({one.limit})".strip() for one in failed)

"""Verbs by which a maker lets the public read the way of its lots."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan import epcis
from banyan.base.registry.queries import Organisation
from banyan.kit import Refused, keys
from banyan.kit.verbs import Deed, verb
from banyan.records.trace import queries
from banyan.records.trace.models import PublishedTrace

CAPTURE = "traceability.capture"


@verb("trace.published", right=CAPTURE, title=gettext_lazy("Trace published"))
def publish_trace(deed: Deed, *, organisation: Organisation, identifier: str) -> PublishedTrace:
    """
    Publish the way of a lot as it is known now; it takes the place of what was published of the lot before.

    Only the maker publishes: the lot's bar code is that of a registered product of the organisation. Raises Refused
    otherwise, and where no event that the person may read tells where the lot was made.
    """
    asked = _("The way of %(lot)s was to be published.") % {"lot": identifier}
    try:
        identifier = epcis.canonical(identifier)
    except epcis.BadIdentifier as wrong:
        raise Refused(asked, str(wrong), _("Write it as it stands on the pack."), "GS1 Digital Link") from wrong
    lot = queries.lot_of(identifier)
    if lot is None or lot.product is None or lot.product.maker_id != organisation.pk:
        raise Refused(
            asked,
            _("It is no lot of a product that is registered for %(firm)s.") % {"firm": organisation},
            _("Register the product with its bar code, and capture the events of the lot."),
            code="not-its-lot",
        )
    way = queries.way_of(lot, person=deed.by, on=deed.on)
    if way.made_on is None:
        raise Refused(
            asked,
            _("No event tells where and when it was made."),
            _("Capture the event that commissions the lot or transforms something into it."),
            code="no-origin",
        )
    for earlier in PublishedTrace.objects.filter(identifier=identifier, withdrawn_on=None):
        earlier.withdrawn_on, earlier.withdrawn_reason = deed.on, str(_("Replaced by a later one."))
        deed.save(earlier, "withdrawn_on", "withdrawn_reason")
    return deed.add(
        PublishedTrace(
            key=keys.fresh("way"), identifier=identifier, product=lot.product, organisation=organisation,
            county_id=way.county or None, made_on=way.made_on, sources=way.sources, districts=way.districts,
            gaps=way.gaps, receipt=way.receipt, published_on=deed.on,
        )
    )  # fmt: skip


@verb("trace.unpublished", right=CAPTURE, title=gettext_lazy("Published trace withdrawn"))
def withdraw_trace(deed: Deed, *, trace: PublishedTrace) -> Any:
    """Take the way of a lot back: the public reads it no more."""
    return deed.withdraw(trace)

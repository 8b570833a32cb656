"""Where clues come from: records of other rooms that may be a breach and that no clue was made of yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from banyan.insight.alerts import queries as alerts
from banyan.kit.terms import value
from banyan.records.inspection.queries import Correction, Sample
from banyan.response.casework.models import Cause, Clue
from banyan.response.complaints.queries import Complaint, Track


def candidates(*, on: date) -> list[Clue]:
    """Unsaved clues of what was found within the days that the house takes in, in the order in which they were found.

    Of samples, those whose firm was ordered to correct; of alerts, those that an officer has put under investigation;
    of messages, reports that lie with an office undecided. What the sender wrote stays with the message.
    """
    days, _where = value("casework.days_taken_in", on=on)
    if days is None:
        return []
    since = on - timedelta(days=int(days))
    return [*_of_samples(since, on), *_of_alerts(since, on), *_of_reports(since, on)]


def _of_samples(since: date, on: date) -> list[Clue]:
    orders = Correction.objects.filter(ordered_on__gte=since, ordered_on__lte=on, withdrawn_on=None)
    found = (
        orders.exclude(sample__in=_known(Sample.noun)).select_related("sample", "party").order_by("ordered_on", "key")
    )
    return [clue_of_order(one) for one in found]


def clue_of_order(order: Correction) -> Clue:
    """The clue that a failed sample's order to correct gives."""
    sample = order.sample
    with translation.override(settings.LANGUAGE_CODE):  # the title stays in the record, whoever asks for the clue
        title = _("failed sample: %(product)s") % {"product": sample.product_name}
    return Clue(
        cause=Cause.SAMPLE, source_noun=Sample.noun, source_key=sample.pk,
        title=title, party_id=order.party_id,
        party_name=order.party.name, product_class_id=sample.product_class_id, product_name=sample.product_name,
        lots=sample.lot, county_id=order.party.county_id or sample.county_id, happened_on=order.ordered_on,
    )  # fmt: skip


def _of_alerts(since: date, on: date) -> list[Clue]:
    found = alerts.under_investigation(since=since, until=on).exclude(pk__in=_known("alerts.alert"))
    return [
        Clue(
            cause=Cause.ALERT, source_noun=one.noun, source_key=one.pk, title=str(one)[:240], detail=one.explanation,
            party=one.seller, party_name=one.seller.name if one.seller else "", product_class=one.product,
            product_name=str(one.product or ""), county_id=one.county_id, happened_on=one.noticed_on,
        )
        for one in found
    ]  # fmt: skip


def _of_reports(since: date, on: date) -> list[Clue]:
    found = Complaint.objects.filter(
        track=Track.REPORT, state="routed", received_on__gte=since, received_on__lte=on, withdrawn_on=None
    ).exclude(pk__in=_known(Complaint.noun))
    return [
        Clue(
            cause=Cause.REPORT, source_noun=one.noun, source_key=one.pk,
            title=_("report of a breach: %(product)s") % {"product": one.product_name or one.number},
            party_id=one.firm_id, party_name=one.firm.name if one.firm else one.firm_name,
            product_class_id=one.product_class_id, product_name=one.product_name, county_id=one.office_id,
            happened_on=one.received_on,
        )
        for one in found.select_related("firm").order_by("received_on", "key")
    ]  # fmt: skip


def _known(noun: str) -> Any:
    return Clue.objects.filter(source_noun=noun, withdrawn_on=None).values("source_key")

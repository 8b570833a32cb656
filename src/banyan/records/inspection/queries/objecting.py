"""Objecting: who is a party to a result, until when it may object, and when a re-test is barred."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused
from banyan.records.inspection.models import OBJECTION_FLOW, Conclusion, ItemResult, Objection, Sample, Service
from banyan.records.inspection.queries import terms


def parties_of(sample: Sample) -> list[tuple[str, str]]:
    """The parties that a result is told to: (role, organisation key). One firm in both roles is told once."""
    found: dict[str, str] = {}
    if sample.seller_id:
        found[sample.seller_id] = Service.Role.SELLER
    if sample.maker_id and sample.maker_id not in found:
        found[sample.maker_id] = Service.Role.MAKER
    return [(role, key) for key, role in found.items()]


def demand_party_in_time(objection: Objection, served: dict[tuple[str, str], Any], *, on: date) -> None:
    """Refuse who is no party, and who comes before the result was served or after the term."""
    sample = objection.sample
    asked = _("An objection of %(party)s to %(sample)s was to be entered.")
    asked %= {"party": objection.party, "sample": sample}
    if objection.party_id not in {key for _role, key in parties_of(sample)}:
        raise Refused(
            asked, _("It is neither the sampled party nor the nominal maker."),
            _("Only these two may object."),
            terms.written(scheme=sample.scheme, step="objection", on=on), code="not-a-party",
        )  # fmt: skip
    terms.demand_order(
        what=gettext_lazy("The objection"),
        of=sample,
        day=objection.filed_on,
        earliest=sample.served_on,
        latest=on,
    )
    step = "retest_request" if objection.kind == Objection.Kind.RETEST else "objection"
    term = terms.due(scheme=sample.scheme, step=step, start=sample.served_on) if sample.served_on else None
    last = term.on if term else served.get((sample.pk, objection.party_id))
    if last and objection.filed_on > last:
        raise Refused(
            asked, _("The result was served on %(served)s; the term ended on %(due)s.")
            % {"served": sample.served_on, "due": last},
            _("The result counts as accepted. A fault of our own is mended by a correction with a reason."),
            terms.written(scheme=sample.scheme, step=step, on=sample.served_on or on), code="objection-late",
        )  # fmt: skip


def demand_first(objection: Objection, before: Objection | None) -> None:
    """Refuse a second objection of a party to the same service."""
    sample = objection.sample
    if before and before.withdrawn_on is None and (not sample.served_on or before.filed_on >= sample.served_on):
        raise Refused(
            _("An objection of %(party)s to %(sample)s was to be entered.")
            % {"party": objection.party, "sample": sample},
            _("It has objected on %(day)s already.") % {"day": before.filed_on},
            _("Add what is new to that objection."),
            OBJECTION_FLOW.written,
            code="objected-already",
        )


def demand_retestable(objections: Sequence[Objection], samples: Sequence[Sample], *, on: date) -> None:
    """Order 15, art. 31: no re-test of microbes, none once the spare is past its time."""
    barred = terms.column("food_sampling.microbial_words", "word", on=on)
    food = [sample.pk for sample in samples if sample.scheme.startswith("food_")]
    microbes = {
        sample
        for sample, category, item in ItemResult.objects.filter(
            result__sample__in=food, conclusion=Conclusion.FAILED
        ).values_list("result__sample_id", "category", "item")
        if any(word in category or word in item for word in barred)
    }
    for objection, sample in zip(objections, samples, strict=True):
        asked = _("Granting a re-test of %(sample)s was asked for.") % {"sample": sample}
        where = terms.written(scheme=sample.scheme, step="retest_request", on=on)
        if objection.kind != Objection.Kind.RETEST:
            raise Refused(
                asked, _("The objection does not ask for one."), _("Reject it, or uphold it without a test."),
                where, code="retest-not-asked",
            )  # fmt: skip
        if sample.pk in microbes:
            raise Refused(
                asked, _("Microbes failed, and they change in the spare."), _("Reject the objection."),
                where, code="retest-microbes",
            )  # fmt: skip
        if sample.spare_until and on > sample.spare_until:
            raise Refused(
                asked, _("The spare had to be kept until %(day)s only.") % {"day": sample.spare_until},
                _("Reject the objection."), where, code="spare-expired",
            )  # fmt: skip

"""Objecting: who is a party to a result, until when it may object, where the result stands, what bars a re-test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused, rights
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


PART = 2000


class Standing(NamedTuple):
    """Where a served result stands: its sample's state, and the step whose term runs since a day."""

    state: str
    step: str = ""
    since: date | None = None


STANDS = {
    "retest_running": "retest_running", "retest_granted": "retest_granted",
    "spare_rejected": "objection_filed", "filed": "objection_filed",
}  # fmt: skip
"""The open states of an objection, the furthest first, and the state in which each of them holds its sample."""


def where_it_stands(sample: Sample, *, objections: Sequence[Objection], services: Any, on: date) -> Standing:
    """Final once no objection is open and no other party's term to object runs (order 18, art. 36 and 42).

    Of several open objections the one that is furthest holds the sample, among equals the one that waits longest.
    """
    waiting = [one for one in objections if one.state in STANDS and one.withdrawn_on is None]
    if waiting:
        furthest = list(STANDS)
        first = min(waiting, key=lambda one: (furthest.index(one.state), one.moved_on or one.filed_on, one.pk))
        return Standing(STANDS[first.state], *_step_of(first, sample.scheme))
    if may_still_object(sample, objections=objections, services=services, on=on):
        return Standing("result_served", "objection", sample.served_on)
    return Standing("result_final")


def may_still_object(
    sample: Sample, *, objections: Iterable[Objection], services: Iterable[Service], on: date
) -> list[str]:
    """The keys of the parties whose term to object to a failure runs on a day and who have not objected to it."""
    if sample.conclusion != Conclusion.FAILED:
        return []
    parties = _not_heard(sample, objections)
    return [one.party_id for one in services if one.party_id in parties and one.object_by and one.object_by >= on]


def who_may_object(sample: Sample, person: Any) -> list[Any]:
    """The firms that may still object to a result and for which a person may speak; all of them for an authority."""
    open_to = _not_heard(sample, Objection.objects.filter(sample=sample))
    reached = rights.reaches(person, "inspection.object")
    own = {one.path for one in reached if one.dimension == "organisation"}
    return [
        firm
        for firm in dict.fromkeys((sample.seller, sample.maker))
        if firm and firm.pk in open_to and (not own or firm.pk in own)
    ]


def _not_heard(sample: Sample, objections: Iterable[Objection]) -> set[str]:
    """The keys of the parties to a sample that have not objected to the standing service of its result."""
    heard = {one.party_id for one in objections if _is_of_this_service(one, sample)}
    return {key for _role, key in parties_of(sample)} - heard


def _step_of(objection: Objection, scheme: str) -> tuple[str, date | None]:
    """The step whose term an open objection waits for, and since when it runs."""
    if objection.state == "retest_running":
        return "retest_result", objection.moved_on or objection.formalities_on or objection.decided_on
    if objection.state == "retest_granted":
        if objection.formalities_on is None and terms.rule_of(scheme=scheme, step="formalities"):
            return "formalities", objection.decided_on
        return "retest_laboratory", objection.formalities_on or objection.decided_on
    return "decide", objection.filed_on if objection.state == "filed" else objection.moved_on or objection.decided_on


def _is_of_this_service(objection: Objection, sample: Sample) -> bool:
    """Whether an objection stands and is not one to an earlier service of a result that was judged anew."""
    return objection.withdrawn_on is None and (not sample.served_on or objection.filed_on >= sample.served_on)


def services_of(samples: Sequence[Sample]) -> dict[str, list[Service]]:
    """The services of samples, by sample."""
    return _by_sample(Service.objects.order_by("key"), samples)


def objections_of(samples: Sequence[Sample]) -> dict[str, list[Objection]]:
    """All objections to samples, by sample, the earliest first."""
    return _by_sample(Objection.objects.order_by("filed_on", "key"), samples)


def _by_sample(rows: Any, samples: Sequence[Sample]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for start in range(0, len(samples), PART):
        for one in rows.filter(sample__in=[sample.pk for sample in samples[start : start + PART]]):
            found[one.sample_id].append(one)
    return found


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


def demand_first(objection: Objection, earlier: Sequence[Objection]) -> None:
    """Refuse a second objection of a party to the same service, and asking for a re-test after the last word."""
    sample = objection.sample
    standing = [one for one in earlier if _is_of_this_service(one, sample)]
    asked = _("An objection of %(party)s to %(sample)s was to be entered.")
    asked %= {"party": objection.party, "sample": sample}
    if before := next((one for one in standing if one.party_id == objection.party_id), None):
        raise Refused(
            asked, _("It has objected on %(day)s already.") % {"day": before.filed_on},
            _("Add what is new to that objection."), OBJECTION_FLOW.written, code="objected-already",
        )  # fmt: skip
    if objection.kind == Objection.Kind.RETEST and any(one.state == "retest_done" for one in standing):
        raise Refused(
            asked, _("A re-test was made for another party, and its conclusion is final."),
            _("Object only if the goods are not its own, or if sampling or method are contested."),
            OBJECTION_FLOW.written, code="retest-done",
        )  # fmt: skip


def demand_spare_free(objection: Objection, others: Iterable[Objection]) -> None:
    """There is one spare: refuse a re-test while another party's runs, after it, and once the spare was broken."""
    for other in others:
        if other.pk == objection.pk or not _is_of_this_service(other, objection.sample):
            continue
        if other.state == "retest_done":
            prevents = _("A re-test was made for another party, and its conclusion is final.")
        elif other.state in ("retest_granted", "retest_running"):
            prevents = _("A re-test was granted to another party, and there is one spare.")
        elif other.is_spare_intact is False:
            prevents = _("The seal of the spare was found broken.")
        else:
            continue
        raise Refused(
            _("Granting a re-test of %(sample)s was asked for.") % {"sample": objection.sample}, prevents,
            _("Reject the objection with that reason, uphold it without a test, or wait for the other one's end."),
            OBJECTION_FLOW.written, code="spare-not-free",
        )  # fmt: skip


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

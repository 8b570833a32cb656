"""Results: told to the parties, final when nobody objects in time, published by the organiser, closed.

Bulk verbs, each one event and a version per record, no query per row; all also take `by=`, `on=`, `reason=`:
`notify_results(samples=…)`, `serve_results(samples=…)`, `let_objections_lapse(samples=…)`,
`publish_results(samples=…)`, `close_samples(samples=…)`. Days of rows lie in the rows (`served_on`,
`final_on`, `published_on`); where empty, the deed's day counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused, rights
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.models import SAMPLE_FLOW, Conclusion, Correction, Sample, Service
from banyan.records.inspection.queries import terms
from banyan.records.inspection.queries.objecting import parties_of

ORGANISER_ONLY = gettext_lazy("SAMR order 18, art. 10")


@verb("inspection.results.notified", right="inspection.decide")
def notify_results(deed: Deed, *, samples: Sequence[Sample]) -> Sequence[Sample]:
    """Tell the parties of samples that passed or could not be judged."""
    for sample in samples:
        SAMPLE_FLOW.move(sample, "notify_result")
        _dated(deed, sample)
        sample.final_on = sample.served_on
        terms.stop_clock(sample)
    _add_services(deed, samples, manner="")
    return deed.save_many(samples, "state", "served_on", "final_on", *terms.CLOCK)


@verb("inspection.results.served", right="inspection.decide")
def serve_results(deed: Deed, *, samples: Sequence[Sample], manner: str = "") -> Sequence[Sample]:
    """Record that failures were served on seller and nominal maker; the term to object runs from that day."""
    for sample in samples:
        SAMPLE_FLOW.move(sample, "serve_result")
        _dated(deed, sample)
        run_objection_term(sample)
    _add_services(deed, samples, manner=manner)
    return deed.save_many(samples, "state", "served_on", *terms.CLOCK)


@verb("inspection.results.final", right="inspection.decide")
def let_objections_lapse(deed: Deed, *, samples: Sequence[Sample]) -> Sequence[Sample]:
    """Record that nobody objected in time: the results are final from the day after the term."""
    for sample in samples:
        SAMPLE_FLOW.move(sample, "let_objection_lapse")
        if sample.due_on is None:
            sample.final_on = sample.final_on or deed.on
        elif sample.due_on >= deed.on:
            raise Refused(
                _("Making the result of %(sample)s final was asked for.") % {"sample": sample},
                _("The parties may object until %(due)s.") % {"due": sample.due_on},
                _("Wait until that day is over."),
                terms.written(scheme=sample.scheme, step="objection", on=sample.served_on or deed.on),
                code="term-runs",
            )
        else:
            sample.final_on = terms.one_day_later(sample.due_on)
        after_final(sample)
    return deed.save_many(samples, "state", "final_on", *terms.CLOCK)


@verb("inspection.results.published", right="inspection.publish")
def publish_results(deed: Deed, *, samples: Sequence[Sample]) -> Sequence[Sample]:
    """Publish final results. Only the authority that organised the check may do so."""
    places = {reach.path for reach in rights.reaches(deed.by, deed.right, on=deed.on) if reach.dimension == "region"}
    everywhere = any(not reach.dimension for reach in rights.reaches(deed.by, deed.right, on=deed.on))
    paths = {} if everywhere else _organisers(samples)
    for sample in samples:
        state = sample.state
        SAMPLE_FLOW.move(
            sample, "publish_result", to="published" if state in ("result_notified", "result_final") else state
        )
        if not everywhere and paths.get(sample.pk) not in places:
            raise Refused(
                _("Publishing the result of %(sample)s was asked for.") % {"sample": sample},
                _("The check was organised by %(authority)s.")
                % {"authority": sample.authority or _("an authority that is not stated")},
                _("Ask that authority to publish it, or for its consent."),
                str(ORGANISER_ONLY),
                code="not-the-organiser",
            )
        if sample.published_on and state not in ("result_notified", "result_final"):
            raise Refused(
                _("Publishing the result of %(sample)s was asked for.") % {"sample": sample},
                _("It was published on %(day)s.") % {"day": sample.published_on},
                _("Nothing more needs to be done."),
                code="published-already",
            )
        sample.published_on = sample.published_on or deed.on
        terms.demand_order(
            what=gettext_lazy("The publication"), of=sample,
            day=sample.published_on, earliest=sample.final_on, latest=deed.on,
        )  # fmt: skip
    return deed.save_many(samples, "state", "published_on")


@verb("inspection.samples.closed", right="inspection.decide")
def close_samples(deed: Deed, *, samples: Sequence[Sample]) -> Sequence[Sample]:
    """Close samples of which nothing more follows. A failure is closed only after its correction."""
    failed = [sample for sample in samples if sample.conclusion == Conclusion.FAILED]
    ended = set(
        Correction.objects.filter(
            sample__in=failed, state__in=("recheck_passed", "licence_revoked"), withdrawn_on=None
        ).values_list("sample_id", flat=True)
    ) if failed else set()  # fmt: skip
    for sample in samples:
        SAMPLE_FLOW.move(sample, "close_sample")
        if sample.conclusion == Conclusion.FAILED and sample.pk not in ended:
            raise Refused(
                _("Closing %(sample)s was asked for.") % {"sample": sample},
                _("It failed, and no correction has been rechecked."),
                _("Order the correction, and close after the re-check."),
                _("SAMR order 18, art. 46-48"),
                code="not-corrected",
            )
        terms.stop_clock(sample)
    return deed.save_many(samples, "state", *terms.CLOCK)


@verb("inspection.sample.handed_to_enforcement", right="inspection.decide")
def hand_to_enforcement(deed: Deed, *, sample: Sample, case: str) -> Sample:
    """Note the number of the enforcement case that a final failure has led to."""
    if sample.conclusion != Conclusion.FAILED or sample.final_on is None:
        raise Refused(
            _("Handing %(sample)s to enforcement was asked for.") % {"sample": sample},
            _("Its result is not a final failure."),
            _("Wait until the term to object is over."),
            code="not-final",
        )
    if sample.state == "closed":
        raise Refused(
            _("Handing %(sample)s to enforcement was asked for.") % {"sample": sample},
            _("It is closed: its correction was re-checked, and nothing more follows from it."),
            _("If the record itself is wrong, amend it with the reason."),
            code="closed",
        )
    if not case.strip():
        raise Refused(
            _("Handing %(sample)s to enforcement was asked for.") % {"sample": sample},
            _("The number of the case is missing."),
            _("Open the case first and enter its number."),
            code="case-missing",
        )
    sample.case = case
    return deed.save(sample, "case")


def after_final(sample: Sample) -> None:
    """Set the clock of what follows a final result; nothing is due after a pass."""
    if sample.conclusion == Conclusion.FAILED and sample.served_on:
        terms.run_clock(sample, "disposal", start=sample.served_on)
    else:
        terms.stop_clock(sample)


def run_objection_term(sample: Sample) -> None:
    """Let the term to object run from the service, or that for asking for a re-test where it ends later."""
    start: Any = sample.served_on
    terms.run_clock(sample, "objection", start=start)
    other = terms.due(scheme=sample.scheme, step="retest_request", start=start)
    if other and sample.due_on and other.on > sample.due_on:
        terms.run_clock(sample, "retest_request", start=start)


def _dated(deed: Deed, sample: Sample) -> None:
    sample.served_on = sample.served_on or deed.on
    terms.demand_order(
        what=gettext_lazy("The service"), of=sample,
        day=sample.served_on, earliest=sample.judged_on, latest=deed.on,
    )  # fmt: skip


def _add_services(deed: Deed, samples: Sequence[Sample], *, manner: str) -> None:
    """One service per party of samples that failed; a pass is told without a term.

    A result that was judged anew is served anew: the service takes the new day, its versions keep the day before.
    """
    failed = [sample for sample in samples if sample.conclusion == Conclusion.FAILED]
    standing: dict[tuple[str, str], Service] = {}
    for start in range(0, len(failed), 2000):
        for service in Service.objects.filter(sample__in=failed[start : start + 2000]):
            standing[service.sample_id, service.role] = service
    fresh: list[Service] = []
    again: list[Service] = []
    for sample in failed:
        for role, party in parties_of(sample):
            service = standing.get((sample.pk, role)) or Service(key=f"{sample.pk}.{role}", sample=sample, role=role)
            service.party_id, service.manner = party, manner
            service.served_on, service.object_by = sample.served_on, sample.due_on
            (fresh if service._state.adding else again).append(service)
    deed.add_many(fresh)
    deed.save_many(again, "party", "manner", "served_on", "object_by")


def _organisers(samples: Sequence[Sample]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for start in range(0, len(samples), 2000):
        part = [sample.pk for sample in samples[start : start + 2000]]
        keys |= dict(Sample.objects.filter(pk__in=part).values_list("pk", "organiser__path"))
    return keys

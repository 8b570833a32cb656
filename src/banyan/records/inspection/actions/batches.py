"""Batches: samples as other offices recorded them, and corrections of records, single or by the thousand.

Each verb is one event with a version per record and no query per row; all also take `by=`, `on=`, `reason=`:
`record_samples(samples=[Sample, …], results=[Result(sample=…, _items=[ItemResult, …]), …])`,
`extend_samples(samples=…, items={sample key: [ItemResult, …]}, failed={sample key, …})`,
`retract_items(samples=…, items={sample key: {item name, …}}, passed={sample key, …})`,
`amend_samples(samples=…, changes={sample key: {field: value}})`,
`amend_items(result=…, changes={order: {field: value}})`, `withdraw_samples(samples=…)`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused, bulk, keys
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.actions.judging import rejudge
from banyan.records.inspection.actions.laboratory import add_results
from banyan.records.inspection.actions.makers import take_over_from_makers
from banyan.records.inspection.models import Conclusion, ItemResult, Result, Sample
from banyan.records.inspection.queries import terms
from banyan.records.inspection.queries.reported import results_of

AMENDABLE = frozenset(
    {
        "scheme", "level", "authority", "organiser_id", "product_class_id", "county_id", "drawn", "stratum",
        "cluster", "weight", "product_id", "product_name", "brand", "model", "standard", "lot", "made_on", "maker_id",
        "maker_name", "seller_id", "seller_name", "platform", "origin_county_id", "park_id", "industry_id", "size",
        "stage", "place", "latitude", "longitude", "sampled_on", "quantity", "price", "seal", "spare_seal",
        "laboratory_id", "received_on", "conclusion", "grade", "judged_on", "source_file", "source_row",
    }
)  # fmt: skip
"""What may be corrected in a sample; what verbs decide (state, service, publication) is changed by verbs."""

UNKNOWN_OF_MAKER: dict[str, Any] = {"origin_county_id": None, "park_id": None, "industry_id": None, "size": ""}
"""What a sample has from its maker, unknown again until the maker is known."""

AMENDABLE_ITEM = frozenset({"item", "category", "unit", "value", "limit", "method", "conclusion"})
RECORDED_STATES = frozenset({"sampled", "received", "passed", "failed", "not_judged", "published", "closed"})
SETTLED = frozenset(
    {"passed", "failed", "not_judged", "result_notified", "result_served", "result_final", "published", "closed"}
)
Changes = Mapping[str, Mapping[str, Any]]
SAMPLING, CONCLUDING = gettext_lazy("The sampling"), gettext_lazy("The conclusion")


@verb("inspection.samples.recorded", right="intake.run", title=gettext_lazy("Recorded from a file"))
def record_samples(deed: Deed, *, samples: Sequence[Sample], results: Sequence[Result] = ()) -> Sequence[Sample]:
    """Enter samples of other offices with their results (all unsaved) as their file has them.

    Nothing is asked of tasks, seals or windows: that was the other office's to keep. The state follows from
    the conclusion where none is given; no clock runs.
    """
    for sample in samples:
        sample.key = sample.key or keys.fresh("s")
        if sample.state == "sampled" and sample.conclusion:
            sample.state = sample.conclusion
        for what, day in ((SAMPLING, sample.sampled_on), (CONCLUDING, sample.judged_on)):
            if day is not None:
                terms.demand_order(what=what, of=sample, day=day, earliest=None, latest=deed.on)
        if sample.state not in RECORDED_STATES:
            raise ValueError(f"a sample cannot be recorded as {sample.state}")
    for result in results:
        result.key = result.key or f"{result.sample.pk}.{result.kind}"
        result.reported_on = result.reported_on or result.sample.judged_on or result.sample.sampled_on
        result._items = list(getattr(result, "_items", ()))  # type: ignore[attr-defined]
    rejudge([item for result in results for item in result._items])  # type: ignore[attr-defined]
    deed.add_many(samples)
    add_results(deed, results)
    return samples


@verb("inspection.samples.extended", right="intake.run", title=gettext_lazy("Items added from a file"))
def extend_samples(
    deed: Deed, *, samples: Sequence[Sample], items: Mapping[str, Sequence[ItemResult]], failed: Collection[str] = ()
) -> Sequence[Sample]:
    """Add items that another part of a file has of samples recorded before; those `failed` become failed samples."""
    added: list[ItemResult] = []
    results = _first_results(samples)
    for result in results:
        known = result._items  # type: ignore[attr-defined]
        for place, item in enumerate(items.get(result.sample_id, ()), start=len(known) + 1):
            item.result, item.order = result, place
            known.append(item)
            added.append(item)
    rejudge(added)
    bulk.insert(added)
    _conclude(deed, results, dict.fromkeys(failed, Conclusion.FAILED))
    return samples


@verb("inspection.items.retracted", right="intake.run", title=gettext_lazy("Items of a file taken back"))
def retract_items(
    deed: Deed, *, samples: Sequence[Sample], items: Mapping[str, Collection[str]], passed: Collection[str] = ()
) -> Sequence[Sample]:
    """Take back items that `extend_samples` added by mistake, with a reason; the versions before keep them.

    Samples named in `passed` failed by such an item alone, and pass again.
    """
    terms.demand_reason(deed.reason, _("Taking back items"))
    results = _first_results(samples)
    for result in results:
        gone = items.get(result.sample_id, ())
        known = result._items  # type: ignore[attr-defined]
        ItemResult.objects.filter(pk__in=[item.pk for item in known if item.item in gone]).delete()
        result._items = [item for item in known if item.item not in gone]  # type: ignore[attr-defined]
    _conclude(deed, results, dict.fromkeys(passed, Conclusion.PASSED))
    return samples


@verb("inspection.samples.amended", right="inspection.amend")
def amend_samples(deed: Deed, *, samples: Sequence[Sample], changes: Changes) -> Sequence[Sample]:
    """Correct what was recorded of samples, with a reason. The versions before stay, and so does what was known.

    A changed conclusion opens a settled sample again: it is served or notified anew. With another maker the sample
    counts where that one was on the day, in its trade and size, but for what the same change states.
    """
    terms.demand_reason(deed.reason, _("Amending a record"))
    return _amend(deed, samples, changes)


@verb("inspection.parties.joined", right="inspection.amend", title=gettext_lazy("Firms joined by their names"))
def join_parties(deed: Deed, *, samples: Sequence[Sample], changes: Changes) -> Sequence[Sample]:
    """Say which firms of the registry the stated names of maker and sampled party mean, or that it is open again."""
    return _amend(deed, samples, changes)


def _amend(deed: Deed, samples: Sequence[Sample], changes: Changes) -> Sequence[Sample]:
    names: set[str] = set()
    judged, made_elsewhere = [], []
    for sample in samples:
        change = dict(changes[sample.pk])
        _demand_amendable(sample, change)
        before = sample.conclusion
        if change.get("maker_id", sample.maker_id) != sample.maker_id:
            change = UNKNOWN_OF_MAKER | ({"product_id": None} if sample.maker_id else {}) | change
            made_elsewhere.append(sample)
        for name, value in change.items():
            setattr(sample, name, value)
        names |= change.keys()
        terms.demand_order(what=SAMPLING, of=sample, day=sample.sampled_on, earliest=None, latest=deed.on)
        if sample.conclusion != before:
            judged.append(sample)
            open_again(sample, before)
    take_over_from_makers(made_elsewhere)
    if judged:
        names |= {"state", "served_on", "final_on", "published_on", *terms.CLOCK}
    deed.save_many(samples, *sorted(names))
    _restate_results(deed, samples, judged)
    return samples


@verb("inspection.items.amended", right="inspection.amend", title=gettext_lazy("Items amended"))
def amend_items(deed: Deed, *, result: Result, changes: Mapping[int, Mapping[str, Any]]) -> Result:
    """Correct items of a result by their order, with a reason; they are re-judged, the sample's conclusion stays."""
    terms.demand_reason(deed.reason, _("Amending items"))
    items = list(result.items.all())
    for item in items:
        for name, value in changes.get(item.order, {}).items():
            if name not in AMENDABLE_ITEM:
                raise _not_amendable(result, name, AMENDABLE_ITEM)
            setattr(item, name, value)
    changed = [item for item in items if item.order in changes]
    rejudge(changed)
    bulk.update(changed, [*sorted(AMENDABLE_ITEM), "rejudged", "rejudged_reason"])
    result._items = items  # type: ignore[attr-defined]
    deed.restate([result])
    return result


@verb("inspection.samples.withdrawn", right="inspection.amend")
def withdraw_samples(deed: Deed, *, samples: Sequence[Sample]) -> Sequence[Sample]:
    """Withdraw samples and their results, with a reason: they stay on record and no longer count."""
    terms.demand_reason(deed.reason, _("Withdrawing a record"))
    for sample in samples:
        if sample.withdrawn_on:
            raise Refused(
                _("Withdrawing %(sample)s was asked for.") % {"sample": sample},
                _("It was withdrawn on %(day)s.") % {"day": sample.withdrawn_on},
                _("Nothing more needs to be done."),
                code="withdrawn-already",
            )
        sample.withdrawn_on, sample.withdrawn_reason = deed.on, deed.reason
    deed.save_many(samples, "withdrawn_on", "withdrawn_reason")
    results = results_of(samples)
    for result in results:
        result.withdrawn_on, result.withdrawn_reason = deed.on, deed.reason
    deed.save_many(results, "withdrawn_on", "withdrawn_reason")
    return samples


def _first_results(samples: Sequence[Sample]) -> list[Result]:
    return [result for result in results_of(samples) if result.kind == Result.Kind.INITIAL]


def _conclude(deed: Deed, results: Sequence[Result], conclusions: Mapping[str, str]) -> None:
    """Write results whose items changed, and the samples whose conclusion changed with them."""
    changed = []
    for result in results:
        conclusion = conclusions.get(result.sample_id)
        if conclusion is None or conclusion == result.sample.conclusion:
            continue
        sample = result.sample
        if sample.state == sample.conclusion:
            sample.state = conclusion
        result.conclusion = sample.conclusion = conclusion
        changed.append(sample)
    deed.save_many(changed, "conclusion", "state")
    deed.save_many(results, "conclusion")


def _restate_results(deed: Deed, samples: Sequence[Sample], judged: Sequence[Sample]) -> None:
    """Items carry their sample's dimensions in their versions; the result that decides carries its conclusion."""
    results = results_of(samples)
    changed = {sample.pk for sample in judged}
    deciding: dict[str, Result] = {}
    for result in results:
        if result.sample_id in changed and result.kind != Result.Kind.RECHECK:
            known = deciding.get(result.sample_id)
            if known is None or result.kind == Result.Kind.RETEST:
                deciding[result.sample_id] = result
    for result in deciding.values():
        result.conclusion, result.grade = result.sample.conclusion, result.sample.grade
    decided = set(map(id, deciding.values()))
    deed.save_many(list(deciding.values()), "conclusion", "grade")
    deed.restate([result for result in results if id(result) not in decided])


def _demand_amendable(sample: Sample, change: Mapping[str, Any]) -> None:
    for name in change:
        if name not in AMENDABLE:
            raise _not_amendable(sample, name, AMENDABLE)
    if change.get("conclusion", sample.conclusion) != sample.conclusion and sample.state not in SETTLED:
        raise Refused(
            _("Changing the conclusion of %(sample)s was asked for.") % {"sample": sample},
            _("Its state is “%(state)s”: an objection or a correction is under way.")
            % {"state": sample.get_state_display()},
            _("Finish that first; an objection may be upheld without a test."),
            code="under-way",
        )


def _not_amendable(record: Any, name: str, allowed: frozenset[str]) -> Refused:
    return Refused(
        _("Changing “%(name)s” of %(record)s was asked for.") % {"name": name, "record": record},
        _("That is decided by a verb of its own, or is no field of this record."),
        _("What may be amended: %(fields)s.") % {"fields": ", ".join(sorted(allowed))},
        code="not-amendable",
    )


def open_again(sample: Sample, before: str) -> None:
    """A sample of our own whose conclusion was corrected goes back to where it is told to the parties.

    What was published of it is withdrawn with that: the new conclusion is published once it is final.
    """
    if not before or sample.organiser_id is None:
        return
    sample.state = sample.conclusion
    sample.served_on = sample.final_on = sample.published_on = None
    failed = sample.conclusion == Conclusion.FAILED
    if sample.judged_on:
        terms.run_clock(sample, "serve" if failed else "notify", start=sample.judged_on)

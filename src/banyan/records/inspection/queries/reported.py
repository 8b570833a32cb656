"""What laboratories reported of samples, read whole so that verbs can write it as versions."""

from __future__ import annotations

from collections.abc import Sequence

from banyan.kit import bulk
from banyan.records.inspection.models import STANDING, ItemResult, Result, Sample

PART = 2000


def results_of(samples: Sequence[Sample]) -> list[Result]:
    """The results of samples that count, with their items, ready to be written as versions without a query each."""
    by_key = {sample.pk: sample for sample in samples}
    found: list[Result] = []
    wanted = list(by_key)
    for start in range(0, len(wanted), PART):
        part = Result.objects.filter(STANDING, sample__in=wanted[start : start + PART]).order_by("key")
        results = {result.pk: result for result in bulk.loaded(part)}
        for result in results.values():
            result.sample = by_key[result.sample_id]
            result._items = []  # type: ignore[attr-defined]
        for item in bulk.loaded(ItemResult.objects.filter(result__in=list(results)).order_by("result_id", "order")):
            results[item.result_id]._items.append(item)  # type: ignore[attr-defined]
        found += results.values()
    return found

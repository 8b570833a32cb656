"""Numbers of samples whose sampling form bears none: the next ones of the organiser's series of the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import count

from banyan.base.registry.queries import Region, code_on
from banyan.records.inspection.models import Sample

DIGITS = 6


def next_numbers(samples: Sequence[Sample]) -> list[str]:
    """A number for each sample, such as 350102-2025-000013: administrative code, year of sampling, running number.

    The organisers' rows stay locked until the transaction ends, so that no number is given twice.
    """
    organisers = {sample.organiser_id or sample.county_id for sample in samples}
    locked = Region.objects.select_for_update().filter(pk__in=organisers - {None}).order_by("pk")
    regions = {region.pk: region for region in locked}
    given: dict[str, count[int]] = {}
    prefixes: dict[tuple[str | None, int], str] = defaultdict(str)
    numbers = []
    for sample in samples:
        organiser = sample.organiser_id or sample.county_id
        asked = organiser, sample.sampled_on.year
        if asked not in prefixes:
            prefixes[asked] = prefix = f"{_code(regions.get(organiser or ''), sample.sampled_on)}-{asked[1]}-"
            given[prefix] = count(_last(prefix) + 1)
        prefix = prefixes[asked]
        numbers.append(f"{prefix}{next(given[prefix]):0{DIGITS}}")
    return numbers


def _code(region: Region | None, on: date) -> str:
    """The administrative code of who organises; its key where it has none, and nobody's is 0."""
    if region is None:
        return "0"
    known = code_on(region=region, on=on)
    return known.code if known else region.pk


def _last(prefix: str) -> int:
    """The last running number of a series, 0 where there is none."""
    series = Sample.objects.filter(number__gte=f"{prefix}0", number__lt=f"{prefix}:").order_by("-number")
    tails = (number.removeprefix(prefix) for number in series.values_list("number", flat=True).iterator())
    return next((int(tail) for tail in tails if len(tail) == DIGITS and tail.isdigit()), 0)

"""Measured values that lie apart from those of the same item in the same class of products, by three methods."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from banyan.base.facts import queries as facts
from banyan.insight.checks.models import METHODS
from banyan.insight.checks.queries.quarters import Plans
from banyan.insight.checks.queries.seen import Seen
from banyan.records.inspection.queries import Sample
from banyan.science import uncertainty

KIND = "inspection.item_judged"
GROUP = ("product", "item")
AT_ONCE = 50_000


def outlying_value(options: Mapping[str, Any], plans: Plans) -> Iterator[Seen]:
    """Values of first tests, as shares of their limits on a log scale, that enough methods call outliers.

    One group is in memory at a time: the engine puts the values in order, on disk where they are many.
    """
    judge = {name: float(options[name]) for name in ("z", "fence", "level", "most")}
    for rows in _groups(_values(since=plans.on - timedelta(days=int(options["days"])), plans=plans)):
        if len(rows) < int(options["least"]):
            continue
        share = rows["share_of_limit"].to_numpy()
        found = uncertainty.outliers(np.log10(share), **judge)
        places = np.flatnonzero(found.agree >= options["agree"])
        lines = rows.take(places).to_pylist()
        numbers = sample_numbers({about["sample"] for about in lines})
        for place, about in zip(places, lines, strict=True):
            usual = {"usual": float(f"{10**found.median:.3g}"), "n": found.n, "methods": int(found.agree[place])}
            usual |= {name: bool(getattr(found, name)[place]) for name in METHODS}
            result, _hash, part = about["key"].rpartition("#")
            yield Seen(
                "inspection.result", result, f"{numbers[about['sample']]} · {about['item']}"[:240],
                about["county"], about["laboratory"], part, {"share": float(f"{share[place]:.3g}")}, usual,
            )  # fmt: skip


def sample_numbers(keys: Collection[str]) -> dict[str, str]:
    """Samples by the numbers that people know them by; one that is gone by its key."""
    known = dict(Sample.objects.filter(pk__in=keys).values_list("pk", "number")) if keys else {}
    return {key: known.get(key) or key for key in keys}


def _values(*, since: Any, plans: Plans) -> Iterator[Any]:
    """The values of a window in parts, those of one product and item behind each other."""
    told = facts.facts([KIND], years=range(since.year, plans.on.year + 1))
    told = told.filter(
        (told.share_of_limit > 0) & (told.test == "initial") & told.happened_on.between(since, plans.on)
    )
    told = told.select(*GROUP, "key", "sample", "county", "laboratory", "share_of_limit").order_by(*GROUP, "key")
    return iter(told.to_pyarrow_batches(chunk_size=AT_ONCE))


def _groups(parts: Iterator[Any]) -> Iterator[Any]:
    """The rows of each product and item, put together where they lie in several parts."""
    import pyarrow as pa

    gathered: list[Any] = []
    for part in parts:
        if not part.num_rows:
            continue
        table = pa.Table.from_batches([part])
        begins = _begins(table)
        if gathered and _group_of(gathered[-1]) != _group_of(table):
            yield pa.concat_tables(gathered)
            gathered = []
        for first, until in itertools.pairwise([0, *begins, len(table)]):
            if first:
                yield pa.concat_tables(gathered)
                gathered = []
            gathered.append(table.slice(first, until - first))
    if gathered:
        yield pa.concat_tables(gathered)


def _begins(table: Any) -> list[int]:
    """Where in a part a product or item differs from the row before."""
    new = np.zeros(len(table) - 1, dtype=bool)
    for name in GROUP:
        codes = table[name].combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy()
        new |= np.diff(codes) != 0
    return [int(place) + 1 for place in np.flatnonzero(new)]


def _group_of(table: Any) -> tuple[Any, ...]:
    """Product and item of the first row."""
    return tuple(table[name][0].as_py() for name in GROUP)

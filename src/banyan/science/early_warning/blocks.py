"""How the work of a Farrington run is cut up: times that share a design, and series a block at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from banyan.science.arguments import Floats
from banyan.science.early_warning import reasons
from banyan.science.early_warning.design import Design
from banyan.science.early_warning.inputs import Days, Indices
from banyan.science.early_warning.prediction import Plan
from banyan.science.early_warning.quasipoisson import Sample, starting_response, totals_of
from banyan.science.early_warning.reference import Window, build_window, reference_indices
from banyan.science.early_warning.result import Surveillance

TIMES_TOGETHER = 8


@dataclass(frozen=True)
class Batch:
    """Some columns of the result that share a design, with the reference times (columns, n) of each."""

    columns: Indices
    reference: Indices
    design: Design

    def spread(self, values: Floats, length: int) -> Floats:
        """Set values (n, k) of the reference times into (length, columns × k), zero elsewhere."""
        columns = self.columns.size
        table = np.zeros((length, columns, values.shape[1]))
        table[self.reference.T, np.arange(columns)] = values[:, None]
        return table.reshape(length, -1)


def batches(result: Surveillance, *, length: int, days: Days | None, plan: Plan) -> list[Batch]:
    """Return the times that can be evaluated, a few at once; the others get their reason in the result."""
    alike: dict[int, list[tuple[int, Window]]] = {}
    for column, window in enumerate(_windows(result.at, length, days, plan)):
        if isinstance(window, int):
            result.reason_code[:, column] = window
        elif window.rows.size <= window.design.groups + int(plan.trend):
            result.reason_code[:, column] = reasons.TOO_FEW_REFERENCE
        else:
            alike.setdefault(id(window.design), []).append((column, window))
    cut = []
    for shared in alike.values():
        for first in range(0, len(shared), TIMES_TOGETHER):
            columns, windows = zip(*shared[first : first + TIMES_TOGETHER], strict=True)
            cut.append(Batch(np.array(columns), np.stack([w.rows for w in windows]), windows[0].design))
    return cut


def _windows(indices: Indices, length: int, days: Days | None, plan: Plan) -> list[Window | int]:
    """Return the reference window of each time, or the code of the reason why it has none."""
    # The original method counts its trend in periods, the flexible one in days once dates are known.
    in_days = days is not None and not plan.original
    time = days.astype(float) if days is not None and in_days else np.arange(length, dtype=float)
    windows: list[Window | int] = []
    known: dict[bytes, Design] = {}
    for index in indices.tolist():
        past, code = reference_indices(index, period=plan.period, years_back=plan.years_back, dates=days)
        windows.append(code)
        if code == reasons.EVALUATED:
            windows[-1] = build_window(
                index,
                past,
                half_window=plan.half_window,
                periods=plan.periods,
                exclude_recent=plan.exclude_recent,
                time=time,
                known=known,
            )
    return windows


@dataclass(frozen=True)
class Block:
    """Counts of some series with the transforms of them that every time needs."""

    rows: slice
    counts: Floats
    response: Floats
    entropy: Floats
    total: Floats
    offset: Floats | None

    @classmethod
    def of(cls, matrix: Floats, population: Floats | None, rows: slice) -> Block:
        counts = matrix[rows]
        offset = None
        if population is not None:
            offset = np.log(np.where(population[rows] > 0, population[rows], np.nan))
        response, entropy = starting_response(counts), special.xlogy(counts, counts)
        return cls(rows, counts, response, entropy, np.cumsum(counts, axis=1), offset)

    def latest(self, index: Indices, values: int) -> Floats:
        """Return the cases in the latest `values` up to each time."""
        before = index - values
        return self.total[:, index] - np.where(before >= 0, self.total[:, np.maximum(before, 0)], 0.0)

    def sample(self, batch: Batch) -> Sample:
        """Return all cells of this block and a batch, series by series, without a population."""
        series, (columns, n), design = self.counts.shape[0], batch.reference.shape, batch.design
        counts = np.empty((series, columns, n))
        for column, reference in enumerate(batch.reference):
            first, last = int(reference[0]), int(reference[-1])
            whole = last - first + 1 == n
            counts[:, column] = self.counts[:, first : last + 1] if whole else self.counts[:, reference]
        # The sums over all reference windows at once: a product with the design set into the axis of time.
        sums = (
            self.counts @ batch.spread(design.moments, self.counts.shape[1]),
            self.response @ batch.spread(design.answers, self.counts.shape[1]),
            self.entropy @ batch.spread(np.ones((n, 1)), self.counts.shape[1]),
        )
        moments, response, entropy = (part.reshape(series * columns, -1) for part in sums)
        totals = totals_of(moments, response, entropy[:, 0], design)
        return Sample(counts.reshape(-1, n), None, design, totals)


@dataclass(frozen=True)
class Cells:
    """All cells of a block and a batch in one row each; `keep` are those whose population is known."""

    keep: Indices
    counts: Floats
    recent: Floats
    sample: Sample
    offset: Floats
    """Logarithm of the population at the evaluated time; 0 without a population."""

    @classmethod
    def of(cls, block: Block, batch: Batch, index: Indices, least_over: int) -> Cells:
        cells = block.counts.shape[0] * batch.columns.size
        keep, now = np.arange(cells), np.zeros(cells)
        if block.offset is None:
            sample = block.sample(batch)
        else:
            offset = np.take(block.offset, batch.reference, axis=1).reshape(cells, -1)
            now = block.offset[:, index].ravel()
            keep = np.flatnonzero(np.isfinite(offset).all(axis=1) & np.isfinite(now))
            now, counts = now[keep], np.take(block.counts, batch.reference, axis=1).reshape(cells, -1)
            sample = Sample.of(counts[keep], offset=offset[keep], design=batch.design)
        recent = block.latest(index, least_over).ravel()[keep]
        return cls(keep, block.counts[:, index].ravel()[keep], recent, sample, now)

"""The regression design that all series of one time share, and the sums over it that every step needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCK = 16
"""exp(slope × time) on a regular grid is the product of two short tables, one per block and one within it."""


@dataclass(frozen=True)
class Design:
    """Parts of the season and times of the reference values.

    `indicator` (n, groups) says in which part of the season each value lies, `time` (n,) is the axis of the
    trend, 0 at the evaluated time; `moments` (n, 3 groups) are the indicator times 1, time and time
    squared. `runs` are stretches of equally spaced values within one part: their sums of exponentials need
    one exponential per stretch instead of one per value.
    """

    group: np.ndarray
    time: np.ndarray
    indicator: np.ndarray
    moments: np.ndarray
    runs: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]
    step: float | None

    @property
    def groups(self) -> int:
        return self.indicator.shape[1]

    @classmethod
    def of(cls, group: np.ndarray, time: np.ndarray, groups: int) -> Design:
        indicator = np.zeros((group.size, groups))
        indicator[np.arange(group.size), group] = 1.0
        gaps = np.diff(time)
        spacing = float(gaps.min()) if gaps.size else 1.0
        regular = np.allclose(gaps / spacing, np.round(gaps / spacing), rtol=0, atol=1e-12)
        contiguous = regular and bool(np.all(gaps == spacing))
        runs = _runs(group, time, groups, spacing if regular else None)
        return cls(group, time, indicator, _moments(indicator, time), runs, spacing if contiguous else None)

    @property
    def answers(self) -> np.ndarray:
        """The columns of the regression, (n, groups + 1): the parts of the season and the time."""
        return np.concatenate([self.indicator, self.time[:, None]], axis=1)

    def exponentials(self, slope: np.ndarray, offset: np.ndarray | None) -> np.ndarray:
        """exp(slope × time + offset) as (series, n)."""
        if offset is None and self.step is not None and self.time.size > 2 * BLOCK:
            blocks = np.arange(-(-self.time.size // BLOCK)) * (BLOCK * self.step)
            coarse = np.exp(slope[:, None] * (self.time[0] + blocks))
            fine = np.exp(slope[:, None] * (self.step * np.arange(BLOCK)))
            return (coarse[:, :, None] * fine[:, None, :]).reshape(slope.size, -1)[:, : self.time.size]
        power = slope[:, None] * self.time
        if offset is not None:
            power += offset
        return np.exp(power, out=power)

    def sums(self, slope: np.ndarray, offset: np.ndarray | None) -> np.ndarray:
        """Sums of exp(slope × time + offset) times 1, time and time² per part of the season: (series, 3,
        groups)."""
        size = slope.size
        if offset is not None:
            return (self.exponentials(slope, offset) @ self.moments).reshape(size, 3, -1)
        total = np.zeros((size, 3, self.groups))
        for within, centres, moments in self.runs:
            parts = (np.exp(slope[:, None] * centres) @ moments).reshape(size, 3, -1)
            if within.shape[0] == 1:
                total += parts
                continue
            around = np.exp(slope[:, None] * within[:, 1]) @ within
            plain, linear, square = (around[:, power, None] for power in range(3))
            total += plain[:, :, None] * parts
            total[:, 1] += linear * parts[:, 0]
            total[:, 2] += 2.0 * linear * parts[:, 1] + square * parts[:, 0]
        return total


def _moments(indicator: np.ndarray, time: np.ndarray) -> np.ndarray:
    return np.concatenate([indicator, indicator * time[:, None], indicator * (time * time)[:, None]], axis=1)


def _runs(group: np.ndarray, time: np.ndarray, groups: int, spacing: float | None) -> tuple:
    """Stretches of one part of the season, gathered by their length: (powers 0 .. 2 of the times within,
    centres, moments of the centres)."""
    breaks = np.diff(group) != 0
    breaks |= True if spacing is None else np.diff(time) != spacing
    first = np.append(0, np.flatnonzero(breaks) + 1)
    length = np.diff(np.append(first, group.size))
    gathered = []
    for size in np.unique(length):
        chosen = first[length == size]
        within = (np.arange(size) - (size - 1) / 2.0) * (spacing or 1.0)
        centres = time[chosen] - within[0]
        indicator = np.zeros((chosen.size, groups))
        indicator[np.arange(chosen.size), group[chosen]] = 1.0
        gathered.append((within[:, None] ** np.arange(3), centres, _moments(indicator, centres)))
    return tuple(gathered)

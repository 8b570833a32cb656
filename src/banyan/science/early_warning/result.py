"""What every early-warning method returns: verdicts per cell, and in words why a cell has none."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from banyan.science.early_warning import reasons

NUMBERS = ("expected", "upper", "score", "p_value", "dispersion", "statistic")
VERDICT = ("expected", "upper", "score", "p_value")
REGRESSION = (*VERDICT, "dispersion")
RUNNING = ("expected", "upper", "score", "statistic")


@dataclass(frozen=True)
class Surveillance:
    """Verdicts of one method; all arrays are (series, times).

    Attributes
    ----------
    expected, upper, score, p_value, dispersion, statistic : float
        NaN where the method does not give it or the cell was not evaluated. `statistic` is what methods add up
        over time (CUSUM, likelihood ratios).
    alarm, trend_used : bool
    reason_code : int8
        0 where the cell was evaluated, else a code of `reasons.REASONS`.
    at : (times,) int
        Time indices evaluated.
    method : str
    """

    expected: np.ndarray
    upper: np.ndarray
    score: np.ndarray
    alarm: np.ndarray
    p_value: np.ndarray
    trend_used: np.ndarray
    dispersion: np.ndarray
    statistic: np.ndarray
    reason_code: np.ndarray
    at: np.ndarray
    method: str
    wording: dict = field(default_factory=dict)

    @classmethod
    def empty(
        cls, series: int, at: np.ndarray, method: str, *, gives: tuple[str, ...] = VERDICT, **wording: object
    ) -> Surveillance:
        """A result with nothing in it yet; numbers that the method does not give take no memory."""
        shape = (series, at.size)
        nothing = np.broadcast_to(np.nan, shape)
        numbers = {name: np.full(shape, np.nan) if name in gives else nothing for name in NUMBERS}
        trend = np.zeros(shape, bool) if "dispersion" in gives else np.broadcast_to(False, shape)
        return cls(
            alarm=np.zeros(shape, bool), trend_used=trend, reason_code=np.zeros(shape, np.int8),
            at=at, method=method, wording=wording, **numbers,
        )  # fmt: skip

    def sealed(self) -> Surveillance:
        """The same, no longer to be written."""
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        return self

    @property
    def reason(self) -> np.ndarray:
        """Why each cell carries no verdict, in words; the empty string where it carries one."""
        return reasons.reason_words(self.reason_code, **self.wording)

"""Why a cell carries no verdict: a code for programs and a sentence for people."""

from __future__ import annotations

import numpy as np

EVALUATED = 0
TOO_SHORT = 1
REFERENCE_MISSING = 2
TOO_FEW_RECENT = 3
ALL_ZERO = 4
NOT_CONVERGED = 5
UNBOUNDED = 6
NO_POPULATION = 7
TOO_FEW_REFERENCE = 8
NO_VARIATION = 9
NO_OPPORTUNITY = 10

REASONS = {
    EVALUATED: "",
    TOO_SHORT: "The series is too short: the oldest reference value would lie before its first value.",
    REFERENCE_MISSING: "A reference date is not among the dates of the series: the calendar has a gap there.",
    TOO_FEW_RECENT: "Too few cases lately: the last {m:g} values add up to less than {n:g}.",
    ALL_ZERO: "All counts in the reference window are zero: there is nothing to compare with.",
    NOT_CONVERGED: "The regression did not converge, neither with nor without a trend.",
    UNBOUNDED: "The expected count has no finite bound: the reference counts are nearly all zero.",
    NO_POPULATION: "The population is missing or zero at a week that the calculation needs.",
    TOO_FEW_REFERENCE: "Too few reference values are left to fit the model with its season and trend.",
    NO_VARIATION: "The baseline values are all equal, so their spread is zero and no bound can be set.",
    NO_OPPORTUNITY: "Nothing was tested in this period, so there is nothing to judge.",
}


def reason_words(codes: np.ndarray, **values: object) -> np.ndarray:
    """Sentences for an array of reason codes; an evaluated cell has the empty string."""
    words = np.array(
        [REASONS[code].format(**values) if values else REASONS[code] for code in sorted(REASONS)], object
    )
    return words[codes]

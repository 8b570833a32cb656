"""Reads of vouching: codes of a file and their outcomes, the evidence of a screening, what credentials say."""

from banyan.edge.vouching.queries.screening import (
    BLOCK,
    COLUMNS,
    MOST_BYTES,
    MOST_ROWS,
    OUTCOMES,
    NotScreened,
    Screened,
    Screener,
    codes_in,
    evidence_of,
    screening_of,
)
from banyan.edge.vouching.queries.status import claims_of, issuer, picture, status_list, status_of, untrue

__all__ = [
    "BLOCK", "COLUMNS", "MOST_BYTES", "MOST_ROWS", "OUTCOMES", "NotScreened", "Screened", "Screener", "claims_of",
    "codes_in", "evidence_of", "issuer", "picture", "screening_of", "status_list", "status_of", "untrue",
]  # fmt: skip

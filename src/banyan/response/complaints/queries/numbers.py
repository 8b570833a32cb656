"""Numbers of complaints and reports: a letter, the year and the next of the year."""

from __future__ import annotations

from datetime import date

from banyan.kit import numbers
from banyan.response.complaints.models import Complaint, Track

LETTERS = {Track.COMPLAINT: "C", Track.REPORT: "J"}
DIGITS = 6


def next_numbers(track: str, count: int, *, on: date) -> list[str]:
    """The next numbers of the year on a track, such as C2025-000013. The caller holds the chain."""
    return numbers.next_numbers(Complaint, LETTERS[Track(track)], count, on=on, digits=DIGITS)

"""Numbers of complaints and reports: a letter, the year and the next of the year."""

from __future__ import annotations

from datetime import date

from banyan.response.complaints.models import Complaint, Track

LETTERS = {Track.COMPLAINT: "C", Track.REPORT: "J"}
DIGITS = 6


def next_number(track: str, *, on: date) -> int:
    """The next number of the year on a track. The caller holds the chain, so none is given twice."""
    prefix = prefix_of(track, on=on)
    last = Complaint.objects.filter(number__gte=prefix, number__lt=f"{prefix}:").order_by("-number")
    found = last.values_list("number", flat=True).first()
    return int(found.removeprefix(prefix)) + 1 if found else 1


def prefix_of(track: str, *, on: date) -> str:
    """What the numbers of a year begin with, such as C2025-."""
    return f"{LETTERS[Track(track)]}{on.year}-"


def numbered(prefix: str, number: int) -> str:
    """A number as it is told, such as C2025-000013."""
    return f"{prefix}{number:0{DIGITS}}"

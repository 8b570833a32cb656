"""What a detector finds in one week, and how findings of following weeks become one story."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

SUBJECT = ("product", "item", "laboratory", "counterparty")


@dataclass(frozen=True)
class Finding:
    """One week's verdict on one subject: which it is, what was seen and expected, and how surprising that is."""

    noticed_on: date
    from_on: date
    observed: float
    expected: float
    bound: float | None
    """What chance hardly ever passes; None where closeness alarms and not a count."""
    n: int
    p_value: float
    product: str = ""
    item: str = ""
    counties: tuple[str, ...] = ()
    laboratory: str = ""
    counterparty: str = ""
    facts: tuple[int, ...] = ()
    method: str = ""
    """By which rung of the rule's ladder it was judged, from so many weeks of the past."""
    history: int = 0
    begun_on: date | None = None
    """The first day that counts against the subject; None where whole windows are compared."""

    @property
    def surprise(self) -> float:
        """How little chance explains it, in powers of ten."""
        return -math.log10(max(self.p_value, 1e-12))

    @property
    def strength(self) -> float:
        """How far it is from what was expected, in doublings."""
        return abs(math.log2(max(self.observed, 0.5) / max(self.expected, 0.5)))

    @property
    def rank(self) -> float:
        """By which the findings of one rule and week are told, the highest first."""
        return round(self.surprise + self.strength + math.log2(max(len(self.counties), 1)), 2)


@dataclass
class Story:
    """Findings that are one: same subject, the same or neighbouring counties, weeks that follow.

    `first` began on the earliest day of all findings of its own week; later weeks do not move it.
    """

    first: Finding
    last: Finding
    counties: set[str] = field(default_factory=set)
    record: Any = None
    parts: dict[str, float] = field(default_factory=dict)
    """What its score is made of."""

    def is_continued_by(self, finding: Finding, *, neighbours: dict[str, set[str]], gap: timedelta) -> bool:
        """Whether a finding belongs to this story."""
        mine, other = self.first, finding
        if any(getattr(mine, name) != getattr(other, name) for name in SUBJECT):
            return False
        if not self.last.noticed_on <= other.noticed_on <= self.last.noticed_on + gap:
            return False
        near = self.counties.union(*(neighbours.get(one, set()) for one in self.counties if mine.product))
        return not self.counties or bool(near & set(other.counties))


def tell(
    stories: list[Story], findings: Iterable[Finding], *, neighbours: dict[str, set[str]], gap: timedelta, most: int
) -> list[Story]:
    """Add a week's findings to the stories; the strongest `most` that are new begin one. Gives those that changed."""
    changed: list[Story] = []
    begun = 0
    for finding in sorted(findings, key=lambda one: -one.rank):
        story = next((one for one in stories if one.is_continued_by(finding, neighbours=neighbours, gap=gap)), None)
        if story is None:
            if begun == most:
                continue
            begun += 1
            story = Story(first=finding, last=finding)
            stories.append(story)
        elif story in changed:  # the strongest of the week speaks for the story
            story.counties |= set(finding.counties)
            if story.first.noticed_on == finding.noticed_on:
                days = [one.begun_on for one in (story.first, finding) if one.begun_on]
                story.first = replace(story.first, begun_on=min(days, default=None))
            continue
        story.last = finding
        story.counties |= set(finding.counties)
        changed.append(story)
    return changed


def weeks(first: date, last: date) -> Sequence[date]:
    """The Sundays from `first` to `last`, on which a week is complete."""
    start = first + timedelta(days=6 - first.weekday())
    return [start + timedelta(weeks=n) for n in range((last - start).days // 7 + 1)]


def story_of(alert: Any) -> Story:
    """The story that an alert tells so far."""
    ends = Finding(
        noticed_on=alert.known_on, from_on=alert.from_on, observed=alert.observed, expected=alert.expected,
        bound=alert.bound, n=alert.n, p_value=alert.p_value, product=alert.product_id or "", item=alert.item,
        counties=tuple(alert.counties), laboratory=alert.laboratory_id or "", counterparty=alert.seller_id or "",
    )  # fmt: skip
    first = replace(ends, noticed_on=alert.noticed_on, begun_on=alert.begun_on)
    return Story(first=first, last=ends, counties=set(alert.counties), record=alert)

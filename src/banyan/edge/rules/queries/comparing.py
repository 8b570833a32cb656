"""What a draft would have changed between two days: the rule in force and the draft asked the same questions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.edge.rules.queries import alerting, graded, judged, timed, weighed
from banyan.judgement.credit.queries import ANSWERS
from banyan.kit import clock, recent
from banyan.kit.refusals import Refused
from banyan.policy import amending

YEARS = 3
MOST_YEARS = 10
MOST_LINES = 2_000
"""Lines of each sort that a preview keeps; what is beyond is counted, not kept."""
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Bounds:
    """From which day until which the past is asked."""

    first: date
    last: date


def range_of(first: date | None = None, last: date | None = None) -> Bounds:
    """The days asked for, or else the last three years. Raises Refused where they are no past."""
    today = clock.today()
    last = last or today
    first = first or max(_earliest(), last.replace(year=last.year - YEARS, day=min(last.day, 28)))
    if not first <= last <= today or (last - first).days > MOST_YEARS * 366:
        raise Refused(
            _("A preview from %(first)s until %(last)s was asked for.") % {"first": first, "last": last},
            _("It looks back over at most %(years)d years, until today at the latest.") % {"years": MOST_YEARS},
            _("Choose a first day before the last one, both in the past."),
            code="no-past",
        )
    return Bounds(first, last)


def _earliest() -> date:
    """The first day of the first year of which there is any fact."""
    year = facts.first_year()
    return date(year, 1, 1) if year else clock.today()


def is_known(kind: str) -> bool:
    """Whether anything of the past can be asked again under a changed rule of a kind."""
    return kind in COMPARED


def compare(*, rule: str, definition: str, days: Bounds, tell: Tell) -> dict[str, Any]:
    """What would have been otherwise, and for whom: verdicts, figures, scores, alerts, terms; `tell(done, steps)`.

    Grows with the quarters and the indicators asked (figures), with the weeks times the facts that a rule watches
    (alerts), with the records that a term ran for (terms). Raises BadDefinition for a draft that no rule can be.
    """
    begun = time.perf_counter()
    book = policy.load(settings.BANYAN_PACKS)
    drafted = amending.as_if(book, rule, definition)
    kind = book.entry(rule).kind
    with recent.reading():  # both books count the same facts: what they ask alike is found once
        found = (OF_GRADES.get(rule) or COMPARED[kind])((book, drafted), rule, days.first, days.last, tell)
    cut = {name: max(0, len(lines) - MOST_LINES) for name, lines in found["lines"].items()}
    return {
        "rule": rule, "kind": kind, "from": days.first.isoformat(), "until": days.last.isoformat(),
        "known_on": clock.today().isoformat(), "packs": book.hash, "packs_with_draft": drafted.hash,
        "counts": found["counts"], "whom": found["whom"], "left_out": {name: n for name, n in cut.items() if n},
        **{name: lines[:MOST_LINES] for name, lines in found["lines"].items()},
        "seconds": round(time.perf_counter() - begun, 2),
    }  # fmt: skip


COMPARED: dict[str, Callable[..., dict[str, Any]]] = {
    "target": judged.changes, "indicator": judged.changes, "parameter": judged.changes,
    "alert_rule": alerting.changes, "deadline": timed.changes,
    "assessment": weighed.changes, "credit_rule": graded.changes, "credit_scale": graded.changes,
}  # fmt: skip
OF_GRADES: dict[str, Callable[..., dict[str, Any]]] = {ANSWERS: graded.changes}
"""Parameters that change grades and no figure."""

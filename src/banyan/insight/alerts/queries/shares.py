"""Detectors of subjects that differ from all others: too few failures, too many values just below the limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from banyan.insight.alerts.queries.clusters import bound
from banyan.insight.alerts.queries.findings import Finding
from banyan.insight.alerts.queries.known import Known
from banyan.science import early_warning, rates


def too_few_failures(
    facts: Known, *, on: date, by: str, windows: Sequence[int], prior: float, least: float, rate: float
) -> list[Finding]:
    """Subjects whose samples fail less often than the same products, makers and schemes do elsewhere."""
    rows = np.flatnonzero(facts.on(on))
    failed = 1.0 - facts.numbers["passed"][rows]
    factors = (("product",), ("scheme", "level"), ("drawn",), ("organisation",), ("county",))
    return _unlike_others(
        facts, rows, failed, on=on, by=by, factors=factors, windows=windows, prior=prior, least=least, rate=rate,
        side="low",
    )  # fmt: skip


def near_limit(
    facts: Known, *, on: date, by: str, band: float, items: int, windows: Sequence[int], prior: float, least: float,
    rate: float,
) -> list[Finding]:  # fmt: skip
    """Subjects whose tests keep several limits only just, more often than the same products do elsewhere.

    A test counts once, whatever the number of its items: values of one sample hang together.
    """
    if "measured" not in facts.cache:
        facts.cache["measured"] = (facts.numbers["passed"] == 1) & np.isfinite(facts.numbers["share_of_limit"])
    rows = np.flatnonzero(facts.on(on) & facts.cache["measured"])
    if not rows.size:
        return []
    share = facts.numbers["share_of_limit"][rows]
    sample = facts.codes["sample"][rows]
    close = np.bincount(sample[(share >= band) & (share <= 1.0)], minlength=len(facts.words["sample"]))
    first_of = np.full(len(facts.words["sample"]), -1)
    first_of[sample[::-1]] = np.arange(len(rows))[::-1]  # what is written last stands
    first = first_of[first_of >= 0]
    happened = (close[sample[first]] >= items).astype(float)
    nearest = np.flatnonzero((share >= band) & (share <= 1.0))
    near_of = np.full(len(facts.words["sample"]), -1)
    near_of[sample[nearest[::-1]]] = rows[nearest[::-1]]
    return _unlike_others(
        facts, rows[first], happened, on=on, by=by, factors=(("product",),), windows=windows, prior=prior,
        least=least, rate=rate, side="high", tell=near_of[sample[first]],
    )  # fmt: skip


def _unlike_others(
    facts: Known, rows: Any, events: Any, *, on: date, by: str, factors: Any, windows: Sequence[int], prior: float,
    least: float, rate: float, side: str, tell: Any = None,
) -> list[Finding]:  # fmt: skip
    """`tell` names the row behind each event; without it all that was counted is behind a finding."""
    if not rows.size or not events.any():
        return []
    subject = facts.codes[by][rows]
    age = (on.toordinal() - facts.happened[rows]) // 7
    if side == "high" and np.bincount(subject, events * (age < max(windows)))[1:].max(initial=0) < least:
        return []
    model = rates.standardised(events, [subject, *(facts.crossed(*names)[rows] for names in factors)])
    chance = model.without(0, subject)
    size = len(facts.words[by])
    seen, awaited, p_values = (np.zeros((len(windows), size)) for _turn in range(3))
    for place, window in enumerate(windows):
        chosen = age < window
        seen[place] = np.bincount(subject[chosen], events[chosen], size)
        awaited[place] = np.bincount(subject[chosen], chance[chosen], size)
        told = early_warning.against_elsewhere(seen[place], awaited[place], prior=prior, side=side)
        enough = awaited[place] >= least if side == "low" else seen[place] >= least
        p_values[place] = np.where(enough, told.p_value, np.nan)
    p_values[:, 0] = np.nan
    tested = ~np.isnan(p_values).all(axis=0)
    if not tested.any():
        return []
    lowest = np.where(np.isnan(p_values), 2.0, p_values)
    window_of = lowest.argmin(axis=0)
    family = np.where(tested, np.minimum(1.0, lowest.min(axis=0) * len(windows)), np.nan)
    control = rates.benjamini_hochberg(family, level=rate)
    found = []
    for one in np.flatnonzero(control.rejected).tolist():
        place = int(window_of[one])
        start = on - timedelta(weeks=windows[place]) + timedelta(days=1)
        inside = (subject == one) & (facts.happened[rows] >= start.toordinal())
        behind = rows[inside] if tell is None else tell[inside & (events > 0)]
        found.append(
            Finding(
                noticed_on=on, from_on=start, observed=float(seen[place, one]), n=int(inside.sum()),
                expected=round(float(awaited[place, one]), 3), p_value=float(control.adjusted[one]),
                bound=bound(float(awaited[place, one]), side=side), facts=facts.numbers_of(behind),
                begun_on=None if tell is None else facts.first_of(behind),
                laboratory=facts.words[by][one] if by == "laboratory" else "",
                counterparty=facts.words[by][one] if by == "counterparty" else "",
            )
        )  # fmt: skip
    return found

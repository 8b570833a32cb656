"""The naive rule that detectors are set beside: a figure has doubled, or halved, against the same weeks last year.

It stands for what an office does with a table of two years, and shares nothing with the detectors but the way in
which findings of following weeks are one story.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import numpy as np

from banyan.demo.city import LAST_DAY
from banyan.insight.alerts import queries as alerts
from banyan.insight.alerts.queries import Finding, Story

WINDOW, YEAR = 13, 52
TIMES = 2.0
FEWEST = 5
"""Failures (or results, for delays) that one of the two years must have: below it a doubling is an accident."""
JOINS_WITHIN = timedelta(weeks=26)


def stories(samples: Any) -> list[Story]:
    """What the naive rule would have told of samples, week by week as it was known then."""
    found: list[Story] = []
    if not len(samples):
        return found
    first = date.fromordinal(int(samples.happened.min())) + timedelta(weeks=YEAR + WINDOW)
    near = alerts.neighbours(alerts.places())
    for week in alerts.weeks(first, LAST_DAY):
        findings = [*_of_failures(samples, week), *_of_delays(samples, week)]
        alerts.tell(found, findings, neighbours=near, gap=JOINS_WITHIN, most=len(findings))
    return found


def stories_of_counts(counted: Any) -> list[Story]:
    """The same of counts, such as complaints: twice as many of a product in a county as in these weeks last year."""
    found: list[Story] = []
    if not len(counted):
        return found
    near = alerts.neighbours(alerts.places())
    for week in alerts.weeks(date.fromordinal(counted.first_day) + timedelta(weeks=YEAR + WINDOW), LAST_DAY):
        weekly = counted.weekly(week)
        now, before = weekly[:, -WINDOW:].sum(axis=1), weekly[:, -YEAR - WINDOW : -YEAR].sum(axis=1)
        told = np.flatnonzero((now >= TIMES * before) & (now >= FEWEST))
        findings = [_finding(week, now[one], before[one], int(now[one]), dict(counted.subjects[one])) for one in told]
        alerts.tell(found, findings, neighbours=near, gap=JOINS_WITHIN, most=len(findings))
    return found


def _of_failures(samples: Any, on: date) -> Iterator[Finding]:
    """Goods that fail twice as often in a county; laboratories and sellers whose samples fail half as often."""
    rows = np.flatnonzero(samples.on(on))
    age = (on.toordinal() - samples.happened[rows]) // 7
    failed = 1.0 - samples.numbers["passed"][rows]
    for names, is_rise in ((("product", "county"), True), (("laboratory",), False), (("counterparty",), False)):
        subject, example = samples.crossed(*names)[rows], samples.examples(*names)
        now, before = (
            [np.bincount(subject[part], weight[part], len(example)) for weight in (np.ones(len(rows)), failed)]
            for part in (age < WINDOW, (age >= YEAR) & (age < YEAR + WINDOW))
        )
        with np.errstate(all="ignore"):
            ratio = (now[1] / now[0]) / (before[1] / before[0])
        told = (ratio >= TIMES) & (now[1] >= FEWEST) if is_rise else (ratio <= 1 / TIMES) & (before[1] >= FEWEST)
        for one in np.flatnonzero(told).tolist():
            said = {name: samples.words[name][samples.codes[name][example[one]]] for name in names}
            if all(said.values()):
                yield _finding(on, now[1][one], now[0][one] * before[1][one] / before[0][one], int(now[0][one]), said)


def _of_delays(samples: Any, on: date) -> Iterator[Finding]:
    """Counties whose results come to be known after twice as many days."""
    at, size = on.toordinal(), len(samples.words["county"])
    age = (at - samples.known) // 7
    days, county = np.maximum(samples.known - samples.happened, 0), samples.codes["county"]
    n, mean = [], []
    for part in ((age >= 0) & (age < WINDOW), (age >= YEAR) & (age < YEAR + WINDOW)):
        part &= samples.first
        n.append(np.bincount(county[part], minlength=size))
        mean.append(np.bincount(county[part], days[part], size) / np.maximum(n[-1], 1))
    told = (mean[0] >= TIMES * mean[1]) & (n[0] >= FEWEST) & (n[1] >= FEWEST)
    for one in np.flatnonzero(told[1:]) + 1:
        yield _finding(on, mean[0][one], mean[1][one], int(n[0][one]), {"county": samples.words["county"][one]})


def _finding(on: date, observed: float, expected: float, n: int, said: dict[str, Any]) -> Finding:
    county = said.pop("county", "")
    found = Finding(
        noticed_on=on, from_on=on - timedelta(weeks=WINDOW) + timedelta(days=1), observed=float(observed),
        expected=float(expected), bound=TIMES * float(expected), n=n, p_value=1.0,
        counties=(county,) if county else (),
    )  # fmt: skip
    return replace(found, **cast(Any, said))

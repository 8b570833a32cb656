"""Detector of more facts than before, such as complaints: a series for each combination of what is counted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banyan.base.facts import queries as facts
from banyan.insight.alerts.queries.clusters import bound
from banyan.insight.alerts.queries.findings import Finding
from banyan.insight.alerts.queries.known import day_known, days_of
from banyan.insight.alerts.queries.rises import METHODS, Series, first_week_above
from banyan.science import rates


@dataclass(frozen=True)
class Counted:
    """Facts of a kind by series: what each series is of, and of each fact its series, its days and its number."""

    subjects: Sequence[Mapping[str, str]]
    series: NDArray[Any]
    happened: NDArray[Any]
    known: NDArray[Any]
    until: NDArray[Any]
    fact: NDArray[Any]

    def __len__(self) -> int:
        return len(self.fact)

    @cached_property
    def first_day(self) -> int:
        """The ordinal of the first day that a fact tells of."""
        return int(self.happened.min())

    def weekly(self, on: date) -> NDArray[Any]:
        """Facts of each series in weeks that end on a day, the latest last, as known then."""
        at = on.toordinal()
        weeks = (at - self.first_day) // 7 + 1
        there = (self.known <= at) & (self.until > at) & (self.happened <= at)
        cell = self.series[there] * np.int64(weeks) + (weeks - 1 - (at - self.happened[there]) // 7)
        size = len(self.subjects)
        found: NDArray[Any] = np.bincount(cell, minlength=size * weeks).reshape(size, weeks)
        return found

    def behind(self, series: int, *, since: date, on: date) -> NDArray[Any]:
        """The numbers of a series' facts from a day to another, as known on the latter."""
        at, (first, last) = on.toordinal(), self._spans[series : series + 2]
        part = slice(first, last)
        inside = (self.happened[part] >= since.toordinal()) & (self.happened[part] <= at)
        inside &= (self.known[part] <= at) & (self.until[part] > at)
        return np.sort(self.fact[part][inside])

    @cached_property
    def _spans(self) -> NDArray[Any]:
        return np.searchsorted(self.series, np.arange(len(self.subjects) + 1))


def counted(kind: str, *, among: Mapping[str, Sequence[str]], by: Sequence[str], copies_within: int = 0) -> Counted:
    """All facts of a kind that ever stood and meet `among`, by series; those of which a part is not known are none.

    The engine numbers the series and tells numbers alone of each fact: names are read once for a series. Where the
    kind says by what its words are known, those that repeat the words of another fact of their series within
    `copies_within` weeks are left out: one message, however often it is handed in.
    """
    import ibis

    told = facts.history([kind])
    for column, values in among.items():
        told = told.filter(told[column].isin(list(values)))
    told = told.filter(*(told[name].notnull() for name in by))
    again = copies(told, by, copies_within)
    names = told.select(list(by)).distinct()
    names = names.mutate(series=ibis.row_number().over(order_by=list(by)).cast("int32"))
    subjects = names.order_by("series").drop("series").to_pyarrow().to_pylist()
    days = {"day": told.happened_on, **day_known(told)}
    told = told.mutate(**{
        name: one.delta(ibis.date("1970-01-01"), unit="day").cast("int32") for name, one in days.items()
    })  # fmt: skip
    table = told.join(names, list(by)).select("series", *days, "fact").to_pyarrow()
    order = np.argsort(np.asarray(table["series"]), kind="stable")
    columns = [np.asarray(table["series"]), *(days_of(table[name]) for name in days), np.asarray(table["fact"])]
    columns = [one[order] for one in columns]
    if again:
        columns = [one[~np.isin(columns[-1], again)] for one in columns]
    return Counted(subjects, *columns)


def copies(told: Any, by: Sequence[str], weeks: int) -> list[int]:
    """The numbers of facts that repeat the words of another of their series, told before and at most `weeks` apart.

    A correction of a fact is no copy of it: both have one key.
    """
    if not weeks or "words" not in told.columns:
        return []
    said = told.filter(told.words.notnull())
    twice = said.group_by("words").having(lambda t: t.count() > 1).aggregate(n=lambda t: t.count())
    rows = said.semi_join(twice, "words").order_by("fact").select("fact", "key", "happened_on", "words", *by)
    last: dict[tuple[Any, ...], tuple[str, date]] = {}
    found = []
    for row in rows.to_pyarrow().to_pylist():
        place = (row["words"], *(row[name] for name in by))
        key, day = last.get(place, (row["key"], row["happened_on"]))
        if key != row["key"] and abs(row["happened_on"] - day) <= timedelta(weeks=weeks):
            found.append(row["fact"])
            last[place] = key, max(day, row["happened_on"])
        else:
            last[place] = row["key"], row["happened_on"]
    return found


def more_than_before(
    told: Counted, *, on: date, rule: Any, numbers: Callable[[Any], dict[str, Any]]
) -> list[Finding]:
    """Series with more facts than their own past lets expect, by the rung that the past of all facts suffices for.

    What is expected is a series' share of all facts of the rule in each week: where all rise together, more is
    reported and nothing stands out. False discoveries are held down over all series of a rung together.
    """
    counts = told.weekly(on)
    total = counts.sum(axis=0)
    weeks = np.full(len(counts), counts.shape[1])  # weeks without any are a past as well
    found = []
    for rung, below in zip(rule.rungs, (None, *rule.rungs), strict=False):
        reached = np.flatnonzero((weeks >= max(rung.history, 1)) & (weeks < below.history if below else True))
        if reached.size:
            part = counts[reached].astype(float)
            share = part.sum(axis=1) / max(float(total.sum()), 1.0)
            series = Series(reached, weeks[reached], part, share[:, None] * total, step=7)
            asked = numbers(rule.standing_on(rung))
            verdict = METHODS[rung.method](series, asked)
            family = np.where(verdict.observed >= asked["least"], verdict.p_value, np.nan)
            control = rates.benjamini_hochberg(family, level=asked["false_discovery_rate"])
            for one in np.flatnonzero(control.rejected).tolist():
                seen, expected = float(verdict.observed[one]), float(verdict.expected[one])
                limit = bound(expected)
                if seen > limit and (verdict.alarm is None or verdict.alarm[one]):
                    steps = int(verdict.steps[one])
                    start = on - timedelta(weeks=steps, days=-1)
                    above = first_week_above(part[one, -steps:], total[-steps:], expected=expected)
                    behind = told.behind(int(reached[one]), since=start, on=on)
                    subject = dict(told.subjects[reached[one]])
                    county = subject.pop("county", "")
                    found.append(
                        Finding(
                            noticed_on=on, from_on=start, observed=seen, expected=round(expected, 3), bound=limit,
                            n=int(seen), p_value=float(control.adjusted[one]), method=f"count_{rung.method}",
                            history=int(weeks[reached[one]]), counties=(county,) if county else (),
                            facts=tuple(behind.tolist()), begun_on=start + timedelta(weeks=above), **subject,
                        )
                    )  # fmt: skip
    return found

"""The facts of some kinds with all their past, as columns of numbers: what was known on any day is one mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banyan.base.facts import queries as facts

NEVER = 10**7
_EPOCH = date(1970, 1, 1).toordinal()
TEXTS = (
    "product",
    "item",
    "county",
    "counterparty",
    "organisation",
    "laboratory",
    "scheme",
    "level",
    "drawn",
    "sample",
)


@dataclass
class Known:
    """Columns of facts in the order of their days. Texts are numbered; 0 is "not known". Days are ordinals."""

    fact: NDArray[Any]
    happened: NDArray[Any]
    known: NDArray[Any]
    until: NDArray[Any]
    first: NDArray[np.bool_]
    numbers: Mapping[str, NDArray[Any]]
    codes: Mapping[str, NDArray[Any]]
    words: Mapping[str, Sequence[str]]
    cache: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if np.any(np.diff(self.happened) < 0):
            raise ValueError("facts are not in the order of their days, by which windows are cut out of them")

    def __len__(self) -> int:
        return len(self.fact)

    def on(self, day: date) -> NDArray[np.bool_]:
        """Which facts were known at the end of a day, and stood."""
        at = day.toordinal()
        return (self.known <= at) & (at < self.until) & (self.happened <= at)

    @property
    def first_day(self) -> int:
        """The ordinal of the first day that a fact tells of."""
        return int(self.happened[0])

    def rows_of(self, numbers: Sequence[int]) -> NDArray[Any]:
        """The rows of facts with these numbers."""
        return np.flatnonzero(np.isin(self.fact, numbers))

    def numbers_of(self, rows: NDArray[Any]) -> tuple[int, ...]:
        """The numbers of the facts in some rows, the lowest first."""
        return tuple(np.sort(self.fact[rows]).tolist())

    def first_of(self, rows: NDArray[Any]) -> date:
        """The day of the first of the facts in some rows."""
        return date.fromordinal(int(self.happened[rows].min()))

    def crossed(self, *names: str) -> NDArray[Any]:
        """One number for each combination of some texts."""
        if (key := "*".join(names)) not in self.cache:
            found = self.codes[names[0]]
            for name in names[1:]:
                found = found * len(self.words[name]) + self.codes[name]
            self.cache[key] = np.unique(found, return_inverse=True)[1]
        return self.cache[key]  # type: ignore[no-any-return]

    def examples(self, *names: str) -> NDArray[Any]:
        """A fact of each combination of some texts."""
        if (key := f"a fact of {'*'.join(names)}") not in self.cache:
            found = self.crossed(*names)
            self.cache[key] = np.zeros(int(found.max(initial=-1)) + 1, np.int64)
            self.cache[key][found] = np.arange(len(found))
        return self.cache[key]  # type: ignore[no-any-return]


def known(kind: str, *, among: Mapping[str, Sequence[str]]) -> Known:
    """All facts of a kind that ever stood and meet `among`, with the days from and until which each was known."""
    told = facts.history([kind])
    for column, values in among.items():
        told = told.filter(told[column].isin(list(values)))
    texts = [name for name in TEXTS if name in told.columns]
    told = told.mutate(**day_known(told)).order_by("happened_on", "fact")
    numbers = [name for name in ("passed", "share_of_limit") if name in told.columns]
    table = told.select("fact", "key", "happened_on", "known", "until_day", *texts, *numbers).to_pyarrow()
    codes, words = {}, {}
    for name in texts:
        coded = table[name].combine_chunks().dictionary_encode()
        codes[name] = np.asarray(coded.indices.fill_null(-1)).astype(np.int64) + 1
        words[name] = ["", *coded.dictionary.to_pylist()]
    keys = np.asarray(table["key"].combine_chunks().dictionary_encode().indices)
    since = _ordinals(table["known"])
    first = np.zeros(len(keys), bool)
    order = np.lexsort((since, keys))
    first[order] = np.diff(keys[order], prepend=-1) != 0
    return Known(
        fact=table["fact"].to_numpy(), happened=_ordinals(table["happened_on"]), known=since,
        until=_ordinals(table["until_day"]), first=first, codes=codes, words=words,
        numbers={name: table[name].cast("float64").to_numpy(zero_copy_only=False) if name != "passed"
                 else table[name].cast("int8").to_numpy(zero_copy_only=False) for name in numbers},
    )  # fmt: skip


def day_known(told: Any) -> dict[str, Any]:
    """The days, in the city's time, from and until which facts of `history` were known."""
    return {"known": (told.known_at + _hours(8)).date(), "until_day": (told.until + _hours(8)).date()}


def days_of(column: Any) -> NDArray[Any]:
    """Days since 1970 of a column as 32-bit ordinals; a day that is not known lies far off."""
    found: NDArray[Any] = column.fill_null(NEVER).to_numpy(zero_copy_only=False).astype(np.int32) + np.int32(_EPOCH)
    return found


def _ordinals(column: Any) -> NDArray[Any]:
    days = column.cast("int32").fill_null(NEVER)
    found: NDArray[Any] = days.to_numpy().astype(np.int64) + _EPOCH
    return found


def _hours(number: int) -> Any:
    import ibis

    return ibis.interval(hours=number)

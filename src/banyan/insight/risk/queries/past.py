"""Inspections of the past as arrays, each with what was known before it: what an order learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banyan.base.facts.queries import facts
from banyan.science import risk

KIND = "inspection.sample_judged"
SHARE, LAST, SINCE, GOODS, TARGETED = "own share", "last time", "years since", "kind of goods", "targeted"
SIGNS = {SHARE: 1, LAST: 1, SINCE: 0, GOODS: 1, TARGETED: 0}
DOUBTED = 2.0
"""Samples without a failure that are added to a firm's own, so that one failure of one sample is no certainty."""
UTC_TO_CITY = 8 * 3600


@dataclass(frozen=True)
class Past:
    """Judged samples of a scheme: when each was taken and known, of whom and what, whether it failed."""

    day: NDArray[Any]
    known: NDArray[Any]
    firm: NDArray[Any]
    goods: NDArray[Any]
    county: NDArray[Any]
    targeted: NDArray[Any]
    failed: NDArray[Any]

    def __len__(self) -> int:
        return len(self.day)

    def features(self, *, firms: Sequence[str] = (), goods: Sequence[str] = (), on: date | None = None) -> Any:
        """A row of features for each sample, and below them one for each of `firms` with `goods`, as known on a day.

        No row knows what was found, or became known, on its own day or later.
        """
        at = on.toordinal() if on else 0
        firm, kind = np.concatenate([self.firm, firms]), np.concatenate([self.goods, goods])
        day = np.concatenate([self.day, np.full(len(firms), at)])
        known = np.concatenate([self.known, np.full(len(firms), at)])
        failed = np.concatenate([self.failed, np.zeros(len(firms))])
        own = risk.earlier(firm, day=day, found=failed, known=known)
        columns = {
            SHARE: own.findings / (own.inspections + DOUBTED), LAST: own.last_found, SINCE: own.days_since / 365.25,
            GOODS: risk.past_log_odds(kind, day=day, found=failed, known=known),
            TARGETED: np.concatenate([self.targeted, np.zeros(len(firms))]),
        }  # fmt: skip
        told = [name for name, column in columns.items() if np.nanmin(column) < np.nanmax(column)]
        return np.column_stack([columns[name] for name in told]), told, own


def past_of(*, scheme: str, on: date) -> Past:
    """The judged samples of a scheme as known on a day, in the order of their days."""
    told = facts([KIND], known_on=on)
    told = told.filter(told.scheme == scheme, told.organisation.notnull(), told["product"].notnull())
    names = ("happened_on", "known_at", "organisation", "product", "county", "drawn", "passed")
    table = told.order_by("happened_on", "fact").select(*names).to_pyarrow().to_pydict()
    days = np.array([one.toordinal() for one in table["happened_on"]], np.int64)
    instants = np.array([one.timestamp() for one in table["known_at"]])
    return Past(
        day=days, known=np.floor((instants + UTC_TO_CITY) / 86_400).astype(np.int64) + date(1970, 1, 1).toordinal(),
        firm=_texts(table["organisation"]), goods=_texts(table["product"]), county=_texts(table["county"]),
        targeted=np.array([one != "random" for one in table["drawn"]], float),
        failed=np.array([not one for one in table["passed"]], float),
    )  # fmt: skip


def _texts(values: Sequence[str | None]) -> NDArray[Any]:
    return np.array([one or "" for one in values], dtype=object)

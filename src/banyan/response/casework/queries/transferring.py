"""The threshold test: by which measures a case is suspected to be a crime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from banyan.kit import terms as kit_terms
from banyan.response.casework.queries import terms


@dataclass(frozen=True)
class Measured:
    """One measure of an offence: what the case amounts to, and from which amount on it is suspected."""

    offence: str
    measure: str
    title: str
    amount: Decimal | None
    at_least: Decimal

    @property
    def is_reached(self) -> bool:
        return self.amount is not None and self.amount >= self.at_least


def measured(case: Any, *, on: date) -> list[Measured]:
    """The case by each measure of the table in force on a day; an amount is None where the case does not state it."""
    sales, unsold = case.sales, None if case.goods_value is None else case.goods_value - (case.sales or Decimal(0))
    amounts = {
        "sales": sales, "unsold": unsold,
        "combined": None if sales is None and unsold is None else 3 * (sales or Decimal(0)) + (unsold or Decimal(0)),
    }  # fmt: skip
    return [
        Measured(
            str(row["offence"]), str(row["measure"]), terms.said(row), amounts.get(str(row["measure"])),
            Decimal(row["at_least"]),
        )
        for row in kit_terms.rows("casework.thresholds", on=on)
    ]  # fmt: skip


def reached(case: Any, *, on: date) -> Measured | None:
    """The first measure by which a case is suspected to be a crime; None where it is by none."""
    return next((one for one in measured(case, on=on) if one.is_reached), None)

"""How amounts are written for people: thousands apart, no idle zeros, money with its two places."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

MONEY = 2  # places


def said(value: Decimal | float | None, *, places: int = 3) -> str:
    """An amount of goods, rounded to so many places; a dash where none is known."""
    if value is None:
        return "—"
    told = f"{value or 0:,.{places}f}"
    return told.rstrip("0").rstrip(".") if places else told


def of_field(value: Decimal, field: models.DecimalField) -> str:
    """What a field holds; two places are money."""
    return f"{value:,.2f}" if field.decimal_places == MONEY else said(value, places=field.decimal_places)

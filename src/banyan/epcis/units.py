"""Amounts in other units: what UN/CEFACT Recommendation 20 calls KEL, CEL and FAH are temperatures of one scale."""

from __future__ import annotations

_UNITS: dict[str, dict[str, float | tuple[float, float]]] = {
    "temperature": {"KEL": 1.0, "CEL": (1.0, 273.15), "FAH": (5 / 9, 459.67 * 5 / 9)},
    "mass": {"KGM": 1.0, "GRM": 1e-3, "MGM": 1e-6, "MC": 1e-9, "TNE": 1e3, "DTN": 100.0, "LBR": 0.45359237,
             "ONZ": 0.028349523125},
    "length": {"MTR": 1.0, "CMT": 1e-2, "MMT": 1e-3, "KMT": 1e3, "INH": 0.0254, "FOT": 0.3048},
    "volume": {"LTR": 1.0, "MLT": 1e-3, "CMQ": 1e-3, "DMQ": 1.0, "MTQ": 1e3, "HLT": 100.0, "GLL": 3.785411784},
    "pressure": {"PAL": 1.0, "A97": 100.0, "MBR": 100.0, "KPA": 1e3, "BAR": 1e5, "ATM": 101325.0,
                 "PS": 6894.757293168},
    "time": {"SEC": 1.0, "MIN": 60.0, "HUR": 3600.0, "DAY": 86400.0},
    "share": {"C62": 1.0, "P1": 1e-2, "59": 1e-6, "61": 1e-9},
    "speed": {"MTS": 1.0, "KMH": 1 / 3.6},
    "concentration": {"GL": 1.0, "M1": 1e-3, "GP": 1e-6, "GQ": 1e-9},
}  # fmt: skip
"""What is measured, and how many of its first unit each one is; with a second number, what is added then."""

_ONE = {
    code: (measured, *(said if isinstance(said, tuple) else (said, 0.0)))
    for measured, units in _UNITS.items()
    for code, said in units.items()
}


def converted(amount: float, unit: str, *, into: str) -> float | None:
    """The amount in another unit; None where the two do not measure the same, or one of them is unknown here."""
    if unit == into:
        return amount
    if unit not in _ONE or into not in _ONE or _ONE[unit][0] != _ONE[into][0]:
        return None
    (_same, factor, more), (_same, other, less) = _ONE[unit], _ONE[into]
    return (amount * factor + more - less) / other

"""Units of energy carriers: what each measures and how many of the base unit it holds."""

from __future__ import annotations

# unit: (what it measures, base units in one). A gas volume says its state: 0 °C and 20 °C differ by 7 %.
UNITS = {
    "g": ("mass", 1e-3), "kg": ("mass", 1.0), "t": ("mass", 1e3), "10^4 t": ("mass", 1e7),
    "L": ("volume", 1e-3), "m3": ("volume", 1.0), "10^4 m3": ("volume", 1e4),
    "Nm3": ("volume at 0 °C", 1.0), "10^4 Nm3": ("volume at 0 °C", 1e4),
    "kJ": ("energy", 1e-3), "MJ": ("energy", 1.0), "GJ": ("energy", 1e3), "TJ": ("energy", 1e6),
    "kWh": ("energy", 3.6), "MWh": ("energy", 3.6e3), "GWh": ("energy", 3.6e6), "10^4 kWh": ("energy", 3.6e4),
    "kcal": ("energy", 4.1868e-3), "Gcal": ("energy", 4.1868e3),
}  # fmt: skip

# numerator of a factor: (what it counts, kilograms in one)
COUNTED = {
    "gce": ("coal equivalent", 1e-3), "kgce": ("coal equivalent", 1.0), "tce": ("coal equivalent", 1e3),
    "gCO2": ("CO2", 1e-3), "kgCO2": ("CO2", 1.0), "tCO2": ("CO2", 1e3),
}  # fmt: skip


def base_units(unit: str, *, name: str) -> tuple[str, float]:
    """Return what a unit measures and its size in base units; refuse an unknown one."""
    if unit not in UNITS:
        raise ValueError(f"{name} is {unit!r}: the units known are {', '.join(UNITS)}")
    return UNITS[unit]


def split_factor(unit: str, *, name: str) -> tuple[str, str, str, float]:
    """Return what a factor counts, per what, in which unit, and its size in kilograms per base unit."""
    counted, _, per = unit.partition("/")
    if counted not in COUNTED or not per:
        raise ValueError(f"{name} is {unit!r}: a factor reads like kgce/kg or tCO2/MWh ({', '.join(COUNTED)})")
    thing, kilograms = COUNTED[counted]
    dimension, size = base_units(per, name=name)
    return thing, dimension, per, kilograms / size

"""By which weights and thresholds names are matched, and which regions a name may begin with."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from stdnum import numdb

from banyan import policy
from banyan.science import name_matching

SPELL = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Rules:
    """The thresholds of a day: from where a match is accepted by machine, from where a person decides."""

    accept_from: float
    decide_from: float
    known_share: float


def rules_of(*, on: date) -> Rules:
    """The thresholds that are in force on a day."""
    book = policy.load(settings.BANYAN_PACKS)
    names = ("accept_from", "decide_from", "known_share")
    return Rules(**{name: float(str(book.value(f"matching.{name}", on=on).value)) for name in names})


def weights(*, on: date) -> name_matching.Weights:
    """The weights of a day, from the table of the packs."""
    rows = policy.load(settings.BANYAN_PACKS).table("matching.weights", on=on)
    m, u = (
        {
            name: {str(row["level"]): float(str(row[which])) for row in rows if row["feature"] == name}
            for name in name_matching.FEATURES
        }
        for which in ("m", "u")
    )
    return name_matching.Weights(m, u)


@functools.lru_cache(maxsize=1)
def places() -> name_matching.Places:
    """The regions of the country with all the names and codes that they had since 1980 (GB/T 2260)."""
    return name_matching.Places(_regions())


def _regions() -> Iterator[tuple[str, str]]:
    for _length, low, _high, _properties, inside in numdb.get("cn/loc").prefixes:
        for _length, code, _last, properties, _more in inside:
            for spell in properties.get("county", "").split(","):
                yield low + code, SPELL.sub("", spell)

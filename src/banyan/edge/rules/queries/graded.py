"""Grades: which firms a changed rule or scale of credit would grade otherwise, and their counties and trades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from banyan import policy
from banyan.base.registry import queries as registry
from banyan.judgement.credit import queries as credit

Books = tuple[policy.Book, policy.Book]
PART = 5_000


def changes(
    books: Books, rule: str, first: date, last: date, tell: Callable[[int, int], None]
) -> dict[str, Any]:  # fmt: skip
    """The firms that the draft grades otherwise on the last day, the hardest hit first, by county and trade."""
    told = []
    for place, book in enumerate(books):
        tell(place, len(books) + 1)
        told.append({one.firm: one for one in credit.weighed(on=last, book=book)})
    scales = [credit.scale_on(book, last) for book in books]
    if None in scales:
        return {"lines": {"grades": []}, "counts": {"grades": {"asked": 0, "changed": 0}}, "whom": {}}
    tell(len(books), len(books) + 1)
    asked = sorted(told[0].keys() | told[1].keys())
    turned = []
    for firm in asked:
        before, after = (_state(of.get(firm), scale) for of, scale in zip(told, scales, strict=True))
        if before["grade"] != after["grade"]:
            turned.append((before["points"] - after["points"], firm, before, after))
    turned.sort(key=lambda one: one[:2])
    where = _where(firm for _by, firm, _before, _after in turned)
    lines: list[dict[str, Any]] = [
        {"firm": firm, "county": where[firm][0], "industry": where[firm][1], "before": before, "after": after}
        for _by, firm, before, after in turned
    ]
    worse = sum(by < 0 for by, *_rest in turned)
    tell(len(books) + 1, len(books) + 1)
    return {
        "lines": {"grades": lines},
        "counts": {"grades": {
            "asked": len(asked), "changed": len(lines), "worse": worse, "better": len(lines) - worse,
            "moves": _counted(f"{line['before']['grade']} → {line['after']['grade']}" for line in lines),
            "county": _counted(line["county"] for line in lines),
            "industry": _counted(line["industry"] for line in lines),
        }},
        "whom": {"county": sorted({line["county"] for line in lines} - {""}),
                 "industry": sorted({line["industry"] for line in lines} - {""}), "firms": len(lines)},
    }  # fmt: skip


def _state(one: credit.Weighed | None, scale: Any) -> dict[str, Any]:
    """What a firm would have: without a finding that counts, the best grade."""
    return {"grade": one.grade, "points": one.points / 100} if one else {"grade": scale.bands[0].grade, "points": 0.0}


def _where(firms: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The county and trade of some firms."""
    keys, found = list(firms), dict[str, tuple[str, str]]()
    for start in range(0, len(keys), PART):
        rows = registry.Organisation.objects.filter(pk__in=keys[start : start + PART])
        found |= {key: (county or "", trade or "")
                  for key, county, trade in rows.values_list("pk", "county_id", "industry_id")}  # fmt: skip
    return found


def _counted(units: Iterable[str]) -> list[list[Any]]:
    """How many there are of each, the most first."""
    return [[unit, n] for unit, n in sorted(Counter(units).items(), key=lambda one: (-one[1], one[0]))]

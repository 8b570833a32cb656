"""What laboratories find: the items of each product class, and values that fit their limits as files print them."""

from __future__ import annotations

import math
import random as chance
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from banyan.demo.city import City, Kind
from banyan.kit import bulk
from banyan.records.inspection.queries import ItemResult

GRID = 40
MEASURED = 0.08
"""Relative standard deviation of two tests of the same goods in different laboratories."""
new_item = bulk.maker(ItemResult)
Form = tuple[str, list[str], list[str], list[str] | None]
"""A limit in print, and values that keep it, break it, and (where there is such a thing) keep it only just."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a product class: its limit in print, and values that keep it, break it, or keep it only just."""

    name: str
    category: str
    unit: str
    limit: str
    method: str
    kept: tuple[str, ...]
    broken: tuple[str, ...]
    just_kept: tuple[str, ...]


# name, category, unit, form of the limit, limit
FOOD_ITEMS = (
    ("铅(以Pb计)", "污染物", "mg/kg", "most", 0.5), ("镉(以Cd计)", "污染物", "mg/kg", "most", 0.2),
    ("总砷(以As计)", "污染物", "mg/kg", "most", 0.5),
    ("苯甲酸及其钠盐(以苯甲酸计)", "食品添加剂", "g/kg", "most", 1.0),
    ("山梨酸及其钾盐(以山梨酸计)", "食品添加剂", "g/kg", "most", 0.5),
    ("糖精钠(以糖精计)", "食品添加剂", "g/kg", "most", 0.15),
    ("甜蜜素(以环己基氨基磺酸计)", "食品添加剂", "g/kg", "most", 0.65),
    ("脱氢乙酸及其钠盐", "食品添加剂", "g/kg", "banned", 0.02),
    ("二氧化硫残留量", "食品添加剂", "g/kg", "most", 0.1), ("柠檬黄", "食品添加剂", "g/kg", "banned", 0.005),
    ("过氧化值(以脂肪计)", "质量指标", "g/100g", "most", 0.25),
    ("酸价(以脂肪计)(KOH)", "质量指标", "mg/g", "most", 5.0),
    ("水分", "质量指标", "g/100g", "most", 14.5), ("菌落总数", "微生物", "CFU/g", "germs", 10_000),
    ("大肠菌群", "微生物", "CFU/g", "germs", 10), ("霉菌", "微生物", "CFU/g", "most", 150),
    ("沙门氏菌", "微生物", "/25g", "absent", 0), ("毒死蜱", "农药残留", "mg/kg", "most", 0.02),
    ("氯霉素", "兽药残留", "μg/kg", "absent", 0), ("标签", "标签", "", "words", 0),
)  # fmt: skip
GOODS_ITEMS = (
    ("甲醛含量", "有害物质", "mg/kg", "most", 75), ("pH值", "理化性能", "", "range", (4.0, 8.5)),
    ("可分解致癌芳香胺染料", "有害物质", "mg/kg", "most", 20), ("铅含量", "有害物质", "mg/kg", "most", 90),
    ("邻苯二甲酸酯", "有害物质", "%", "most", 0.1), ("拉伸强度", "物理性能", "MPa", "least", 12),
    ("断裂伸长率", "物理性能", "%", "least", 200), ("耐摩擦色牢度", "物理性能", "级", "least", 3),
    ("泄漏电流", "电气安全", "mA", "most", 0.25), ("绝缘电阻", "电气安全", "MΩ", "least", 2),
    ("温升", "电气安全", "K", "most", 60), ("接地电阻", "电气安全", "Ω", "most", 0.1),
    ("净含量", "计量", "g", "least", 495), ("厚度", "尺寸", "mm", "range", (1.8, 2.2)),
    ("外观", "感官", "", "words", 0), ("标志", "标志和说明", "", "words", 0),
)  # fmt: skip


def build(city: City) -> None:
    """Give each product class its items."""
    random = city.random("items")
    pools = {
        True: [_item(random, *row) for row in FOOD_ITEMS],
        False: [_item(random, *row) for row in GOODS_ITEMS],
    }
    for kind in city.kinds:
        kind.items = tuple(random.sample(pools[kind.is_food], random.randint(5, 8)))


def items_of(
    kind: Kind, *, failed: bool, random: chance.Random, cause: str = "", is_careless: bool = False
) -> list[ItemResult]:
    """The items of one test. A failure breaks one limit, seldom two; a careless laboratory just keeps them."""
    wrong: set[int] = set()
    if failed and cause:
        wrong = {place for place, item in enumerate(kind.items) if item.name == cause}
    elif failed:
        wrong = set(random.sample(range(len(kind.items)), 1 if random.random() < 0.85 else 2))
    found = []
    for place, item in enumerate(kind.items):
        values = item.broken if place in wrong else item.just_kept if is_careless else item.kept
        found.append(
            new_item(
                order=place + 1, item=item.name, category=item.category, unit=item.unit, limit=item.limit,
                method=item.method, value=values[int(random.random() * len(values))],
                conclusion="failed" if place in wrong else "passed",
            )
        )  # fmt: skip
    return found


def measured_again(items: list[ItemResult], *, random: chance.Random) -> list[ItemResult]:
    """Another test of goods that were tested before: measured values differ a little, all keep their limits."""
    return [
        new_item(
            order=one.order, item=one.item, category=one.category, unit=one.unit, limit=one.limit, method=one.method,
            value=_again(one, random), conclusion="passed",
        )
        for one in items
    ]  # fmt: skip


def _again(item: ItemResult, random: chance.Random) -> str:
    sign, bound = item.limit[:1], item.limit[1:]
    if sign not in "≤≥" or not item.value.replace(".", "", 1).isdigit():
        return str(item.value)
    again = float(item.value) * math.exp(random.gauss(0, MEASURED))
    text = _text(min(again, float(bound)) if sign == "≤" else max(again, float(bound)))
    keeps = float(text) <= float(bound) if sign == "≤" else float(text) >= float(bound)
    return text if keeps else str(item.value)


def _item(random: chance.Random, name: str, category: str, unit: str, form: str, bound: Any) -> Item:
    limit, kept, broken, just = FORMS[form](random, bound)
    method = f"SL/T {random.randint(100, 999)}-2021"
    return Item(name, category, unit, limit, method, tuple(kept), tuple(broken), tuple(just or kept))


def _most(random: chance.Random, bound: float) -> Form:  # type: ignore[no-untyped-def]
    kept = [_text(bound * random.betavariate(1.5, 3)) for _turn in range(GRID)] + ["未检出"] * 8
    broken = [_text(bound * (1.08 + random.expovariate(1.5))) for _turn in range(GRID)]
    just = [_text(bound * share) for share in (0.90, 0.95, 0.95, 0.98)]
    return f"≤{bound:g}", kept, broken, just


def _least(random: chance.Random, bound: float) -> Form:  # type: ignore[no-untyped-def]
    kept = [_text(bound * (1.02 + random.betavariate(2, 3))) for _turn in range(GRID)]
    broken = [_text(bound * random.uniform(0.5, 0.95)) for _turn in range(GRID)]
    return f"≥{bound:g}", kept, broken, [_text(bound * share) for share in (1.02, 1.05, 1.05)]


def _range(random: chance.Random, bounds: tuple[float, float]) -> Form:  # type: ignore[no-untyped-def]
    low, high = bounds
    kept = [f"{random.uniform(low + 0.03, high - 0.03):.2f}" for _turn in range(GRID)]
    broken = [f"{high * random.uniform(1.05, 1.4):.2f}" for _turn in range(GRID)]
    return f"{low}～{high}", kept, broken, [f"{high - 0.05:.2f}"]


def _absent(random: chance.Random, _bound: float) -> Form:  # type: ignore[no-untyped-def]
    return "不得检出", ["未检出"], ["检出"], None


def _banned(random: chance.Random, bound: float) -> Form:  # type: ignore[no-untyped-def]
    return "不得使用", ["未检出"], [_text(bound * random.uniform(1.5, 12)) for _turn in range(GRID)], None


def _germs(random: chance.Random, bound: float) -> Form:  # type: ignore[no-untyped-def]
    def five(most: float) -> str:
        return ",".join(str(round(random.uniform(0.05, most) * bound)) for _turn in range(5))

    low, high = f"{bound:g}", f"{bound * 10:g}"
    broken = [f"{five(0.9).rpartition(',')[0]},{round(bound * random.uniform(11, 40))}" for _turn in range(GRID)]
    return f"n=5,c=2,m={low},M={high}", [five(0.9) for _turn in range(GRID)], broken, None


def _words(random: chance.Random, _bound: float) -> Form:  # type: ignore[no-untyped-def]
    return "符合标准要求", ["符合"], ["不符合"], None


FORMS: dict[str, Callable[[chance.Random, Any], Form]] = {
    "most": _most, "least": _least, "range": _range, "absent": _absent, "banned": _banned, "germs": _germs,
    "words": _words,
}  # fmt: skip


def _text(value: float) -> str:
    """A value with two significant digits, never in exponents."""
    return f"{float(f'{max(value, 0.0001):.2g}'):g}" if value < 1000 else f"{round(value)}"

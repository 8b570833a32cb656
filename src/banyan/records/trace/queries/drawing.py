"""A trace as a drawing: each thing while they are few, firms step by step where they are many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from banyan.records.trace.queries.traced import Trace

FEW = 60  # things that are drawn one by one
IN_A_COLUMN = 24  # beyond so many firms at one step, the smallest are drawn as one
WIDE, HIGH, ACROSS, DOWN = 190, 34, 260, 46


class Box(NamedTuple):
    """A thing, or the things of one firm at one step."""

    x: int
    y: int
    title: str
    note: str
    many: int


class Line(NamedTuple):
    """From the right side of one box to the left side of another, as wide as there are links."""

    x1: int
    y1: int
    x2: int
    y2: int
    many: int


class Drawing(NamedTuple):
    """Boxes and lines with the size of the sheet; `grouped` where firms are drawn instead of things."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]
    grouped: bool


def drawing(trace: Trace, *, names: Mapping[str, str]) -> Drawing:
    """The drawing of a trace, from left to right in the order of what went into what."""
    numbers = trace.numbers[~trace.carries].tolist()
    depth = dict(zip(trace.numbers.tolist(), trace.depth.tolist(), strict=True))
    holder = dict(zip(trace.numbers.tolist(), trace.holder.tolist(), strict=True))
    grouped = len(numbers) > FEW

    def group(number: int) -> Any:
        return (depth[number], holder[number]) if grouped else (depth[number], number)

    sizes = Counter(group(number) for number in numbers)
    columns: dict[int, list[Any]] = defaultdict(list)
    for key, _count in sorted(sizes.items(), key=lambda one: (-one[1], one[0])):
        columns[key[0]].append(key)
    place: dict[Any, tuple[int, int]] = {}
    boxes = []
    deepest = max(columns, default=0)
    for step, keys in columns.items():
        column = step if trace.direction == "forward" else deepest - step
        rest = keys[IN_A_COLUMN:]
        for line, key in enumerate(keys[:IN_A_COLUMN]):
            place[key] = (20 + column * ACROSS, 20 + line * DOWN)
            boxes.append(_box(trace, key, sizes[key], *place[key], grouped, names))
        if rest:
            at = (20 + column * ACROSS, 20 + IN_A_COLUMN * DOWN)
            place.update(dict.fromkeys(rest, at))
            boxes.append(Box(*at, f"+ {len(rest)}", "", sum(sizes[key] for key in rest)))
    counts = Counter((place[group(one.source)], place[group(one.target)]) for one in trace.links)
    lines = [
        Line(x1 + WIDE, y1 + HIGH // 2, x2, y2 + HIGH // 2, count)
        for ((x1, y1), (x2, y2)), count in sorted(counts.items())
    ]
    tallest = max((min(len(keys), IN_A_COLUMN + 1) for keys in columns.values()), default=0)
    return Drawing(40 + WIDE + deepest * ACROSS, 40 + max(1, tallest) * DOWN, boxes, lines, grouped)


def _box(trace: Trace, key: Any, count: int, x: int, y: int, grouped: bool, names: Mapping[str, str]) -> Box:
    if grouped:
        firm = trace.index.word("holder", key[1])
        return Box(x, y, names.get(firm, firm) or "?", f"{count:,}", count)
    position = int((trace.numbers == key[1]).argmax())
    firm = trace.index.word("holder", int(trace.holder[position]))
    return Box(x, y, short(trace.epcs[key[1]][0]), names.get(firm, firm) or "?", 1)


def short(epc: str) -> str:
    """An identifier as it is spoken: the bar code with lot or serial, without the address before it."""
    parts = epc.removeprefix("https://id.gs1.org/").split("/")
    return " ".join(parts[1::2]) if epc.startswith("https://id.gs1.org/") else epc

"""A trace as a drawing: each thing while they are few; where they are many, firms and what went between them."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.records.trace.queries import Trace, movements

FEW = 60  # things that are drawn one by one
IN_A_COLUMN = 16  # beyond so many boxes in a column, the smallest are drawn as one
WIDE, HIGH, ACROSS, DOWN, EDGE = 208, 36, 268, 46, 12  # wide enough for a bar code with its lot

Arrow = tuple[Hashable, Hashable]


class Box(NamedTuple):
    """A thing, or a firm with all that it had."""

    x: int
    y: int
    title: str
    note: str
    many: int


class Line(NamedTuple):
    """From the right side of one box to the left side of another, as wide as there are things."""

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


def drawing(trace: Trace, *, names: Mapping[str, str], by_firm: bool | None = None) -> Drawing:
    """
    The drawing of a trace, from left to right in the order in which goods went.

    Things are grouped by firm where they are many, or as `by_firm` says.
    """
    grouped = trace.n > FEW if by_firm is None else by_firm
    return _firms(trace, names) if grouped else _things(trace, names)


def _things(trace: Trace, names: Mapping[str, str]) -> Drawing:
    """Every thing in the column of its steps from what was asked about, with the firm that had it last."""
    deepest = int(trace.depth[~trace.carries].max(initial=0))
    columns: dict[int, list[Hashable]] = defaultdict(list)
    said: dict[Hashable, tuple[str, str, int]] = {}
    for number, depth, holder, carries in zip(
        trace.numbers.tolist(), trace.depth.tolist(), trace.holder.tolist(), trace.carries.tolist(), strict=True
    ):
        if not carries:
            firm = trace.index.word("holder", holder)
            columns[depth if trace.direction == "forward" else deepest - depth].append(number)
            said[number] = (short(trace.epcs[number][0]), names.get(firm, firm) or _("unknown firm"), 1)
    arrows: Counter[Arrow] = Counter((one.source, one.target) for one in trace.links)
    return _laid_out(columns, said, arrows, grouped=False)


def _firms(trace: Trace, names: Mapping[str, str]) -> Drawing:
    """Every firm in the column of how many firms goods passed before it, with how many things it had."""
    had: dict[str, set[int]] = defaultdict(set)
    arrows: Counter[Arrow] = Counter()
    begins: dict[str, None] = {}
    for number, firm, depth in _course(trace, had, arrows):
        if not depth:
            begins.setdefault(firm)
        had[firm].add(number)
    columns: dict[int, list[Hashable]] = defaultdict(list)
    for firm, column in _columns(begins, had, arrows).items():
        columns[column].append(firm)
    said: dict[Hashable, tuple[str, str, int]] = {}
    for firm, some in had.items():
        note = ngettext("%(n)s thing", "%(n)s things", len(some)) % {"n": f"{len(some):,}"}
        said[firm] = (names.get(firm, firm) or _("unknown firm"), note, len(some))
    return _laid_out(columns, said, arrows, grouped=True)


def _course(
    trace: Trace, had: Mapping[str, set[int]], arrows: Counter[Arrow]
) -> Iterable[tuple[int, str, int]]:  # fmt: skip
    """Which firm had which thing, in order of time; counts on the way what went from one firm to the next."""
    if trace.direction != "forward":
        word, last = trace.index.word, dict(zip(trace.numbers.tolist(), trace.holder.tolist(), strict=True))
        for link in trace.links:
            source, target = word("holder", last[link.source]), word("holder", last[link.target])
            if source != target:
                arrows[source, target] += 1
        depth = dict(zip(trace.numbers.tolist(), trace.depth.tolist(), strict=True))
        deepest = max(depth.values(), default=0)
        for number in trace.numbers[~trace.carries].tolist():
            yield number, word("holder", last[number]), deepest - depth[number]
        return
    at: dict[int, str] = {}
    begun: dict[int, str] = {}
    for one in movements(trace):
        if not one.holder:
            continue
        before = at.get(one.thing)
        if before is not None and before != one.holder and one.thing not in had[one.holder]:
            arrows[before, one.holder] += 1
        at[one.thing] = one.holder
        begun.setdefault(one.thing, one.holder)
        yield one.thing, one.holder, one.depth if before is None else 1
    for went_in, came_out in {(one.source, one.target): None for one in trace.links}:
        if went_in in at and came_out in begun and went_in not in had[begun[came_out]]:  # how it came is not told
            arrows[at[went_in], begun[came_out]] += 1


def _columns(begins: Iterable[str], firms: Iterable[str], arrows: Iterable[Arrow]) -> dict[str, int]:
    """The column of each firm: how many firms lie before it on the shortest way from where goods began."""
    onward: dict[Any, list[Any]] = defaultdict(list)
    for source, target in arrows:
        onward[source].append(target)
    found = dict.fromkeys(begins, 0) or dict.fromkeys(list(firms)[:1], 0)
    waiting = deque(found)
    while waiting:
        here = waiting.popleft()
        for there in onward[here]:
            if there not in found:
                found[there] = found[here] + 1
                waiting.append(there)
    return {firm: found.get(firm, 0) for firm in firms}


def _laid_out(
    columns: Mapping[int, list[Hashable]], said: Mapping[Hashable, tuple[str, str, int]], arrows: Mapping[Arrow, int],
    *, grouped: bool,
) -> Drawing:  # fmt: skip
    """Boxes in columns, each beside those that lead to it, the largest kept where there are too many."""
    before: dict[Hashable, list[Hashable]] = defaultdict(list)
    for source, target in arrows:
        before[target].append(source)
    place: dict[Hashable, tuple[int, int]] = {}
    boxes = []
    for column, (_step, members) in enumerate(sorted(columns.items())):
        largest = sorted(members, key=lambda one: (-said[one][2], said[one][0], str(one)))
        kept, rest = largest[:IN_A_COLUMN], largest[IN_A_COLUMN:]
        if len(rest) == 1:
            kept, rest = largest, []
        x = EDGE + column * ACROSS
        for line, key in enumerate(
            sorted(kept, key=lambda one: (_middle(before[one], place), said[one][0], str(one)))
        ):
            place[key] = (x, EDGE + line * DOWN)
            boxes.append(Box(place[key][0], place[key][1], *said[key]))
        if rest:
            at = (x, EDGE + len(kept) * DOWN)
            place.update(dict.fromkeys(rest, at))
            title = _("%(n)s more firms") if grouped else _("%(n)s more things")
            many = sum(said[one][2] for one in rest)
            note = ngettext("%(n)s thing", "%(n)s things", many) % {"n": f"{many:,}"} if grouped else ""
            boxes.append(Box(*at, title % {"n": f"{len(rest):,}"}, note, many))
    counts: Counter[tuple[tuple[int, int], tuple[int, int]]] = Counter()
    for (source, target), many in arrows.items():
        if source in place and target in place and place[source] != place[target]:
            counts[place[source], place[target]] += many
    lines = [
        Line(x1 + WIDE, y1 + HIGH // 2, x2, y2 + HIGH // 2, count)
        for ((x1, y1), (x2, y2)), count in sorted(counts.items())
    ]
    wide = max((box.x for box in boxes), default=0) + WIDE + EDGE
    return Drawing(wide, max((box.y for box in boxes), default=0) + HIGH + EDGE, boxes, lines, grouped)


def _middle(sources: Iterable[Hashable], place: Mapping[Hashable, tuple[int, int]]) -> float:
    heights = [place[one][1] for one in sources if one in place]
    return sum(heights) / len(heights) if heights else 0.0


def short(epc: str) -> str:
    """An identifier as it is spoken: the bar code with lot or serial, without the address before it."""
    parts = epc.removeprefix("https://id.gs1.org/").split("/")
    return " ".join(parts[1::2]) if epc.startswith("https://id.gs1.org/") else epc

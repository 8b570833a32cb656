"""The slow and obvious way to trace: every event in order of time, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Told = Mapping[str, Any]
Inside = dict[tuple[str, str], float]  # how much of a thing lies in a box; of a single item 1


def forward(start: str, events: Iterable[Told]) -> set[str]:
    """What a thing went into. Of a box all that lies in it is meant; what lies beside a bad thing is not bad."""
    bad, asked, inside, silos = {start}, {start}, Inside(), set[str]()
    for told in sorted(events, key=lambda one: one["at"]):
        if told["kind"] == "box":
            _move(told, inside)
        elif told["kind"] == "made" and makes_bad(told, bad, inside, silos):
            bad |= set(told.get("to", ()))
        bad |= {one for one, _box in inside if lies_in(one, asked, inside)}
    return bad


def backward(start: str, events: Iterable[Told]) -> set[str]:
    """What a thing came from: whatever has it in its own forward trace, asked as a thing and not as a box."""
    events = list(events)
    names = {one for told in events for part in ("from", "to", "children") for one in told.get(part, ())} | {start}
    return {one for one in names if start in forward_of_a_thing(one, events)}


def forward_of_a_thing(start: str, events: Iterable[Told]) -> set[str]:
    bad, inside, silos = {start}, Inside(), set[str]()
    for told in sorted(events, key=lambda one: one["at"]):
        if told["kind"] == "box":
            _move(told, inside)
        elif told["kind"] == "made" and makes_bad(told, bad, inside, silos):
            bad |= set(told.get("to", ()))
    return bad


def makes_bad(told: Told, bad: set[str], inside: Inside, silos: set[str]) -> bool:
    """Whether something bad goes in, or went before into the transformation of the same name."""
    goes_in = any(is_bad(one, bad, inside) for one in told.get("from", ()))
    if goes_in and "name" in told:
        silos.add(told["name"])
    return goes_in or told.get("name") in silos


def is_bad(thing: str, bad: set[str], inside: Inside) -> bool:
    """Whether a thing is bad, or something bad lies in it now."""
    return thing in bad or any(one in bad and lies_in(one, {thing}, inside) for one, _box in inside)


def lies_in(thing: str, boxes: set[str], inside: Inside) -> bool:
    """Whether a thing lies in one of some boxes now, however deep."""
    around, level = set[str](), {thing}
    while level:
        level = {box for one, box in inside if one in level} - around
        around |= level
    return bool(around & boxes)


def is_single(thing: str) -> bool:
    """Whether a thing is in one place only: of a lot some may lie here and some there."""
    return "/00/" in thing or "/21/" in thing


def _move(told: Told, inside: Inside) -> None:
    box, amounts = told["box"], told.get("amounts", {})
    for child in told["children"]:
        lies, amount = (child, box), amounts.get(child, 1)
        if told["in"]:
            if is_single(child):
                for other in [one for one in inside if one[0] == child]:
                    del inside[other]
            inside[lies] = inside.get(lies, 0) + amount
        elif lies in inside:
            inside[lies] -= amount
            if inside[lies] <= 0:
                del inside[lies]
    if not told["in"] and not told["children"]:
        for lies in [one for one in inside if one[1] == box]:
            del inside[lies]

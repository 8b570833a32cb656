"""Bad variants of good data, and what a function says against them: for the tests that walk over whole families."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

NAN, INF = float("nan"), float("inf")
OF_NUMBERS = {"nan": NAN, "infinite": INF, "negative": -1, "text": "many", "none": None}


def last_of(held: Any) -> Any:
    """The last element of nested lists."""
    while isinstance(held, list) and held:
        held = held[-1]
    return held


def with_last(held: list, value: object) -> list:
    """The nested list with another last element."""
    return [*held[:-1], with_last(held[-1], value) if isinstance(held[-1], list) else value]


def faults_of(held: Any) -> Iterator[tuple[str, Any]]:
    """Bad variants of an argument that is good."""
    if isinstance(held, list):
        last = last_of(held)
        yield "empty", []
        if isinstance(last, int | float):
            yield from ((fault, with_last(held, value)) for fault, value in OF_NUMBERS.items())
            yield "ragged", [*held, [held[0], held[0]]]
        elif isinstance(last, str):
            yield "label missing", with_last(held, None)
            yield "label nan", with_last(held, NAN)
    elif isinstance(held, int | float):
        yield from OF_NUMBERS.items()
        yield "several", [held, [held]]
    elif isinstance(held, dict):
        yield "empty", {}


def refusal(call: Callable[..., Any], arguments: dict[str, Any]) -> str:
    """What the function says against these data; anything but a ValueError is a fault of ours."""
    try:
        call(**arguments)
    except ValueError as refused:
        return str(refused)
    raise AssertionError(f"taken as good: {arguments}")

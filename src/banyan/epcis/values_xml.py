"""What elements of EPCIS XML hold: names, texts, numbers and fields of one's own; and what may not stand before."""

import math
import re
from collections.abc import Callable
from typing import Any

from .documents import LEVELS, Limited, Unreadable
from .names import JSON_LD, VALUE, plain_namespace

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
NO_TYPE = "A document type with declarations or from elsewhere is not accepted. Send the document without it."
HEAD = 2**16  # bytes in which the root begins

_INTERNAL = re.compile(rb"(?>[^<]+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE[^>\[]*\[", re.DOTALL)


class Undeclared:
    """A stream whose beginning was looked at: a document type that declares anything is refused unread."""

    def __init__(self, stream: Limited) -> None:
        self._stream, self._head = stream, stream.read(HEAD)
        if _INTERNAL.match(self._head.replace(b"\0", b"")):  # without the zeros of UTF-16
            raise Unreadable(NO_TYPE)

    def read(self, size: int = -1) -> bytes:
        """The next block."""
        head, self._head = self._head, b""
        return head or self._stream.read(size)


def own_key(tag: str) -> str:
    if tag[0] != "{":
        return tag
    namespace, _, local = tag[1:].partition("}")
    if namespace == JSON_LD:
        return "@" + local
    return f"{{{plain_namespace(namespace)}}}{local}"


def put(into: dict[str, Any], key: str, value: Any) -> None:
    """Adds a field; an element that comes again makes a list."""
    if key not in into:
        into[key] = value
    elif isinstance(into[key], Repeated):
        into[key].append(value)
    else:
        into[key] = Repeated([into[key], value])


class Repeated(list[Any]):
    """A list that came about by repetition, which is what tells it from a field that is a list itself."""


def text_of(element: Any) -> str:
    return (element.text or "").strip()


def number(text: str) -> Any:
    try:
        found = int(text) if len(text) < 19 and text.lstrip("+-").isdigit() else float(text)
    except ValueError:
        return text  # which the check refuses by its path
    return found if math.isfinite(found) else text


TYPED: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("integer", "int", "long", "short", "double", "float", "decimal"), number),
    "boolean": lambda text: {"true": True, "1": True, "false": False, "0": False}.get(text, text),
}


def extension(element: Any, level: int, skip: tuple[str, ...] = ()) -> Any:
    """The value of an element that is not the standard's: text, typed where it says so, or an object."""
    if level > LEVELS:
        raise Unreadable(f"Elements lie within elements deeper than {LEVELS} levels")
    text = text_of(element)
    typed = element.get(f"{XSI}type")
    value: Any = TYPED.get(typed.rpartition(":")[2], str)(text) if typed else text
    found: dict[str, Any] = {}
    for key, of in element.attrib.items():
        if not key.startswith(XSI) and key not in skip:
            put(found, own_key(key), of)
    for child in element:
        if not isinstance(child.tag, str):
            raise Unreadable("An entity or something else that is no element stands here")
        put(found, own_key(child.tag), extension(child, level + 1))
    if not found:
        return value
    return {VALUE: value, **found} if text else found

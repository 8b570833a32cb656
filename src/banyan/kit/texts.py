"""Texts as they are kept and handed on: without the characters that no keyboard writes and no XML can hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids, and with it CAP, Atom and Word: they come with what is pasted from other papers."""
MAY_TELL_ONE = re.compile(rb"\\(?:[bf]|u00[01]|u[fF]{3}[eEfF])|\xef\xbf[\xbe\xbf]")


def legible(text: str) -> str:
    """The text without such characters; any other stays as it is."""
    return NOT_IN_XML.sub("", text)


def legible_within(value: Any) -> Any:
    """The same for every text in lists, tuples and mappings; a value that holds none is returned as it came."""
    if isinstance(value, str):
        return legible(value) if NOT_IN_XML.search(value) else value
    if isinstance(value, Mapping):
        return {legible_within(name): legible_within(one) for name, one in value.items()}
    if isinstance(value, list):
        return [legible_within(one) for one in value]
    return tuple(legible_within(one) for one in value) if type(value) is tuple else value


def legible_form(sent: Any, *, but: Collection[str] = ()) -> Any:
    """What a form was sent, its texts without such characters; those named in `but` stay (a password is no text)."""
    if not sent or not hasattr(sent, "lists"):
        return legible_within(sent)
    odd = [
        (name, values)
        for name, values in sent.lists()
        if name not in but and any(isinstance(one, str) and NOT_IN_XML.search(one) for one in values)
    ]
    if not odd:
        return sent
    kept = sent.copy()
    for name, values in odd:
        kept.setlist(name, legible_within(values))
    return kept


def legible_json(read: Any, *, sent: bytes) -> Any:
    """What was read from JSON, without such characters; only where the bytes may tell of one is it walked through."""
    return legible_within(read) if MAY_TELL_ONE.search(sent) else read

"""Reads the YAML of a pack strictly: no duplicate key, no alias, no tag, exact decimals, plain dates."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from banyan.policy.errors import PackRefused
from banyan.policy.said import Said

LARGEST_FILE = 1_000_000  # bytes; long tables belong in CSV
DEEPEST_NESTING = 24
MOST_DIGITS = 20  # of a number on each side of its point

_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader in which `on`, `no` and `12:30` are words, as people mean them."""


_StrictLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"^(?:true|false)$", list("tf")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
    ("timestamp", _DATE.pattern, list("0123456789")),
):
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


@dataclass(frozen=True)
class Document:
    """One YAML file as read: its content, and the line of each top-level key or item."""

    path: Path
    content: Any
    lines: dict[Any, int]

    def line_of(self, key: object) -> int | None:
        return self.lines.get(key)


def read_yaml(path: Path) -> Document:
    """The content of one YAML file. Raises PackRefused with the line when it is not plain data."""
    raw = path.read_bytes()
    if len(raw) > LARGEST_FILE:
        raise PackRefused(
            path=path,
            prevents=f"it has {len(raw):,} bytes, and {LARGEST_FILE:,} is the most.",
            instead="Move long tables to a CSV file beside it, or split the file.",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PackRefused(
            path=path,
            line=raw[: error.start].count(b"\n") + 1,
            prevents="it is not written in UTF-8.",
            instead="Save it as UTF-8.",
        ) from error
    return read_text(text, path)


def read_text(text: str, path: Path) -> Document:
    """The content of YAML text; `path` is where it stands, for refusals."""
    try:
        _refuse_traps(path, text)
        node = yaml.compose(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PackRefused(
            path=path,
            line=mark.line + 1 if mark else None,
            prevents=Said("it is not YAML (%(problem)s).", problem=getattr(error, "problem", None) or error),
            instead="Mend the line, or quote the text if it holds a colon.",
        ) from error
    if node is None:
        return Document(path, None, {})
    return Document(path, _plain(path, node), _lines(path, node))


def _refuse_traps(path: Path, text: str) -> None:
    """Anchors, aliases, tags and deep nesting are refused before anything is built from them."""
    depth = 0
    for event in yaml.parse(text, Loader=_StrictLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise PackRefused(
                path=path,
                line=line,
                prevents=Said("it uses an anchor or an alias (& or *), which can hide what an entry says."),
                instead="Write the value out.",
            )
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            raise PackRefused(
                path=path,
                line=line,
                prevents=Said("it uses the tag “%(tag)s”; packs hold plain data only.", tag=tag),
                instead="Write the value without a tag.",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_NESTING:
            raise PackRefused(
                path=path,
                line=line,
                prevents=Said("it is nested deeper than %(levels)s levels.", levels=DEEPEST_NESTING),
                instead="Flatten it; no entry needs that.",
            )


def _plain(path: Path, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _key(path, key_node)
            if key in found:
                raise PackRefused(
                    path=path,
                    line=key_node.start_mark.line + 1,
                    prevents=Said(
                        "the key “%(key)s” is given twice; only one of them could count.", key=key_node.value
                    ),
                    instead="Keep the one that is meant.",
                )
            found[key] = _plain(path, value_node)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(path, item) for item in node.value]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(path, node)


def _key(path: Path, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        key = _scalar(path, node)
        if isinstance(key, str | dt.date):
            return key
    raise PackRefused(
        path=path,
        line=node.start_mark.line + 1,
        prevents=Said("the key “%(key)s” is neither a name nor a date.", key=getattr(node, "value", "")),
        instead='Put it in quotation marks ("1.2").',
    )


def _scalar(path: Path, node: yaml.ScalarNode) -> Any:
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        return node.value == "true"
    if kind in ("int", "float"):
        return _number(path, node)
    if kind == "timestamp":
        try:
            return dt.date.fromisoformat(node.value)
        except ValueError as error:
            raise PackRefused(
                path=path,
                line=node.start_mark.line + 1,
                prevents=Said("%(day)s is not a day of the calendar.", day=node.value),
                instead="Give a day that exists, as year-month-day.",
            ) from error
    return node.value


def _number(path: Path, node: yaml.ScalarNode) -> int | Decimal:
    """A number as it is written. Written out it has so many digits at most: an exponent would ask for any number."""
    number = Decimal(node.value)
    if not is_short(number):
        raise PackRefused(
            path=path,
            line=node.start_mark.line + 1,
            prevents=Said(
                "%(number)s has more than %(most)s digits before or behind the point.",
                number=node.value[:30], most=MOST_DIGITS,
            ),
            instead="Write the number that the text decrees.",
        )  # fmt: skip
    return int(node.value) if node.tag.endswith(":int") else number


def is_short(number: Decimal) -> bool:
    """Whether a number, written out, has no more digits on either side of its point than any rule has."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_DIGITS and number.adjusted() < MOST_DIGITS


def _lines(path: Path, node: yaml.Node) -> dict[Any, int]:
    if isinstance(node, yaml.MappingNode):
        return {_key(path, key): key.start_mark.line + 1 for key, _ in node.value}
    if isinstance(node, yaml.SequenceNode):
        return {place: item.start_mark.line + 1 for place, item in enumerate(node.value)}
    return {}
